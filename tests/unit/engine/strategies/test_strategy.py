"""The nine helpers of a strategy: what each orders, and what each refuses."""

import math

import pytest

from ml4t_desktop.engine.strategies.strategy import Strategy
from tests.unit.engine.trial import FLAT, Script, fills, play

MARGIN = {"type": "margin"}
FRACTIONAL = {"lot_size": 0.0}


def at(price):
    return (price,) * 4


def seen(bars, action, *, when, before=None, **parts):
    """What an action returned at a timestamp."""
    script = Script({**(before or {}), when: action})
    play(bars, script, **parts)
    return script.seen[when]


HOLD = {0: lambda s: s.submit_order("A", 100)}
SHORT = {0: lambda s: s.submit_order("A", -100)}


@pytest.mark.parametrize(
    "helper",
    [
        lambda s: s.get_position("A"),
        lambda s: s.get_cash(),
        lambda s: s.get_portfolio_value(),
        lambda s: s.get_unrealized_pnl_pct("A"),
        lambda s: s.buy_percent("A", 0.1, 100.0),
        lambda s: s.sell_percent("A", 0.1),
        lambda s: s.close_position("A"),
        lambda s: s.size_by_confidence("A", 0.5, 0.1, 100.0),
        lambda s: s.rebalance_to_weights({"A": 0.5}, {"A": 100.0}),
        lambda s: s.submit_order("A", 1),
        lambda s: s.submit_bracket("A", 1, stop_loss=0.1),
        lambda s: s.submit_oco("A", -1, 110.0, 90.0),
        lambda s: s.cancel_order(0),
        lambda s: s.open_orders(),
        lambda s: s.open_trade("A"),
    ],
)
def test_no_helper_works_without_a_broker(helper):
    with pytest.raises(ValueError, match="no broker"):
        helper(Strategy())


def test_the_broker_is_lent_for_the_run_only():
    script = Script({0: lambda s: s.get_cash()})
    play([FLAT], script)
    assert script.seen[0] == 100_000.0
    with pytest.raises(ValueError, match="no broker"):
        script.get_cash()


def test_a_position_is_signed_and_zero_when_flat():
    bars = [FLAT] * 3
    assert seen(bars, lambda s: s.get_position("A"), when=0) == 0.0
    assert seen(bars, lambda s: s.get_position("A"), when=1, before=HOLD) == 100.0
    assert seen(bars, lambda s: s.get_position("A"), when=1, before=SHORT, account=MARGIN) == -100.0


def test_cash_and_value_are_those_after_the_latest_close():
    bars = [FLAT, (100, 112, 99, 110)]
    assert seen(bars, lambda s: (s.get_cash(), s.get_portfolio_value()), when=1, before=HOLD) == (
        90_000.0,
        101_000.0,
    )


def test_the_value_of_an_asset_without_a_bar_is_that_of_its_last_close():
    bars = {"A": [FLAT, (100, 110, 100, 110), None], "B": [FLAT] * 3}
    assert seen(bars, lambda s: s.get_portfolio_value(), when=2, before=HOLD) == 101_000.0


@pytest.mark.parametrize(("close", "expected"), [(110, 0.1), (80, -0.2)])
def test_unrealised_profit_is_a_fraction_of_cost_right_for_shorts(close, expected):
    bars = [FLAT, (100, max(100, close), min(100, close), close)]
    profit = lambda s: s.get_unrealized_pnl_pct("A")  # noqa: E731
    assert seen(bars, profit, when=1, before=HOLD) == pytest.approx(expected)
    assert seen(bars, profit, when=1, before=SHORT, account=MARGIN) == pytest.approx(-expected)
    assert seen(bars, profit, when=1) is None


def test_buy_percent_buys_a_share_of_equity_at_the_price_given():
    result = play([FLAT, at(101)], {0: lambda s: s.buy_percent("A", 0.2, 98.0)})
    # 100,000 * 0.2 / 98 = 204.08 whole shares, at the next open.
    assert fills(result) == [(1, "A", 204.0, 101.0)]


def test_buy_percent_counts_equity_and_not_cash():
    script = {
        0: lambda s: s.buy_percent("A", 0.5, 100.0),
        1: lambda s: s.buy_percent("B", 0.25, 100.0),
    }
    result = play({"A": [FLAT, at(120), at(120)], "B": [FLAT] * 3}, script)
    # 416 or 417 shares of A were not yet held at 100; 500 at 120 make equity 100,000.
    assert fills(result)[1] == (2, "B", 250.0, 100.0)


def test_a_limit_price_makes_a_limit_order():
    result = play(
        [FLAT, (99, 100, 94, 96)], {0: lambda s: s.buy_percent("A", 0.1, 100.0, limit_price=95.0)}
    )
    assert fills(result) == [(1, "A", 100.0, 95.0)]
    assert result.orders.select("type", "limit_price").row(0) == ("limit", 95.0)


def test_buying_nothing_makes_no_order():
    result = play([FLAT] * 2, {0: lambda s: s.buy_percent("A", 0.0, 100.0)})
    assert result.orders.height == 0


