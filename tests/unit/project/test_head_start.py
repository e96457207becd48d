"""What of a request is read before anybody has checked it."""

from pathlib import Path

import pytest

from ml4t_desktop.cli.main import BAD_INPUT, OK, main
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.head_start import begin_reading


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


def test_values_that_replace_those_of_the_data_leave_no_head_start(sample):
    assert begin_reading(sample, {"account.initial_capital"}) is not None
    assert begin_reading(sample, {"data.files"}) is None
    assert begin_reading(sample, {"data"}) is None


@pytest.mark.parametrize("text", ["", "[data", "data = 1", "[data]", "files = ['a.parquet']"])
def test_a_request_that_is_none_is_told_by_those_who_check_it(text, tmp_path, capsys):
    path = tmp_path / "request.toml"
    path.write_text(text)
    assert begin_reading(path, ()) is None
    assert main(["run", str(path), "--out", str(tmp_path / "run")]) == BAD_INPUT
    assert capsys.readouterr().err.startswith("error: ")


def test_a_run_with_other_data_than_its_file_says_reads_those(sample, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    other = write_sample(tmp_path / "other", small=True).parent / "sample_prices.parquet"
    moved = sample.parent / "moved.toml"
    moved.write_text(sample.read_text().replace("sample_prices.parquet", "nowhere.parquet"))
    changes = ["--set", f"data.files=['{other.as_posix()}']"]
    assert main(["run", str(moved), "--out", "run", *changes]) == OK
