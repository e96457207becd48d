"""Texts of which each is made when it is asked for: of twenty thousand dates a chart shows ten."""

from collections.abc import Callable, Sequence
from typing import overload


class TextsOnDemand(Sequence[str]):
    """So many texts.

    Parameters
    ----------
    count : int
    make : callable
        Gets the place of a text, from 0, and returns it.
    """

    def __init__(self, count: int, make: Callable[[int], str]) -> None:
        self._places = range(count)
        self._make = make

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(map(self._make, self._places[index]))
        return self._make(self._places[index])
