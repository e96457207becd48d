"""What else could have come out: the returns drawn again in blocks, the trades in weeks.

The stationary bootstrap of Politis and Romano (1994): blocks of consecutive returns, begun anywhere and
with lengths that vary around a mean, so that what follows each other stays together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.returns import PeriodReturns

PATHS: Final = 2_000
LEVEL: Final = 0.90
SEED: Final = 20_160_516  # any number will do, as long as it is always the same
CONE: Final = (0.05, 0.25, 0.50, 0.75, 0.95)
_MOST_CELLS: Final = 2_000_000
_FEWEST: Final = 20
_NO_SPREAD: Final = 1e-12
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interval:
    """A statistic with the range that `LEVEL` of the draws lie in.

    Parameters
    ----------
    name : str
        As in `analysis.metrics.Metrics`.
    value : float
        Of the run itself.
    low, high : float
    drawn : ndarray of float64, shape (d,)
        Of every draw that has one.
    """

    name: str
    value: float
    low: float
    high: float
    drawn: Floats

    @property
    def figures(self) -> dict[str, float | str]:
        """The interval without its draws, for files."""
        return {"name": self.name, "value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Redrawn:
    """The outcomes of many draws of the returns of a run.

    Parameters
    ----------
    paths : int
        Draws.
    block : int
        Mean length of a block, in periods.
    intervals : tuple of Interval
        Of total return, yearly growth, Sharpe ratio (where the returns vary), volatility and worst drawdown.
    days : ndarray of int64, shape (m,)
        Days since 1970-01-01 at which the cone is known.
    cone : ndarray of float64, shape (5, m)
        Equity at `CONE`, lowest first.
    loss : float
        Share of the draws that end below the initial capital.
    final : ndarray of float64, shape (paths,)
        Total return of every draw.
    drawdowns : ndarray of float64, shape (paths,)
        Worst drawdown of every draw, zero or negative.
    """

    paths: int
    block: int
    intervals: tuple[Interval, ...]
    days: NDArray[np.int64]
    cone: Floats
    loss: float
    final: Floats
    drawdowns: Floats


def block_length(count: int) -> int:
    """Return the mean length of a block: the cube root of the number of returns, five at least."""
    return max(5, round(count ** (1.0 / 3.0)))


def drawn_places(count: int, paths: int, block: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the places of the returns in every draw, shape (paths, count).

    Every place is followed by the next one, the last by the first, unless a new block begins, which it
    does with a chance of ``1 / block``.
    """
    steps = np.arange(count)
    begins = rng.random((paths, count)) < 1.0 / block
    begins[:, 0] = True
    first = np.maximum.accumulate(np.where(begins, steps, 0), axis=1)
    starts = rng.integers(0, count, (paths, count))
    return (np.take_along_axis(starts, first, axis=1) + steps - first) % count


def redraw(
    periods: PeriodReturns, initial: float, *, paths: int = PATHS, points: int = 200
) -> Redrawn | None:
    """Return what else could have come out of the returns of a run.

    Parameters
    ----------
    periods : PeriodReturns
    initial : float
        The capital before the first return.
    paths : int
        Draws.
    points : int
        Points of the cone, at most.

    Returns
    -------
    Redrawn or None
        None with fewer than 20 returns, or where one of them is not a number.
    """
    returns = periods.returns
    if returns.size < _FEWEST or not np.isfinite(returns).all():
        return None
    block = block_length(returns.size)
    places = np.unique(np.linspace(0, returns.size - 1, min(points, returns.size)).astype(np.int64))
    equity = np.empty((paths, places.size))
    final, drawdowns = np.empty(paths), np.empty(paths)
    sharpe, volatility = np.empty(paths), np.empty(paths)
    year = periods.per_year
    for part, drawn in _draws(returns, paths, block):
        growth = np.cumprod(1.0 + drawn, axis=1)
        equity[part] = initial * growth[:, places]
        final[part] = growth[:, -1] - 1.0
        highest = np.maximum(np.maximum.accumulate(growth, axis=1), 1.0)
        drawdowns[part] = np.minimum((growth / highest - 1.0).min(axis=1), 0.0)
        deviation = drawn.std(axis=1, ddof=1)
        volatility[part] = deviation * year**0.5
        has_spread = deviation > _NO_SPREAD
        ratio = drawn.mean(axis=1) / np.where(has_spread, deviation, np.nan)
        sharpe[part] = ratio * year**0.5
    years = returns.size / year
    annual = np.where(final > -1.0, np.maximum(1.0 + final, 0.0) ** (1.0 / years) - 1.0, -1.0)
    own = _own(returns, year)
    drawn_of = {
        "total_return": final,
        "cagr": annual,
        "sharpe": sharpe,
        "volatility": volatility,
        "max_drawdown": drawdowns,
    }
    return Redrawn(
        paths=paths,
        block=block,
        intervals=tuple(
            _interval(name, value, drawn_of[name][np.isfinite(drawn_of[name])])
            for name, value in own.items()
        ),
        days=periods.days[places],
        cone=np.quantile(equity, CONE, axis=0),
        loss=float(np.mean(final < 0)),
        final=final,
        drawdowns=drawdowns,
    )


