"""The run on screen once more without some of its entries, to be compared with."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal, Slot

from ml4t_desktop.session.clocks import clock_zone, has_times_of_day
from ml4t_desktop.session.formats import day_on_screen, format_value
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.runs.reruns import may_run_none, why_not_again
from ml4t_desktop.session.runs.results import ResultStore, Subset

if TYPE_CHECKING:  # polars and numba load after the window is visible
    import polars as pl

    from ml4t_desktop.analysis.exclusions import Mask
    from ml4t_desktop.project.completed import CompletedRun


class WithoutStore(QObject):
    """Runs the rules again without what is looked at, and compares the run on screen with that.

    Signals
    -------
    changed : no value
        It has begun or ended.
    made : no value
        The run on screen is compared with one without some entries.
    """

    changed = Signal()
    made = Signal()

    def __init__(
        self, jobs: JobRunner, results: ResultStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._results = results
        self._job = OneJob(jobs, self._take, self, stopped=self.changed.emit)
        results.run_changed.connect(self._on_run_changed)

    @property
    def is_running(self) -> bool:
        """Whether it is being run."""
        return self._job.is_busy

    def why_not(self) -> str:
        """Return why the run on screen cannot be made again without some entries; empty when it can."""
        run = self._results.run
        if run is None:
            return tr("There is no run.")
        if run.request.strategy.python is not None:
            return tr("A Python strategy decides by itself what it enters.")
        return shown(why_not_again(run, may_run_none))

    def title(self, mask: "Mask") -> str:
        """Return what would be run, in words; empty when nothing is looked at."""
        run, subset = self._results.run, self._results.subset
        if run is None or subset is None or not subset.trade_ids.size:
            return ""
        trades = _chosen(run, subset)
        if mask == "trades":
            return tr_count(
                "Run again without this trade",
                "Run again without these {n:,} trades",
                trades.height,
            )
        if mask == "assets":
            symbols = trades["symbol"].unique().sort().to_list()
            return tr_count(
                "Run again without any entry in {first}",
                "Run again without any entry in these {n:,} assets",
                len(symbols),
                first=symbols[0],
            )
        start, end = _days(run, trades)
        return tr("Run again without any entry from {start} to {end}", start=start, end=end)

    def run(self, mask: "Mask") -> None:
        """Run again without what is looked at."""
        run, subset = self._results.run, self._results.subset
        if run is None or subset is None or self.why_not() or not self._job.can_begin:
            return
        self._job.begin(partial(_task, run, subset, mask, _sentence(run, subset, mask)))
        self.changed.emit()

    @Slot(object)
    def _on_run_changed(self, _run: object) -> None:
        if self._job.is_busy:
            self._job.drop()
            self.changed.emit()

    def _take(self, without: "CompletedRun") -> None:
        self._results.compare_with(without)
        self.changed.emit()
        self.made.emit()


def _chosen(run: "CompletedRun", subset: Subset) -> "pl.DataFrame":
    import numpy as np

    trades = run.result.trades
    return trades.filter(np.isin(trades["trade_id"].to_numpy(), subset.trade_ids))


def _days(run: "CompletedRun", trades: "pl.DataFrame") -> tuple[str, str]:
    """Return the first and the last day on which trades were decided."""
    has_clock = has_times_of_day(run) and clock_zone(run) != "UTC"
    times = trades["entry_decision_time"].sort()
    first, last = (day_on_screen(times[place], QLocale(), has_clock=has_clock) for place in (0, -1))
    return first, last


def _sentence(run: "CompletedRun", subset: Subset, mask: "Mask") -> str:
    """Return what the run on screen is compared with, and what taking the profit away alone would say."""
    trades = _chosen(run, subset)
    pnl = float(trades["pnl"].sum())
    naive = format_value(run.result.final_value - pnl, "money", QLocale())
    if mask == "trades":
        return tr_count(
            "It is compared with the same rules without this trade; taking its P&L away alone would leave {naive}.",
            "It is compared with the same rules without these {n:,} trades; taking their P&L away alone would "
            "leave {naive}.",
            trades.height,
            naive=naive,
        )
    if mask == "assets":
        symbols = trades["symbol"].unique().sort().to_list()
        return tr_count(
            "It is compared with the same rules without any entry in {first}.",
            "It is compared with the same rules without any entry in these {n:,} assets.",
            len(symbols),
            first=symbols[0],
        )
    start, end = _days(run, trades)
    return tr(
        "It is compared with the same rules without any entry from {start} to {end}.",
        start=start,
        end=end,
    )


def _task(
    run: "CompletedRun", subset: Subset, mask: "Mask", said: str, token: JobToken
) -> "CompletedRun":
    from ml4t_desktop.analysis.exclusions import refused_rows, refusing, without_mask
    from ml4t_desktop.analysis.metrics import compute_metrics
    from ml4t_desktop.engine.rules.rule_run import run_rules

    refused = refused_rows(run.market, _chosen(run, subset), mask)
    token.check()
    market, request = refusing(run.market, run.request, refused)
    result = without_mask(run_rules(market, request), run.market)
    token.check()
    metrics = compute_metrics(result, stop_loss=run.request.strategy.exits.stop_loss)
    return replace(run, run_id="", result=result, metrics=metrics, said=said)
