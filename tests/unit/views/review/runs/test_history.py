"""The history and the comparison as somebody uses them, over real runs of a small market."""

import shutil

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton

from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.warming import warm_engine
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.views.review.runs.compare import ComparePanel
from ml4t_desktop.views.review.runs.history import HistoryPanel
from ml4t_desktop.views.review.runs.history_model import NOTE, PIN, RETURN, RUN, TRADES, WORDS
from tests.unit.session.document.test_history import Desk

STOP = "strategy.exits.stop_loss"
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    warm_engine()
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


@pytest.fixture
def desk(qtbot, sample, tmp_path):
    """Somebody with three runs: the sample, a tighter stop, a tighter one still."""
    folder = tmp_path / "mine"
    shutil.copytree(sample.parent, folder)
    made = Desk(qtbot, tmp_path)
    made.open(folder / sample.name)
    made.run()
    made.run(strategy__exits__stop_loss=0.05)
    made.run(strategy__exits__stop_loss=0.02)
    yield made
    made.session.close()


@pytest.fixture
def panel(qtbot, desk):
    made = HistoryPanel(desk.session, LIGHT)
    qtbot.addWidget(made)
    made.resize(1000, 500)
    made.show()
    qtbot.waitUntil(lambda: not made.is_due, timeout=PATIENCE_MS)
    return made


def shown(panel) -> list[int]:
    """The numbers of the runs from top to bottom."""
    return [
        panel.rows.index(row, 0).data(Qt.ItemDataRole.UserRole)
        for row in range(panel.rows.rowCount())
    ]


def cell(panel, number, column):
    return panel.rows.index(shown(panel).index(number), column)


def text(panel, number, column):
    return cell(panel, number, column).data()


def click(panel, qtbot, number, column, *, twice=False):
    place = panel.table.visualRect(cell(panel, number, column)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    if twice:
        qtbot.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def settle(panel, desk):
    desk.wait()
    desk.qtbot.waitUntil(lambda: not panel.is_due, timeout=PATIENCE_MS)


def test_runs_stand_with_the_latest_first_and_what_was_changed(panel):
    assert shown(panel) == [3, 2, 1]
    assert "stop loss" in text(panel, 3, WORDS).lower()
    assert int(text(panel, 2, TRADES).replace(",", "")) > 0


def test_a_double_click_brings_a_run_and_its_request_back_and_undo_takes_that_back(
    panel, desk, qtbot
):
    click(panel, qtbot, 1, RUN, twice=True)
    settle(panel, desk)

    assert desk.history.shown == 1
    assert desk.session.request.draft.get(STOP) == 0.08
    assert desk.session.results.run.request.strategy.exits.stop_loss == 0.08
    desk.session.request.undo()

    assert desk.session.request.draft.get(STOP) == 0.02


def test_enter_on_a_run_does_the_same(panel, desk, qtbot):
    panel.choose(2)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    settle(panel, desk)

    assert desk.history.shown == 2
    assert desk.session.request.draft.get(STOP) == 0.05


def test_a_click_on_the_pin_pins_and_unpins(panel, desk, qtbot):
    click(panel, qtbot, 1, PIN)
    settle(panel, desk)
    assert desk.history.entry(1).is_pinned
    assert "1 pinned" in panel.findChild(QLabel, "history_count").text()

    click(panel, qtbot, 1, PIN)
    settle(panel, desk)

    assert not desk.history.entry(1).is_pinned


def test_the_button_pins_all_that_are_selected_and_undo_takes_each_back(panel, desk):
    panel.choose(1, 2)
    panel.pin_button.click()
    settle(panel, desk)
    assert [desk.history.entry(number).is_pinned for number in (1, 2, 3)] == [True, True, False]
    assert panel.chosen() == (2, 1)
    assert panel.pin_button.text() == "Unpin"

    desk.session.request.undo()
    desk.session.request.undo()
    settle(panel, desk)

    assert not any(desk.history.entry(number).is_pinned for number in (1, 2))


def test_a_note_is_written_in_its_cell_and_kept(panel, desk, qtbot):
    click(panel, qtbot, 2, NOTE, twice=True)
    editor = panel.table.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "looks good")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.history.entry(2).note != "", timeout=PATIENCE_MS)
    settle(panel, desk)

    assert desk.history.entry(2).note == "looks good"
    assert text(panel, 2, NOTE) == "looks good"
    desk.session.request.undo()
    assert desk.history.entry(2).note == ""


def test_f2_writes_a_name_where_the_words_stand(panel, desk, qtbot):
    panel.table.setCurrentIndex(cell(panel, 3, WORDS))
    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "the tight one")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.history.entry(3).name != "", timeout=PATIENCE_MS)
    settle(panel, desk)

    assert "the tight one" in text(panel, 3, WORDS)


def test_columns_are_sorted_by_their_values(panel, desk, qtbot):
    panel.table.sortByColumn(RETURN, Qt.SortOrder.DescendingOrder)
    best = shown(panel)
    panel.table.sortByColumn(RETURN, Qt.SortOrder.AscendingOrder)

    returns = [desk.history.entry(number).statistics["total_return"] for number in best]
    assert returns == sorted(returns, reverse=True)
    assert shown(panel) == best[::-1]


