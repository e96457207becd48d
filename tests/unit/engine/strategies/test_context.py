"""Context: immutable, one per timestamp, shared by all assets."""

import copy
import pickle
from datetime import datetime

import pytest

from ml4t_desktop.engine.strategies.context import Context, ContextCache
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.files.context.match import with_context_values
from tests.unit.engine.trial import FLAT, day, market_of, play

VALUES = {"VIX": 18.5, "regime": "bull"}


def setitem(c):
    c["VIX"] = 1.0


def delitem(c):
    del c["VIX"]


def setattribute(c):
    c.timestamp = day(3)


def delattribute(c):
    del c.timestamp


def in_place_or(c):
    c |= {"VIX": 1.0}


@pytest.mark.parametrize(
    "change",
    [
        setitem,
        delitem,
        setattribute,
        delattribute,
        in_place_or,
        lambda c: c.update(VIX=1.0),
        lambda c: c.pop("VIX"),
        lambda c: c.popitem(),
        lambda c: c.clear(),
        lambda c: c.setdefault("SPY", 1.0),
        lambda c: setattr(c, "other", 1),
    ],
)
def test_a_context_cannot_be_changed(change):
    context = Context(day(0), VALUES)
    with pytest.raises((TypeError, AttributeError)):
        change(context)
    assert context == VALUES
    assert context.timestamp == day(0)


def test_initialising_a_context_again_changes_nothing():
    context = Context(day(0), VALUES)
    context.__init__(day(1), {"VIX": 1.0})
    assert (context, context.timestamp) == (VALUES, day(0))


def test_a_context_is_a_copy_of_what_it_was_made_of():
    source = dict(VALUES)
    context = Context.from_dict(day(0), source)
    source["VIX"] = 99.0
    context.to_dict()["VIX"] = 77.0
    assert context == VALUES


def test_a_context_reads_like_a_mapping():
    context = Context(day(0), VALUES)
    assert context["VIX"] == 18.5
    assert context.get("SPY") is None
    assert context.get("SPY", 0) == 0
    assert "regime" in context
    assert dict(context) == VALUES
    assert len(context) == 2
    assert not Context(day(0))


def test_a_context_can_be_copied_pickled_and_hashed():
    context = Context(day(0), VALUES)
    for twin in (copy.copy(context), copy.deepcopy(context), pickle.loads(pickle.dumps(context))):  # noqa: S301 (our own)
        assert twin == context
        assert twin.timestamp == day(0)
        assert hash(twin) == hash(context)


def test_a_cache_keeps_one_context_per_timestamp():
    cache = ContextCache()
    first = cache.get_or_create(day(0), VALUES)
    assert cache.get_or_create(day(0), {}) is first
    assert cache.get(day(0)) is first
    assert cache.get(day(1)) is None
    cache.get_or_create(day(1), {})
    assert cache.size == 2
    cache.clear_before(day(1))
    assert (cache.get(day(0)), cache.size) == (None, 1)
    cache.clear()
    assert cache.size == 0


class Witness(Strategy):
    def __init__(self):
        self.market, self.ends = [], []

    def on_market_event(self, event, context=None):
        self.market.append(context)

    def on_bar_end(self, timestamp, context=None):
        self.ends.append(context)


def witnessed(values, match="exact", **parts):
    market = market_of({"A": [FLAT] * 3, "B": [FLAT] * 3}, **parts)
    if values is not None:
        market = with_context_values(market, values, match)
    witness = Witness()
    play(market, witness, has_context=values is not None)
    return witness


def test_all_assets_of_a_timestamp_share_one_instance():
    witness = witnessed({day(0): VALUES, day(1): VALUES})
    assert witness.market[0] is witness.market[1] is witness.ends[0]
    assert witness.market[2] is not witness.market[0]
    assert witness.market[0].timestamp == day(0)


def test_without_context_data_there_is_none():
    assert witnessed(None).market == [None] * 6


def test_where_nothing_matches_it_is_an_empty_mapping():
    witness = witnessed({day(1): VALUES})
    assert witness.ends == [{}, VALUES, {}]
    assert all(isinstance(context, Context) for context in witness.ends)


def test_even_empty_context_data_gives_a_mapping():
    assert witnessed({}).ends == [{}, {}, {}]


def test_asof_takes_the_latest_value_and_never_a_later_one():
    values = {day(-5): {"VIX": 10.0}, day(1): {"VIX": 20.0}}
    assert witnessed(values, "asof").ends == [{"VIX": 10.0}, {"VIX": 20.0}, {"VIX": 20.0}]
    assert witnessed({day(2): {"VIX": 1.0}}, "asof").ends == [{}, {}, {"VIX": 1.0}]


def test_values_that_are_null_are_absent():
    values = {day(0): {"VIX": float("nan"), "regime": "bull"}, day(1): {"VIX": 1.0, "regime": None}}
    assert witnessed(values).ends == [{"regime": "bull"}, {"VIX": 1.0}, {}]


def test_naive_and_aware_timestamps_both_count_as_utc():
    from datetime import UTC, timedelta, timezone

    aware = datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert witnessed({aware: VALUES}).ends[0] == VALUES
    assert witnessed({day(0).replace(tzinfo=UTC): VALUES}).ends[0] == VALUES


def test_trades_capture_the_context_of_their_decisions():
    market = with_context_values(market_of([FLAT] * 4), {day(0): VALUES, day(2): {"VIX": 31.0}})

    class Once(Strategy):
        def on_bar_end(self, timestamp, context=None):
            if timestamp == day(0):
                self.submit_order("A", 10)
            if timestamp == day(2):
                assert self.open_trade("A").entry_context == VALUES
                self.close_position("A")

    (row,) = play(market, Once(), has_context=True).trades.rows(named=True)
    assert {name: row[name] for name in row if "context__" in name} == {
        "entry_context__VIX": 18.5,
        "entry_context__regime": "bull",
        "exit_context__VIX": 31.0,
        "exit_context__regime": None,
    }
