"""The columns of the table of stretches."""

from typing import Final

from ml4t_desktop.session.formats import Kind
from ml4t_desktop.session.language import shown
from ml4t_desktop.tables.column import Column
from ml4t_desktop.wording import mark

_ACCOUNT: Final = mark("Account")
_TRADES: Final = mark("Closed trades")
_SURE: Final = mark("90 % of redrawn histories of the stretch lie between the two")
_WON: Final = mark("90 % interval of the win rate (Wilson)")
_COLUMNS: Final[tuple[tuple[str, str, Kind, str, str, bool], ...]] = (
    ("first", mark("First day"), "date", "", mark("Of the stretch"), False),
    ("last", mark("Last day"), "date", "", mark("Of the stretch"), False),
    ("days", mark("Days"), "count", _ACCOUNT, mark("Returns the stretch has"), False),
    ("total_return", mark("Return"), "percent", _ACCOUNT, mark("Of the account in the stretch"), True),
    ("benchmark_return", mark("Benchmark"), "percent", _ACCOUNT, mark("In the same days"), True),
    ("excess_return", mark("Excess"), "percent", _ACCOUNT, mark("Return less that of the benchmark"), True),
    ("sharpe", mark("Sharpe"), "ratio", _ACCOUNT, mark("Annual, of the returns of the stretch"), True),
    ("sharpe_low", mark("from"), "ratio", _ACCOUNT, _SURE, False),
    ("sharpe_high", mark("to"), "ratio", _ACCOUNT, _SURE, False),
    ("volatility", mark("Volatility"), "percent", _ACCOUNT, mark("Annual"), False),
    ("max_drawdown", mark("Drawdown"), "percent", _ACCOUNT, mark("The deepest within the stretch"), False),
    ("num_trades", mark("Trades"), "count", _TRADES, mark("Closed trades of the stretch"), False),
    ("win_rate", mark("Win rate"), "percent", _TRADES, mark("Share of them with a profit"), False),
    ("win_rate_low", mark("from"), "percent", _TRADES, _WON, False),
    ("win_rate_high", mark("to"), "percent", _TRADES, _WON, False),
    ("trades_pnl", mark("P&L"), "money", _TRADES, mark("Their profit after fees"), True),
    ("expectancy", mark("Mean P&L"), "money", _TRADES, mark("Mean profit of a trade after fees"), True),
)  # fmt: skip


def stability_columns(*, has_benchmark: bool) -> tuple[Column, ...]:
    """Return the columns, those of the benchmark where there is one."""
    return (
        Column(name="stretch", header=shown(mark("Stretch"))),
        *(
            Column(
                name=name,
                header=shown(header),
                kind=kind,
                group=shown(group),
                tip=shown(tip),
                is_signed=is_signed,
            )
            for name, header, kind, group, tip, is_signed in _COLUMNS
            if has_benchmark or name not in {"benchmark_return", "excess_return"}
        ),
    )
