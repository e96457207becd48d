"""What the history does in the background: writing tables, looking at data files."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import InputError
from ml4t_desktop.project.data_files import (
    DataState,
    data_state,
    digest_of,
    hashed,
    referenced_files,
)
from ml4t_desktop.project.documents.entry import DataFile, Entry
from ml4t_desktop.session.document.recovery import Keeping
from ml4t_desktop.session.jobs import JobToken
from ml4t_desktop.session.work import Work

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.project.completed import CompletedRun


@dataclass(frozen=True, slots=True)
class Written:
    """The tables of a run are on disk.

    Parameters
    ----------
    size : int
        Bytes.
    files : tuple of DataFile
        What it read, with hashes; empty where the files have changed meanwhile.
    """

    number: int
    size: int
    files: tuple[DataFile, ...]


@dataclass(frozen=True, slots=True)
class States:
    """Which data files are as they were."""

    states: Mapping[tuple[DataFile, ...], DataState]


def write_task(
    work: Work, keeping: Keeping, run: "CompletedRun", entry: Entry, base: Path, token: JobToken
) -> Written:
    """Write the tables of a run, unless they are there, and take the hashes of its files."""
    from ml4t_desktop.project.documents.kept_runs import size_of

    with keeping.writing_results() as results:
        folder = results / entry.run_id
        if not folder.is_dir():
            work.save(run, folder, base=base)
        size = size_of(folder)
    return Written(entry.number, size, entry.files or _files(entry, token))


def states_task(files: tuple[tuple[DataFile, ...], ...], token: JobToken) -> States:
    """Find out which files are as they were."""
    return States({item: data_state(item, token.check) for item in files})


def tidy_task(keeping: Keeping, done: frozenset[str], _token: JobToken) -> None:
    """Remove the tables of runs that are in a project file."""
    for run_id in done:
        shutil.rmtree(keeping.results / run_id, ignore_errors=True)


def _files(entry: Entry, token: JobToken) -> tuple[DataFile, ...]:
    """Return the files of a run as it read them; none when they are not what they were."""
    try:
        files = hashed(referenced_files(entry.request), token.check)
    except (OSError, InputError):
        return ()
    return files if digest_of(files) == entry.digest else ()
