"""How many bars a rule lets through, and each part of it alone and together with the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.rules.conditions import rows_where
from ml4t_desktop.market import Market
from ml4t_desktop.request.conditions import All, AnyOf, Clause, Condition, Not

Mask = NDArray[np.bool_]
Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PartCount:
    """What a part of a rule lets through.

    Parameters
    ----------
    alone : int
        Bars for which the part holds.
    together : int
        Bars for which the part and its whole group hold.
    without : int or None
        Bars for which the group would hold if it lacked the part; None where nothing else is in it.
    """

    alone: int
    together: int
    without: int | None = None


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """What a rule lets through of a market.

    Parameters
    ----------
    bars : int
        Bars of the market.
    passed : int
        Bars for which the rule holds.
    times, times_passed : int
        Timestamps of the market, and those of them with such a bar.
    parts : mapping of path to PartCount
        By the places that lead from the top of the rule to a part; a `not` takes no place of its own.
    """

    bars: int
    passed: int
    times: int
    times_passed: int
    parts: Mapping[Path, PartCount]


class ClauseMasks:
    """The rows each clause of the rules holds for, kept while the clause is in use.

    What the engine says of a clause is asked once for every clause and market.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self._masks: dict[str, Mask] = {}
        self._used: set[str] = set()

    def begin(self) -> None:
        """Say that masks that are not asked for until `end` are needed no more."""
        self._used.clear()

    def end(self) -> None:
        """Forget the masks that were not asked for since `begin`."""
        self._masks = {key: mask for key, mask in self._masks.items() if key in self._used}

    def of(self, clause: Clause) -> Mask:
        """Return the rows a clause holds for; not to be written to.

        Raises
        ------
        InputError
            As `rows_where`.
        """
        key = repr(clause)
        self._used.add(key)
        if key not in self._masks:
            self._masks[key] = rows_where(self.market, clause)
        return self._masks[key]


def count_rule(
    masks: ClauseMasks, condition: Condition, check: Callable[[], None] = lambda: None
) -> RuleCounts:
    """Return what a rule lets through.

    Parameters
    ----------
    check : callable
        Called between steps; raises to stop.

    Raises
    ------
    InputError
        If a clause does not fit its column.
    """
    market = masks.market
    parts: dict[Path, PartCount] = {}
    held = _held(masks, condition, (), parts, check)
    starts = market.row_start[:-1]
    times = int(np.count_nonzero(np.logical_or.reduceat(held, starts))) if held.size else 0
    return RuleCounts(
        bars=market.row_count,
        passed=int(np.count_nonzero(held)),
        times=market.time_count,
        times_passed=times,
        parts=MappingProxyType(parts),
    )


def _held(
    masks: ClauseMasks,
    condition: Condition,
    path: Path,
    parts: dict[Path, PartCount],
    check: Callable[[], None],
) -> Mask:
    """Return the rows a condition holds for, and note what its parts let through."""
    check()
    match condition:
        case Clause():
            return masks.of(condition)
        case Not():
            return ~_held(masks, condition.not_, path, parts, check)
        case All():
            below, join, empty = condition.all, np.logical_and, True
        case AnyOf():
            below, join, empty = condition.any, np.logical_or, False
    held = [_held(masks, part, (*path, i), parts, check) for i, part in enumerate(below)]
    rows = masks.market.row_count
    whole = _joined(held, join, rows, empty=empty)
    for place, mask in enumerate(held):
        others = [other for i, other in enumerate(held) if i != place]
        parts[*path, place] = PartCount(
            alone=int(np.count_nonzero(mask)),
            together=int(np.count_nonzero(mask & whole)),
            without=(
                int(np.count_nonzero(_joined(others, join, rows, empty=empty))) if others else None
            ),
        )
    return whole


def _joined(held: list[Mask], join: np.ufunc, rows: int, *, empty: bool) -> Mask:
    if not held:
        return np.full(rows, empty)
    whole = held[0]
    for mask in held[1:]:
        whole = join(whole, mask)
    return whole
