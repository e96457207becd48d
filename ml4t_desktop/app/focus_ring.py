"""The mark of the keyboard: a ring around whatever has it, once somebody uses the keyboard."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QGraphicsView, QWidget

_WIDTH = 2.0
_ROUND = 3.0


class FocusRing(QObject):
    """Puts the ring on the widget that has the keyboard.

    The style marks it by a tint that many eyes do not see. Nothing is marked before the first Tab or
    shortcut, nor what was clicked. Lists, tables and texts have a border that the style sheet
    colours: a ring above them would make scrolling slow.
    """

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._ring: _Ring | None = None
        application.focusChanged.connect(self._on_focus_changed)

    @property
    def marked(self) -> QWidget | None:
        """The widget with the ring."""
        return self._ring.parentWidget() if self._is_there() and self._ring else None

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._is_there() and self._ring is not None:
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = _Ring(new) if new is not None and is_marked(new) else None

    def _is_there(self) -> bool:
        """Whether the ring has not gone with the widget it was on."""
        return self._ring is not None and shiboken6.isValid(self._ring)


def is_marked(widget: QWidget) -> bool:
    """Whether a widget that has just got the keyboard is to have a ring."""
    by_keys = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
    has_border = isinstance(widget, QAbstractScrollArea) and not isinstance(widget, QGraphicsView)
    return by_keys and not by_mouse and not has_border and not widget.isWindow()


class _Ring(QWidget):
    """The ring, above everything within a widget and out of the way of the mouse."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("focus_ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        over.installEventFilter(self)
        self.setGeometry(over.rect())
        self.show()
        self.raise_()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's)
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = _WIDTH / 2
        edge = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        # Two colours: on an accented button the ring itself would not be seen.
        for role, width in ((QPalette.ColorRole.Base, _WIDTH + 2), (_INK, _WIDTH)):
            painter.setPen(QPen(self.palette().color(role), width))
            painter.drawRoundedRect(edge, _ROUND, _ROUND)
        painter.end()


_INK = QPalette.ColorRole.Highlight
