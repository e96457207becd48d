"""Whether a run did as well all the time: stretches of it side by side, each with its intervals."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.drawdowns import underwater
from ml4t_desktop.analysis.account.returns import PeriodReturns, period_returns
from ml4t_desktop.analysis.day_states import (
    CONTEXT,
    KNOWN_PERIODS,
    DayStates,
    Period,
    context_states,
    period_states,
)
from ml4t_desktop.analysis.leakage.splits import splits
from ml4t_desktop.analysis.signals.groups import wilson
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.bootstrap import redraw
from ml4t_desktop.analysis.validity.sharpe import sharpe_sample
from ml4t_desktop.market import Market
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import CLOSED
from ml4t_desktop.units import MICROSECONDS_PER_DAY

# ``split``, a step of the calendar, ``context.NAME``, or ``periods``.
Division = str
PERIODS: Final = "periods"
TRAINED: Final = "trained"
TESTED: Final = "tested"
PATHS: Final = 500
MOST: Final = 120  # stretches, beyond which nobody reads them
STRETCHES: Final[Mapping[str, type[pl.DataType]]] = {
    "stretch": pl.String, "first": pl.Date, "last": pl.Date, "days": pl.Int64,
    "total_return": pl.Float64, "benchmark_return": pl.Float64, "excess_return": pl.Float64,
    "sharpe": pl.Float64, "sharpe_low": pl.Float64, "sharpe_high": pl.Float64, "volatility": pl.Float64,
    "max_drawdown": pl.Float64, "num_trades": pl.Int64, "win_rate": pl.Float64, "win_rate_low": pl.Float64,
    "win_rate_high": pl.Float64, "trades_pnl": pl.Float64, "expectancy": pl.Float64,
}  # fmt: skip
_MONTHS: Final[Mapping[Division, int]] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_HALF: Final = 0.5
Wholes = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stability:
    """A run in stretches.

    Parameters
    ----------
    division : str
        What it was divided by: ``split``, days on which a model was trained and others; ``year``, ``half``,
        ``quarter`` or ``month``; ``context.NAME``, the state of the market at the end of each day; or
        ``periods``, times that have a name.
    table : DataFrame of `STRETCHES`
        In order of time; for a split, where the model was trained comes first. Intervals hold 90 % of
        the draws (Sharpe ratio, `bootstrap.redraw`) and 90 % (win rate, Wilson). Trades are those that
        closed in a stretch; for a split, and for states of the market, those entered in it.
    gained : int
        Stretches with a positive return.
    chance : float or None
        How likely Sharpe ratios would differ as much as these, were the true one the same all the time;
        None with fewer than two that are known.
    gap : float or None
        For a split: Sharpe ratio where the model was trained less that elsewhere, in standard errors.
    """

    division: Division
    table: pl.DataFrame
    gained: int
    chance: float | None
    gap: float | None = None
    periods: tuple[Period, ...] = KNOWN_PERIODS


def divisions(
    market: Market, result: RunResult, periods: tuple[Period, ...] = KNOWN_PERIODS
) -> tuple[Division, ...]:
    """Return what a run can be divided by, so that there are two stretches or more; the best first.

    A column that says which rows a model was trained on goes before the calendar.
    """
    days = period_returns(result).days
    found: list[Division] = []
    trained = trained_days(market, days)
    if trained is not None and trained.any() and not trained.all():
        found.append("split")
    for name in ("year", "half", "quarter", "month"):
        count = np.unique(_codes(days, name)).size
        if 2 <= count <= MOST:
            found.append(name)
    if found and found[0] == "year" and np.unique(_codes(days, "year")).size < 3 and len(found) > 1:
        found[:2] = reversed(found[:2])  # two years say less than their halves
    columns = (f"{CONTEXT}{name}" for name in market.context)
    found += [name for name in columns if context_states(market, days, _bare(name)) is not None]
    if period_states(days, periods) is not None:
        found.append(PERIODS)
    return tuple(found)


def trained_days(market: Market, days: Wholes) -> Flags | None:
    """Return on which days most rows are marked as training data; None where no column says so."""
    found = splits(market)
    if not found:
        return None
    split = found[0]
    at = market.timestamps[market.row_times()] // MICROSECONDS_PER_DAY
    place = np.minimum(np.searchsorted(days, at), max(days.size - 1, 0))
    known = (days[place] == at) & split.is_known if days.size else np.zeros(at.size, bool)
    counts = np.bincount(place[known], minlength=days.size)
    trained = np.bincount(place[known], split.is_train[known], days.size)
    return trained > _HALF * np.maximum(counts, 1)


def stability(
    result: RunResult,
    market: Market,
    division: Division,
    benchmark: PeriodReturns | None = None,
    check: Callable[[], None] = lambda: None,
    periods: tuple[Period, ...] = KNOWN_PERIODS,
) -> Stability:
    """Return a run in stretches.

    Parameters
    ----------
    division : str
        One of `divisions`.
    benchmark : PeriodReturns, optional
        Of what the run is held against.
    check : callable
        Called between the stretches; raises when nobody waits for them any more.
    periods : tuple of Period
        The times that have a name.
    """
    whole = period_returns(result)
    states = _states(market, whole.days, division, periods)
    codes = _divided(market, whole.days, division) if states is None else states.codes
    closed = result.trades.filter(pl.col("status") == CLOSED)
    of_trade = _of_trades(closed, whole.days, codes, division)
    pnl = closed["pnl"].to_numpy()
    rows: list[dict[str, object]] = []
    samples: list[tuple[float, float]] = []
    for code in _in_order(codes, division):
        check()
        is_in = codes == code
        part = _part(whole, is_in)
        row = _account(part, _label(int(code), division) if states is None else states.labels[code])
        sample = sharpe_sample(part.returns)
        if not isinstance(sample, Undefined):
            samples.append((sample.sharpe, sample.error))
        row |= _against(part, benchmark) | _trades(pnl[of_trade == code])
        rows.append(row)
    table = pl.DataFrame(rows, schema=dict(STRETCHES))
    gap = None
    if division == "split" and len(samples) == 2:
        (trained, error), (tested, other) = samples
        gap = (trained - tested) / math.hypot(error, other) if error or other else None
    return Stability(
        division=division,
        table=table,
        gained=int((table["total_return"] > 0).sum()),
        chance=same_all_along(samples),
        gap=gap,
        periods=periods,
    )


def trades_of(result: RunResult, market: Market, found: Stability, place: int) -> Wholes:
    """Return the ids of the closed trades that a stretch counts.

    Parameters
    ----------
    place : int
        Row of the stretch in `Stability.table`.
    """
    days, division = period_returns(result).days, found.division
    states = _states(market, days, division, found.periods)
    codes = _divided(market, days, division) if states is None else states.codes
    closed = result.trades.filter(pl.col("status") == CLOSED)
    chosen = _of_trades(closed, days, codes, division) == _in_order(codes, division)[place]
    return closed["trade_id"].to_numpy()[chosen]


def days_of(result: RunResult, market: Market, found: Stability, place: int) -> PeriodReturns:
    """Return the returns of a stretch, `place` being its row in `Stability.table`."""
    whole = period_returns(result)
    states = _states(market, whole.days, found.division, found.periods)
    codes = _divided(market, whole.days, found.division) if states is None else states.codes
    return _part(whole, codes == _in_order(codes, found.division)[place])


def same_all_along(samples: list[tuple[float, float]]) -> float | None:
    """Return how likely values would differ as much as these, were the true one the same.

    Parameters
    ----------
    samples : list of (value, standard error)

    Notes
    -----
    Cochran's Q: the squared distances from the mean weighted by 1 / error^2, against a chi-square
    distribution of one degree of freedom less than there are values.
    """
    known = [(value, error) for value, error in samples if error > 0]
    if len(known) < 2:
        return None
    weights = [1.0 / error**2 for _, error in known]
    mean = sum(w * value for w, (value, _) in zip(weights, known, strict=True)) / sum(weights)
    spread = sum(w * (value - mean) ** 2 for w, (value, _) in zip(weights, known, strict=True))
    return beyond_chi_square(spread, len(known) - 1)


def beyond_chi_square(value: float, freedom: int) -> float:
    """Return the chance that a chi-square variable exceeds a value.

    Parameters
    ----------
    value : float
        Zero or more.
    freedom : int
        Degrees of freedom, one or more.

    Notes
    -----
    The finite sums for whole degrees of freedom (Abramowitz and Stegun, 26.4.4 and 26.4.5).
    """
    if value <= 0:
        return 1.0
    half = value / 2.0
    # Even: e^-h sum h^i / i!; odd: erfc(sqrt h) + e^-h sum h^(i - 1/2) / gamma(i + 1/2).
    first = 0.5 if freedom % 2 else 0.0
    powers = np.arange(first, freedom / 2.0)
    terms = (math.exp(power * math.log(half) - half - math.lgamma(power + 1.0)) for power in powers)
    rest = math.erfc(math.sqrt(half)) if freedom % 2 else 0.0
    return min(rest + sum(terms), 1.0)


def _bare(division: Division) -> str:
    return division.removeprefix(CONTEXT)


def _states(
    market: Market, days: Wholes, division: Division, periods: tuple[Period, ...]
) -> DayStates | None:
    """Return the states of the days where it is these that a run is divided by."""
    if division == PERIODS:
        return period_states(days, periods)
    return context_states(market, days, _bare(division)) if _is_context(division) else None


def _is_context(division: Division) -> bool:
    return division.startswith(CONTEXT)


def _divided(market: Market, days: Wholes, division: Division) -> Wholes:
    if division == "split":
        trained = trained_days(market, days)
        assert trained is not None  # noqa: S101 (`divisions` offers it only then)
        return trained.astype(np.int64)
    return _codes(days, division)


def _in_order(codes: Wholes, division: Division) -> Wholes:
    """Return the numbers of the stretches in order of time; where the model was trained comes first."""
    found = np.unique(codes)
    return found[::-1] if division == "split" else found


def _of_trades(closed: pl.DataFrame, days: Wholes, codes: Wholes, division: Division) -> Wholes:
    """Return the number of the stretch that each closed trade belongs to."""
    by_entry = division == "split" or _is_context(division)
    moment = "entry_time" if by_entry else "exit_time"
    at = closed[moment].cast(pl.Int64).to_numpy() // MICROSECONDS_PER_DAY
    return codes[np.clip(np.searchsorted(days, at), 0, max(codes.size - 1, 0))]


def _codes(days: Wholes, division: Division) -> Wholes:
    """Return the number of the stretch of the calendar that each day is in."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // _MONTHS[division]


