"""What a fill costs: slippage moves its price, commission is paid beside it."""

import numpy as np
import pytest

from tests.unit.engine.trial import FLAT, fates, fills, play


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
        ({"model": "linear_impact", "coefficient": 0.1}, 0.2),  # 100 * 0.1 * 20 / 1000
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
@pytest.mark.parametrize("model", ["sqrt_impact", "linear_impact"])
def test_an_unknown_volume_makes_no_impact(model, volume):
    slippage = {"model": model, "coefficient": 0.1}
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


TIERS = {"model": "tiered", "tiers": [{"up_to": 1000.0, "rate": 0.01}, {"rate": 0.001}]}


@pytest.mark.parametrize(
    ("capital", "lot", "bought"),
    [
        # 1,003 at 0.1 % take 1,004.003; 1,004 would take 1,005.004. At 1 % it would be 995 only.
        (1005.0, 1.0, 1003.0),
        (1005.0, 0.0, 1005.0 / 1.001),
        # 1,001 at 0.1 % take 1,002.001: too much, and of the first tier 991 take 1,000.91.
        (1001.0, 1.0, 991.0),
        (1001.0, 0.0, 1001.0 / 1.01),
        # Exactly the end of the first tier.
        (1010.0, 1.0, 1008.0),
    ],
)
def test_the_largest_affordable_quantity_is_found_where_a_lower_rate_begins(capital, lot, bought):
    script = {0: lambda s: s.submit_order("A", 2000)}
    result = play(
        [(1.0,) * 4] * 2, script, costs={"commission": TIERS},
        account={"initial_capital": capital}, execution={"lot_size": lot},
    )  # fmt: skip
    assert fills(result)[0][2] == pytest.approx(bought, rel=1e-12)
    assert fates(result)[0][:2] == ("reduced", "reduced to the cash available")


@pytest.mark.parametrize("lot", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(8))
def test_no_more_could_have_been_bought_with_tiers_and_slippage(seed, lot):
    rng = np.random.default_rng(seed)
    limits = np.sort(rng.uniform(200, 4000, 3)).tolist()
    rates = rng.uniform(0.0, 0.03, 4).tolist()
    tiers = [
        *({"up_to": limit, "rate": rate} for limit, rate in zip(limits, rates, strict=False)),
        {"rate": rates[3]},
    ]
    slippage = {"model": "linear_impact", "coefficient": 0.2}
    capital, volume = float(rng.uniform(300, 5000)), 1e5

    def need(quantity):
        value = quantity * (1.0 + 0.2 * quantity / volume)
        rate = next(tier["rate"] for tier in tiers if value <= tier.get("up_to", np.inf))
        return value * (1.0 + rate)

    result = play(
        [(1.0, 1.0, 1.0, 1.0, volume)] * 2, {0: lambda s: s.submit_order("A", 20_000)},
        costs={"commission": {"model": "tiered", "tiers": tiers}, "slippage": slippage},
        account={"initial_capital": capital}, execution={"lot_size": lot},
    )  # fmt: skip
    bought = fills(result)[0][2]
    assert need(bought) <= capital * (1 + 1e-9)
    more = bought + (np.arange(1.0, 5000.0) if lot else np.geomspace(1e-6, 5000.0, 5000))
    assert all(need(quantity) > capital for quantity in more)


def test_a_sale_whose_commission_is_more_than_there_is_is_refused():
    # Bought for all the cash; at 3 the ten shares are worth 30, and the sale would cost 40.
    costs = {"commission": {"model": "fixed", "amount": 40.0}}
    script = {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.close_position("A")}
    result = play(
        [FLAT, FLAT, (3.0,) * 4], script, costs=costs, account={"initial_capital": 1040.0}
    )
    assert fates(result)[1] == ("rejected", "not enough cash", 10.0, 0.0)
    assert result.equity["cash"].to_list() == [1040.0, 0.0, 0.0]
    richer = play(
        [FLAT, FLAT, (3.0,) * 4], script, costs=costs, account={"initial_capital": 1050.0}
    )
    assert richer.equity["cash"].to_list() == [1050.0, 10.0, 0.0]
