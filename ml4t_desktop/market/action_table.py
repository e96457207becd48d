"""The corporate actions of a market as columns."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

# In the order in which those of one day are applied: what names shares held over the previous close
# comes before what changes them, and what ends an asset comes last.
DIVIDEND, SPLIT, SPIN_OFF, MERGER, RENAMING, DELISTING = range(6)
NO_ASSET: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class ActionTable:
    """K corporate actions, sorted by time, kind, symbol and numbers.

    Parameters
    ----------
    time : ndarray of int64, shape (K,)
        Ex-dates in microseconds since the epoch.
    kind : ndarray of int64, shape (K,)
        One of the codes of this module; a stock dividend of x is a split of 1 + x.
    asset, new_asset : ndarray of int64, shape (K,)
        Asset indices of the market; -1 where there is no new asset.
    first, second : ndarray of float64, shape (K,)
        The numbers of the action: amount; ratio; ratio; cash and ratio; none; price (NaN: the last
        close).
    """

    time: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    kind: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    asset: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    new_asset: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    first: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    second: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def size(self) -> int:
        """Number of actions."""
        return self.time.size

    def arrays(self) -> tuple[NDArray[np.int64] | NDArray[np.float64], ...]:
        """Return all columns."""
        return self.time, self.kind, self.asset, self.new_asset, self.first, self.second
