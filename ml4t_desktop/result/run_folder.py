"""The folder a finished run is kept in: tables, statistics, the request and a manifest."""

import hashlib
import json
import math
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.result.folder import check_replaceable, write_file, write_folder
from ml4t_desktop.result.manifest import (
    FINISHED,
    MANIFEST,
    PHASES,
    FileEntry,
    Manifest,
    read_manifest,
)
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import NOTE_COLUMNS, ORDERS, RISK_EVENTS, TRADES
from ml4t_desktop.wording import mark, say

METRICS: Final = "metrics.json"
REQUEST: Final = "request.toml"
TABLES: Final = (
    "trades",
    "fills",
    "orders",
    "equity",
    "daily_returns",
    "portfolio_state",
    "cash_flows",
)
RISK_TABLE: Final = "risk_events"  # only where a limit did something

_WRITERS: Final = 4
_KIND: Final = mark("run folder")
_AGAIN: Final = mark("Run the request again")
_UNDEFINED: Final = "undefined"

Statistic = float | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SavedRun:
    """What a run folder holds.

    Parameters
    ----------
    result : RunResult
    daily_returns : DataFrame of `schema.DAILY_RETURNS`
    metrics : mapping
        Statistics by name, None where undefined.
    undefined : mapping of str to str
        The reason for every None.
    manifest : Manifest
    request_toml : str or None
        What was asked; None when it was saved without.
    """

    result: RunResult
    daily_returns: pl.DataFrame
    metrics: Mapping[str, Statistic]
    undefined: Mapping[str, str]
    manifest: Manifest
    request_toml: str | None


def check_run_folder(folder: Path) -> None:
    """Check, before a run, that it can be written to `folder`.

    Raises
    ------
    InputError
        If a file bears the name, or a folder that no run has written.
    """
    check_replaceable(folder.resolve(), MANIFEST, _KIND)


def write_run_folder(  # noqa: PLR0913 (a run has that many parts)
    folder: Path,
    result: RunResult,
    *,
    daily_returns: pl.DataFrame,
    metrics: Mapping[str, Statistic],
    undefined: Mapping[str, str],
    request_toml: str | None,
    run_id: str,
    phases: Mapping[str, float],
    versions: Mapping[str, str],
) -> Manifest:
    """Write a finished run; the folder appears as a whole, or what was there before stays.

    Parameters
    ----------
    folder : Path
        Free, empty, or the folder of a run, which is then replaced. Missing parents are made.
    result : RunResult
    daily_returns : DataFrame of `schema.DAILY_RETURNS`
    metrics : mapping
        Statistics by name, None where undefined; not finite ones are written as undefined.
    undefined : mapping of str to str
        The reason for every None.
    request_toml : str or None
        The request with paths that work from `folder`.
    phases : mapping of str to float
        Seconds by phase; the time this function takes is added to ``write``.

    Returns
    -------
    Manifest
        As written.

    Raises
    ------
    InputError
        If the folder holds something else, or its place cannot be written.
    RunFailed
        If writing failed, for example on a full disk.
    """
    started = time.perf_counter()
    tables = _tables(result, daily_returns)
    texts = {METRICS: _metrics_json(result, metrics, undefined)}
    if request_toml is not None:
        texts[REQUEST] = request_toml

    def fill(part: Path) -> Manifest:
        files = _write_files(part, tables, texts)
        seconds = dict.fromkeys(PHASES, 0.0) | dict(phases)
        seconds["write"] += time.perf_counter() - started
        manifest = Manifest(
            run_id=run_id,
            status=FINISHED,
            versions=dict(versions),
            files=files,
            rows={name: table.height for name, table in tables.items()},
            phases=seconds,
        )
        write_file(part / MANIFEST, manifest.to_json().encode())
        return manifest

    return write_folder(folder, fill, marker=MANIFEST, kind=_KIND)


def read_run_folder(folder: Path) -> SavedRun:
    """Read a run folder and check every file against the hash it was written with.

    Raises
    ------
    InputError
        Naming every file that is missing or was changed.
    """
    manifest = read_manifest(folder)
    names = {entry.name for entry in manifest.files}
    expected = (*(f"{name}.parquet" for name in TABLES), METRICS)
    problems = [_missing(folder, name) for name in expected if name not in names]
    content: dict[str, bytes] = {}
    for entry in manifest.files:
        found = _checked(folder, entry)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            content[entry.name] = found
    if problems:
        raise InputError(problems)
    try:
        return _saved_run(manifest, content)
    except (KeyError, ValueError, pl.exceptions.PolarsError) as error:
        what = say(
            "the run was written by a version that this one cannot read ({reason})",
            reason=str(error),
        )
        raise InputError(Problem(what=what, where=str(folder), fix=_AGAIN)) from error


