"""The set-up: its steps, with what each still needs, and the page of the present one."""

from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.session import Session
from ml4t_desktop.session.steps import Step, StepState
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.setup.account_page import AccountPage
from ml4t_desktop.views.setup.context_page import ContextPage
from ml4t_desktop.views.setup.data_page import DataPage
from ml4t_desktop.views.setup.execution_page import ExecutionPage
from ml4t_desktop.views.setup.page import SetupPage
from ml4t_desktop.views.setup.script_switch import StrategyStep

_PAGES: Final[tuple[type[SetupPage], ...]] = (
    DataPage,
    ContextPage,
    StrategyStep,
    ExecutionPage,
    AccountPage,
)
_MARK = 18


class SetupPanel(QWidget):
    """The set-up of a request.

    Signals
    -------
    command_asked : str
        Id of a command that a button stands for.
    """

    command_asked = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setup_panel")
        self._session = session
        self._theme = theme
        self._steps = QListWidget()
        self._steps.setObjectName("steps")
        self._steps.setAccessibleName("Steps of the set-up")
        self._steps.setIconSize(QSize(_MARK, _MARK))
        self._steps.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._steps.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack = QStackedWidget()
        self._pages: tuple[SetupPage, ...] = tuple(kind(session) for kind in _PAGES)
        for page in self._pages:
            page.command_asked.connect(self.command_asked)
            self._stack.addWidget(_scrolled(page))
        for step in Step:
            self._steps.addItem(QListWidgetItem(step.value))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._steps)
        layout.addWidget(self._stack, 1)
        self._stale: set[int] = set()
        self._steps.currentRowChanged.connect(self._on_step_changed)
        self._steps.setCurrentRow(0)
        session.request.request_changed.connect(self._refresh)
        session.data.looked_at.connect(self._refresh)
        session.scripts.changed.connect(self._refresh)
        self._show_steps()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the marks of the steps."""
        self._theme = theme
        self._show_steps()

    def show_step(self, step: Step) -> None:
        """Show the page of a step."""
        self._steps.setCurrentRow(list(Step).index(step))

    @property
    def current_step(self) -> Step:
        """The step whose page is shown."""
        return list(Step)[self._steps.currentRow()]

    def _refresh(self, _value: object = None) -> None:
        """Show the change on the page that is seen; the others follow when they are."""
        self._stale = set(range(len(self._pages)))
        self._show_page(self._steps.currentRow())
        self._show_steps()

    def _on_step_changed(self, row: int) -> None:
        self._show_page(row)
        self._stack.setCurrentIndex(row)

    def _show_page(self, row: int) -> None:
        if row in self._stale:
            self._stale.remove(row)
            self._pages[row].refresh()

    def _show_steps(self) -> None:
        metrics = self._steps.fontMetrics()
        height = metrics.height() * 2 + 12
        for index, state in enumerate(self._session.step_states()):
            item = self._steps.item(index)
            width = max(self._steps.viewport().width() - _MARK - 24, 280)
            text = metrics.elidedText(state.text, Qt.TextElideMode.ElideRight, width)
            item.setText(f"{state.step.value}\n{text}")
            item.setToolTip(_all_text(state))
            item.setIcon(_mark(state, self._theme))
            item.setSizeHint(QSize(0, height))
        self._steps.setFixedHeight(height * len(Step) + 2 * self._steps.frameWidth())


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _all_text(state: StepState) -> str:
    if state.is_complete:
        return f"{state.step.value}: {state.summary}"
    return "\n".join(str(item.problem) for item in state.problems)


def _mark(state: StepState, theme: Theme) -> QIcon:
    """Return a tick for a complete step, an exclamation mark for one that lacks something."""
    image = QPixmap(_MARK * 2, _MARK * 2)
    image.setDevicePixelRatio(2)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(theme.gain if state.is_complete else theme.warning)
    painter.setPen(QPen(colour, 1.6))
    painter.drawEllipse(2, 2, _MARK - 4, _MARK - 4)
    if state.is_complete:
        painter.drawPolyline([QPointF(5.5, 9.2), QPointF(8.2, 11.8), QPointF(12.6, 6.6)])
    else:
        painter.drawLine(QPointF(9, 5), QPointF(9, 9.8))
        painter.drawLine(QPointF(9, 12.4), QPointF(9, 12.9))
    painter.end()
    return QIcon(image)
