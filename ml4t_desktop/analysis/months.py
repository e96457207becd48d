"""A run in a grid of years and months, and its profits by the moment of entry."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.calendar import MONTH_NAMES, monthly_table
from ml4t_desktop.analysis.clocks import UTC_NAME, on_clocks
from ml4t_desktop.analysis.trades.breakdowns import GROUP, WEEKDAYS, breakdown
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CLOSED

Measure = Literal["return", "pnl", "trades", "win_rate"]


@dataclass(frozen=True, slots=True, eq=False)
class MonthGrid:
    """Years and months.

    Parameters
    ----------
    years : tuple of str
    values : ndarray of float64, shape (years, 13)
        Of the twelve months and of the year as a whole; NaN where there is nothing.
    """

    years: tuple[str, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MomentProfits:
    """Profits of closed trades by weekday or hour of their entry, n groups that have a trade.

    Parameters
    ----------
    labels : tuple of str
    pnl : ndarray of float64, shape (n,)
    counts : ndarray of int64, shape (n,)
    """

    labels: tuple[str, ...]
    pnl: NDArray[np.float64]
    counts: NDArray[np.int64]


def month_grid(result: RunResult, trades: pl.DataFrame, measure: Measure) -> MonthGrid:
    """Return a measure of every month and year.

    Parameters
    ----------
    result : RunResult
        Its equity gives the years, and the returns.
    trades : DataFrame of `schema.TRADES`
        Those that are counted, in the month in which they closed.
    measure : {"return", "pnl", "trades", "win_rate"}
        The return is that of the account, whatever the trades.
    """
    table = monthly_table(result)
    years = tuple(table["year"])
    if measure == "return":
        return MonthGrid(years, table.drop("year").fill_null(float("nan")).to_numpy())
    closed = trades.filter(pl.col("status") == CLOSED)
    of = {
        "pnl": pl.col("pnl").sum(),
        "trades": pl.len().cast(pl.Float64),
        "win_rate": (pl.col("pnl") > 0).mean(),
    }[measure]
    moment = pl.col("exit_time")
    keys = closed.with_columns(year=moment.dt.strftime("%Y"), month=moment.dt.month())
    values = np.full((len(years), 13), np.nan)
    rows = {year: row for row, year in enumerate(years)}
    for year, month, value in keys.group_by("year", "month").agg(value=of).iter_rows():
        values[rows[year], month - 1] = value
    for year, value in keys.group_by("year").agg(value=of).iter_rows():
        values[rows[year], 12] = value
    return MonthGrid(years, values)


def moment_profits(
    trades: pl.DataFrame, by: Literal["weekday", "hour", "month"], zone: str = UTC_NAME
) -> MomentProfits:
    """Return the profits of the closed trades by weekday or hour of their entry, or month of the year of it.

    All of them are on the clocks of a zone.
    """
    if by == "month":
        return _season_profits(trades, zone)
    frame = breakdown(trades, by, zone)
    words = {str(day): day for day in WEEKDAYS}
    return MomentProfits(
        labels=tuple(words.get(label, label) for label in map(str, frame[GROUP])),
        pnl=frame["trades_pnl"].to_numpy(),
        counts=frame["num_trades"].to_numpy(),
    )


def entered_in(
    trades: pl.DataFrame,
    part: Literal["weekday", "hour", "month"],
    values: Collection[int],
    zone: str = UTC_NAME,
) -> pl.DataFrame:
    """Return the trades entered on some weekdays (1 is Monday), in some hours, or in some months of the year."""
    moment = on_clocks(trades["entry_time"], zone).dt
    of = {"weekday": moment.weekday, "hour": moment.hour, "month": moment.month}[part]
    return trades.filter(of().is_in(list(values)))


def _season_profits(trades: pl.DataFrame, zone: str) -> MomentProfits:
    closed = trades.filter(pl.col("status") == CLOSED)
    month = on_clocks(closed["entry_time"], zone).dt.month().alias("month")
    frame = closed.group_by(month).agg(pnl=pl.col("pnl").sum(), count=pl.len()).sort("month")
    return MomentProfits(
        labels=tuple(MONTH_NAMES[month - 1].title() for month in frame["month"]),
        pnl=frame["pnl"].to_numpy(),
        counts=frame["count"].cast(pl.Int64).to_numpy(),
    )
