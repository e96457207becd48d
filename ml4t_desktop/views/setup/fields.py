"""Fields: each shows one key of the draft, tells its edits, and shows what is wrong with it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from PySide6.QtCore import QDate, QDateTime, QSignalBlocker, Qt, QTime, QTimeZone, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ml4t_desktop.session.formats import date_format
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.views.setup.editors import Choice, MomentBox, NumberBox, Slider, row_height

Options = tuple[tuple[object, str], ...]


class Field(QWidget):
    """The base of every field.

    Parameters
    ----------
    key : str
        Dotted key of the draft; also the object name of the editor.
    title : str
        The label in front of it.

    Signals
    -------
    edited : str, object
        Key and new value; None means left out.
    drag_began, drag_ended : no value
        Edits between them are one change.
    """

    edited = Signal(str, object)
    drag_began = Signal()
    drag_ended = Signal()

    def __init__(self, key: str, title: str, editor: QWidget, tip: str = "") -> None:
        super().__init__()
        self.key, self.title, self.editor = key, title, editor
        editor.setObjectName(key)
        editor.setAccessibleName(shown(title))
        editor.setToolTip(shown(tip))
        editor.setWhatsThis(shown(f"{title}. {tip}." if title and tip else tip))
        self._tip = tip
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._row.addWidget(editor, 1)
        self._problem = QLabel()
        self._problem.setObjectName(f"{key}.problem")
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(self._row)
        layout.addWidget(self._problem)

    def show_draft(self, draft: Draft) -> None:
        """Show the value the draft has."""
        self.show_value(draft.get(self.key))

    def show_value(self, value: Any) -> None:
        """Show a value, without telling an edit."""
        raise NotImplementedError

    def show_problem(self, text: str) -> None:
        """Show what is wrong below the editor; nothing when the text is empty."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))


