import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.preferences import PREFERENCES
from ml4t_desktop.session.settings import SettingsStore
from tests.unit.app.fakes import window_of


@pytest.fixture
def window(qtbot, tmp_path):
    default, size = QLocale(), QApplication.font()
    made = window_of(qtbot, tmp_path, executor=ImmediateExecutor())
    yield made
    made.preferences.open_dialog()._reset()
    for dialog in QApplication.topLevelWidgets():
        if dialog.objectName() == "preferences":
            dialog.close()
    made.close_unasked()
    QLocale.setDefault(default)
    QApplication.setFont(size)


def chosen(dialog, key, value):
    editor = dialog.editors[key]
    editor.setCurrentIndex(editor.findData(value))
    editor.activated.emit(editor.currentIndex())


def test_what_is_chosen_holds_at_once_and_at_the_next_start(window, tmp_path):
    dialog = window.preferences.open_dialog()
    assert set(dialog.editors) == {item.key for item in PREFERENCES}
    before = QApplication.font().pointSizeF()

    chosen(dialog, "colours", "red_green")
    chosen(dialog, "theme", "dark")
    chosen(dialog, "locale", "de_DE")
    dialog.editors["text_size"].setValue(150)

    assert window.theme.is_dark
    assert window.theme.gain == "#f87171"
    assert QLocale().toString(1234.5, "f", 2) == "1.234,50"
    assert QApplication.font().pointSizeF() == pytest.approx(before * 1.5)
    kept = SettingsStore(tmp_path / "settings.toml").settings
    assert (kept.colours, kept.text_size, kept.locale) == ("red_green", 150, "de_DE")


def test_the_text_grows_and_shrinks_by_the_keys_everyone_knows(window):
    for command_id, size in (("larger", 110), ("larger", 120), ("smaller", 110)):
        window.desk.carry_out(f"view.{command_id}")
        assert window.session.settings.settings.text_size == size
    window.desk.carry_out("view.proposed_size")

    assert window.session.settings.settings.text_size == 100


def test_a_preference_is_found_in_the_palette(window):
    window.palette_commands.choose("preference:locale")

    dialog = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "preferences")
    assert dialog.focusWidget() is dialog.editors["locale"]


def test_settings_that_cannot_be_used_are_told_at_the_start(qtbot, tmp_path):
    (tmp_path / "settings.toml").write_text('theme = "pink"\n')
    window = window_of(qtbot, tmp_path, executor=ImmediateExecutor())

    window.begin_as_chosen()

    assert "theme is 'pink'" in window.messages.text()
    window.close_unasked()


def test_an_address_is_taken_as_soon_as_it_is_one(qtbot, window):
    dialog = window.preferences.open_dialog("update_address")
    editor, note = dialog.editors["update_address"], dialog.notes["update_address"]
    usual = note.text()

    editor.setText("http://example.org")
    assert window.session.settings.settings.update_address == ""
    assert "https://" in note.text()
    assert note.text() != usual

    editor.setText("https://example.org/release.json")
    assert window.session.settings.settings.update_address == "https://example.org/release.json"
    assert note.text() == usual

    dialog.reset_button.click()
    assert window.session.settings.settings.update_address == ""
    dialog.close()
