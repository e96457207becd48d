import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def commands(bootstrap, monkeypatch):
    """The commands that are started, which all succeed but those named in `failing`."""
    ran: list[list[str]] = []
    failing: set[str] = set()

    def run(command, **options):
        ran.append(command)
        failed = any(word in " ".join(command) for word in failing)
        return SimpleNamespace(returncode=int(failed), env=options.get("env"))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(bootstrap.environment, "ensure_environment", lambda _extras: False)
    monkeypatch.setattr(bootstrap.qt_libraries, "provide", lambda **_: None)
    return SimpleNamespace(ran=ran, failing=failing)


def test_what_follows_test_is_for_the_checks(bootstrap, commands, monkeypatch):
    given: list[list[str]] = []
    monkeypatch.setattr(bootstrap.checks, "run", lambda arguments: given.append(arguments) or 1)
    assert bootstrap.main(["test", "-k", "stops"]) == 1
    assert given == [["-k", "stops"]]


def test_without_arguments_the_sample_is_opened(bootstrap, commands, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    assert bootstrap.main([]) == 0
    assert "--sample" in commands.ran[-1]


def test_a_fresh_installation_compiles_the_engine_before_anything_opens(
    bootstrap, commands, monkeypatch
):
    monkeypatch.setattr(bootstrap.environment, "ensure_environment", lambda _extras: True)
    bootstrap.main([])
    assert "warm_engine" in commands.ran[0][-1]


def test_a_display_that_cannot_be_reached_counts_as_none(bootstrap, commands, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":99")
    commands.failing.add("QGuiApplication")
    variables: dict[str, str] = {}
    run = subprocess.run

    def remember(command, **options):
        variables.update(options.get("env") or {})
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", remember)
    bootstrap.main([])
    assert "There is no display" in capsys.readouterr().out
    assert "PATH" in variables
    assert "DISPLAY" not in variables


def test_an_old_python_is_told_what_is_needed(bootstrap, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: None)
    assert bootstrap.main([]) == 1
    assert "Python 3.11 or newer is needed, this is 3.9.2" in capsys.readouterr().err


def test_an_old_python_hands_over_to_a_newer_one(bootstrap, commands, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(
        bootstrap.shutil, "which", lambda name: "/opt/python3.12" if "3.12" in name else None
    )
    assert bootstrap.main([]) == 0
    assert commands.ran[0][0] == "/opt/python3.12"


def test_what_cannot_be_installed_is_an_error_in_a_line(bootstrap, monkeypatch, capsys):
    def fail(_extras):
        message = "no venv"
        raise bootstrap.environment.CannotContinueError(message)

    monkeypatch.setattr(bootstrap.environment, "ensure_environment", fail)
    assert bootstrap.main([]) == 1
    assert capsys.readouterr().err == "error: no venv\n"


def test_an_unknown_argument_shows_the_two_commands(bootstrap, capsys):
    assert bootstrap.main(["tset"]) == 2
    assert "packaging/bootstrap.py test" in capsys.readouterr().out


def test_the_tests_bring_the_engines_they_compare_with_and_what_builds(
    bootstrap, commands, monkeypatch
):
    asked: list[list[str]] = []
    monkeypatch.setattr(bootstrap.environment, "ensure_environment", asked.append)
    monkeypatch.setattr(bootstrap.checks, "run", lambda _arguments: 0)
    bootstrap.main(["test"])
    bootstrap.main([])
    assert asked == [["diagnostics", "installer", "parity", "statistics", "test"], []]


def test_where_nothing_can_be_built_the_tests_run_all_the_same(
    bootstrap, commands, monkeypatch, capsys
):
    asked: list[list[str]] = []

    def ensure(extras):
        asked.append(extras)
        if "installer" in extras:
            message = "no matching distribution"
            raise bootstrap.environment.CannotContinueError(message)
        return False

    monkeypatch.setattr(bootstrap.environment, "ensure_environment", ensure)
    monkeypatch.setattr(bootstrap.checks, "run", lambda _arguments: 0)
    assert bootstrap.main(["test"]) == 0
    assert asked[-1] == ["diagnostics", "parity", "statistics", "test"]
    assert "installer cannot be installed here" in capsys.readouterr().out


def test_the_gate_runs_the_second_command():
    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "python3 packaging/bootstrap.py test" in text
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
