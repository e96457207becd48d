import math

import polars as pl
import pytest

from ml4t_desktop.session.looks import Levels
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import (
    readable,
    with_context_file,
    with_first_rules,
    with_price_file,
)
from tests.unit.session.fakes import PRICES, context_look, price_look


def test_the_first_price_file_brings_columns_signals_and_rules_that_can_be_run(tmp_path):
    look = price_look(tmp_path / "p.csv")

    draft = with_price_file(Draft.empty(), look, "p.csv")

    data = draft.request().data
    assert (data.time, data.asset, data.close, data.volume) == ("date", "symbol", "close", "volume")
    assert data.signals == ("pred", "exit_signal")
    entry, leave = draft.get("strategy.entry"), draft.get("strategy.exit")
    assert entry == {"all": ({"column": "signal.pred", "op": ">=", "value": 0.87},)}
    assert leave == {"any": ({"column": "signal.exit_signal", "op": ">=", "value": 0.85},)}
    assert draft.get("strategy.limits.rank_by") == "signal.pred"
    assert draft.get("name") == "p"


def test_without_an_exit_signal_the_position_is_left_when_the_prediction_is_below_its_middle(
    tmp_path,
):
    look = price_look(tmp_path / "p.csv", PRICES.drop("exit_signal"))

    draft = with_price_file(Draft.empty(), look, "p.csv")

    assert draft.get("strategy.exit") == {
        "any": ({"column": "signal.pred", "op": "<=", "value": 0.5},)
    }


def test_a_file_without_predictions_brings_no_rule(tmp_path):
    look = price_look(tmp_path / "p.csv", PRICES.drop("pred", "exit_signal"))

    draft = with_price_file(Draft.empty(), look, "p.csv")

    assert draft.get("data.signals") == ()
    assert draft.get("strategy.entry") is None


def test_a_second_price_file_is_added_and_changes_nothing_else(tmp_path):
    first = with_price_file(Draft.empty(), price_look(tmp_path / "a.csv"), "a.csv")
    first = first.edited("data.close", "open")

    second = with_price_file(first, price_look(tmp_path / "b.csv"), "b.csv")

    assert second == first.edited("data.files", ("a.csv", "b.csv"))
    assert with_price_file(second, price_look(tmp_path / "b.csv"), "b.csv") == second


def test_rules_that_are_there_are_kept():
    entry = {"all": ({"column": "bar.close", "op": ">", "value": 1.0},)}
    draft = Draft.empty().edited_all({"data.signals": ("pred",), "strategy.entry": entry})

    assert with_first_rules(draft, {"pred": Levels(0.0, 1.0)}) == draft


def test_a_context_file_brings_all_of_its_values(tmp_path):
    look = context_look(tmp_path / "c.csv")

    draft = with_context_file(Draft.empty(), look.inspection, "c.csv")

    assert draft.get("context") == {
        "file": "c.csv",
        "time": "date",
        "columns": ("VIX", "regime"),
        "match": "exact",
    }


@pytest.mark.parametrize(
    ("value", "below", "above"),
    [
        (0.8734, 0.87, 0.88),
        (0.87, 0.87, 0.87),
        (-0.00123, -0.0013, -0.0012),
        (1234.0, 1200.0, 1300.0),
        (0.0, 0.0, 0.0),
        (float("nan"), 0.0, 0.0),
    ],
)
def test_a_proposed_number_has_two_digits_and_does_not_cut_off_what_it_was_made_from(
    value, below, above
):
    assert readable(value, math.floor) == below
    assert readable(value, math.ceil) == above


def test_the_levels_of_a_file_are_its_middle_and_its_highest_tenth(tmp_path):
    from ml4t_desktop.session.work import real_work

    path = tmp_path / "p.parquet"
    days = pl.Series("date", [f"2024-01-{day:02}" for day in range(1, 12)])
    prices = {name: [10.0] * 11 for name in ("open", "high", "low", "close")}
    pl.DataFrame({"date": days, **prices, "pred": [i / 10 for i in range(11)]}).write_parquet(path)

    look = real_work().look(path)

    assert look.levels["pred"] == Levels(middle=0.5, high=0.9)
