"""The set-up: its steps, what the present one means and lacks, and its page."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ml4t_desktop.session.request.mends import Mend
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.calm import WhenCalm
from ml4t_desktop.views.growing import laid_out_once
from ml4t_desktop.views.setup.account_page import AccountPage
from ml4t_desktop.views.setup.context_page import ContextPage
from ml4t_desktop.views.setup.data.data_page import DataPage
from ml4t_desktop.views.setup.execution_page import ExecutionPage
from ml4t_desktop.views.setup.page import SetupPage
from ml4t_desktop.views.setup.script_switch import StrategyStep
from ml4t_desktop.views.setup.step_bar import StepBar, StepHead
from ml4t_desktop.views.tab_order import order_tabs

_PAGES: Final[tuple[type[SetupPage], ...]] = (
    DataPage,
    ContextPage,
    StrategyStep,
    ExecutionPage,
    AccountPage,
)
_PREPARE_MS: Final = 60  # between two pages: what the window does for its user goes first


class SetupPanel(QWidget):
    """The set-up of a request.

    A page is made when its step is first shown; the others follow one by one while nothing else
    happens: all at once would hold up the window at the first file.

    Signals
    -------
    command_asked : str
        Id of a command that a button stands for.
    step_shown : Step
        The page of another step is shown.
    """

    command_asked = Signal(str)
    step_shown = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setup_panel")
        self._session = session
        self._theme = theme
        self._steps = StepBar()
        self._head = StepHead()
        self._stack = QStackedWidget()
        self._areas = tuple(_area() for _ in _PAGES)
        self._pages: dict[int, SetupPage] = {}
        self._made: dict[int, SetupPage] = {}  # those that have no place yet
        for area in self._areas:
            self._stack.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._steps)
        layout.addWidget(self._head)
        layout.addWidget(self._stack, 1)
        self._stale: set[int] = set()
        self._steps.currentChanged.connect(self._on_step_changed)
        self._head.step_asked.connect(self._go)
        self._head.command_asked.connect(self.command_asked)
        self._head.mend_asked.connect(self._mend)
        for place in range(len(Step)):
            keys = QShortcut(QKeySequence(f"Ctrl+Alt+{place + 1}"), self)
            keys.setContext(Qt.ShortcutContext.WindowShortcut)
            keys.activated.connect(partial(self._enter, place))
        session.request.request_changed.connect(self._refresh)
        session.data.looked_at.connect(self._on_looked_at)
        session.scripts.changed.connect(self._refresh)
        self._show_steps()
        self._preparing = WhenCalm(self._prepare, _PREPARE_MS, self)
        self._preparing.start()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the marks of the steps."""
        self._theme = theme
        self._show_steps()

    def show_step(self, step: Step) -> None:
        """Show the page of a step."""
        self._steps.setCurrentIndex(list(Step).index(step))

    def enter_step(self, step: Step) -> None:
        """Show the page of a step and give it the keyboard."""
        self._enter(list(Step).index(step))

    @property
    def current_step(self) -> Step:
        """The step whose page is shown."""
        return list(Step)[self._steps.currentIndex()]

    def _page(self, place: int) -> SetupPage:
        """Return the page of a step, made if there is none yet."""
        if place not in self._pages:
            page = self._made.pop(place, None) or _PAGES[place](self._session)
            page.command_asked.connect(self.command_asked)
            self._areas[place].setWidget(page)
            order_tabs(self._steps, self._head, self._areas[place])
            self._pages[place] = page
            self._stale.add(place)  # the request may have changed since it was made
        return self._pages[place]

    def _prepare(self) -> None:
        """Make the next page that is not there, put it into its place, or let one show the request."""
        missing = [place for place in range(len(_PAGES)) if place not in self._pages]
        if missing and self._session.jobs.is_open:
            now = self._steps.currentIndex()
            place = now if now in missing else missing[0]
            if place in self._made:
                self._page(place)
            else:
                self._made[place] = _PAGES[place](self._session, self)
                self._made[place].hide()
            self._preparing.start()

        elif self._stale and self._session.jobs.is_open:
            self._show_page(min(self._stale))
            self._preparing.start()

    def _on_looked_at(self, _path: object) -> None:
        """Show what is known of a file; the pages that are not seen follow when little else happens."""
        self._refresh()
        self._preparing.start()

    def _refresh(self, _value: object = None) -> None:
        """Show the change on the page that is seen; the others follow when they are."""
        self._stale = set(self._pages)
        if self._steps.currentIndex() in self._pages:
            self._show_page(self._steps.currentIndex())
        self._show_steps()

    def _go(self, way: int) -> None:
        place = self._steps.currentIndex() + way
        if 0 <= place < len(_PAGES):
            self._enter(place)

    def _mend(self, mend: Mend) -> None:
        request = self._session.request
        request.replace(request.draft.edited_all(mend.edits))

    def _enter(self, place: int) -> None:
        """Show a step and go on typing there."""
        self._steps.setCurrentIndex(place)
        self._page(place).focus_first()

    def _on_step_changed(self, place: int) -> None:
        self._show_page(place)
        self._stack.setCurrentIndex(place)
        self._show_steps()
        self.step_shown.emit(self.current_step)

    def _show_page(self, place: int) -> None:
        page = self._page(place)
        if place in self._stale:
            self._stale.remove(place)
            with laid_out_once(page):
                page.refresh()

    def _show_steps(self) -> None:
        states = self._session.step_states()
        self._steps.show_states(states, self._theme)
        self._head.show_state(
            states[self._steps.currentIndex()],
            is_first=self._steps.currentIndex() == 0,
            is_last=self._steps.currentIndex() == len(states) - 1,
        )

    # Qt

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().showEvent(event)
        self._show_page(self._steps.currentIndex())


def _area() -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    return area
