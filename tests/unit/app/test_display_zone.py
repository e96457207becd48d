from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.export.tables import write_table
from ml4t_desktop.session.formats import format_value, use_time_zone
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.views.shell.zone_choice import ZoneChoice
from tests.unit.app.fakes import window_of

NOON = datetime(2024, 7, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def window(qtbot, tmp_path):
    made = window_of(qtbot, tmp_path, executor=ImmediateExecutor())
    yield made
    made.close_unasked()
    use_time_zone("UTC")


def seen(window):
    return format_value(NOON, "time", window.locale())


def test_times_follow_the_preference_and_the_zone_of_the_request(window):
    settings, request = window.session.settings, window.session.request
    assert seen(window).endswith("12:00")

    request.edit("data.time_zone", "America/New_York")
    assert seen(window).endswith("08:00")
    settings.choose("time_zone", "UTC")
    assert seen(window).endswith("12:00")
    settings.choose("time_zone", "Asia/Singapore")

    assert seen(window).endswith("20:00")


def test_a_zone_is_chosen_or_written_and_what_is_none_is_not_taken(window, qtbot):
    dialog = window.preferences.open_dialog("time_zone")
    editor = dialog.editors["time_zone"]
    assert isinstance(editor, ZoneChoice)

    write(editor, "Asia/Singapore")
    assert window.session.settings.settings.time_zone == "Asia/Singapore"
    write(editor, "Atlantis")
    assert window.session.settings.settings.time_zone == "Asia/Singapore"
    assert editor.currentText() == "Asia/Singapore"
    write(editor, "Zurich")
    assert window.session.settings.settings.time_zone == "Europe/Zurich"
    editor.activated.emit(editor.findData("UTC"))

    assert window.session.settings.settings.time_zone == "UTC"
    dialog.close()


def write(editor, text):
    editor.setEditText(text)
    editor.lineEdit().editingFinished.emit()


def test_the_files_that_are_written_stay_plain(window, tmp_path):
    window.session.settings.choose("time_zone", "Asia/Tokyo")
    frame = pl.DataFrame({"entry_time": [NOON]})

    write_table(frame, tmp_path / "t.csv", columns=["entry_time"], rows=np.array([0]))

    assert "12:00" in (tmp_path / "t.csv").read_text()


def test_new_requests_begin_as_the_preferences_say(window):
    window.session.request.edit("account.initial_capital", 777.0)
    dialog = window.preferences.open_dialog()
    part = dialog.new_requests
    assert "100000" in part.told.text().replace(",", "")

    part.take.click()
    assert "777" in part.told.text()
    window.session.document.clear()
    assert window.session.request.draft.get("account.initial_capital") == 777.0
    part.reset.click()

    assert window.session.request.draft.get("account.initial_capital") == 100_000.0
    dialog.close()
