"""Make the environment beside the checkout and start the application, or its tests.

    python3 packaging/bootstrap.py           open the application on its sample
    python3 packaging/bootstrap.py test      lint, types, imports, all tests, and a build that is tried

What follows `test` goes to pytest; when it chooses tests, nothing is built.

Standard library only. The second call finds everything in place and is quick.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import checks
import environment
import qt_libraries

OLDEST = (3, 11)
TEST_EXTRAS = ["diagnostics", "parity", "statistics", "test"]
BUILD_EXTRA = "installer"
_TRIED = ("python3.13", "python3.12", "python3.11")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
_WARM = "from ml4t_desktop.project.warming import warm_engine; warm_engine()"
_PROBE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
SAMPLE_RUN = environment.ROOT / "build" / "sample-run"


def main(arguments: list[str]) -> int:
    """Do what the command line asks and return the exit code."""
    if arguments and arguments[0] != "test":
        print(__doc__)
        return 0 if arguments[0] in {"-h", "--help"} else 2
    if sys.version_info < OLDEST:
        return start_with_newer_python()
    testing = bool(arguments)
    display = not testing and names_display()
    try:
        installed = ensure_test_environment() if testing else environment.ensure_environment([])
        qt_libraries.provide(display=display)
    except (environment.CannotContinueError, qt_libraries.LibrariesMissing) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    if installed:
        print("Compiling the engine; once on a machine, it takes half a minute", flush=True)
        subprocess.run([environment.tool("python"), "-c", _WARM], check=False)
        # Where Python may not write bytecode itself, every start would translate the sources anew.
        compiling = ["-m", "compileall", "-q", str(environment.ROOT / "ml4t_desktop")]
        subprocess.run([environment.tool("python"), *compiling], check=False)
    return checks.run(arguments[1:]) if testing else open_sample(display=display)


def ensure_test_environment() -> bool:
    """Install what the tests need, and what builds where that can be had; return whether anything was."""
    try:
        return environment.ensure_environment(sorted([*TEST_EXTRAS, BUILD_EXTRA]))
    except environment.CannotContinueError:
        installed = environment.ensure_environment(TEST_EXTRAS)  # else it says why
        print(f"note: the extra {BUILD_EXTRA} cannot be installed here", flush=True)
        return installed


def start_with_newer_python() -> int:
    """Start again with a Python that is new enough, or say that there is none."""
    for name in _TRIED:
        found = shutil.which(name)
        if found:
            return subprocess.run([found, *sys.argv], check=False).returncode
    wanted = ".".join(map(str, OLDEST))
    have = ".".join(map(str, sys.version_info[:3]))
    print(
        f"error: Python {wanted} or newer is needed, this is {have} ({sys.executable}). "
        f"Install a newer one and run it with this file",
        file=sys.stderr,
    )
    return 1


def names_display() -> bool:
    """Return whether the environment names a display; Windows and macOS always have one."""
    return not sys.platform.startswith("linux") or any(map(os.environ.get, _DISPLAYS))


def opens_display() -> bool:
    """Return whether Qt can use the display: one that is named may be out of reach."""
    if not sys.platform.startswith("linux"):
        return True
    return environment.succeeds([environment.tool("python"), "-c", _PROBE])


def open_sample(*, display: bool) -> int:
    """Open the application on its sample; without a display, run it and say where results are."""
    command = [environment.tool("python"), "-m", "ml4t_desktop", "--sample"]
    command += ["--out", str(SAMPLE_RUN)]
    variables = dict(os.environ)
    shown = display and opens_display()
    if shown:
        print("Opening the sample", flush=True)
    else:
        print("There is no display to open a window on: running the sample without one", flush=True)
        for name in (*_DISPLAYS, "QT_QPA_PLATFORM"):
            variables.pop(name, None)
    code = subprocess.run(command, env=variables, check=False).returncode
    if code == 0 and not shown:
        print(f"The results and pictures of the window are in {SAMPLE_RUN}", flush=True)
    return code


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("error: stopped")
