"""Which trades a table shows, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

_FIRST = 8
_SEARCHED = ("symbol", "exit_reason", "entry_note", "exit_note")
Outcome = Literal["all", "winners", "losers", "long", "short", "open"]
OUTCOMES: Final[tuple[tuple[Outcome, str], ...]] = (
    ("all", "All trades"),
    ("winners", "Winners"),
    ("losers", "Losers"),
    ("long", "Long"),
    ("short", "Short"),
    ("open", "Still open"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeTotals:
    """What the trades shown add up to: `pnl` and `fees` in money, open trades included."""

    shown: int
    of: int
    pnl: float
    fees: float


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

    present = values.drop_nulls()
    if present.is_empty():
        return []
    if present.dtype == pl.String:
        longest = present.str.len_chars().arg_max()
        return [] if longest is None else [present[longest]]
    first = present.head(1 if present.dtype.is_temporal() else _FIRST).to_list()
    return [*first, present.min(), present.max()] if present.dtype.is_numeric() else first


def trade_mask(trades: pl.DataFrame, text: str, outcome: Outcome) -> NDArray[np.bool_] | None:
    """Return which trades have `text` in symbol, exit reason or notes and end as asked; None for all.

    Winners and losers are closed trades.
    """
    import polars as pl

    kept: list[pl.Expr] = []
    wanted = text.strip().lower()
    if wanted:
        columns = (pl.col(name).fill_null("").str.to_lowercase() for name in _SEARCHED)
        readable = (column.str.replace_all("_", " ", literal=True) for column in columns)
        kept.append(
            pl.any_horizontal(column.str.contains(wanted, literal=True) for column in readable)
        )
    is_closed = pl.col("status") == "closed"
    match outcome:
        case "winners":
            kept.append(is_closed & (pl.col("pnl") > 0))
        case "losers":
            kept.append(is_closed & (pl.col("pnl") < 0))
        case "long" | "short":
            kept.append(pl.col("direction") == outcome)
        case "open":
            kept.append(~is_closed)
        case _:
            pass
    if not kept:
        return None
    return trades.select(pl.all_horizontal(kept).fill_null(value=False).alias("kept"))[
        "kept"
    ].to_numpy()


def trade_totals(trades: pl.DataFrame, rows: NDArray[np.int64]) -> TradeTotals:
    """Return what some rows of a trade table add up to."""
    pnl = trades["pnl"].to_numpy()[rows]
    fees = trades["fees"].to_numpy()[rows]
    return TradeTotals(
        shown=rows.size, of=trades.height, pnl=float(np.nansum(pnl)), fees=float(np.nansum(fees))
    )
