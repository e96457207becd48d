"""What followed the tenths of a signal, and the tenths in which trades were entered."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.signals.errors import error_of_mean
from ml4t_desktop.analysis.signals.forward import TENTHS, Sample, tenths
from ml4t_desktop.result.schema import CLOSED, ENTRY_SIGNAL

LEVEL: Final = 0.90
Z_90: Final = NormalDist().inv_cdf((1.0 + LEVEL) / 2.0)
TENTH_RETURNS: Final = {
    "tenth": pl.Int64,
    "count": pl.Int64,
    "from_value": pl.Float64,
    "to_value": pl.Float64,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
TENTH_TRADES: Final = {
    "tenth": pl.Int64,
    "from_value": pl.Float64,
    "to_value": pl.Float64,
    "trades": pl.Int64,
    "win_rate": pl.Float64,
    "win_low": pl.Float64,
    "win_high": pl.Float64,
    "mean_pnl": pl.Float64,
    "pnl": pl.Float64,
}
Floats = NDArray[np.float64]
Counts = NDArray[np.float64] | NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TenthReturns:
    """Mean return after the values of each tenth.

    Parameters
    ----------
    table : DataFrame of `TENTH_RETURNS`
        Tenth 1 (lowest values) to 10, its values, and the mean return with its 90 % interval. Across
        assets it is the mean over timestamps of the mean of each, else over all bars.
    spread, spread_error : float
        Mean of the highest tenth less that of the lowest, and its standard error.
    monotonicity : float
        Rank correlation of the tenths' numbers with their means: 1 when each is higher than the one
        before.
    """

    table: pl.DataFrame
    spread: float
    spread_error: float
    monotonicity: float


def tenth_returns(sample: Sample) -> TenthReturns:
    """Return what followed each tenth of a signal."""
    means = means_by_time(sample)
    mean, error = np.full(TENTHS, np.nan), np.full(TENTHS, np.nan)
    for tenth in range(TENTHS):
        if sample.is_across:
            known = means[np.isfinite(means[:, tenth]), tenth]
            mean[tenth] = known.mean() if known.size else np.nan
            error[tenth] = error_of_mean(means[:, tenth], sample.horizon)
        else:
            mean[tenth], error[tenth] = _pooled(sample, tenth)
    if sample.is_across:
        difference = means[:, -1] - means[:, 0]
        spread = float(np.nanmean(difference)) if np.isfinite(difference).any() else np.nan
        spread_error = error_of_mean(difference, sample.horizon)
    else:
        spread, spread_error = float(mean[-1] - mean[0]), float(np.hypot(error[-1], error[0]))
    low, high = _bounds_of(sample)
    table = pl.DataFrame(
        {
            "tenth": np.arange(1, TENTHS + 1),
            "count": np.bincount(sample.tenth, minlength=TENTHS),
            "from_value": low,
            "to_value": high,
            "mean": mean,
            "low": mean - Z_90 * error,
            "high": mean + Z_90 * error,
        },
        schema=TENTH_RETURNS,
    )
    return TenthReturns(
        table=table, spread=spread, spread_error=spread_error, monotonicity=_monotonicity(mean)
    )


def tenth_trades(trades: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return what closed trades made, by the tenth of the signal they were decided on.

    Parameters
    ----------
    trades : DataFrame
        Of a result.
    name : str
        Of the signal.

    Returns
    -------
    DataFrame of `TENTH_TRADES`
        The win rate with its 90 % interval after Wilson; empty with fewer than ten trades.
    """
    column = f"{ENTRY_SIGNAL}{name}"
    if column not in trades.columns:
        return pl.DataFrame(schema=TENTH_TRADES)
    closed = trades.filter((pl.col("status") == CLOSED) & pl.col(column).is_not_null())
    if closed.height < TENTHS:
        return pl.DataFrame(schema=TENTH_TRADES)
    values = closed[column].cast(pl.Float64).to_numpy()
    tenth = tenths(values, np.zeros(values.size, np.int64))
    pnl = closed["pnl"].to_numpy()
    count = np.bincount(tenth, minlength=TENTHS)
    wins = np.bincount(tenth, (pnl > 0).astype(np.float64), TENTHS)
    total = np.bincount(tenth, pnl, TENTHS)
    low, high = _bounds(values, tenth)
    has_any = count > 0
    rate = np.divide(wins, count, out=np.full(TENTHS, np.nan), where=has_any)
    win_low, win_high = wilson(wins, count)
    frame = pl.DataFrame(
        {
            "tenth": np.arange(1, TENTHS + 1),
            "from_value": low,
            "to_value": high,
            "trades": count,
            "win_rate": rate,
            "win_low": win_low,
            "win_high": win_high,
            "mean_pnl": np.divide(total, count, out=np.full(TENTHS, np.nan), where=has_any),
            "pnl": total,
        },
        schema=TENTH_TRADES,
    )
    return frame.filter(pl.col("trades") > 0)


def wilson(hits: Counts, count: Counts) -> tuple[Floats, Floats]:
    """Return the 90 % interval of shares.

    Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927).

    Parameters
    ----------
    hits, count : ndarray of int64, shape (n,)
        How many of how many; ``0 <= hits <= count``.

    Returns
    -------
    low, high : ndarray of float64, shape (n,)
        Fractions; NaN where nothing was counted.
    """
    total = np.where(count > 0, count, np.nan).astype(np.float64)
    share = hits / total
    square = Z_90**2
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = (
        Z_90 / (1 + square / total) * np.sqrt(share * (1 - share) / total + square / (4 * total**2))
    )
    return middle - half, middle + half


def means_by_time(sample: Sample) -> Floats:
    """Return the mean return of each tenth at each timestamp, shape (T, 10), NaN where there is none."""
    means = np.full((sample.time_count, TENTHS), np.nan)
    for part in sample.parts():
        place, size = part.time * TENTHS + part.tenth, part.time_count * TENTHS
        count, total = np.bincount(place, minlength=size), np.bincount(place, part.later, size)
        found = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
        means[part.first : part.first + part.time_count] = found.reshape(-1, TENTHS)
    return means


def _pooled(sample: Sample, tenth: int) -> tuple[float, float]:
    """Return mean and error over all bars of a tenth; bars whose returns overlap count once together."""
    later = sample.later[sample.tenth == tenth]
    if later.size < 3:
        return float("nan"), float("nan")
    independent = max(later.size / sample.horizon, 2.0)
    return float(later.mean()), float(later.std(ddof=1) / independent**0.5)


def _bounds(values: Floats, tenth: NDArray[np.int64]) -> tuple[Floats, Floats]:
    low, high = np.full(TENTHS, np.inf), np.full(TENTHS, -np.inf)
    np.minimum.at(low, tenth, values)
    np.maximum.at(high, tenth, values)
    return _known(low, high)


def _bounds_of(sample: Sample) -> tuple[Floats, Floats]:
    """Return the lowest and the highest value of each tenth."""
    low, high = np.full(TENTHS, np.inf), np.full(TENTHS, -np.inf)
    for part in sample.parts():
        place = part.tenth.astype(np.int64)
        np.minimum.at(low, place, part.value)
        np.maximum.at(high, place, part.value)
    return _known(low, high)


def _known(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    is_empty = low > high
    low[is_empty], high[is_empty] = np.nan, np.nan
    return low, high


def _monotonicity(mean: Floats) -> float:
    known = mean[np.isfinite(mean)]
    if known.size < 3 or np.ptp(known) == 0:
        return float("nan")
    ranks = np.argsort(np.argsort(known)).astype(np.float64)
    return float(np.corrcoef(np.arange(known.size), ranks)[0, 1])
