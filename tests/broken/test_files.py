"""Every broken file ends in its bars, or in one set of problems with place and advice."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml4t_desktop.backtest.data import FileFeed
from ml4t_desktop.cli.main import main
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.formats import compression, parquet_tables, text_tables
from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.files.quality import check_file
from tests.architecture.translated import untranslated
from tests.broken import packed, texts, typed, values
from tests.broken.read import READ
from tests.broken.refused import REFUSED

FILES = packed.made() | texts.made() | values.made() | typed.made()
BY_COMMAND = [name for place, name in enumerate(FILES) if place % 4 == 0]


@pytest.fixture(autouse=True)
def low_limits(monkeypatch):
    """Bombs of some megabytes instead of some thousand."""
    monkeypatch.setattr(compression, "_ALWAYS_ALLOWED", 1 << 22)
    monkeypatch.setattr(text_tables, "_LONGEST_ROW", 1 << 20)


def written(folder, name):
    path = folder / name
    path.write_bytes(FILES[name])
    return path


def test_there_are_two_hundred_broken_files_and_each_has_an_expected_outcome():
    assert len(FILES) >= 200
    assert set(FILES) == set(REFUSED) | set(READ)
    assert not set(REFUSED) & set(READ)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_its_place_and_what_to_do(tmp_path, name):
    path = written(tmp_path, name)
    with pytest.raises(InputError) as caught:
        FileFeed(path)
    problems = caught.value.problems
    assert problems
    assert len(set(problems)) == len(problems)
    said = "\n".join(str(problem) for problem in problems)
    assert not [words for words in REFUSED[name] if words not in said], said
    assert all(name in problem.where and problem.fix for problem in problems)
    assert all(len(str(problem)) < 6_000 for problem in problems)
    assert untranslated(problems) == []
    assert path.read_bytes() == FILES[name]


@pytest.mark.parametrize("name", READ)
def test_a_file_that_looks_broken_and_is_not_is_read_with_what_is_odd_said(tmp_path, name):
    closes, symbols, words = READ[name]
    feed = FileFeed(written(tmp_path, name))
    assert tuple(feed.market.prices[3].tolist())[: len(closes)] == closes
    assert symbols is None or feed.market.symbols[: len(symbols)] == symbols
    said = "\n".join(problem.what for problem in feed.problems)
    assert not [word for word in words if word not in said], said
    assert untranslated(feed.problems) == []


@pytest.mark.parametrize("name", FILES)
def test_the_import_and_the_report_raise_nothing_but_input_errors(tmp_path, name):
    path = written(tmp_path, name)
    report = check_file(path)
    assert untranslated(found.problem for found in report.findings) == []
    if report.kind is not None:
        assert inspect_file(path).row_count == report.row_count
        return
    with pytest.raises(InputError) as caught:
        inspect_file(path)
    assert tuple(found.problem for found in report.findings) == caught.value.problems


@pytest.mark.parametrize("name", BY_COMMAND)
def test_the_command_says_a_line_for_each_problem_and_exits_accordingly(tmp_path, capsys, name):
    path = written(tmp_path, name)
    report = check_file(path)
    assert main(["check", str(path)]) == (0 if report.is_usable else 2)
    said = capsys.readouterr().err
    lines = said.strip().split("\n") if said.strip() else []
    assert all(line.startswith(("error: ", "warning: ", "note: ")) for line in lines), said
    assert len(lines) == len(report.findings)


def test_a_command_of_its_own_tells_broken_files_without_a_traceback(tmp_path):
    names = ["half.parquet", "open_quote.csv", "noise.xlsx", "early_days.parquet"]
    command = [sys.executable, "-m", "ml4t_desktop", "check"]
    done = subprocess.run(
        [*command, *(str(written(tmp_path, name)) for name in names)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert done.returncode == 2
    lines = done.stderr.strip().splitlines()
    assert [name for name in names if not any(name in line for line in lines)] == []
    assert all(line.startswith("error: ") for line in lines), done.stderr


def test_a_parquet_file_that_says_it_holds_more_than_its_bytes_can_is_refused(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(parquet_tables, "_LARGE", 1 << 10)
    path = tmp_path / "bomb.parquet"
    path.write_bytes(packed.parquet_bomb())
    with pytest.raises(InputError, match="unpacks to more than"):
        FileFeed(path)


def test_an_unpacked_stream_of_honest_size_is_read_to_its_end(tmp_path):
    stream = compression._Bounded(io.BytesIO(b"x" * 1_000_000), written(tmp_path, "one_row.csv"))
    assert len(stream.read()) == 1_000_000
