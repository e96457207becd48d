"""What reading files gives."""

from dataclasses import dataclass

from ml4t_desktop.errors import Problem
from ml4t_desktop.market import Market


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
    """

    market: Market
    problems: tuple[Problem, ...] = ()
    digest: str
    is_close_only: bool = False

    def close(self) -> None:
        """Give back what reading needed: nothing, the market is in memory."""
