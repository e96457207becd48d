"""The preset `vectorbt` against vectorbt itself: the same signals, trade by trade."""

from dataclasses import astuple, replace

import pytest

from tests.parity.cases import RuleCase
from tests.parity.own import differences, run_case
from tests.parity.test_backtrader import rule_case

# No level of these meets a price to the cent, where rounding in binary would decide.
EXITS = {
    "stop": {"stop_loss": 0.0437},
    "target": {"take_profit": 0.0613},
    "stop and target": {"stop_loss": 0.0437, "take_profit": 0.0713},
    "trailing stop": {"trailing_stop": 0.0437},
    "trailing stop and target": {"trailing_stop": 0.0437, "take_profit": 0.0713},
}


def both(peer, case):
    return run_case(case, "vectorbt"), peer.run(case)


def without_entries_in_bars_of_stops(case: RuleCase, other) -> RuleCase:
    """Return a case whose entries leave out the bars in which a stop or target of theirs was hit.

    They do one thing a bar, so that it makes no difference to them; here the close would enter again.
    """
    enter = case.enter.copy()
    for fill in other.fills:
        asset = case.bars.symbols.index(fill.symbol)
        if fill.quantity < 0 and fill.price != case.bars.prices[3, fill.bar, asset]:
            enter[fill.bar, asset] = False
    return replace(case, enter=enter)


def test_market_orders_make_the_same_trades(vectorbt, sample):
    own, other = both(vectorbt, sample)
    assert len(own.trips) > 90
    assert differences(own, other) == []


@pytest.mark.parametrize("exits", EXITS)
def test_stops_and_targets_make_the_same_trades(vectorbt, sample, exits):
    case = replace(sample, **EXITS[exits])
    other = vectorbt.run(case)
    case = without_entries_in_bars_of_stops(case, other)
    assert differences(other, vectorbt.run(case)) == []
    own = run_case(case, "vectorbt")
    assert len(own.trips) > 90
    assert differences(own, other) == []


@pytest.mark.real_data
def test_a_trailing_stop_makes_the_same_trades_on_real_prices(vectorbt, real):
    case = replace(real, **EXITS["trailing stop"])
    own = run_case(without_entries_in_bars_of_stops(case, vectorbt.run(case)), "vectorbt")
    assert len(own.trips) > 90
    assert differences(own, vectorbt.run(case)) == []


@pytest.mark.real_data
def test_on_real_prices_one_trade_differs_the_open_was_beyond_its_target_and_the_low_below_its_stop(
    vectorbt, real
):
    case = replace(real, **EXITS["stop and target"])
    other = vectorbt.run(case)
    own = run_case(without_entries_in_bars_of_stops(case, other), "vectorbt")
    assert len(own.trips) > 90
    mine, theirs = ({trip[:4]: trip for trip in map(astuple, run.trips)} for run in (own, other))
    assert mine.keys() == theirs.keys()
    different = [key for key in mine if mine[key] != pytest.approx(theirs[key])]
    assert [(symbol, bar) for _, symbol, bar, _ in different] == [("XOM", 301)]
    *_, entry, left, _ = mine[different[0]]
    start, _, low, _, _ = real.bars.prices[:, 301, real.bars.symbols.index("XOM")]
    assert left == start > entry * 1.0713
    assert low < theirs[different[0]][5] == pytest.approx(entry * (1 - 0.0437))


def test_after_a_stop_the_close_of_the_bar_may_enter_here_but_not_there(vectorbt, make_bars):
    flat = (100, 101, 99, 100)
    bars = make_bars(flat, flat, flat, (100, 101, 90, 97), flat)
    case = rule_case(bars, stop_loss=0.05)
    case.enter[3] = True
    own, other = both(vectorbt, case)
    assert [(fill.bar, fill.price) for fill in own.fills] == [(1, 100.0), (3, 95.0), (3, 97.0)]
    assert [(fill.bar, fill.price) for fill in other.fills] == [(1, 100.0), (3, 95.0)]


def test_an_entry_with_an_exit_is_an_entry_here_and_nothing_there(vectorbt, make_bars):
    case = rule_case(make_bars(*[(100, 101, 99, 100)] * 5))
    case.leave[1] = True
    own, other = both(vectorbt, case)
    assert len(own.fills) == 1
    assert other.fills == ()


def test_too_little_cash_buys_the_same_fraction_of_a_share(vectorbt, sample):
    case = replace(sample.one(0), quantity=1e6, slippage=0.001)
    own, other = both(vectorbt, case)
    assert len(own.trips) > 15
    assert differences(own, other) == []
    first = own.fills[0]
    price = sample.bars.prices[3, first.bar, 0] * 1.001
    assert first.quantity == pytest.approx(1_000_000 / (price * 1.001))


def test_slippage_moves_a_stop_here_and_not_there(vectorbt, make_bars):
    flat = (100, 101, 99, 100)
    bars = make_bars(flat, flat, flat, (100, 101, 90, 97), flat)
    own, other = both(vectorbt, rule_case(bars, stop_loss=0.05, slippage=0.01))
    assert own.fills[0] == other.fills[0]
    assert [trip.exit_price for trip in own.trips] == [pytest.approx(95.0 * 0.99)]
    assert [trip.exit_price for trip in other.trips] == [95.0]


def test_a_target_passed_by_the_open_comes_first_here_and_the_stop_there(vectorbt, make_bars):
    flat = (100, 101, 99, 100)
    bars = make_bars(flat, flat, flat, (110, 111, 90, 100), flat)
    own, other = both(vectorbt, rule_case(bars, stop_loss=0.05, take_profit=0.08))
    assert [trip.exit_price for trip in own.trips] == [110.0]
    assert [trip.exit_price for trip in other.trips] == [95.0]


def test_a_price_that_meets_the_level_to_the_cent_touches_it_here(vectorbt, make_bars):
    """0.95 times 15.40 is 14.63; in binary it is 14.629999999999999, which a low of 14.63 stays above."""
    flat = (15.40, 16.0, 15.0, 15.40)
    assert 15.40 * (1 - 0.05) < 14.63
    bars = make_bars(flat, flat, flat, (15.4, 15.5, 14.63, 15.0), flat)
    own, other = both(vectorbt, rule_case(bars, stop_loss=0.05))
    assert [trip.exit_price for trip in own.trips] == [14.63]
    assert other.trips == ()
