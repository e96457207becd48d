"""The runs that are compared: chosen in the history, computed in the background."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.document.history import HistoryStore
from ml4t_desktop.session.document.reopening import Reopening
from ml4t_desktop.session.document.run_sources import (
    RunSource,
    of_difference,
    of_source,
    run_of,
    run_source,
)
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.request.differences import Difference, differences
from ml4t_desktop.session.review.making import Question
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.compare import Curves, Parting, StatisticRow
    from ml4t_desktop.analysis.metrics import Metrics
    from ml4t_desktop.result.run_result import RunResult

MOST: Final = 6  # colours there are


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Runs beside each other; the first is what the others are compared with.

    Parameters
    ----------
    numbers : tuple of int
    curves : Curves
    rows : tuple of StatisticRow
    differences : tuple of tuple of Difference
        What was asked otherwise than of the first, for each of the others.
    partings : tuple of Parting or None
        The first trade in which each of the others differs from the first.
    """

    numbers: tuple[int, ...]
    curves: "Curves"
    rows: "tuple[StatisticRow, ...]"
    differences: tuple[tuple[Difference, ...], ...]
    partings: "tuple[Parting | None, ...]"


class ComparisonStore(QObject):
    """Holds the runs that are compared.

    Signals
    -------
    changed : no value
        Other runs were chosen, or their comparison is there.
    opened : no value
        A trade of one of them is on screen.
    """

    changed = Signal()
    opened = Signal()

    def __init__(
        self,
        jobs: JobRunner,
        results: ResultStore,
        history: HistoryStore,
        reopening: Reopening,
        notices: NoticeStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._results, self._history = results, history
        self._reopening, self._notices = reopening, notices
        self._chosen: tuple[int, ...] = ()
        self._job = OneJob(jobs, self._take, self, fail=self._on_failed)
        self._comparison: Comparison | None = None
        history.changed.connect(self._on_history_changed)

    @property
    def chosen(self) -> tuple[int, ...]:
        """The numbers of the runs; the first is what the others are compared with."""
        return self._chosen

    @property
    def comparison(self) -> Comparison | None:
        """The comparison; None while it is computed, or nothing is chosen."""
        return self._comparison

    def choose(self, numbers: Iterable[int]) -> None:
        """Compare runs of the history, `MOST` of them at most."""
        chosen = tuple(dict.fromkeys(numbers))[:MOST]
        if chosen == self._chosen:
            return
        self._forget()
        self._chosen = chosen
        if len(chosen) > 1:
            sources = tuple(self._source(number) for number in chosen)
            self._job.begin(partial(_compare_task, sources))
        self.changed.emit()

    def compare_with(self, number: int) -> None:
        """Let another of the chosen runs be the one that the others are compared with."""
        self.choose((number, *(other for other in self._chosen if other != number)))

    def open_trade(self, number: int, trade_id: int) -> None:
        """Put a run on screen and choose a trade in it."""
        self._reopening.show(number, partial(self._choose_trade, trade_id))

    def _choose_trade(self, trade_id: int) -> None:
        self._results.select_trade(trade_id)
        self.opened.emit()

    def question(self, place: int, name: str, *, is_difference: bool = False) -> Question:
        """Ask about a statistic of one of the chosen runs, or how far it is from that of the first."""
        own = self._source(self._chosen[place])
        title = _title(self._chosen[place])
        if not is_difference:
            return of_source(own, title, name)
        first = self._chosen[0]
        return of_difference(own, title, self._source(first), _title(first), name)

    def _source(self, number: int) -> RunSource:
        return run_source(self._history, self._results, number)

    def _forget(self) -> None:
        self._job.drop()
        self._comparison = None

    @Slot()
    def _on_history_changed(self) -> None:
        left = tuple(number for number in self._chosen if self._history.entry(number) is not None)
        if left != self._chosen:
            self.choose(left)

    def _take(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._chosen = ()
        if not isinstance(error, InputError):
            raise error
        self._notices.show(
            tr("The runs cannot be compared"), (Notice(problem) for problem in error.problems)
        )
        self.changed.emit()


def _compare_task(sources: tuple[RunSource, ...], token: JobToken) -> Comparison:
    from ml4t_desktop.analysis.compare import curves, parting, statistic_rows

    results: list[RunResult] = []
    metrics: list[Metrics] = []
    for source in sources:
        token.check()
        result, found = run_of(source)
        results.append(result)
        metrics.append(found)
    token.check()
    first, *others = sources
    return Comparison(
        numbers=tuple(source.entry.number for source in sources),
        curves=curves(results),
        rows=statistic_rows(metrics),
        differences=tuple(differences(first.draft, other.draft) for other in others),
        partings=tuple(parting(results[0], result) for result in results[1:]),
    )


def _title(number: int) -> str:
    return tr("Run {number}", number=number)
