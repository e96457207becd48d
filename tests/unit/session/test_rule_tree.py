import pytest

from ml4t_desktop.session.rule_tree import Rule, condition_text, is_clause, rule_of, tree_of

A = {"column": "signal.a", "op": ">", "value": 0.5}
B = {"column": "context.regime", "op": "in", "value": ("bull", "bear")}
C = {"column": "bar.close", "op": "crosses_above", "other": "bar.open"}


@pytest.mark.parametrize("tree", [{"all": (A, B)}, {"any": (A, {"not": B})}])
def test_a_tree_shown_and_not_edited_is_the_same_tree(tree):
    assert tree_of(rule_of(tree)) == tree


@pytest.mark.parametrize("tree", [A, {"not": {"all": (A, B)}}])
def test_a_tree_without_a_joint_is_one_part(tree):
    assert rule_of(tree) == Rule("all", (tree,))


def test_no_rule_is_no_tree():
    assert rule_of(None) == Rule("all", ())
    assert tree_of(Rule("any", ())) is None


def test_a_sub_tree_stays_when_the_clause_beside_it_is_replaced_and_removed():
    kept = {"not": {"any": (A, B)}}
    rule = rule_of({"any": (A, kept)})

    assert tree_of(rule.with_part(0, C)) == {"any": (C, kept)}
    assert tree_of(rule.without_part(0)) == {"any": (kept,)}
    assert tree_of(rule.joined_by("all")) == {"all": (A, kept)}


def test_a_part_at_the_end_is_added():
    assert rule_of(A).with_part(1, B).parts == (A, B)


def test_only_a_comparison_is_a_clause():
    assert is_clause(A)
    assert not is_clause({"not": A})
    assert not is_clause({"all": (A,)})


def test_a_condition_reads_as_words():
    tree = {
        "any": (A, {"not": {"all": (B, C)}}, {"all": (A, {"column": "bar.close", "op": "is_null"})})
    }

    assert condition_text(tree) == (
        "a > 0.5 or not (regime in bull, bear and close crosses above open) or (a > 0.5 and close is null)"
    )
