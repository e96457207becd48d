"""Two and more runs beside each other: curves on one time axis, statistics with differences, where they part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.drawdowns import underwater
from ml4t_desktop.analysis.definitions import DEFINITIONS, Definition
from ml4t_desktop.analysis.metrics import Metrics
from ml4t_desktop.result.run_result import RunResult

BASE: Final = 100.0
_ROUNDING: Final = 1e-9  # relative: sums of many trades differ in their last digits
# Statistics of which more is better (1) or less (-1), by what they measure; drawdowns and losses are
# negative numbers, so that nearer to zero is more. All others are neither.
_MORE: Final = (
    "final_value", "net_profit", "total_return", "cagr", "best_day", "worst_day", "best_month",
    "worst_month", "average_month", "best_year", "worst_year", "winning_days", "winning_months",
    "winning_years", "peak_equity", "sharpe", "probabilistic_sharpe", "sortino", "calmar", "upi", "omega",
    "gain_to_pain", "recovery_factor", "return_in_market", "stability", "max_drawdown",
    "max_drawdown_money", "average_drawdown", "win_rate", "trades_pnl", "profit_factor", "payoff_ratio",
    "expectancy", "expectancy_percent", "expectancy_r", "median_trade", "largest_loss",
    "worst_trade_percent", "sqn", "sqn_100", "tail_ratio", "var_95", "var_95_normal", "cvar_95",
    "profit_before_costs", "entry_efficiency", "exit_efficiency", "total_efficiency",
)  # fmt: skip
_LESS: Final = (
    "volatility", "ulcer_index", "max_drawdown_days", "longest_drawdown_days", "average_drawdown_days",
    "time_under_water", "total_fees", "total_slippage", "cost_drag", "rejected_orders", "reduced_orders",
)  # fmt: skip
BETTER: Final[Mapping[str, Literal[1, -1]]] = {
    **dict.fromkeys(_MORE, 1),
    **dict.fromkeys(_LESS, -1),
}  # pyright: ignore[reportAssignmentType]  (the values are these literals)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Equity of several runs on one time axis.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Microseconds since the epoch: the equity points of all runs, ascending.
    rebased : tuple of ndarray of float64, shape (n,)
        Equity of each run as if it had begun with 100; between its points the last one, NaN before its
        first and after its last.
    drawdowns : tuple of ndarray of float64, shape (n,)
        Equity over its peak so far, minus one, the same way.
    is_zoned : bool
        Whether the times carry a zone.
    """

    times: NDArray[np.int64]
    rebased: tuple[NDArray[np.float64], ...]
    drawdowns: tuple[NDArray[np.float64], ...]
    is_zoned: bool = False


@dataclass(frozen=True, slots=True)
class StatisticRow:
    """One statistic of several runs.

    Parameters
    ----------
    values : tuple
        One for each run; None where it is undefined.
    differences : tuple of float or None
        Value minus that of the first run; None for the first, for texts and where either is undefined.
    best : tuple of int
        The places of the best runs; empty when all are equal, fewer than two have a value, or the
        statistic has no better.
    """

    definition: Definition
    values: tuple[float | int | str | None, ...]
    differences: tuple[float | None, ...]
    best: tuple[int, ...]

    @property
    def is_equal(self) -> bool:
        """Whether all runs have the same value."""
        return all(_is_same(value, self.values[0]) for value in self.values[1:])


@dataclass(frozen=True, slots=True)
class Parting:
    """The first trade, in time, in which two runs differ.

    Parameters
    ----------
    time : datetime
        When they part: at an entry, or at the exit of a trade that both entered alike.
    what : str
        ``only_first``, ``only_second``, ``quantity``, ``entry_price``, ``exit_time``, ``exit_price``,
        ``exit_reason`` or ``costs``.
    first, second : int or None
        The `trade_id` in each run; None where it has no such trade.
    values : tuple of two
        What differs, of the first and of the second; None where there is no such trade.
    """

    time: datetime
    symbol: str
    direction: str
    what: str
    first: int | None
    second: int | None
    values: tuple[float | str | datetime | None, float | str | datetime | None]


def curves(runs: Sequence[RunResult]) -> Curves:
    """Return the equity of runs, each as if it had begun with 100, and the drawdowns below it."""
    points = [run.equity["timestamp"].to_physical().to_numpy() for run in runs]
    times = np.unique(np.concatenate(points)) if points else np.zeros(0, np.int64)
    rebased, drawdowns = [], []
    for run, own in zip(runs, points, strict=True):
        equity = run.equity["equity"].to_numpy()
        rebased.append(_on_axis(times, own, equity / run.initial_capital * BASE))
        drawdowns.append(_on_axis(times, own, underwater(equity, run.initial_capital)))
    zones = [getattr(run.equity["timestamp"].dtype, "time_zone", None) for run in runs]
    return Curves(times, tuple(rebased), tuple(drawdowns), bool(zones) and None not in zones)


