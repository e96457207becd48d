"""What a run does not depend on: the unit of money, names, sides; and what costs do to it."""

import math
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.request import Request, request_toml
from ml4t_desktop.result.run_result import RunResult
from tests.oracle.history import Bar
from tests.oracle.markets import Scenario
from tests.properties.markets import RULES, changed, market, with_prices

WITHOUT_PRICES = {"entry": {"column": "signal.score", "op": ">", "value": 0.6}}


def equity_of(result: RunResult) -> list[float]:
    return result.equity["equity"].to_list()


def without_competition(request: Request, **strategy: Any) -> Request:
    """Return a request in which no asset takes money or a place from another."""
    return changed(
        request,
        strategy={
            "sizing": {"helper": "fixed_quantity", "quantity": 10.0},
            "limits": {"cooldown_bars": 1},
            **strategy,
        },
        account={"initial_capital": 1e9, "multiplier": 1.0, "interest_rate": 0.0},
        risk=None,
    )


@given(RULES, st.sampled_from([-3, -1, 1, 4]))
def test_twice_the_money_buys_twice_as_much_and_earns_twice_as_much(
    case: Scenario, power: int
) -> None:
    unit = 2.0**power
    parts: dict[str, Any] = {
        "execution": {"lot_size": 0.0, "participation": None},
        "strategy": {"sizing": {"helper": "buy_percent", "percent": 0.3}},
        "costs": {
            "commission": {"model": "percent", "rate": 0.001},
            "slippage": {"model": "percent", "rate": 0.0005},
        },
    }
    one = changed(case.request, **parts)
    capital = one.account.initial_capital
    other = changed(one, account={"initial_capital": capital * unit})
    bars = market(case)
    first, second = run_rules(bars, one), run_rules(bars, other)
    scaled = [value * unit for value in equity_of(first)]
    assert equity_of(second) == pytest.approx(scaled, rel=1e-9, abs=1e-9 * capital * unit)
    assert first.fills["price"].to_list() == pytest.approx(second.fills["price"].to_list())


@given(
    RULES,
    st.sampled_from(
        [
            ("commission", {"model": "percent", "rate": 0.002}),
            ("commission", {"model": "per_share", "rate": 0.05, "minimum": 1.0}),
            ("commission", {"model": "fixed", "amount": 2.0}),
            ("slippage", {"model": "percent", "rate": 0.003}),
            ("slippage", {"model": "fixed", "amount": 0.05}),
            ("slippage", {"model": "linear_impact", "coefficient": 0.5}),
        ]
    ),
    st.floats(min_value=0.0, max_value=1.0),
)
def test_more_cost_is_never_more_equity(
    case: Scenario, cost: tuple[str, dict[str, Any]], share: float
) -> None:
    """At the same fills: fixed quantities, money enough, no level that starts from a price paid."""
    kind, model = cost
    request = without_competition(case.request, exits={"max_bars": 4})
    request = changed(request, account={"borrow_rate": 0.0, "funding": None})
    less = {key: value * share if key != "model" else value for key, value in model.items()}
    bars = market(case)
    free, cheap, dear = (
        run_rules(bars, changed(request, costs={"commission": free_of, "slippage": free_of} | one))
        for free_of, one in (
            ({"model": "none"}, {}),
            ({"model": "none"}, {kind: less}),
            ({"model": "none"}, {kind: model}),
        )
    )
    assert free.fills["quantity"].equals(dear.fills["quantity"])
    for most, middle, least in zip(equity_of(free), equity_of(cheap), equity_of(dear), strict=True):
        assert most >= middle - 1e-5 >= least - 2e-5


@given(RULES)
def test_other_names_in_the_same_order_change_nothing_but_the_names(case: Scenario) -> None:
    asked = case.request.account.multiplier
    assume(not isinstance(asked, dict))
    renamed = [replace(bar, symbol=f"N{bar.symbol}") for bar in case.bars]
    one = run_rules(market(case), case.request)
    other = run_rules(market(case, renamed), case.request)
    assert equity_of(one) == equity_of(other)
    assert [f"N{symbol}" for symbol in one.orders["symbol"]] == other.orders["symbol"].to_list()
    assert one.trades.drop("symbol").equals(other.trades.drop("symbol"))


@given(RULES)
def test_without_competition_the_order_of_names_changes_no_money(case: Scenario) -> None:
    request = without_competition(case.request)
    assume(not re.search("top_n|bottom_n", request_toml(request)))
    symbols = sorted({bar.symbol for bar in case.bars})
    names = dict(zip(symbols, reversed(symbols), strict=True))
    turned = [replace(bar, symbol=names[bar.symbol]) for bar in case.bars]
    one = run_rules(market(case), request)
    other = run_rules(market(case, turned), request)
    assert equity_of(one) == pytest.approx(equity_of(other), rel=1e-12)
    assert one.fills.height == other.fills.height


def mirrored(bars: list[Bar], around: float) -> list[Bar]:
    """Return bars that fall where these rise."""
    turned = with_prices(bars, lambda price: around - price)
    return [replace(bar, high=bar.low, low=bar.high) for bar in turned]


@given(RULES)
def test_a_short_of_the_mirrored_market_earns_what_the_long_earns(case: Scenario) -> None:
    """Without levels and costs in percent of the price, which has no mirror image."""
    request = without_competition(
        case.request,
        **WITHOUT_PRICES,
        exit={"column": "signal.leave", "op": ">", "value": 0.7},
        exits={"max_bars": 5},
        entry_order={"type": "market", "offset": 0.0, "good_for_bars": 1},
    )
    strategy = request.model_dump(mode="python", by_alias=True, exclude_none=True)["strategy"]
    for key in ("filter", "short_entry", "short_exit"):
        strategy.pop(key, None)
    costs = {
        "commission": {"model": "per_share", "rate": 0.01, "minimum": 1.0},
        "slippage": {"model": "fixed", "amount": 0.02},
    }
    account = {"type": "margin", "borrow_rate": 0.0, "funding": None}
    sides = {}
    around = 3.0 * max(bar.high for bar in case.bars)
    for side, bars in (("long", case.bars), ("short", mirrored(case.bars, around))):
        raw = changed(request, costs=costs, account=account).model_dump(
            mode="python", by_alias=True, exclude_none=True
        )
        raw["strategy"] = {**strategy, "direction": side}
        sides[side] = run_rules(market(case, bars), type(request).model_validate(raw))
    long, short = sides["long"], sides["short"]
    assert long.fills["timestamp"].equals(short.fills["timestamp"])
    for mine, its in zip(equity_of(long), equity_of(short), strict=True):
        assert math.isclose(mine, its, abs_tol=1e-4)
