"""The price chart panel."""

import pytest
from PySide6.QtCore import Qt

from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.review.price.panel import PriceChartPanel


@pytest.fixture
def results(qapp) -> ResultStore:
    return ResultStore()


@pytest.fixture
def panel(qtbot, results) -> PriceChartPanel:
    panel = PriceChartPanel(results, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(1200, 700)
    panel.show()
    return panel


def trade_of(run, symbol: str, number: int) -> int:
    return run.result.trades.filter(symbol=symbol)["trade_id"][number]


def test_before_any_run_the_next_step_is_told(panel):
    assert panel.empty.isVisible()
    assert "Start a run" in panel.empty.text


def test_all_symbols_can_be_chosen_and_those_with_trades_come_first(panel, results, run):
    results.show_run(run)
    texts = [panel.bar.symbols.itemText(place) for place in range(panel.bar.symbols.count())]
    assert texts == ["AAA   15 trades", "BBB   15 trades", "CCC   15 trades", "ZZZ"]
    assert panel.symbol == "AAA"
    assert panel.chart.trade_count == 15


def test_choosing_a_symbol_shows_its_bars_and_trades(panel, results, run):
    results.show_run(run)
    panel.bar.symbols.setCurrentIndex(3)
    assert panel.chart.bars.symbol == "ZZZ"
    assert panel.chart.trade_count == 0
    assert not panel.bar.next_button.isEnabled()


def test_a_chosen_trade_brings_its_asset_and_its_bars_into_view(qtbot, panel, results, run, market):
    results.show_run(run)
    results.select_trade(trade_of(run, "BBB", 3))
    qtbot.waitUntil(lambda: not panel.is_due)
    assert panel.symbol == "BBB"
    assert panel.chart.chosen_trade == results.trade_id
    left, right = panel.chart.visible_range()
    assert left < 72  # the fourth entry is at bar 12 + 3 * 20
    assert right > 80  # and its exit eight bars later
    assert right - left < 80


def test_a_click_on_a_mark_chooses_the_trade_and_leaves_the_view_alone(panel, results, run):
    results.show_run(run)
    panel.chart.show_range(20, 200)
    before = panel.chart.visible_range()
    panel.chart.trade_clicked.emit(trade_of(run, "AAA", 4))
    assert results.trade_id == trade_of(run, "AAA", 4)
    assert panel.chart.chosen_trade == results.trade_id
    assert panel.chart.visible_range() == before


def test_next_and_previous_go_through_the_trades_of_the_asset(panel, results, run, qtbot):
    results.show_run(run)
    results.select_trade(trade_of(run, "CCC", 5))
    qtbot.mouseClick(panel.bar.next_button, Qt.MouseButton.LeftButton)
    assert results.trade_id == trade_of(run, "CCC", 6)
    qtbot.mouseClick(panel.bar.previous_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.bar.previous_button, Qt.MouseButton.LeftButton)
    assert results.trade_id == trade_of(run, "CCC", 4)


def test_signals_are_shown_first_and_context_when_asked_for(panel, results, run):
    results.show_run(run)
    assert [series.name for series in panel.chart.series_panes] == [
        "signal.ml_pred_5d",
        "signal.confidence",
    ]
    actions = {action.data(): action for action in panel.bar.panes_menu.actions()}
    actions["context.regime"].trigger()
    actions["signal.confidence"].trigger()
    assert [series.name for series in panel.chart.series_panes] == [
        "signal.ml_pred_5d",
        "context.regime",
    ]


def test_the_buttons_show_the_whole_history_and_the_trade_again(panel, results, run, qtbot):
    results.show_run(run)
    assert not panel.bar.trade_button.isEnabled()
    results.select_trade(trade_of(run, "AAA", 2))
    near = panel.chart.visible_range()
    qtbot.mouseClick(panel.bar.all_button, Qt.MouseButton.LeftButton)
    left, right = panel.chart.visible_range()
    assert left <= 0
    assert right >= 299
    qtbot.mouseClick(panel.bar.trade_button, Qt.MouseButton.LeftButton)
    assert panel.chart.visible_range() == pytest.approx(near)


def test_a_new_run_keeps_the_symbol_and_the_part_in_view(panel, results, run, run_again):
    results.show_run(run)
    panel.bar.symbols.setCurrentIndex(1)
    panel.chart.show_range(40, 90)
    results.show_run(run_again)
    assert panel.symbol == "BBB"
    assert panel.chart.visible_range() == pytest.approx((39.5, 90.5))


def test_the_panel_is_recoloured_and_cleared(panel, results, run):
    results.show_run(run)
    panel.apply_theme(DARK)
    assert panel.chart.backgroundBrush().color().name() == DARK.surface
    results.show_run(None)
    assert panel.empty.isVisible()


def test_a_hidden_chart_only_makes_its_panes_and_draws_when_it_is_seen(panel, results, run, qtbot):
    panel.hide()
    results.show_run(run)
    results.select_trade(trade_of(run, "BBB", 3))
    qtbot.waitUntil(lambda: len(panel.chart.series_panes) == 2)
    assert panel.chart.bars is None
    panel.show()
    qtbot.waitUntil(lambda: panel.symbol == "BBB")
    assert panel.chart.chosen_trade == results.trade_id
    left, right = panel.chart.visible_range()
    assert left < 72
    assert 80 < right < 150
