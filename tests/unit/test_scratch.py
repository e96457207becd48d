"""Folders of temporary files: there while they are needed, gone afterwards, even after a kill."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml4t_desktop import scratch as scratch_module
from ml4t_desktop.scratch import ScratchFolder, remove_left

ROOT = Path(__file__).resolve().parents[2]
HOLDS = """
import sys
sys.path.insert(0, {root!r})
from ml4t_desktop.scratch import ScratchFolder
scratch = ScratchFolder("pieces")
(scratch.path / "rows.arrow").write_bytes(b"rows")
print(scratch.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """The folder of temporary files, in which this process has not looked yet."""
    monkeypatch.setattr(scratch_module.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("TEMP", str(tmp_path))
    monkeypatch.setattr(scratch_module, "_looked_in", set())
    return tmp_path


@pytest.fixture
def other():
    """Another process, which holds a scratch folder until it is killed."""
    code = HOLDS.format(root=str(ROOT))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def folder_of(process) -> Path:
    return Path(process.stdout.readline().strip())


def test_a_scratch_folder_is_there_until_it_is_closed(place):
    with ScratchFolder("strategy") as scratch:
        assert scratch.path.parent == place
        assert scratch.path.name.startswith("ml4t-strategy-")
        (scratch.path / "deep").mkdir()
        (scratch.path / "deep" / "rows.arrow").write_bytes(b"rows")
    assert list(place.iterdir()) == []
    scratch.close()


def test_a_scratch_folder_that_nobody_has_any_more_is_removed(place):
    scratch = ScratchFolder("pieces")
    assert list(place.iterdir()) == [scratch.path]
    del scratch
    gc.collect()
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_removed_when_the_next_scratch_folder_is_made(place, other):
    left = folder_of(other)
    other.kill()
    other.wait()
    assert (left / "rows.arrow").is_file()

    with ScratchFolder("certify") as scratch:
        assert list(place.iterdir()) == [scratch.path]


def test_the_scratch_folder_of_a_process_that_lives_stays(place, other):
    theirs = folder_of(other)
    remove_left()
    with ScratchFolder("pieces"):
        assert (theirs / "rows.arrow").read_bytes() == b"rows"


def test_the_own_scratch_folders_stay_when_others_are_removed(place):
    with ScratchFolder("pieces") as scratch:
        remove_left()
        assert scratch.path.is_dir()


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
    left = folder_of(other)
    other.kill()
    other.wait()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    remove_left()
    assert left.is_dir()
