"""Margin, contracts, settlement, interest and borrow fees."""

from datetime import datetime

import pytest

from tests.unit.engine.trial import FLAT, Script, day, fates, fills, market_of, play

MARGIN = {"type": "margin", "initial_capital": 100_000.0}


def at(price):
    return (price,) * 4


def test_buying_power_is_equity_over_the_initial_margin():
    result = play([FLAT] * 2, {0: lambda s: s.submit_order("A", 3000)}, account=MARGIN)
    assert fates(result) == [("reduced", "reduced to the buying power", 3000.0, 2000.0)]
    assert result.equity["cash"].to_list() == [100_000.0, -100_000.0]
    assert result.equity["equity"].to_list() == [100_000.0, 100_000.0]


@pytest.mark.parametrize("side", [1, -1])
def test_what_is_held_binds_margin_shorts_included(side):
    script = {
        0: lambda s: s.submit_order("A", side * 1500),
        1: lambda s: s.submit_order("B", -3000),
    }
    result = play({"A": [FLAT] * 3, "B": [FLAT] * 3}, script, account=MARGIN)
    # (100,000 - 150,000 * 0.5) / 0.5 = 50,000
    assert fills(result) == [(1, "A", side * 1500.0, 100.0), (2, "B", -500.0, 100.0)]


def test_commission_counts_in_the_buying_power():
    costs = {"commission": {"model": "fixed", "amount": 60.0}}
    result = play([FLAT] * 2, {0: lambda s: s.submit_order("A", 3000)}, account=MARGIN, costs=costs)
    assert fills(result) == [(1, "A", 1998.0, 100.0)]  # 1998 * 100 * 0.5 + 60 = 99,960


def test_with_reject_an_order_beyond_the_buying_power_is_rejected():
    script = {0: lambda s: s.submit_order("A", 2001)}
    result = play([FLAT] * 2, script, account=MARGIN, execution={"insufficient_cash": "reject"})
    assert fates(result) == [("rejected", "not enough buying power", 2001.0, 0.0)]


def test_turning_a_position_round_frees_its_margin_first():
    script = {0: lambda s: s.submit_order("A", 2000), 1: lambda s: s.submit_order("A", -4000)}
    result = play([FLAT] * 3, script, account=MARGIN)
    assert fills(result)[1] == (2, "A", -4000.0, 100.0)


def test_a_fill_that_flips_a_position_closes_one_and_opens_another_fees_split_by_quantity():
    costs = {"commission": {"model": "percent", "rate": 0.001}}
    script = {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.submit_order("A", -30)}
    result = play([FLAT, FLAT, at(110), at(105)], script, account=MARGIN, costs=costs)
    columns = ("position_id", "direction", "status", "quantity", "entry_price", "fees", "pnl")
    closed, opened = result.trades.select(columns).rows()
    # The sale of 30 at 110 costs 3.30: 1.10 for the closed part, 2.20 for the new short.
    assert closed == (0, "long", "closed", 10.0, 100.0, pytest.approx(2.1), pytest.approx(97.9))
    assert opened == (1, "short", "open", 20.0, 110.0, pytest.approx(2.2), pytest.approx(97.8))
    assert result.fills.height == 2


def test_a_short_earns_when_the_price_falls():
    script = Script(
        {
            0: lambda s: s.submit_order("A", -10),
            1: lambda s: s.get_unrealized_pnl_pct("A"),
            2: lambda s: s.close_position("A"),
        }
    )
    result = play([FLAT, (100, 105, 85, 90), at(80), at(75)], script, account=MARGIN)
    assert script.seen[1] == pytest.approx(0.1)
    assert result.trades.select("direction", "quantity", "pnl", "pnl_percent").row(0) == (
        "short",
        10.0,
        250.0,
        0.25,
    )
    assert result.trades.select("mfe", "mae").row(0) == pytest.approx((0.25, -0.05))
    assert result.equity["net_exposure"].to_list() == [0.0, -900.0, -800.0, 0.0]
    assert result.equity["gross_exposure"].to_list() == [0.0, 900.0, 800.0, 0.0]


def test_a_position_below_the_maintenance_margin_is_liquidated_at_the_next_open():
    script = {0: lambda s: s.submit_order("A", 2000)}
    result = play([FLAT, FLAT, at(67), at(66), at(60), at(70)], script, account=MARGIN)
    # At 67: equity 34,000 of 134,000 * 0.25 = 33,500. At 66: 32,000 of 33,000.
    assert fills(result)[1:] == [(4, "A", -2000.0, 60.0)]
    row = result.trades.select("exit_reason", "exit_decision_time", "pnl").row(0)
    assert row == ("liquidation", day(3), -80_000.0)
    assert result.final_value == 20_000.0


def test_only_as_much_as_needed_is_liquidated_the_largest_position_first():
    script = {0: lambda s: (s.submit_order("A", 500), s.submit_order("B", 1500))}
    bars = {"A": [FLAT] * 4, "B": [FLAT, FLAT, at(50), at(50)]}
    result = play(bars, script, account=MARGIN)
    # Equity 25,000 is below (50,000 + 75,000) * 0.25; without B it is above 12,500.
    assert fills(result)[2:] == [(3, "B", -1500.0, 50.0)]
    assert result.equity["open_positions"].to_list() == [0, 2, 2, 1]


