"""Every check of a change: pytest on all cores, and beside it at low priority types, a build, and its trial.

Standard library only. Pytest is told line by line as it comes, what the others said as a block when each
has ended, and pytest's closing line is the last one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable

import environment
import qt_libraries

_LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
PROGRAM = environment.ROOT / "dist" / "ml4t-desktop" / "ml4t-desktop"
# What a build needs beside Python, and the package that brings it on Debian and Ubuntu.
_BUILD_TOOLS = {"cc": "gcc libc6-dev", "objdump": "binutils", "strip": "binutils"}
_BELOW_NORMAL = 0x00004000  # a priority of Windows
_MOST_WORKERS = 8  # each may take a gigabyte
Checks = dict[str, list[str]]


def run(pytest_arguments: list[str]) -> int:
    """Run every check whatever the others say, and return the exit code.

    Parameters
    ----------
    pytest_arguments : list of str
        Where they choose tests, nothing is built.
    """
    started = time.monotonic()
    failed = [name for name, command in _quick().items() if not _passes(name, command)]
    beside = Beside(_slow(builds=_is_whole(pytest_arguments)))
    beside.start()
    try:
        spread = _spread() if _is_whole(pytest_arguments) else []
        closing, code = _pytest([*_color(), *spread, *pytest_arguments], beside.turn)
        beside.wait()
    finally:
        beside.stop()
    failed += [*beside.failed, *(["pytest"] if code else [])]
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"\n{minutes} min {seconds} s; failed: {', '.join(failed) or 'nothing'}", flush=True)
    print(closing, flush=True)
    return 1 if failed else 0


class Beside(threading.Thread):
    """Commands that run one after the other at low priority, each told whole when it has ended.

    Parameters
    ----------
    checks : dict of str to list of str
    """

    def __init__(self, checks: Checks) -> None:
        super().__init__(name="checks beside pytest", daemon=True)
        self.turn = threading.Lock()  # to print
        self.failed: list[str] = []
        self._checks, self._process, self._is_stopped = checks, None, False

    def run(self) -> None:
        """Run them all, unless stopped; a build that fails is not tried."""
        for name, command in self._checks.items():
            if self._is_stopped or (name == "smoke" and "build" in self.failed):
                continue
            started = time.monotonic()
            code, said = self._outcome(command)
            if code:
                self.failed.append(name)
            with self.turn:
                print(f"\n--- {name}: {time.monotonic() - started:.0f} s ---\n{said}", flush=True)

    def wait(self) -> None:
        """Wait for the end, short enough each time that Ctrl+C is heard."""
        while self.is_alive():
            self.join(0.2)

    def stop(self) -> None:
        """End what still runs."""
        self._is_stopped = True
        process: subprocess.Popen[str] | None = self._process
        if process is not None and process.poll() is None:
            process.terminate()
        self.wait()

    def _outcome(self, command: list[str]) -> tuple[int, str]:
        if nice := shutil.which("nice"):
            command = [nice, "-n", "10", *command]
        try:
            process = subprocess.Popen(
                command,
                cwd=environment.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                creationflags=_BELOW_NORMAL if os.name == "nt" else 0,
                env=_variables(),
            )
        except OSError as problem:
            return 1, str(problem)
        self._process = process
        said = process.communicate()[0]
        return process.returncode, said.rstrip()


def can_build() -> bool:
    """Return whether the tools of a build are there, installing them where that needs no question."""
    if not environment.succeeds([environment.tool("python"), "-c", "import PyInstaller"]):
        print("note: nothing is built and tried here, for want of PyInstaller", flush=True)
        return False
    if os.name == "nt":
        return shutil.which("cl") is not None
    lacking = _lacking()
    packages = " ".join(sorted({_BUILD_TOOLS[tool] for tool in lacking})).split()
    if packages and sys.platform.startswith("linux"):
        qt_libraries.install(packages)
        lacking = _lacking()
    if lacking:
        print(
            f"note: nothing is built and tried here, for want of {', '.join(lacking)}", flush=True
        )
    return not lacking


def _lacking() -> list[str]:
    wanted: Iterable[str] = _BUILD_TOOLS if sys.platform.startswith("linux") else ["cc"]
    return [tool for tool in wanted if shutil.which(tool) is None]


def _quick() -> Checks:
    python = environment.tool("python")
    return {
        "ruff check": [python, "-m", "ruff", "check"],
        "ruff format": [python, "-m", "ruff", "format", "--check"],
        "lint-imports": [python, "-c", _LINT_IMPORTS],
    }


def _slow(*, builds: bool) -> Checks:
    python = environment.tool("python")
    checks = {"pyright": [python, "-m", "pyright"]}
    if builds and can_build():
        program = PROGRAM.with_suffix(".exe") if os.name == "nt" else PROGRAM
        checks["build"] = [python, "packaging/build.py", "--folder"]
        checks["smoke"] = [python, "packaging/smoke.py", str(program)]
    return checks


def _is_whole(pytest_arguments: list[str]) -> bool:
    """Return whether all tests are meant: options alone choose none."""
    return all(argument.startswith("-") for argument in pytest_arguments)


def _spread() -> list[str]:
    """Return options that have a process for each core; the tests of a file stay together, and in order."""
    affinity = getattr(os, "sched_getaffinity", None)  # what the process may use, where one can ask
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    if cores < 2:
        return []
    workers = str(min(cores, _MOST_WORKERS))
    return ["-n", workers, "--dist", "loadfile", "--no-loadscope-reorder"]


def _variables() -> dict[str, str]:
    """Return the variables of what is started: Python translates every module once, not at each start."""
    variables = dict(os.environ)
    if variables.pop("PYTHONDONTWRITEBYTECODE", ""):
        variables["PYTHONPYCACHEPREFIX"] = str(environment.VENV / "bytecode")
    return variables


def _color() -> list[str]:
    return ["--color=yes"] if sys.stdout.isatty() else []


def _passes(name: str, command: list[str]) -> bool:
    print(f"\n--- {name} ---", flush=True)
    done = subprocess.run(command, cwd=environment.ROOT, env=_variables(), check=False)
    return done.returncode == 0


def _pytest(arguments: list[str], turn: threading.Lock) -> tuple[str, int]:
    """Run pytest, tell what it says but for the last line, and return that with its exit code."""
    command = [environment.tool("python"), "-u", "-m", "pytest", *arguments]
    print("\n--- pytest ---", flush=True)
    kept = ""
    with subprocess.Popen(
        command,
        cwd=environment.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=_variables(),
    ) as process:
        for line in process.stdout or ():
            with turn:
                if kept:
                    print(kept, flush=True)
            kept = line.rstrip("\n") or " "
    return kept, process.returncode
