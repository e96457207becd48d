"""The tour as it is seen: a callout with what to do, and a frame around what it points at."""

from typing import Final

from PySide6.QtCore import QEvent, QMargins, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.window.tour import TourStep
from ml4t_desktop.views.shell.announcing import announce

_WIDTH: Final = 360
_GAP: Final = 14  # between the frame and the callout
_EDGE: Final = 10  # between the callout and the end of the window
_REACH: Final = 5  # of the frame beyond what it is around
_LINE: Final = 3


class TourFrame(QWidget):
    """A frame around a widget, through which the mouse goes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tour_frame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme = theme
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802, D102 (Qt's)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5)
        glow = QColor(self._theme.accent)
        glow.setAlpha(70)
        painter.setPen(QPen(glow, 7))
        painter.drawRoundedRect(inner, 6, 6)
        painter.setPen(QPen(QColor(self._theme.accent), _LINE))
        painter.drawRoundedRect(inner, 6, 6)


class TourCallout(QFrame):
    """What a step of the tour says, with the buttons that lead through it.

    Signals
    -------
    next_asked, back_asked, leave_asked : no value
    go_asked : no value
        The keyboard is wanted where the tour points.
    """

    next_asked = Signal()
    back_asked = Signal()
    leave_asked = Signal()
    go_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tour")
        self.setAutoFillBackground(True)
        self._count = QLabel()
        self._count.setProperty("role", "hint")
        self._title = QLabel()
        self._title.setObjectName("tour_title")
        self._title.setProperty("role", "heading")
        self.text = QLabel()
        self.text.setObjectName("tour_text")
        self.text.setWordWrap(True)
        self.leave = _button("tour_leave", tr("Leave"), tr("End the tour (Esc)"))
        self.there = _button(
            "tour_go", tr("Go there"), tr("Give the keyboard to what the tour points at")
        )
        self.back = _button("tour_back", tr("Back"), tr("Show the step before"))
        self.next = _button("tour_next", "", tr("Show the next step"), role="primary")
        self.leave.clicked.connect(self.leave_asked)
        self.there.clicked.connect(self.go_asked)
        self.back.clicked.connect(self.back_asked)
        self.next.clicked.connect(self.next_asked)
        self._layout = self._built()
        self.hide()

    def show_step(self, step: TourStep, number: int, count: int) -> None:
        """Show a step, and say it to those who do not see it."""
        self._count.setText(tr("Tour, step {number} of {count}", number=number, count=count))
        title, text = shown(step.title), shown(step.text)
        self._title.setText(title)
        self.text.setText(text)
        self.back.setEnabled(number > 1)
        is_last = number == count
        self.next.setText(tr("Finish") if is_last else tr("Next"))
        self.setAccessibleName(f"{self._count.text()}: {title}")
        self.setAccessibleDescription(text)
        for button in (self.next, self.there):
            button.setAccessibleDescription(f"{self.accessibleName()}. {text}")
        announce(self, f"{self.accessibleName()}. {text}")

    def proposed_size(self) -> QSize:
        """Return the size that the text needs."""
        width = max(_WIDTH, self.minimumSizeHint().width())
        height = self._layout.totalHeightForWidth(width)
        return QSize(width, height)

    def _built(self) -> QVBoxLayout:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(6)
        for label in (self._count, self._title, self.text):
            layout.addWidget(label)
        layout.addSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.leave)
        row.addStretch(1)
        for button in (self.there, self.back, self.next):
            row.addWidget(button)
        layout.addLayout(row)
        return layout

    # Qt

    def event(self, event: QEvent) -> bool:  # noqa: D102 (Qt's)
        # Escape belongs to the callout while it has the keyboard, and to no command.
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802, D102 (Qt's)
        if event.key() == Qt.Key.Key_Escape:
            self.leave_asked.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            buttons = (self.leave, self.there, self.back, self.next)
            next((button for button in buttons if button.hasFocus()), self.next).click()
        else:
            super().keyPressEvent(event)


class TourOffer(QFrame):
    """The offer of the tour at the first start.

    Signals
    -------
    taken, declined : no value
    """

    taken = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tour_offer")
        text = QLabel(
            tr("New here? A tour of a few minutes leads through a first backtest on the sample.")
        )
        text.setWordWrap(True)
        take = _button("tour_offer.take", tr("Take the tour"), "", role="primary")
        decline = _button(
            "tour_offer.decline", tr("No, thank you"), tr("The menu Help starts it later")
        )
        take.clicked.connect(self.taken)
        decline.clicked.connect(self.declined)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(text, 1)
        row.addWidget(decline)
        row.addWidget(take)


def framed(target: QRect, within: QRect) -> QRect:
    """Return where the frame of a widget goes: a little beyond it, and not out of the window."""
    reach = QMargins(_REACH, _REACH, _REACH, _REACH)
    return target.marginsAdded(reach).intersected(within)


def beside(target: QRect | None, size: QSize, within: QRect) -> QPoint:
    """Return where a callout goes: beside what it points at, on the first side that has room.

    Over a target that fills the window it lies in the corner below and to the right; without a target
    in the middle.
    """
    room = within.marginsRemoved(QMargins(_EDGE, _EDGE, _EDGE, _EDGE))
    if target is None:
        return room.center() - QPoint(size.width() // 2, size.height() // 2)
    for place in _sides(target, size):
        moved = _into(QRect(place, size), room)
        if room.contains(moved) and not moved.intersects(target):
            return moved.topLeft()
    inside = room.intersected(target)
    corner = inside.bottomRight() - QPoint(size.width() + _EDGE, size.height() + _EDGE)
    return _into(QRect(corner, size), room).topLeft()


def _sides(target: QRect, size: QSize) -> tuple[QPoint, ...]:
    return (
        QPoint(target.right() + _GAP, target.top()),
        QPoint(target.left(), target.bottom() + _GAP),
        QPoint(target.left() - _GAP - size.width(), target.top()),
        QPoint(target.left(), target.top() - _GAP - size.height()),
    )


def _into(place: QRect, room: QRect) -> QRect:
    """Return a rectangle moved into another one, as far as it goes."""
    left = max(min(place.left(), room.right() - place.width() + 1), room.left())
    top = max(min(place.top(), room.bottom() - place.height() + 1), room.top())
    return QRect(QPoint(left, top), place.size())


def _button(name: str, text: str, tip: str, role: str = "secondary") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("role", role)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
