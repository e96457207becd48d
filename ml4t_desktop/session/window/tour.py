"""The tour of a first backtest on the sample: its steps, and which of them is shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.project.completed import CompletedRun

Key = Literal[
    "sample", "strategy", "threshold", "run", "overview", "trade", "why", "validity", "live"
]
_SETTLE_MS: Final = 900  # after the last change of a rule: a drag must not lose its step


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStep:
    """One step: what to do or to read, and where.

    Parameters
    ----------
    text : str
        What there is to see and to do, in a few sentences.
    targets : tuple of str
        Object names; the first of them that can be seen is pointed at.
    panel : str
        Key of the panel that is shown with it; empty for none.
    step : Step or None
        The step of the set-up that is shown with it.
    command : str
        Id of a command that does for its reader what is to be done; empty when there is nothing to do.
    is_reading : bool
        Whether it is there to be read, and is not over once its panel is open.
    """

    key: Key
    title: str
    text: str
    targets: tuple[str, ...]
    panel: str = ""
    step: Step | None = None
    command: str = ""
    is_reading: bool = False


TOUR: Final[tuple[TourStep, ...]] = (
    TourStep(
        key="sample",
        title=mark("Open the sample"),
        text=mark(
            "The sample is a made-up market with the predictions of a model. The whole tour happens on it, "
            "and your own files stay as they are. Press “Open the sample” or, here, Next."
        ),
        targets=("welcome.sample", "menu_bar"),
        command="file.open_sample",
    ),
    TourStep(
        key="strategy",
        title=mark("The set-up, step by step"),
        text=mark(
            "Data, context, strategy, execution and costs, capital: a tick marks a step that is complete, and "
            "below the steps you read what the present one means. The sample is complete. Choose “Strategy”."
        ),
        targets=("steps",),
        panel="setup",
    ),
    TourStep(
        key="threshold",
        title=mark("Move a threshold"),
        text=mark(
            "A rule is a list of clauses. The small histogram shows the values of a column: drag its line, or "
            "type another number above it. Each clause says at once how many bars it lets through."
        ),
        targets=("histogram", "value"),
        panel="setup",
        step=Step.STRATEGY,
    ),
    TourStep(
        key="run",
        title=mark("Run the backtest"),
        text=mark(
            "Press Run, or F5 on the keyboard. Every run is kept in the history with what was changed since "
            "the run before, so nothing you try is lost."
        ),
        targets=("run_start",),
        command="run.start",
    ),
    TourStep(
        key="overview",
        title=mark("What came out"),
        text=mark(
            "Statistics, the equity curve with its benchmark, and the drawdown. Rest the mouse on a figure to "
            "read how it is defined. “Breakdowns”, “Months” and the other tabs look closer; the groups above them hold "
            "everything else."
        ),
        targets=("overview_panel",),
        panel="overview",
        is_reading=True,
    ),
    TourStep(
        key="trade",
        title=mark("Look into a trade"),
        text=mark(
            "Click a trade in the table. The chart below shows its prices with entry and exit, and the keys J "
            "and K go from trade to trade."
        ),
        targets=("trade_table",),
        panel="trades",
        command="trade.next",
    ),
    TourStep(
        key="why",
        title=mark("Why was it made?"),
        text=mark(
            "Why explains the decision behind the chosen trade: each clause with its values, the size and how "
            "it came about. It does the same for any bar without a trade."
        ),
        targets=("why_panel",),
        panel="why",
        is_reading=True,
    ),
    TourStep(
        key="validity",
        title=mark("Can it be told from luck?"),
        text=mark(
            "Validity says in plain words what the result rests on: the same rules with signals that know "
            "nothing, redrawn histories, doubled costs. Read it before you believe a curve that rises."
        ),
        targets=("validity_panel",),
        panel="validity",
        is_reading=True,
    ),
    TourStep(
        key="live",
        title=mark("Live, and your own file"),
        text=mark(
            "With Live on, the whole backtest runs again while you drag a threshold. Then drop a file of your "
            "own on the window. F1 explains the panel you look at, and the menu Help starts this tour again."
        ),
        targets=("run_live",),
        is_reading=True,
    ),
)


class TourStore(QObject):
    """Holds the step of the tour that is shown, and goes on when its reader did what it asks for.

    Signals
    -------
    changed : TourStep or None
        None: the tour is over.
    """

    changed = Signal(object)

    def __init__(
        self,
        request: RequestStore,
        results: ResultStore,
        settings: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._request, self._results, self._settings = request, results, settings
        self._place: int | None = None
        self._entry = request.draft.get("strategy.entry")
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLE_MS)
        self._settled.timeout.connect(self._on_settled)
        request.request_changed.connect(self._on_request_changed)
        results.run_changed.connect(self._on_run_changed)
        results.trade_selected.connect(self._on_trade_selected)

    @property
    def step(self) -> TourStep | None:
        """The step that is shown; None outside the tour."""
        return TOUR[self._place] if self._place is not None else None

    @property
    def place(self) -> int:
        """The number of the step that is shown, from 1 on; 0 outside the tour."""
        return 0 if self._place is None else self._place + 1

    @property
    def is_offered(self) -> bool:
        """Whether nobody has taken the tour yet, or said that they do not want it."""
        return self._settings.settings.tour == "new"

    def start(self) -> None:
        """Begin with the first step."""
        self._go(0)

    def leave(self) -> None:
        """End the tour; it is not offered again."""
        if self._place is None:
            return
        self._settings.remember_tour("done" if self._is_last else "left")
        self._go(None)

    def decline(self) -> None:
        """Remember that nobody wants the tour."""
        self._settings.remember_tour("declined")

    def forward(self) -> None:
        """Show the next step; after the last one the tour is over."""
        if self._is_last:
            self.leave()
        elif self._place is not None:
            self._go(self._place + 1)

    def back(self) -> None:
        """Show the step before."""
        if self._place:
            self._go(self._place - 1)

    def is_done(self, step: TourStep) -> bool:
        """Return whether what a step asks for is there already, whoever did it."""
        if step.key == "sample":
            return bool(self._request.draft.files)
        if step.key == "run":
            return self._results.run is not None
        if step.key == "trade":
            return self._results.trade_id is not None
        return True

    def note(self, key: str) -> None:
        """Note that something was done or opened; the tour goes on when that is what it waits for.

        Whoever is ahead of the tour by one step is followed.
        """
        if self._place is None:
            return
        for place in (self._place, self._place + 1):
            if place < len(TOUR) and TOUR[place].key == key:
                self._go(place if TOUR[place].is_reading else min(place + 1, len(TOUR) - 1))
                return

    @property
    def _is_last(self) -> bool:
        return self._place == len(TOUR) - 1

    def _go(self, place: int | None) -> None:
        self._settled.stop()
        if place == self._place:
            return
        self._place = place
        self.changed.emit(self.step)

    def _on_request_changed(self, _draft: object) -> None:
        draft = self._request.draft
        entry, self._entry = self._entry, draft.get("strategy.entry")
        step = self.step
        if step is None:
            return
        if step.key == "sample" and draft.files:
            self.note("sample")
        elif step.key == "threshold" and entry != self._entry:
            self._settled.start()

    def _on_settled(self) -> None:
        self.note("threshold")

    def _on_run_changed(self, run: "CompletedRun | None") -> None:
        if run is not None and self._results.is_kept:
            self.note("run")

    def _on_trade_selected(self, trade_id: int | None) -> None:
        if trade_id is not None:
            self.note("trade")
