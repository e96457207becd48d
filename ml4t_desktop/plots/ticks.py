"""Round values to stand along an axis."""

from typing import Final

import numpy as np

_ROUND: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most about so many round values from one value to another; zero is one of them if between."""
    if not (np.isfinite(low) and np.isfinite(high)) or high <= low or most < 1:
        return []
    step = round_step(low, high, most)
    first = int(np.ceil(low / step - 1e-9))
    last = int(np.floor(high / step + 1e-9))
    return [float(number * step) for number in range(first, last + 1)]


def round_step(low: float, high: float, most: int) -> float:
    """Return how far apart at most about so many round values are."""
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    return float(next(power * size for size in _ROUND if power * size >= rough * (1 - 1e-9)))
