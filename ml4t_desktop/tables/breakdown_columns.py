"""The columns of the tables by year, asset, reason and so on, and of the table of months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ml4t_desktop.session.language import tr
from ml4t_desktop.tables.column import Column
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

_GROUP: Final = "group"
NOT_DEFINED: Final = "n/a"
_ACCOUNT: Final = mark("Account")
_TRADES: Final = mark("Closed trades")
# Header, the title it shares with its neighbours, and whether colour tells gain and loss apart.
_COLUMNS: Final[dict[str, tuple[str, str, bool]]] = {
    "total_return": (mark("Return"), _ACCOUNT, True),
    "benchmark_return": (mark("Benchmark"), _ACCOUNT, True),
    "excess_return": (mark("Excess"), _ACCOUNT, True),
    "volatility": (mark("Volatility"), _ACCOUNT, False),
    "sharpe": (mark("Sharpe"), _ACCOUNT, False),
    "max_drawdown": (mark("Max. drawdown"), _ACCOUNT, False),
    "exposure": (mark("Exposure"), _ACCOUNT, False),
    "best_month": (mark("Best month"), _ACCOUNT, False),
    "worst_month": (mark("Worst month"), _ACCOUNT, False),
    "num_trades": (mark("Trades"), _TRADES, False),
    "trades_pnl": (mark("P&L"), _TRADES, True),
    "win_rate": (mark("Win rate"), _TRADES, False),
    "win_rate_low": (mark("from"), _TRADES, False),
    "win_rate_high": (mark("to"), _TRADES, False),
    "profit_factor": (mark("Profit factor"), _TRADES, False),
    "expectancy": (mark("Mean P&L"), _TRADES, True),
    "expectancy_percent": (mark("Mean P&L %"), _TRADES, True),
    "payoff_ratio": (mark("Payoff"), _TRADES, False),
    "average_win": (mark("Mean win"), _TRADES, False),
    "average_loss": (mark("Mean loss"), _TRADES, False),
    "largest_win": (mark("Largest win"), _TRADES, False),
    "largest_loss": (mark("Largest loss"), _TRADES, False),
    "sqn": ("SQN", _TRADES, False),
    "average_bars_held": (mark("Bars held"), _TRADES, False),
    "average_mfe": (mark("Best"), _TRADES, False),
    "average_mae": (mark("Worst"), _TRADES, False),
    "trade_fees": (mark("Fees"), _TRADES, False),
    "trade_slippage": (mark("Slippage"), _TRADES, False),
}
_BENCHMARK_TIP: Final = mark("Return of the benchmark in the same time")


def breakdown_columns(frame: pl.DataFrame, title: str, *, is_word: bool) -> tuple[Column, ...]:
    """Return the columns of a breakdown.

    Parameters
    ----------
    frame : DataFrame
        Of `analysis.trades.breakdowns` or `analysis.calendar`.
    title : str
        Of the groups.
    is_word : bool
        Whether groups are names such as ``stop_loss``.
    """
    from ml4t_desktop.analysis.definitions import DEFINITION_OF

    columns = [Column(name=_GROUP, header=title, kind="word" if is_word else "text")]
    for name, (header, group, is_signed) in _COLUMNS.items():
        if name not in frame.columns:
            continue
        definition = DEFINITION_OF.get(name)
        tip = (
            tr("{title}: {text}", title=definition.title, text=definition.formula)
            if definition
            else _BENCHMARK_TIP
        )
        columns.append(
            Column(
                name=name,
                header=header,
                kind=definition.kind if definition else "percent",
                group=group,
                tip=tip,
                missing=NOT_DEFINED,
                is_signed=is_signed,
            )
        )
    return tuple(columns)


def month_columns(frame: pl.DataFrame) -> tuple[Column, ...]:
    """Return the columns of the table of months: the year, its months, and the year as a whole."""
    first, *months, whole = frame.columns
    tip = tr("Return of the account; the first and the last month may be incomplete")
    return (
        Column(name=first, header=tr("Year")),
        *(
            Column(name=name, header=name.title(), kind="percent", tip=tip, is_signed=True)
            for name in months
        ),
        Column(
            name=whole, header=tr("Whole"), kind="percent", is_signed=True,
            tip=tr("Return of the account from the end of the year before to the last bar of the year"),
        ),
    )  # fmt: skip
