"""The fingerprint of a request's files, taken on a thread of its own while they are read."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from ml4t_desktop.errors import Cancelled, InputError, Problem
from ml4t_desktop.files.digest import files_digest
from ml4t_desktop.files.folders import with_files_of_folders
from ml4t_desktop.files.inside import real_files
from ml4t_desktop.files.stamps import Stamps
from ml4t_desktop.request import ContextSource, DataSource
from ml4t_desktop.wording import mark


def tables_elsewhere(
    data: DataSource, context: ContextSource | None, *, base: Path
) -> frozenset[Path]:
    """Return the tables that a request names as something else than prices."""
    predictions = data.predictions.files if data.predictions is not None else ()
    more = [context.file if context is not None else None, data.corporate_actions]
    kept = {*data.files}  # such as a file that is context and prices at once
    return frozenset(
        base / name for name in (*predictions, *more) if name is not None and name not in kept
    )


def source_files(data: DataSource, context: ContextSource | None, *, base: Path) -> list[Path]:
    """Return every file that bars, signals and context come from, those of folders one by one.

    That of a benchmark is none of them: nothing that trades depends on it.
    """
    more = [context.file if context is not None else None, data.corporate_actions]
    predictions = data.predictions.files if data.predictions is not None else ()
    names = [*data.files, *predictions, *(name for name in more if name is not None)]
    return real_files(with_files_of_folders([base / name for name in names]))


class Fingerprint:
    """Takes the fingerprint of files, and watches that they stay as they are.

    Made before the first of them is opened. A context manager around reading them: whatever was read of
    a file that has changed since is refused.

    Raises
    ------
    InputError
        If size or time of change of a file are others at the end, or it can no longer be read.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._stamps = Stamps(self._paths)
        self._stop = Event()
        pool = ThreadPoolExecutor(1)
        self._digest = pool.submit(files_digest, self._paths, self._check)
        pool.shutdown(wait=False)

    def digest(self) -> str:
        """Return it, waiting until it is taken; see `files_digest`."""
        return self._digest.result()

    def __enter__(self) -> Self:
        """Begin to read."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Stop, and refuse files that have changed: a row cut in two is most likely wrong too."""
        self._stop.set()
        wait((self._digest,))
        if error is None or isinstance(error, InputError):
            self._stamps.refuse_changes(error)
        elif isinstance(error, OSError):  # it is taken of what may go meanwhile
            where = str(error.filename or self._paths[0])
            what, fix = (
                mark("can no longer be read"),
                mark("Check that it is there and who may read it"),
            )
            raise InputError(Problem(where=where, what=what, fix=fix)) from error

    def _check(self) -> None:
        if self._stop.is_set():
            raise Cancelled
