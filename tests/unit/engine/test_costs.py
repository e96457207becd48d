"""What a fill costs: slippage moves its price, commission is paid beside it."""

import pytest

from tests.unit.engine.trial import FLAT, fills, play


def cost_of(quantity, *, commission=None, slippage=None, volume=1000.0, terms=None, price=100.0):
    """The first fill of a buy at `price` as (price, commission, slippage)."""
    costs = {
        "commission": commission or {"model": "none"},
        "slippage": slippage or {"model": "none"},
    }
    bars = [(price,) * 4 + (volume,)] * 3
    script = {0: lambda s: s.submit_order("A", quantity, **(terms or {}))}
    result = play(bars, script, costs=costs, execution={"lot_size": 0.0})
    return result.fills.select("price", "commission", "slippage").row(0)


def test_by_default_trading_is_free():
    assert cost_of(10) == (100.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("quantity", "commission", "amount"),
    [
        (10, {"model": "percent", "rate": 0.001}, 1.0),
        (400, {"model": "per_share", "rate": 0.01}, 4.0),
        (10, {"model": "per_share", "rate": 0.01, "minimum": 1.0}, 1.0),
        (400, {"model": "per_share", "rate": 0.01, "minimum": 1.0}, 4.0),
        (10, {"model": "per_share", "rate": 0.01, "minimum": 1.0, "cap": 0.0005}, 0.5),
        (10, {"model": "fixed", "amount": 7.5}, 7.5),
        (10, {"model": "maker_taker", "maker": -0.0002, "taker": 0.0005}, 0.5),
    ],
)
def test_commission_of_a_market_order(quantity, commission, amount):
    assert cost_of(quantity, commission=commission)[1] == pytest.approx(amount, rel=1e-12)


def test_a_limit_order_pays_the_makers_rate_and_may_be_paid():
    commission = {"model": "maker_taker", "maker": -0.0002, "taker": 0.0005}
    terms = {"order_type": "limit", "limit_price": 100.0}
    assert cost_of(10, commission=commission, terms=terms)[1] == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("quantity", "amount"), [(5, 1.0), (10, 2.0), (20, 2.0), (100, 10.0), (150, 7.5)]
)
def test_the_tier_is_that_of_the_value_of_the_fill(quantity, amount):
    tiers = [{"up_to": 1000.0, "rate": 0.002}, {"up_to": 10_000.0, "rate": 0.001}, {"rate": 0.0005}]
    assert cost_of(quantity, commission={"model": "tiered", "tiers": tiers})[1] == pytest.approx(
        amount
    )


@pytest.mark.parametrize(
    ("slippage", "move"),
    [
        ({"model": "percent", "rate": 0.002}, 0.2),
        ({"model": "fixed", "amount": 0.05}, 0.05),
        ({"model": "spread", "width": 0.3}, 0.15),
        ({"model": "volume_share", "limit": 0.1, "impact": 0.1}, 0.004),  # 100 * 0.1 * (20 / 1000)²
        ({"model": "sqrt_impact", "coefficient": 0.1}, 10.0 * 0.02**0.5),
    ],
)
def test_slippage_moves_the_price_against_the_order(slippage, move):
    price, _, money = cost_of(20, slippage=slippage)
    assert price == pytest.approx(100.0 + move, rel=1e-12)
    assert money == pytest.approx(20 * move)


@pytest.mark.parametrize(
    "slippage", [{"model": "percent", "rate": 0.01}, {"model": "spread", "width": 2.0}]
)
def test_a_sale_gets_less(slippage):
    script = {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.close_position("A")}
    result = play([FLAT] * 3, script, costs={"slippage": slippage})
    assert fills(result) == [(1, "A", 10.0, 101.0), (2, "A", -10.0, 99.0)]
    assert result.trades.select("pnl", "slippage", "fees").row(0) == (-20.0, 20.0, 0.0)


@pytest.mark.parametrize("volume", [float("nan"), 0.0])
@pytest.mark.parametrize("slippage", [{"model": "sqrt_impact", "coefficient": 0.1}])
def test_an_unknown_volume_makes_no_impact(slippage, volume):
    assert cost_of(20, slippage=slippage, volume=volume)[0] == 100.0


def test_volume_share_trades_at_most_its_limit_of_a_bar_and_the_rest_later():
    slippage = {"model": "volume_share", "limit": 0.1, "impact": 0.1}
    bars = [(*FLAT, 100.0)] * 4
    result = play(bars, {0: lambda s: s.submit_order("A", 25)}, costs={"slippage": slippage})
    assert [(t, quantity) for t, _, quantity, _ in fills(result)] == [
        (1, 10.0),
        (2, 10.0),
        (3, 5.0),
    ]
    assert result.fills["price"].to_list() == pytest.approx([100.1, 100.1, 100.025])


def test_a_fixed_commission_is_charged_once_an_order_however_many_fills():
    bars = [(*FLAT, 100.0)] * 4
    costs = {"commission": {"model": "fixed", "amount": 3.0}}
    script = {0: lambda s: s.submit_order("A", 25)}
    result = play(bars, script, costs=costs, execution={"participation": 0.1})
    assert result.fills["commission"].to_list() == [3.0, 0.0, 0.0]


def test_commission_counts_the_multiplier():
    costs = {"commission": {"model": "percent", "rate": 0.001}}
    account = {"type": "contracts", "multiplier": 50.0}
    result = play([FLAT] * 2, {0: lambda s: s.submit_order("A", 2)}, costs=costs, account=account)
    assert result.fills["commission"].to_list() == [10.0]


def test_what_a_trade_paid_is_in_its_row():
    costs = {
        "commission": {"model": "percent", "rate": 0.001},
        "slippage": {"model": "fixed", "amount": 0.5},
    }
    script = {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.close_position("A")}
    result = play([FLAT, FLAT, (110, 110, 110, 110)], script, costs=costs)
    # Bought at 100.5 (fee 1.005), sold at 109.5 (fee 1.095): 90 gross, 87.9 net.
    row = result.trades.select(
        "entry_price", "exit_price", "fees", "slippage", "pnl", "pnl_percent"
    ).row(0)
    assert row == pytest.approx((100.5, 109.5, 2.1, 10.0, 87.9, 87.9 / 1005.0))
    assert result.final_value == pytest.approx(100_087.9)
