"""Which Python files the user has agreed to run: by their place and what is in them."""

import os
import threading
import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.scripts.script import Script
from ml4t_desktop.folders import settings_folder
from ml4t_desktop.wording import mark, say

_LIMIT = 500


def trust_path() -> Path:
    """Return the file in which agreements are kept, beside the settings."""
    return settings_folder() / "trusted.toml"


class TrustList:
    """The user's agreements, kept in a file; another text in the same place is asked for anew.

    Any thread may ask. A damaged file trusts nothing.

    Parameters
    ----------
    path : Path, optional
        None: in the user's configuration folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """The file the agreements are kept in."""
        return self._path or trust_path()

    def allows(self, script: Script) -> bool:
        """Return whether the user has agreed to run just this text in this place."""
        with self._lock:
            return any(_is_of(entry, script) for entry in self._read())

    def knows(self, script: Script) -> bool:
        """Return whether another text in this place was agreed to."""
        with self._lock:
            return any(entry.get("path") == str(script.path) for entry in self._read())

    def remember(self, script: Script) -> None:
        """Remember that the user has agreed.

        Raises
        ------
        InputError
            If it cannot be written; nothing is trusted then.
        """
        import tomli_w

        with self._lock:
            others = [entry for entry in self._read() if not _is_of(entry, script)]
            when = datetime.now(UTC).replace(microsecond=0)
            entry = {"path": str(script.path), "sha256": script.digest, "agreed": when}
            text = tomli_w.dumps({"trusted": [*others, entry][-_LIMIT:]})
            temporary = self.path.with_suffix(f".{os.getpid()}.tmp")
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_text(text, encoding="utf-8")
                temporary.replace(self.path)
            except OSError as error:
                with suppress(OSError):
                    temporary.unlink()
                what = say("cannot be written ({strerror})", strerror=error.strerror)
                fix = mark("Make room, or give the right to write there")
                raise InputError(Problem(where=str(self.path), what=what, fix=fix)) from error

    def forget(self) -> None:
        """Forget every agreement.

        Raises
        ------
        OSError
            If the file cannot be removed.
        """
        with self._lock:
            self.path.unlink(missing_ok=True)

    def _read(self) -> list[dict[str, Any]]:
        try:
            raw = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        entries = raw.get("trusted")
        if not isinstance(entries, list):
            return []
        return [entry for entry in entries if isinstance(entry, dict)]


def _is_of(entry: dict[str, Any], script: Script) -> bool:
    return entry.get("path") == str(script.path) and entry.get("sha256") == script.digest


def not_trusted(script: Script) -> InputError:
    """Return the error of a file that nobody has agreed to run."""
    what = say("runs Python code that you have not agreed to trust ({path})", path=script.path)
    fix = mark("Read the file; then run with --trust, or agree in the window")
    return InputError(Problem(where="strategy.python.file", what=what, fix=fix))
