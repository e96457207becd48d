"""The basis strategy: both legs, worked out by hand."""

import math

import pytest

from ml4t_desktop.backtest.adapters import CryptoBasisStrategy
from ml4t_desktop.errors import InputError
from tests.unit.engine.trial import fills, market_of, play

SPOT = 100.0
MARGIN = {"type": "margin"}
FRACTIONS = {"lot_size": 0.0}


def basis_market(*basis, spot=SPOT):
    """A spot that stands still and a future above it by the values given; None is a time without a future."""
    flat = (spot,) * 4
    futures = [None if value is None else (spot + value,) * 4 for value in basis]
    return market_of({"BTC": [flat] * len(basis), "BTC_FUTURE": futures})


def played(market, strategy=None, **parts):
    options = {"execution": FRACTIONS, "account": MARGIN} | parts
    return play(market, strategy or small(), **options)


def small(**parts):
    options = {"window": 5, "min_observations": 5, "entry_z": 1.9, "exit_z": 0.5} | parts
    return CryptoBasisStrategy(**options)


def test_a_wide_basis_is_sold_with_both_legs_and_closed_when_it_is_back():
    # Of 1, 1, 1, 1, 6 the mean is 2 and the deviation 2: z = 2, weight 0.2, so 200 units at 100.
    # Then 1, 1, 1, 6, 3 has mean 2.4, deviation sqrt(3.84): z = 0.306, within 0.5.
    strategy = small()
    result = played(basis_market(1.0, 1.0, 1.0, 1.0, 6.0, 3.0, 3.0), strategy)
    assert fills(result) == [
        (5, "BTC", pytest.approx(200.0), 100.0),
        (5, "BTC_FUTURE", pytest.approx(-200.0), 103.0),
        (6, "BTC", pytest.approx(-200.0), 100.0),
        (6, "BTC_FUTURE", pytest.approx(200.0), 103.0),
    ]


def test_profit_is_quantity_times_the_change_of_the_basis():
    # Entered at a basis of 6 (the bar after the decision still stands there), left at 2: 4 * 200.
    result = played(basis_market(1.0, 1.0, 1.0, 1.0, 6.0, 6.0, 2.0, 2.0))
    assert result.trades["exit_time"].null_count() == 0
    assert result.final_value == pytest.approx(100_000.0 + 4.0 * 200.0)


def test_a_narrow_basis_is_bought_with_both_legs():
    result = played(basis_market(6.0, 6.0, 6.0, 6.0, 1.0, 1.0))
    assert fills(result) == [
        (5, "BTC", pytest.approx(-200.0), 100.0),
        (5, "BTC_FUTURE", pytest.approx(200.0), 101.0),
    ]


def test_the_size_grows_with_z_up_to_the_largest_position():
    # Ten values, nine alike: z = 3, of which 0.3 is cut to 0.25, so 250 units; one bar later z = 2.
    strategy = small(window=10, min_observations=10, max_position=0.25)
    result = played(basis_market(*[1.0] * 9, 6.0, 6.0), strategy)
    assert strategy.z == pytest.approx(2.0)
    assert [quantity for _, _, quantity, _ in fills(result)] == pytest.approx([250.0, -250.0])


def test_a_score_below_the_entry_or_of_too_few_values_trades_nothing():
    assert fills(played(basis_market(1.0, 1.0, 1.0, 6.0, 1.0, 6.0, 1.0))) == []
    assert fills(played(basis_market(1.0, 1.0, 1.0, 6.0))) == []


def test_a_basis_that_stands_still_has_no_score():
    strategy = small()
    assert fills(played(basis_market(*[0.1] * 8), strategy)) == []
    assert strategy.z is None


def test_a_time_without_one_leg_does_not_count():
    strategy = small()
    result = played(basis_market(1.0, 1.0, None, 1.0, 1.0, 6.0, 6.0), strategy)
    assert [(t, symbol) for t, symbol, _, _ in fills(result)] == [(6, "BTC"), (6, "BTC_FUTURE")]


def test_contracts_of_the_future_hedge_the_same_quantity_of_the_underlying():
    # 100,000 * 0.2 / 100 = 200 of the underlying: 20 contracts of 10.
    account = {"type": "margin", "multiplier": {"BTC_FUTURE": 10.0}}
    result = played(basis_market(1.0, 1.0, 1.0, 1.0, 6.0, 6.0), account=account)
    assert [quantity for _, _, quantity, _ in fills(result)] == pytest.approx([200.0, -20.0])


def test_a_basis_that_falls_through_its_mean_is_left():
    # The basis goes from far above to far below: no value lies within 0.5 deviations.
    result = played(basis_market(1.0, 1.0, 1.0, 1.0, 6.0, -9.0, -9.0))
    assert [t for t, _, _, _ in fills(result)] == [5, 5, 6, 6]


def test_legs_that_differ_are_evened_out():
    # 800 units of the spot bind 80,000 of 100,000; the short leg comes second and gets less than 200.
    account = {"type": "margin", "initial_margin": 1.0, "initial_capital": 100_000.0}
    strategy = small(position_scaling=1.0, max_position=0.8)
    result = played(basis_market(1.0, 1.0, 1.0, 1.0, 6.0, 6.0, 6.0, 6.0), strategy, account=account)
    ordered = fills(result)
    spot = sum(quantity for _, symbol, quantity, _ in ordered if symbol == "BTC")
    future = sum(quantity for _, symbol, quantity, _ in ordered if symbol == "BTC_FUTURE")
    assert ordered[0][2] == pytest.approx(800.0)
    assert abs(ordered[1][2]) < 200.0
    assert ordered[2][:2] == (6, "BTC")
    assert spot == pytest.approx(-future)


def test_a_cash_account_is_refused_when_the_run_begins():
    with pytest.raises(InputError, match=r"account\.type.*cash account"):
        played(basis_market(1.0, 1.0), account={"type": "cash"})


def test_parameters_out_of_range_are_named_all_at_once():
    with pytest.raises(InputError) as caught:
        CryptoBasisStrategy(spot="X", future="X", window=1, exit_z=3.0, max_position=math.inf)
    named = {problem.where for problem in caught.value.problems}
    assert named == {"future", "window", "min_observations", "exit_z", "max_position"}


def test_an_asset_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="'ETH'"):
        played(basis_market(1.0, 1.0), small(spot="ETH"))