class NumberField(Field):
    """A number, a fraction shown as per cent, or a count; optional ones have a tick in front.

    What is not a number, such as a table by symbol, is shown as text and kept.

    Parameters
    ----------
    drag : tuple of float, optional
        Ends and step of a slider beside the number, as they are on screen; what is typed may lie beyond.
    """

    def __init__(  # noqa: PLR0913 (a table of fields reads best with all of it in one line)
        self,
        key: str,
        title: str,
        *,
        low: float = 0.0,
        high: float = 1e15,
        step: float = 1.0,
        suffix: str = "",
        is_percent: bool = False,
        is_whole: bool = False,
        optional: float | None = None,
        tip: str = "",
        drag: tuple[float, float, float] | None = None,
    ) -> None:
        suffix = " %" if is_percent else suffix
        self._box = NumberBox(low=low, high=high, step=step, suffix=suffix, is_whole=is_whole)
        super().__init__(key, title, self._box, tip)
        self._scale = 100.0 if is_percent else 1.0
        self._is_whole = is_whole
        self._start = optional
        self._tick: QCheckBox | None = None
        if optional is not None:
            self._tick = QCheckBox()
            self._tick.setObjectName(f"{key}.tick")
            self._tick.setAccessibleName(tr("Use {title}", title=title.lower()))
            self._tick.clicked.connect(self._on_ticked)
            self._row.insertWidget(0, self._tick)
        self._slider = self._made_slider(drag) if drag is not None else None
        self._table = QLabel()
        self._table.setWordWrap(True)
        self._table.hide()
        self._row.addWidget(self._table, 1)
        self._box.valueChanged.connect(self._on_changed)

    def show_value(self, value: Any) -> None:
        """Show a number; None unticks it; a table is shown as text."""
        is_table = isinstance(value, Mapping)
        self._box.setVisible(not is_table)
        self._table.setVisible(is_table)
        if self._slider is not None:
            self._slider.setVisible(not is_table)
            self._slider.setEnabled(value is not None)
        if is_table:
            numbers = {name: self.locale().toString(it, "g", 6) for name, it in value.items()}
            text = ", ".join(f"{name} {number}" for name, number in numbers.items())
            self._table.setText(tr("By symbol: {text}", text=text))
            return
        if self._tick is not None:
            self._tick.setChecked(value is not None)
            self._box.setEnabled(value is not None)
        shown = self._start if value is None else value
        if shown is not None:
            # Rounding to the decimals on screen must not become an edit.
            with QSignalBlocker(self._box):
                self._box.setValue(float(shown) * self._scale)
            if self._slider is not None:
                self._slider.show_value(float(shown) * self._scale)

    def _made_slider(self, drag: tuple[float, float, float]) -> Slider:
        slider = Slider(*drag)
        slider.setObjectName(f"{self.key}.slider")
        slider.setAccessibleName(tr("{field}, by dragging", field=self.title))
        slider.setToolTip(self._tip)
        slider.chosen.connect(self._box.setValue)
        slider.sliderPressed.connect(self.drag_began)
        slider.sliderReleased.connect(self.drag_ended)
        self._row.addWidget(slider, 1)
        return slider

    def _number(self) -> float | int:
        value = self._box.value()
        return int(value) if self._is_whole else round(value / self._scale, 12)

    def _on_changed(self, _value: float) -> None:
        self.edited.emit(self.key, self._number())

    def _on_ticked(self, is_on: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self.edited.emit(self.key, self._number() if is_on else None)


class ChoiceField(Field):
    """One of a few values."""

    def __init__(self, key: str, title: str, options: Options = (), *, tip: str = "") -> None:
        self.choice = Choice()
        super().__init__(key, title, self.choice, tip)
        self.choice.set_options(options)
        self.choice.activated.connect(self._on_activated)

    def set_options(self, options: Options, tip: str | None = None) -> None:
        """Offer other values."""
        self.choice.set_options(options)
        self.choice.setToolTip(shown(self._tip if tip is None else tip))

    def show_value(self, value: Any) -> None:
        """Choose a value; one that is not offered is shown all the same."""
        self.choice.show_value(value)

    def _on_activated(self, _index: int) -> None:
        self.edited.emit(self.key, self.choice.value)


class FlagField(Field):
    """Yes or no."""

    def __init__(self, key: str, title: str, *, tip: str = "") -> None:
        self._box = QCheckBox(shown(title))
        super().__init__(key, "", self._box, tip)
        self._box.setAccessibleName(shown(title))
        self._box.clicked.connect(self._on_clicked)

    def show_value(self, value: Any) -> None:
        """Tick or untick."""
        self._box.setChecked(bool(value))

    def _on_clicked(self, is_on: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self.edited.emit(self.key, is_on)


class TextField(Field):
    """A text; empty means left out."""

    def __init__(
        self, key: str, title: str, *, placeholder: str = "", empty: Any = None, tip: str = ""
    ) -> None:
        self._line = QLineEdit()
        self._line.setMinimumHeight(row_height(self._line))
        super().__init__(key, title, self._line, tip)
        self._empty = empty
        self._line.setPlaceholderText(placeholder)
        self._line.editingFinished.connect(self._on_finished)
        self._shown = ""

    def show_value(self, value: Any) -> None:
        """Show a text."""
        self._shown = "" if value is None else str(value)
        if self._line.text() != self._shown:
            self._line.setText(self._shown)

    def _on_finished(self) -> None:
        text = self._line.text().strip()
        if text != self._shown:
            self.edited.emit(self.key, self.read_text(text) if text else self._empty)

    def read_text(self, text: str) -> Any:
        """Return the value of a text that is not empty."""
        return text


class MomentField(Field):
    """A date, optional ones with a tick in front; a timestamp of a loaded request stays one."""

    def __init__(self, key: str, title: str, *, is_optional: bool = True, tip: str = "") -> None:
        self._box = MomentBox()
        super().__init__(key, title, self._box, tip)
        self._has_time = False
        self._is_aware = False
        self._tick = QCheckBox()
        self._tick.setObjectName(f"{key}.tick")
        self._tick.setAccessibleName(tr("Use {title}", title=title.lower()))
        self._row.insertWidget(0, self._tick)
        self._tick.setVisible(is_optional)
        self._tick.clicked.connect(self._on_ticked)
        self._box.setSpecialValueText(tr("not known yet"))
        self._box.dateTimeChanged.connect(self._on_changed)
        self.suggest(None)

    def suggest(self, moment: date | None) -> None:
        """Set the date that is there when the field is ticked; None: nobody knows the days of the data."""
        self._tick.setEnabled(moment is not None or self._tick.isChecked())
        if self._tick.isChecked():
            return
        if moment is not None:
            self._display(moment)
            return
        with QSignalBlocker(self._box):
            self._box.setDateTime(self._box.minimumDateTime())

    def show_value(self, value: date | datetime | None) -> None:
        """Show a date or a timestamp, None unticks."""
        self._tick.setChecked(value is not None)
        self._box.setEnabled(value is not None)
        if value is not None:
            self._display(value)

    def _display(self, value: date | datetime) -> None:
        self._has_time = isinstance(value, datetime)
        self._is_aware = isinstance(value, datetime) and value.tzinfo is not None
        day = date_format(self._box.locale())
        self._box.setDisplayFormat(f"{day} HH:mm:ss" if self._has_time else day)
        if isinstance(value, datetime):
            value = value.astimezone(UTC) if value.tzinfo else value
            clock = QTime(value.hour, value.minute, value.second)
        else:
            clock = QTime(0, 0)
        shown = QDateTime(QDate(value.year, value.month, value.day), clock, QTimeZone.utc())
        with QSignalBlocker(self._box):
            self._box.setDateTime(shown)

    def _moment(self) -> date:
        shown = self._box.dateTime()
        day, clock = shown.date(), shown.time()
        if not self._has_time:
            return date(day.year(), day.month(), day.day())
        zone = UTC if self._is_aware else None
        moment = time(clock.hour(), clock.minute(), clock.second(), tzinfo=zone)
        return datetime.combine(date(day.year(), day.month(), day.day()), moment)

    def _on_changed(self, _moment: QDateTime) -> None:
        self.edited.emit(self.key, self._moment())

    def _on_ticked(self, is_on: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self.edited.emit(self.key, self._moment() if is_on else None)


def heading(text: str) -> QLabel:
    """Return the title of a group of fields."""
    label = QLabel(shown(text))
    label.setProperty("role", "heading")
    label.setIndent(0)
    return label


def hint(text: str = "") -> QLabel:
    """Return a quiet explanation."""
    label = QLabel(shown(text))
    label.setProperty("role", "hint")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def problem_label(name: str) -> QLabel:
    """Return the place for what is wrong with a part of a page."""
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", "problem")
    label.setWordWrap(True)
    label.hide()
    return label
