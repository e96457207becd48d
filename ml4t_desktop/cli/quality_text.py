"""The quality report on the command line: as text, with all rows, or for another program."""

import json
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import InputError, Problem

if TYPE_CHECKING:  # polars loads with the first file
    import polars as pl

    from ml4t_desktop.files.quality import Finding, QualityReport

_FORMAT = 1


def quality_reports(paths: Sequence[Path]) -> "list[QualityReport]":
    """Return a report on each file, and on the data of each request (a TOML file).

    Raises
    ------
    InputError
        If a request cannot be read, or a file is given beside a request.
    """
    from ml4t_desktop.files.quality import check_data, check_files
    from ml4t_desktop.request import load_request

    requests = [path for path in paths if path.suffix.lower() == ".toml"]
    others = [path for path in paths if path not in requests]
    if requests and others:
        what = "is given beside a request, which names its files itself"
        raise InputError(
            [Problem(where=str(path), what=what, fix="Leave it out") for path in others]
        )
    reports = [*check_files(others)]
    for path in requests:
        request = load_request(path)
        reports.append(check_data(request.data, request.context, base=path.parent))
    return reports


def rows_text(finding: "Finding") -> str:
    """Return every row of a finding on a line of its own, and the corporate actions it offers."""
    count = "1 row" if finding.places.height == 1 else f"{finding.places.height:,} rows"
    lines = [f"  {finding.title} ({finding.where}): {count}"]
    for file, row, symbol, when, value in finding.places.iter_rows():
        place = f"{file} row {row}" if row is not None else ""
        measure = f"{finding.measure} {value:g}" if finding.measure and value is not None else ""
        moment = "" if when is None else _moment(when)
        lines.append("    " + "  ".join(p for p in (symbol, moment, place, measure) if p))
    if finding.actions:
        lines += ["  As a file of corporate actions, to be looked through:"]
        lines += [f"    {line}" for line in finding.actions.splitlines()]
    return "\n".join(lines)


def quality_json(reports: "Sequence[QualityReport]", *, has_rows: bool) -> str:
    """Return reports as JSON; the rows of findings only on demand, their count always."""
    made = {"format": _FORMAT, "reports": [_report(report, has_rows) for report in reports]}
    return json.dumps(made, indent=2, ensure_ascii=False)


def _report(report: "QualityReport", has_rows: bool) -> dict[str, object]:  # noqa: FBT001 (passed on)
    return {
        "file": str(report.path),
        "kind": report.kind,
        "usable": report.is_usable,
        "rows": report.row_count,
        "assets": report.asset_count,
        "first": report.first,
        "last": report.last,
        "calendar": report.calendar,
        "columns": [
            {"column": guess.column, "role": guess.role, "reason": guess.reason}
            for guess in report.columns
        ],
        "findings": [_finding(finding, has_rows) for finding in report.findings],
    }


def _finding(finding: "Finding", has_rows: bool) -> dict[str, object]:  # noqa: FBT001 (passed on)
    made: dict[str, object] = {
        "kind": finding.kind,
        "severity": finding.severity,
        "title": finding.title,
        "where": finding.where,
        "what": finding.what,
        "effect": finding.effect,
        "advice": finding.advice,
        "repairs": [{"key": item.key, "value": item.value} for item in finding.repairs],
        "count": finding.places.height,
        "measure": finding.measure,
        "corporate_actions": finding.actions,
    }
    if has_rows:
        made["rows"] = _rows(finding.places)
    return made


def _rows(places: "pl.DataFrame") -> list[dict[str, object]]:
    return [
        {**row, "time": None if row["time"] is None else row["time"].isoformat()}
        for row in places.iter_rows(named=True)
    ]


def _moment(when: datetime) -> str:
    return when.isoformat(sep=" ") if when.time() != time() else when.date().isoformat()
