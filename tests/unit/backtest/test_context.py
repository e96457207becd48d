"""Sources of context: the past and a live one behind the same interface."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.backtest import (
    BacktestEngine,
    ContextFeed,
    ContextField,
    ContextSchema,
    HistoricalContext,
    LiveContextSource,
    Strategy,
)
from ml4t_desktop.backtest.data import DataFrameFeed
from ml4t_desktop.errors import InputError

START = datetime(2024, 1, 1)
SCHEMA = ContextSchema(
    fields={"VIX": ContextField(minimum=0.0), "regime": ContextField(kind="text")}
)


def day(index):
    return START + timedelta(days=index)


VALUES = {
    day(0): {"VIX": 10.0, "regime": "bull"},
    day(2): {"VIX": 20.0, "calm": True},
    day(5): {"VIX": float("nan"), "regime": "bear", "count": 3},
}


def live(values=VALUES, **parts):
    source = LiveContextSource(**parts)
    for timestamp, entry in values.items():
        source.push(timestamp, entry)
    return source


def bars(count=8, close=100.0):
    return DataFrameFeed(
        pl.DataFrame(
            {"timestamp": [day(i) for i in range(count)]}
            | {name: [close] * count for name in ("open", "high", "low", "close")}
        ),
        asset_id="A",
    )


class Witness(Strategy):
    """Keeps the contexts it is shown, and trades on the third and sixth bar."""

    def __init__(self, before=None):
        self.seen, self.before = [], before

    def on_bar_end(self, timestamp, context=None):
        self.seen.append(context)
        if self.before is not None:
            self.before(timestamp)
        if len(self.seen) == 3:
            self.submit_order("A", 10)
            self.open = self.open_trade("A")
        if len(self.seen) == 6:
            self.open = self.open_trade("A")
            self.close_position("A")


def test_both_sources_are_context_feeds():
    assert isinstance(HistoricalContext(VALUES), ContextFeed)
    assert isinstance(LiveContextSource(), ContextFeed)
    assert not isinstance(VALUES, ContextFeed)


@pytest.mark.parametrize("lag", [None, "1d", "36h"])
@pytest.mark.parametrize(
    ("match", "max_age"), [("exact", None), ("asof", None), ("asof", "2d"), ("asof", "1d")]
)
def test_the_same_entries_give_the_same_answers_from_the_past_and_live(match, max_age, lag):
    parts = {"match": match, "max_age": max_age, "lag": lag}
    past, present = HistoricalContext(VALUES, **parts), live(**parts)
    times = [START + timedelta(hours=h) for h in range(-12, 240, 6)]
    assert [past.current(t) for t in times] == [present.current(t) for t in times]


def test_the_latest_entry_counts_from_its_lag_on_until_it_is_too_old():
    source = live({day(0): {"VIX": 10.0}}, lag="1d", max_age="3d")
    answers = [source.current(day(i)) for i in range(5)]
    assert answers == [{}, {"VIX": 10.0}, {"VIX": 10.0}, {"VIX": 10.0}, {}]


def test_an_entry_of_another_zone_is_found_at_its_moment():
    source = live({datetime(2024, 1, 1, 5, tzinfo=timezone(timedelta(hours=5))): {"VIX": 1.0}})
    assert source.current(datetime(2024, 1, 1, tzinfo=UTC)) == {"VIX": 1.0}
    assert source.current(START - timedelta(seconds=1)) == {}


def test_numbers_flags_and_texts_arrive_as_numbers_and_texts_and_nulls_are_absent():
    assert live().current(day(2)) == {"VIX": 20.0, "calm": 1.0}
    assert live().current(day(9)) == {"regime": "bear", "count": 3.0}


def test_what_is_pushed_for_the_same_time_is_joined_and_older_contexts_stay():
    source = live({day(0): {"VIX": 10.0}})
    before = source.current(day(0))
    source.push(day(0), {"VIX": 11.0, "SPY": 480.0})
    assert before == {"VIX": 10.0}
    assert source.current(day(0)) == {"VIX": 11.0, "SPY": 480.0}
    assert source.size == 1


def test_a_late_entry_takes_its_place_in_time():
    source = live({day(4): {"VIX": 4.0}})
    source.push(day(2), {"VIX": 2.0})
    assert [source.current(day(i)).get("VIX") for i in (1, 3, 4)] == [None, 2.0, 4.0]


def test_all_who_ask_at_one_time_share_one_context():
    source = live()
    assert source.current(day(1)) is source.current(day(1))
    assert source.current(day(1)).timestamp == day(1)


def test_what_is_forgotten_is_what_no_later_time_needs():
    source = live(lag="1d")
    source.forget_before(day(4))
    assert source.size == 2
    assert source.current(day(4)) == {"VIX": 20.0, "calm": 1.0}


def test_a_push_that_does_not_fit_the_schema_adds_nothing():
    source = live({}, schema=SCHEMA)
    with pytest.raises(InputError) as caught:
        source.push(day(0), {"VIX": -1.0, "regime": 3, "other": 1.0})
    named = [problem.where for problem in caught.value.problems]
    assert named == [f"context, 2024-01-01T00:00:00, '{n}'" for n in ("VIX", "regime", "other")]
    assert source.size == 0


def test_a_name_keeps_its_kind():
    source = live({day(0): {"VIX": 10.0}})
    with pytest.raises(InputError, match=r"2024-01-02.*'VIX'.*another kind"):
        source.push(day(1), {"VIX": "high"})
    with pytest.raises(InputError, match="must be a number, a flag or a text"):
        source.push(day(1), {"SPY": [1.0]})


def test_threads_may_push_and_ask_at_the_same_time():
    source = LiveContextSource()
    torn = []

    def pushes(offset):
        for i in range(offset, 2000, 4):
            source.push(START + timedelta(minutes=i), {"a": float(i), "b": float(i)})

    def asks():
        for i in range(0, 2000, 7):
            context = source.current(START + timedelta(minutes=i))
            if context.get("a") != context.get("b") or context.get("a", 0.0) > i:
                torn.append(context)

    threads = [threading.Thread(target=pushes, args=(k,)) for k in range(4)]
    threads += [threading.Thread(target=asks) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torn == []
    assert source.size == 2000
    assert source.current(START + timedelta(minutes=1999))["a"] == 1999.0


def run(context, strategy=None, **parts):
    strategy = strategy or Witness()
    return strategy, BacktestEngine(bars(), strategy, context_data=context, **parts).run()


def test_a_run_on_a_live_source_equals_one_on_the_same_history():
    known, past = run(VALUES, context_match="asof", context_max_age="3d", context_lag="1d")
    shown, present = run(live(max_age="3d", lag="1d"))
    assert shown.seen == known.seen
    assert [dict(c) for c in shown.seen[:3]] == [{}, VALUES[day(0)], VALUES[day(0)]]
    assert shown.open == known.open
    first, second = (next(result.iter_trades()) for result in (past, present))
    assert first == second
    assert second.entry_context == {"VIX": 10.0, "regime": "bull"}
    assert second.exit_context == {"VIX": 20.0, "calm": 1.0}


def test_what_is_pushed_during_a_run_is_seen_from_then_on():
    source = LiveContextSource()
    strategy = Witness(before=lambda t: source.push(t, {"VIX": float(t.day)}))
    _, result = run(source, strategy)
    assert [context.get("VIX") for context in strategy.seen] == [None, *map(float, range(1, 8))]
    (trade,) = result.iter_trades()
    assert (trade.entry_context, trade.exit_context) == ({"VIX": 2.0}, {"VIX": 5.0})


def test_runs_on_different_live_contexts_have_different_names():
    ids = {run(live({day(0): {"VIX": value}}))[1].run_id for value in (1.0, 2.0, 1.0)}
    assert len(ids) == 2


def test_a_history_as_a_source_is_the_same_as_its_entries():
    by_source, by_entries = (
        run(HistoricalContext(VALUES, match="asof")),
        run(VALUES, context_match="asof"),
    )
    assert by_source[0].seen == by_entries[0].seen
    assert by_source[1].run_id == by_entries[1].run_id


def test_a_feed_of_ones_own_that_changes_a_kind_is_stopped_with_the_time():
    class Fickle:
        def current(self, timestamp):
            from ml4t_desktop.backtest import Context

            return Context(timestamp, {"x": 1.0 if timestamp < day(2) else "two"})

    with pytest.raises(InputError, match=r"2024-01-03.*'x'.*number"):
        run(Fickle())


def test_context_that_does_not_fit_its_schema_is_refused_before_the_run():
    schema = {"VIX": {"minimum": 15.0}, "regime": {"kind": "text"}, "calm": {"kind": "flag"}}
    with pytest.raises(InputError) as caught:
        BacktestEngine(bars(), Witness(), context_data=VALUES, context_schema=schema)
    assert [(p.where, p.what) for p in caught.value.problems] == [
        ("context_data, 2024-01-01T00:00:00, 'VIX'", "must be at least 15, it is 10"),
        ("context_data, 2024-01-06T00:00:00, 'count'", "is not declared"),
    ]


def test_settings_of_the_match_that_are_wrong_are_named_all_at_once():
    with pytest.raises(InputError) as caught:
        BacktestEngine(
            bars(), Witness(), context_data=VALUES, context_max_age="2 moons", context_lag="soon"
        )
    assert [p.where for p in caught.value.problems] == [
        "context_max_age",
        "context_lag",
        "context_max_age",
    ]


def test_a_feed_brings_its_own_match_and_schema():
    with pytest.raises(InputError) as caught:
        BacktestEngine(
            bars(), Witness(), context_data=live(), context_match="asof", context_lag="1d",
            context_schema=SCHEMA,
        )  # fmt: skip
    named = [p.where for p in caught.value.problems]
    assert named == ["context_match", "context_lag", "context_schema"]


def test_a_lag_in_the_engine_delays_every_entry():
    strategy, _ = run({day(i): {"n": float(i)} for i in range(8)}, context_lag="2d")
    numbers = [context.get("n", np.nan) for context in strategy.seen]
    assert numbers[2:] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert np.isnan(numbers[:2]).all()
