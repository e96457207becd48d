"""Whether price files are read in pieces, and how large these are."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.folders import files_in, with_files_of_folders
from ml4t_desktop.files.formats.tables import file_kind, table_sample
from ml4t_desktop.files.inside import real_file
from ml4t_desktop.files.pieces.memory import (
    available_memory,
    estimated_size,
    needed_memory,
    piece_rows,
    surely_fit,
)
from ml4t_desktop.files.price_files import wide_of
from ml4t_desktop.request import PredictionSource
from ml4t_desktop.wording import mark, say

_GIGABYTE: Final = 1e9
_SMALL: Final = 1 << 22  # bytes; as a wide table such a file fits the memory
_ACROSS: Final = mark("compares bars with those before them")
_JOINED: Final = mark("is joined to the prices")
_FIXES: Final = {
    _JOINED: mark("Put the predictions into the price file"),
    _ACROSS: mark("Keep stale bars, or leave them out of the file"),
}
_REMEDY: Final = mark("Write it as Parquet or CSV with a row for each asset and time")


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecePlan:
    """How price files are to be read.

    Parameters
    ----------
    rows : int or None
        Bars of a piece, None for all at once.
    warnings : tuple of Problem
        What cannot be read in pieces though it should.
    """

    rows: int | None = None
    warnings: tuple[Problem, ...] = ()


def piece_plan(
    paths: Sequence[Path],
    columns: ColumnMap,
    *,
    predictions: PredictionSource | None = None,
    chunk_rows: int | None = None,
) -> PiecePlan:
    """Return how to read price files: in pieces where they do not fit the memory.

    Files that cannot be looked at count as small; reading them tells what is wrong.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders.
    predictions : PredictionSource or None
        What is joined to them.
    chunk_rows : int or None
        Bars of a piece that are asked for, whatever the memory; None lets it decide.
    """
    files = with_files_of_folders(paths)
    if chunk_rows is None and surely_fit(files, columns):
        return PiecePlan()
    bars = sum(_bars(path, columns) for path in files)
    signals = _signal_count(files, columns)
    rows = chunk_rows if chunk_rows is not None else piece_rows(bars, signals)
    if rows is None:
        return PiecePlan()
    reasons = list(_reasons(files, columns, predictions))
    if not reasons:
        return PiecePlan(rows=max(rows, 1))
    needed = needed_memory(bars, signals)
    return PiecePlan(
        warnings=tuple(_warning(where, why, needed, chunk_rows) for where, why in reasons)
    )


def _reasons(
    files: Sequence[Path], columns: ColumnMap, predictions: PredictionSource | None
) -> list[tuple[str, str]]:
    """Return the files that are read in one piece only, and why."""
    found: list[tuple[str, str]] = []
    for path in files:
        if files_in(path, columns.form):
            found.append((path.name, mark("is an archive of several files")))
            continue
        try:
            kind = file_kind(path, columns.form)
            sample = table_sample(path, columns.form)
            wide = wide_of(sample, path.name, columns)
        except (InputError, OSError):  # told when it is read
            continue
        if wide is not None:
            found.append((path.name, mark("is a wide table")))
        elif kind.format == "workbook":
            found.append((path.name, mark("is a workbook")))
    if predictions is not None:
        names = ", ".join(Path(name).name for name in predictions.files)
        found.append((names, _JOINED))
    if columns.repairs.stale_bar == "drop":
        found.append(("data.repairs.stale_bar", _ACROSS))
    return found


def _warning(where: str, why: str, needed: int, chunk_rows: int | None) -> Problem:
    what = say("{why}, so everything is read in one piece", why=why)
    if chunk_rows is not None:
        what += mark(", not in the pieces asked for")
    elif (free := available_memory()) is not None:
        amounts = say(
            "{needed:,.1f} GB of memory; {free:,.1f} GB are free",
            needed=needed / _GIGABYTE,
            free=free / _GIGABYTE,
        )
        what += say(" and may need {amounts}", amounts=amounts)
    fix = _FIXES.get(why, _REMEDY)
    return Problem(where=where, what=what, fix=fix, severity="warning")


def _bars(path: Path, columns: ColumnMap) -> int:
    """Return about how many bars a file holds, 0 where that does not matter."""
    rows = estimated_size(path, columns.form).rows
    try:
        if not rows or real_file(path).stat().st_size < _SMALL:
            return rows
        wide = wide_of(table_sample(path, columns.form), path.name, columns)
    except (InputError, OSError):  # told when it is read
        return 0
    return rows if wide is None else rows * len(wide.symbols)


def _signal_count(files: Sequence[Path], columns: ColumnMap) -> int:
    if columns.signals is not None:
        return len(columns.signals)
    try:
        return len(table_sample(files[0], columns.form).columns) if files else 0
    except (InputError, OSError):  # told when it is read
        return 0
