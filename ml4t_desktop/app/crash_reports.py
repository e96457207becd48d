"""Reports of errors of the program as files, among them those of crashes that ended it at once.

While a window is open, a file holds the versions; when a library crashes, the stacks of all threads are
added to it before the process ends. The next start finds it and makes it a report.
"""

import faulthandler
import getpass
import logging
import os
import platform
import re
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

import ml4t_desktop
from ml4t_desktop.app.logs import log_path

log = logging.getLogger(__name__)
_KEPT: Final = 10
_REPORT, _RUNNING = "crash-", "running-"
# What is written before the stacks of a crash.
_CRASHED: Final = ("Fatal Python error", "Windows fatal exception")
_LIBRARIES: Final = ("PySide6", "pyqtgraph", "numpy", "polars", "pyarrow", "numba", "pydantic")


def reports_folder() -> Path:
    """Return where reports are kept, beside the log."""
    return log_path().parent / "crashes"


class CrashReports:
    """The reports in a folder, the latest ten of them.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: TextIO | None = None

    def write(self, text: str) -> Path | None:
        """Write a report and return its file; None where nothing can be written."""
        name = f"{_REPORT}{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
        path = self._folder / name
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError:
            log.warning("a report of a crash could not be written to %s", path)
            return None
        for old in self.all()[_KEPT:]:
            old.unlink(missing_ok=True)
        return path

    def all(self) -> tuple[Path, ...]:
        """Return the files of all reports, the latest first."""
        return tuple(sorted(self._folder.glob(f"{_REPORT}*.txt"), reverse=True))

    def watch(self) -> None:
        """From now on, let a crash that ends the process leave its stacks behind."""
        path = self._folder / f"{_RUNNING}{os.getpid()}.txt"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._running = path.open("w", encoding="utf-8")
        except OSError:
            return
        self._running.write(f"{head()}\n")
        self._running.flush()
        faulthandler.enable(self._running, all_threads=True)

    def end_watch(self) -> None:
        """Leave nothing behind: the process ends as it should."""
        if self._running is None:
            return
        faulthandler.disable()
        self._running.close()
        with suppress(OSError):
            Path(self._running.name).unlink()
        self._running = None

    def take_left(self) -> Path | None:
        """Make reports of what crashed processes left behind, and return the latest of them."""
        latest: Path | None = None
        for path in sorted(self._folder.glob(f"{_RUNNING}*.txt")):
            if _is_written_to(path):
                continue
            try:
                text = path.read_text(encoding="utf-8", errors="replace")
                path.unlink()
            except OSError:  # on Windows: another window has it open
                continue
            if any(words in text for words in _CRASHED):  # others were ended from outside
                latest = self.write(without_names(text)) or latest
        return latest


def head() -> str:
    """Return what a report begins with: versions, and the system."""
    loaded = [
        f"{name} {version}"
        for name in _LIBRARIES
        if (version := getattr(sys.modules.get(name), "__version__", ""))
    ]
    kind = "installed" if getattr(sys, "frozen", False) else "from Python"
    return (
        f"ml4t_desktop {ml4t_desktop.__version__} ({kind}), Python {platform.python_version()}, "
        f"{platform.platform()}\n{', '.join(loaded)}"
    )


def without_names(text: str) -> str:
    """Return a report without the folder and the name of the person who sends it."""
    home = str(Path.home())
    if len(home) > 1:
        text = text.replace(home, "~")
    with suppress(OSError, KeyError, ImportError):  # a process may have no user
        name = getpass.getuser()
        text = re.sub(rf"(?<=[\\/]){re.escape(name)}(?=[\\/\s\"'])", "USER", text)
    return text


def _is_written_to(path: Path) -> bool:
    """Return whether the process that made a file is still there; Windows keeps others from removing it."""
    number = path.stem.removeprefix(_RUNNING)
    if not number.isdigit() or int(number) == os.getpid():
        return True
    if sys.platform == "win32":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
