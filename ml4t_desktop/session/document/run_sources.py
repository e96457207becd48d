"""Where a run of the history is, and how its numbers are asked about without putting it on screen."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import InputError
from ml4t_desktop.project.documents.entry import Entry
from ml4t_desktop.session.document.history import HistoryStore
from ml4t_desktop.session.document.reopening import no_tables
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.review.making import Question
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    import polars as pl

    from ml4t_desktop.analysis.making.scopes import Scope
    from ml4t_desktop.analysis.metrics import Metrics
    from ml4t_desktop.result.run_result import RunResult


@dataclass(frozen=True, slots=True, eq=False)
class RunSource:
    """Where a run is: in memory, or in a folder or project file."""

    entry: Entry
    draft: Draft
    result: "RunResult | None"
    metrics: "Metrics | None"
    place: Path | None


def run_source(history: HistoryStore, results: ResultStore, number: int) -> RunSource:
    """Return where a run of the history is."""
    entry = history.entry(number)
    assert entry is not None  # noqa: S101 (only runs of the history are chosen)
    draft = history.request_of(number)
    run = results.run if history.shown == number else None
    if run is not None:
        return RunSource(entry, draft, run.result, run.metrics, None)
    return RunSource(entry, draft, None, None, history.place(number))


def run_of(source: RunSource) -> "tuple[RunResult, Metrics]":
    """Return a run from memory or from disk; raises InputError."""
    from ml4t_desktop.project.documents.kept_runs import completed_run

    if source.result is not None and source.metrics is not None:
        return source.result, source.metrics
    if source.place is None:
        raise InputError(no_tables(source.entry.number))
    run = completed_run(source.entry, source.draft.request(), source.place, None)
    return run.result, run.metrics


def of_source(source: RunSource, title: str, name: str) -> Question:
    """Ask about a statistic of a run of the history, which is called `title`."""
    found = _Numbers(source, title)
    return Question(name, found.scope, None if source.result is not None else found.trades)


def of_difference(
    own: RunSource, own_title: str, first: RunSource, first_title: str, name: str
) -> Question:
    """Ask how far a statistic of one run is from that of another."""
    found = _Difference(_Numbers(own, own_title), _Numbers(first, first_title))
    return Question(name, found.scope)


class _Numbers:
    """The numbers of a run, which is read when the first is made."""

    def __init__(self, source: RunSource, title: str) -> None:
        self.source, self.title = source, title

    @cached_property
    def run(self) -> "tuple[RunResult, Metrics] | None":
        """The run; None where its tables cannot be had any more."""
        try:
            return run_of(self.source)
        except InputError:
            return None

    def scope(self) -> "Scope":
        """Return what the numbers are made of."""
        from ml4t_desktop.analysis.making.scopes import KeptScope, RunScope

        if self.run is None:
            return KeptScope(self.source.entry.statistics, self.title)
        result, metrics = self.run
        stop = self.source.draft.request().strategy.exits.stop_loss
        return RunScope(result, metrics, stop, self.title)

    def trades(self) -> "pl.DataFrame | None":
        """Return its trades."""
        return self.run[0].trades if self.run is not None else None


class _Difference:
    """The numbers of two runs."""

    def __init__(self, own: _Numbers, first: _Numbers) -> None:
        self._own, self._first = own, first

    def scope(self) -> "Scope":
        """Return what their differences are made of."""
        from ml4t_desktop.analysis.making.scopes import DifferenceScope

        own, first = self._own, self._first
        return DifferenceScope(own.scope(), own.title, first.scope(), first.title)
