"""What a group of closed trades came to: each statistic one expression, for all trades or any group of them."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ml4t_desktop.analysis.undefined import Statistics, Undefined
from ml4t_desktop.units import MICROSECONDS_PER_DAY

NO_TRADE: Final = "no closed trade"
NO_WINNER: Final = "no winning trade"
NO_LOSER: Final = "no losing trade"
TOO_FEW: Final = "fewer than 2 closed trades"
_NO_VARIATION: Final = "what would be compared does not vary"
_NO_RANGE: Final = "the price never left that of the entry"
# Two-sided 95 % of the normal distribution.
_Z: Final = 1.959963984540054
_SQN_CAP: Final = 100

_PNL: Final = pl.col("pnl")
_SHARE: Final = pl.col("pnl_percent")
_IS_WIN: Final = _PNL > 0
_IS_LOSS: Final = _PNL < 0
_COUNT: Final = pl.len()


def _over(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    """Return a quotient, null where the divisor is zero or not a number."""
    return pl.when(bottom.abs() > 0).then(top / bottom)


def _where(values: pl.Expr, condition: pl.Expr) -> pl.Expr:
    return values.filter(condition)


def _moved() -> pl.Expr:
    """Return the move of the price from entry to exit in favour of the trade, before fees."""
    sign = pl.when(pl.col("direction") == "long").then(1.0).otherwise(-1.0)
    return sign * (pl.col("exit_price") / pl.col("entry_price") - 1.0)


_GROSS_PROFIT: Final = _where(_PNL, _IS_WIN).sum()
_GROSS_LOSS: Final = _where(_PNL, _IS_LOSS).sum()
_WIN_RATE: Final = _IS_WIN.mean()
_AVERAGE_WIN: Final = _where(_PNL, _IS_WIN).mean()
_AVERAGE_LOSS: Final = _where(_PNL, _IS_LOSS).mean()
_PAYOFF: Final = _over(_AVERAGE_WIN, -_AVERAGE_LOSS)
_KELLY: Final = _WIN_RATE - (1.0 - _WIN_RATE) / _PAYOFF
_QUALITY: Final = _over(_PNL.mean(), _PNL.std(ddof=1))
_WILSON_SIZE: Final = 1.0 + _Z**2 / _COUNT
_WILSON_MIDDLE: Final = (_WIN_RATE + _Z**2 / (2.0 * _COUNT)) / _WILSON_SIZE
_WILSON_HALF: Final = (
    _Z * (_WIN_RATE * (1.0 - _WIN_RATE) / _COUNT + _Z**2 / (4.0 * _COUNT**2)).sqrt() / _WILSON_SIZE
)
_BARS: Final = pl.col("bars_held")
_DAYS: Final = (
    pl.col("exit_time").cast(pl.Int64) - pl.col("entry_time").cast(pl.Int64)
) / MICROSECONDS_PER_DAY
# The range of the price while the trade was on includes its entry and its exit.
_BEST: Final = pl.max_horizontal(pl.col("mfe"), _moved(), 0.0)
_WORST: Final = pl.min_horizontal(pl.col("mae"), _moved(), 0.0)
_RANGE: Final = _BEST - _WORST


def _correlation(excursion: str) -> pl.Expr:
    varied = (_SHARE.std() > 0) & (pl.col(excursion).std() > 0)
    return pl.when(varied).then(pl.corr(_SHARE, pl.col(excursion)))


# Over the closed rows of a trades table, or a group of them; null where undefined.
OUTCOMES: Final[Mapping[str, pl.Expr]] = {
    "num_trades": _COUNT,
    "winners": _IS_WIN.sum(),
    "losers": _IS_LOSS.sum(),
    "scratch_trades": (_PNL == 0).sum(),
    "win_rate": _WIN_RATE,
    "win_rate_low": pl.max_horizontal(_WILSON_MIDDLE - _WILSON_HALF, 0.0),
    "win_rate_high": pl.min_horizontal(_WILSON_MIDDLE + _WILSON_HALF, 1.0),
    "trades_pnl": _PNL.sum(),
    "gross_profit": _GROSS_PROFIT,
    "gross_loss": _GROSS_LOSS,
    "profit_factor": _over(_GROSS_PROFIT, -_GROSS_LOSS),
    "expectancy": _PNL.mean(),
    "expectancy_percent": _SHARE.mean(),
    "median_trade": _PNL.median(),
    "trade_deviation": _PNL.std(ddof=1),
    "payoff_ratio": _PAYOFF,
    "average_win": _AVERAGE_WIN,
    "average_loss": _AVERAGE_LOSS,
    "average_win_percent": _where(_SHARE, _IS_WIN).mean(),
    "average_loss_percent": _where(_SHARE, _IS_LOSS).mean(),
    "largest_win": _where(_PNL, _IS_WIN).max(),
    "largest_loss": _where(_PNL, _IS_LOSS).min(),
    "best_trade_percent": _SHARE.max(),
    "worst_trade_percent": _SHARE.min(),
    "sqn": _COUNT.sqrt() * _QUALITY,
    "sqn_100": pl.min_horizontal(_COUNT, _SQN_CAP).sqrt() * _QUALITY,
    "kelly": _KELLY,
    "half_kelly": _KELLY / 2.0,
    "average_bars_held": _BARS.mean(),
    "average_bars_held_winners": _where(_BARS, _IS_WIN).mean(),
    "average_bars_held_losers": _where(_BARS, _IS_LOSS).mean(),
    "median_bars_held": _BARS.median(),
    "max_bars_held": _BARS.max(),
    "average_days_held": _DAYS.mean(),
    "average_mfe": pl.col("mfe").mean(),
    "average_mae": pl.col("mae").mean(),
    "average_mfe_losers": _where(pl.col("mfe"), _IS_LOSS).mean(),
    "average_mae_winners": _where(pl.col("mae"), _IS_WIN).mean(),
    "worst_mae": pl.col("mae").min(),
    "average_end_drawdown": (_BEST - _moved()).mean(),
    "entry_efficiency": _over(_BEST, _RANGE).mean(),
    "exit_efficiency": _over(_moved() - _WORST, _RANGE).mean(),
    "total_efficiency": _over(_moved(), _RANGE).mean(),
    "mfe_correlation": _correlation("mfe"),
    "mae_correlation": _correlation("mae"),
    "trade_fees": pl.col("fees").sum(),
    "trade_slippage": pl.col("slippage").sum(),
}

# What a statistic needs beyond one trade, in the order in which it is told.
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "average_win": ("winners",),
    "average_win_percent": ("winners",),
    "largest_win": ("winners",),
    "average_bars_held_winners": ("winners",),
    "average_mae_winners": ("winners",),
    "average_loss": ("losers",),
    "average_loss_percent": ("losers",),
    "largest_loss": ("losers",),
    "average_bars_held_losers": ("losers",),
    "average_mfe_losers": ("losers",),
    "profit_factor": ("losers",),
    "payoff_ratio": ("winners", "losers"),
    "kelly": ("winners", "losers"),
    "half_kelly": ("winners", "losers"),
}
_NO_SPREAD: Final = "every closed trade made the same amount"
_ELSE: Final[Mapping[str, str]] = {
    "sqn": _NO_SPREAD,
    "sqn_100": _NO_SPREAD,
    "mfe_correlation": _NO_VARIATION,
    "mae_correlation": _NO_VARIATION,
    "entry_efficiency": _NO_RANGE,
    "exit_efficiency": _NO_RANGE,
    "total_efficiency": _NO_RANGE,
}
_NEED_TWO: Final = frozenset(
    {"sqn", "sqn_100", "trade_deviation", "mfe_correlation", "mae_correlation"}
)


def outcome_statistics(closed: pl.DataFrame) -> Statistics:
    """Return the statistics of `OUTCOMES`, by name.

    Parameters
    ----------
    closed : DataFrame of `schema.TRADES`
        Closed rows only.
    """
    row = closed.select(**OUTCOMES).row(0, named=True)
    counts = {name: int(row[name]) for name in ("num_trades", "winners", "losers")}
    has_any = counts["num_trades"] > 0
    return {
        name: value if value is not None and (has_any or name in _TOTALS) else why_not(name, counts)
        for name, value in row.items()
    }


def why_not(name: str, counts: Mapping[str, int]) -> Undefined:
    """Return why a statistic of so many trades, winners and losers is undefined."""
    if not counts["num_trades"]:
        return Undefined(NO_TRADE)
    for need, reason in (("winners", NO_WINNER), ("losers", NO_LOSER)):
        if need in _NEEDS.get(name, ()) and not counts[need]:
            return Undefined(reason)
    if name in _NEED_TWO and counts["num_trades"] < 2:
        return Undefined(TOO_FEW)
    return Undefined(_ELSE.get(name, "no closed trade has a value for it"))


_TOTALS: Final = frozenset(
    {
        "num_trades", "winners", "losers", "scratch_trades", "trades_pnl", "gross_profit",
        "gross_loss", "trade_fees", "trade_slippage",
    }
)  # fmt: skip
