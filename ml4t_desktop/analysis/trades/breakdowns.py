"""The closed trades of a run in groups: by year, month, asset, reason, weekday, hour or side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import polars as pl

from ml4t_desktop.analysis.clocks import UTC_NAME, on_clocks
from ml4t_desktop.analysis.trades.outcomes import COLUMNS, outcomes_of_groups
from ml4t_desktop.result.schema import CLOSED
from ml4t_desktop.wording import mark

Grouping = Literal[
    "year", "month", "asset", "exit_reason", "entry_reason", "weekday", "hour", "direction"
]  # fmt: skip
GROUPINGS: Final[tuple[Grouping, ...]] = get_args(Grouping)
WEEKDAYS: Final = (
    mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday"),
    mark("Sunday"),
)  # fmt: skip

# The statistics of `outcomes.OUTCOMES` that every group has, after its name.
GROUP_STATISTICS: Final = (
    "num_trades", "trades_pnl", "win_rate", "win_rate_low", "win_rate_high", "profit_factor",
    "expectancy", "expectancy_percent", "payoff_ratio", "average_win", "average_loss",
    "largest_win", "largest_loss", "gross_profit", "gross_loss", "winners", "losers",
    "scratch_trades", "sqn", "average_bars_held", "average_mfe", "average_mae", "trade_fees",
    "trade_slippage",
)  # fmt: skip
GROUP: Final = "group"
_NEEDED: Final = (*COLUMNS, "symbol", "exit_reason", "entry_reason")
_COUNTS: Final = frozenset({"num_trades", "winners", "losers", "scratch_trades"})
BREAKDOWN: Final[Mapping[str, type[pl.DataType]]] = {
    GROUP: pl.Enum,
    **{name: pl.Int64 if name in _COUNTS else pl.Float64 for name in GROUP_STATISTICS},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingDefinition:
    """What trades are grouped by.

    Parameters
    ----------
    name : str
    title : str
        Follows the word "by".
    formula : str
        Which trades are in a group, in a sentence.
    """

    name: Grouping
    title: str
    formula: str


GROUPING_DEFINITIONS: Final = (
    GroupingDefinition(
        name="year", title=mark("Year"),
        formula=mark("Trades that closed in the year; returns and drawdowns of the account in it."),
    ),
    GroupingDefinition(
        name="month", title=mark("Month"),
        formula=mark("Trades that closed in the month; returns and drawdowns of the account in it."),
    ),
    GroupingDefinition(name="asset", title=mark("Asset"), formula=mark("Trades in the asset.")),
    GroupingDefinition(
        name="exit_reason", title=mark("Exit reason"), formula=mark("Trades that ended for the reason."),
    ),
    GroupingDefinition(
        name="entry_reason", title=mark("Entry reason"), formula=mark("Trades that began for the reason."),
    ),
    GroupingDefinition(
        name="weekday", title=mark("Weekday"), formula=mark("Trades whose entry was filled on the weekday."),
    ),
    GroupingDefinition(
        name="hour", title=mark("Hour"),
        formula=mark("Trades whose entry was filled in the hour."),
    ),
    GroupingDefinition(name="direction", title=mark("Side"), formula=mark("Long or short trades.")),
)  # fmt: skip


def breakdown(trades: pl.DataFrame, by: Grouping, zone: str = UTC_NAME) -> pl.DataFrame:
    """Return the statistics of the closed trades in groups.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
        Open rows count in no group.
    by : str
        Years and months are those of the exit, weekdays and hours those of the entry.
    zone : str
        On whose clocks weekdays and hours are. Years and months are of UTC, as the days of the account are.

    Returns
    -------
    DataFrame of `BREAKDOWN`
        One row for each group that has a trade, in the order of the groups; statistics that are
        undefined for a group are null. `group` is an Enum whose order is that of the groups.
    """
    closed = trades.select(*_NEEDED).filter(trades["status"] == CLOSED)
    labels = _labels(closed, by, zone)
    order = WEEKDAYS if by == "weekday" else sorted(labels.unique().to_list())
    codes = labels.cast(pl.Enum(list(order))).to_physical().to_numpy()
    rows = np.argsort(codes, kind="stable")
    found, starts = np.unique(codes[rows], return_index=True)
    if not len(found):
        return pl.DataFrame(schema={**BREAKDOWN, GROUP: pl.Enum(list(order))})
    values = outcomes_of_groups(closed.select(COLUMNS)[rows], starts, GROUP_STATISTICS)
    names = pl.Series(GROUP, [order[code] for code in found], dtype=pl.Enum(list(order)))
    columns = (
        pl.Series(name, column, nan_to_null=True).cast(BREAKDOWN[name])
        for name, column in values.items()
    )
    return pl.DataFrame([names, *columns])


def group_trades(
    trades: pl.DataFrame, by: Grouping, group: str, zone: str = UTC_NAME
) -> pl.DataFrame:
    """Return the closed trades of one group of a `breakdown`.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
    group : str
        As in the column `group`.
    zone : str
        As in `breakdown`.
    """
    closed = trades.filter(pl.col("status") == CLOSED)
    return closed.filter(_labels(closed, by, zone) == group)


def _labels(trades: pl.DataFrame, by: Grouping, zone: str) -> pl.Series:
    """Return the names of the groups that trades are in, as texts."""
    match by:
        case "year":
            return trades["exit_time"].dt.strftime("%Y")
        case "month":
            return trades["exit_time"].dt.strftime("%Y-%m")
        case "weekday":
            numbers = on_clocks(trades["entry_time"], zone).dt.weekday()
            return numbers.replace_strict(dict(enumerate(WEEKDAYS, 1)), return_dtype=pl.String)
        case "hour":
            return on_clocks(trades["entry_time"], zone).dt.strftime("%H:00")
        case "asset":
            return trades["symbol"]
    return trades[by].fill_null("")
