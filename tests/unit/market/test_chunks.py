"""Chunks of a market: own bars complete, and before them what still counts."""

from datetime import datetime, timedelta

import numpy as np

from ml4t_desktop.market import Market
from ml4t_desktop.market.chunks import Chunk, Chunker, LookBack
from ml4t_desktop.market.corporate_actions import SymbolChange, with_corporate_actions
from ml4t_desktop.market.market import ASSET, ORDINAL, PREVIOUS
from ml4t_desktop.market.timeline import PiecesInMemory, even_bounds
from ml4t_desktop.units import microseconds

FIRST = datetime(2024, 1, 1)


def market_of(*times: str) -> Market:
    """One text per day: the symbols that have a bar then. The close of a bar is its row."""
    symbols = tuple(sorted({symbol for there in times for symbol in there}))
    rows = [(t, symbols.index(symbol)) for t, there in enumerate(times) for symbol in sorted(there)]
    prices = np.ones((5, len(rows)))
    prices[3] = np.arange(len(rows)) + 1.0
    return Market.build(
        timestamp=np.array([microseconds(FIRST + timedelta(days=t)) for t, _ in rows], np.int64),
        asset=np.array([asset for _, asset in rows], np.int32),
        symbols=symbols,
        prices=prices,
        signals={"s": prices[3] * 2.0},
    )


def chunks_of(market: Market, *bounds: int, look_back: int = 1, ahead: bool = False) -> list[Chunk]:
    chunker = Chunker(
        PiecesInMemory(market, (0, *bounds, market.time_count)),
        LookBack(bars=look_back),
        looks_ahead=ahead,
    )
    return [chunker.next() for _ in range(chunker.count)]


def test_a_chunk_begins_with_the_last_bar_of_every_asset_at_its_own_time() -> None:
    market = market_of("AB", "A", "A", "AB")
    _, chunk = chunks_of(market, 3)
    assert chunk.rows.tolist() == [1, 3, 4, 5]  # B of the first day, A of the third, the fourth day
    assert chunk.times.tolist() == [0, 2, 3]
    assert (chunk.first, chunk.end, chunk.before, chunk.first_row) == (2, 3, 3, 2)
    np.testing.assert_array_equal(chunk.market.row_start, [0, 1, 2, 4])
    np.testing.assert_array_equal(chunk.market.timestamps, market.timestamps[[0, 2, 3]])
    np.testing.assert_array_equal(chunk.market.prices[3], market.prices[3, chunk.rows])
    np.testing.assert_array_equal(chunk.market.signals["s"], market.signals["s"][chunk.rows])


def test_ordinals_are_those_of_the_whole_market_and_previous_rows_lead_back() -> None:
    market = market_of("AB", "A", "A", "AB", "AB")
    for chunk in chunks_of(market, 2, 4):
        own = slice(chunk.first_row, None)
        np.testing.assert_array_equal(
            chunk.market.rows[ORDINAL, own], market.rows[ORDINAL, chunk.rows[own]]
        )
        previous = chunk.market.rows[PREVIOUS, own]
        there = market.rows[PREVIOUS, chunk.rows[own]] >= 0
        np.testing.assert_array_equal(previous >= 0, there)
        np.testing.assert_array_equal(
            chunk.rows[previous[there]], market.rows[PREVIOUS, chunk.rows[own]][there]
        )


def test_the_look_back_decides_how_many_bars_of_each_asset_are_carried() -> None:
    market = market_of(*["AB"] * 10)
    carried = [chunks_of(market, 6, look_back=bars)[1].first_row for bars in (1, 3, 6, 99)]
    assert carried == [2, 6, 12, 12]


def test_bars_are_left_behind_in_steps() -> None:
    market = market_of(*["A"] * 12)
    pieces = PiecesInMemory(market, (0, 11, 12))
    chunker = Chunker(pieces, LookBack(bars=4, step=4))
    chunker.next()
    assert chunker.next().rows.tolist() == [
        4,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
    ]  # 4 of 11 are left behind, not 7


def test_what_is_asked_for_is_carried_too() -> None:
    market = market_of(*["A"] * 8)
    chunker = Chunker(PiecesInMemory(market, (0, 6, 7, 8)), LookBack())
    chunker.next()
    second = chunker.next(np.array([2]), np.array([2, 4]))
    assert second.rows.tolist() == [2, 5, 6]
    assert second.times.tolist() == [2, 4, 5, 6]
    np.testing.assert_array_equal(second.market.row_start, [0, 1, 1, 2, 3])
    assert chunker.next().rows.tolist() == [6, 7]  # asked for no more


def test_a_look_ahead_ends_every_chunk_but_the_last_with_the_next_time() -> None:
    market = market_of("A", "A", "A")
    first, second = chunks_of(market, 2, ahead=True)
    assert first.times.tolist() == [0, 1, 2]
    assert (first.first, first.end) == (0, 2)
    np.testing.assert_array_equal(first.market.row_start, [0, 1, 2, 2])
    assert second.times.tolist() == [1, 2]


def test_a_new_symbol_follows_the_last_bar_of_the_old_one_over_a_border() -> None:
    market = with_corporate_actions(
        market_of("A", "A", "A", "", "B", "B"),
        [SymbolChange("A", FIRST + timedelta(days=2, hours=12), "B")],
    )
    for bounds in ((1,), (3,), (2, 3, 4), (1, 2, 3, 4)):
        chunks = chunks_of(market, *bounds)
        rows = [chunk.market.rows[:, chunk.first_row :] for chunk in chunks]
        assert [o for part in rows for o in part[ORDINAL].tolist()] == [0, 1, 2, 3, 4]
        last = chunks[-1]
        b = np.flatnonzero(last.market.rows[ASSET] == 1)[-2]
        assert last.rows[last.market.rows[PREVIOUS, b]] == 2


def test_pieces_have_at_most_so_many_rows_and_at_least_one_timestamp() -> None:
    row_start = np.array([0, 3, 6, 20, 21, 22])
    assert even_bounds(row_start, 6) == (0, 2, 3, 5)
    assert even_bounds(row_start, 100) == (0, 5)
    assert even_bounds(row_start, 1) == (0, 1, 2, 3, 4, 5)
    assert even_bounds(np.zeros(1, np.int64), 5) == (0, 0)
