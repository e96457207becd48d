"""The Qt model over a frame."""

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt

from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.frame_model import GROUP_ROLE, VALUE_ROLE, FrameModel

COLUMNS = (
    Column(name="symbol", header="Symbol", group="Trade"),
    Column(name="pnl", header="P&L", kind="money", group="Result", tip="net", is_signed=True),
    Column(name="when", header="When", kind="date"),
)


@pytest.fixture
def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "symbol": ["B", "A", "C"],
            "pnl": [-10.5, 20.0, None],
            "when": pl.Series(["2020-01-02", None, "2020-01-01"]).str.to_datetime(time_unit="us"),
        }
    )


@pytest.fixture
def model(qapp, frame) -> FrameModel:
    model = FrameModel()
    model.set_frame(frame, COLUMNS)
    return model


def shown(model: FrameModel, column: int = 0) -> list[str]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_the_model_keeps_the_rules_of_qt(model, frame, qtmodeltester):
    qtmodeltester.check(model)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    model.set_filter(np.array([True, False, True]))
    qtmodeltester.check(model)
    model.set_frame(None, ())
    qtmodeltester.check(model)


def test_values_are_written_by_their_kind_and_missing_ones_are_empty(model):
    assert shown(model, 1) == ["-10.50", "20.00", ""]
    assert shown(model, 2) == ["2020-01-02", "", "2020-01-01"]


def test_a_cell_gives_its_python_value(model):
    assert model.index(0, 1).data(VALUE_ROLE) == -10.5
    assert model.index(2, 1).data(VALUE_ROLE) is None


def test_numbers_stand_on_the_right_and_texts_on_the_left(model):
    def side(column):
        return model.index(0, column).data(Qt.ItemDataRole.TextAlignmentRole)

    assert side(0) & Qt.AlignmentFlag.AlignLeft
    assert side(1) & Qt.AlignmentFlag.AlignRight


def test_gains_and_losses_have_their_colours(model):
    model.set_colours("#00ff00", "#ff0000")
    colours = [model.index(row, 1).data(Qt.ItemDataRole.ForegroundRole) for row in range(3)]
    assert colours[0].name() == "#ff0000"
    assert colours[1].name() == "#00ff00"
    assert colours[2] is None


def test_a_long_text_is_told_in_full_over_its_cell(qapp):
    note = "gap: opened beyond the stop, filled at the open"
    model = FrameModel()
    model.set_frame(
        pl.DataFrame({"note": [note, "short", None]}), (Column(name="note", header=""),)
    )
    tips = [model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert tips == [note, None, None]


def test_a_header_has_its_title_its_explanation_and_its_group(model):
    across = Qt.Orientation.Horizontal
    assert model.headerData(1, across) == "P&L"
    assert model.headerData(1, across, Qt.ItemDataRole.ToolTipRole) == "P&L\nnet"
    assert model.headerData(1, across, GROUP_ROLE) == "Result"


def test_sorting_moves_persistent_indexes_with_their_rows(model):
    kept = QPersistentModelIndex(model.index(0, 0))
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert shown(model) == ["A", "B", "C"]
    assert kept.row() == 1
    assert kept.data() == "B"


def test_a_filter_keeps_the_sorting(model):
    model.sort(0, Qt.SortOrder.DescendingOrder)
    model.set_filter(np.array([True, True, False]))
    assert shown(model) == ["B", "A"]
    assert model.row_of(0) == 0
    assert model.row_of(2) is None
    model.set_filter(None)
    assert shown(model) == ["C", "B", "A"]


def test_rows_are_copied_with_a_header_at_full_precision(model, frame):
    model.set_frame(frame.with_columns(pnl=pl.Series([1.0, 0.1234567890123, None])), COLUMNS)
    expected = "symbol\tpnl\twhen\nA\t0.1234567890123\t\nC\t\t2020-01-01 00:00:00"
    assert model.text_rows([1, 2]) == expected


STEPS = st.one_of(
    st.tuples(st.just("sort"), st.integers(-1, 2), st.sampled_from(list(Qt.SortOrder))),
    st.tuples(st.just("filter"), st.lists(st.booleans(), min_size=3, max_size=3)),
    st.tuples(st.just("reset")),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(steps=st.lists(STEPS, max_size=6))
def test_after_any_steps_the_order_holds_each_row_that_passes_once(model, frame, steps):
    passing = {0, 1, 2}
    model.set_frame(frame, COLUMNS)
    for step in steps:
        match step:
            case ("sort", column, order):
                model.sort(column, order)
            case ("filter", mask):
                model.set_filter(np.array(mask))
                passing = {row for row in range(3) if mask[row]}
            case _:
                model.set_frame(frame, COLUMNS)
                passing = {0, 1, 2}
        assert sorted(model.order.tolist()) == sorted(passing)
        assert model.rowCount() == len(passing)


def test_rows_are_called_by_their_titles_wherever_they_are_sorted(frame):
    model = FrameModel()
    model.set_frame(frame, COLUMNS, ["1", "⋯", "99"])
    down = Qt.Orientation.Vertical
    assert [model.headerData(row, down) for row in range(3)] == ["1", "⋯", "99"]
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert [model.headerData(row, down) for row in range(3)] == ["99", "1", "⋯"]
    model.set_frame(frame, COLUMNS)
    assert model.headerData(0, down) == 1
