"""The trades panel."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ml4t_desktop.session.runs.results import ResultStore, Subset
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.tables.grouped_header import GroupedHeader
from ml4t_desktop.views.review.trades.panel import TradesPanel


@pytest.fixture
def results(qapp) -> ResultStore:
    return ResultStore()


@pytest.fixture
def panel(qtbot, results) -> TradesPanel:
    panel = TradesPanel(results, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(1200, 700)
    panel.show()
    return panel


def column(panel: TradesPanel, name: str) -> int:
    return [item.name for item in panel.table.trade_model.columns].index(name)


def chosen(panel: TradesPanel) -> list[int]:
    rows = panel.table.selectionModel().selectedRows()
    return [panel.table.trade_model.value(row.row(), column(panel, "trade_id")) for row in rows]


def click_header(panel: TradesPanel, qtbot, name: str) -> None:
    header = panel.table.horizontalHeader()
    section = column(panel, name)
    panel.table.scrollTo(panel.table.trade_model.index(0, section))
    x = header.sectionViewportPosition(section) + 8
    middle = header.viewport().rect().bottomLeft() + type(header.viewport().rect().bottomLeft())(
        x, -6
    )
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)


def test_before_any_run_the_next_step_is_told(panel):
    assert panel.empty.isVisible()
    assert "start the run" in panel.empty.text


def test_a_run_without_trades_says_what_to_change(panel, results, run_without_trades):
    results.show_run(run_without_trades)
    assert panel.empty.isVisible()
    assert "no trades" in panel.empty.text


def test_every_column_of_the_trades_is_shown_with_signals_and_context_in_groups(
    panel, results, run
):
    results.show_run(run)
    assert not panel.empty.isVisible()
    shown = panel.table.trade_model.columns
    without_notes = {"entry_note", "exit_note"}  # there are none
    assert {item.name for item in shown} == set(run.result.trades.columns) - without_notes
    groups = {item.name: (item.group, item.header) for item in shown}
    assert groups["entry_signal__ml_pred_5d"] == ("Signals at entry", "ml_pred_5d")
    assert groups["exit_context__regime"] == ("Context at exit", "regime")
    header = panel.table.horizontalHeader()
    assert isinstance(header, GroupedHeader)
    titles = [title for title, _left, _width in header.groups()]
    assert titles == [
        "Trade", "Result", "Fills", "Signals at entry", "Signals at exit", "Context at entry", "Context at exit",
        "Excursion and costs", "Details",
    ]  # fmt: skip


def test_a_click_on_a_header_sorts_by_number(panel, results, run, qtbot):
    results.show_run(run)
    click_header(panel, qtbot, "pnl")
    order = panel.table.trade_model.order
    assert np.all(np.diff(run.result.trades["pnl"].to_numpy()[order]) >= 0)
    click_header(panel, qtbot, "pnl")
    order = panel.table.trade_model.order
    assert np.all(np.diff(run.result.trades["pnl"].to_numpy()[order]) <= 0)


def test_choosing_a_row_chooses_the_trade(panel, results, run, qtbot):
    results.show_run(run)
    with qtbot.waitSignal(results.trade_selected) as caught:
        panel.table.selectRow(4)
    assert caught.args == [5]


def test_choosing_a_trade_elsewhere_chooses_its_row_and_shows_its_card(panel, results, run):
    results.show_run(run)
    results.select_trade(17)
    assert chosen(panel) == [17]
    assert "trade 17" in panel.card.html
    results.select_trade(None)
    assert chosen(panel) == []
    assert "Choose a trade" in panel.card.html


def test_the_chosen_trade_stays_through_sorting_and_filtering(panel, results, run, qtbot):
    results.show_run(run)
    results.select_trade(17)
    symbol = run.result.trades.row(16, named=True)["symbol"]
    click_header(panel, qtbot, "pnl")
    assert chosen(panel) == [17]
    assert results.trade_id == 17
    panel.bar.search.setText("nothing like it")
    assert results.trade_id == 17
    panel.bar.search.setText(symbol)
    assert chosen(panel) == [17]


def test_the_filter_shows_matching_trades_and_their_totals(panel, results, run):
    results.show_run(run)
    panel.bar.search.setText("bbb")
    mine = run.result.trades.filter(symbol="BBB")
    assert panel.table.trade_model.rowCount() == mine.height
    assert f"{mine.height} of {run.result.trades.height}" in panel.bar.totals.text()
    assert f"{mine['pnl'].sum():.2f}" in panel.bar.totals.text().replace(",", "")


def test_a_new_run_keeps_sorting_and_filter_and_drops_the_choice(
    panel, results, run, run_again, qtbot
):
    results.show_run(run)
    click_header(panel, qtbot, "pnl")
    panel.bar.search.setText("bbb")
    before = panel.table.trade_model.order.tolist()
    results.select_trade(2)
    results.show_run(run_again)
    assert panel.table.trade_model.order.tolist() == before
    assert chosen(panel) == []
    assert "Choose a trade" in panel.card.html


def test_selected_rows_are_copied_as_tab_separated_text(panel, results, run, qtbot):
    results.show_run(run)
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, line = QGuiApplication.clipboard().text().split("\n")
    fields = dict(zip(head.split("\t"), line.split("\t"), strict=True))
    trade = run.result.trades.row(0, named=True)
    assert fields["trade_id"] == "1"
    assert float(fields["pnl"]) == trade["pnl"]
    assert float(fields["entry_signal__ml_pred_5d"]) == trade["entry_signal__ml_pred_5d"]


def test_the_card_tells_signals_and_context_at_entry_and_at_exit(panel, results, run):
    results.show_run(run)
    results.select_trade(17)
    trade = run.result.trades.row(16, named=True)
    for name in ("entry_signal__ml_pred_5d", "exit_signal__ml_pred_5d"):
        assert f"{trade[name]:.4f}".rstrip("0") in panel.card.html
    assert trade["entry_context__regime"] in panel.card.html
    assert f"{trade['entry_decision_time']:%Y-%m-%d}" in panel.card.html


def test_the_card_of_an_open_trade_says_so(panel, results, run):
    results.show_run(run)
    results.select_trade(run.result.trades.filter(status="open")["trade_id"][0])
    assert "still open" in panel.card.html


def test_the_panel_is_recoloured(panel, results, run):
    results.show_run(run)
    results.select_trade(1)
    panel.apply_theme(DARK)
    assert DARK.loss in panel.card.html or DARK.gain in panel.card.html


def test_clearing_the_run_brings_the_empty_state_back(panel, results, run):
    results.show_run(run)
    results.show_run(None)
    assert panel.empty.isVisible()
    assert panel.table.trade_model.rowCount() == 0


def test_a_panel_that_is_not_seen_draws_when_it_is(panel, results, run, qtbot):
    panel.hide()
    results.show_run(run)
    results.select_trade(17)
    assert panel.table.trade_model.rowCount() == 0
    panel.show()
    qtbot.waitUntil(lambda: panel.table.trade_model.rowCount() == run.result.trades.height)
    assert chosen(panel) == [17]
    assert "trade 17" in panel.card.html


def test_the_next_trade_is_that_of_the_next_row_as_sorted_and_filtered(panel, results, run, qtbot):
    results.show_run(run)
    click_header(panel, qtbot, "pnl")
    panel.bar.search.setText("bbb")
    trades = run.result.trades
    rows = panel.table.trade_model.order.tolist()
    panel.step(1)
    assert results.trade_id == trades["trade_id"][rows[0]]
    panel.step(1)
    assert results.trade_id == trades["trade_id"][rows[1]]
    panel.step(-1)
    panel.step(-1)  # there is none before the first
    assert results.trade_id == trades["trade_id"][rows[0]]


def test_the_result_of_a_trade_stands_before_its_prices(panel, results, run):
    results.show_run(run)
    names = [item.name for item in panel.table.trade_model.columns]
    assert names[:8] == [
        "symbol", "direction", "entry_time", "exit_time", "pnl", "pnl_percent", "bars_held", "exit_reason",
    ]  # fmt: skip


STOP_FIRST = "ambiguous bar: stop taken first; in the bar of the entry"  # of trade 17


def test_notes_have_a_column_only_where_there_are_some(panel, results, run, run_with_notes):
    results.show_run(run)
    assert "exit_note" not in {item.name for item in panel.table.trade_model.columns}
    results.show_run(run_with_notes)
    names = {item.name for item in panel.table.trade_model.columns}
    assert names & {"entry_note", "exit_note"} == {"exit_note"}


def test_the_card_tells_how_an_exit_was_filled_where_that_was_in_doubt(
    panel, results, run_with_notes
):
    results.show_run(run_with_notes)
    results.select_trade(17)
    for note in STOP_FIRST.split("; "):
        assert note in panel.card.html.lower()
    results.select_trade(16)
    assert "How it was filled" not in panel.card.html


def test_trades_are_found_by_their_notes(panel, results, run_with_notes):
    results.show_run(run_with_notes)
    panel.bar.search.setText("ambiguous")
    assert panel.table.trade_model.order.tolist() == [16]


def type_filter(panel: TradesPanel, name: str, text: str) -> None:
    panel.bar.fields_button.setChecked(True)
    panel.table.header.set_texts({**panel.table.header.texts(), name: text})


def test_every_column_can_be_filtered_by_what_is_typed_over_it(panel, results, run):
    results.show_run(run)
    trades = run.result.trades
    type_filter(panel, "pnl", "> 0")
    type_filter(panel, "symbol", "AAA | BBB")
    type_filter(panel, "entry_signal__confidence", "0.2 .. 0.8")
    expected = trades.filter(
        (trades["pnl"] > 0)
        & trades["symbol"].is_in(["AAA", "BBB"])
        & trades["entry_signal__confidence"].is_between(0.15, 0.85)
    )
    assert sorted(panel.table.trade_model.shown.tolist()) == (expected["trade_id"] - 1).to_list()
    panel.bar.fields_button.setChecked(False)  # fields that are hidden do not count
    assert panel.table.trade_model.rowCount() == trades.height


def test_a_filter_that_cannot_be_understood_is_marked_and_lets_everything_through(
    panel, results, run
):
    results.show_run(run)
    type_filter(panel, "pnl", "much")
    field = panel.table.header.findChild(type(panel.bar.search), "pnl")
    assert LIGHT.error in field.styleSheet()
    assert "> 5" in field.toolTip()
    assert panel.table.trade_model.rowCount() == run.result.trades.height
    type_filter(panel, "pnl", "> 0")
    assert field.styleSheet() == ""


def test_groups_show_subtotals_and_the_next_trade_goes_on_through_them(panel, results, run):
    results.show_run(run)
    panel.bar.choose_group("symbol")
    trades = run.result.trades
    model = panel.table.trade_model
    assert model.rowCount() == trades["symbol"].n_unique()
    pnl = column(panel, "pnl")
    assert model.value(0, pnl) == pytest.approx(trades.filter(symbol="AAA")["pnl"].sum())
    panel.step(1)
    first = trades.filter(symbol="AAA")["trade_id"][0]
    assert results.trade_id == first
    assert chosen(panel) == [first]  # its group was opened
    panel.bar.choose_group("")
    assert model.rowCount() == trades.height


def test_the_next_loser_and_the_next_winner_are_found_from_the_chosen_trade(panel, results, run):
    results.show_run(run)
    trades = run.result.trades
    panel.step(1, "loser")
    losers = trades.filter((trades["pnl"] < 0) & (trades["status"] == "closed"))["trade_id"]
    assert results.trade_id == losers[0]
    panel.step(1, "loser")
    assert results.trade_id == losers[1]
    panel.step(1, "winner")
    winners = trades.filter((trades["pnl"] > 0) & (trades["status"] == "closed"))["trade_id"]
    assert results.trade_id == winners.filter(winners > losers[1])[0]


def test_a_view_is_saved_with_columns_filters_groups_and_sorting_and_shown_again(
    panel, results, run
):
    results.show_run(run)
    panel.table.show_columns(("pnl", "symbol", "exit_reason"))
    type_filter(panel, "pnl", "> 0")
    panel.bar.choose_group("exit_reason")
    panel.table.header.setSortIndicator(column(panel, "pnl"), Qt.SortOrder.DescendingOrder)
    panel._save_view("Wins by reason")
    before = panel.table.trade_model.order.tolist()
    panel._on_view_chosen("All columns")
    assert panel.table.trade_model.rowCount() == run.result.trades.height
    assert len(panel.table.shown_columns()) == len(panel.table.trade_model.columns)
    panel._on_view_chosen("Wins by reason")
    assert panel.table.shown_columns() == ("pnl", "symbol", "exit_reason")
    assert panel.table.trade_model.order.tolist() == before


def test_what_is_shown_is_given_for_a_file_in_its_order(panel, results, run):
    results.show_run(run)
    panel.bar.search.setText("bbb")
    panel.table.show_columns(("pnl", "symbol"))
    panel.table.header.setSortIndicator(column(panel, "pnl"), Qt.SortOrder.AscendingOrder)
    frame, columns, rows = panel.shown()
    assert columns == ("pnl", "symbol")
    shown = frame.select(columns)[rows]
    assert shown["pnl"].to_list() == sorted(frame.filter(symbol="BBB")["pnl"])


def test_a_part_of_the_trades_that_is_looked_at_is_all_that_the_table_shows(panel, results, run):
    results.show_run(run)
    results.show_subset(Subset("three of them", np.array([2, 5, 9])))
    assert panel.table.trade_model.shown.tolist() == [1, 4, 8]
    results.show_subset(None)
    assert panel.table.trade_model.rowCount() == run.result.trades.height


def test_the_trades_of_the_table_can_be_looked_at_everywhere(panel, results, run):
    results.show_run(run)
    panel.bar.search.setText("bbb")
    panel.bar.everywhere_asked.emit()
    expected = run.result.trades.filter(symbol="BBB")["trade_id"]
    assert results.subset.trade_ids.tolist() == sorted(expected)


def test_the_row_under_the_mouse_is_told(panel, results, run, qtbot):
    results.show_run(run)
    with qtbot.waitSignal(results.trade_hovered) as caught:
        panel.table.trade_hovered.emit(3)
    assert caught.args == [3]


def test_columns_are_chosen_and_moved_in_a_list(panel, results, run):
    results.show_run(run)
    chooser = panel.chooser
    chooser.offer(panel.table.trade_model.columns, panel.table.shown_columns())
    chooser.none_button.click()
    for row in (0, 4):
        chooser.list.item(row).setCheckState(Qt.CheckState.Checked)
    assert panel.table.shown_columns() == chooser.names()
    assert len(chooser.names()) == 2


def test_columns_beyond_the_first_get_their_widths_in_a_turn_of_their_own(
    qtbot, panel, results, run
):
    results.show_run(run)
    last = len(panel.table.trade_model.columns) - 1
    usual = panel.table.horizontalHeader().defaultSectionSize()
    assert panel.table.columnWidth(column(panel, "symbol")) != usual
    assert panel.table.columnWidth(last) == usual
    qtbot.waitUntil(lambda: not panel.is_due)
    assert panel.table.columnWidth(last) != usual