def test_sell_percent_sells_a_share_of_the_position():
    result = play([FLAT] * 3, HOLD | {1: lambda s: s.sell_percent("A", 0.3)})
    assert fills(result)[1] == (2, "A", -30.0, 100.0)


def test_sell_percent_with_a_limit():
    result = play(
        [FLAT, FLAT, (100, 106, 99, 100)],
        HOLD | {1: lambda s: s.sell_percent("A", 1.0, limit_price=105.0)},
    )
    assert fills(result)[1] == (2, "A", -100.0, 105.0)


def test_sell_percent_when_flat_does_nothing():
    script = Script({0: lambda s: s.sell_percent("A", 0.5)})
    assert play([FLAT] * 2, script).orders.height == 0
    assert script.seen[0] is None


def test_close_position_closes_long_and_short_and_does_nothing_when_flat():
    close = {1: lambda s: s.close_position("A")}
    assert fills(play([FLAT] * 3, HOLD | close))[1] == (2, "A", -100.0, 100.0)
    assert fills(play([FLAT] * 3, SHORT | close, account=MARGIN))[1] == (2, "A", 100.0, 100.0)
    assert play([FLAT] * 3, close).orders.height == 0


def test_close_position_asked_twice_never_turns_the_position():
    twice = {1: lambda s: (s.close_position("A"), s.close_position("A"))}
    result = play([FLAT] * 4, HOLD | twice, account=MARGIN)
    assert result.equity["open_positions"].to_list() == [0, 1, 0, 0]
    assert result.orders["status"].to_list() == ["filled", "filled", "cancelled"]


def test_close_position_closes_a_fraction_of_a_lot_as_it_is():
    result = play(
        [FLAT] * 3,
        {0: lambda s: s.submit_order("A", 2.75), 1: lambda s: s.close_position("A")},
        execution=FRACTIONAL,
    )
    assert fills(result)[1] == (2, "A", -2.75, 100.0)


def test_size_by_confidence_buys_the_share_scaled_by_confidence():
    result = play([FLAT] * 2, {0: lambda s: s.size_by_confidence("A", 0.9, 0.2, 100.0)})
    assert fills(result) == [(1, "A", 180.0, 100.0)]
    assert (
        play([FLAT] * 2, {0: lambda s: s.size_by_confidence("A", 0.0, 0.2, 100.0)}).orders.height
        == 0
    )


def test_size_by_confidence_with_a_limit():
    result = play(
        [FLAT] * 2, {0: lambda s: s.size_by_confidence("A", 0.5, 0.2, 100.0, limit_price=90.0)}
    )
    assert result.orders.select("type", "requested", "limit_price").row(0) == ("limit", 100.0, 90.0)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda s: s.buy_percent("A", 1.01, 100.0), "percent must lie between 0 and 1"),
        (lambda s: s.buy_percent("A", -0.1, 100.0), "percent must lie between 0 and 1"),
        (lambda s: s.buy_percent("A", math.nan, 100.0), "percent must lie between 0 and 1"),
        (lambda s: s.buy_percent("A", 0.1, 0.0), "price must be positive"),
        (lambda s: s.buy_percent("A", 0.1, math.nan), "price must be positive"),
        (lambda s: s.buy_percent("A", 0.1, math.inf), "price must be positive"),
        (
            lambda s: s.buy_percent("A", 0.1, 100.0, limit_price=-1.0),
            "limit_price must be positive",
        ),
        (lambda s: s.sell_percent("A", 1.5), "percent must lie between 0 and 1"),
        (lambda s: s.sell_percent("A", -0.5), "percent must lie between 0 and 1"),
        (lambda s: s.sell_percent("A", 0.5, limit_price=0.0), "limit_price must be positive"),
        (lambda s: s.close_position("A", limit_price=0.0), "limit_price must be positive"),
        (
            lambda s: s.size_by_confidence("A", 1.2, 0.1, 100.0),
            "confidence must lie between 0 and 1",
        ),
        (
            lambda s: s.size_by_confidence("A", math.nan, 0.1, 100.0),
            "confidence must lie between 0 and 1",
        ),
        (
            lambda s: s.size_by_confidence("A", 0.5, 1.1, 100.0),
            "max_percent must lie between 0 and 1",
        ),
        (lambda s: s.size_by_confidence("A", 0.5, 0.1, -3.0), "price must be positive"),
        (
            lambda s: s.rebalance_to_weights({"A": 0.6, "B": 0.5}, {"A": 1.0, "B": 1.0}),
            "weights sum to 1.1",
        ),
        (
            lambda s: s.rebalance_to_weights({"A": -0.1}, {"A": 1.0}),
            "negative weights need a margin account",
        ),
        (lambda s: s.rebalance_to_weights({"A": math.nan}, {"A": 1.0}), "weights must be numbers"),
        (lambda s: s.rebalance_to_weights({"A": 0.5}, {}), "no price of 'A'"),
        (
            lambda s: s.rebalance_to_weights({"A": 0.5}, {"A": 0.0}),
            "the price of A must be positive",
        ),
        (
            lambda s: s.rebalance_to_weights({"A": 0.5}, {"A": 1.0}, tolerance=-0.01),
            "tolerance must not be negative",
        ),
        (lambda s: s.rebalance_to_weights({"C": 0.5}, {"C": 1.0}), "no asset 'C'"),
        (lambda s: s.get_position("C"), "no asset 'C'"),
        (lambda s: s.get_unrealized_pnl_pct("C"), "no asset 'C'"),
        (lambda s: s.buy_percent("C", 0.1, 100.0), "no asset 'C'"),
        (lambda s: s.sell_percent("C", 0.1), "no asset 'C'"),
        (lambda s: s.close_position("C"), "no asset 'C'"),
        (lambda s: s.open_trade("C"), "no asset 'C'"),
        (lambda s: s.open_orders("C"), "no asset 'C'"),
    ],
)
def test_arguments_out_of_range_are_refused(action, message):
    with pytest.raises(ValueError, match=message):
        play({"A": [FLAT], "B": [FLAT]}, {0: action})


