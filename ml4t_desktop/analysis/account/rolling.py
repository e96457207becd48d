"""Statistics over a window that moves with time, for charts."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ml4t_desktop.analysis.account.returns import PeriodReturns
from ml4t_desktop.result.schema import CLOSED, TIME
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import say

ROLLING: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "timestamp": TIME,
    "total_return": pl.Float64,
    "volatility": pl.Float64,
    "sharpe": pl.Float64,
    "sortino": pl.Float64,
    "beta": pl.Float64,
    "correlation": pl.Float64,
}
ROLLING_TRADES: Final[Mapping[str, pl.DataType | type[pl.DataType]]] = {
    "trade_id": pl.Int64,
    "exit_time": TIME,
    "win_rate": pl.Float64,
    "expectancy": pl.Float64,
    "profit_factor": pl.Float64,
}
# Rounding of a running sum; less deviation than this is none.
_NO_SPREAD: Final = 1e-10


def rolling_statistics(
    periods: PeriodReturns, window: int, benchmark: PeriodReturns | None = None
) -> pl.DataFrame:
    """Return statistics of the last so many days, at every day; annual figures as in `Metrics`.

    Parameters
    ----------
    periods : PeriodReturns
    window : int
        Days (bars when these are longer), at least 2.
    benchmark : PeriodReturns, optional
        For `beta` and `correlation`, null without.

    Returns
    -------
    DataFrame of `ROLLING`
        Null before the window is full and where undefined.

    Raises
    ------
    ValueError
        If the window is shorter than 2.
    """
    _check(window)
    scale = periods.per_year**0.5
    frame = pl.DataFrame({"day": periods.days, "own": periods.returns}).with_columns(
        pl.col("own").fill_nan(None)
    )
    if benchmark is None:
        frame = frame.with_columns(other=pl.lit(None, pl.Float64))
    else:
        theirs = pl.DataFrame({"day": benchmark.days, "other": benchmark.returns})
        frame = frame.join(theirs, on="day", how="left", maintain_order="left")
    own, other = pl.col("own"), pl.col("other")
    deviation = own.rolling_std(window, ddof=1)
    their_deviation = other.rolling_std(window, ddof=1)
    downside = own.clip(upper_bound=0.0).pow(2).rolling_mean(window)
    covariance = pl.rolling_cov(own, other, window_size=window)
    mean = own.rolling_mean(window)
    return frame.select(
        timestamp=(pl.col("day") * MICROSECONDS_PER_DAY).cast(TIME),
        total_return=own.log1p().rolling_sum(window).exp() - 1.0,
        volatility=deviation * scale,
        sharpe=pl.when(deviation > _NO_SPREAD).then(mean / deviation * scale),
        sortino=pl.when(downside > _NO_SPREAD**2).then(mean * scale / downside.sqrt()),
        beta=pl.when(their_deviation > _NO_SPREAD).then(covariance / their_deviation**2),
        correlation=pl.when((their_deviation > _NO_SPREAD) & (deviation > _NO_SPREAD)).then(
            covariance / (their_deviation * deviation)
        ),
    ).with_columns(pl.col(pl.Float64).fill_nan(None))


def rolling_trades(trades: pl.DataFrame, window: int) -> pl.DataFrame:
    """Return statistics of the last so many closed trades, at every one, in the order of closing.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
    window : int
        Trades, at least 2.

    Returns
    -------
    DataFrame of `ROLLING_TRADES`
        Null before the window is full; a profit factor without a loser in the window is null.

    Raises
    ------
    ValueError
        If the window is shorter than 2.
    """
    _check(window)
    closed = trades.filter(pl.col("status") == CLOSED)
    pnl = pl.col("pnl")
    won, lost = pnl.clip(lower_bound=0.0), pnl.clip(upper_bound=0.0)
    losers = (pnl < 0).cast(pl.Float64).rolling_sum(window)
    return closed.select(
        "trade_id",
        "exit_time",
        win_rate=(pnl > 0).cast(pl.Float64).rolling_mean(window),
        expectancy=pnl.rolling_mean(window),
        profit_factor=pl.when(losers > 0.5).then(
            won.rolling_sum(window) / -lost.rolling_sum(window)
        ),
    )


def _check(window: int) -> None:
    if window < 2:
        message = say("a window needs at least 2 returns or trades, it is {window}", window=window)
        raise ValueError(message)
