"""Times that have a name: crises that everybody knows, and those of one's own, kept for every project."""

import logging
import os
import tomllib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.session.language import tr

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.day_states import Period

log = logging.getLogger(__name__)


class PeriodStore(QObject):
    """Holds the times that have a name.

    Parameters
    ----------
    path : Path or None
        Where those of one's own are kept; None keeps them for this window alone.

    Signals
    -------
    changed : no value
        One of one's own was added or removed.
    """

    changed = Signal()

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._own: dict[str, tuple[date, date]] = _read(path) if path is not None else {}

    @property
    def own(self) -> tuple[str, ...]:
        """The names of those of one's own."""
        return tuple(self._own)

    @property
    def periods(self) -> "tuple[Period, ...]":
        """All of them; one of one's own takes the place of a known one of the same name."""
        from ml4t_desktop.analysis.day_states import KNOWN_PERIODS, Period

        own = tuple(Period(name, *days) for name, days in self._own.items())
        return (*(period for period in KNOWN_PERIODS if period.name not in self._own), *own)

    def why_not(self, name: str, first: date, last: date) -> str:
        """Return why a period cannot be added; empty when it can."""
        if not name.strip():
            return tr("Write a name.")
        return tr("The last day lies before the first.") if last < first else ""

    def add(self, name: str, first: date, last: date) -> None:
        """Add a period, or change the one of that name."""
        if not self.why_not(name, first, last):
            self._own = {**self._own, name.strip(): (first, last)}
            self._write()
            self.changed.emit()

    def remove(self, name: str) -> None:
        """Remove a period of one's own."""
        if name in self._own:
            self._own = {key: days for key, days in self._own.items() if key != name}
            self._write()
            self.changed.emit()

    def _write(self) -> None:
        if self._path is None:
            return
        import tomli_w

        rows = [{"name": name, "first": a, "last": b} for name, (a, b) in self._own.items()]
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(tomli_w.dumps({"period": rows}), encoding="utf-8")
            temporary.replace(self._path)
        except OSError:  # a read-only home must not keep anyone from working
            log.warning("the periods could not be written to %s", self._path)
            with suppress(OSError):
                temporary.unlink()


def _read(path: Path) -> dict[str, tuple[date, date]]:
    """Return what was kept; what cannot be read is left out."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("period")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    found: dict[str, tuple[date, date]] = {}
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        name, first, last = row.get("name"), row.get("first"), row.get("last")
        if isinstance(name, str) and type(first) is date and type(last) is date and first <= last:
            found[name] = (first, last)
    return found
