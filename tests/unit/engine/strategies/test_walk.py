"""How a strategy is called: which handlers, how often, in what order, and what stops it."""

import gc
import traceback

import pytest

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.engine.strategies.walk import run_strategy
from ml4t_desktop.errors import Cancelled
from tests.unit.engine.trial import FLAT, day, fills, market_of, play

TWO = {"A": [FLAT, None, FLAT], "B": [FLAT] * 3}


class Diary(Strategy):
    def __init__(self):
        self.pages = []

    def on_start(self):
        self.pages.append("start")

    def on_market_event(self, event, context=None):
        self.pages.append(("market", (event.timestamp - day(0)).days, event.asset_id))

    def on_event(self, event):
        self.pages.append(("event", (event.timestamp - day(0)).days, event.asset_id))

    def on_bar_end(self, timestamp, context=None):
        self.pages.append(("bar_end", (timestamp - day(0)).days))

    def on_end(self):
        self.pages.append("end")


def test_each_bar_is_told_to_both_handlers_once_in_symbol_order_and_each_timestamp_ends_once():
    diary = Diary()
    play(TWO, diary)
    assert diary.pages == [
        "start",
        ("market", 0, "A"),
        ("event", 0, "A"),
        ("market", 0, "B"),
        ("event", 0, "B"),
        ("bar_end", 0),
        ("market", 1, "B"),
        ("event", 1, "B"),
        ("bar_end", 1),
        ("market", 2, "A"),
        ("event", 2, "A"),
        ("market", 2, "B"),
        ("event", 2, "B"),
        ("bar_end", 2),
        "end",
    ]


@pytest.mark.parametrize("handler", ["on_market_event", "on_event", "on_bar_end"])
def test_a_strategy_may_have_any_one_handler(handler):
    calls = []
    strategy = type("One", (Strategy,), {handler: lambda self, *args: calls.append(args)})()
    play(TWO, strategy)
    assert len(calls) == (3 if handler == "on_bar_end" else 5)


def test_a_strategy_without_handlers_does_nothing():
    result = play(TWO, Strategy())
    assert result.equity["equity"].to_list() == [100_000.0] * 3


def test_an_event_carries_its_bar_and_signals_without_those_that_are_null():
    events = []
    strategy = type("Ears", (Strategy,), {"on_event": lambda self, event: events.append(event)})()
    market = market_of(
        [(100, 103, 99, 101, 500.0), (101, 104, 100, 102)],
        signals={"s": [0.5, None], "t": [None, None]},
    )
    play(market, strategy)
    assert events[0] == (day(0), "A", 100.0, 103.0, 99.0, 101.0, 500.0, {"s": 0.5})
    assert events[0].close == 101.0
    assert events[1].signals == {}
    assert events[1].volume != events[1].volume  # NaN: not known


def test_signals_of_one_event_can_be_changed_without_touching_another_run():
    def spoil(self, event):
        event.signals["s"] = 99.0
        event.signals["mine"] = 1.0

    market = market_of([FLAT] * 2, signals={"s": [0.5, 0.6]})
    play(market, type("Spoiler", (Strategy,), {"on_event": spoil})())
    assert market.signals["s"].tolist() == [0.5, 0.6]


class Fills(Strategy):
    """Buys on bar 0 and writes down when it hears what."""

    def __init__(self):
        self.heard = []

    def on_fill_event(self, fill):
        self.heard.append(
            (
                "fill",
                fill.timestamp,
                fill.order_id,
                fill.asset_id,
                fill.quantity,
                fill.price,
                self.get_position("A"),
            )
        )

    def on_event(self, event):
        self.heard.append(("event", event.timestamp))
        if event.timestamp == day(0):
            self.submit_order("A", 10)
        if event.timestamp == day(1):
            self.close_position("A")


def test_fills_are_told_before_the_handlers_of_their_bar_when_the_books_know_them():
    strategy = Fills()
    play([FLAT, (101,) * 4, (102,) * 4], strategy)
    assert strategy.heard == [
        ("event", day(0)),
        ("fill", day(1), 0, "A", 10.0, 101.0, 10.0),
        ("event", day(1)),
        ("fill", day(2), 1, "A", -10.0, 102.0, 0.0),
        ("event", day(2)),
    ]


def test_fills_at_the_close_are_told_after_the_handlers_of_their_bar():
    strategy = Fills()
    play([FLAT, (101,) * 4], strategy, execution={"fill": "same_close"})
    assert [page[:3] for page in strategy.heard] == [
        ("event", day(0)),
        ("fill", day(0), 0),
        ("event", day(1)),
        ("fill", day(1), 1),
    ]


