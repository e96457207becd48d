"""Which trades a table shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from ml4t_desktop.tables.coded_texts import CodedTexts
from ml4t_desktop.tables.filters import plain
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

_FIRST = 8
_SEARCHED = ("symbol", "exit_reason", "entry_note", "exit_note")
Outcome = Literal["all", "winners", "losers", "long", "short", "open"]
OUTCOMES: Final[tuple[tuple[Outcome, str], ...]] = (
    ("all", mark("All trades")),
    ("winners", mark("Winners")),
    ("losers", mark("Losers")),
    ("long", mark("Long")),
    ("short", mark("Short")),
    ("open", mark("Still open")),
)


def trade_row(trade_ids: NDArray[np.int64], trade_id: int | None) -> int | None:
    """Return the row of a trade, None when there is none."""
    if trade_id is None:
        return None
    found = np.flatnonzero(trade_ids == trade_id)
    return int(found[0]) if found.size else None


def wide_values(values: pl.Series) -> list[Any]:
    """Return the values of a column that are likely to take most room when they are written.

    The lowest and highest number and the first few; the longest text; any time.
    """
    import polars as pl

    present = values.drop_nulls() if values.null_count() else values  # which is slow by itself
    if present.is_empty():
        return []
    if present.dtype == pl.String:
        longest = present.str.len_chars().arg_max()
        return [] if longest is None else [present[longest]]
    first = present.head(1 if present.dtype.is_temporal() else _FIRST).to_list()
    return [*first, present.min(), present.max()] if present.dtype.is_numeric() else first


def trade_mask(
    trades: pl.DataFrame,
    text: str,
    outcome: Outcome,
    texts: Callable[[str], CodedTexts] | None = None,
) -> NDArray[np.bool_] | None:
    """Return which trades have `text` in symbol, exit reason or notes and end as asked; None for all.

    Winners and losers are closed trades. `texts` gives a column of texts, where somebody keeps them.
    """
    read = texts or (lambda name: CodedTexts(trades[name]))
    kept: list[NDArray[np.bool_]] = []
    wanted = plain(text)
    if wanted:
        found = [
            column.mask([wanted in plain(label) for label in column.labels])
            for column in map(read, _SEARCHED)
        ]
        kept.append(np.logical_or.reduce(found))
    if outcome != "all":
        kept.append(_ended(trades, outcome, read))
    return np.logical_and.reduce(kept) if kept else None


def _ended(
    trades: pl.DataFrame, outcome: Outcome, read: Callable[[str], CodedTexts]
) -> NDArray[np.bool_]:
    """Return which trades ended as asked."""
    status = read("status")
    is_closed = status.mask([label == "closed" for label in status.labels])
    match outcome:
        case "winners":
            return is_closed & (trades["pnl"].to_numpy() > 0)
        case "losers":
            return is_closed & (trades["pnl"].to_numpy() < 0)
        case "long" | "short":
            sides = read("direction")
            return sides.mask([label == outcome for label in sides.labels])
    return ~is_closed