def rebalanced(weights, *, prices=None, assets=None, before=None, bars=None, **parts):
    """Fills of a rebalancing at bar 1, after what `before` bought at bar 0."""
    names = assets or sorted(weights)
    market = bars or {name: [FLAT] * 3 for name in names}
    options = parts.pop("options", {})
    script = dict(before or {}) | {
        1: lambda s: s.rebalance_to_weights(
            weights, prices or dict.fromkeys(names, 100.0), **options
        )
    }
    result = play(market, script, **parts)
    return [(symbol, quantity) for t, symbol, quantity, _ in fills(result) if t == 2]


def test_weights_that_sum_to_one_but_for_rounding_are_accepted():
    weights = {"A": 0.33, "B": 0.56, "C": 0.11}
    assert sum(weights.values()) > 1.0
    assert rebalanced(weights) == [("A", 330.0), ("B", 560.0), ("C", 110.0)]


def test_twenty_weights_of_a_twentieth_buy_fifty_shares_each():
    weights = {f"A{i:02}": 0.05 for i in range(20)}
    assert rebalanced(weights) == [(name, 50.0) for name in weights]


def test_sells_come_before_buys():
    before = {0: lambda s: s.submit_order("B", 1000)}
    # All cash is in B; A can only be bought with what its sale brings.
    assert rebalanced({"A": 0.5, "B": 0.5}, before=before) == [("B", -500.0), ("A", 500.0)]


def test_changes_of_weight_up_to_the_tolerance_are_skipped():
    before = {0: lambda s: (s.submit_order("A", 500), s.submit_order("B", 200))}
    weights = {"A": 0.51, "B": 0.2101}
    prices = {"A": 100.0, "B": 100.0}
    assert rebalanced(weights, prices=prices, before=before) == [("B", 10.0)]
    assert rebalanced(weights, before=before, options={"tolerance": 0.02}) == []
    assert rebalanced(weights, before=before, options={"tolerance": 0.0}) == [
        ("A", 10.0),
        ("B", 10.0),
    ]


def test_assets_not_named_are_left_alone_unless_told_to_close_them():
    before = {0: lambda s: s.submit_order("B", 100)}
    parts = {"assets": ["A", "B"], "before": before}
    assert rebalanced({"A": 0.5}, **parts) == [("A", 500.0)]
    assert rebalanced({"A": 0.5}, **parts, options={"close_missing": True}) == [
        ("B", -100.0),
        ("A", 500.0),
    ]


def test_close_missing_ignores_the_tolerance():
    before = {0: lambda s: s.submit_order("B", 5)}
    sold = rebalanced({"A": 0.5}, assets=["A", "B"], before=before, options={"close_missing": True})
    assert sold == [("B", -5.0), ("A", 500.0)]


def test_a_weight_of_zero_sells_everything():
    before = {0: lambda s: s.submit_order("A", 300)}
    assert rebalanced({"A": 0.0}, before=before) == [("A", -300.0)]


def test_a_margin_account_takes_negative_weights_and_more_than_one_in_all():
    weights = {"A": 1.2, "B": -0.8}
    assert rebalanced(weights, account=MARGIN) == [("B", -800.0), ("A", 1200.0)]
    with pytest.raises(ValueError, match=r"weights sum to 2\.1"):
        rebalanced({"A": 1.2, "B": -0.9}, account=MARGIN)


def test_weights_count_the_multiplier():
    account = {"type": "contracts", "multiplier": 10.0}
    assert rebalanced({"A": 0.5}, account=account) == [("A", 50.0)]


def test_rebalancing_returns_the_ids_of_its_orders():
    script = Script(
        {0: lambda s: s.rebalance_to_weights({"A": 0.5, "B": 0.005}, {"A": 100.0, "B": 100.0})}
    )
    play({"A": [FLAT] * 2, "B": [FLAT] * 2}, script)
    assert script.seen[0] == [0]
