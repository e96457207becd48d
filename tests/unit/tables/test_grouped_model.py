"""A table in groups: subtotals, order, and what opening a group shows."""

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from ml4t_desktop.analysis.trades.trade_groups import trade_groups
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.grouped_model import GroupedModel

FRAME = pl.DataFrame(
    {
        "symbol": ["B", "A", "B", "A", "C"],
        "pnl": [10.0, -5.0, 20.0, 1.0, None],
        "part": [0.1, 0.2, 0.3, 0.4, 0.5],
    }
)
COLUMNS = (
    Column(name="symbol", header="Symbol"),
    Column(name="pnl", header="P&L", kind="money", total="sum"),
    Column(name="part", header="Part", kind="percent", total="mean"),
)


@pytest.fixture
def model(qapp) -> GroupedModel:
    model = GroupedModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.set_frame(FRAME, COLUMNS)
    model.set_groups(trade_groups(FRAME, "symbol"))
    return model


def titles(model: GroupedModel) -> list[str]:
    rows = range(model.rowCount())
    return [model.headerData(row, Qt.Orientation.Vertical) for row in rows]


def texts(model: GroupedModel, column: int) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_groups_are_shut_at_first_and_show_their_size_and_subtotals(model):
    assert titles(model) == ["▸ A  (2)", "▸ B  (2)", "▸ C  (1)"]
    assert texts(model, 1) == ["Σ -4.00", "Σ 30.00", ""]
    assert texts(model, 2) == ["Ø 30.00 %", "Ø 20.00 %", "Ø 50.00 %"]
    assert texts(model, 0) == ["", "", ""]


def test_opening_a_group_shows_its_rows_below_it(model):
    model.set_open(1, is_open=True)
    assert titles(model) == ["▸ A  (2)", "▾ B  (2)", "", "", "▸ C  (1)"]
    assert model.order.tolist() == [-1, -2, 0, 2, -3]
    model.set_open(1, is_open=False)
    assert model.order.tolist() == [-1, -2, -3]


def test_sorting_by_a_column_sorts_the_groups_by_its_subtotal_and_the_rows_within(model):
    for group in range(3):
        model.set_open(group, is_open=True)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert model.order.tolist() == [-2, 2, 0, -1, 3, 1, -3, 4]
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert [number for number in model.order.tolist() if number < 0] == [-3, -2, -1]


def test_subtotals_are_those_of_the_rows_that_pass_the_filter(model):
    model.set_filter(np.array([True, True, False, False, False]))
    assert titles(model) == ["▸ A  (1)", "▸ B  (1)"]
    assert texts(model, 1) == ["Σ -5.00", "Σ 10.00"]
    assert model.shown.tolist() == [1, 0]


def test_rows_in_shut_groups_are_known_to_be_shown(model):
    assert sorted(model.shown.tolist()) == [0, 1, 2, 3, 4]
    assert model.row_of(0) is None
    assert model.group_of(0) == 1


def test_without_groups_the_rows_are_as_before(model):
    model.set_groups(None)
    assert model.order.tolist() == [0, 1, 2, 3, 4]
    assert titles(model) == [1, 2, 3, 4, 5]