def statistic_rows(runs: Sequence[Metrics]) -> tuple[StatisticRow, ...]:
    """Return every statistic of runs side by side, in the order of `DEFINITIONS`."""
    return tuple(
        _row(definition, tuple(getattr(run, definition.name) for run in runs))
        for definition in DEFINITIONS
        if all(hasattr(run, definition.name) for run in runs)
    )


def parting(first: RunResult, second: RunResult) -> Parting | None:
    """Return the first trade in which two runs differ; None when all their trades are the same.

    Trades are the same when they were entered in the same asset, at the same time and on the same side;
    several of them are told apart by their order. Of trades that differ in more than one way the earliest
    moment counts, and of several trades at one moment the first by symbol.
    """
    joined = _numbered(first.trades).join(
        _numbered(second.trades),
        on=[*_KEYS, "place"],
        how="full",
        coalesce=True,
        suffix="__2",
        nulls_equal=True,
    )
    found = joined.with_columns(_kind_of_difference().alias("what")).filter(
        pl.col("what").is_not_null()
    )
    if not found.height:
        return None
    is_at_entry = pl.col("what").is_in(["only_first", "only_second", "quantity", "entry_price"])
    exits = pl.min_horizontal("exit_time", "exit_time__2").fill_null(pl.col("entry_time"))
    when = pl.when(is_at_entry).then("entry_time").otherwise(exits)
    row = (
        found.with_columns(when.alias("when"))
        .sort("when", "symbol", "direction", "place")
        .row(0, named=True)
    )
    column = "fees" if row["what"] == "costs" else row["what"]
    has_values = column in joined.columns
    return Parting(
        time=row["when"],
        symbol=row["symbol"],
        direction=row["direction"],
        what=row["what"],
        first=row["trade_id"],
        second=row["trade_id__2"],
        values=(row[column], row[f"{column}__2"]) if has_values else (None, None),
    )


_KEYS: Final = ("entry_time", "symbol", "direction")
_COMPARED: Final = (
    "trade_id", "quantity", "entry_price", "exit_time", "exit_price", "exit_reason", "fees",
)  # fmt: skip


def _numbered(trades: pl.DataFrame) -> pl.DataFrame:
    """Return what of trades is compared, with the place of each among those with the same key."""
    times = pl.col("entry_time", "exit_time").dt.replace_time_zone(
        None
    )  # one run may have been of UTC
    return trades.select(*_KEYS, *_COMPARED).with_columns(
        times, pl.int_range(pl.len()).over(*_KEYS, order_by="trade_id").alias("place")
    )


def _kind_of_difference() -> pl.Expr:
    """Return what differs first in a pair of trades, null when nothing does."""

    def differs(name: str) -> pl.Expr:
        left, right = pl.col(name), pl.col(f"{name}__2")
        return left.ne_missing(right)

    def is_other(name: str) -> pl.Expr:
        left, right = pl.col(name), pl.col(f"{name}__2")
        size = pl.max_horizontal(left.abs(), right.abs())
        is_far = ((left - right).abs() > size * _ROUNDING).fill_null(value=False)
        return is_far | (left.is_null() != right.is_null())

    kinds: tuple[tuple[str, pl.Expr], ...] = (
        ("only_first", pl.col("trade_id__2").is_null()),
        ("only_second", pl.col("trade_id").is_null()),
        ("quantity", is_other("quantity")),
        ("entry_price", is_other("entry_price")),
        ("exit_time", differs("exit_time")),
        ("exit_price", is_other("exit_price")),
        ("exit_reason", differs("exit_reason")),
        ("costs", is_other("fees")),
    )
    return pl.coalesce(pl.when(test).then(pl.lit(name)) for name, test in kinds)


def _on_axis(
    times: NDArray[np.int64], own: NDArray[np.int64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    found = np.full(times.size, np.nan)
    if own.size:
        place = np.searchsorted(own, times, side="right") - 1
        is_inside = (place >= 0) & (times <= own[-1])
        found[is_inside] = values[place[is_inside]]
    return found


def _row(definition: Definition, values: tuple[float | int | str | None, ...]) -> StatisticRow:
    numbers = [value if isinstance(value, int | float) else None for value in values]
    first = numbers[0] if numbers else None
    differences = tuple(
        None if place == 0 or value is None or first is None else float(value - first)
        for place, value in enumerate(numbers)
    )
    return StatisticRow(definition, values, differences, _best(definition.name, numbers))


def _best(name: str, values: Sequence[float | int | None]) -> tuple[int, ...]:
    sign = BETTER.get(name)
    present = [value * sign for value in values if value is not None and sign is not None]
    if sign is None or len(present) < 2:
        return ()
    top = max(present)
    if all(_is_same(value, top) for value in present):
        return ()
    return tuple(
        place
        for place, value in enumerate(values)
        if value is not None and _is_same(value * sign, top)
    )


def _is_same(value: float | str | None, other: float | str | None) -> bool:
    if isinstance(value, int | float) and isinstance(other, int | float):
        return abs(value - other) <= max(abs(value), abs(other)) * _ROUNDING
    return value == other