def test_runs_are_found_by_their_words(panel, desk, qtbot):
    panel.filter.setText("stop loss")

    assert set(shown(panel)) <= {2, 3}
    assert "of 3 runs" in panel.findChild(QLabel, "history_count").text()
    panel.filter.clear()
    assert shown(panel) == [3, 2, 1]


def test_deleted_runs_come_back_with_undo_and_can_be_shown(panel, desk, qtbot):
    panel.choose(1, 2)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    settle(panel, desk)
    assert shown(panel) == [3]

    desk.session.request.undo()
    settle(panel, desk)
    assert shown(panel) == [3, 2, 1]
    click(panel, qtbot, 1, RUN, twice=True)
    settle(panel, desk)

    assert desk.history.shown == 1


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # the offscreen platform, of menus
def test_the_menu_of_a_run_offers_what_the_buttons_do(panel, qtbot):
    panel.choose(1)
    panel._on_menu(QPoint(5, 5))
    menu = QApplication.activePopupWidget()

    titles = [action.text() for action in menu.actions()]
    assert titles == ["Restore", "Compare", "Pin", "Delete"]
    assert [action.isEnabled() for action in menu.actions()] == [True, False, True, True]
    menu.close()


@pytest.fixture
def compared(qtbot, desk, panel):
    """Runs 1 and 3 beside each other."""
    made = ComparePanel(desk.session, LIGHT)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    panel.choose(1, 3)
    with qtbot.waitSignal(panel.command_asked) as asked:
        panel.compare_button.click()
    assert asked.args == ["view.compare"]
    settle(panel, desk)
    qtbot.waitUntil(lambda: not made.is_due, timeout=PATIENCE_MS)
    return made


def test_chosen_runs_stand_beside_each_other_with_what_was_asked_otherwise(compared):
    assert "Run 3 against run 1" in compared.notes()
    assert "stop loss" in compared.notes().lower()
    assert compared.choice.currentText() == "Run 1"
    assert compared.table.text_of("total_return", 1)


def test_only_what_differs_is_shown_until_all_is_asked_for(compared):
    few = compared.table.text_of("initial_capital", 1)
    compared.findChild(QCheckBox, "compare_only_different").setChecked(False)

    assert few == ""
    assert compared.table.text_of("initial_capital", 1) != ""


def test_another_run_is_what_the_others_are_compared_with(compared, desk, qtbot):
    place = compared.choice.findData(3)
    compared.choice.setCurrentIndex(place)
    compared.choice.activated.emit(place)
    desk.wait()
    qtbot.waitUntil(lambda: not compared.is_due, timeout=PATIENCE_MS)

    assert "Run 1 against run 3" in compared.notes()


def test_the_trade_in_which_they_part_is_opened_in_either_run(compared, desk, qtbot):
    button = next(
        item for item in compared.findChildren(QPushButton) if item.objectName() == "compare.open.1"
    )
    with qtbot.waitSignal(compared.command_asked, timeout=PATIENCE_MS) as asked:
        button.click()
    desk.wait()

    assert asked.args == ["view.trades"]
    assert desk.history.shown == 1
    assert desk.session.results.trade_id is not None


def test_a_compared_run_that_is_deleted_leaves_the_comparison(compared, panel, desk, qtbot):
    panel.choose(3)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    settle(panel, desk)

    assert 3 not in desk.session.comparison.chosen


def made_of(desk, qtbot):
    """How the number that was asked about is made."""
    making = desk.session.making
    qtbot.waitUntil(lambda: making.making is not None, timeout=PATIENCE_MS)
    return making.making.made


def test_a_statistic_of_a_compared_run_tells_how_it_is_made_in_that_run(compared, desk, qtbot):
    found = desk.session.comparison.comparison
    row = next(row for row in found.rows if row.definition.name == "trades_pnl")
    item = compared.table.item_of("trades_pnl")
    compared.table.setCurrentItem(item, 1)
    assert compared.ask_current()
    first = made_of(desk, qtbot)
    assert (first.of, first.value) == ("Run 1", pytest.approx(row.values[0]))
    assert first.part.count > 0
    assert first.part.trade_ids is None  # they are not those of the run on screen

    compared.table.setCurrentItem(item, 2)
    qtbot.keyClick(compared.table, Qt.Key.Key_Return)
    third = made_of(desk, qtbot)
    assert (third.of, third.value) == ("Run 3", pytest.approx(row.values[1]))
    assert third.part.trade_ids is not None

    compared.table.setCurrentItem(item, 3)
    qtbot.keyClick(compared.table, Qt.Key.Key_Return)
    difference = made_of(desk, qtbot)
    assert difference.of == "Run 3 against Run 1"
    assert difference.value == pytest.approx(row.differences[1])
    desk.session.making.close()


def test_a_statistic_of_the_history_tells_how_it_is_made_in_its_run(panel, desk, qtbot):
    click(panel, qtbot, 2, RETURN)
    made = made_of(desk, qtbot)
    entry = desk.session.history.entry(2)
    assert (made.name, made.of) == ("total_return", "Run 2")
    assert made.value == pytest.approx(entry.statistics["total_return"])

    click(panel, qtbot, 2, RUN)
    assert not panel.ask_current()
    desk.session.making.close()
