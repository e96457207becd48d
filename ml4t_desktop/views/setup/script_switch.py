"""The step “Strategy”: rules or a Python strategy, one of them shown."""

from functools import partial

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.setup.page import SetupPage
from ml4t_desktop.views.setup.script.script_page import ScriptPage
from ml4t_desktop.views.setup.strategy_page import StrategyPage


class StrategyStep(SetupPage):
    """What decides, and below it the page of what does."""

    step = Step.STRATEGY

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._rules = _side("strategy_rules", tr("Rules"), tr("Clauses that are put together here"))
        self._python = _side("strategy_python", tr("Python"), tr("A class of a Python file"))
        self._sides = QButtonGroup(self)
        self._sides.addButton(self._rules)
        self._sides.addButton(self._python)
        self._pages: dict[bool, SetupPage] = {}  # by whether it is that of Python; made when needed
        self._rooms = {False: QVBoxLayout(), True: QVBoxLayout()}
        sides = QHBoxLayout()
        sides.setContentsMargins(12, 10, 12, 0)
        sides.setSpacing(0)
        sides.addWidget(self._rules)
        sides.addWidget(self._python)
        sides.addStretch(1)
        presets = QPushButton(tr("Presets…"))
        presets.setObjectName("strategy_presets_open")
        presets.setProperty("role", "secondary")
        presets.setToolTip(
            tr("Apply a whole strategy that was kept under a name, or keep this one")
        )
        presets.clicked.connect(partial(self.command_asked.emit, "strategy.presets"))
        sides.addWidget(presets)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addLayout(sides)
        for room in self._rooms.values():
            self.body.addLayout(room)
        self.body.addStretch(1)
        self._other.hide()
        self._sides.buttonClicked.connect(self._on_side)
        self._choose()

    def refresh(self) -> None:
        """Show the page of what decides."""
        is_made = self.session.scripts.is_python in self._pages
        page = self._choose()
        if is_made:  # else it shows the request from its making on
            page.refresh()

    def _choose(self) -> SetupPage:
        """Have the page of what decides in view, made if there is none yet."""
        is_python = self.session.scripts.is_python
        (self._python if is_python else self._rules).setChecked(True)
        shown, other = self._page(is_python=is_python), self._pages.get(not is_python)
        if other is not None:
            other.hide()
        shown.show()
        return shown

    def _page(self, *, is_python: bool) -> SetupPage:
        if is_python not in self._pages:
            page = ScriptPage(self.session) if is_python else StrategyPage(self.session)
            self._rooms[is_python].addWidget(page)
            page.command_asked.connect(self.command_asked)
            self._pages[is_python] = page
        return self._pages[is_python]

    def _on_side(self, button: QPushButton) -> None:
        self.session.scripts.use_python(is_on=button is self._python)


def _side(name: str, title: str, tip: str) -> QPushButton:
    button = QPushButton(shown(title))
    button.setObjectName(name)
    button.setToolTip(shown(tip))
    button.setCheckable(True)
    button.setProperty("role", "side")
    button.setAccessibleName(tr("The strategy is made of {title}", title=title))
    return button
