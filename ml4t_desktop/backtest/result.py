"""The result of a Python backtest, with its statistics and its folder."""

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import polars as pl

from ml4t_desktop import __version__
from ml4t_desktop.analysis.account.returns import daily_returns
from ml4t_desktop.analysis.metrics import Metrics, compute_metrics
from ml4t_desktop.analysis.saved import saved_statistics
from ml4t_desktop.result.run_folder import read_run_folder, write_run_folder
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.trade import Trade, iter_trades

if TYPE_CHECKING:
    from ml4t_desktop.analysis.benchmark import BenchmarkMetrics
    from ml4t_desktop.result.manifest import Manifest


@dataclass(frozen=True, repr=False)
class BacktestResult:
    """What a run produced, as polars frames (DESIGN 4.3 names their columns) and typed statistics.

    Parameters
    ----------
    run : RunResult
        The tables.
    run_id : str
        Hash of version, settings and data, empty when unknown.
    phases : mapping of str to float
        Seconds of each phase.
    """

    run: RunResult
    run_id: str = ""
    phases: Mapping[str, float] | None = None

    def __repr__(self) -> str:
        return repr(self.run).replace(type(self.run).__name__, type(self).__name__, 1)

    @property
    def trades(self) -> pl.DataFrame:
        """Closed, partly closed and open trades with the signals and context of their decisions."""
        return self.run.trades

    @property
    def fills(self) -> pl.DataFrame:
        """Every fill."""
        return self.run.fills

    @property
    def orders(self) -> pl.DataFrame:
        """Every order with its fate and the reason where it did not trade in full."""
        return self.run.orders

    @property
    def equity(self) -> pl.DataFrame:
        """One point per timestamp."""
        return self.run.equity

    @property
    def cash_flows(self) -> pl.DataFrame:
        """Payments that belong to no trade: interest, borrow fees."""
        return self.run.cash_flows

    @property
    def risk_events(self) -> pl.DataFrame:
        """What the risk limits did, in order; empty without them."""
        return self.run.risk_events

    @property
    def initial_capital(self) -> float:
        """Money at the start."""
        return self.run.initial_capital

    @property
    def final_value(self) -> float:
        """Equity at the last timestamp."""
        return self.run.final_value

    @cached_property
    def metrics(self) -> Metrics:
        """Every statistic; undefined ones are None, with the reason in `metrics.undefined`."""
        return compute_metrics(self.run)

    def against(
        self,
        benchmark: "str | Path | pl.DataFrame",
        *,
        time: str | None = None,
        column: str | None = None,
        values: Literal["price", "return"] = "price",
        match: Literal["asof", "exact"] = "asof",
    ) -> "BenchmarkMetrics":
        """Return how a benchmark did, and the run against it, over the days that both have.

        Parameters
        ----------
        benchmark : path or DataFrame
            A time, and prices or returns; any file that prices can be read from.
        time, column : str or None
            Column names; None means recognised by the usual names.
        values : {"price", "return"}
            Prices (or levels of an index), or returns of each row since the one before, as fractions.
        match : {"asof", "exact"}
            Between its times a benchmark keeps its latest value, or moves at the same times alone.

        Raises
        ------
        InputError
            If the file, its columns or its values are refused.
        """
        from ml4t_desktop.backtest.benchmark import measured

        return measured(self.run, self.metrics, benchmark, time, column, values, match)

    def iter_trades(self) -> Iterator[Trade]:
        """Yield the trades as values with `entry_signals`, `exit_signals`, `entry_context`, `exit_context`."""
        return iter_trades(self.trades)

    def save(self, folder: str | Path) -> "Manifest":
        """Write the run folder; one that exists is replaced as a whole.

        Raises
        ------
        InputError
            If the folder is something else than a run folder, or cannot be written.
        """
        statistics, undefined = saved_statistics(self.run, self.metrics)
        return write_run_folder(
            Path(folder),
            self.run,
            daily_returns=daily_returns(self.run),
            metrics=statistics,
            undefined=undefined,
            request_toml=None,
            run_id=self.run_id,
            phases=dict(self.phases or {}),
            versions={
                "ml4t_desktop": __version__,
                "python": platform.python_version(),
                "polars": pl.__version__,
            },
        )

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Return the result of a run folder.

        Raises
        ------
        InputError
            If files are missing or damaged; it names them.
        """
        saved = read_run_folder(Path(folder))
        return cls(saved.result, saved.manifest.run_id, saved.manifest.phases)
