"""What reading files gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.row_origin import RowOrigin
from ml4t_desktop.market import Market
from ml4t_desktop.market.lagging import lagged


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedMarket:
    """A market read from files, with what is doubtful about it.

    Parameters
    ----------
    market : Market
    problems : tuple of Problem
        Warnings and notes; errors are raised instead.
    digest : str
        SHA-256 over the contents of the files used, as 64 hexadecimal digits.
    is_close_only : bool
        Whether closing prices stand for all four prices.
    origin : RowOrigin or None
        Where the rows came from, when every row of the files became a bar as it stands.
    """

    market: Market
    problems: tuple[Problem, ...] = ()
    digest: str
    is_close_only: bool = False
    origin: RowOrigin | None = None
    _delayed: dict[tuple[tuple[str, int], ...], Market] = field(default_factory=dict, repr=False)

    def delayed(self, bars: Mapping[str, int] | None) -> Market:
        """Return the market with columns delayed, the same one each time: a re-run need not make it again.

        Parameters
        ----------
        bars : mapping of str to int, or None
            As `market.lagging.lagged` takes it.
        """
        key = tuple(sorted((bars or {}).items()))
        if key not in self._delayed:
            made = lagged(self.market, bars)
            self._delayed.clear()  # columns of one delay are enough in memory
            self._delayed[key] = made
        return self._delayed[key]

    def close(self) -> None:
        """Give back what reading needed: nothing, the market is in memory."""
