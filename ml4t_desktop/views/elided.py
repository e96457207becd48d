"""Texts that are cut where there is no room for them, and the tips that say the whole of them."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLabel, QStyle, QStyleOptionComboBox, QWidget


class ElidedLabel(QLabel):
    """A plain text in one line, however narrow its place is.

    Parameters
    ----------
    has_tip : bool
        Whether the tip is this label's own; else what it stands in says the text in its tip.
    """

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, has_tip: bool = True
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._has_tip = has_tip

    def elided(self) -> str:
        """Return what there is room for."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def setText(self, text: str) -> None:  # noqa: N802, D102 (Qt's)
        super().setText(text)
        self._tell()

    def _tell(self) -> None:
        if self._has_tip:
            self.setToolTip(self.text() if self.elided() != self.text() else "")

    # Qt

    def minimumSizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's)
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().horizontalAdvance("…")), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802, D102 (Qt's)
        painter = QPainter(self)
        flags = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(flags.value),
            self.palette(),
            self.isEnabled(),
            self.elided(),
            self.foregroundRole(),
        )
        painter.end()


def has_room(choice: QComboBox) -> bool:
    """Return whether what is chosen in a list can be read without being cut."""
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    room = choice.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, choice
    )
    return choice.fontMetrics().horizontalAdvance(choice.currentText()) <= room.width()
