"""Tables written to files in the background, and what is told about it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from ml4t_desktop.errors import InputError, Problem, message_of
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr, tr_count
from ml4t_desktop.session.notices import Notice, NoticeStore

if TYPE_CHECKING:  # polars loads after the window is visible
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


class TableExports(QObject):
    """Writes what a table shows."""

    def __init__(
        self, jobs: JobRunner, notices: NoticeStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._notices = jobs, notices
        self._under_way: dict[int, Path] = {}
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)

    def write(
        self,
        frame: "pl.DataFrame",
        path: Path,
        *,
        columns: tuple[str, ...],
        rows: "NDArray[np.int64]",
    ) -> None:
        """Write some rows and columns of a table; the ending of the name says as what."""
        job = self._jobs.submit(partial(_write_task, frame, path, columns, rows))
        self._under_way[job] = path

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        path = self._under_way.pop(job_id, None)
        if path is not None:
            count = value if isinstance(value, int) else 0
            self._notices.show(
                tr_count(
                    "{n} row was written to {path}",
                    "{n:,} rows were written to {path}",
                    count,
                    path=path,
                )
            )

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        path = self._under_way.pop(job_id, None)
        if path is None:
            return
        if isinstance(error, InputError):
            problems = error.problems
        elif isinstance(error, OSError):
            problems = (Problem(what=message_of(error)),)
        else:
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        self._notices.show(tr("The table was not written"), (Notice(item) for item in problems))


def _write_task(
    frame: "pl.DataFrame",
    path: Path,
    columns: tuple[str, ...],
    rows: "NDArray[np.int64]",
    _token: JobToken,
) -> int:
    from ml4t_desktop.export.tables import write_table

    return write_table(frame, path, columns=columns, rows=rows)
