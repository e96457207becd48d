"""Every check of a change, with commands that say and return what a test wants."""

import sys

import pytest


@pytest.fixture
def commands(checks, monkeypatch, tmp_path):
    """What each check does: lines it says, and its exit code."""
    said = {
        "ruff check": ("", 0), "ruff format": ("", 0), "lint-imports": ("", 0),
        "pyright": ("0 errors", 0), "build": ("436 MB", 0), "smoke": ("all passed", 0),
        "pytest": ("..\n== 2 passed ==", 0),
    }  # fmt: skip

    def command(name):
        text, code = said[name]
        return [sys.executable, "-c", f"import sys; print({text!r}); sys.exit({code})"]

    def of(*names):
        return {name: command(name) for name in names}

    monkeypatch.setattr(checks, "_quick", lambda: of("ruff check", "ruff format", "lint-imports"))
    monkeypatch.setattr(
        checks,
        "_slow",
        lambda *, builds: of("pyright", *(["build", "smoke"] if builds else [])),
    )
    # `python -u -m pytest` is a module of that name in this folder.
    monkeypatch.setattr(checks.environment, "ROOT", tmp_path)
    monkeypatch.setattr(checks.environment, "tool", lambda _name: sys.executable)

    def write_pytest():
        text, code = said["pytest"]
        (tmp_path / "pytest.py").write_text(
            f"import sys\nprint({text!r}, *sys.argv[1:])\nsys.exit({code})\n"
        )

    write_pytest()
    said["write"] = write_pytest
    return said


def told(capfd) -> list[str]:
    return capfd.readouterr().out.strip().splitlines()


def test_every_check_runs_and_the_closing_line_of_pytest_is_the_last(checks, commands, capfd):
    assert checks.run([]) == 0
    lines = told(capfd)
    assert lines[-1].startswith("== 2 passed ==")
    assert lines[-2].endswith("failed: nothing")
    for title in (
        "ruff check",
        "ruff format",
        "lint-imports",
        "pyright",
        "build",
        "smoke",
        "pytest",
    ):
        assert any(line.startswith(f"--- {title}") for line in lines), title
    assert "436 MB" in lines


@pytest.mark.parametrize("name", ["ruff check", "pyright", "build", "smoke", "pytest"])
def test_one_failed_check_fails_the_whole_and_stops_none(checks, commands, capfd, name):
    commands[name] = ("broken", 3)
    commands["write"]()
    assert checks.run([]) == 1
    lines = told(capfd)
    assert lines[-2].endswith(f"failed: {name}")
    assert any(line.startswith("--- lint-imports") for line in lines)


def test_a_build_that_failed_is_not_tried(checks, commands, capfd):
    commands["build"] = ("no compiler", 1)
    checks.run([])
    assert "all passed" not in told(capfd)


def test_nothing_is_built_where_tests_are_chosen(checks, commands, capfd):
    assert checks.run(["-k", "stops"]) == 0
    lines = told(capfd)
    assert "436 MB" not in lines
    assert lines[-1] == "== 2 passed == -k stops"


def test_options_of_pytest_choose_no_tests(checks, commands, capfd):
    checks.run(["--durations=40"])
    assert "436 MB" in told(capfd)


def test_a_check_that_cannot_be_started_has_failed(checks, commands, monkeypatch, capfd):
    monkeypatch.setattr(checks, "_slow", lambda *, builds: {"pyright": ["/no/such/program"]})
    monkeypatch.setattr(checks.shutil, "which", lambda _name: None)
    assert checks.run([]) == 1
    assert told(capfd)[-2].endswith("failed: pyright")


def test_what_a_build_needs_is_installed_where_that_needs_no_question(checks, monkeypatch, capfd):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(checks.environment, "succeeds", lambda _command: True)
    there = {"cc"}
    asked: list[list[str]] = []
    monkeypatch.setattr(checks.shutil, "which", lambda name: name if name in there else None)
    monkeypatch.setattr(checks.qt_libraries, "install", asked.append)
    assert not checks.can_build()
    assert asked == [["binutils"]]
    assert "objdump, strip" in told(capfd)[-1]
    there |= {"objdump", "strip"}
    assert checks.can_build()
    monkeypatch.setattr(checks.environment, "succeeds", lambda _command: False)
    assert not checks.can_build()
    assert "for want of PyInstaller" in told(capfd)[-1]


@pytest.fixture
def machine(checks, monkeypatch):
    """Set how many processors this process may use."""

    def has(cores: int) -> None:
        monkeypatch.setattr(
            checks.os, "sched_getaffinity", lambda _pid: set(range(cores)), raising=False
        )

    return has


def test_all_tests_are_spread_over_the_processors_and_those_of_a_file_stay_together(
    checks, commands, machine, capfd
):
    machine(2)
    checks.run(["--durations=40"])
    assert told(capfd)[-1] == (
        "== 2 passed == -n 2 --dist loadfile --no-loadscope-reorder --durations=40"
    )
    machine(1)
    checks.run([])
    assert told(capfd)[-1] == "== 2 passed =="
    machine(64)
    checks.run([])
    assert "-n 8 " in told(capfd)[-1]


def test_where_python_is_told_to_keep_no_bytecode_the_checks_keep_theirs_in_the_environment(
    checks, commands, monkeypatch, tmp_path, capfd
):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    (tmp_path / "pytest.py").write_text("import sys\nprint(sys.pycache_prefix)\n")
    assert checks.run(["-k", "stops"]) == 0
    assert told(capfd)[-1] == str(checks.environment.VENV / "bytecode")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE")
    checks.run(["-k", "stops"])
    assert told(capfd)[-1] == "None"
