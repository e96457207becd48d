"""Presets: what they set, what they change, and what they say."""

import tomllib

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.request import (
    PRESETS,
    Account,
    Costs,
    Execution,
    Exits,
    Request,
    apply_preset,
    parse_request,
    preset,
    request_toml,
)

NAMES = ["default", "backtrader", "vectorbt", "backtesting", "zipline", "lean", "realistic"]


def request_of(**tables) -> Request:
    return parse_request({"data": {"files": ["prices.parquet"]}, **tables})


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_makes_a_request_that_is_saved_with_its_values(name):
    request, _ = apply_preset(request_of(), preset(name))
    assert request.execution == preset(name).execution
    assert request.costs == preset(name).costs
    assert parse_request(tomllib.loads(request_toml(request))) == request


def test_the_names_people_know_are_there():
    assert [item.name for item in PRESETS] == NAMES


def test_the_default_preset_is_what_a_request_starts_with():
    default = preset("default")
    assert (default.execution, default.costs, default.account) == (Execution(), Costs(), Account())
    assert apply_preset(request_of(), default) == (request_of(), ())
    assert Exits().evaluate == "close"


@pytest.mark.parametrize("name", NAMES)
def test_every_value_that_differs_from_the_defaults_has_a_line(name):
    changes = apply_preset(request_of(), preset(name))[1]
    assert all(len(change.line) > 15 for change in changes)
    assert len({setting.key for setting in preset(name).settings}) == len(preset(name).settings)
    assert all(limit.endswith((".", "?")) for limit in preset(name).limits)


def test_what_a_preset_does_not_name_stays_as_it_was():
    before = request_of(
        name="mine",
        strategy={"exits": {"stop_loss": 0.1}, "sizing": {"helper": "buy_percent", "percent": 0.3}},
        costs={"commission": {"model": "percent", "rate": 0.002}},
        account={"initial_capital": 5000.0},
    )
    after, changes = apply_preset(before, preset("backtrader"))
    assert after.strategy.sizing == before.strategy.sizing
    assert after.strategy.exits.stop_loss == 0.1
    assert after.strategy.exits.evaluate == "intrabar"
    assert after.costs == before.costs
    assert after.account.initial_capital == 5000.0
    assert {change.key for change in changes} == {
        "execution.insufficient_cash",
        "execution.protect_entry_bar",
        "execution.stop_basis",
        "strategy.exits.evaluate",
        "account.initial_margin",
        "account.maintenance_margin",
    }


def test_a_change_says_the_value_before_and_after():
    before = request_of(costs={"commission": {"model": "fixed", "amount": 2.0}})
    changes = {change.key: change for change in apply_preset(before, preset("lean"))[1]}
    assert str(changes["costs.commission"]) == (
        "costs.commission: fixed, amount 2 -> per_share, rate 0.005, minimum 1, cap 0.005"
    )
    assert str(changes["execution.protect_entry_bar"]) == (
        "execution.protect_entry_bar: true -> false"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_applied_twice_changes_nothing_more(name):
    once, _ = apply_preset(request_of(), preset(name))
    assert apply_preset(once, preset(name)) == (once, ())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("first", NAMES)
def test_how_orders_are_filled_does_not_depend_on_the_preset_before(first, name):
    via, _ = apply_preset(apply_preset(request_of(), preset(first))[0], preset(name))
    direct, _ = apply_preset(request_of(), preset(name))
    assert via.execution == direct.execution
    assert via.account == direct.account


def test_an_unknown_preset_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="backtrader, vectorbt, backtesting, zipline"):
        preset("quantopian")
