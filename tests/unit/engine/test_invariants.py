"""The identities of money notice money that appears or vanishes."""

import dataclasses

import polars as pl
import pytest

from ml4t_desktop.engine.invariants import check_identities
from tests.unit.engine.trial import FLAT, play


@pytest.fixture
def result():
    costs = {"commission": {"model": "percent", "rate": 0.001}}
    script = {0: lambda s: s.submit_order("A", 10), 2: lambda s: s.submit_order("A", -4)}
    return play([FLAT, FLAT, (110,) * 4, (120,) * 4], script, costs=costs)


def test_the_books_of_a_run_are_right(result):
    check_identities(result)
    assert result.final_value - 100_000.0 == pytest.approx(10 * 20 - 1.0 - 0.48)


@pytest.mark.parametrize(
    ("table", "column", "message"),
    [
        ("equity", "cash", "equity differs from cash"),
        ("equity", "net_exposure", "equity differs from cash"),
        ("trades", "pnl", "equity changed by"),
    ],
)
def test_a_thousandth_too_much_is_noticed(result, table, column, message):
    frame = getattr(result, table)
    wrong = dataclasses.replace(result, **{table: frame.with_columns(pl.col(column) + 0.001)})
    with pytest.raises(AssertionError, match=message):
        check_identities(wrong)
