"""Bars summed up at powers of two, so that a chart never draws more than it has pixels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Open, high, low and close of consecutive bars (or groups of bars), each of shape (n,).

    A line of values is a row of bars as well: the first, highest, lowest and last value of each
    group. A bar without a value is NaN in all four.
    """

    open: Values
    high: Values
    low: Values
    close: Values

    @classmethod
    def of_line(cls, values: Values) -> "Bars":
        """Return the bars of a line."""
        return cls(values, values, values, values)

    def __len__(self) -> int:
        return self.open.size


class Pyramid:
    """Bars, and the same bars in groups of 2, 4, 8, ... made when first asked for.

    Groups begin at multiples of their size, so they stay the same while a chart is moved.
    """

    def __init__(self, bars: Bars) -> None:
        self._levels = [bars]

    def __len__(self) -> int:
        return len(self._levels[0])

    def level(self, number: int) -> Bars:
        """Return the bars in groups of ``2 ** number``; a coarser level than there is gives the last one."""
        while len(self._levels) <= number:
            self._levels.append(_halved(self._levels[-1]))
        return self._levels[number]

    def level_for(self, bars_per_pixel: float, pixels: float) -> int:
        """Return the level whose groups are at least so many pixels wide."""
        wanted = bars_per_pixel * pixels
        finest = int(np.ceil(np.log2(wanted))) if wanted > 1 else 0
        most = int(np.ceil(np.log2(len(self)))) if len(self) > 1 else 0
        return min(finest, most)

    def bounds(self, first: int, stop: int) -> tuple[float, float] | None:
        """Return the lowest low and highest high of bars ``first:stop``, None where there is no value.

        Over more than some thousand bars the ends are rounded outwards to whole groups.
        """
        first, stop = max(first, 0), min(stop, len(self))
        if first >= stop:
            return None
        number = self.level_for((stop - first) / 4096, 1)
        bars = self.level(number)
        part = slice(first >> number, ((stop - 1) >> number) + 1)
        low, high = np.fmin.reduce(bars.low[part]), np.fmax.reduce(bars.high[part])
        return None if np.isnan(low) else (float(low), float(high))


def _halved(bars: Bars) -> Bars:
    return Bars(
        open=_pairs(bars.open, _first),
        high=_pairs(bars.high, np.fmax),
        low=_pairs(bars.low, np.fmin),
        close=_pairs(bars.close, _last),
    )


def _pairs(values: Values, join: Callable[[Values, Values], Values]) -> Values:
    """Join neighbours; an odd one out stays as it is."""
    even = values.size // 2 * 2
    joined = join(values[0:even:2], values[1:even:2])
    return np.append(joined, values[even:]) if even < values.size else joined


def _first(one: Values, other: Values) -> Values:
    return np.where(np.isnan(one), other, one)


def _last(one: Values, other: Values) -> Values:
    return np.where(np.isnan(other), one, other)
