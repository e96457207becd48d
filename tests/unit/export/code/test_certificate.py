"""The script of a whole request, run in a process of its own before it is given out."""

import re
import subprocess
import sys

import polars as pl
import pytest

from ml4t_desktop.cli.main import BAD_INPUT, OK, main
from ml4t_desktop.export.code.certificate import fills_hash
from ml4t_desktop.files.sample_files import write_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


def test_the_script_of_a_request_is_certified_and_runs_by_itself(sample, tmp_path, capsys):
    script = tmp_path / "rules.py"
    assert main(["export-code", str(sample), "--out", str(script)]) == OK
    assert "the same to the last bit" in capsys.readouterr().out
    text = script.read_text()
    told = re.search(r"fills +(\d+), sha256 (\w{64})", text)
    assert list(tmp_path.iterdir()) == [script]
    command = [sys.executable, str(script), "--save", str(tmp_path / "run")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    fills = pl.read_parquet(tmp_path / "run/fills.parquet")
    assert (fills.height, fills_hash(fills)) == (int(told[1]), told[2])
    assert "final value" in said
    assert main(["run", str(sample), "--out", str(tmp_path / "by rules")]) == OK
    by_rules = pl.read_parquet(tmp_path / "by rules/fills.parquet")
    assert fills_hash(by_rules) == told[2]


def test_the_script_is_a_strategy_the_window_can_open(sample, tmp_path):
    from ml4t_desktop.files.scripts.script import read_script

    main(["export-code", str(sample), "--out", str(tmp_path / "rules.py")])
    (found,) = read_script(tmp_path / "rules.py").classes
    assert found.problems == ()


def test_what_cannot_be_written_out_is_refused_and_nothing_is_left(sample, tmp_path, capsys):
    text = sample.read_text()
    request = sample.with_name("partly.toml")
    request.write_text(re.sub(r"\[execution\]\n", "[execution]\nparticipation = 0.000001\n", text))
    assert main(["export-code", str(request), "--out", str(tmp_path / "rules.py")]) == BAD_INPUT
    assert "cannot be written out" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_python_strategy_is_not_written_out_again(sample, tmp_path, capsys):
    request = sample.with_name("python.toml")
    head = sample.read_text().partition("[strategy]")[0]
    request.write_text(f'{head}[strategy.python]\nfile = "x.py"\nclass = "X"\n')
    assert main(["export-code", str(request), "--out", str(tmp_path / "rules.py")]) == BAD_INPUT
    assert "is Python already" in capsys.readouterr().err


@pytest.mark.real_data
@pytest.mark.slow
def test_the_real_request_is_certified(real_data, tmp_path):
    request = real_data / "projects/ml_signal_sp500.toml"
    assert main(["export-code", str(request), "--out", str(tmp_path / "rules.py")]) == OK
