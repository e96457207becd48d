"""What holds for every run with corporate actions, whatever they are."""

import random
from dataclasses import replace

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    CorporateAction,
    Delisting,
    Merger,
    SpinOff,
    StockDividend,
    StockSplit,
    SymbolChange,
    with_corporate_actions,
)
from ml4t_desktop.market.period import between
from ml4t_desktop.result.run_result import RunResult
from tests.oracle.market_of import market_of
from tests.oracle.markets import Scenario
from tests.oracle.requests import SIGNALS
from tests.properties.markets import CHANCES, RULES


def some_actions(market: Market, chance: random.Random, count: int) -> list[CorporateAction]:
    """Actions of every kind at random times of a market, sensible or not."""
    made: list[CorporateAction] = []
    for _ in range(count):
        asset, other = (chance.sample(market.symbols, 2) * 2)[:2]
        when = market.moment(chance.randrange(market.time_count))
        ratio = chance.choice([0.1, 0.5, 1.5, 2.0, 7.0])
        made.append(
            chance.choice(
                [
                    CashDividend(asset, when, chance.uniform(0.1, 3.0)),
                    StockSplit(asset, when, ratio),
                    StockDividend(asset, when, ratio),
                    Merger(asset, when, cash=chance.uniform(1.0, 200.0)),
                    Merger(asset, when, ratio=ratio, new_asset_id=other),
                    Merger(asset, when, chance.uniform(1.0, 200.0), ratio, other),
                    SpinOff(asset, when, other, ratio),
                    SymbolChange(asset, when, other),
                    Delisting(asset, when, chance.choice([None, 0.0, 50.0])),
                ]
            )
        )
    return made


def market_with(case: Scenario, chance: random.Random) -> tuple[Market, list[CorporateAction]]:
    market = market_of(case.bars, case.context, SIGNALS)
    if len(market.symbols) < 2:
        return market, []
    actions = some_actions(market, chance, chance.randint(1, 8))
    return with_corporate_actions(market, actions), actions


def same(left: RunResult, right: RunResult) -> bool:
    return (
        left.trades.equals(right.trades)
        and left.orders.equals(right.orders)
        and left.equity.equals(right.equity)
        and left.cash_flows.equals(right.cash_flows)
    )


# Every result is checked for lost money where it is made.
@given(RULES, CHANCES)
def test_no_action_makes_or_loses_money_or_lets_a_cash_account_borrow(
    case: Scenario, chance: random.Random
) -> None:
    market, _ = market_with(case, chance)
    result = run_rules(market, case.request)
    assert result.equity["equity"].is_finite().all()
    assert (result.trades["bars_held"] >= 0).all()
    if case.request.account.type == "cash" and case.request.account.funding is None:
        assert (result.equity["cash"] >= 0).all()
        assert (result.trades["direction"] == "long").all()


@given(RULES, CHANCES)
def test_the_order_in_which_actions_are_given_changes_nothing(
    case: Scenario, chance: random.Random
) -> None:
    market, actions = market_with(case, chance)
    shuffled = chance.sample(actions, len(actions))
    again = with_corporate_actions(replace(market, rows=market.rows), shuffled)
    assert same(run_rules(market, case.request), run_rules(again, case.request))


@given(RULES, CHANCES, st.floats(min_value=0.1, max_value=0.95))
def test_actions_of_the_future_change_nothing_in_the_past(
    case: Scenario, chance: random.Random, share: float
) -> None:
    market, _ = market_with(case, chance)
    last = int(market.timestamps[int(share * (market.time_count - 1))])
    whole = run_rules(market, case.request)
    part = run_rules(between(market, None, last), case.request)
    until = pl.col("timestamp").dt.timestamp("us") <= last
    assert part.equity.equals(whole.equity.filter(until))
    assert part.cash_flows.equals(whole.cash_flows.filter(until))
    assert part.fills.equals(whole.fills.filter(until))
