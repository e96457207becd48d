"""Charts as pictures and tables as files, from every panel that has any."""

import polars as pl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

from ml4t_desktop.plots.images import charts_in, is_seen, save_chart
from ml4t_desktop.session.plain_tables import HasPlainTable
from ml4t_desktop.tables.plain import plain_table

CHARTS = {
    "overview": 1, "price": 1, "signals": 7, "validity": 3, "months": 2, "distribution": 4,
    "excursions": 2, "rolling": 1, "drawdowns": 1, "leaks": 1,
}  # fmt: skip
TABLES = {
    "overview": 1, "breakdowns": 1, "trades": 1, "why": 1, "signals": 1, "validity": 1,
    "history": 1, "months": 1, "drawdowns": 1, "data": 1, "quality": 1, "leaks": 1,
}  # fmt: skip


@pytest.fixture
def reviewed(analyst):
    """The window with a run of the sample and one of its trades."""
    analyst.open_sample()
    analyst.run()
    trades = analyst.session.results.run.result.trades
    analyst.session.results.select_trade(int(trades["trade_id"][0]))
    analyst.wait()
    return analyst


def shown(analyst, key):
    panel = analyst.window.show_panel(key)
    analyst.look()
    analyst.wait()
    return panel


def tables_in(panel):
    return [
        widget
        for widget in panel.findChildren(QWidget)
        if isinstance(widget, QAbstractItemView | HasPlainTable)
        and not isinstance(widget.parent(), QComboBox)
        and is_seen(widget)
    ]


def colours_of(image):
    points = range(0, min(image.width(), image.height()), 7)
    across = {image.pixel(x, y) for x in points for y in points}
    return len(across)


def test_every_chart_of_every_panel_is_written_as_png_and_svg(reviewed, tmp_path):
    for key, least in CHARTS.items():
        charts = charts_in(shown(reviewed, key))
        assert len(charts) >= least, key
        for number, chart in enumerate(charts):
            png, svg = (tmp_path / f"{key}-{number}.{ending}" for ending in ("png", "svg"))
            save_chart(chart, png, key)
            save_chart(chart, svg, key)

            assert colours_of(QImage(str(png))) > 1, f"{key} {number} is empty"
            assert QSvgRenderer(str(svg)).isValid(), f"{key} {number}"


def test_every_table_of_every_panel_has_headers_and_plain_values(reviewed):
    for key, least in TABLES.items():
        tables = tables_in(shown(reviewed, key))
        assert len(tables) >= least, key
        for table in tables:
            found = plain_table(table)
            lines = found.text().split("\n")

            assert all(len(row) == len(found.headers) for row in found.rows), table.objectName()
            assert len(lines) == len(found.rows) + 1
            assert found.frame().height == len(found.rows)


def test_the_statistics_are_copied_as_numbers_that_a_spreadsheet_takes(reviewed):
    shown(reviewed, "overview")
    metrics = reviewed.session.results.run.metrics

    reviewed.window.desk.carry_out("table.copy")
    lines = QGuiApplication.clipboard().text().splitlines()
    rows = {line.split("\t")[1]: line.split("\t") for line in lines}

    assert lines[0].split("\t")[:3] == ["", "Statistic", "All"]
    assert float(rows["Total return"][2]) == metrics.total_return
    assert float(rows["Final value"][2]) == metrics.final_value
    assert float(rows["Closed trades"][2]) == metrics.num_trades


def test_the_keys_of_a_copy_work_in_a_table_of_trades(reviewed):
    panel = shown(reviewed, "trades")
    table = panel.findChild(QWidget, "trade_table")
    table.setFocus()
    table.clearSelection()

    reviewed.qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()

    assert len(lines) == reviewed.session.results.run.result.trades.height + 1
    assert lines[0].startswith("symbol\t")


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_table_is_written_as_a_file_of_each_kind(reviewed, tmp_path, ending):
    shown(reviewed, "drawdowns")
    reviewed.dialogs.target = tmp_path / f"drawdowns.{ending}"

    reviewed.window.desk.carry_out("table.export")
    reviewed.wait()

    if ending == "xlsx":
        assert (tmp_path / "drawdowns.xlsx").read_bytes().startswith(b"PK")
        return
    read = pl.read_csv if ending == "csv" else pl.read_parquet
    assert read(tmp_path / f"drawdowns.{ending}").height == 10


def test_charts_that_were_not_clicked_are_written_together(reviewed, tmp_path):
    shown(reviewed, "distribution")
    reviewed.window.setFocus()
    reviewed.dialogs.target = tmp_path / "chart.png"

    reviewed.window.desk.carry_out("chart.export_image")

    assert len(list(tmp_path.glob("chart-*.png"))) == 4
    assert "4 charts were written" in reviewed.message


def test_a_chart_is_copied_as_a_picture(reviewed):
    shown(reviewed, "overview")

    reviewed.window.desk.carry_out("chart.copy_image")

    assert not QGuiApplication.clipboard().image().isNull()
