"""The window in other countries: their digits, marks and days on screen, plain files, reading from the right."""

import re

import polars as pl
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QLabel

from ml4t_desktop.app.docking.panels import PANELS
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.views.setup.editors import NumberBox
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from tests.journeys.window import Analyst


@pytest.fixture(params=["de_DE", "fa_IR"])
def country(request):
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield QLocale(request.param)
    QLocale.setDefault(before)


@pytest.fixture
def foreigner(country, qtbot, tmp_path):
    made = Analyst(qtbot, tmp_path)
    made.open_sample()
    yield made
    made.leave()


def test_figures_and_days_are_those_of_the_country_and_files_stay_plain(
    foreigner, country, tmp_path
):
    foreigner.run()
    run = foreigner.session.results.run
    trade = run.result.trades.row(0, named=True)
    foreigner.session.results.select_trade(trade["trade_id"])
    foreigner.window.show_panel("trades")
    foreigner.wait()

    money = country.toString(run.metrics.final_value, "f", 2)
    overview = foreigner.window.panels["overview"]
    assert money in {label.text() for label in overview.findChildren(QLabel)}
    totals = foreigner.window.findChild(QLabel, "trade_totals").text()
    assert country.toString(run.result.trades.height) in totals
    table = foreigner.window.panels["trades"].table
    texts = {table.model().index(0, column).data() for column in range(table.model().columnCount())}
    day = {"de_DE": "dd.MM.yyyy", "fa_IR": "yyyy/MM/dd"}[country.name()]
    assert country.toString(trade["entry_time"].date(), day) in texts

    foreigner.save_as(tmp_path / "mine.toml")
    assert "value = 0.8" in (tmp_path / "mine.toml").read_text()
    foreigner.dialogs.target = tmp_path / "trades.csv"
    foreigner.window.desk.carry_out("trade.export")
    foreigner.wait()
    written = pl.read_csv(tmp_path / "trades.csv")
    assert written["pnl"].to_list() == pytest.approx(run.result.trades["pnl"].to_list())


def test_a_threshold_is_typed_as_in_the_country_or_plainly(foreigner, country, tmp_path):
    foreigner.window.show_step(Step.STRATEGY)
    foreigner.wait()
    box = foreigner.window.findChild(ClauseEditor, "strategy.entry").findChild(NumberBox, "value")

    for text, value in ((country.toString(0.75, "f", 2), 0.75), ("0.7", 0.7)):
        box.setFocus()
        box.lineEdit().setText(text)
        foreigner.qtbot.keyClick(box, Qt.Key.Key_Return)
        assert foreigner.session.request.draft.get("strategy.entry")["all"][0]["value"] == value

    foreigner.save_as(tmp_path / "mine.toml")
    assert re.search(r"value = 0\.7\b", (tmp_path / "mine.toml").read_text())


def test_where_people_read_from_the_right_every_panel_is_there_and_can_be_run(qtbot, tmp_path):
    app = QApplication.instance()
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    analyst = Analyst(qtbot, tmp_path)
    try:
        analyst.open_sample()
        analyst.run()
        ids = analyst.session.results.run.result.trades["trade_id"].to_list()
        analyst.session.results.select_trade(ids[3])
        for item in PANELS:
            panel = analyst.window.show_panel(item.key)
            analyst.wait()
            assert panel.isVisible(), item.key
            assert panel.layoutDirection() == Qt.LayoutDirection.RightToLeft
            assert analyst.window.rect().contains(
                panel.mapTo(analyst.window, panel.rect().center())
            ), item.key
        steps = analyst.window.setup._steps
        assert steps.tabRect(0).left() > steps.tabRect(4).left()
    finally:
        analyst.leave()
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
