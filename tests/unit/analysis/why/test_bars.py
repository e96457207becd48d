"""Why a bar had a trade, or none: small runs worked out by hand, and every bar of large ones accounted for."""

import numpy as np
import pytest

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.why.bar import explain_bar, row_at
from ml4t_desktop.analysis.why.fates import fates
from ml4t_desktop.analysis.why.size import size_steps
from ml4t_desktop.analysis.why.standing import standing
from ml4t_desktop.engine.rules.conditions import rows_where
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import parse_request
from ml4t_desktop.units import microseconds
from tests.unit.engine.trial import day, market_of

FLAT = [(100.0, 100.0, 100.0, 100.0)] * 8


def request_of(entry=None, **parts):
    strategy = {
        "entry": entry or {"column": "signal.s", "op": ">", "value": 0.5},
        "exits": {"max_bars": 2},
        "sizing": {"helper": "fixed_quantity", "quantity": 1.0},
        **parts.pop("strategy", {}),
    }
    raw = {"data": {"files": ["memory"], "signals": ["s"]}, "strategy": strategy, **parts}
    return parse_request(raw)


def explained(market, request, symbol, bar):
    result = run_rules(market, request)
    return explain_bar(market, request, result, row_at(market, symbol, microseconds(day(bar))))


def test_an_asset_stands_held_then_in_its_pause_then_free():
    # Decided at 0, bought at the open of 1, closes 1 and 2 seen, sold at the open of 3.
    market = market_of(FLAT, signals={"s": [1.0] + [0.0] * 7})
    request = request_of(strategy={"limits": {"cooldown_bars": 2}})
    stood = standing(market, request, run_rules(market, request))

    assert stood.held.tolist() == [-1, 0, 0, -1, -1, -1, -1, -1]
    assert stood.pause.tolist() == [0, 0, 0, 2, 1, 0, 0, 0]


def test_filled_at_the_deciding_close_it_is_held_from_the_next_close_on():
    # Bought at the close of 0; closes 1 and 2 count; sold at the close of 2, after it was decided there.
    market = market_of(FLAT, signals={"s": [1.0] + [0.0] * 7})
    request = request_of(execution={"fill": "same_close"})
    result = run_rules(market, request)
    stood = standing(market, request, result)

    assert stood.held.tolist()[:4] == [-1, 0, 0, -1]


def test_the_outcome_of_every_bar_has_its_name():
    market = market_of(FLAT, signals={"s": [1.0, 1.0, 0.2, 1.0, 1.0, 0.9, 0.0, 0.0]})
    request = request_of(strategy={"limits": {"cooldown_bars": 2}})
    found = [explained(market, request, "A", bar).outcome for bar in range(7)]

    assert found == ["ordered", "held", "held", "pause", "pause", "ordered", "held"]


def test_a_clause_that_failed_is_named_with_what_was_missing():
    market = market_of(FLAT, signals={"s": [0.4] * 8})
    found = explained(market, request_of(), "A", 3)

    assert found.outcome == "rule"
    assert found.needed[0].state.missing == pytest.approx(0.1)
    assert found.orders.is_empty()


def test_a_filter_that_failed_is_named_when_the_rule_held():
    market = market_of(FLAT, signals={"s": [0.9] * 8})
    request = request_of(strategy={"filter": {"column": "bar.close", "op": ">", "value": 150.0}})
    found = explained(market, request, "A", 2)

    assert found.outcome == "filter"
    assert found.needed[0].state.missing == pytest.approx(50.0)


def test_without_a_place_the_rank_is_told():
    signals = {"s": {"A": [0.7] * 8, "B": [0.9] * 8, "C": [0.8] * 8}}
    market = market_of(dict.fromkeys("ABC", FLAT), signals=signals)
    limits = {"max_positions": 1, "rank_by": "signal.s"}
    request = request_of(strategy={"limits": limits})

    first, third = (explained(market, request, name, 0) for name in ("B", "A"))

    assert (first.outcome, first.queue.rank) == ("ordered", 1)
    assert (third.outcome, third.queue.rank, third.queue.candidates) == ("no_place", 3, 3)
    assert (third.queue.used, third.queue.limit) == (1, 1)


def test_a_refused_order_is_an_order_with_its_reason():
    market = market_of(FLAT, signals={"s": [1.0] + [0.0] * 7})
    request = request_of(strategy={"sizing": {"helper": "buy_percent", "percent": 0.0001}})
    found = explained(market, request, "A", 0)

    assert found.outcome == "ordered"
    assert found.orders["status"].to_list() == ["rejected"]
    table = fates(market, request, run_rules(market, request))
    assert table["bars"].sum() == 1