def _label(code: int, division: Division) -> str:
    if division == "split":
        return TRAINED if code else TESTED
    per_year = 12 // _MONTHS[division]
    year, part = 1970 + code // per_year, code % per_year + 1
    if division == "year":
        return str(year)
    if division == "month":
        return f"{year}-{part:02}"
    return f"{year} {'H' if division == 'half' else 'Q'}{part}"


def _part(periods: PeriodReturns, is_in: Flags) -> PeriodReturns:
    return replace(
        periods,
        days=periods.days[is_in],
        equity=periods.equity[is_in],
        returns=periods.returns[is_in],
    )


def _account(part: PeriodReturns, label: str) -> dict[str, object]:
    """Return what the account did in a stretch, as if it had begun with it."""
    known = bool(np.isfinite(part.returns).all())
    growth: NDArray[np.float64] = np.cumprod(1.0 + part.returns, dtype=np.float64)
    redrawn = redraw(part, 1.0, paths=PATHS, points=2)
    found = {item.name: item for item in redrawn.intervals} if redrawn is not None else {}
    sharpe = found.get("sharpe")
    deviation = float(part.returns.std(ddof=1)) if part.returns.size > 1 else math.nan
    days = part.days.astype("datetime64[D]").tolist()
    return {
        "stretch": label,
        "first": days[0],
        "last": days[-1],
        "days": part.days.size,
        "total_return": float(growth[-1] - 1.0) if known else None,
        "sharpe": sharpe.value if sharpe is not None else None,
        "sharpe_low": sharpe.low if sharpe is not None else None,
        "sharpe_high": sharpe.high if sharpe is not None else None,
        "volatility": deviation * part.per_year**0.5 if math.isfinite(deviation) else None,
        "max_drawdown": float(underwater(growth, 1.0).min()) if known else None,
    }


def _against(part: PeriodReturns, benchmark: PeriodReturns | None) -> dict[str, object]:
    if benchmark is None:
        return {}
    theirs = benchmark.returns[np.isin(benchmark.days, part.days)]
    if not theirs.size or not np.isfinite(theirs).all():
        return {}
    total = float(np.prod(1.0 + theirs) - 1.0)
    own = float(np.prod(1.0 + part.returns) - 1.0)
    return {
        "benchmark_return": total,
        "excess_return": own - total if math.isfinite(own) else None,
    }


def _trades(pnl: NDArray[np.float64]) -> dict[str, object]:
    if not pnl.size:
        return {"num_trades": 0}
    wins = int(np.count_nonzero(pnl > 0))
    low, high = wilson(np.array([wins]), np.array([pnl.size]))
    return {
        "num_trades": pnl.size,
        "win_rate": wins / pnl.size,
        "win_rate_low": float(low[0]),
        "win_rate_high": float(high[0]),
        "trades_pnl": float(pnl.sum()),
        "expectancy": float(pnl.mean()),
    }
