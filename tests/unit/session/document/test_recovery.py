import os
import tomllib

import pytest

from ml4t_desktop.session.document.recovery import (
    Keeping,
    left_behind,
    read_kept,
    recovery_folder,
    remove,
)
from ml4t_desktop.session.request.draft import Draft

DRAFT = Draft.empty().edited_all(
    {
        "name": "mine",
        "data.files": ("/a/p.csv",),
        "data.lag": {"pred": 1},
        "strategy.entry": {"all": ({"column": "signal.pred", "op": ">", "value": 0.1 + 0.2},)},
    }
)


def leave_behind(folder, draft=DRAFT, path=None):
    """What a process that was killed leaves: the file, and a lock that nobody holds."""
    keeping = Keeping(folder)
    keeping.write(draft, path)
    keeping._lock.release()
    keeping._lock = None
    return keeping.file


def test_what_was_kept_is_read_back_equal(tmp_path):
    file = leave_behind(tmp_path)

    [kept] = left_behind(tmp_path)

    assert kept.draft == DRAFT
    assert kept.path is None
    assert kept.name == "mine"
    assert kept.file == file


def test_what_a_living_window_keeps_is_not_offered(tmp_path):
    keeping = Keeping(tmp_path)
    keeping.write(DRAFT, None)

    assert left_behind(tmp_path) == ()
    assert not remove(keeping.file)
    assert keeping.file.exists()

    keeping.clear()


def test_nothing_stays_in_the_folder_once_nothing_is_kept(tmp_path):
    keeping = Keeping(tmp_path)
    keeping.write(DRAFT, None)
    keeping.clear()
    keeping.write(DRAFT, None)
    keeping.clear()

    assert list(tmp_path.iterdir()) == []


def test_a_window_without_edits_makes_no_folder(tmp_path):
    Keeping(tmp_path / "recovery").clear()

    assert left_behind(tmp_path / "recovery") == ()
    assert not (tmp_path / "recovery").exists()


def test_the_latest_comes_first(tmp_path):
    leave_behind(tmp_path, DRAFT.edited("name", "older"))
    leave_behind(tmp_path, DRAFT.edited("name", "newer"))

    assert [kept.name for kept in left_behind(tmp_path)] == ["newer", "older"]


def test_a_request_file_that_was_written_since_is_said_to_be_another(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('[data]\nfiles = ["p.csv"]\n')
    leave_behind(tmp_path / "recovery", DRAFT, path)
    [kept] = left_behind(tmp_path / "recovery")
    assert not kept.is_behind

    path.write_text('[data]\nfiles = ["other.csv"]\n')
    [kept] = left_behind(tmp_path / "recovery")

    assert kept.is_behind
    assert kept.name == "r.toml"


def test_edits_that_were_saved_after_all_are_not_offered(tmp_path):
    from ml4t_desktop.session.request.draft import draft_toml, read_draft

    path = tmp_path / "r.toml"
    path.write_text(draft_toml(DRAFT))
    leave_behind(tmp_path / "recovery", read_draft(path), path)

    assert left_behind(tmp_path / "recovery") == ()
    assert list((tmp_path / "recovery").iterdir()) == []


@pytest.mark.parametrize(
    "text", ["", "format = ", "format = 1\n", "format = 1\nmoment = 3\nrequest = 4\n", "\x00"]
)
def test_what_cannot_be_read_is_left_where_it_is(tmp_path, text):
    file = tmp_path / "1-ab.toml"
    file.write_text(text)

    assert left_behind(tmp_path) == ()
    assert file.read_text() == text


def test_what_a_newer_version_kept_is_left_to_it(tmp_path):
    file = leave_behind(tmp_path)
    newer = file.read_text().replace("format = 1", "format = 2")
    file.write_text(newer)

    assert left_behind(tmp_path) == ()
    assert read_kept(file) is None
    assert file.read_text() == newer


def test_halves_and_locks_of_processes_that_are_no_more_are_swept_away(tmp_path):
    (tmp_path / ".1-ab.toml.x1y2").write_text("format =")
    (tmp_path / "2-cd.lock").write_text("")

    assert left_behind(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="file"):
        Keeping(tmp_path / "file" / "recovery").write(DRAFT, None)


def test_edits_are_kept_in_the_users_data_folder(own_folders):
    assert recovery_folder().is_relative_to(own_folders)


def test_a_kept_file_says_which_process_it_was(tmp_path):
    file = leave_behind(tmp_path)

    assert file.name.startswith(f"{os.getpid()}-")
    assert tomllib.loads(file.read_text())["format"] == 1
