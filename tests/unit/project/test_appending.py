"""A project file that a save appends to: until the end of it the file reads as it was before."""

import errno
import os
import zipfile
from dataclasses import replace

import pytest

from ml4t_desktop.errors import Cancelled, InputError
from ml4t_desktop.project.documents import archive_writing
from ml4t_desktop.project.documents.archive import was_interrupted
from ml4t_desktop.project.documents.document import (
    extract_run,
    open_project,
    runs_with_tables,
    save_project,
)
from tests.unit.project.saved import a_project, an_entry, run_folders


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch):
    """Append to small files, too, however much of them nothing points to any more."""
    monkeypatch.setattr(archive_writing, "_LARGE", 1)
    monkeypatch.setattr(archive_writing, "_MOST_DEAD", 0.9)


@pytest.fixture
def project(tmp_path):
    return a_project(tmp_path)


@pytest.fixture
def saved(tmp_path, project):
    path = tmp_path / "mine.ml4t"
    save_project(project, path, folders=run_folders(tmp_path, project))
    return path


@pytest.fixture
def more(tmp_path, project):
    """The project with a third run."""
    return replace(project, entries=(*project.entries, an_entry(tmp_path, 3)), last_number=3)


@pytest.fixture
def folders(tmp_path, more):
    return run_folders(tmp_path, replace(more, entries=more.entries[-1:]))


def test_a_save_adds_behind_the_end_and_touches_nothing_before_it(saved, more, folders):
    before = saved.read_bytes()

    save_project(more, saved, folders=folders, source=saved)

    after = saved.read_bytes()
    assert after.startswith(before)
    assert not was_interrupted(saved)
    assert open_project(saved).project == more
    assert runs_with_tables(saved) == {entry.run_id for entry in more.entries}
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))


def test_saves_follow_each_other_and_all_runs_stay_readable(tmp_path, saved, more, folders):
    save_project(more, saved, folders=folders, source=saved)
    fourth = an_entry(tmp_path, 4)
    most = replace(more, entries=(*more.entries, fourth), last_number=4)
    save_project(
        most, saved, folders=run_folders(tmp_path, replace(most, entries=(fourth,))), source=saved
    )

    assert open_project(saved).project == most
    for entry in most.entries:
        extract_run(saved, entry.run_id, tmp_path / "out" / entry.run_id)


@pytest.mark.parametrize("written", [100, 8_000])  # more than what the library reads over, too
def test_a_save_that_was_cut_off_anywhere_leaves_the_project_before_it(
    tmp_path, project, saved, more, written
):
    size = saved.stat().st_size
    folders = run_folders(tmp_path, replace(more, entries=more.entries[-1:]), written)
    save_project(more, saved, folders=folders, source=saved)
    whole = saved.read_bytes()
    step = max((len(whole) - size) // 150, 1)

    ends = (size + 1, *range(size + 2, len(whole) - 30, step), *range(len(whole) - 30, len(whole)))
    for end in ends:
        saved.write_bytes(whole[:end])

        opened = open_project(saved)

        assert opened.project == project, end
        [told] = opened.problems
        assert "the last save did not come to its end" in told.what
        assert runs_with_tables(saved) == {entry.run_id for entry in project.entries}
    extract_run(saved, project.entries[0].run_id, tmp_path / "out")


@pytest.mark.parametrize("cut", [1, 40, 3_000])
def test_after_a_save_that_was_cut_off_the_next_one_is_whole(tmp_path, saved, more, folders, cut):
    size = saved.stat().st_size
    save_project(more, saved, folders=folders, source=saved)
    saved.write_bytes(saved.read_bytes()[: size + cut])

    save_project(more, saved, folders=folders, source=saved)

    opened = open_project(saved)
    assert opened.problems == ()
    assert opened.project == more
    for entry in more.entries:
        extract_run(saved, entry.run_id, tmp_path / "out" / entry.run_id)


@pytest.mark.parametrize("written", [0, 500, 5_000])
def test_a_disk_that_fills_up_leaves_the_file_byte_for_byte_as_it_was(
    saved, more, folders, monkeypatch, written
):
    before = saved.read_bytes()
    room = [written]

    def fill(read, to, told=None):
        content = read.read()
        to.write(content[: room[0]])
        room[0] -= len(content)
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive_writing, "pump", fill)
    with pytest.raises(InputError, match="No space left"):
        save_project(more, saved, folders=folders, source=saved)

    assert saved.read_bytes() == before


def test_a_disk_that_fills_up_at_the_table_of_contents_leaves_the_file_as_it_was(
    saved, more, folders, monkeypatch
):
    before = saved.read_bytes()
    calls = []

    def full(handle):
        calls.append(handle)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive_writing.os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        save_project(more, saved, folders=folders, source=saved)

    assert calls
    assert saved.read_bytes() == before


@pytest.mark.parametrize("at", [0.0, 0.3, 0.9])
def test_a_save_that_is_stopped_leaves_the_file_as_it_was(saved, more, folders, at):
    before = saved.read_bytes()

    def stop(share):
        if share >= at:
            raise Cancelled

    with pytest.raises(Cancelled):
        save_project(more, saved, folders=folders, source=saved, progress=stop)

    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir() if "part" in path.name] == []


def test_progress_goes_up_to_the_end(tmp_path, saved, more, folders):
    told = []
    save_project(more, saved, folders=folders, source=saved, progress=told.append)
    save_project(more, tmp_path / "other.ml4t", folders=folders, source=saved, progress=told.append)

    assert told[0] == 0.0
    assert max(told) == 1.0
    for shares in (told[: told.index(1.0) + 1],):
        assert shares == sorted(shares)


def test_when_most_of_the_file_is_dead_it_is_written_anew(
    tmp_path, project, saved, more, folders, monkeypatch
):
    monkeypatch.setattr(archive_writing, "_MOST_DEAD", 0.0)
    save_project(more, saved, folders=folders, source=saved)
    large = saved.stat().st_size

    save_project(project, saved, folders={}, source=saved)

    assert saved.stat().st_size < large
    assert open_project(saved).project == project


def test_a_project_with_a_comment_of_another_program_is_whole(saved):
    with zipfile.ZipFile(saved, "a") as archive:
        archive.comment = b"packed by somebody else"

    assert open_project(saved).problems == ()
