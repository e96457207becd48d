"""The steps of the set-up side by side, and above the page what the present one means and lacks."""

from functools import partial
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.request.mends import Mend
from ml4t_desktop.session.request.steps import Step, StepState, step_title
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.elided import ElidedLabel
from ml4t_desktop.wording import mark

_MARK: Final = 13
_SHORT: Final = {Step.EXECUTION: mark("Execution")}
_MOST_LINES: Final = 7


class StepBar(QTabBar):
    """The steps, each with a mark that says whether it is complete."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("steps")
        self.setAccessibleName(tr("Steps of the set-up"))
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setDrawBase(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)  # tips begin with the whole titles
        self.setIconSize(QSize(_MARK, _MARK))
        for step in Step:
            self.addTab(shown(_SHORT[step]) if step in _SHORT else step_title(step))

    def show_states(self, states: tuple[StepState, ...], theme: Theme) -> None:
        """Show which steps are complete."""
        for place, state in enumerate(states):
            title = step_title(state.step)
            name = tr("{step}, complete", step=title)
            lacking = tr("{step}, not complete", step=title)
            self.setTabIcon(place, _mark(theme, is_complete=state.is_complete))
            keys = f"Ctrl+Alt+{place + 1}"
            self.setTabToolTip(
                place, tr("{step}: {state} ({keys})", step=title, state=state.text, keys=keys)
            )
            self.setAccessibleTabName(place, name if state.is_complete else lacking)

    def minimumSizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's: tabs may be as narrow as their texts)
        return QSize(0, self.sizeHint().height())


class StepHead(QFrame):
    """What a step means, what it lacks, and the way to its neighbours.

    Signals
    -------
    step_asked : int
        -1 for the step before, 1 for the next one.
    command_asked : str
        Id of a command that a button stands for.
    mend_asked : Mend
        A button that takes a problem away was pressed.
    """

    step_asked = Signal(int)
    command_asked = Signal(str)
    mend_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("step_head")
        self._title = ElidedLabel()
        self._title.setProperty("role", "heading")
        self._back = _button("step_back", tr("&Back"), tr("The step before"))
        self._next = _button("step_next", tr("&Next"), tr("The next step"))
        self._run = _button("step_run", tr("Run (F5)"), tr("Run the request"))
        self._meaning = _text("step_meaning", "")
        self._lack = _text("step_lack", "problem")
        self._mending = QHBoxLayout()
        self._mends: tuple[Mend, ...] = ()
        self._meaning_area = QScrollArea()
        self._meaning_area.setWidget(self._meaning)
        self._meaning_area.setWidgetResizable(True)
        self._meaning_area.setFrameShape(QFrame.Shape.NoFrame)
        self._meaning_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._meaning_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title, 1)
        for button in (self._back, self._next, self._run):
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 8)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._meaning_area)
        layout.addWidget(self._lack)
        layout.addLayout(self._mending)
        self._back.clicked.connect(self._on_back)
        self._next.clicked.connect(self._on_next)
        self._run.clicked.connect(self._on_run)

    def show_state(self, state: StepState, *, is_first: bool, is_last: bool) -> None:
        """Show a step."""
        self._title.setText(step_title(state.step))
        self._meaning.setText(_unbroken(state.meaning))
        self._meaning_area.setVisible(bool(state.meaning))
        lacks = tuple(
            dict.fromkeys(_sentence(item.problem.what, item.problem.fix) for item in state.problems)
        )
        self._lack.setText("\n".join(f"• {text}" for text in lacks[:3]))
        self._lack.setToolTip("\n".join(lacks))
        self._lack.setVisible(bool(lacks))
        self._show_mends(state.mends)
        self._back.setEnabled(not is_first)
        self._next.setVisible(not is_last)
        self._run.setVisible(is_last)
        self._fit()
        for widget in (self, self.parentWidget()):
            layout = widget.layout() if widget is not None else None
            if layout is not None:
                layout.activate()  # the next picture may come before the event by which Qt does so

    def _show_mends(self, mends: tuple[Mend, ...]) -> None:
        """Offer what takes the problems away."""
        if mends == self._mends:
            return
        self._mends = mends
        while (item := self._mending.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for place, mend in enumerate(mends):
            button = _button(f"step_mend{place}", mend.title, mend.title)
            button.clicked.connect(partial(self._on_mend, mend))
            self._mending.addWidget(button)
        if mends:
            self._mending.addStretch(1)

    def _on_mend(self, mend: Mend, _is_checked: object = None) -> None:
        self.mend_asked.emit(mend)

    def _fit(self) -> None:
        """Give the meaning the height of its lines, up to a few."""
        width = max(self.width() - 24, 200)
        line = self._meaning.fontMetrics().lineSpacing()
        self._meaning.setMinimumHeight(0)  # it would count as wanted
        wanted = self._meaning.heightForWidth(width)
        self._meaning.setMinimumHeight(wanted)  # Qt proposes more, and the area would scroll for it
        most = _MOST_LINES * line
        bars = Qt.ScrollBarPolicy  # a bar that comes in between would take of the width
        self._meaning_area.setVerticalScrollBarPolicy(
            bars.ScrollBarAlwaysOff if wanted <= most else bars.ScrollBarAsNeeded
        )
        self._meaning_area.setFixedHeight(min(wanted, most) + 2)

    def resizeEvent(self, event: object) -> None:  # noqa: N802, D102 (Qt's)
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType] (handed on as it came)
        self._fit()

    def _on_back(self) -> None:
        self.step_asked.emit(-1)

    def _on_next(self) -> None:
        self.step_asked.emit(1)

    def _on_run(self) -> None:
        self.command_asked.emit("run.start")


def _sentence(what: str, fix: str) -> str:
    what = capitalised(shown(what))
    return f"{what}. {shown(fix)}." if fix else f"{what}."


def _unbroken(text: str) -> str:
    """Return a text whose comparisons stay in one line with their numbers."""
    for sign in "><≥≤=≠":
        text = text.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return text


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(shown(tip))
    button.setAccessibleName(shown(tip))
    return button


def _text(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def _mark(theme: Theme, *, is_complete: bool) -> QIcon:
    """Return a tick for a complete step, an exclamation mark for one that lacks something."""
    image = QPixmap(_MARK * 3, _MARK * 3)
    image.setDevicePixelRatio(3)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_MARK / 18, _MARK / 18)
    colour = QColor(theme.good if is_complete else theme.warning)
    painter.setPen(QPen(colour, 1.6))
    painter.drawEllipse(2, 2, 14, 14)
    if is_complete:
        painter.drawPolyline([QPointF(5.5, 9.2), QPointF(8.2, 11.8), QPointF(12.6, 6.6)])
    else:
        painter.drawLine(QPointF(9, 5), QPointF(9, 9.8))
        painter.drawLine(QPointF(9, 12.4), QPointF(9, 12.9))
    painter.end()
    return QIcon(image)