def test_the_fill_of_an_order_stands_beside_it():
    market = market_of(FLAT, signals={"s": [1.0] + [0.0] * 7})
    found = explained(market, request_of(), "A", 0)

    assert found.fills["price"].to_list() == [100.0]
    assert found.fills["timestamp"].to_list() == [day(1)]


def test_a_time_without_a_bar_is_explained_by_the_last_bar_before():
    market = market_of({"A": FLAT, "B": [*FLAT[:3], None, *FLAT[4:]]})

    assert row_at(market, "B", microseconds(day(3))) == row_at(market, "B", microseconds(day(2)))
    assert row_at(market, "B", microseconds(day(0)) - 1) == -1
    assert row_at(market, "Z", microseconds(day(3))) == -1


def test_fates_count_every_bar_at_which_the_rule_held():
    market = market_of(FLAT, signals={"s": [1.0, 1.0, 0.2, 1.0, 1.0, 0.9, 0.0, 0.0]})
    request = request_of(strategy={"limits": {"cooldown_bars": 2}})
    table = fates(market, request, run_rules(market, request))

    assert dict(zip(table["fate"], table["bars"], strict=True)) == {
        "filled": 2,
        "held": 1,
        "pause": 2,
    }


@pytest.mark.parametrize("fill", ["next_open", "same_close", "next_close"])
def test_positions_held_are_those_the_engine_counts(fill):
    market = sample_market(assets=12, days=300)
    request = parse_request(
        {
            "data": {"files": ["memory"], "signals": list(market.signals)},
            "strategy": {
                "entry": {"column": "signal.ml_pred_5d", "op": ">", "value": 0.6},
                "exit": {"column": "signal.exit_signal", "op": ">", "value": 0.8},
                "exits": {"stop_loss": 0.05, "max_bars": 9},
                "limits": {"max_positions": 5, "rank_by": "signal.ml_pred_5d", "cooldown_bars": 3},
            },
            "execution": {"fill": fill},
            "account": {"initial_capital": 1e6},
        }
    )
    result = run_rules(market, request)
    stood = standing(market, request, result)
    held = np.bincount(market.row_times()[stood.held >= 0], minlength=market.time_count)
    counted = result.equity["open_positions"].to_numpy()
    # With fills at the deciding close the count is of after them, what stood of before.
    counted = np.append(0, counted[:-1]) if fill == "same_close" else counted

    # An asset that has ended is held on without bars of its own.
    has_all = np.diff(market.row_start) == len(market.symbols)
    assert np.count_nonzero(has_all) > 100
    assert held[has_all].tolist() == counted[has_all].tolist()


@pytest.mark.parametrize(
    "limits", [{}, {"max_positions": 4, "rank_by": "signal.confidence", "cooldown_bars": 2}]
)
def test_no_bar_of_a_long_run_is_left_without_a_reason(limits):
    market = sample_market(assets=12, days=300)
    entry = {"column": "signal.ml_pred_5d", "op": ">", "value": 0.6}
    request = parse_request(
        {
            "data": {"files": ["memory"], "signals": list(market.signals)},
            "strategy": {"entry": entry, "exits": {"max_bars": 4}, "limits": limits},
        }
    )
    result = run_rules(market, request)
    table = fates(market, request, result)
    holds = rows_where(market, request.strategy.entry)

    assert table["bars"].sum() == np.count_nonzero(holds)
    assert "no_order" not in table["fate"].to_list()
    assert table["share"].sum() == pytest.approx(1.0)


def test_a_schedule_has_no_fates():
    market = market_of(FLAT, signals={"s": [1.0] * 8})
    request = request_of(strategy={"sizing": {"helper": "rebalance_to_weights"}, "exits": {}})

    assert isinstance(fates(market, request, run_rules(market, request)), Undefined)


def test_the_arithmetic_of_a_size_leads_to_the_quantity_that_was_ordered():
    market = market_of([(387.0, 389.0, 386.0, 388.2)] * 4, signals={"s": [0.8] * 4})
    sizing = {"helper": "size_by_confidence", "confidence": "signal.s", "max_percent": 0.2}
    request = request_of(strategy={"sizing": sizing}, account={"initial_capital": 1_000_000.0})
    result = run_rules(market, request)
    steps = {step.title: step.value for step in size_steps(market, request, 0, 388.2, 1_000_000.0)}

    assert steps["Share of the equity"] == pytest.approx(0.16)
    assert int(steps["Quantity before rounding"]) == 412
    assert result.orders["requested"][0] == 412.0
