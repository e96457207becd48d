"""Problems as values, and the errors that carry them."""

import dataclasses

import pytest

from ml4t_desktop.errors import (
    BadBarValue,
    Cancelled,
    InputError,
    Ml4tDesktopError,
    Problem,
    RunFailed,
)

PLACE = "prices.csv, column 'close', row 17"


def test_a_problem_is_one_line_of_place_fact_and_remedy():
    problem = Problem(where=PLACE, what="the price is zero", fix="Allow the repair bad_price")
    assert str(problem) == f"{PLACE}: the price is zero. Allow the repair bad_price"
    assert str(Problem(what="there are no rows")) == "there are no rows"
    assert problem.severity == "error"


def test_problems_are_values():
    problem = Problem(what="x")
    assert problem == Problem(what="x")
    assert len({problem, Problem(what="x")}) == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.what = "y"


def test_an_input_error_carries_every_problem_one_a_line():
    error = InputError(Problem(what=what) for what in ("one", "two"))
    assert [problem.what for problem in error.problems] == ["one", "two"]
    assert str(error) == "one\ntwo"
    assert InputError(Problem(what="alone")).problems == (Problem(what="alone"),)


def test_input_errors_are_value_errors_and_the_others_are_not():
    assert issubclass(InputError, ValueError)
    assert issubclass(BadBarValue, InputError)
    for kind in (InputError, Cancelled, RunFailed):
        assert issubclass(kind, Ml4tDesktopError)
    assert not issubclass(Cancelled, ValueError)


def test_a_bad_bar_value_says_which_bar():
    error = BadBarValue(Problem(what="x"), symbol="A", time_us=5)
    assert (error.symbol, error.time_us, str(error)) == ("A", 5, "x")
