from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QLabel, QPushButton

from ml4t_desktop.app.commands.strategy_desk import StrategyDesk
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.views.setup.editors import Choice
from tests.unit.app.fakes import FakeDialogs, window_of
from tests.unit.session.fakes import settle


@pytest.fixture
def dialogs():
    return FakeDialogs()


@pytest.fixture
def window(qtbot, tmp_path, dialogs):
    made = window_of(qtbot, tmp_path, executor=ImmediateExecutor(), dialogs=dialogs)
    (tmp_path / "prices.parquet").touch()
    made.desk.drop([tmp_path / "prices.parquet"])
    settle(qtbot, made.session)
    yield made
    made.close_unasked()


@pytest.fixture
def desk(window) -> StrategyDesk:
    return window.strategies


@pytest.fixture
def opened(desk):
    dialog = desk.open_presets()
    yield dialog
    if shiboken6.isValid(dialog):  # it closes itself once something is applied
        dialog.close()


def names(dialog):
    rows = range(dialog.list.count())
    return [dialog.list.item(row).text() for row in rows if dialog._at(row) is not None]


def choose(dialog, name):
    row = next(row for row in range(dialog.list.count()) if dialog.list.item(row).text() == name)
    dialog.list.setCurrentRow(row)


def press(dialog, name):
    dialog.findChild(QPushButton, f"strategy_preset_{name}").click()


def test_the_present_strategy_is_kept_under_a_name(window, desk, opened):
    asked = desk.ask_name(opened)
    asked.name.setText("  Mine ")
    asked.note.setText("for calm days")
    asked.accept()

    assert names(opened)[0] == "Mine"
    assert opened.list.currentItem().text() == "Mine"
    assert not opened.apply.isEnabled()  # the request is like that already


def test_what_cannot_be_kept_is_said_and_the_question_stays(window, desk, opened, qtbot):
    window.session.request.edit("strategy.exits.stop_loss", 9.0)
    asked = desk.ask_name(opened)
    asked.name.setText("Mine")
    asked.accept()

    assert asked.isVisible()
    assert "stop_loss" in asked.problem.text()
    asked.reject()


def test_without_a_name_nothing_is_kept(desk, opened):
    asked = desk.ask_name(opened)
    asked.name.setText("  ")
    asked.accept()

    assert asked.isVisible()
    assert "Mine" not in names(opened)
    asked.reject()


def test_a_known_strategy_is_applied_as_one_step(window, opened):
    before = window.session.request.draft
    choose(opened, "Held five bars with a stop")
    does = opened.findChild(QLabel, "strategy_preset_does").text()
    assert "Leave at a loss of 5 % or after 5 bars." in does
    changes = opened.findChild(QLabel, "strategy_preset_changes").text()
    assert "stop loss" in changes

    press(opened, "apply")

    assert window.session.request.draft.get("strategy.exits.max_bars") == 5
    window.session.request.undo()
    assert window.session.request.draft == before


def test_it_cannot_be_applied_before_something_stands_for_each_missing_column(window, opened):
    choose(opened, "Threshold in calm markets")
    match = opened.findChild(Choice, "match.context.VIX")
    assert not opened.apply.isEnabled()

    match.setCurrentIndex(match.findData(""))  # leave out what uses it
    match.activated.emit(match.currentIndex())
    assert opened.apply.isEnabled()
    press(opened, "apply")

    assert window.session.request.draft.get("strategy.filter") is None
    assert window.session.request.draft.problems() == ()


def test_deleted_and_had_again(window, desk, opened):
    window.session.strategy_presets.save("Mine")
    choose(opened, "Mine")

    press(opened, "delete")
    assert "Mine" not in names(opened)
    press(opened, "restore")

    assert opened.list.currentItem().text() == "Mine"


def test_known_strategies_can_neither_be_renamed_nor_deleted(opened):
    choose(opened, "Sized by confidence")

    assert not opened.rename.isEnabled()
    assert not opened.delete.isEnabled()
    assert opened.export.isEnabled()


def test_exported_and_imported(window, opened, dialogs, tmp_path):
    dialogs.target = tmp_path / "theirs.strategy.toml"
    choose(opened, "Held five bars with a stop")
    press(opened, "export")
    dialogs.files = [tmp_path / "theirs.strategy.toml"]

    press(opened, "import")

    assert names(opened)[0] == "Held five bars with a stop"
    assert opened.rename.isEnabled()


def test_a_file_that_is_no_preset_says_so_where_it_was_asked_for(opened, dialogs, tmp_path):
    (tmp_path / "bad.strategy.toml").write_text("x = 1")
    dialogs.files = [tmp_path / "bad.strategy.toml"]

    press(opened, "import")

    assert "bad.strategy.toml: is no preset of a strategy" in opened.problem.text()
    assert opened.problem.isVisible()


def test_broken_files_of_the_folder_are_listed_with_what_is_wrong(window, opened, tmp_path):
    (tmp_path / "strategies").mkdir()
    (tmp_path / "strategies" / "bad.strategy.toml").write_text("x = 1")
    opened.refresh()

    texts = [opened.list.item(row).text() for row in range(opened.list.count())]
    assert any("bad.strategy.toml: is no preset" in text for text in texts)


def test_a_preset_is_renamed_with_its_note(window, desk, opened, qtbot):
    window.session.strategy_presets.save("Mine", "old")
    choose(opened, "Mine")
    press(opened, "rename")
    asked = opened.findChild(object, "preset_name")
    assert (asked.name.text(), asked.note.text()) == ("Mine", "old")
    asked.name.setText("Yours")
    asked.accept()

    assert names(opened)[0] == "Yours"


def test_a_preset_that_is_dropped_on_the_window_is_taken(window, tmp_path):
    made = window.session.strategy_presets.save("Mine")
    window.session.strategy_presets.export(made, tmp_path / "x.strategy.toml")

    window.desk.drop([tmp_path / "x.strategy.toml"])

    assert {item.name for item in window.session.strategy_presets.own()} == {"Mine", "Mine (2)"}
    window.findChild(object, "strategy_presets").close()


def test_a_broken_preset_that_is_dropped_is_told(window, tmp_path):
    (tmp_path / "x.strategy.toml").write_text("x = 1")

    window.desk.drop([tmp_path / "x.strategy.toml"])

    assert "The preset was not taken" in window.messages.text()


def test_a_preset_dropped_along_with_other_files_takes_none_of_them_away(window, qtbot, tmp_path):
    made = window.session.strategy_presets.save("Mine")
    window.session.strategy_presets.export(made, tmp_path / "x.strategy.toml")
    (tmp_path / "context.csv").touch()

    window.desk.drop([tmp_path / "x.strategy.toml", tmp_path / "context.csv"])
    settle(qtbot, window.session)

    assert len(window.session.strategy_presets.own()) == 2
    assert Path(window.session.request.draft.context_file).name == "context.csv"
    window.findChild(object, "strategy_presets").close()
