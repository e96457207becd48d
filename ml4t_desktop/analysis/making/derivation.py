"""What is said of one number: its meaning, its formula with inputs, and what it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.making.formula import Value, carried_out
from ml4t_desktop.analysis.trades.trade_definitions import Kind as StatisticKind

# A "number" has as many digits as it takes; a "moment" is a time, in days since 1970-01-01.
Kind = StatisticKind | Literal["number", "moment"]
Aggregate = Literal[
    "count", "distinct", "sum", "mean", "deviation", "highest", "lowest", "median", "product",
]  # fmt: skip
Things = Literal["trades", "days", "bars", "months", "years", "orders", "fills", "cash flows",
                 "streaks", "drawdowns", "draws", "runs", "times", "variants", "parts"]  # fmt: skip
Floats = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The values that an input is measured on.

    Parameters
    ----------
    things : str
        What has the values.
    ids : ndarray of int64, shape (n,)
        Trade ids, or days since 1970-01-01 (of the first day for months and years), or microseconds
        since the epoch for bars; for others their numbers from 0.
    values : ndarray of float64, shape (n,)
    """

    things: Things
    ids: Ids
    values: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Input:
    """One value that goes into a formula.

    Parameters
    ----------
    name : str
        As in the formula.
    title : str
        What it is, in words.
    kind : str
        How it is written.
    value : float, int, str or None
        None where it has none itself.
    statistic : str
        Its name where it is a statistic of the same scope, which tells how it is made in turn.
    aggregate : str or None
        How it is measured on `sample`; None: it is given.
    sample : Sample or None
    """

    name: str
    title: str
    kind: Kind
    value: Value | None
    statistic: str = ""
    aggregate: Aggregate | None = None
    sample: Sample | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """What a number is made of.

    Parameters
    ----------
    things : str
        What is counted.
    count : int
    trade_ids : ndarray of int64 or None
        The trades it is made of, or that were held then, ascending; None: trades are beside the point.
    name : str
        What these trades are called while they are looked at.
    """

    things: Things
    count: int
    trade_ids: Ids | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derivation:
    """How a number is made.

    Parameters
    ----------
    name : str
        Of the statistic.
    title : str
        What stands beside the number.
    of : str
        What it is a statistic of, such as ``Long trades`` or ``2020``.
    kind : str
        How it is written.
    meaning : str
        The definition in words.
    source : str
        The rows or files it is made of, in words.
    formula : str
        As `formula.carried_out` takes it.
    inputs : tuple of Input
    reason : str
        Why it is undefined; empty where it is not.
    part : Part or None
    """

    name: str
    title: str
    of: str
    kind: Kind
    meaning: str
    source: str
    formula: str
    inputs: tuple[Input, ...]
    reason: str = ""
    part: Part | None = None

    @property
    def values(self) -> Mapping[str, Value | None]:
        """The values of the inputs, by their names in the formula."""
        return {item.name: item.value for item in self.inputs}

    @property
    def value(self) -> Value | None:
        """What the formula gives with its inputs; None where the number is undefined."""
        return None if self.reason else carried_out(self.formula, self.values)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recipe:
    """The formula of a number with its inputs, and what it is made of."""

    formula: str
    inputs: tuple[Input, ...]
    part: Part | None = None
