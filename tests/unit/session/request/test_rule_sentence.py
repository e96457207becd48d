import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_sentence import (
    clause_sentence,
    rule_sentence,
    sizing_sentence,
    strategy_sentences,
)

ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)
PRED = {"column": "signal.ml_pred_5d", "op": ">", "value": 0.9}
CONF = {"column": "signal.confidence", "op": ">", "value": 0.5}
CALM = {"column": "context.VIX", "op": "<=", "value": 30.0}
BULL = {"column": "context.regime", "op": "==", "value": "bull"}


def entry(tree, **more):
    draft = Draft.empty().edited("strategy.entry", tree)
    for key, value in more.items():
        draft = draft.edited(f"strategy.{key}", value)
    return rule_sentence("entry", draft, ENGLISH)


def test_the_entry_reads_as_a_sentence():
    assert entry({"all": (PRED, CONF, CALM)}) == (
        "Enter long when ml_pred_5d > 0.9 and confidence > 0.5 and VIX ≤ 30."
    )
    assert entry({"any": (PRED,)}, direction="short") == "Enter short when ml_pred_5d > 0.9."


def test_groups_stand_in_brackets_and_what_is_off_is_left_out():
    group = {"any": (CONF, {"not": BULL})}
    assert entry({"all": (PRED, group)}) == (
        "Enter long when ml_pred_5d > 0.9 and (confidence > 0.5 or not regime = bull)."
    )
    assert entry({"all": (PRED, {"any": (CONF, {"all": ()})})}) == (
        "Enter long when ml_pred_5d > 0.9."
    )
    assert entry({"all": ({"any": (PRED, {"all": ()})},)}) == "Enter long at every bar."
    assert entry({"all": ({"not": group},)}) == (
        "Enter long when not (confidence > 0.5 or not regime = bull)."
    )


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        ({"op": "between", "value": (0.2, 0.8)}, "s is between 0.2 and 0.8"),
        ({"op": "in", "value": ("a", "b")}, "s is one of a, b"),
        ({"op": "rising"}, "s is rising"),
        ({"op": "falling", "value": 3}, "s has fallen 3 times in a row"),
        ({"op": "crosses_above", "other": "bar.open"}, "s crosses above open"),
        ({"op": "top_n", "value": 10}, "s is among the highest 10"),
        ({"op": "is_null"}, "s has no value"),
        ({"op": "==", "value": True}, "s = yes"),
    ],
)
def test_every_comparison_has_words(clause, text):
    assert clause_sentence({"column": "signal.s", **clause}, ENGLISH) == text


def test_numbers_are_written_as_the_user_writes_them():
    assert clause_sentence(PRED, GERMAN) == "ml_pred_5d > 0,9"


def test_a_strategy_is_told_in_a_few_sentences():
    draft = Draft.empty().edited_all(
        {
            "strategy.entry": {"all": (PRED,)},
            "strategy.exit": {"any": (CONF,)},
            "strategy.exits.stop_loss": 0.1,
            "strategy.exits.take_profit": 0.2,
            "strategy.exits.max_bars": 5,
            "strategy.sizing": {"helper": "buy_percent", "percent": 0.02},
            "strategy.limits.max_positions": 50,
            "strategy.limits.rank_by": "signal.ml_pred_5d",
        }
    )

    assert strategy_sentences(draft, ENGLISH) == (
        "Enter long when ml_pred_5d > 0.9.",
        "Leave when confidence > 0.5.",
        "Leave at a loss of 10 %, at a gain of 20 % or after 5 bars.",
        "Trade 2 % of the equity each time.",
        "Hold at most 50 positions, the highest ml_pred_5d first.",
    )


def test_a_sizing_that_is_not_complete_has_no_sentence():
    assert sizing_sentence({"helper": "size_by_confidence"}, ENGLISH) == ""
    assert sizing_sentence({}, ENGLISH) == ""


def test_what_a_rebalancing_leaves_out_is_as_its_defaults_say():
    assert sizing_sentence({"helper": "rebalance_to_weights"}, ENGLISH) == (
        "Every month, hold 100 % of the equity in equal parts in the assets for which the entry holds."
    )
