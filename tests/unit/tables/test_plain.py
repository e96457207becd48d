"""Tables as plain values, whatever they look like on screen."""

from datetime import datetime

import polars as pl
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QTableView, QTableWidget, QTableWidgetItem

from ml4t_desktop.plots.painted.month_heatmap import MonthHeatmap
from ml4t_desktop.session.plain_tables import PlainTable, plain_value
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.frame_model import FrameModel
from ml4t_desktop.tables.plain import plain_table
from ml4t_desktop.views.review.evidence_tables import FigureTable

GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)
AMERICAN = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("1,234.50", AMERICAN, 1234.5),
        ("1.234,50", GERMAN, 1234.5),
        ("12.5 %", AMERICAN, 0.125),
        ("★ -3,25 %", GERMAN, -0.0325),
        ("n/a", AMERICAN, None),
        ("", AMERICAN, None),
        ("9.14 to 12.68", AMERICAN, "9.14 to 12.68"),
        ("AAPL", AMERICAN, "AAPL"),
    ],
)
def test_what_is_written_for_people_is_read_back_as_a_value(text, locale, expected):
    assert plain_value(text, locale) == expected


def test_a_frame_is_copied_in_full_precision_as_it_is_sorted(qtbot):
    frame = pl.DataFrame(
        {
            "symbol": ["A", "B"],
            "when": [datetime(2024, 1, 2), datetime(2024, 1, 3, 9, 30)],
            "share": [0.123456789, None],
        }
    )
    columns = (
        Column(name="symbol", header="Symbol"),
        Column(name="when", header="When", kind="time"),
        Column(name="share", header="Share", kind="percent"),
    )
    table = QTableView()
    qtbot.addWidget(table)
    model = FrameModel(table)
    model.set_frame(frame, columns)
    table.setModel(model)
    model.sort(0, Qt.SortOrder.DescendingOrder)

    text = plain_table(table).text()

    assert text == "Symbol\tWhen\tShare\nB\t2024-01-03 09:30:00\t\nA\t2024-01-02\t0.123456789"


def test_hidden_columns_stay_out_and_moved_ones_stand_where_they_are(qtbot):
    table = QTableWidget(1, 3)
    qtbot.addWidget(table)
    table.setHorizontalHeaderLabels(["One", "Two", "Three"])
    for column, text in enumerate(("1", "2", "3")):
        table.setItem(0, column, QTableWidgetItem(text))
    table.hideColumn(1)
    table.horizontalHeader().moveSection(2, 0)

    assert plain_table(table).headers == ("Three", "One")
    assert plain_table(table).rows == ((3.0, 1.0),)


def test_only_the_chosen_rows_are_copied_and_all_when_none_is(qtbot):
    table = FigureTable(("Figure", "Value"), "Figures")
    qtbot.addWidget(table)
    for title in ("First", "Second"):
        table.add_row(title, ("1",))

    assert len(plain_table(table, only_selected=True).rows) == 2
    table.topLevelItem(1).setSelected(True)
    assert plain_table(table, only_selected=True).rows == (("Second", 1.0),)


def test_headings_of_rows_become_a_column_and_values_keep_their_digits(qtbot):
    table = FigureTable(("Figure", "Value"), "Figures")
    qtbot.addWidget(table)
    table.add_heading("RETURNS")
    table.add_row("Total return", ("39.04 %",), values=(0.39035143,))
    table.add_row("Sharpe", ("n/a",))

    found = plain_table(table)

    assert found.headers == ("", "Figure", "Value")
    assert found.rows == (("RETURNS", "Total return", 0.39035143), ("RETURNS", "Sharpe", None))


def test_a_heatmap_is_a_table_too(qtbot):
    import numpy as np

    chart = MonthHeatmap("Months", LIGHT)
    qtbot.addWidget(chart)
    chart.set_values(("2020",), ("Jan", "Year"), np.array([[0.01, 0.02]]), "percent")

    assert plain_table(chart) == PlainTable(
        headers=("", "Jan", "Year"), rows=(("2020", 0.01, 0.02),)
    )


def test_columns_of_numbers_are_numbers_in_a_file_and_names_are_never_the_same():
    table = PlainTable(headers=("", "", "N"), rows=(("a", 1, 2.5), ("b", "x", None)))

    frame = table.frame()

    assert frame.columns == ["Name", "Name 2", "N"]
    assert frame.schema["N"] == pl.Float64
    assert frame.rows() == [("a", "1", 2.5), ("b", "x", None)]