def parquet_bytes(table: pl.DataFrame) -> bytes:
    """Return a table as Parquet; the same rows give the same bytes."""
    buffer = BytesIO()
    table.rechunk().write_parquet(buffer, compression="lz4")
    return buffer.getvalue()


def _saved_run(manifest: Manifest, content: Mapping[str, bytes]) -> SavedRun:
    names = (*TABLES, *((RISK_TABLE,) if f"{RISK_TABLE}.parquet" in content else ()))
    tables = {name: _read_table(name, content[f"{name}.parquet"]) for name in names}
    metrics = json.loads(content[METRICS])
    undefined = metrics.pop(_UNDEFINED)
    return SavedRun(
        result=RunResult(
            initial_capital=float(metrics["initial_capital"]),
            trades=tables["trades"],
            fills=tables["fills"],
            orders=tables["orders"],
            equity=tables["equity"],
            cash_flows=tables["cash_flows"],
            risk_events=tables.get(RISK_TABLE, pl.DataFrame(schema=RISK_EVENTS)),
        ),
        daily_returns=tables["daily_returns"],
        metrics=metrics,
        undefined=undefined,
        manifest=manifest,
        request_toml=content[REQUEST].decode() if REQUEST in content else None,
    )


def _read_table(name: str, content: bytes) -> pl.DataFrame:
    """Return a table of a run folder; where a run was written before there were notes, it has none."""
    table = pl.read_parquet(BytesIO(content))
    lacking = [column for column in NOTE_COLUMNS.get(name, ()) if column not in table.columns]
    if not lacking:
        return table
    declared = TRADES if name == "trades" else ORDERS
    others = [column for column in table.columns if column not in declared]
    nothing = pl.lit(None, pl.String)
    return table.with_columns(nothing.alias(column) for column in lacking).select(
        *declared, *others
    )


def _tables(result: RunResult, daily_returns: pl.DataFrame) -> dict[str, pl.DataFrame]:
    # portfolio_state is the name under which the equity table is looked for by other tools.
    tables = {
        "trades": result.trades,
        "fills": result.fills,
        "orders": result.orders,
        "equity": result.equity,
        "daily_returns": daily_returns,
        "portfolio_state": result.equity,
        "cash_flows": result.cash_flows,
    }
    if result.risk_events.height:
        tables[RISK_TABLE] = result.risk_events
    return tables


def _write_files(
    folder: Path, tables: Mapping[str, pl.DataFrame], texts: Mapping[str, str]
) -> tuple[FileEntry, ...]:
    """Write every file at once: waiting for the disk costs more than packing the tables."""
    with ThreadPoolExecutor(_WRITERS, "write-run-folder") as pool:
        packed = [pool.submit(_write_table, folder, name, table) for name, table in tables.items()]
        plain = [
            pool.submit(_write, folder, name, text.encode(), None) for name, text in texts.items()
        ]
        return tuple(job.result() for job in (*packed, *plain))


def _write_table(folder: Path, name: str, table: pl.DataFrame) -> FileEntry:
    return _write(folder, f"{name}.parquet", parquet_bytes(table), table.height)


def _write(folder: Path, name: str, content: bytes, rows: int | None) -> FileEntry:
    write_file(folder / name, content)
    return FileEntry(name=name, sha256=hashlib.sha256(content).hexdigest(), rows=rows)


def _metrics_json(
    result: RunResult, metrics: Mapping[str, Statistic], undefined: Mapping[str, str]
) -> str:
    values: dict[str, Statistic] = {"initial_capital": result.initial_capital, **metrics}
    reasons = dict(undefined)
    for name, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            values[name] = None
            reasons[name] = mark("the value is not a finite number")
    document = {**values, _UNDEFINED: reasons}
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _checked(folder: Path, entry: FileEntry) -> bytes | Problem:
    path = folder / entry.name
    try:
        content = path.read_bytes()
    except OSError:
        return _missing(folder, entry.name)
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        what = mark("the file is not as the run wrote it")
        return Problem(what=what, where=str(path), fix=_AGAIN)
    return content


def _missing(folder: Path, name: str) -> Problem:
    return Problem(what=mark("the file is missing"), where=str(folder / name), fix=_AGAIN)
