"""How the number that was asked about is made: found in the background, with the way back to the one before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Signal, Slot

from ml4t_desktop.session.clocks import is_zoned
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import capitalised, shown
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.runs.results import ResultStore, Subset

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

    from ml4t_desktop.analysis.making.contributions import Contributions
    from ml4t_desktop.analysis.making.derivation import Derivation
    from ml4t_desktop.analysis.making.scopes import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A number that is asked about.

    Parameters
    ----------
    name : str
        Of the statistic.
    scope : callable
        Returns what it is a number of; called in the background.
    trades : callable or None
        Returns the trades it is made of where they are not of the run on screen; these cannot be looked at.
    """

    name: str
    scope: "Callable[[], Scope]"
    trades: "Callable[[], pl.DataFrame | None] | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Making:
    """How a number is made, and the largest values behind it."""

    made: "Derivation"
    behind: "Contributions | None"


class MakingStore(QObject):
    """Holds the number that is asked about, and how it is made.

    Signals
    -------
    asked : QObject, QRect
        The widget that shows the number, and where in it: the answer belongs beside it.
    changed : no value
        Another number is asked about, or the answer is there.
    closed : no value
        Nothing is asked about any more.
    """

    asked = Signal(object, QRect)
    changed = Signal()
    closed = Signal()

    def __init__(
        self, jobs: JobRunner, results: ResultStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._results = results
        self._way: list[Question] = []
        self._job = OneJob(jobs, self._take, self)
        self._making: Making | None = None
        results.run_changed.connect(self._on_run_changed)

    @property
    def making(self) -> Making | None:
        """How the number is made; None until it is there."""
        return self._making

    @property
    def question(self) -> Question | None:
        """The number that is asked about."""
        return self._way[-1] if self._way else None

    @property
    def is_zoned(self) -> bool:
        """Whether the times of the run carry a zone."""
        run = self._results.run
        return run is not None and is_zoned(run)

    @property
    def can_go_back(self) -> bool:
        """Whether another number was asked about before, on the way to this one."""
        return len(self._way) > 1

    def ask(self, question: Question, widget: QObject, place: QRect) -> None:
        """Ask about a number that a widget shows."""
        self._way = [question]
        self._begin()
        self.asked.emit(widget, place)

    def follow(self, name: str) -> None:
        """Ask about an input that is a statistic of the same scope."""
        if self._way:
            self._way.append(replace(self._way[-1], name=name))
            self._begin()

    def back(self) -> None:
        """Ask about the number before."""
        if self.can_go_back:
            self._way.pop()
            self._begin()

    def look_at_trades(self) -> None:
        """Look at the trades that the number is made of, everywhere."""
        part = self._making.made.part if self._making is not None else None
        if part is not None and part.trade_ids is not None:
            self._results.show_subset(Subset(self._part_name(), part.trade_ids))

    def select_trade(self, trade_id: int) -> None:
        """Select one of the trades behind the number."""
        self._results.select_trade(trade_id)

    def close(self) -> None:
        """Ask about nothing any more."""
        self._forget()
        if self._way:
            self._way = []
            self.closed.emit()

    def _part_name(self) -> str:
        assert self._making is not None  # noqa: S101 (whoever calls has looked)
        made = self._making.made
        name = made.part.name if made.part is not None else ""
        name = capitalised(shown(name))
        return f"{name} · {shown(made.of)}" if made.of else name

    def _begin(self) -> None:
        self._forget()
        run, question = self._results.run, self.question
        if question is None or not self._job.can_begin:
            return
        trades = run.result.trades if run is not None else None
        self._job.begin(partial(_task, question, trades))
        self.changed.emit()

    def _forget(self) -> None:
        self._job.drop()
        self._making = None

    @Slot(object)
    def _on_run_changed(self, _run: object) -> None:
        self.close()

    def _take(self, making: Making) -> None:
        self._making = making
        self.changed.emit()


def _task(question: Question, trades: "pl.DataFrame | None", token: JobToken) -> Making:
    import numpy as np

    from ml4t_desktop.analysis.making.contributions import contributions, elsewhere

    with np.errstate(all="ignore"):  # what overflows has no value
        made = question.scope().explain(question.name)
        token.check()
        if question.trades is not None:
            other = question.trades()
            return Making(*elsewhere(made, None if other is None else contributions(made, other)))
        return Making(made, None if trades is None else contributions(made, trades))
