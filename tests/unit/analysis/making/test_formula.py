"""Formulas are carried out and written from one text."""

import pytest

from ml4t_desktop.analysis.making.formula import carried_out, names_in, written


@pytest.mark.parametrize(
    ("formula", "values", "expected"),
    [
        ("winners / trades", {"winners": 3, "trades": 4}, 0.75),
        ("gross / abs(loss)", {"gross": 6.0, "loss": -3.0}, 2.0),
        (
            "(final / initial) ** (1 / years) - 1",
            {"final": 121.0, "initial": 100.0, "years": 2.0},
            0.1,
        ),
        ("max(0, min(1, rate))", {"rate": 1.4}, 1),
        ("normal(z)", {"z": 0.0}, 0.5),
        ("a / b", {"a": 1.0, "b": 0.0}, None),
        ("a ** b", {"a": -8.0, "b": 0.5}, None),
        ("a + b", {"a": 1.0, "b": None}, None),
        ("name", {"name": "SPY"}, "SPY"),
    ],
)
def test_a_formula_gives_a_number_or_nothing(formula, values, expected):
    assert carried_out(formula, values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("formula", "words", "expected"),
    [
        (
            "mean / deviation * sqrt(year)",
            ("0.1 %", "1 %", "252"),
            "0.1 % / 1 % \u00d7 \u221a(252)",
        ),
        ("a - (b - c)", ("1", "2", "3"), "1 - (2 - 3)"),
        ("a - b", ("1", "-2"), "1 - (-2)"),
        ("a * b", ("-1", "-2"), "-1 \u00d7 (-2)"),
        ("(a + b) * c", ("1", "2", "3"), "(1 + 2) \u00d7 3"),
        ("(a / b) ** (c / a)", ("3", "2", "5"), "(3 / 2) ^ (5 / 3)"),
        ("a ** 2", ("-3",), "(-3) ^ 2"),
        ("a / abs(b)", ("3", "-2"), "3 / |-2|"),
        ("(a - b) / b", ("3", "2"), "(3 - 2) / 2"),
        ("-a", ("-2",), "-(-2)"),
    ],
)
def test_a_formula_is_written_with_the_values_in_brackets_where_they_need_them(
    formula, words, expected
):
    names = (
        sorted(names_in(formula)) if formula.startswith(("(a", "a", "-a")) else names_in(formula)
    )
    assert written(formula, dict(zip(names, words, strict=True))) == expected


def test_the_names_of_a_formula_come_in_their_order():
    assert names_in("sqrt(max(b, 0)) * a + b") == ("b", "a")
