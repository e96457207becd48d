"""Edits taken back and done again, as an analyst does it in the real window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.views.setup.editors import NumberBox
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from ml4t_desktop.views.setup.rules.clause_row import ClauseRow

CONTROL = Qt.KeyboardModifier.ControlModifier


def entry_box(analyst) -> NumberBox:
    analyst.window.show_step(Step.STRATEGY)
    entry = analyst.window.findChild(ClauseEditor, "strategy.entry")
    return entry.findChildren(ClauseRow)[0].findChild(NumberBox, "value")


def title(analyst, command_id: str) -> str:
    return analyst.window.actions_[command_id].text()


def test_every_change_is_taken_back_by_its_name_and_shown_where_it_was(analyst, tmp_path):
    analyst.open_sample()
    opened = analyst.session.request.draft
    assert not analyst.window.actions_["edit.undo"].isEnabled()
    column = opened.get("strategy.entry")["all"][0]["column"].partition(".")[2]

    analyst._type(entry_box(analyst), 0.5)
    analyst.choose("execution.fill", "same_close")
    analyst.type_number("account.initial_capital", 50_000)
    edited = analyst.session.request.draft

    assert title(analyst, "edit.undo") == "&Undo: initial capital"
    analyst.window.show_step(Step.DATA)
    analyst.window.desk.carry_out("edit.undo")
    assert analyst.window.setup.current_step == Step.ACCOUNT
    assert title(analyst, "edit.undo") == "&Undo: fill of market orders"
    assert title(analyst, "edit.redo") == "&Redo: initial capital"
    analyst.window.desk.carry_out("edit.undo")
    assert analyst.window.setup.current_step == Step.EXECUTION
    assert title(analyst, "edit.undo") == f"&Undo: threshold of {column}"
    analyst.window.desk.carry_out("edit.undo")

    assert analyst.session.request.draft == opened
    assert not analyst.window.isWindowModified()
    assert title(analyst, "edit.undo") == "&Undo"
    for _ in range(3):
        analyst.window.desk.carry_out("edit.redo")
    assert analyst.session.request.draft == edited
    assert analyst.window.isWindowModified()


def test_the_keys_work_in_the_field_where_a_number_was_just_typed(analyst):
    analyst.open_sample()
    box = entry_box(analyst)
    before = box.value()
    analyst._type(box, 0.5)
    assert box.hasFocus()

    analyst.qtbot.keyClick(box, Qt.Key.Key_Z, CONTROL)
    assert box.value() == before
    analyst.qtbot.keyClick(box, Qt.Key.Key_Y, CONTROL)
    assert box.value() == 0.5
    analyst.qtbot.keyClick(box, Qt.Key.Key_Z, CONTROL)
    analyst.qtbot.keyClick(box, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)

    assert box.value() == 0.5


def test_the_arrow_held_down_is_one_step(analyst):
    analyst.open_sample()
    box = entry_box(analyst)
    before = analyst.session.request.draft
    for _ in range(12):
        analyst.qtbot.keyClick(box, Qt.Key.Key_Up)

    analyst.window.desk.carry_out("edit.undo")

    assert analyst.session.request.draft == before


def test_a_clause_removed_while_its_field_has_the_focus_comes_back(analyst):
    analyst.open_sample()
    entry_box(analyst).setFocus()
    before = analyst.session.request.draft
    entry = analyst.window.findChild(ClauseEditor, "strategy.entry")
    entry.findChildren(ClauseRow)[0].actions_["remove"].trigger()
    analyst.wait()

    assert title(analyst, "edit.undo").startswith("&Undo: clause on ")
    analyst.qtbot.keyClick(analyst.window, Qt.Key.Key_Z, CONTROL)

    assert analyst.session.request.draft == before
    assert analyst.can_run


def test_a_file_taken_back_and_added_again_is_run_as_the_files_are_then(analyst, tmp_path):
    from tests.journeys.test_own_file import prices

    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    prices().write_parquet(first)
    other = prices().with_columns(symbol=prices()["symbol"] + "2")
    other.write_parquet(second)
    analyst.drop(first)
    analyst.drop(second)
    analyst.run()
    assert analyst.session.results.run.market.row_count == 60

    assert title(analyst, "edit.undo") == "&Undo: second.parquet added"
    analyst.window.desk.carry_out("edit.undo")
    analyst.run()
    assert analyst.session.results.run.market.row_count == 30
    analyst.window.desk.carry_out("edit.undo")
    assert analyst.session.request.draft.files == ()
    other.head(10).write_parquet(first)
    analyst.window.desk.carry_out("edit.redo")
    analyst.wait()
    analyst.run()

    assert analyst.session.results.run.market.row_count == 10
    assert analyst.window.panels["data"].facts.text().startswith("10 rows")


def test_a_preset_is_one_step_with_its_name(analyst):
    from PySide6.QtWidgets import QPushButton

    from ml4t_desktop.request import PRESETS
    from ml4t_desktop.views.setup.editors import Choice

    analyst.open_sample()
    before = analyst.session.request.draft
    preset = next(item for item in PRESETS if len(item.changes(before.raw)) > 1)
    analyst.window.show_step(Step.EXECUTION)
    analyst._choose(analyst.window.findChild(Choice, "preset"), preset.name)
    analyst.window.findChild(QPushButton, "preset.apply").click()
    assert analyst.session.request.draft != before

    assert title(analyst, "edit.undo") == f"&Undo: preset {preset.name}"
    analyst.window.desk.carry_out("edit.undo")

    assert analyst.session.request.draft == before


def test_typing_that_is_not_taken_yet_is_undone_in_its_field(analyst):
    analyst.open_sample()
    box = entry_box(analyst)
    draft, shown = analyst.session.request.draft, box.text()
    box.setFocus()
    box.findChild(QLineEdit).selectAll()
    analyst.qtbot.keyClicks(box, "7")
    assert box.text() != shown

    analyst.qtbot.keyClick(box, Qt.Key.Key_Z, CONTROL)

    assert box.text() == shown
    assert analyst.session.request.draft == draft
