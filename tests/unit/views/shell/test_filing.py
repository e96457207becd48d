"""Projects that take long to save or to open: how far it is, and how to stop it."""

import shutil
import threading

import pytest

from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.documents import archive_writing
from ml4t_desktop.project.warming import warm_engine
from ml4t_desktop.session.window.availability import why_not
from ml4t_desktop.views.shell import progress
from ml4t_desktop.views.shell.progress import RunProgress
from tests.unit.session.document.test_history import Desk

PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    warm_engine()
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


@pytest.fixture
def desk(qtbot, sample, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "_NOTICED_MS", 0)
    folder = tmp_path / "mine"
    shutil.copytree(sample.parent, folder)
    made = Desk(qtbot, tmp_path)
    made.open(folder / sample.name)
    made.run()
    yield made
    made.session.close()


@pytest.fixture
def line(qtbot, desk):
    made = RunProgress(desk.session)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def slow_disk(monkeypatch):
    """Writing waits in its midst until the test lets it go on."""
    go_on = threading.Event()
    pump = archive_writing.pump

    def slow(read, to, told=None):
        pump(read, to, told)
        while not go_on.wait(0.01):
            if told is not None:
                told(0)

    monkeypatch.setattr(archive_writing, "pump", slow)
    yield go_on
    go_on.set()


def test_saving_shows_how_far_it_is(desk, line, qtbot, slow_disk, tmp_path):
    desk.session.document.save(tmp_path / "mine.ml4t", lambda: None)
    qtbot.waitUntil(lambda: line.phase.text().startswith("Saving mine.ml4t"), timeout=PATIENCE_MS)

    assert line._cancel.isVisible()
    assert why_not(desk.session, "run.cancel") == ""
    slow_disk.set()
    desk.wait()
    assert not line._cancel.isVisible()
    assert not line.phase.text().startswith("Saving")
    assert (tmp_path / "mine.ml4t").is_file()


def test_a_save_that_is_stopped_leaves_the_file_and_says_so(desk, line, qtbot, slow_disk, tmp_path):
    path = tmp_path / "mine.ml4t"
    slow_disk.set()
    desk.save(path)
    before = path.read_bytes()
    desk.run(strategy__exits__stop_loss=0.03)
    slow_disk.clear()
    done = []

    desk.session.document.save(path, lambda: done.append(path))
    qtbot.waitUntil(lambda: line.phase.text().startswith("Saving"), timeout=PATIENCE_MS)
    desk.session.document.cancel()
    desk.wait()

    assert path.read_bytes() == before
    assert done == []
    assert "mine.ml4t was not saved: you stopped it" in desk.message
    assert desk.session.document.unsaved_runs == 1
    assert not desk.session.document.is_busy
    assert not line._cancel.isVisible()
    slow_disk.set()
    desk.save(path)
    assert desk.session.document.unsaved_runs == 0


def test_reading_a_run_of_the_history_is_stopped_and_what_was_on_screen_stays(
    desk, qtbot, tmp_path
):
    desk.run(strategy__exits__stop_loss=0.03)
    shown = desk.history.shown

    desk.session.reopening.restore(1)
    assert desk.session.reopening.is_busy
    desk.session.reopening.cancel()
    desk.wait()

    assert not desk.session.reopening.is_busy
    assert desk.history.shown == shown
