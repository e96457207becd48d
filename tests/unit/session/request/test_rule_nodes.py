import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.request import Request
from ml4t_desktop.request.toml import parse_request, request_toml
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_nodes import (
    Node,
    duplicated,
    indented,
    inserted,
    moved,
    negated,
    outdented,
    removed,
    replaced,
    root_of,
    shifted,
    switched,
    tree_of_root,
)

A = {"column": "bar.open", "op": ">", "value": 0.5}
B = {"column": "bar.high", "op": ">", "value": 0.5}
C = {"column": "bar.low", "op": "crosses_above", "other": "bar.open"}
NESTED = {"all": (A, {"any": (B, {"not": C})})}


def tree(changed):
    root = changed[0] if isinstance(changed, tuple) else changed
    return tree_of_root(root)


clauses = st.sampled_from([A, B, C])
parts = st.recursive(
    clauses,
    lambda below: st.one_of(
        st.builds(lambda part: {"not": part}, below),
        st.builds(lambda some: {"all": tuple(some)}, st.lists(below, max_size=3)),
        st.builds(lambda some: {"any": tuple(some)}, st.lists(below, max_size=3)),
    ),
    max_leaves=8,
)


@given(st.sampled_from(["all", "any"]), st.lists(parts, min_size=1, max_size=4))
def test_every_tree_is_shown_and_written_as_it_was(joint, some):
    written = {joint: tuple(some)}

    assert tree_of_root(root_of(written)) == written


@given(st.lists(parts, min_size=2, max_size=4), st.data())
def test_moving_keeps_every_clause_and_says_where_the_moved_one_is(some, data):
    root = root_of({"all": tuple(some)})
    places = [path for path, _ in root.walk()]
    path, target = data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))
    node = root.at(path)

    after, where = moved(root, path, target)

    assert after.at(where) is node
    assert sorted(map(str, clauses_of(after))) == sorted(map(str, clauses_of(root)))


def clauses_of(root):
    return [node.clause for _, node in root.walk() if not node.is_group]


def test_a_part_that_is_switched_off_leaves_the_rule_as_it_is_without_it():
    off = switched(root_of(NESTED).at((0,)))
    root = replaced(root_of(NESTED), (0,), off)

    assert tree(root) == {"all": ({"any": (A, {"all": ()})}, NESTED["all"][1])}
    assert root_of(tree(root)) == root
    inner = replaced(root_of(NESTED), (1, 0), switched(root_of(NESTED).at((1, 0))))
    assert tree(inner)["all"][1] == {"any": ({"all": (B, {"any": ()})}, {"not": C})}


def test_a_switched_off_part_stays_so_when_its_group_is_joined_otherwise():
    root = root_of({"all": (A, {"any": (B, {"all": ()})})})

    other = Node(joint="any", children=root.children)

    assert tree(other) == {"any": (A, {"all": (B, {"any": ()})})}
    assert root_of(tree(other)).at((1,)).is_off


def test_a_rule_with_a_switched_off_part_is_kept_in_the_file():
    root = replaced(root_of(NESTED), (1,), switched(root_of(NESTED).at((1,))))
    draft = Draft.empty().edited("data.files", ("p.csv",)).edited("strategy.entry", tree(root))
    request = draft.request()

    import tomllib

    again = parse_request(tomllib.loads(request_toml(request)))

    assert isinstance(again, Request)
    assert root_of(Draft.of(again).get("strategy.entry")) == root


def test_a_node_goes_up_and_down_and_leaves_its_group_at_the_end():
    root = root_of(NESTED)

    assert tree(shifted(root, (0,), 1)) == {"all": (NESTED["all"][1], A)}
    assert shifted(root, (0,), -1) == (root, (0,))
    out, where = shifted(root, (1, 0), -1)
    assert tree(out) == {"all": (A, B, {"any": ({"not": C},)})}
    assert where == (1,)
    down, where = shifted(root, (1, 1), 1)
    assert tree(down) == {"all": (A, {"any": (B,)}, {"not": C})}
    assert where == (2,)


def test_indenting_joins_a_node_with_the_one_above_it():
    flat = root_of({"all": (A, B, C)})

    together, where = indented(flat, (1,))
    assert tree(together) == {"all": ({"any": (A, B)}, C)}
    assert where == (0, 1)
    assert tree(indented(together, (1,))) == {"all": ({"any": (A, B, C)},)}
    assert tree(indented(flat, (0,))) == {"all": ({"any": (A,)}, B, C)}


def test_outdenting_takes_a_node_out_and_an_empty_group_goes():
    root = root_of({"all": ({"any": (A, B)}, C)})

    once, where = outdented(root, (0, 0))
    assert tree(once) == {"all": ({"any": (B,)}, A, C)}
    assert where == (1,)
    assert tree(outdented(once, (0, 0))) == {"all": (B, A, C)}
    assert outdented(root, (1,)) == (root, (1,))


def test_a_group_cannot_be_moved_into_itself():
    root = root_of(NESTED)

    assert moved(root, (1,), (1, 0)) == (root, (1,))


def test_the_last_part_that_goes_takes_its_group_along():
    root = root_of({"all": (A, {"any": ({"all": (B,)},)})})

    assert tree(removed(root, (1, 0, 0))) == {"all": (A,)}
    assert tree(removed(root_of({"all": (A,)}), (0,))) is None


def test_a_part_is_added_doubled_and_negated():
    root = root_of({"all": (A,)})

    assert tree(inserted(root, (0,), Node(clause=B))) == {"all": (B, A)}
    assert tree(duplicated(root, (0,))) == {"all": (A, A)}
    assert tree(replaced(root, (0,), negated(root.at((0,))))) == {"all": ({"not": A},)}
    assert negated(negated(root.at((0,)))) == root.at((0,))


@pytest.mark.parametrize(("part", "is_negated"), [({"not": A}, True), ({"not": {"not": A}}, False)])
def test_two_negations_are_none_and_are_kept(part, is_negated):
    root = root_of(part)

    assert root.at((0,)).is_negated is is_negated
    assert tree(root) == {"all": (part,)}
