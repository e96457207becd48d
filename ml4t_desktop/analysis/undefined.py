"""A statistic that cannot be computed says why, in words."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ml4t_desktop.wording import mark

Number = float | int | str


@dataclass(frozen=True, slots=True)
class Undefined:
    """Stands where a statistic has no value.

    Parameters
    ----------
    reason : str
        For the user, such as ``"no losing trade"``.
    """

    reason: str


Statistic = Number | Undefined
# What a group of statistics returns: by name, a value or the reason there is none.
Statistics = dict[str, Statistic]

NOT_FINITE: Final = Undefined(mark("the value is too large to be a number"))


def quotient(top: Statistic, bottom: Statistic, reason: str) -> float | Undefined:
    """Return `top` / `bottom`; undefined like its parts, or with `reason` when dividing by zero."""
    for part in (top, bottom):
        if isinstance(part, Undefined):
            return part
    divisor = float(bottom)  # pyright: ignore[reportArgumentType]  (Undefined has returned above)
    return float(top) / divisor if divisor else Undefined(reason)  # pyright: ignore[reportArgumentType]


def finite(statistic: Statistic) -> Statistic:
    """Return the statistic, undefined where it is infinite or not a number."""
    if isinstance(statistic, float) and not math.isfinite(statistic):
        return NOT_FINITE
    return statistic


def settled(
    statistics: Mapping[str, Statistic], names: Iterable[str]
) -> tuple[dict[str, Number | None], dict[str, str]]:
    """Return the named statistics, undefined ones None, and the reasons of these by name."""
    values: dict[str, Number | None] = {}
    reasons: dict[str, str] = {}
    for name in names:
        value = finite(statistics[name])
        if isinstance(value, Undefined):
            reasons[name] = value.reason
            values[name] = None
        else:
            values[name] = value
    return values, reasons
