import json
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.project.documents.document import (
    extract_run,
    is_project,
    open_project,
    runs_with_tables,
    save_project,
)
from ml4t_desktop.project.documents.migrations import migrated
from ml4t_desktop.project.trials import Trial, TrialCount
from tests.unit.project.saved import a_project, an_entry, run_folders

GOLDEN = Path(__file__).resolve().parents[3] / "data/projects"
FIRST, SECOND = f"{1:016x}", f"{2:016x}"


@pytest.fixture
def project(tmp_path):
    trials = {"d" * 64: TrialCount({"v1": Trial(0.05, 100), "v2": Trial(None, 100)})}
    return a_project(tmp_path, trials=trials)


@pytest.fixture
def saved(tmp_path, project):
    path = tmp_path / "mine.ml4t"
    save_project(project, path, folders=run_folders(tmp_path, project))
    return path


def problems_of(path) -> str:
    with pytest.raises(InputError) as refused:
        open_project(path)
    return str(refused.value)


def test_a_project_is_opened_as_it_was_saved(project, saved):
    opened = open_project(saved)

    assert opened.problems == ()
    assert opened.project == project
    assert runs_with_tables(saved) == {FIRST, SECOND}


def test_a_project_is_known_by_its_name():
    assert is_project(Path("mine.ML4T"))
    assert not is_project(Path("mine.toml"))


def test_data_is_found_from_the_folder_of_the_project_when_both_have_moved(
    tmp_path, project, saved
):
    moved = tmp_path / "elsewhere" / saved.name
    moved.parent.mkdir()
    shutil.move(saved, moved)

    opened = open_project(moved).project

    data = (moved.parent / "data/prices.parquet").as_posix()
    assert opened.request["data"]["files"] == (data,)
    assert opened.entries[0].request["context"]["file"] == (moved.parent / "vix.csv").as_posix()
    assert opened.entries[0].files[0].path == data


def test_saving_again_copies_the_tables_of_the_runs_before_and_adds_those_of_the_new_one(
    tmp_path, project, saved
):
    third = an_entry(tmp_path, 3)
    more = replace(project, entries=(*project.entries[1:], third), last_number=3)
    folders = run_folders(tmp_path, replace(project, entries=(third,)))
    with zipfile.ZipFile(saved) as archive:
        before = archive.read(f"results/{SECOND}/trades.parquet")

    save_project(more, saved, folders=folders, source=saved)

    assert open_project(saved).project == more
    assert runs_with_tables(saved) == {SECOND, third.run_id}
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        assert archive.read(f"results/{SECOND}/trades.parquet") == before
        assert len(archive.namelist()) == len(set(archive.namelist()))


def test_the_same_project_gives_the_same_bytes_but_for_the_time_of_saving(tmp_path, project, saved):
    again = tmp_path / "again.ml4t"
    save_project(project, again, folders={}, source=saved)

    with zipfile.ZipFile(saved) as first, zipfile.ZipFile(again) as second:
        assert first.namelist() == second.namelist()
        for name in first.namelist():
            if name != "manifest.json":
                assert first.read(name) == second.read(name)


def test_runs_without_tables_stay_in_the_history_and_take_no_room(tmp_path, project, saved):
    without = replace(
        project, entries=(replace(project.entries[0], has_tables=False), project.entries[1])
    )
    save_project(without, saved, folders={}, source=saved)

    assert open_project(saved).project == without
    assert runs_with_tables(saved) == {SECOND}


def test_a_disk_that_is_full_leaves_the_file_before_and_nothing_beside_it(
    tmp_path, project, saved, monkeypatch
):
    before = saved.read_bytes()

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        save_project(project, saved, folders={}, source=saved)

    assert saved.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_a_source_that_is_gone_is_told_and_nothing_is_written(tmp_path, project, saved):
    saved.unlink()

    with pytest.raises(InputError, match=r"mine\.ml4t with its runs cannot be read"):
        save_project(project, tmp_path / "other.ml4t", folders={}, source=saved)

    assert not (tmp_path / "other.ml4t").exists()


def test_a_newer_project_is_refused_by_the_name_of_its_version(tmp_path, saved):
    rewritten(saved, "manifest.json", json.dumps({"format": 7, "application": "9.1"}).encode())

    told = problems_of(saved)

    assert "was written by version 9.1 in format 7" in told
    assert "reads formats up to 1" in told


