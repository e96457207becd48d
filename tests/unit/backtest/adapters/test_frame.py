"""A function over a rolling frame."""

import polars as pl
import pytest

from ml4t_desktop.backtest.adapters import DataFrameAdapter
from ml4t_desktop.files.context.match import with_context_values
from tests.unit.engine.trial import FLAT, day, fills, market_of, play

FRACTIONS = {"lot_size": 0.0}


def closes(*values):
    return [(value, value, value, value) for value in values]


def frames(bars, answer=None, **parts):
    """What a function was shown over bars, and the result of what it answered."""
    seen: list[pl.DataFrame] = []

    def function(frame):
        seen.append(frame)
        return answer(frame) if answer else None

    has_context = parts.pop("has_context", False)
    result = play(
        bars, DataFrameAdapter(function, **parts), execution=FRACTIONS, has_context=has_context
    )
    return seen, result


def test_it_is_called_once_per_timestamp_with_no_later_row():
    seen, _ = frames({"A": closes(1.0, 2.0, 3.0), "B": closes(4.0, 5.0, 6.0)})
    assert [frame["timestamp"].max() for frame in seen] == [day(0), day(1), day(2)]
    assert seen[1].select("timestamp", "asset_id", "close").rows() == [
        (day(0), "A", 1.0),
        (day(0), "B", 4.0),
        (day(1), "A", 2.0),
        (day(1), "B", 5.0),
    ]


def test_the_window_moves_on_by_timestamps_also_where_an_asset_has_no_bar():
    bars = {"A": closes(1.0, 2.0, 3.0, 4.0), "B": [None, *closes(5.0), None, *closes(6.0)]}
    seen, _ = frames(bars, window=2)
    assert [frame["close"].to_list() for frame in seen] == [
        [1.0],
        [1.0, 2.0, 5.0],
        [2.0, 5.0, 3.0],
        [3.0, 4.0, 6.0],
    ]


def test_a_long_run_keeps_every_row_of_the_window():
    values = [float(i) for i in range(1, 201)]
    seen, _ = frames(closes(*values), window=150)
    assert seen[-1]["close"].to_list() == values[-150:]
    assert seen[100]["close"].to_list() == values[:101]


def test_signals_and_context_are_columns_and_null_where_absent():
    market = market_of([FLAT] * 3, signals={"s": [None, 0.5, None]})
    market = with_context_values(market, {day(2): {"VIX": 20.0, "regime": "bull"}})
    seen, _ = frames(market, has_context=True)
    assert "s" not in seen[0].columns
    last = seen[-1]
    assert last["s"].to_list() == [None, 0.5, None]
    assert last["context.VIX"].to_list() == [None, None, 20.0]
    assert last["context.regime"].to_list() == [None, None, "bull"]
    assert last["volume"].to_list() == [None, None, None]


def test_weights_it_returns_are_traded_at_the_next_open():
    def answer(frame):
        rising = frame["close"][-1] > frame["close"].mean()
        return {"A": 0.5 if rising else 0.0}

    # Day 1: 200 above the mean of 150, so half of 100,000 at 200 is 250; day 3 falls below it.
    seen, result = frames(closes(100.0, 200.0, 200.0, 100.0, 100.0), answer, warmup=2)
    assert len(seen) == 4
    assert fills(result) == [(2, "A", 250.0, 200.0), (4, "A", -250.0, 100.0)]


def test_one_number_is_the_weight_of_the_only_asset():
    _, result = frames([FLAT] * 3, lambda _frame: 0.25)
    assert fills(result) == [(1, "A", 250.0, 100.0)]


def test_one_number_for_several_assets_is_refused():
    with pytest.raises(ValueError, match="weights by asset"):
        frames({"A": [FLAT] * 2, "B": [FLAT] * 2}, lambda _frame: 0.25)


def test_a_signal_named_like_a_bar_column_is_refused_by_name():
    with pytest.raises(ValueError, match="close"):
        frames(market_of([FLAT] * 2, signals={"close": [1.0, 2.0]}))


@pytest.mark.parametrize("parts", [{"window": 0}, {"window": 5, "warmup": 6}, {"warmup": 0}])
def test_a_window_out_of_range_is_refused(parts):
    with pytest.raises(ValueError, match="warmup must lie between"):
        DataFrameAdapter(lambda _frame: None, **parts)