def trade_intervals(
    closed: pl.DataFrame, *, paths: int = PATHS, seed: int = SEED
) -> tuple[Interval, ...]:
    """Return intervals of win rate, profit factor and mean profit; nothing for fewer than 2 weeks with trades.

    Trades entered in the same week stay together: they share the market's moves, and drawn one by one
    they would look surer than they are.

    Parameters
    ----------
    closed : DataFrame
        Closed trades, with `entry_time` and `pnl`.
    """
    weeks = (
        closed.select(week=pl.col("entry_time").dt.truncate("1w"), pnl="pnl")
        .group_by("week", maintain_order=True)
        .agg(
            gain=pl.col("pnl").filter(pl.col("pnl") > 0).sum(),
            loss=pl.col("pnl").filter(pl.col("pnl") < 0).sum().abs(),
            wins=(pl.col("pnl") > 0).sum(),
            trades=pl.len(),
        )
        .sort("week")
    )
    if weeks.height < 2:
        return ()
    table = weeks.select("gain", "loss", "wins", "trades").cast(pl.Float64).to_numpy()
    rng = np.random.default_rng(seed)
    times = rng.multinomial(weeks.height, np.full(weeks.height, 1.0 / weeks.height), size=paths)
    own, drawn = table.sum(axis=0), times @ table
    found = [
        _interval("win_rate", own[2] / own[3], drawn[:, 2] / drawn[:, 3]),
        _interval("expectancy", (own[0] - own[1]) / own[3], (drawn[:, 0] - drawn[:, 1]) / drawn[:, 3]),
    ]  # fmt: skip
    if own[1] > 0:
        known = drawn[:, 1] > 0
        found.append(_interval("profit_factor", own[0] / own[1], drawn[known, 0] / drawn[known, 1]))
    return tuple(found)


def _draws(returns: Floats, paths: int, block: int) -> Iterator[tuple[slice, Floats]]:
    """Yield the draws in parts that fit the memory."""
    rng = np.random.default_rng(SEED)
    at_once = max(1, _MOST_CELLS // returns.size)
    for start in range(0, paths, at_once):
        stop = min(start + at_once, paths)
        yield (
            slice(start, stop),
            returns[drawn_places(returns.size, stop - start, block, rng)],
        )


def _own(returns: Floats, per_year: int) -> dict[str, float]:
    """Return the statistics of the run as the draws compute theirs; returns that do not vary have no ratio."""
    growth = np.cumprod(1.0 + returns)
    highest = np.maximum(np.maximum.accumulate(growth), 1.0)
    deviation = float(returns.std(ddof=1))
    final = float(growth[-1]) - 1.0
    years = returns.size / per_year
    ratio = (
        {"sharpe": float(returns.mean()) / deviation * per_year**0.5}
        if deviation > _NO_SPREAD
        else {}
    )
    return {
        "total_return": final,
        "cagr": (1.0 + final) ** (1.0 / years) - 1.0 if final > -1.0 else -1.0,
        **ratio,
        "volatility": deviation * per_year**0.5,
        "max_drawdown": min(float((growth / highest - 1.0).min()), 0.0),
    }


def _interval(name: str, value: float, drawn: Floats) -> Interval:
    low, high = np.quantile(drawn, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Interval(name=name, value=float(value), low=float(low), high=float(high), drawn=drawn)
