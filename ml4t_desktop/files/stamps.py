"""Files that are written to while they are read: told, and never taken for what they were."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.inside import real_file
from ml4t_desktop.wording import mark

Stamp = tuple[int, int] | None


class Stamps:
    """Size and time of change of files, to tell later on whether they are still the same."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._stamps = [stamp_of(path) for path in self._paths]

    def refuse_changes(self, cause: InputError | None = None) -> None:
        """Refuse the files if any of them has changed since.

        Raises
        ------
        InputError
            For each file that has changed or gone.
        """
        now = [stamp_of(path) for path in self._paths]
        problems = [
            _gone(path) if new is None else _changed(path)
            for path, old, new in zip(self._paths, self._stamps, now, strict=True)
            if old != new
        ]
        if problems:
            raise InputError(problems) from cause


@contextmanager
def unchanged(paths: Sequence[Path]) -> Iterator[None]:
    """Refuse what was read of files that have changed meanwhile, whatever else is wrong with it.

    Raises
    ------
    InputError
        If size or time of change of a file are others at the end.
    """
    stamps = Stamps(paths)
    try:
        yield
    except InputError as error:  # a row cut in two, most likely
        stamps.refuse_changes(error)
        raise
    stamps.refuse_changes()


def stamp_of(path: Path) -> Stamp:
    """Return size and time of change of a file, None when it cannot be asked."""
    try:
        status = real_file(path).stat()
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns


def _changed(path: Path) -> Problem:
    what, fix = (
        mark("has changed while it was read"),
        mark("Read it again when it is no longer written to"),
    )
    return Problem(where=str(path), what=what, fix=fix)


def _gone(path: Path) -> Problem:
    what, fix = mark("can no longer be read"), mark("Check that it is there and who may read it")
    return Problem(where=str(path), what=what, fix=fix)
