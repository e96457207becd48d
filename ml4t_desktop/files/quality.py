"""Reports on the quality of files: what was recognised, what is wrong, what is doubtful."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.column_map import ColumnMap
from ml4t_desktop.files.context_table import context_table
from ml4t_desktop.files.findings import counted
from ml4t_desktop.files.frames import market_from_frame
from ml4t_desktop.files.guesses import Guess, TableKind
from ml4t_desktop.files.inspection import FileInspection, inspect_source
from ml4t_desktop.files.market_quality import market_findings
from ml4t_desktop.files.recognition import bar_roles
from ml4t_desktop.files.sources import Source, read_source
from ml4t_desktop.request import Repairs


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What is in a file and what is wrong with it.

    Parameters
    ----------
    path : Path
    kind : {"prices", "predictions", "context"} or None
        None when the file cannot be read.
    row_count : int
    asset_count : int or None
        None for market-wide values.
    first, last : str
        First and last time as texts.
    columns : tuple of Guess
        What each column is taken for.
    findings : tuple of Problem
        Errors first, then warnings, then notes.
    """

    path: Path
    kind: TableKind | None = None
    row_count: int = 0
    asset_count: int | None = None
    first: str = ""
    last: str = ""
    columns: tuple[Guess, ...] = ()
    findings: tuple[Problem, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether nothing found would stop a run."""
        return not any(finding.severity == "error" for finding in self.findings)


def check_files(paths: Sequence[Path]) -> tuple[QualityReport, ...]:
    """Return a report on each file, with columns recognised as the import dialog does."""
    return tuple(check_file(path) for path in paths)


def check_file(path: Path) -> QualityReport:
    """Return a report on one file; a file that cannot be read is reported, not raised."""
    try:
        source = read_source(path)
    except InputError as error:
        return QualityReport(path=path, findings=error.problems)
    inspection = inspect_source(source, path)
    findings = [*source.notes, *_findings(source, inspection)]
    rank = {"error": 0, "warning": 1, "note": 2}
    return QualityReport(
        path=path,
        kind=inspection.kind,
        row_count=inspection.row_count,
        asset_count=inspection.asset_count,
        first=inspection.first,
        last=inspection.last,
        columns=inspection.guesses,
        findings=tuple(sorted(findings, key=lambda finding: rank[finding.severity])),
    )


def _findings(read: Source, inspection: FileInspection) -> list[Problem]:
    frame, source = read.frame, inspection.path.name
    if inspection.kind == "predictions":
        return prediction_findings(frame, inspection)
    if inspection.kind == "context":
        return _context_findings(frame, inspection, source)
    columns = guessed_columns(inspection)
    try:
        market, found = market_from_frame(frame, columns, source=source, decimal=read.decimal)
        roles, _ = bar_roles(frame.schema, columns, source)
    except InputError as error:
        return list(error.problems)
    return [*found, *market_findings(market, roles, source)]


def prediction_findings(frame: pl.DataFrame, inspection: FileInspection) -> list[Problem]:
    """Return what is wrong with a file of predictions, read on its own."""
    source = inspection.path.name
    keys = [*inspection.columns_as("time"), *inspection.columns_as("clock")]
    keys += inspection.columns_as("asset")
    twice = int(frame.select(keys).is_duplicated().sum()) if keys else 0
    findings = [*inspection.notes]
    if twice:
        what = f"{counted(twice, 'row')} share time and asset with another row"
        fix = "Leave one prediction for each asset and time"
        findings.append(Problem(where=source, what=what, fix=fix, severity="warning"))
    findings += [
        Problem(
            where=f"{source}, column '{info.name}'",
            what="has no value in any row",
            severity="warning",
        )
        for info in inspection.columns
        if info.name in inspection.columns_as("signal") and info.null_count == inspection.row_count
    ]
    return findings


def guessed_columns(inspection: FileInspection) -> ColumnMap:
    """Return the guesses about a file of bars as a column map."""

    def one(role: str) -> str | None:
        return next(iter(inspection.columns_as(role)), None)

    return ColumnMap(
        time=one("time"),
        clock=one("clock"),
        asset=one("asset"),
        open=one("open"),
        high=one("high"),
        low=one("low"),
        close=one("close"),
        volume=one("volume"),
        signals=inspection.columns_as("signal"),
    )


def _context_findings(
    frame: pl.DataFrame, inspection: FileInspection, source: str
) -> list[Problem]:
    time = next(iter(inspection.columns_as("time")), None)
    names = inspection.columns_as("context")
    try:
        table = context_table(frame, time=time, columns=names, repairs=Repairs(), source=source)
    except InputError as error:
        return list(error.problems)
    empty = [
        Problem(
            where=f"{source}, column '{column.name}'",
            what="has no value in any row",
            severity="warning",
        )
        for column in inspection.columns
        if column.name in names and column.null_count == inspection.row_count
    ]
    return [*table.problems, *empty]