def test_a_fill_event_says_what_it_cost():
    class Costs(Fills):
        def on_fill_event(self, fill):
            self.heard.append((fill.commission, fill.slippage))

        def on_event(self, event):
            if event.timestamp == day(0):
                self.submit_order("A", 10)

    strategy = Costs()
    costs = {
        "commission": {"model": "fixed", "amount": 2.0},
        "slippage": {"model": "fixed", "amount": 0.5},
    }
    play([FLAT] * 2, strategy, costs=costs)
    assert strategy.heard == [(2.0, 5.0)]


def test_an_order_may_be_submitted_when_a_fill_is_told():
    class Ladder(Strategy):
        def on_fill_event(self, fill):
            if fill.quantity > 0:
                self.submit_order("A", -fill.quantity, "limit", limit_price=fill.price * 1.1)

        def on_bar_end(self, timestamp, context=None):
            if timestamp == day(0):
                self.submit_order("A", 10)

    result = play([FLAT, FLAT, (105, 111, 104, 106)], Ladder())
    assert fills(result)[1:] == [(2, "A", -10.0, pytest.approx(110.0))]


class Stumble(Strategy):
    def on_event(self, event):
        if event.timestamp == day(1):
            self.stumble()

    def stumble(self):
        message = "my own mistake"
        raise KeyError(message)


def test_an_exception_surfaces_as_it_is_with_its_own_traceback():
    strategy = Stumble()
    with pytest.raises(KeyError, match="my own mistake") as caught:
        play([FLAT] * 3, strategy)
    assert traceback.extract_tb(caught.tb)[-1].name == "stumble"
    with pytest.raises(ValueError, match="no broker"):
        strategy.get_cash()


def test_a_cancelled_run_raises_and_calls_nothing_more():
    control = RunControl()
    diary = Diary()
    diary.on_bar_end = lambda timestamp, context=None: control.cancel()
    with pytest.raises(Cancelled):
        run_strategy(market_of(TWO), diary, control=control)
    assert [page for page in diary.pages if page[0] == "market"] == [
        ("market", 0, "A"),
        ("market", 0, "B"),
    ]
    assert "end" not in diary.pages


def test_a_function_may_ask_to_stop():
    with pytest.raises(Cancelled):
        run_strategy(market_of(TWO), Strategy(), should_stop=lambda: True)


def test_progress_rises_to_one():
    told = []
    control = RunControl()
    run_strategy(market_of([FLAT] * 500), Strategy(), control=control, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert 50 < len(told) <= 500
    assert control.progress == 1.0


def test_running_the_same_strategy_twice_gives_equal_results():
    class Buyer(Strategy):
        def on_start(self):
            self.count = 0

        def on_event(self, event):
            self.count += 1
            if self.count % 3 == 0:
                self.buy_percent(event.asset_id, 0.1, event.close)
            elif self.count % 7 == 0:
                self.close_position(event.asset_id)

    strategy = Buyer()
    bars = {"A": [(100 + i, 103 + i, 98 + i, 101 + i) for i in range(40)], "B": [FLAT] * 40}
    first, second = play(bars, strategy), play(bars, strategy)
    assert first.trades.height > 5
    for table in ("trades", "fills", "orders", "equity"):
        assert getattr(first, table).equals(getattr(second, table))


def test_an_order_submitted_at_the_start_meets_the_first_bar():
    class Early(Strategy):
        def on_start(self):
            assert self.get_cash() == 100_000.0
            self.order_id = self.submit_order("A", 10)
            (order,) = self.open_orders()
            assert (order.requested, order.decision_time) == (10.0, None)

    result = play([(98, 101, 97, 100), FLAT], Early())
    assert fills(result) == [(0, "A", 10.0, 98.0)]
    assert result.orders["decision_time"].to_list() == [None]


def test_at_the_end_a_strategy_sees_its_last_position_and_orders_expire():
    class Late(Strategy):
        def on_bar_end(self, timestamp, context=None):
            if timestamp == day(0):
                self.submit_order("A", 10)

        def on_end(self):
            self.seen = self.get_position("A"), self.get_portfolio_value()
            self.close_position("A")

    strategy = Late()
    result = play([FLAT, (100, 112, 100, 110)], strategy)
    assert strategy.seen == (10.0, 100_100.0)
    assert result.orders["reason"].to_list() == ["", "end of data"]


def test_an_empty_strategy_on_no_bars_ends_with_its_capital():
    result = run_strategy(market_of([]), Strategy())
    assert result.final_value == 100_000.0
    assert result.equity.height == 0


def test_many_orders_in_one_bar_find_room():
    def flood(self, event):
        for _ in range(3000):
            self.submit_order("A", 1)

    result = play(
        [FLAT] * 4,
        type("Flood", (Strategy,), {"on_event": flood})(),
        account={"initial_capital": 1e9},
    )
    gc.collect()
    assert result.fills.height == 9000
    assert result.orders.height == 12_000
    assert result.equity["open_positions"].to_list() == [0, 1, 1, 1]
