"""Where the application writes what it did."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from ml4t_desktop.folders import log_folder

_LARGEST = 1_000_000
_KEPT = 3


def log_path() -> Path:
    """Return the file of the log."""
    return log_folder() / "ml4t-desktop.log"


def configure(path: Path) -> None:
    """Write the log of the package to a file, keeping a few old ones; without a place, to none."""
    package = logging.getLogger("ml4t_desktop")
    package.setLevel(logging.INFO)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    package.addHandler(handler)