def rewritten(path: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {item: archive.read(item) for item in archive.namelist()}
    members[name] = content
    with zipfile.ZipFile(path, "w") as archive:
        for item, value in members.items():
            archive.writestr(item, value)


def test_a_file_cut_off_anywhere_after_its_history_still_opens_with_it(saved, project):
    whole = saved.read_bytes()
    with zipfile.ZipFile(saved) as archive:
        first = archive.getinfo(f"results/{FIRST}/manifest.json").header_offset
    for end in (first, first + 200, len(whole) - 30):
        saved.write_bytes(whole[:end])

        opened = open_project(saved)

        assert opened.project.request == project.request
        assert opened.project.entries == project.entries
        assert "damaged; its request could be read, its history too" in str(opened.problems[0])


def test_a_file_cut_off_in_its_history_still_opens_its_request(saved, project):
    whole = saved.read_bytes()
    with zipfile.ZipFile(saved) as archive:
        history = archive.getinfo("history.json").header_offset
    saved.write_bytes(whole[: history + 60])

    opened = open_project(saved)

    assert opened.project.request == project.request
    assert opened.project.entries == ()
    assert "its history could not" in str(opened.problems[0])


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all" * 50])
def test_what_is_no_project_is_refused_in_words(tmp_path, content):
    path = tmp_path / "broken.ml4t"
    path.write_bytes(content)

    assert "broken.ml4t: is no project that can be read" in problems_of(path)


def test_a_project_that_is_not_there_is_told(tmp_path):
    assert "cannot be read (No such file" in problems_of(tmp_path / "none.ml4t")


def test_an_entry_that_is_not_as_it_should_be_is_left_out_and_told(saved, project):
    with zipfile.ZipFile(saved) as archive:
        history = json.loads(archive.read("history.json"))
    history["entries"][0]["number"] = "one"
    rewritten(saved, "history.json", json.dumps(history).encode())

    opened = open_project(saved)

    assert opened.project.entries == project.entries[1:]
    assert "entry 1 of the history" in str(opened.problems[0])


@pytest.mark.parametrize("name", ["history.json", "trials.json", "manifest.json"])
def test_a_part_that_is_no_json_is_told_and_the_rest_opened(saved, project, name):
    rewritten(saved, name, b"{")

    opened = open_project(saved)

    assert len(opened.problems) == 1
    assert opened.project.request == project.request


def test_the_tables_of_a_run_are_written_out_as_they_were(tmp_path, project, saved):
    extract_run(saved, FIRST, tmp_path / "out")

    kept = tmp_path / "kept" / FIRST
    assert {path.name for path in (tmp_path / "out").iterdir()} == {p.name for p in kept.iterdir()}
    assert (tmp_path / "out/trades.parquet").read_bytes() == (kept / "trades.parquet").read_bytes()


def test_tables_that_are_damaged_are_told_and_no_others(tmp_path, project, saved):
    content = bytearray(saved.read_bytes())
    with zipfile.ZipFile(saved) as archive:
        at = archive.getinfo(f"results/{FIRST}/trades.parquet").header_offset + 100
    content[at] ^= 0xFF
    saved.write_bytes(bytes(content))

    assert open_project(saved).problems == ()
    with pytest.raises(InputError, match="cannot be read"):
        extract_run(saved, FIRST, tmp_path / "out")
    extract_run(saved, SECOND, tmp_path / "second")


def test_a_member_that_leads_out_of_its_folder_is_not_written(tmp_path, saved):
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr(f"results/{FIRST}/../../evil", b"x")

    with pytest.raises(InputError):
        extract_run(saved, FIRST, tmp_path / "out/deep")
    assert not (tmp_path / "evil").exists()


def test_older_formats_go_through_every_step_between():
    steps = {
        1: lambda raw: {**raw, "history": {"entries": raw["history"]}},
        2: lambda raw: {**raw, "trials": {}},
    }
    raw = {"manifest": {"format": 1}, "history": [1, 2]}

    assert migrated(raw, 1, to=3, steps=steps) == {
        "manifest": {"format": 3},
        "history": {"entries": [1, 2]},
        "trials": {},
    }


def test_every_format_that_was_ever_written_is_opened(tmp_path):
    files = sorted(GOLDEN.glob("format_*.ml4t"))
    assert [path.stem for path in files] == ["format_1"]
    for path in files:
        opened = open_project(path)

        assert opened.problems == ()
        first, second = opened.project.entries
        assert (first.number, first.note, first.is_pinned) == (1, "the first try", True)
        assert second.statistics["num_trades"] > 0
        assert opened.project.last_number == 2
        assert opened.project.request["strategy"]["entry"]
        assert len(opened.project.trials[first.digest]) == 2
        assert runs_with_tables(path) == {first.run_id, second.run_id}
