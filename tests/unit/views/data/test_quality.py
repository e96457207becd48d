"""The quality panel: findings, their rows and neighbours, repairs, and the way from the strip."""

import polars as pl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.session import make_session
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.session.work import real_work
from ml4t_desktop.units import microseconds
from ml4t_desktop.views.data.quality import QualityPanel
from tests.unit.files.quality.planted import DAYS, SYMBOLS, at, market, planted, row_of
from tests.unit.session.fakes import settle

DAY, GAP = DAYS[40], DAYS[60]


@pytest.fixture
def session(qtbot, tmp_path):
    made = make_session(ImmediateExecutor(), real_work(), tmp_path / "settings.toml")
    frame = planted(market(), "BBB", DAY, high=1.0)
    frame = frame.filter(~at("CCC", GAP))
    frame.write_parquet(tmp_path / "bars.parquet")
    made.intake.add_files([tmp_path / "bars.parquet"])
    settle(qtbot, made)
    return made


@pytest.fixture
def panel(qtbot, session):
    made = QualityPanel(session, LIGHT)
    qtbot.addWidget(made)
    made.resize(1000, 800)
    made.show()
    qtbot.waitUntil(lambda: made.table.topLevelItemCount() > 0)
    settle(qtbot, session)
    qtbot.waitUntil(lambda: not made.rows.is_due)
    return made


def titles(panel):
    count = panel.table.topLevelItemCount()
    return [panel.table.topLevelItem(index).text(1) for index in range(count)]


def values(model, name):
    column = [item.name for item in model.columns].index(name)
    return [model.value(row, column) for row in range(model.rowCount())]


def test_a_panel_without_data_says_what_to_do(qtbot, tmp_path):
    empty = make_session(ImmediateExecutor(), real_work(), tmp_path / "settings.toml")
    made = QualityPanel(empty, LIGHT)
    qtbot.addWidget(made)
    made.show()
    assert "Choose the data first" in made.empty.text


def test_findings_are_listed_the_gravest_first_with_the_calendar(panel):
    assert titles(panel) == ["Impossible bars", "Missing bars"]
    assert "1 warning, 1 note" in panel.summary.text()
    assert "the days of New York" in panel.summary.text()


def test_the_first_finding_shows_its_row_with_its_neighbours_and_its_chart(panel):
    assert values(panel.rows.places, "row") == [row_of("BBB", DAY)]
    rows = values(panel.rows.neighbours, "row")
    assert len(rows) == 13
    assert rows[6] == row_of("BBB", DAY)
    assert [row - rows[0] for row in rows] == [len(SYMBOLS) * step for step in range(13)]
    assert values(panel.rows.neighbours, "high")[6] == 1.0
    assert panel.rows.chart.bars.symbol == "BBB"
    assert panel.rows.chart.marked == (39.5, 40.5)
    assert "Stops and limits inside such a bar" in panel.detail.text.text()


def test_a_missing_bar_is_shown_between_its_neighbours(qtbot, panel):
    panel.table.choose(1)
    qtbot.waitUntil(lambda: not panel.rows.is_due)
    assert values(panel.rows.places, "symbol") == ["CCC"]
    assert "row" not in [column.name for column in panel.rows.places.columns]
    assert panel.rows.neighbours.rowCount() == 12
    assert panel.rows.chart.marked == (59.0, 60.0)
    assert panel.detail.repairs == []


def test_a_repair_is_one_click_and_the_check_is_made_again(qtbot, session, panel):
    button = panel.findChild(QPushButton, "data.repairs.impossible_bar.widen")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert session.request.draft.get("data.repairs.impossible_bar") == "widen"
    qtbot.waitUntil(lambda: panel.summary.text().startswith("2 notes"))
    qtbot.waitUntil(lambda: len(panel.detail.repairs) == 1)
    (back,) = panel.detail.repairs
    assert back.text() == "Take the repair back"
    assert panel.detail.copy.isHidden()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert session.request.draft.get("data.repairs.impossible_bar") == "keep"
    qtbot.waitUntil(lambda: panel.summary.text().startswith("1 warning, 1 note"))


def test_a_click_on_the_strip_shows_the_bars_there(panel):
    coverage = panel.strip.coverage
    panel.strip.clicked.emit("EEE", 10)
    assert panel.rows.chart.bars.symbol == "EEE"
    assert values(panel.rows.neighbours, "row")[6] == row_of("EEE", DAYS[10])
    assert coverage.times[10] == microseconds(DAYS[10])
    panel.strip.pointed.emit("CCC", 60)
    assert "CCC" in panel.key.text()
    assert "bars missing" in panel.key.text()
    panel.strip.pointed.emit(None, 0)
    assert "doubtful bars" in panel.key.text()


def test_rows_and_offered_corporate_actions_can_be_copied(qtbot, session, panel, tmp_path):
    frame = market().filter(~((pl.col("symbol") == "CCC") & (pl.col("date") > GAP)))
    frame.write_parquet(tmp_path / "bars.parquet")
    qtbot.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: titles(panel) == ["Assets that end early"])
    qtbot.mouseClick(panel.detail.copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    assert text.splitlines() == ["symbol,ex_date,kind", f"CCC,{DAYS[61]},delisting"]


def test_the_panel_follows_the_theme(panel):
    panel.apply_theme(DARK)
    assert DARK.muted in panel.detail.text.text()
