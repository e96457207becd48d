import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.window.commands import COMMANDS, command, plain_title
from ml4t_desktop.views.setup.rules.rule_row import ROW_ACTIONS
from ml4t_desktop.views.shell.palette import Palette
from ml4t_desktop.views.shell.shortcut_sheet import ShortcutSheet
from tests.unit.app.fakes import window_of


@pytest.fixture
def window(qtbot, tmp_path):
    made = window_of(qtbot, tmp_path, executor=ImmediateExecutor())
    yield made
    made.close_unasked()


def opened(window) -> Palette:
    window.desk.carry_out("help.palette")
    return window.findChildren(Palette)[-1]


def test_every_command_is_in_the_palette_with_its_shortcut_and_why_it_cannot_be_given(window):
    known = {entry.id: entry for entry in window.palette_commands.entries()}

    assert {f"command:{item.id}" for item in COMMANDS} <= set(known)
    assert known["command:run.start"].why_not == "Data: No price file yet. Open or drop one"
    assert "F5" in known["command:run.start"].shortcut
    assert {f"step:{step.name}" for step in Step} <= set(known)


def test_a_command_is_given_with_the_keyboard_alone(window, qtbot):
    palette = opened(window)
    qtbot.keyClicks(palette.field, "price ch")
    assert palette.titles[0] == "Price chart"

    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert window.docks.docks["price"].is_seen


def test_arrows_go_round_the_list(window, qtbot):
    palette = opened(window)
    qtbot.keyClicks(palette.field, "layout")
    first = palette.list.currentRow()

    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == palette.list.count() - 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == first
    palette.close()


def test_what_cannot_be_had_says_why_and_stays(window, qtbot):
    palette = opened(window)
    qtbot.keyClicks(palette.field, "run backtest"[:3])
    assert palette.hint.text() == "Data: No price file yet. Open or drop one"

    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert palette.isVisible()
    palette.close()


def test_steps_and_recent_files_are_found(window, qtbot, tmp_path):
    window.session.settings.remember_file(tmp_path / "gone.toml")
    known = {entry.title: entry for entry in window.palette_commands.entries()}
    assert known["gone.toml"].why_not == "The file is not there any more"

    window.palette_commands.choose(f"step:{Step.ACCOUNT.name}")

    assert window.setup.current_step == Step.ACCOUNT


def test_nothing_found_is_said(window, qtbot):
    palette = opened(window)
    qtbot.keyClicks(palette.field, "qqqq")

    assert palette.titles == []
    assert palette.hint.text() == "Nothing is called so"
    palette.close()


def test_the_shortcuts_can_be_searched_by_name_and_by_key(window, qtbot):
    window.desk.carry_out("help.shortcuts")
    sheet = window.findChild(ShortcutSheet)
    native = QKeySequence.SequenceFormat.NativeText
    assert len(sheet.rows) == len(COMMANDS) + len(Step) + len(ROW_ACTIONS)

    sheet.field.setText("save as")
    key = QKeySequence(command("file.save_as").shortcut).toString(native)
    assert sheet.rows[0] == (plain_title(command("file.save_as")), key)
    sheet.field.setText("Alt+Del")
    assert sheet.rows[0] == ("Remove", QKeySequence("Alt+Del").toString(native))
    sheet.field.setText("F5")
    assert sheet.rows[0][0] == plain_title(command("run.start"))
    sheet.close()
