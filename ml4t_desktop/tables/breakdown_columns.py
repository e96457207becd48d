"""The columns of the tables by year, asset, reason and so on, and of the table of months."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ml4t_desktop.tables.column import Column

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

_GROUP: Final = "group"
NOT_DEFINED: Final = "n/a"
_ACCOUNT: Final = "Account"
_TRADES: Final = "Closed trades"
# Header, the title it shares with its neighbours, and whether colour tells gain and loss apart.
_COLUMNS: Final[dict[str, tuple[str, str, bool]]] = {
    "total_return": ("Return", _ACCOUNT, True),
    "benchmark_return": ("Benchmark", _ACCOUNT, True),
    "excess_return": ("Excess", _ACCOUNT, True),
    "volatility": ("Volatility", _ACCOUNT, False),
    "sharpe": ("Sharpe", _ACCOUNT, False),
    "max_drawdown": ("Max. drawdown", _ACCOUNT, False),
    "exposure": ("Exposure", _ACCOUNT, False),
    "best_month": ("Best month", _ACCOUNT, False),
    "worst_month": ("Worst month", _ACCOUNT, False),
    "num_trades": ("Trades", _TRADES, False),
    "trades_pnl": ("P&L", _TRADES, True),
    "win_rate": ("Win rate", _TRADES, False),
    "win_rate_low": ("from", _TRADES, False),
    "win_rate_high": ("to", _TRADES, False),
    "profit_factor": ("Profit factor", _TRADES, False),
    "expectancy": ("Mean P&L", _TRADES, True),
    "expectancy_percent": ("Mean P&L %", _TRADES, True),
    "payoff_ratio": ("Payoff", _TRADES, False),
    "average_win": ("Mean win", _TRADES, False),
    "average_loss": ("Mean loss", _TRADES, False),
    "largest_win": ("Largest win", _TRADES, False),
    "largest_loss": ("Largest loss", _TRADES, False),
    "sqn": ("SQN", _TRADES, False),
    "average_bars_held": ("Bars held", _TRADES, False),
    "average_mfe": ("Best", _TRADES, False),
    "average_mae": ("Worst", _TRADES, False),
    "trade_fees": ("Fees", _TRADES, False),
    "trade_slippage": ("Slippage", _TRADES, False),
}
_BENCHMARK_TIP: Final = "Return of the benchmark in the same time"


def breakdown_columns(frame: pl.DataFrame, title: str, *, is_word: bool) -> tuple[Column, ...]:
    """Return the columns of a breakdown.

    Parameters
    ----------
    frame : DataFrame
        Of `analysis.breakdowns` or `analysis.calendar`.
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
        tip = f"{definition.title}: {definition.formula}" if definition else _BENCHMARK_TIP
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
    tip = "Return of the account; the first and the last month may be incomplete"
    return (
        Column(name=first, header="Year"),
        *(
            Column(name=name, header=name.title(), kind="percent", tip=tip, is_signed=True)
            for name in months
        ),
        Column(
            name=whole, header="Whole", kind="percent", is_signed=True,
            tip="Return of the account from the end of the year before to the last bar of the year",
        ),
    )  # fmt: skip
