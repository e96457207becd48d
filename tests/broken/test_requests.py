"""A broken request, or one with a broken file beside it, ends in a message for each problem."""

import pytest

from ml4t_desktop.cli.main import main
from ml4t_desktop.errors import InputError, Problem
from tests.architecture.translated import untranslated
from tests.broken.requests import CASES, GOOD, PRICES, case


def test_the_request_that_the_others_are_broken_from_runs(tmp_path, capsys):
    (tmp_path / "prices.csv").write_text(PRICES, encoding="utf-8")
    (tmp_path / "request.toml").write_text(GOOD, encoding="utf-8")
    assert main(["run", str(tmp_path / "request.toml"), "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "manifest.json").is_file()
    capsys.readouterr()


@pytest.mark.parametrize(("kind", "name"), CASES, ids=lambda part: part)
def test_a_broken_request_is_told_in_lines_that_name_the_place(
    tmp_path, capsys, monkeypatch, kind, name
):
    told: list[Problem] = []
    monkeypatch.setattr(InputError, "__init__", _noting(InputError.__init__, told))
    files, words = case(kind, name)
    for file, text in files.items():
        (tmp_path / file).write_bytes(text.encode())
    out = tmp_path / "out"
    assert main(["run", str(tmp_path / "request.toml"), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert not [word for word in words if word not in said], said
    assert "Traceback" not in said
    lines = said.strip().splitlines()
    assert lines
    assert len(lines) == len(set(lines))
    assert all(
        file in line for line in lines for file in [_file_of(line, files)] if file is not None
    )
    assert not out.exists()
    assert untranslated(told) == []


def _noting(make, told):
    def init(error, *args, **kwargs):
        make(error, *args, **kwargs)
        told.extend(error.problems)

    return init


def _file_of(line: str, files: dict[str, str]) -> str | None:
    return next((file for file in files if file in line), None)
