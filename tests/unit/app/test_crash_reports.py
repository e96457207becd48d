"""Reports of crashes: what they say, how many are kept, and those that a crash of a library leaves."""

import getpass
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml4t_desktop.app.crash_reports import CrashReports, head, reports_folder, without_names

WATCHES = """
import sys
from pathlib import Path
from ml4t_desktop.app.crash_reports import CrashReports
reports = CrashReports(Path({folder!r}))
reports.watch()
{then}
"""
CRASHES = "import faulthandler; faulthandler._sigsegv()"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "crashes"


@pytest.fixture
def reports(folder):
    return CrashReports(folder)


def process(folder: Path, then: str) -> int:
    code = WATCHES.format(folder=str(folder), then=then)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode


def test_versions_and_system_come_first():
    import polars as pl

    said = head()

    assert said.startswith("ml4t_desktop 0.")
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in said
    assert f"polars {pl.__version__}" in said


def test_who_sends_a_report_is_not_told_by_it(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("USERPROFILE", "/home/ada")
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")

    said = without_names('File "/home/ada/app.py"\n/media/ada/disk/x.csv, adapter, /data/adage')

    assert said == 'File "~/app.py"\n/media/USER/disk/x.csv, adapter, /data/adage'


def test_the_latest_ten_are_kept_the_latest_first(reports):
    for number in range(12):
        reports.write(f"report {number}")

    kept = [path.read_text(encoding="utf-8") for path in reports.all()]

    assert kept == [f"report {number}" for number in range(11, 1, -1)]


def test_a_folder_that_cannot_be_written_to_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    reports = CrashReports(tmp_path / "file" / "crashes")

    reports.watch()
    reports.end_watch()

    assert reports.write("text") is None
    assert reports.all() == ()
    assert reports.take_left() is None


def test_a_crash_of_a_library_is_a_report_at_the_next_start(folder, reports):
    assert process(folder, CRASHES) != 0

    found = reports.take_left()

    assert found is not None
    text = found.read_text(encoding="utf-8")
    assert text.startswith("ml4t_desktop 0.")
    assert "<string>" in text  # the stack of the thread that crashed
    assert [path.name for path in folder.iterdir()] == [found.name]
    assert reports.take_left() is None


def test_a_process_that_ends_as_it_should_leaves_nothing(folder, reports):
    assert process(folder, "reports.end_watch()") == 0
    assert list(folder.iterdir()) == []


def test_a_process_that_was_killed_is_no_crash(folder, reports):
    process(folder, "import os; os._exit(9)")

    assert reports.take_left() is None
    assert list(folder.iterdir()) == []


def test_what_a_process_that_is_still_there_writes_is_left_alone(folder, reports):
    folder.mkdir()
    (folder / f"running-{os.getppid()}.txt").write_text("Fatal Python error: x")
    (folder / "running-notes.txt").write_text("Fatal Python error: x")

    assert reports.take_left() is None
    assert len(list(folder.iterdir())) == 2


def test_reports_are_kept_with_the_log(own_folders):
    assert reports_folder().is_relative_to(own_folders)
