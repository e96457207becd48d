"""What differs between two requests, in words."""

import pytest

from ml4t_desktop.session.request.differences import differences, listed, value_words
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_tree import Part


def clause(column: str, value: float, op: str = ">") -> Part:
    return {"column": column, "op": op, "value": value}


ENTRY = {"all": [clause("signal.pred", 0.9), clause("context.VIX", 30.0, "<=")]}
BASE = Draft.empty().edited_all({"data.files": ("a.csv",), "strategy.entry": ENTRY})


def texts(**edits) -> list[str]:
    edited = BASE.edited_all({key.replace("__", "."): value for key, value in edits.items()})
    return [item.text for item in differences(BASE, edited)]


def test_equal_requests_have_none():
    assert texts() == []


def test_a_number_is_told_with_both_values():
    assert texts(strategy__limits__cooldown_bars=3) == ["Cooldown bars: 0 → 3"]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"all": [clause("signal.pred", 0.85), clause("context.VIX", 30.0, "<=")]},
         ["Entry: pred > 0.9 → 0.85"]),
        ({"all": [clause("signal.pred", 0.85), clause("context.VIX", 25.0, "<=")]},
         ["Entry: pred > 0.9 → 0.85", "Entry: VIX ≤ 30 → 25"]),
        ({"all": [clause("signal.pred", 0.9)]}, ["Entry: VIX ≤ 30 → none"]),
        ({"any": ENTRY["all"]}, ["Entry: all must hold → any may hold"]),
    ],
)  # fmt: skip
def test_rules_are_compared_clause_by_clause(entry, told):
    assert texts(strategy__entry=entry) == told


def test_a_choice_is_told_in_words_and_what_was_not_there_is_none():
    assert texts(execution__fill="same_close") == [
        "Fill of market orders: At the next open → At the same close"
    ]
    assert texts(strategy__exits__stop_loss=0.05) == ["Stop loss: none → 5 %"]
    assert texts(execution__protect_entry_bar=False) == ["Protection of the entry bar: yes → no"]


def test_files_are_told_by_name():
    assert texts(data__files=("a.csv", "b.csv")) == ["Price files: a.csv → a.csv, b.csv"]


def test_many_differences_are_listed_up_to_a_few():
    edited = BASE.edited_all(
        {
            "account.initial_capital": 1.0, "execution.fill": "same_close",
            "strategy.exits.stop_loss": 0.05, "strategy.exits.take_profit": 0.1,
        }
    )  # fmt: skip
    line = listed(differences(BASE, edited), most=2)
    assert line.endswith("and 2 more")
    assert line.count("→") == 2


def test_choices_are_said_as_their_lists_call_them_and_costs_with_their_numbers():
    costs = {"model": "per_share", "rate": 0.005, "minimum": 1.0, "cap": 0.01}

    assert value_words("strategy.exits.evaluate", "intrabar") == "Inside the bar"
    assert value_words("strategy.sizing.helper", "buy_percent") == "Share of equity"
    assert value_words("context.match", "asof") == "Latest at or before"
    assert value_words("context.time", "close") == "close"
    assert value_words("costs.commission", costs) == "per share, rate 0.005, minimum 1, cap 1 %"
    assert value_words("execution.participation", 0.05) == "5 %"
    assert value_words("execution.participation", None) == "none"
