"""The overview panel."""

from dataclasses import replace

import numpy as np
import pytest

from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.market.market import BenchmarkLine
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.review.overview.panel import OverviewPanel


@pytest.fixture
def results(qapp) -> ResultStore:
    return ResultStore()


@pytest.fixture
def reviews(results, immediate_jobs) -> ReviewStore:
    return ReviewStore(immediate_jobs, results)


@pytest.fixture
def panel(qtbot, results, reviews) -> OverviewPanel:
    panel = OverviewPanel(results, reviews, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(1400, 800)
    panel.show()
    return panel


def tiles(panel: OverviewPanel) -> dict[str, tuple[str, str]]:
    return {
        tile.objectName().removeprefix("tile_"): (tile.text, tile.toolTip())
        for tile in panel.tiles.tiles
    }


def test_before_any_run_the_next_step_is_told(panel):
    assert panel.empty.isVisible()
    assert "start the run" in panel.empty.text


def test_the_headline_statistics_are_tiles_with_their_formulas(panel, results, run):
    results.show_run(run)
    shown = tiles(panel)
    assert set(shown) == {definition.name for definition in DEFINITIONS if definition.headline}
    assert shown["final_value"][0].replace(",", "") == f"{run.metrics.final_value:.2f}"
    assert shown["total_return"][0] == f"{run.metrics.total_return * 100:.2f} %"
    formulas = {definition.name: definition.formula for definition in DEFINITIONS}
    assert formulas["sharpe"] in shown["sharpe"][1]


def test_an_undefined_statistic_is_not_available_and_says_why(panel, results, run_without_trades):
    results.show_run(run_without_trades)
    panel.complete()
    text, tip = tiles(panel)["profit_factor"]
    assert text == "n/a"
    assert run_without_trades.metrics.undefined["profit_factor"] in tip
    assert panel.statistics.text_of("profit_factor") == "n/a"


def test_every_statistic_is_in_the_table(panel, results, run):
    results.show_run(run)
    panel.complete()
    assert panel.statistics.text_of("num_trades") == str(run.metrics.num_trades)
    assert panel.statistics.text_of("beta") == "…"
    for definition in DEFINITIONS:
        assert panel.statistics.text_of(definition.name)


def test_equity_and_drawdown_share_their_time_axis(panel, results, run):
    results.show_run(run)
    chart = panel.chart
    assert chart.count == run.market.time_count
    chart.show_range(50, 100)
    assert [pane.plot.getViewBox().viewRange()[0] for pane in chart.panes] == [[49.5, 100.5]] * 2
    equity = run.result.equity["equity"].to_numpy()
    assert f"{equity[70]:.2f}" in chart.legend_html(chart.panes[0], 70).replace(",", "")
    below = equity[70] / max(equity[:71].max(), run.result.initial_capital) - 1
    assert f"{below * 100:.2f} %" in chart.legend_html(chart.panes[1], 70)


def test_the_value_axis_of_equity_follows_what_is_in_view(panel, results, run):
    results.show_run(run)
    panel.chart.show_range(50, 100)
    box = panel.chart.panes[0].plot.getViewBox()
    box.updateAutoRange()
    low, high = box.viewRange()[1]
    part = run.result.equity["equity"].to_numpy()[50:101]
    assert low <= part.min() < part.max() <= high
    assert high - low < 1.3 * np.ptp(part)


def test_a_new_run_over_the_same_times_keeps_the_part_in_view(panel, results, run, run_again):
    results.show_run(run)
    panel.chart.show_range(50, 100)
    results.show_run(run_again)
    assert panel.chart.visible_range() == pytest.approx((49.5, 100.5))


def test_tiles_fold_into_rows_when_the_panel_is_narrow(panel, results, run, qtbot):
    results.show_run(run)
    panel.resize(700, 800)
    qtbot.waitUntil(lambda: len({tile.y() for tile in panel.tiles.tiles}) > 1)
    assert len({tile.x() for tile in panel.tiles.tiles}) < len(panel.tiles.tiles)


def test_the_panel_is_recoloured_and_cleared(panel, results, run):
    results.show_run(run)
    panel.apply_theme(DARK)
    assert panel.chart.backgroundBrush().color().name() == DARK.surface
    results.show_run(None)
    assert panel.empty.isVisible()


def test_differences_stand_beside_tiles_and_statistics_while_runs_are_compared(
    panel, results, run, run_without_trades
):
    results.show_run(run)
    assert all(not tile.change for tile in panel.tiles.tiles)
    assert panel.statistics.isColumnHidden(2)

    results.compare_with(run)
    results.show_rerun(run_without_trades)
    changes = {tile.objectName(): tile.change for tile in panel.tiles.tiles}
    assert changes["tile_num_trades"] == f"-{run.metrics.num_trades}"
    assert changes["tile_final_value"] == "unchanged"
    assert panel.statistics.text_of("num_trades", "Change") == f"-{run.metrics.num_trades}"
    assert not panel.statistics.isColumnHidden(2)
    assert "Before" in panel.chart.legend_html(panel.chart.panes[0], 20)

    results.compare_with(None)
    assert all(not tile.change for tile in panel.tiles.tiles)
    assert panel.statistics.isColumnHidden(2)
    assert "Before" not in panel.chart.legend_html(panel.chart.panes[0], 20)


def test_the_benchmark_is_drawn_beside_the_equity_and_stays_while_runs_change(
    panel, results, run, run_again, qtbot
):
    results.show_run(run)
    qtbot.waitUntil(lambda: "Market" in panel.chart.legend_html(panel.chart.panes[0], 20))
    shown = panel.statistics.text_of("total_return", "Benchmark")
    results.show_rerun(run_again)

    assert "Market" in panel.chart.legend_html(panel.chart.panes[0], 20)
    assert panel.statistics.text_of("total_return", "Benchmark") == shown
    assert panel.statistics.text_of("beta") == "…"
    qtbot.waitUntil(lambda: panel.statistics.text_of("beta") != "…")


def test_the_worst_drawdowns_are_listed_and_shown(panel, results, run):
    from ml4t_desktop.analysis.account.drawdowns import worst_drawdowns
    from ml4t_desktop.views.review.curves import times_of

    results.show_run(run)
    equity = run.result.equity["equity"].to_numpy()
    times = times_of(run)
    worst = worst_drawdowns(times, equity, run.result.initial_capital, 10)
    panel.chart_bar.fill_menu()
    listed = [action for action in panel.chart_bar.menu.actions() if ". " in action.text()]
    assert len(listed) == len(worst)
    listed[0].trigger()

    left, right = panel.chart.visible_range()
    start = int(np.searchsorted(times, worst[0].start))
    assert left <= start <= right
    assert f"{worst[0].depth * 100:.2f} %" in panel.chart_bar.told.text()
    panel.chart_bar.whole_button.click()
    assert panel.chart.visible_range()[0] <= 0
    assert panel.chart_bar.told.text() == ""


def test_a_click_on_a_drawdown_shows_it_and_a_second_one_the_whole(panel, results, run):
    results.show_run(run)
    panel.chart.band_clicked.emit(0)
    assert panel.chart_bar.told.text().startswith("Drawdown 1")
    panel.chart.band_clicked.emit(0)
    assert panel.chart_bar.told.text() == ""


def test_equity_can_be_seen_on_a_log_scale(panel, results, run):
    results.show_run(run)
    panel.chart_bar.log_button.click()
    assert panel.chart.is_log
    panel.chart_bar.log_button.click()
    assert not panel.chart.is_log


def test_few_trades_are_said_to_be_few(panel, results, run, run_without_trades):
    results.show_run(run)
    assert not panel.few.isVisible()
    results.show_run(run_without_trades)
    assert panel.few.isVisible()


def test_a_file_is_asked_for_at_the_end_of_the_list_of_benchmarks(
    qtbot, panel, results, reviews, run
):
    results.show_run(run)
    qtbot.waitUntil(lambda: reviews.review is not None)
    panel.draw()
    names, asked = panel.benchmark.names, []
    panel.command_asked.connect(asked.append)
    names.activated.emit(names.count() - 1)
    assert asked == ["file.add_benchmark"]
    assert names.currentText() == "Market, equal weights"


def test_a_run_is_measured_against_the_file_of_its_market_by_its_name(
    qtbot, panel, results, reviews, run
):
    worth = BenchmarkLine("my index", np.linspace(100.0, 121.0, run.market.time_count))
    results.show_run(replace(run, market=replace(run.market, benchmark=worth)))
    reviews.choose_benchmark("file")
    qtbot.waitUntil(lambda: reviews.review is not None and reviews.review.benchmark_name == "file")
    panel.draw()
    assert panel.benchmark.names.currentText() == "my index"
    assert panel.statistics.text_of("total_return", "Benchmark") == "21.00 %"


def test_statistics_have_room_when_letters_grow_while_they_are_shown(panel, results, run, qtbot):
    results.show_run(run)
    panel.complete()
    table = panel.statistics
    font = table.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)

    table.setFont(font)

    value = table.fontMetrics().horizontalAdvance(table.text_of("final_value"))
    assert table.columnWidth(1) > value
