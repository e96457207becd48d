"""Sizes of rules that come from a probability or a volatility, and weights that are cut."""

import numpy as np
import pytest

from ml4t_desktop.errors import BadBarValue, InputError
from tests.unit.engine.trial import FLAT, fills, market_of, play_rules, request_of

ENTER = {"column": "signal.s", "op": ">", "value": 0.5}
KELLY = {"helper": "fractional_kelly", "probability": "signal.confidence", "payoff": 2.0}
VOLATILE = {"helper": "inverse_volatility", "risk": 0.01, "window": 3}


def kelly(*chances, sizing=None, limits=None):
    """Rules that enter every asset once, each with a chance; equity 100,000, price 100."""
    names = "ABCDEFGH"[: len(chances)]
    market = market_of(
        {name: [FLAT] * 2 for name in names},
        signals={
            "s": {name: [1.0, 0.0] for name in names},
            "confidence": {name: [chance] * 2 for name, chance in zip(names, chances, strict=True)},
        },
    )
    rules = {"entry": ENTER, "sizing": KELLY | (sizing or {}), "limits": limits or {}}
    return play_rules(market, rules, execution={"lot_size": 0.0})


def sizes(result):
    return {symbol: quantity for _, symbol, quantity, _ in fills(result)}


def test_kelly_buys_a_fraction_of_what_the_edge_is_worth():
    # Full Kelly of 0.6 at 2 to 1 is 0.6 - 0.4 / 2 = 0.4, a quarter of it 10 % of equity.
    assert sizes(kelly(0.6)) == {"A": pytest.approx(100.0)}
    # At even odds with half of it: 0.5 * (0.55 - 0.45) = 5 %.
    assert sizes(kelly(0.55, sizing={"payoff": 1.0, "fraction": 0.5})) == {"A": pytest.approx(50.0)}


def test_kelly_of_an_edge_that_is_zero_but_for_rounding_buys_nothing_and_blocks_nothing():
    """0.4 - 0.6 / 1.5 is 0, in binary fractions 6e-17."""
    market = market_of([FLAT] * 3, signals={"s": [1.0, 1.0, 0.0], "confidence": [0.4, 0.6, 0.6]})
    rules = {"entry": ENTER, "sizing": KELLY | {"payoff": 1.5, "fraction": 1.0, "max_percent": 1.0}}
    result = play_rules(market, rules, execution={"lot_size": 0.0})
    assert result.orders["reason"].to_list() == ["the size rounds to zero", ""]
    # 0.6 - 0.4 / 1.5 = 1 / 3 of 100,000 at 100.
    assert fills(result) == [(2, "A", pytest.approx(1000.0 / 3.0), 100.0)]


def test_kelly_never_buys_more_than_its_most():
    assert sizes(kelly(1.0)) == {"A": pytest.approx(200.0)}
    assert sizes(kelly(1.0, sizing={"max_percent": 0.1})) == {"A": pytest.approx(100.0)}


def test_kelly_without_an_edge_or_a_probability_orders_nothing_and_uses_no_place():
    result = kelly(0.2, None, 1.0 / 3.0, 0.6, limits={"max_positions": 1})
    assert sizes(result) == {"D": pytest.approx(100.0)}
    assert result.orders.height == 1


def test_a_probability_out_of_range_fails_the_run_with_its_row():
    with pytest.raises(BadBarValue, match=r"a probability must lie between 0 and 1, it is 1\.2"):
        kelly(0.6, 1.2)


def volatile(closes, *, sizing=None, s=None):
    bars = [(price,) * 4 for price in closes]
    market = market_of(bars, signals={"s": s or [1.0] * len(bars)})
    rules = {"entry": ENTER, "sizing": VOLATILE | (sizing or {})}
    return play_rules(market, rules, execution={"lot_size": 0.0})


def test_a_quiet_asset_is_bought_for_more_than_a_wild_one():
    closes = [100.0, 110.0, 99.0, 108.9, 108.9]
    sigma = np.std([0.1, -0.1, 0.1], ddof=1)  # 0.1155
    (fill,) = fills(volatile(closes))
    assert fill[0] == 4  # three returns are known at the fourth close
    assert fill[2] == pytest.approx(100_000.0 * (0.01 / sigma) / 108.9, rel=1e-12)
    (calmer,) = fills(volatile([100.0, 101.0, 99.99, 100.9899, 100.9899]))
    assert calmer[2] * 100.9899 == pytest.approx(20_000.0)  # 0.01 / 0.0115 is cut to 20 %


def test_the_volatility_is_that_of_the_last_bars_only():
    closes = [100.0, 50.0, 100.0, 110.0, 99.0, 108.9, 108.9]
    signal = [0.0] * 5 + [1.0, 0.0]
    sigma = np.std([0.1, -0.1, 0.1], ddof=1)
    (fill,) = fills(volatile(closes, s=signal))
    assert fill[2] == pytest.approx(100_000.0 * (0.01 / sigma) / 108.9, rel=1e-12)


def test_an_asset_that_does_not_move_is_not_bought():
    result = volatile([100.0] * 8)
    assert result.orders.height == 0


def test_weights_above_the_most_are_cut_and_the_rest_is_not_shared_out():
    market = market_of(
        {name: [FLAT] * 2 for name in "ABC"},
        signals={
            "s": {name: [1.0, 0.0] for name in "ABC"},
            "t": {"A": [6.0, 0.0], "B": [3.0, 0.0], "C": [1.0, 0.0]},
        },
    )
    sizing = {"helper": "rebalance_to_weights", "schedule": "bar", "weights": "signal",
              "by": "signal.t", "max_weight": 0.4}  # fmt: skip
    result = play_rules(market, {"entry": ENTER, "sizing": sizing})
    assert sizes(result) == {"A": 400.0, "B": 300.0, "C": 100.0}


def test_short_weights_are_cut_too():
    market = market_of([FLAT] * 2, signals={"s": [1.0, 0.0]})
    sizing = {"helper": "rebalance_to_weights", "schedule": "bar", "max_weight": 0.25}
    rules = {"entry": ENTER, "direction": "short", "sizing": sizing}
    result = play_rules(market, rules, account={"type": "margin"})
    assert sizes(result) == {"A": -250.0}


@pytest.mark.parametrize(
    ("sizing", "keys"),
    [
        ({**KELLY, "payoff": 0.0, "fraction": 1.5, "max_percent": 0.0},
         ["payoff", "fraction", "max_percent"]),
        ({"helper": "fractional_kelly"}, ["probability", "payoff"]),
        ({"helper": "inverse_volatility", "risk": 0.0, "window": 1, "max_percent": 2.0},
         ["risk", "window", "max_percent"]),
        ({"helper": "rebalance_to_weights", "max_weight": 0.0}, ["max_weight"]),
    ],
)  # fmt: skip
def test_impossible_sizes_are_refused_all_at_once_with_their_keys(sizing, keys):
    with pytest.raises(InputError) as caught:
        request_of({"entry": ENTER, "sizing": sizing})
    told = [
        problem.where.removeprefix("request, strategy.sizing.") for problem in caught.value.problems
    ]
    assert told == keys


def test_a_probability_that_is_not_declared_is_refused_with_its_key():
    with pytest.raises(
        InputError, match=r"strategy\.sizing\.probability: 'signal\.p' is not among"
    ):
        request_of({"entry": ENTER, "sizing": KELLY | {"probability": "signal.p"}})
