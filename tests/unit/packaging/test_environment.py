import errno
import importlib.util
import sys

import pytest


@pytest.fixture
def checkout(environment, tmp_path, monkeypatch):
    """An empty checkout whose pip only remembers what it was asked for."""
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv/bootstrap.json")
    asked: list[str] = []

    def make_venv() -> None:
        python = tmp_path / ".venv/bin/python"
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    monkeypatch.setattr(environment, "_make_venv", make_venv)
    monkeypatch.setattr(environment, "tool", lambda name: str(tmp_path / ".venv/bin" / name))
    monkeypatch.setattr(environment, "_pip", lambda *arguments: asked.append(arguments[-1]))
    return asked


def test_the_first_call_installs_the_checkout_itself(environment, checkout, tmp_path):
    assert environment.ensure_environment([])
    assert checkout == [str(tmp_path)]


def test_the_second_call_installs_nothing(environment, checkout):
    environment.ensure_environment(["test"])
    assert not environment.ensure_environment(["test"])
    assert not environment.ensure_environment([])
    assert len(checkout) == 1


def test_what_was_installed_before_stays_when_more_is_wanted(environment, checkout, tmp_path):
    environment.ensure_environment([])
    environment.ensure_environment(["test"])
    environment.ensure_environment([])
    assert checkout == [str(tmp_path), f"{tmp_path}[test]"]


def test_only_an_installation_with_other_engines_is_left_uncompiled(
    environment, checkout, tmp_path, monkeypatch
):
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(environment, "_pip", lambda *arguments: asked.append(arguments))
    environment.ensure_environment(["test"])
    environment.ensure_environment(["parity", "test"])
    assert ["--no-compile" in arguments for arguments in asked] == [False, True]
    assert asked[1][-1] == f"{tmp_path}[parity,test]"


def test_a_changed_project_file_installs_again_with_the_same_extras(
    environment, checkout, tmp_path
):
    environment.ensure_environment(["test"])
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = []\n")
    assert environment.ensure_environment([])
    assert len(checkout) == 2


def test_another_python_installs_again(environment, checkout, monkeypatch):
    environment.ensure_environment([])
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert environment.ensure_environment([])


def test_an_environment_that_was_removed_is_made_again(environment, checkout, tmp_path):
    environment.ensure_environment([])
    (tmp_path / ".venv/bin/python").unlink()
    assert environment.ensure_environment([])


@pytest.mark.parametrize("content", ["", "[]", "{}", "{"])
def test_a_damaged_stamp_counts_as_none(environment, checkout, tmp_path, content):
    environment.ensure_environment([])
    (tmp_path / ".venv/bootstrap.json").write_text(content)
    assert environment.ensure_environment([])


def test_a_failed_installation_leaves_no_stamp(environment, checkout, tmp_path, monkeypatch):
    def fail(*_arguments):
        raise environment.CannotContinueError

    monkeypatch.setattr(environment, "_pip", fail)
    with pytest.raises(environment.CannotContinueError):
        environment.ensure_environment([])
    assert not (tmp_path / ".venv/bootstrap.json").exists()


def test_a_full_disk_is_said_in_words(environment, checkout, monkeypatch):
    def fail(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(environment, "_pip", fail)
    with pytest.raises(environment.CannotContinueError, match=r"disk .* is full: free about"):
        environment.ensure_environment([])


def script(environment, monkeypatch, tmp_path, body: str) -> None:
    """Let the environment's python be a script that stands for pip."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    monkeypatch.setattr(environment, "tool", lambda _name: str(path))


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pip is a shell script")
def test_when_pip_fails_its_last_lines_are_told(environment, tmp_path, monkeypatch):
    body = "for i in 1 2 3; do echo early; done; seq 1 20; echo ERROR: no such version; exit 1"
    script(environment, monkeypatch, tmp_path, body)
    with pytest.raises(environment.CannotContinueError) as caught:
        environment._pip("install", "x")
    said = str(caught.value)
    assert "ERROR: no such version" in said
    assert "early" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pip is a shell script")
def test_when_pip_fills_the_disk_that_is_told_instead(environment, tmp_path, monkeypatch):
    body = "echo 'ERROR: [Errno 28] No space left on device'; exit 1"
    script(environment, monkeypatch, tmp_path, body)
    with pytest.raises(environment.CannotContinueError, match="is full"):
        environment._pip("install", "x")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for pip is a shell script")
def test_what_pip_is_at_is_shown(environment, tmp_path, monkeypatch, capsys):
    script(environment, monkeypatch, tmp_path, "echo Collecting numpy; echo '   chatter'")
    environment._pip("install", "x")
    assert capsys.readouterr().out == "  Collecting numpy\n"


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_names_the_package_that_has_it(environment, monkeypatch, module):
    find = importlib.util.find_spec
    monkeypatch.setattr(environment, "succeeds", lambda _command: False)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == module else find(name)
    )
    with pytest.raises(environment.CannotContinueError, match=f"{module}.*python3-venv"):
        environment._make_venv()
