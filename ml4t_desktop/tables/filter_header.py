"""A grouped table header with a line below it in which every column can be filtered."""

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.filters import filter_hint
from ml4t_desktop.tables.grouped_header import GroupedHeader

_MARGIN = 2
_DELAY = 150  # milliseconds after the last letter


class FilterHeader(GroupedHeader):
    """The titles of columns, and a field below each for what rows must hold.

    Signals
    -------
    filters_changed : no value
        Other filters were typed, some time after the last letter.
    menu_asked : int, QPoint
        A column's menu was asked for, at a place of the screen.
    """

    filters_changed = Signal()
    menu_asked = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._fields: list[QLineEdit] = []
        self._columns: tuple[Column, ...] = ()
        self._is_on = False
        # A table that fits all its columns moves every field with each of them.
        self._moved = QTimer()
        super().__init__(parent)
        self._moved.setParent(self)
        self._error = "#b42318"
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_DELAY)
        self._typed.timeout.connect(self.filters_changed)
        self._moved.setSingleShot(True)
        self._moved.setInterval(0)
        self._moved.timeout.connect(self._place)
        for moved in (self.sectionResized, self.sectionMoved, self.sectionCountChanged):
            moved.connect(self._place_soon)

    @property
    def is_filtering(self) -> bool:
        """Whether the fields are shown."""
        return self._is_on

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Have a field for every column; what is written in fields of the same name stays."""
        before = self.texts()
        for field in self._fields:
            field.setParent(None)
            field.deleteLater()
        self._fields, self._columns = [], columns
        if self._is_on or before:
            self._make_fields(before)

    def _make_fields(self, before: dict[str, str]) -> None:
        """Make the fields, which takes long and is not needed as long as nobody filters."""
        for column in self._columns:
            field = QLineEdit(self)
            field.setObjectName(column.name)
            field.setText(before.get(column.name, ""))
            field.setPlaceholderText(tr("filter"))
            field.setAccessibleName(tr("Filter of the column {column}", column=column.header))
            field.setToolTip(filter_hint(column))
            field.textChanged.connect(self._on_typed)
            field.returnPressed.connect(self._on_return)
            field.setVisible(False)
            self._fields.append(field)
        self._place()

    def texts(self) -> dict[str, str]:
        """Return what is written, by the name of the column; empty fields are left out."""
        return {field.objectName(): field.text() for field in self._fields if field.text().strip()}

    def set_texts(self, texts: dict[str, str]) -> None:
        """Write other filters, all at once."""
        if texts == self.texts():
            return
        if not self._fields:
            self._make_fields({})
        for field in self._fields:
            field.setText(texts.get(field.objectName(), ""))
        self._typed.stop()
        self.filters_changed.emit()

    def show_errors(self, errors: dict[str, str], columns: tuple[Column, ...]) -> None:
        """Mark the fields whose text cannot be understood, and say what can be written."""
        for field, column in zip(self._fields, columns, strict=bool(self._fields)):
            error = errors.get(column.name, "")
            style = f"border: 1px solid {self._error}; color: {self._error};" if error else ""
            if style != field.styleSheet():
                field.setStyleSheet(style)
            field.setToolTip(error or filter_hint(column))

    def show_fields(self, *, is_on: bool) -> None:
        """Show or hide the fields; what is written in hidden ones does not count."""
        if is_on == self._is_on:
            return
        self._is_on = is_on
        if is_on and not self._fields:
            self._make_fields({})
        self.updateGeometries()
        parent = self.parentWidget()
        if parent is not None:
            update = getattr(parent, "updateGeometries", None)
            if update is not None:
                update()
        self._place()
        self.filters_changed.emit()

    def focus_field(self, section: int) -> None:
        """Put the cursor in the field of a column."""
        if 0 <= section < len(self._fields):
            self._fields[section].setFocus()
            self._fields[section].selectAll()

    def follow(self) -> None:
        """Draw titles and place fields anew, after the table was scrolled."""
        self.viewport().update()
        self._place()

    def set_error_colour(self, name: str) -> None:
        """Set the colour of fields that cannot be understood."""
        self._error = name

    def _field_height(self) -> int:
        return self.fontMetrics().height() + 10 if self._is_on and self._fields else 0

    def _place_soon(self, *_: object) -> None:
        self._moved.start()

    def _place(self) -> None:
        top = self.height() - self._field_height()
        for section, field in enumerate(self._fields):
            if section >= self.count():
                continue
            is_seen = self._is_on and not self.isSectionHidden(section)
            left = self.sectionViewportPosition(section)
            width = self.sectionSize(section)
            is_near = left + width > 0 and left < self.viewport().width()
            field.setVisible(is_seen and is_near)
            if is_seen and is_near:
                field.setGeometry(
                    left + 1, top + _MARGIN, width - 2, self._field_height() - 2 * _MARGIN
                )

    def _on_typed(self, _text: str) -> None:
        self._typed.start()

    def _on_return(self) -> None:
        self._typed.stop()
        self.filters_changed.emit()

    # Qt

    def sizeHint(self) -> QSize:  # noqa: D102, N802 (Qt's)
        size = super().sizeHint()
        return QSize(size.width(), size.height() + self._field_height())

    def updateGeometries(self) -> None:  # noqa: D102, N802 (Qt's)
        self.setViewportMargins(0, 0, 0, self._field_height())
        super().updateGeometries()
        self._moved.start()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        section = self.logicalIndexAt(event.pos())
        if section >= 0:
            self.menu_asked.emit(section, event.globalPos())
