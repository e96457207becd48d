"""What is looked at in one run is found again in the next."""

from datetime import datetime

import numpy as np
import polars as pl

from ml4t_desktop.session.runs.carrying import carried_trade, carried_trades


def trades(*rows: tuple[int, str, int]) -> pl.DataFrame:
    """Trades of (trade_id, symbol, day of the decision)."""
    return pl.DataFrame(
        [(number, symbol, datetime(2024, 1, day)) for number, symbol, day in rows],
        schema=["trade_id", "symbol", "entry_decision_time"],
        orient="row",
    )


BEFORE = trades((1, "AAA", 2), (2, "BBB", 2), (3, "AAA", 5), (4, "AAA", 5), (5, "CCC", 9))
AFTER = trades((1, "BBB", 2), (2, "AAA", 5), (3, "AAA", 2), (4, "CCC", 8))


def test_a_trade_is_the_one_decided_at_the_same_bar_of_the_same_asset():
    assert carried_trade(BEFORE, AFTER, 1) == 3
    assert carried_trade(BEFORE, AFTER, 2) == 1


def test_parts_of_a_position_are_told_apart_by_their_number():
    assert carried_trade(BEFORE, AFTER, 3) == 2
    assert carried_trade(BEFORE, AFTER, 4) is None
    assert carried_trade(BEFORE, BEFORE, 4) == 4


def test_a_trade_that_is_no_more_or_never_was_is_none():
    assert carried_trade(BEFORE, AFTER, 5) is None
    assert carried_trade(BEFORE, AFTER, 77) is None
    assert carried_trade(BEFORE, AFTER.clear(), 1) is None


def test_of_a_part_of_the_trades_those_stay_that_are_still_there():
    kept = carried_trades(BEFORE, AFTER, np.array([1, 2, 4, 5]))
    assert kept.tolist() == [1, 3]
    assert carried_trades(BEFORE, BEFORE, np.array([2, 4])).tolist() == [2, 4]
