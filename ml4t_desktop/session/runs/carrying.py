"""What is looked at in one run, found again in another: the chosen trade, and a part of the trades."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # polars loads after the window is visible
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

# Parts of a position that was left in several fills share these, so their number counts as well.
_SAME_TRADE: Final = ("symbol", "entry_decision_time")


def carried_trade(before: pl.DataFrame, after: pl.DataFrame, trade_id: int) -> int | None:
    """Return the trade of another run that was decided at the same bar of the same asset; None without any.

    Parameters
    ----------
    before, after : DataFrame of `schema.TRADES`
    trade_id : int
        Of `before`.
    """
    place = int(before["trade_id"].search_sorted(trade_id))
    if place >= before.height or before["trade_id"][place] != trade_id:
        return None
    found = _parts(after, before, place)
    number = _parts(before, before, place).index(trade_id)
    return found[number] if number < len(found) else None


def _parts(trades: pl.DataFrame, before: pl.DataFrame, place: int) -> list[int]:
    """Return the trades that were decided as one of `before`.

    Column by column: a frame would wait for what polars does in the background.
    """
    symbol, moment = (trades[name] == before[name][place] for name in _SAME_TRADE)
    return trades["trade_id"].filter(symbol & moment).to_list()


def carried_trades(
    before: pl.DataFrame, after: pl.DataFrame, trade_ids: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return which trades of another run were decided at the same bars of the same assets.

    Parameters
    ----------
    before, after : DataFrame of `schema.TRADES`
    trade_ids : ndarray of int64
        Of `before`, ascending.

    Returns
    -------
    ndarray of int64
        Of `after`, ascending.
    """
    import polars as pl

    wanted = _numbered(before).filter(pl.col("trade_id").is_in(pl.Series(trade_ids).implode()))
    return (
        _numbered(after)
        .join(wanted, on=[*_SAME_TRADE, "part"], how="semi", maintain_order="left")["trade_id"]
        .to_numpy()
    )


def _numbered(trades: pl.DataFrame) -> pl.DataFrame:
    """Return the trades with the number of each among the parts of its position."""
    import polars as pl

    part = pl.col("trade_id").cum_count().over(_SAME_TRADE)
    return trades.select("trade_id", *_SAME_TRADE, part=part)