def test_a_short_is_liquidated_when_the_price_rises():
    result = play(
        [FLAT, FLAT, at(125), at(130)], {0: lambda s: s.submit_order("A", -2000)}, account=MARGIN
    )
    # Equity 300,000 - 250,000 = 50,000, below 62,500.
    assert fills(result)[1:] == [(3, "A", 2000.0, 130.0)]


def test_a_strategy_hears_of_a_liquidation_when_it_happens():
    class Listener(Script):
        def __init__(self, actions):
            super().__init__(actions)
            self.heard = []

        def on_fill_event(self, fill):
            self.heard.append((fill.timestamp, fill.quantity))

    strategy = Listener({0: lambda s: s.submit_order("A", 2000)})
    play([FLAT, FLAT, at(60), at(60), at(60)], strategy, account=MARGIN)
    assert strategy.heard == [(day(1), 2000.0), (day(3), -2000.0)]


def test_contracts_are_worth_their_multiplier():
    script = Script(
        {
            0: lambda s: s.submit_order("A", 2),
            1: lambda s: s.get_portfolio_value(),
            2: lambda s: s.close_position("A"),
        }
    )
    account = {"type": "contracts", "multiplier": 50.0}
    result = play([FLAT, (100, 104, 98, 103), at(110), at(112)], script, account=account)
    assert script.seen[1] == 100_300.0
    assert result.trades.select("pnl", "pnl_percent", "multiplier", "mfe").row(0) == (
        1200.0,
        0.12,
        50.0,
        0.12,
    )
    assert result.equity["gross_exposure"].to_list() == [0.0, 10_300.0, 11_000.0, 0.0]


def test_multipliers_by_symbol_leave_the_others_at_one():
    script = {0: lambda s: (s.submit_order("A", 1), s.submit_order("B", 1))}
    account = {"type": "contracts", "multiplier": {"B": 20.0}}
    result = play({"A": [FLAT, FLAT, at(101)], "B": [FLAT, FLAT, at(101)]}, script, account=account)
    assert result.trades.select("symbol", "multiplier", "pnl").rows() == [
        ("A", 1.0, 1.0),
        ("B", 20.0, 20.0),
    ]


def test_proceeds_can_be_spent_after_the_settlement_days():
    script = Script(
        {
            0: lambda s: s.submit_order("A", 10),
            1: lambda s: s.close_position("A"),
            2: lambda s: (s.get_cash(), s.get_portfolio_value(), s.submit_order("A", 10))[:2],
            3: lambda s: (s.get_cash(), s.submit_order("A", 10))[0],
            4: lambda s: s.get_position("A"),
        }
    )
    result = play([FLAT] * 5, script, account={"initial_capital": 1_000.0, "settlement_days": 2})
    # Sold on day 2: the money is there on day 4.
    assert script.seen[2] == (0.0, 1_000.0)
    assert script.seen[3] == 0.0
    assert script.seen[4] == 10.0
    assert fates(result)[2:] == [
        ("rejected", "not enough cash", 10.0, 0.0),
        ("filled", "", 10.0, 10.0),
    ]


def test_settlement_counts_days_and_not_bars():
    times = [datetime(2024, 1, d, h) for d in (1, 2) for h in (10, 11, 12)]
    script = Script(
        {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.close_position("A")}
        | {t: lambda s: s.get_cash() for t in (2, 3)}
    )
    account = {"initial_capital": 1_000.0, "settlement_days": 1}
    play(market_of([FLAT] * 6, times=times), script, account=account)
    assert (script.seen[2], script.seen[3]) == (0.0, 1_000.0)


def test_interest_is_paid_on_cash_for_the_days_between_bars():
    times = [datetime(2024, 1, 5), datetime(2024, 1, 8), datetime(2024, 1, 9)]
    account = {"initial_capital": 1_000.0, "interest_rate": 0.365}
    result = play(market_of([FLAT] * 3, times=times), {}, account=account)
    # Three days at 1 a day, then one day on 1,003.
    assert result.cash_flows["kind"].to_list() == ["interest", "interest"]
    assert result.cash_flows["amount"].to_list() == pytest.approx([3.0, 1.003])
    assert result.cash_flows["symbol"].to_list() == [None, None]
    assert result.final_value == pytest.approx(1_004.003)


def test_a_strategy_sees_the_interest_before_it_ever_traded():
    script = Script({t: lambda s: s.get_portfolio_value() for t in (0, 1)})
    account = {"initial_capital": 1_000.0, "interest_rate": 0.365}
    play([FLAT] * 2, script, account=account)
    assert script.seen == {0: 1_000.0, 1: 1_001.0}


def test_negative_cash_pays_interest():
    account = {**MARGIN, "interest_rate": 0.365}
    result = play([FLAT] * 3, {0: lambda s: s.submit_order("A", 2000)}, account=account)
    # 100,000 * 0.001 received before the purchase; then 100 - 100,000 owed for a day.
    assert result.cash_flows["amount"].to_list() == pytest.approx([100.0, -99.9])


def test_a_short_pays_for_what_it_borrows():
    account = {**MARGIN, "borrow_rate": 0.365}
    result = play(
        [FLAT, FLAT, at(110), at(110)], {0: lambda s: s.submit_order("A", -10)}, account=account
    )
    assert result.cash_flows.select("symbol", "kind", "amount").rows() == [
        ("A", "borrow", pytest.approx(-1.0)),
        ("A", "borrow", pytest.approx(-1.1)),
    ]
    assert result.trades["pnl"].to_list() == [-100.0]
