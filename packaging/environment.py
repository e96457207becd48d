"""The environment beside the checkout: made once, recognised afterwards by its stamp."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "bootstrap.json"
_ON_WINDOWS = os.name == "nt"
_SHOWN_LINES = ("Collecting ", "Downloading ", "Building ", "Installing ")
_TAIL = 12


class CannotContinueError(Exception):
    """The environment cannot be made; the message says what to do."""


def tool(name: str) -> str:
    """Return the path of a program of the environment."""
    folder = VENV / ("Scripts" if _ON_WINDOWS else "bin")
    return str(folder / (f"{name}.exe" if _ON_WINDOWS else name))


def ensure_environment(extras: list[str]) -> bool:
    """Make the environment and install the project into it, unless that was done before.

    Returns
    -------
    bool
        Whether anything was installed.

    Raises
    ------
    CannotContinueError
        If Python lacks what it takes, pip fails, or the disk is full.
    """
    try:
        return _ensure(extras)
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        raise CannotContinueError(_disk_full()) from problem


def _ensure(extras: list[str]) -> bool:
    wanted = {"python": sys.version, "project": _digest(), "root": str(ROOT)}
    done = _stamp()
    if {key: done.get(key) for key in wanted} == wanted:
        if set(extras) <= set(done["extras"]):
            return False
        extras = sorted({*extras, *done["extras"]})
    STAMP.unlink(missing_ok=True)
    _make_venv()
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    print("Installing the project and what it needs; the first time takes some minutes", flush=True)
    # The other engines bring thousands of modules of which the tests load a few.
    options = ["--no-compile"] if "parity" in extras else []
    _pip("install", "--disable-pip-version-check", *options, "--editable", target)
    STAMP.write_text(json.dumps({**wanted, "extras": extras}), encoding="utf-8")
    return True


def _digest() -> str:
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def _stamp() -> dict:
    """Return what was installed, nothing when that is unknown or the environment is gone."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    usable = isinstance(stamp, dict) and Path(tool("python")).exists()
    return stamp if usable and isinstance(stamp.get("extras"), list) else {}


def _make_venv() -> None:
    if succeeds([tool("python"), "-m", "pip", "--version"]):
        return
    lacking = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if lacking:
        message = (
            f"this Python ({sys.executable}) comes without {' and '.join(lacking)}. "
            "On Debian and Ubuntu: sudo apt-get install python3-venv"
        )
        raise CannotContinueError(message)
    print(f"Making the environment {VENV}", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise CannotContinueError(
            _failure("the environment could not be made", made.stdout + made.stderr)
        )


def _pip(*arguments: str) -> None:
    """Run pip, showing what it is at; its last lines are told when it fails."""
    command = [tool("python"), "-m", "pip", *arguments]
    last: deque[str] = deque(maxlen=_TAIL)
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd=ROOT,
    ) as process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            if line.lstrip().startswith(_SHOWN_LINES):
                print(f"  {line.strip()[:100]}", flush=True)
    if process.returncode != 0:
        raise CannotContinueError(_failure("pip could not install the project", "\n".join(last)))


def _failure(what: str, output: str) -> str:
    if "No space left on device" in output or "Errno 28" in output:
        return _disk_full()
    lines = output.strip().splitlines()[-_TAIL:]
    return "\n  ".join([f"{what}. Its last lines:", *lines])


def _disk_full() -> str:
    return f"the disk of {ROOT} is full: free about 2 GB and run this again"


def succeeds(command: list[str]) -> bool:
    """Return whether a command can be started and ends well within a minute."""
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
