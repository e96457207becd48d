"""Folders of temporary files: there while they are needed, gone afterwards, even after a kill."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml4t_desktop import rooms
from ml4t_desktop.rooms import Room, remove_left

ROOT = Path(__file__).resolve().parents[2]
HOLDS = """
import sys
sys.path.insert(0, {root!r})
from ml4t_desktop.rooms import Room
room = Room("pieces")
(room.path / "rows.arrow").write_bytes(b"rows")
print(room.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """The folder of temporary files, in which this process has not looked yet."""
    monkeypatch.setattr(rooms.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("TEMP", str(tmp_path))
    monkeypatch.setattr(rooms, "_looked_in", set())
    return tmp_path


@pytest.fixture
def other():
    """Another process, which holds a room until it is killed."""
    code = HOLDS.format(root=str(ROOT))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def room_of(process) -> Path:
    return Path(process.stdout.readline().strip())


def test_a_room_is_there_until_it_is_closed(place):
    with Room("strategy") as room:
        assert room.path.parent == place
        assert room.path.name.startswith("ml4t-strategy-")
        (room.path / "deep").mkdir()
        (room.path / "deep" / "rows.arrow").write_bytes(b"rows")
    assert list(place.iterdir()) == []
    room.close()


def test_a_room_that_nobody_has_any_more_is_removed(place):
    room = Room("pieces")
    assert list(place.iterdir()) == [room.path]
    del room
    gc.collect()
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_removed_when_the_next_room_is_made(place, other):
    left = room_of(other)
    other.kill()
    other.wait()
    assert (left / "rows.arrow").is_file()

    with Room("certify") as room:
        assert list(place.iterdir()) == [room.path]


def test_the_room_of_a_process_that_lives_stays(place, other):
    theirs = room_of(other)
    remove_left()
    with Room("pieces"):
        assert (theirs / "rows.arrow").read_bytes() == b"rows"


def test_the_own_rooms_stay_when_others_are_removed(place):
    with Room("pieces") as room:
        remove_left()
        assert room.path.is_dir()


def test_what_the_application_has_not_made_stays(place):
    held = place / "ml4t-pieces-theirs"  # of another user, or being made this very moment: not held
    held.mkdir()
    elsewhere = place / "projects"
    elsewhere.mkdir()
    (elsewhere / ".held").touch()
    remove_left()
    assert {path.name for path in place.iterdir()} == {held.name, elsewhere.name}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a privilege there")
def test_what_a_link_leads_to_stays(place):
    precious = place / "projects"
    precious.mkdir()
    (precious / ".held").touch()
    (place / "ml4t-pieces-link").symlink_to(precious)
    remove_left()
    assert (precious / ".held").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such owner there")
def test_what_another_user_left_stays(place, other, monkeypatch):
    left = room_of(other)
    other.kill()
    other.wait()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    remove_left()
    assert left.is_dir()
