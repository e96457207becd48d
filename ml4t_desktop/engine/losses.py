"""Loss limits: when a fall of equity ends trading, for a day or for good."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.request.risk import RISK_TOLERANCE, RiskLimits
from ml4t_desktop.units import MICROSECONDS_PER_DAY

MAX_DRAWDOWN = "max_drawdown"
MAX_DAILY_LOSS = "max_daily_loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A loss limit that was reached.

    Parameters
    ----------
    t : int
        Index of the timestamp.
    limit : str
    value : float
        The fall of equity as a fraction.
    threshold : float
    """

    t: int
    limit: str
    value: float
    threshold: float

    @property
    def is_final(self) -> bool:
        """Whether trading is over for the run, not only for the day."""
        return self.limit == MAX_DRAWDOWN


class LossWatch:
    """Follows equity close by close; knows whether trading goes on."""

    def __init__(self, limits: RiskLimits, initial_capital: float) -> None:
        self._limits = limits
        self._peak = self._day_start = self._last = initial_capital
        self._day: int | None = None
        self.breach: Breach | None = None

    def look(self, t: int, time_us: int, equity: float) -> tuple[Breach | None, Breach | None]:
        """Take the equity of a close; return the halt that ended with the day, and one that begins."""
        ended = None
        day = time_us // MICROSECONDS_PER_DAY
        if day != self._day:
            self._day, self._day_start = day, self._last
            if self.breach is not None and not self.breach.is_final:
                ended, self.breach = self.breach, None
        self._last = equity
        self._peak = max(self._peak, equity)
        begun = self._found(t, equity)
        if begun is not None:
            self.breach = begun
        return ended, begun

    def _found(self, t: int, equity: float) -> Breach | None:
        if self.breach is not None and self.breach.is_final:
            return None
        found = _breach(t, MAX_DRAWDOWN, self._limits.max_drawdown, equity, self._peak)
        if found is None and self.breach is None:
            limit = self._limits.max_daily_loss
            found = _breach(t, MAX_DAILY_LOSS, limit, equity, self._day_start)
        return found


def _breach(
    t: int, limit: str, threshold: float | None, equity: float, start: float
) -> Breach | None:
    if threshold is None or start <= 0.0:
        return None
    fall = 1.0 - equity / start
    if fall < _reached(threshold):
        return None
    return Breach(t=t, limit=limit, value=fall, threshold=threshold)


def _reached(threshold: float) -> float:
    """Return the least fall that counts: rounding may have kept it from its limit."""
    return threshold * (1.0 - RISK_TOLERANCE)


def next_breach(
    limits: RiskLimits,
    times: NDArray[np.int64],
    equity: NDArray[np.float64],
    initial_capital: float,
    before: Breach | None,
) -> Breach | None:
    """Return the first breach after another one, as `LossWatch` would find it in a whole curve.

    Parameters
    ----------
    times : ndarray of int64, shape (T,)
        Microseconds since the epoch.
    equity : ndarray of float64, shape (T,)
        Of every close, before anything was decided at it.
    before : Breach or None
        None finds the first of all.
    """
    if before is not None and before.is_final:
        return None
    first = 0 if before is None else before.t + 1
    earlier = np.concatenate(([initial_capital], equity[:-1])) if equity.size else equity
    found: list[Breach] = []
    if limits.max_drawdown is not None:
        peaks = np.maximum.accumulate(np.maximum(equity, initial_capital))
        found += _first(first, MAX_DRAWDOWN, limits.max_drawdown, equity, peaks)
    if limits.max_daily_loss is not None and equity.size:
        days = times // MICROSECONDS_PER_DAY
        opening = np.searchsorted(days, days, side="left")
        if before is not None:
            first = int(np.searchsorted(days, days[before.t], side="right"))
        found += _first(first, MAX_DAILY_LOSS, limits.max_daily_loss, equity, earlier[opening])
    # Of two at one close the final one counts.
    return min(found, key=lambda breach: (breach.t, not breach.is_final), default=None)


def _first(
    start: int,
    limit: str,
    threshold: float,
    equity: NDArray[np.float64],
    reference: NDArray[np.float64],
) -> list[Breach]:
    later, base = equity[start:], reference[start:]
    safe = np.where(base > 0.0, base, np.inf)
    fall = np.where(base > 0.0, 1.0 - later / safe, -np.inf)
    places = np.flatnonzero(fall >= _reached(threshold))
    if not places.size:
        return []
    t = start + int(places[0])
    return [Breach(t=t, limit=limit, value=float(fall[places[0]]), threshold=threshold)]
