"""Live in the real window: what a change does is seen at once, beside the run before it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton


def tile(analyst, name: str):
    overview = analyst.window.panels["overview"]
    analyst.qtbot.waitUntil(overview.is_drawn)
    return next(item for item in overview.tiles.tiles if item.objectName() == f"tile_{name}")


def test_a_change_is_run_at_once_and_compared_with_the_run_before(analyst):
    analyst.open_sample()
    analyst.run()
    analyst.window.findChild(QToolButton, "run_live").click()
    first = tile(analyst, "final_value").text
    trade = analyst.session.results.run.result.trades.row(3, named=True)
    analyst.session.results.select_trade(trade["trade_id"])
    overview = analyst.window.panels["overview"]
    overview.chart.show_range(100, 200)

    analyst.type_number("account.initial_capital", 50_000)
    analyst.wait()

    run = analyst.session.results.run
    assert run.request.account.initial_capital == 50_000
    assert tile(analyst, "final_value").text != first
    assert tile(analyst, "final_value").change.startswith("-")
    assert "Before" in overview.chart.legend_html(overview.chart.panes[0], 150)
    assert overview.chart.visible_range() == (99.5, 200.5)
    assert "Initial capital: 100000 → 50000" in analyst.window.run_line.text
    chosen = run.result.trades.filter(
        run.result.trades["trade_id"] == analyst.session.results.trade_id
    ).row(0, named=True)
    assert chosen["symbol"] == trade["symbol"]
    assert chosen["entry_decision_time"] == trade["entry_decision_time"]

    analyst.window.desk.carry_out("edit.undo")
    analyst.wait()
    assert tile(analyst, "final_value").text == first
    assert tile(analyst, "final_value").change == "unchanged"

    analyst.window.run_line.end_button.click()
    assert tile(analyst, "final_value").change == ""
    assert not analyst.message


def test_with_live_off_the_change_since_is_named_and_one_click_runs_it(analyst):
    analyst.open_sample()
    analyst.run()
    first = tile(analyst, "final_value").text
    analyst.type_number("account.initial_capital", 50_000)

    line = analyst.window.run_line
    assert tile(analyst, "final_value").text == first
    assert line.text == ("The set-up has changed since this run: Initial capital: 100000 → 50000.")
    with analyst.qtbot.waitSignal(analyst.session.runs.ended, timeout=60_000):
        analyst.qtbot.mouseClick(line.run_button, Qt.MouseButton.LeftButton)
    assert tile(analyst, "final_value").text != first
    assert line.text == "This run is that of the set-up as it is now."
