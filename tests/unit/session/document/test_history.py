"""The history over real runs of a small market, kept in a folder of the test."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.documents.document import open_project, runs_with_tables
from ml4t_desktop.project.warming import warm_engine
from ml4t_desktop.session.document.recovery import left_behind
from ml4t_desktop.session.session import make_session
from ml4t_desktop.session.work import real_work

STOP = "strategy.exits.stop_loss"


class Desk:
    """Somebody who runs requests."""

    def __init__(self, qtbot, folder, name="window"):
        from concurrent.futures import ThreadPoolExecutor

        self.qtbot, self.folder = qtbot, folder
        self.session = make_session(
            ThreadPoolExecutor(2),
            real_work(),
            folder / f"{name}.toml",
            recovery=folder / "recovery",
            trials=folder / "trials",
        )
        self.history = self.session.history

    def wait(self):
        session = self.session
        self.qtbot.waitUntil(lambda: not session.jobs.is_busy, timeout=60_000)
        self.qtbot.waitUntil(lambda: not session.history.is_busy, timeout=60_000)
        self.qtbot.waitUntil(lambda: session.autosave.is_up_to_date, timeout=60_000)

    def open(self, path):
        self.session.document.open(path)
        self.wait()

    def run(self, **edits):
        for key, value in edits.items():
            self.session.request.edit(key.replace("__", "."), value)
        with self.qtbot.waitSignal(self.session.runs.ended, timeout=60_000):
            self.session.runs.start_run()
        self.wait()
        return self.history.shown

    def save(self, path):
        done = []
        self.session.document.save(path, lambda: done.append(path))
        self.qtbot.waitUntil(lambda: bool(done), timeout=60_000)
        self.wait()

    def numbers(self):
        return [entry.number for entry in self.history.entries]

    @property
    def message(self):
        message = self.session.notices.message
        return message.text() if message is not None else ""


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    warm_engine()
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


@pytest.fixture
def request_file(sample, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(sample.parent, folder)
    return folder / sample.name


@pytest.fixture
def desk(qtbot, tmp_path, request_file):
    desk = Desk(qtbot, tmp_path)
    desk.open(request_file)
    yield desk
    desk.session.close()


def test_every_run_is_kept_with_what_was_changed(desk):
    desk.run()
    desk.run(strategy__exits__stop_loss=0.07)

    first, second = desk.history.entries
    assert desk.history.words(1) == "First run"
    assert desk.history.words(2) == "Stop loss: 8 % → 7 %"
    assert second.statistics["num_trades"] == desk.session.results.run.metrics.num_trades
    assert first.digest == second.digest
    assert [file.path for file in first.files]
    assert desk.history.state(1) == "same"
    assert desk.history.unsaved == 2


def test_a_document_is_a_project_once_it_is_saved_as_one(desk, tmp_path):
    document = desk.session.document
    assert desk.session.request.path.suffix == ".toml"
    assert not document.is_project
    desk.save(tmp_path / "mine.ml4t")
    assert document.is_project
    document.clear()
    assert not document.is_project


def test_the_same_run_again_is_not_another_one(desk):
    desk.run()
    desk.run()

    assert desk.numbers() == [1]
    assert desk.history.shown == 1


def test_notes_pins_and_deletions_are_undone_in_turn_with_the_request(desk):
    desk.run()
    desk.run(strategy__exits__stop_loss=0.07)
    desk.history.write_note(1, " good ")
    desk.history.pin(1, is_pinned=True)
    desk.history.delete([2])
    request = desk.session.request
    assert desk.numbers() == [1]
    assert request.last_change.name == "run 2 deleted"

    request.undo()
    assert desk.numbers() == [1, 2]
    request.undo()
    request.undo()
    assert desk.history.entry(1).note == ""
    request.undo()
    assert request.draft.get(STOP) == 0.08
    for _ in range(4):
        request.redo()

    entry = desk.history.entry(1)
    assert (entry.note, entry.is_pinned) == ("good", True)
    assert desk.numbers() == [1]


def test_a_run_is_shown_again_as_it_was_with_its_request(desk):
    desk.run()
    before = desk.session.results.run
    desk.run(strategy__exits__stop_loss=0.07)

    desk.session.reopening.restore(1)
    desk.wait()

    run = desk.session.results.run
    assert run is not before
    assert run.result.trades.equals(before.result.trades)
    assert run.metrics == before.metrics
    assert run.market.symbols == before.market.symbols
    assert run.request == desk.session.request.draft.request() == before.request
    assert desk.history.shown == 1
    assert desk.numbers() == [1, 2]
    assert desk.session.request.last_change.name == "Restore the request of run 1"
    desk.session.request.undo()
    assert desk.session.request.draft.get(STOP) == 0.07


def test_data_that_changed_since_is_said_and_other_prices_are_not_shown(desk, request_file):
    desk.run()
    desk.run(strategy__exits__stop_loss=0.07)
    trades = desk.session.results.run.result.trades
    [prices] = [file.path for file in desk.history.entry(1).files if "price" in file.path]
    Path(prices).write_bytes(Path(prices).read_bytes() + b"\n")
    desk.history.look_at_files()
    desk.wait()
    assert desk.history.state(2) == "changed"

    desk.session.reopening.show(1)
    desk.wait()
    desk.session.reopening.show(2)
    desk.wait()

    run = desk.session.results.run
    assert run.result.trades.equals(trades)
    assert run.market.row_count == 0
    assert "the data files have changed since this run" in desk.message


def test_touching_a_file_is_no_change(desk):
    desk.run()
    for file in desk.history.entry(1).files:
        os.utime(file.path, (1, 1))

    desk.history.look_at_files()
    desk.wait()

    assert desk.history.state(1) == "same"


def test_a_project_brings_everything_back(desk, qtbot, tmp_path):
    desk.run()
    desk.run(strategy__exits__stop_loss=0.07)
    desk.history.write_note(1, "the first")
    trades = desk.session.results.run.result.trades
    path = tmp_path / "mine.ml4t"
    desk.save(path)
    assert not desk.session.document.has_unsaved_work
    assert runs_with_tables(path) == {entry.run_id for entry in desk.history.entries}

    other = Desk(qtbot, tmp_path, "other")
    other.open(path)
    assert other.numbers() == [1, 2]
    assert other.history.entry(1).note == "the first"
    assert other.session.request.draft == desk.session.request.draft
    assert len(other.session.trials.trials(other.history.entry(1).digest)) == 2
    other.session.reopening.show(2)
    other.wait()

    assert other.session.results.run.result.trades.equals(trades)
    assert not other.session.document.has_unsaved_work
    other.session.close()


def test_a_run_that_was_deleted_before_saving_comes_back_with_its_tables(desk, tmp_path):
    desk.run()
    trades = desk.session.results.run.result.trades
    desk.run(strategy__exits__stop_loss=0.07)
    desk.save(tmp_path / "mine.ml4t")
    desk.history.delete([1])
    desk.save(None)
    assert len(open_project(tmp_path / "mine.ml4t").project.entries) == 1

    desk.session.request.undo()
    desk.session.reopening.show(1)
    desk.wait()

    assert desk.session.results.run.result.trades.equals(trades)


def test_a_project_that_another_window_has_written_is_not_overwritten(desk, tmp_path):
    desk.run()
    path = tmp_path / "mine.ml4t"
    desk.save(path)
    path.write_bytes(path.read_bytes() + b" ")
    desk.history.write_note(1, "x")

    desk.session.document.save(None, lambda: pytest.fail("it was saved"))
    desk.wait()

    assert "was changed by another program" in desk.message


def test_opening_what_is_no_project_leaves_all_as_it_was(desk, tmp_path):
    desk.run()
    path = tmp_path / "bad.ml4t"
    path.write_bytes(b"no zip")
    desk.open(path)

    assert "bad.ml4t was not opened" in desk.message
    assert desk.numbers() == [1]
    assert desk.session.results.run is not None


def test_what_was_never_saved_is_found_by_the_next_window_with_its_tables(desk, qtbot, tmp_path):
    desk.run()
    desk.run(strategy__exits__stop_loss=0.07)
    trades = desk.session.results.run.result.trades
    kept = copied(tmp_path / "recovery", tmp_path / "next")

    other = Desk(qtbot, tmp_path / "next")
    with qtbot.waitSignal(other.session.autosave.looked):
        other.session.autosave.look()
    [found] = other.session.autosave.found
    assert found.history.unsaved == 2
    other.session.autosave.take(found)
    other.wait()

    assert "with 2 unsaved runs" in other.message
    assert other.numbers() == [1, 2]
    assert other.history.unsaved == 2
    assert not kept.exists()
    other.session.reopening.show(2)
    other.wait()
    assert other.session.results.run.result.trades.equals(trades)
    other.session.close()
    assert left_behind(tmp_path / "next" / "recovery") == ()


def copied(folder, to):
    """What a window keeps, as a kill of it would leave it: without its lock."""
    (to / "recovery").mkdir(parents=True)
    [file] = folder.glob("*.toml")
    shutil.copy(file, to / "recovery")
    shutil.copytree(file.with_suffix(""), to / "recovery" / file.stem)
    return to / "recovery" / file.name


def test_tables_that_were_not_written_yet_when_the_window_was_killed_are_not_claimed(
    desk, tmp_path
):
    desk.run()
    desk.run(strategy__exits__stop_loss=0.07)
    copied(tmp_path / "recovery", tmp_path / "next")
    [results] = (tmp_path / "next" / "recovery").glob("*/results")
    shutil.rmtree(results / desk.history.entry(2).run_id)

    [kept] = left_behind(tmp_path / "next" / "recovery")

    assert [entry.has_tables for entry in kept.history.entries] == [True, False]


def test_a_disk_that_is_full_leaves_the_run_in_the_history_without_tables(desk, monkeypatch):
    from ml4t_desktop.session.document import history_tasks

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(history_tasks, "write_task", full)
    monkeypatch.setattr("ml4t_desktop.session.document.history.write_task", full)
    desk.run()

    assert not desk.history.entry(1).has_tables
    assert "Run 1 is in the history without its trades" in desk.message
    assert desk.session.results.run is not None


def test_variants_are_counted_once_whatever_they_are_called_and_across_windows(
    desk, qtbot, tmp_path
):
    desk.run()
    desk.run(name="another name")
    desk.run(strategy__exits__stop_loss=0.07)
    trials = desk.session.trials
    digest = desk.history.entry(1).digest
    qtbot.waitUntil(lambda: len(trials.trials(digest)) == 2)
    metrics = desk.session.results.run.metrics
    assert trials.trials(digest).sharpes[1] == pytest.approx(
        metrics.sharpe / metrics.periods_per_year**0.5
    )
    lines = (tmp_path / "trials" / f"{digest}.jsonl").read_text().splitlines()
    assert len(lines) == 2
    assert len(json.loads(lines[0])) == 3

    other = Desk(qtbot, tmp_path, "other")
    other.open(desk.session.request.path)
    other.run(strategy__exits__stop_loss=0.2)
    qtbot.waitUntil(lambda: len(other.session.trials.trials(digest)) == 3)
    other.session.close()


def test_data_that_moved_is_told_and_found_again_with_what_lies_beside_it(
    desk, qtbot, tmp_path, request_file
):
    desk.run()
    path = tmp_path / "mine.ml4t"
    desk.save(path)
    moved = tmp_path / "moved"
    request_file.parent.rename(moved)

    other = Desk(qtbot, tmp_path, "other")
    other.open(path)
    assert "Data files are missing" in other.message
    assert "is not where it was" in other.message
    missing = other.session.document.missing_files()
    assert len(missing) == 2
    other.session.document.locate(missing[0], moved / Path(missing[0]).name)
    other.wait()

    assert other.session.document.missing_files() == ()
    assert other.run() == 1
    other.session.close()


def test_two_runs_are_compared(desk, qtbot):
    desk.run()
    desk.run(strategy__exits__stop_loss=0.02)
    store = desk.session.comparison
    store.choose((1, 2))
    qtbot.waitUntil(lambda: store.comparison is not None)

    found = store.comparison
    assert found.numbers == (1, 2)
    assert [item.text for item in found.differences[0]] == ["Stop loss: 8 % → 2 %"]
    [parting] = found.partings
    assert parting is not None
    store.open_trade(1, parting.first)
    desk.wait()
    assert desk.history.shown == 1
    assert desk.session.results.trade_id == parting.first

    desk.history.delete([2])
    assert store.chosen == (1,)
    assert store.comparison is None


def test_old_runs_lose_their_tables_before_they_are_forgotten(desk):
    from ml4t_desktop.project.documents.cleaning import Limits, tidied
    from tests.unit.project.saved import an_entry

    folder = desk.folder
    entries = [an_entry(folder, number, size=10) for number in range(1, 6)]
    entries[0] = replace(entries[0], is_pinned=True)

    kept = tidied(entries, Limits(runs=4, table_bytes=15))

    assert [entry.number for entry in kept] == [1, 3, 4, 5]
    assert [entry.has_tables for entry in kept] == [True, False, True, True]
