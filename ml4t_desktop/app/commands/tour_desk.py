"""The tour in the window: shows what each step is about, and points at it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMainWindow, QScrollArea, QWidget

from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.app.docking.docks import DockHost
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.window.availability import why_not
from ml4t_desktop.session.window.tour import TOUR, TourStep
from ml4t_desktop.views.shell.tour import TourCallout, TourFrame, beside, framed

_FOLLOW_MS: Final = 100  # what is pointed at moves, is made anew, and may come later


class TourDesk(QObject):
    """Leads through the tour: opens panels, keeps callout and frame where they belong."""

    def __init__(
        self,
        session: Session,
        desk: Desk,
        docks: DockHost,
        show_panel: Callable[[str], QWidget],
        show_step: Callable[[Step], None],
        window: QMainWindow,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._session, self._tour, self._desk = session, session.tour, desk
        self._docks, self._window = docks, window
        self._show_panel, self._show_step = show_panel, show_step
        self.frame = TourFrame(theme, window)
        self.callout = TourCallout(window)
        self._target: QWidget | None = None
        self._is_new = False
        self._follow = QTimer(self)
        self._follow.setInterval(_FOLLOW_MS)
        self._follow.timeout.connect(self.place)
        self.callout.next_asked.connect(self._on_next)
        self.callout.back_asked.connect(self._tour.back)
        self.callout.leave_asked.connect(self._tour.leave)
        self.callout.go_asked.connect(self._focus_target)
        self._tour.changed.connect(self._on_changed)
        docks.front_changed.connect(self._on_front_changed)
        desk.add({"help.tour": self.start})
        window.installEventFilter(self)

    def start(self) -> None:
        """Begin the tour; while it is on, give the keyboard to its callout."""
        if self._tour.step is None:
            self._tour.start()
        self.callout.next.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close(self) -> None:
        """Stop following, as the window closes."""
        self._follow.stop()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.frame.apply_theme(theme)

    def note_step(self, step: Step) -> None:
        """Note which step of the set-up was opened."""
        if step is Step.STRATEGY:
            self._tour.note("strategy")

    def place(self) -> None:
        """Put callout and frame where they belong now."""
        step = self._tour.step
        if step is None:
            return
        target = self._found(step)
        self._target = target
        if self._is_new and target is not None:
            self._is_new = False
            _bring_into_view(target)
        host = target.window() if target is not None else self._window
        for part in (self.frame, self.callout):
            if part.parentWidget() is not host:
                part.setParent(host)
        around = _seen_part(target, host) if target is not None else None
        self.frame.setVisible(around is not None)
        if around is not None:
            self._put(self.frame, framed(around, host.rect()))
        size = self.callout.proposed_size()
        at = beside(self.frame.geometry() if around is not None else None, size, host.rect())
        self._put(self.callout, QRect(at, size))
        self.callout.show()

    def _put(self, part: QWidget, place: QRect) -> None:
        if part.geometry() != place:
            part.setGeometry(place)
            part.raise_()

    def _on_changed(self, step: TourStep | None) -> None:
        if step is None:
            self._end()
            return
        had_keyboard = self.callout.isAncestorOf(self._window.focusWidget() or self._window)
        if step.panel:
            self._show_panel(step.panel)
        if step.step is not None:
            self._show_step(step.step)
        self.callout.show_step(step, self._tour.place, len(TOUR))
        self._is_new = True
        self.place()
        self.frame.raise_()
        self.callout.raise_()
        self._follow.start()
        if had_keyboard:
            self.callout.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end(self) -> None:
        self._follow.stop()
        had_keyboard = self.callout.isAncestorOf(self._window.focusWidget() or self._window)
        self.callout.hide()
        self.frame.hide()
        if had_keyboard and self._target is not None:
            self._target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._target = None

    def _on_next(self) -> None:
        """Do what the step asks for when nobody has, or go on."""
        step = self._tour.step
        if step is None:
            return
        if step.key == "strategy":
            self._tour.forward()
        elif step.command and not self._tour.is_done(step):
            if why_not(self._session, step.command):
                self._tour.forward()
            else:
                self._desk.carry_out(step.command)  # the tour goes on when it is done
        else:
            self._tour.forward()

    def _focus_target(self) -> None:
        """Give the keyboard to what is pointed at, or to the first part of it that takes it."""
        if self._target is None:
            return
        for part in (self._target, *self._target.findChildren(QWidget)):
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible():
                part.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _on_front_changed(self) -> None:
        if self._tour.step is not None and self._docks.front:
            self._tour.note(self._docks.front)

    def _found(self, step: TourStep) -> QWidget | None:
        for name in step.targets:
            for widget in self._window.findChildren(QWidget, name):
                if widget.isVisible() and widget.width() > 1:
                    return widget
        return None

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102 (Qt's)
        if self._tour.step is None or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        is_escape = event.key() == Qt.Key.Key_Escape and not event.modifiers()
        is_busy = self._session.runs.is_running or self._session.data.is_looking
        if not is_escape or is_busy:  # then it stops what is going on
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            self._tour.leave()
            return True
        return super().eventFilter(watched, event)


def _bring_into_view(target: QWidget) -> None:
    """Scroll until a widget can be seen."""
    above = target.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(target, 0, 60)
        above = above.parentWidget()


def _seen_part(target: QWidget, host: QWidget) -> QRect | None:
    """Return the part of a widget that is not cut off, in the window it is in; None for nothing."""
    part = target.visibleRegion().boundingRect()
    if part.isEmpty():
        part = target.rect()
    return QRect(target.mapTo(host, QPoint(0, 0)) + part.topLeft(), part.size())
