"""What a rule and its parts let through, in words."""

import pytest
from PySide6.QtCore import QLocale

from ml4t_desktop.analysis.rules.rule_counts import PartCount, RuleCounts
from ml4t_desktop.session.request.rule_nodes import Node
from ml4t_desktop.session.setup.count_words import (
    counted_path,
    part_tip,
    part_words,
    rule_words,
    share_words,
)

ENGLISH, GERMAN = QLocale("en_US"), QLocale("de_DE")
CLOSE = Node(clause={"column": "bar.close", "op": ">", "value": 1.0})
OFF = Node(clause={"column": "bar.open", "op": ">", "value": 1.0}, is_off=True)


def counts(**parts: PartCount) -> RuleCounts:
    """Of 2,000 bars at 400 times, 500 bars pass at 300 times; parts by the digits of their paths."""
    by_path = {tuple(int(digit) for digit in name[1:]): part for name, part in parts.items()}
    return RuleCounts(bars=2000, passed=500, times=400, times_passed=300, parts=by_path)


def group(*children: Node, joint="all", is_off=False) -> Node:
    return Node(joint=joint, children=children, is_off=is_off)


def test_a_rule_says_how_many_bars_pass_and_at_how_many_times():
    assert rule_words(counts(), ENGLISH) == (
        "25.0 % of bars pass: 500 of 2,000, at 300 of 400 times."
    )


def test_a_part_of_an_all_says_what_is_left_with_and_without_it():
    found = counts(
        _0=PartCount(alone=1000, together=500, without=800), _1=PartCount(800, 500, 1000)
    )
    assert part_words(found, group(CLOSE, CLOSE), (0,), ENGLISH) == (
        "50.0 % of bars alone, 25.0 % together (40.0 % without it)"
    )


def test_a_part_of_an_any_says_what_would_pass_without_it():
    found = counts(_0=PartCount(alone=1000, together=1000, without=800))
    root = group(CLOSE, CLOSE, joint="any")
    assert part_words(found, root, (0,), ENGLISH) == "50.0 % of bars alone, 40.0 % without it"


def test_a_part_that_stands_alone_has_nothing_to_be_compared_with():
    only = counts(_0=PartCount(alone=1000, together=1000))
    assert part_words(only, group(CLOSE), (0,), ENGLISH) == "50.0 % of bars"
    # The other part is switched off: the group lacks nothing by it.
    beside = counts(_0=PartCount(alone=1000, together=1000, without=2000))
    assert part_words(beside, group(CLOSE, OFF), (0,), ENGLISH) == "50.0 % of bars"


def test_a_part_that_is_switched_off_says_so_and_is_counted_one_place_deeper():
    root = group(CLOSE, OFF)
    assert counted_path(root, (1,)) == (1, 0)
    found = counts(_10=PartCount(alone=200, together=200, without=2000))
    assert part_words(found, root, (1,), ENGLISH) == "Switched off. 10.0 % of bars alone."
    assert part_tip(found, root, (1,), ENGLISH) == "It holds for 200 of 2,000 bars."


def test_parts_of_a_group_that_is_switched_off_are_counted_within_it():
    root = group(CLOSE, group(CLOSE, CLOSE, is_off=True))
    assert counted_path(root, (1, 1)) == (1, 0, 1)
    assert counted_path(root, (0,)) == (0,)


def test_the_tip_has_the_numbers_behind_the_shares():
    found = counts(_0=PartCount(alone=1000, together=500, without=800))
    assert part_tip(found, group(CLOSE, CLOSE), (0,), ENGLISH).splitlines() == [
        "It holds for 1,000 of 2,000 bars.",
        "It and its group hold for 500.",
        "Without it the group would hold for 800.",
    ]


def test_a_part_that_was_not_counted_says_nothing():
    assert part_words(counts(), group(CLOSE), (0,), ENGLISH) == ""
    assert part_tip(counts(), group(CLOSE), (0,), ENGLISH) == ""


@pytest.mark.parametrize(
    ("count", "total", "said"),
    [
        (0, 2000, "0 %"),
        (0, 0, "0 %"),
        (1, 2000, "0.1 %"),
        (2000, 2000, "100.0 %"),
        (199_999, 200_000, "99.9 %"),  # not all of them
        (1, 1_000_000, "0.0001 %"),  # not none of them
        (1, 10**9, "0.0001 %"),
    ],
)
def test_a_share_is_never_none_of_something_nor_all_of_less(count, total, said):
    assert share_words(count, total, ENGLISH) == said


def test_shares_are_written_as_in_the_users_country():
    assert share_words(1, 8, GERMAN) == "12,5 %"
