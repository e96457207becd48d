"""The largest of the values that a number is made of."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from ml4t_desktop.analysis.making.derivation import Derivation, Input, Kind

_SHOWN: Final = 5
_ADDED: Final = frozenset({"sum", "mean"})
_DATED: Final = frozenset({"days", "bars", "months", "years"})
_MICROSECONDS: Final = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One of the values that an input is measured on.

    Parameters
    ----------
    title : str
        The symbol of a trade; empty for others.
    trade_id : int or None
    moment : float or None
        Days since 1970-01-01: of the entry of a trade, of a day or bar, of the first day of a month.
    value : float
    share : float or None
        Of the sum, where all values have one sign.
    """

    title: str
    trade_id: int | None
    moment: float | None
    value: float
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """The largest values of one input, and how many there are.

    Parameters
    ----------
    title : str
        Of the input.
    kind : str
        How the values are written.
    count : int
    largest : tuple of Contribution
        By their size.
    """

    title: str
    kind: Kind
    count: int
    largest: tuple[Contribution, ...]


def contributions(made: Derivation, trades: pl.DataFrame) -> Contributions | None:
    """Return the largest values behind a number; None where it is not made of many.

    Parameters
    ----------
    made : Derivation
    trades : DataFrame of `schema.TRADES`
        Of the run.
    """
    found = next((item for item in made.inputs if _is_made_of_many(item)), None)
    if found is None or found.sample is None:
        return None
    sample = found.sample
    order = np.argsort(-np.abs(sample.values), kind="stable")[:_SHOWN]
    total = float(np.abs(sample.values).sum())
    is_one_sided = bool((sample.values >= 0).all() or (sample.values <= 0).all())
    known = _trades(trades, sample.ids[order]) if sample.things == "trades" else {}
    largest = tuple(
        _contribution(
            sample.things,
            int(sample.ids[place]),
            float(sample.values[place]),
            abs(float(sample.values[place])) / total if is_one_sided and total > 0 else None,
            known,
        )
        for place in order.tolist()
    )
    return Contributions(
        title=found.title, kind=found.kind, count=len(sample.values), largest=largest
    )


def elsewhere(
    made: Derivation, behind: Contributions | None
) -> tuple[Derivation, Contributions | None]:
    """Return the same of a run that is not on screen: none of its trades can be looked at."""
    if made.part is not None:
        made = replace(made, part=replace(made.part, trade_ids=None))
    if behind is not None:
        largest = tuple(replace(item, trade_id=None) for item in behind.largest)
        behind = replace(behind, largest=largest)
    return made, behind


def _is_made_of_many(item: Input) -> bool:
    if item.sample is None or item.aggregate not in _ADDED or item.sample.values.size < 2:
        return False
    has_names = item.sample.things == "trades" or item.sample.things in _DATED
    return has_names and bool(np.isfinite(item.sample.values).all())


def _contribution(
    things: str,
    identity: int,
    value: float,
    share: float | None,
    known: dict[int, tuple[str, float]],
) -> Contribution:
    if things == "trades":
        symbol, moment = known.get(identity, ("", None))
        return Contribution(
            title=symbol, trade_id=identity, moment=moment, value=value, share=share
        )
    moment = identity / _MICROSECONDS if things == "bars" else float(identity)
    return Contribution(title="", trade_id=None, moment=moment, value=value, share=share)


def _trades(trades: pl.DataFrame, ids: np.ndarray) -> dict[int, tuple[str, float]]:
    chosen = trades.filter(pl.col("trade_id").is_in(ids.tolist()))
    moments = chosen["entry_time"].to_physical().to_numpy() / _MICROSECONDS
    pairs = zip(chosen["symbol"], moments.tolist(), strict=True)
    return dict(zip(chosen["trade_id"].to_list(), pairs, strict=True))
