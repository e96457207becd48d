import re
from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence

from ml4t_desktop.session.language import catalogue_of, shown, speak
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.session.window.availability import why_not
from ml4t_desktop.session.window.commands import COMMANDS, MENU_TITLES, command, plain_title
from tests.unit.session.fakes import fake_session, ready_session


def test_ids_and_shortcuts_are_given_once():
    ids = Counter(item.id for item in COMMANDS)
    keys = Counter(key for item in COMMANDS for key in (item.shortcut, *item.more_shortcuts) if key)

    assert set(ids.values()) == {1}
    assert set(keys.values()) == {1}


@pytest.mark.parametrize("item", COMMANDS, ids=lambda item: item.id)
def test_every_command_has_words_a_shortcut_qt_knows_and_an_icon_that_is_there(item):
    assert plain_title(item)
    assert item.tip
    assert not item.tip.endswith(".")
    assert not item.shortcut or QKeySequence(item.shortcut).toString() == item.shortcut
    assert not item.icon or resource_path(f"icons/{item.icon}.svg").is_file()


def test_the_keys_everyone_knows_are_there():
    keys = {
        name: command(name).shortcut
        for name in ("file.open", "file.save", "run.start", "run.cancel")
    }

    assert keys == {
        "file.open": "Ctrl+O",
        "file.save": "Ctrl+S",
        "run.start": "F5",
        "run.cancel": "Esc",
    }


def test_an_unknown_command_is_an_error():
    with pytest.raises(KeyError):
        command("file.explode")


def test_what_cannot_be_done_yet_says_why(qapp, tmp_path):
    session = fake_session(tmp_path)

    assert why_not(session, "run.start") == "Data: No price file yet. Open or drop one"
    assert why_not(session, "run.cancel") == "No run is going on"
    assert why_not(session, "file.save") == "There is nothing to save yet"
    assert why_not(session, "file.export_run") == "There is no run yet"
    assert why_not(session, "file.open") == ""


def test_with_a_price_file_the_run_can_start(qtbot, tmp_path):
    session = ready_session(qtbot, tmp_path)

    assert why_not(session, "run.start") == ""
    assert why_not(session, "file.save") == ""


def test_in_german_no_two_entries_of_a_menu_have_the_same_letter():
    speak(catalogue_of("de"))
    try:
        entries = {
            (item.submenu or item.menu, item.id): shown(item.title)
            for item in COMMANDS
            if item.menu
        }
        within = {(item.menu, item.submenu) for item in COMMANDS if item.submenu}
        entries |= {(above, name): shown(MENU_TITLES[name]) for above, name in within}
        letters = Counter(
            (menu, found[1].lower())
            for (menu, _), text in entries.items()
            if (found := re.search(r"&(\w)", text))
        )
    finally:
        speak(catalogue_of("en"))

    assert {key for key, count in letters.items() if count > 1} == set()
