"""What goes wrong outside of the application is told in words; nothing is lost and nothing goes on."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

from ml4t_desktop.session import work as session_work
from tests.journeys.window import Analyst
from tests.unit.files.ugly import frame

CLOSED = """
import os, sys, threading, time
from pathlib import Path
from ml4t_desktop.app.main import build, make_application
application = make_application()
window = build(settings_file=Path(sys.argv[1]) / "settings.toml")
window.show()
window.desk.drop([Path(sys.argv[2])])
end = time.monotonic() + float(sys.argv[3])
while time.monotonic() < end:
    application.processEvents()
    if not window.session.why_not_run() and not window.session.runs.is_running:
        window.desk.carry_out("run.start")
window.close_unasked()
application.processEvents()
print([thread.name for thread in threading.enumerate() if thread.name.startswith("ml4t")])
"""


@pytest.fixture
def small_disk(tmp_path):
    """A disk with room for next to nothing, really mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    ) if sys.platform == "linux" else None  # fmt: skip
    if mounted is None or mounted.returncode:
        pytest.skip("no right to mount a disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.fixture
def good(tmp_path) -> Path:
    path = tmp_path / "good.parquet"
    frame().write_parquet(path)
    return path


def test_a_full_disk_is_told_and_what_was_saved_before_is_still_there(analyst, small_disk, good):
    analyst.drop(good)
    kept = small_disk / "kept.toml"
    analyst.save_as(kept)
    saved = kept.read_bytes()
    (small_disk / "filling").write_bytes(b"x" * (16_384 - 4_096))
    analyst.session.request.edit("name", "n" * 6_000)

    analyst.window.desk.carry_out("file.save")
    analyst.wait()

    assert "was not saved" in analyst.message
    assert "No space left" in analyst.message or "room" in analyst.message
    assert kept.read_bytes() == saved
    assert sorted(path.name for path in small_disk.iterdir()) == ["filling", "kept.toml"]
    analyst.run()
    assert analyst.session.results.run is not None


def test_a_run_folder_on_a_full_disk_is_told_and_leaves_nothing(analyst, small_disk, good):
    analyst.drop(good)
    analyst.run()

    analyst.session.runs.save_run(small_disk / "run")
    analyst.wait()

    assert "The run was not saved" in analyst.message
    assert list(small_disk.iterdir()) == []


def test_a_file_that_vanished_between_look_and_run_is_told(analyst, good):
    analyst.drop(good)
    analyst.run()
    before = analyst.session.results.run
    good.unlink()
    analyst.session.request.edit("data.end", None)

    analyst.run()

    assert analyst.session.results.run is before
    assert "good.parquet" in analyst.message
    frame().write_parquet(good)
    analyst.drop(good)
    analyst.run()
    assert analyst.session.results.run is not None


def test_a_confidence_out_of_range_fails_the_run_with_its_row(analyst, tmp_path):
    path = tmp_path / "odd.parquet"
    frame().with_columns(confidence=pl.lit(3.5)).write_parquet(path)
    analyst.drop(path)
    draft = analyst.session.request.draft
    sizing = {"helper": "size_by_confidence", "confidence": "signal.confidence", "max_percent": 0.2}
    entry = {"column": "signal.ml_pred", "op": ">=", "value": 0.0}
    analyst.session.request.replace(
        draft.edited_all({"strategy.sizing": sizing, "strategy.entry": entry})
    )

    analyst.run()

    assert "odd.parquet" in analyst.message
    assert "confidence" in analyst.message
    assert "row" in analyst.message


@pytest.mark.parametrize("turns", [0, 1, 2, 4, 8, 16, 32, 64, 128])
def test_a_cancel_at_any_moment_leaves_a_whole_result_or_the_one_before(
    analyst, qtbot, good, turns
):
    from PySide6.QtWidgets import QApplication

    analyst.drop(good)
    analyst.start()
    for _ in range(turns):
        QApplication.processEvents()
    analyst.window.desk.carry_out("run.cancel")
    analyst.wait()

    assert not analyst.session.runs.is_running
    run = analyst.session.results.run
    assert run is None or run.result.equity.height == 4
    analyst.run()
    assert analyst.session.results.run.result.equity.height == 4


def test_a_lack_of_memory_is_told_in_words(analyst, good, monkeypatch):
    def no_memory(*_args, **_named):
        raise MemoryError

    monkeypatch.setattr(session_work, "look", no_memory)
    from ml4t_desktop.app.main import build
    from ml4t_desktop.session.work import real_work

    window = build(settings_file=good.parent / "other.toml", work=real_work())
    analyst.qtbot.addWidget(window)
    window.desk.drop([good])
    analyst.qtbot.waitUntil(lambda: not window.session.jobs.is_busy)
    assert "there is not enough memory for it" in window.messages.text()
    window.close_unasked()


class _Panic(BaseException):
    """As polars panics: no `Exception`."""


def test_a_worker_that_dies_ends_its_job_and_the_next_one_goes_on(qtbot):
    from ml4t_desktop.session.jobs import JobRunner

    runner = JobRunner(ThreadPoolExecutor(1))
    failed: list[object] = []
    finished: list[object] = []
    runner.failed.connect(lambda _job, error: failed.append(error))
    runner.finished.connect(lambda _job, value: finished.append(value))

    def die(_token):
        raise _Panic

    runner.submit(die)
    qtbot.waitUntil(lambda: not runner.is_busy)
    runner.submit(lambda _token: 7)
    qtbot.waitUntil(lambda: bool(finished))

    assert [type(error) for error in failed] == [_Panic]
    assert finished == [7]
    runner.close()


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.2])
def test_closing_while_a_file_is_read_or_run_leaves_nothing_running(tmp_path, seconds):
    path = tmp_path / "large.parquet"
    frame().join(pl.DataFrame({"n": range(60_000)}), how="cross").with_columns(
        symbol=pl.col("symbol") + (pl.col("n") % 300).cast(pl.String),
        date=pl.col("date").str.to_date() + pl.duration(days=pl.col("n") // 300 * 7),
    ).drop("n").write_parquet(path)  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", CLOSED, str(tmp_path), str(path), str(seconds)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert "Traceback" not in done.stderr


def test_closing_the_window_during_a_run_waits_for_its_worker(qtbot, tmp_path, good):
    made = Analyst(qtbot, tmp_path)
    made.drop(good)
    made.start()
    made.leave()
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith("ml4t")]
