"""The panels of months, distributions, excursions, rolling statistics and drawdowns."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QPointF, Qt

from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore, Subset
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.review.study.distribution import DistributionPanel
from ml4t_desktop.views.review.study.drawdowns import DrawdownsPanel
from ml4t_desktop.views.review.study.excursions import ExcursionsPanel
from ml4t_desktop.views.review.study.months import MonthsPanel
from ml4t_desktop.views.review.study.rolling import RollingPanel
from ml4t_desktop.views.review.subset_strip import SubsetStrip


class Request:
    """Notes what is put into a request."""

    def __init__(self) -> None:
        self.edits: dict[str, object] = {}

    def edit(self, key: str, value: object) -> None:
        self.edits[key] = value


@pytest.fixture
def desk(qtbot, immediate_jobs):
    results = ResultStore()
    return SimpleNamespace(
        results=results, studies=StudyStore(immediate_jobs, results), request=Request()
    )


def shown(qtbot, desk, kind, run):
    if kind is ExcursionsPanel:
        panel = kind(desk.results, desk.studies, desk.request, LIGHT)
    else:
        panel = kind(desk.results, desk.studies, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(1000, 700)
    panel.show()
    desk.results.show_run(run)
    qtbot.waitUntil(lambda: desk.studies.study is not None and not panel.is_due)
    return panel


ALL = [DistributionPanel, DrawdownsPanel, ExcursionsPanel, MonthsPanel, RollingPanel]


@pytest.mark.parametrize("kind", ALL)
def test_every_panel_says_what_it_will_show_and_is_drawn_in_both_themes(qtbot, desk, kind, run):
    panel = (
        kind(desk.results, desk.studies, desk.request, LIGHT)
        if kind is ExcursionsPanel
        else kind(desk.results, desk.studies, LIGHT)
    )
    qtbot.addWidget(panel)
    panel.show()
    assert "Start a run" in panel.empty.text
    desk.results.show_run(run)
    qtbot.waitUntil(lambda: desk.studies.study is not None)
    assert not panel.empty.isVisible()
    panel.apply_theme(DARK)
    assert not panel.grab().isNull()
    desk.results.show_run(None)
    assert panel.empty.isVisible()


@pytest.mark.parametrize("kind", [DistributionPanel, ExcursionsPanel, MonthsPanel])
def test_a_run_without_trades_says_what_to_change(qtbot, desk, kind, run_without_trades):
    panel = (
        kind(desk.results, desk.studies, desk.request, LIGHT)
        if kind is ExcursionsPanel
        else kind(desk.results, desk.studies, LIGHT)
    )
    qtbot.addWidget(panel)
    panel.show()
    desk.results.show_run(run_without_trades)
    assert "Loosen" in panel.empty.text


def test_bars_of_the_histogram_choose_their_trades_and_the_part_stands_in_front(qtbot, desk, run):
    panel = shown(qtbot, desk, DistributionPanel, run)
    study = desk.studies.study
    place = int(np.argmax(study.returns.counts))
    panel.trades.pick(place, place)
    subset = desk.results.subset
    assert subset.trade_ids.size == study.returns.counts[place]
    assert subset.name.startswith("Returned")
    assert panel.trades.front.sum() == subset.trade_ids.size
    assert panel.trades.front[place] == study.returns.counts[place]
    assert panel.holding.front.sum() == subset.trade_ids.size


def test_a_drag_over_bars_chooses_all_of_them(qtbot, desk, run):
    panel = shown(qtbot, desk, DistributionPanel, run)
    chart, study = panel.holding, desk.studies.study
    edges = study.holding.edges
    middle = chart.frame().center().y()

    def at(x: float):
        return QPointF(chart.place(x, 0).x(), middle).toPoint()

    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=at(edges[0] + 0.1))
    qtbot.mouseMove(chart, at(edges[-1] - 0.1))
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=at(edges[-1] - 0.1))
    assert desk.results.subset.trade_ids.size == study.trade_id.size


def test_a_month_shows_the_trades_closed_in_it_everywhere(qtbot, desk, run):
    panel = shown(qtbot, desk, MonthsPanel, run)
    closed = run.result.trades.filter(status="closed")
    first = closed["exit_time"][0]
    row, column = 0, first.month - 1
    panel.heatmap.pick(row, column)
    expected = closed.filter(
        (pl.col("exit_time").dt.year() == first.year)
        & (pl.col("exit_time").dt.month() == first.month)
    )
    assert desk.results.subset.trade_ids.tolist() == sorted(expected["trade_id"])
    assert str(first.year) in desk.results.subset.name
    panel.heatmap.pick(row, 12)
    year = closed.filter(pl.col("exit_time").dt.year() == first.year)
    assert desk.results.subset.trade_ids.size == year.height


def test_months_are_measured_by_what_is_chosen(qtbot, desk, run):
    panel = shown(qtbot, desk, MonthsPanel, run)
    panel.measure.setCurrentIndex(panel.measure.findData("trades"))
    closed = run.result.trades.filter(status="closed")
    assert np.nansum(panel.heatmap.values[:, :12]) == closed.height


def test_weekdays_choose_the_trades_entered_on_them(qtbot, desk, run):
    panel = shown(qtbot, desk, MonthsPanel, run)
    panel.weekdays.pick(0, 0)
    name = panel.weekdays.labels[0]
    chosen = run.result.trades.filter(
        pl.col("trade_id").is_in(desk.results.subset.trade_ids.tolist())
    )
    assert set(chosen["entry_time"].dt.strftime("%A")) == {name}


def test_the_lines_of_the_scatter_are_stop_and_target_and_tell_what_they_would_do(qtbot, desk, run):
    panel = shown(qtbot, desk, ExcursionsPanel, run)
    panel.stop_on.setChecked(True)
    panel.stop.setValue(2.0)
    assert panel.worst.line == pytest.approx(-0.02)
    assert "stopped" in panel.told.text()
    panel.worst.line_dragged.emit(-0.05)
    assert panel.levels == (pytest.approx(0.05), None)
    panel.target_on.setChecked(True)
    panel.best.line_dragged.emit(0.04)
    assert panel.levels[1] == pytest.approx(0.04)


def test_the_levels_are_put_into_the_request_and_run(qtbot, desk, run):
    panel = shown(qtbot, desk, ExcursionsPanel, run)
    panel.stop_on.setChecked(True)
    panel.stop.setValue(3.0)
    with qtbot.waitSignal(panel.command_asked) as caught:
        panel.run_button.click()
    assert caught.args == ["run.start"]
    assert desk.request.edits["strategy.exits.stop_loss"] == pytest.approx(0.03)
    assert desk.request.edits["strategy.exits.take_profit"] is None


def test_a_rectangle_over_points_chooses_their_trades_and_a_click_one(qtbot, desk, run):
    panel = shown(qtbot, desk, ExcursionsPanel, run)
    study = desk.studies.study
    panel.worst.brushed.emit(study.excursions.percent > 0)
    winners = study.excursions.trade_id[study.excursions.percent > 0]
    assert desk.results.subset.trade_ids.tolist() == sorted(winners)
    panel.best.point_clicked.emit(3)
    assert desk.results.trade_id == study.excursions.trade_id[3]


def test_a_part_of_the_time_of_the_rolling_lines_chooses_the_trades_entered_in_it(qtbot, desk, run):
    panel = shown(qtbot, desk, RollingPanel, run)
    panel.chart.brushed.emit(10, 40)
    times = panel.chart.calendar.times
    entries = run.result.trades["entry_time"].to_physical().to_numpy()
    expected = np.count_nonzero((entries >= times[10]) & (entries < times[41]))
    assert desk.results.subset.trade_ids.size == expected > 0


def test_the_worst_drawdowns_are_listed_and_the_chosen_one_is_shown(qtbot, desk, run):
    panel = shown(qtbot, desk, DrawdownsPanel, run)
    frame = panel.table.frame_model.frame
    depths = frame["depth"].to_list()
    assert depths == sorted(depths)
    assert frame.height == 10
    assert depths[0] == pytest.approx(run.metrics.max_drawdown)
    panel.table.selectRow(0)
    band = panel._bands[0]
    left, right = panel.chart.visible_range()
    assert left <= band.first
    assert right >= band.last
    panel.trades_button.click()
    assert "drawdown 1" in desk.results.subset.name
    assert desk.results.subset.trade_ids.size == frame["trades"][0]


def test_the_strip_names_the_part_and_sets_it_beside_all(qtbot, desk, run):
    strip = SubsetStrip(desk.results, desk.studies, LIGHT)
    qtbot.addWidget(strip)
    desk.results.show_run(run)
    assert not strip.isVisible()
    desk.results.show_subset(Subset("Three of them", np.array([2, 5, 9])))
    assert strip.isVisible()
    assert strip.name.text() == "Three of them (3 trades)"
    qtbot.waitUntil(lambda: "P&amp;L" in strip.statistics.text())
    pnl = run.result.trades.filter(pl.col("trade_id").is_in([2, 5, 9]))["pnl"].sum()
    assert f"{pnl:.2f}" in strip.statistics.text()
    strip.clear_button.click()
    assert desk.results.subset is None
    assert not strip.isVisible()
