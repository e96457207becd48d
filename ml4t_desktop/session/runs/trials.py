"""How many variants were tried on the data of the run on screen; counted by itself."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ml4t_desktop.folders import data_folder
from ml4t_desktop.project.trials import Trial, TrialCount, Trials, append_trials, read_trials
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.runs.results import ResultStore

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.project.completed import CompletedRun

log = logging.getLogger(__name__)
_DELAY_MS: Final = 500  # the runs of a drag are counted together
_NONE: Final = TrialCount()


@dataclass(frozen=True, slots=True)
class _Counted:
    digest: str
    count: TrialCount


def trials_folder() -> Path:
    """Return the folder in which the user's trials are counted."""
    return data_folder() / "trials"


class TrialStore(QObject):
    """Counts every distinct request that was run on the same data, whatever it was called.

    Those of the user are kept in a folder, by the digest of the data; those of a project come with it,
    and are joined with them.

    Parameters
    ----------
    folder : Path or None
        None keeps none on disk.

    Signals
    -------
    changed : str
        The digest of the data of which there is another count.
    """

    changed = Signal(str)

    def __init__(
        self,
        jobs: JobRunner,
        results: ResultStore,
        folder: Path | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._results, self._folder = jobs, results, folder
        self._counts: dict[str, TrialCount] = {}
        self._of_project: dict[str, TrialCount] = {}
        self._waiting: list[CompletedRun] = []
        self._counting: dict[int, tuple[CompletedRun, ...]] = {}
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(_DELAY_MS)
        self._due.timeout.connect(self._count)
        results.run_changed.connect(self._on_run_changed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)

    def trials(self, digest: str) -> TrialCount:
        """Return the variants that were run on data, as far as they are counted yet.

        Returns
        -------
        TrialCount
            Its length is their number; `sharpes` are those of one period, not annualised.
        """
        return self._counts.get(digest, _NONE)

    def of_run(self, run: "CompletedRun") -> tuple[int, tuple[float, ...]]:
        """Return the number of variants that were run on the data of a run, and their Sharpe ratios."""
        count = self.trials(run.digest)
        return max(len(count), 1), count.sharpes

    def add(self, digest: str, count: TrialCount) -> None:
        """Count variants that were run on data without being shown, such as those of a sweep."""
        if self._jobs.is_open:
            self._counting[self._jobs.submit(partial(_add_task, self._folder, digest, count))] = ()

    @property
    def of_project(self) -> Trials:
        """What a project keeps: the counts of the data it was run on."""
        return MappingProxyType({digest: self.trials(digest) for digest in self._of_project})

    def adopt(self, trials: Mapping[str, TrialCount]) -> None:
        """Take up the counts of a project; an empty mapping begins anew."""
        self._of_project = dict(trials)
        for digest, count in trials.items():
            self._join(digest, count)

    def count_now(self) -> None:
        """Count at once what waits to be counted: it is about to be saved, or lost."""
        self._due.stop()
        runs = [*(run for group in self._counting.values() for run in group), *self._waiting]
        self._waiting = []
        for digest in dict.fromkeys(run.digest for run in runs):
            chosen = tuple(run for run in runs if run.digest == digest)
            try:
                found = _count_task(self._folder, digest, chosen, self.trials(digest), JobToken())
            except OSError as error:
                log.warning("the variants could not be counted: %s", error)
            else:
                self._join(digest, found.count)

    def _join(self, digest: str, count: TrialCount) -> None:
        before = self._counts.get(digest, _NONE)
        joined = before.joined(count)
        self._counts[digest] = joined
        self._of_project.setdefault(digest, _NONE)
        if len(joined) != len(before):
            self.changed.emit(digest)

    @Slot(object)
    def _on_run_changed(self, run: "CompletedRun | None") -> None:
        if run is None or not getattr(run, "digest", ""):
            return
        self._waiting.append(run)
        if not self._due.isActive():
            self._due.start()

    @Slot()
    def _count(self) -> None:
        if not self._waiting or not self._jobs.is_open:
            return
        runs, self._waiting = tuple(self._waiting), []
        digest = runs[-1].digest
        self._waiting = [run for run in runs if run.digest != digest]
        chosen = tuple(run for run in runs if run.digest == digest)
        known = self._counts.get(digest, _NONE)
        job = self._jobs.submit(partial(_count_task, self._folder, digest, chosen, known))
        self._counting[job] = chosen
        if self._waiting:
            self._due.start()

    @Slot(int, object)
    def _on_finished(self, job_id: int, value: object) -> None:
        self._counting.pop(job_id, None)
        if isinstance(value, _Counted):
            self._join(value.digest, value.count)

    @Slot(int, object)
    def _on_failed(self, job_id: int, error: object) -> None:
        if self._counting.pop(job_id, None) is None:
            return
        if not isinstance(error, OSError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        log.warning("the variants could not be counted: %s", error)


def _count_task(
    folder: Path | None,
    digest: str,
    runs: "tuple[CompletedRun, ...]",
    known: TrialCount,
    _token: JobToken,
) -> _Counted:
    """Count runs on the same data, with those of other windows."""
    from ml4t_desktop.project.documents.kept_runs import trial_of
    from ml4t_desktop.project.variants import variant_id

    on_disk = read_trials(folder, digest) if folder is not None else _NONE
    found: dict[str, Trial] = {}
    for run in runs:
        key = variant_id(run.request, run.script.digest if run.script is not None else "")
        if key not in known.trials and key not in on_disk.trials:
            found[key] = trial_of(run)
    new = TrialCount(MappingProxyType(found))
    joined = on_disk.joined(known).joined(new)
    if folder is not None:
        missing = {k: v for k, v in joined.trials.items() if k not in on_disk.trials}
        append_trials(folder, digest, missing.items())
    return _Counted(digest, joined)


def _add_task(folder: Path | None, digest: str, count: TrialCount, _token: JobToken) -> _Counted:
    """Count variants with those of other windows."""
    on_disk = read_trials(folder, digest) if folder is not None else _NONE
    if folder is not None:
        missing = {k: v for k, v in count.trials.items() if k not in on_disk.trials}
        append_trials(folder, digest, missing.items())
    return _Counted(digest, on_disk.joined(count))
