"""Reports on the quality of files and of the data of a request."""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.columns.guesses import Guess, TableKind
from ml4t_desktop.files.columns.recognition import bar_roles
from ml4t_desktop.files.context.context_table import context_table
from ml4t_desktop.files.context.context_values import ContextTable
from ml4t_desktop.files.context.match import ContextMatch, join_table
from ml4t_desktop.files.corporate_actions import read_corporate_actions, with_action_rows
from ml4t_desktop.files.findings import counted, gathering, time_text
from ml4t_desktop.files.fingerprint import source_files, tables_elsewhere
from ml4t_desktop.files.inner_tables import need_places, paths_of, said_of, tables_in
from ml4t_desktop.files.inside import may_hold_tables, shown_name
from ml4t_desktop.files.inspection import FileInspection, inspect_source
from ml4t_desktop.files.loaded import LoadedMarket
from ml4t_desktop.files.market_files import context_file, predicted_signals
from ml4t_desktop.files.predictions import Predictions, join_predictions, read_predictions
from ml4t_desktop.files.price_files import read_price_files, said_once
from ml4t_desktop.files.quality.context import match_findings, table_findings
from ml4t_desktop.files.quality.coverage import Coverage
from ml4t_desktop.files.quality.examination import Examination, examine
from ml4t_desktop.files.quality.finding import Finding, by_severity, remark
from ml4t_desktop.files.quality.places import PLACES_SCHEMA
from ml4t_desktop.files.quality.seen import MarketBars, ReadBars, SeenBars
from ml4t_desktop.files.quality.subject import (
    Subject,
    source_text,
    subject_of,
    subject_of_market,
)
from ml4t_desktop.files.row_origin import RowOrigin
from ml4t_desktop.files.rows import file_rows
from ml4t_desktop.files.sources import Source, read_source
from ml4t_desktop.files.spread import spread
from ml4t_desktop.files.stamps import unchanged
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.market import Market
from ml4t_desktop.request import ContextSource, DataSource, Repairs
from ml4t_desktop.wording import mark, say


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QualityReport:
    """What is in a file, or in the data of a request, and what is wrong with it.

    Parameters
    ----------
    path : Path
        The file; for a request its first.
    kind : {"prices", "predictions", "context"} or None
        None when the file cannot be read.
    row_count : int
    asset_count : int or None
        None for market-wide values.
    first, last : str
        First and last time as texts.
    columns : tuple of Guess
        What each column is taken for; empty for a request.
    findings : tuple of Finding
        Errors first, then warnings, then notes.
    calendar : str
        The calendar gaps were looked for by; empty where there is none.
    coverage : Coverage or None
        For prices.
    subject : SeenBars or None
        The bars, without signals, to look findings up in.
    files : tuple of Path
        The tables it is about, those of a folder or an archive where not all of them are.
    made : frozenset of str
        Columns that the tables themselves do not have; see `FileInspection`.
    """

    path: Path
    kind: TableKind | None = None
    row_count: int = 0
    asset_count: int | None = None
    first: str = ""
    last: str = ""
    columns: tuple[Guess, ...] = ()
    findings: tuple[Finding, ...] = ()
    calendar: str = ""
    coverage: Coverage | None = None
    subject: SeenBars | None = None
    files: tuple[Path, ...] = ()
    made: frozenset[str] = frozenset()

    @property
    def is_usable(self) -> bool:
        """Whether nothing found would stop a run."""
        return not any(finding.severity == "error" for finding in self.findings)


def check_files(paths: Sequence[Path]) -> tuple[QualityReport, ...]:
    """Return a report on each file, with columns recognised as the import dialog does.

    Of an archive, a workbook or a folder that holds more than one kind of table it is one on each of them.
    """
    return tuple(report for path in paths for report in _reports(path))


def _reports(path: Path) -> list[QualityReport]:
    tables = tables_in(path) if may_hold_tables(path) else ()
    if not need_places(tables) or not any(table.use for table in tables):
        return [check_file(path)]
    prices = paths_of(tables, "prices")
    alone = [*prices] if len(prices) == 1 else []
    alone += [*paths_of(tables, "predictions"), *paths_of(tables, "context")]
    made = [check_file(path, prices)] if len(prices) > 1 else []
    made += [check_file(table) for table in alone]
    notes = said_once([said_of(table) for table in tables])
    broken = {shown_name(table.path) for table in tables if table.is_unreadable}
    told = [
        remark(replace(note, severity="error") if note.where in broken else note) for note in notes
    ]
    if not made:  # corporate actions alone
        return [QualityReport(path=path, findings=by_severity(told))]
    return [replace(made[0], findings=by_severity([*made[0].findings, *told])), *made[1:]]


def check_file(path: Path, inner: Sequence[Path] = ()) -> QualityReport:
    """Return a report on one file or folder; one that cannot be read is reported, not raised.

    Parameters
    ----------
    inner : sequence of Path
        The tables of it that are looked at; none for all.
    """
    try:
        source = read_source(path, inner=inner)
    except InputError as error:
        return QualityReport(path=path, findings=tuple(remark(p) for p in error.problems))
    inspection = inspect_source(source, path)
    report = QualityReport(
        path=path,
        kind=inspection.kind,
        row_count=inspection.row_count,
        asset_count=inspection.asset_count,
        first=inspection.first,
        last=inspection.last,
        columns=inspection.guesses,
        files=(*inner,) or (path,),
        made=inspection.made,
    )
    told = [remark(problem) for problem in source.notes]
    if inspection.kind == "predictions":
        found = _prediction_findings(source.frame, inspection)
        return replace(report, findings=by_severity([*told, *found]))
    if inspection.kind == "context":
        found = _context_findings(source.frame, inspection, path.name)
        return replace(report, findings=by_severity([*told, *found]))
    try:
        raw, notes = _bars(source, inspection, path, inner)
    except InputError as error:
        return replace(report, findings=by_severity([*told, *(remark(p) for p in error.problems)]))
    told += [remark(problem) for problem in notes if problem not in source.notes]
    return _with_examination(report, told, subject_of(raw, Repairs()), [])


def check_data(
    data: DataSource,
    context: ContextSource | None,
    *,
    base: Path,
    watch: Watch = NOBODY,
    loaded: LoadedMarket | None = None,
) -> QualityReport:
    """Return a report on the data of a request, with its columns, repairs, predictions and context.

    Parameters
    ----------
    base : Path
        Folder that relative paths start from.
    loaded : LoadedMarket, optional
        The market of this data, where it is in memory; its files are read again only where they hold
        more than became of them.

    Raises
    ------
    Cancelled
        If the user stopped the work.
    """
    problems: list[Problem] = []
    notes: list[Problem] = []
    told_apart = spread(data, context, base=base)
    if told_apart is None and loaded is not None and loaded.origin is not None:
        return _check_loaded(loaded.market, loaded.origin, data, context, base, watch)
    if told_apart is not None:
        data, context = told_apart.data, told_apart.context
        notes += told_apart.notes
    columns = ColumnMap.of(data)
    predictions: Predictions | None = None
    table: ContextTable | None = None
    raw: Bars | None = None
    report = QualityReport(path=base / data.files[0])
    if data.predictions is not None:
        with gathering(problems):
            theirs = predicted_signals(data, base)
            columns = replace(columns, signals=tuple(n for n in data.signals if n not in theirs))
            predictions = read_predictions(data.predictions, theirs, base=base)
    with gathering(problems), unchanged(source_files(data, None, base=base)):
        reading = Watch(watch.progress, watch.cancelled, 0.0, 0.5)
        files, found = read_price_files(
            [base / name for name in data.files],
            columns,
            reading,
            elsewhere=tables_elsewhere(data, context, base=base),
        )
        notes += found
        if files:
            raw = Bars.of(files)
            notes += [problem for file in raw.files for problem in file.problems]
    if context is not None:
        with gathering(problems):
            table = context_file(base / context.file, context, data)
            notes += table.problems
    told = [remark(problem) for problem in (*problems, *notes)]
    if raw is None or not raw.time.size:
        if raw is not None:
            fix = mark("Change start or end in [data]")
            told.append(
                remark(Problem(where=source_text(raw), what=mark("there are no rows"), fix=fix))
            )
        return replace(report, findings=by_severity(told))
    watch.advance(0.6)
    subject = subject_of(raw, data.repairs)
    found_more: list[Finding] = []
    if subject.bars.time.size:
        subject, found_more = _joined(subject, data, context, base, predictions, table)
    watch.advance(0.7)
    report = replace(
        report,
        kind="prices",
        row_count=raw.time.size,
        asset_count=len(raw.symbols),
        first=time_text(int(raw.time.min())),
        last=time_text(int(raw.time.max())),
    )
    done = _with_examination(report, told, subject, found_more, watch.between(0.7, 1.0))
    watch.advance(1.0)
    return done


def _check_loaded(
    market: Market,
    origin: RowOrigin,
    data: DataSource,
    context: ContextSource | None,
    base: Path,
    watch: Watch,
) -> QualityReport:
    """Return the report on data that is in memory as its files have it."""
    problems: list[Problem] = []
    notes = [*origin.notes]
    table: ContextTable | None = None
    if context is not None:
        with gathering(problems):
            table = context_file(base / context.file, context, data)
            notes += table.problems
    watch.advance(0.02)
    subject = subject_of_market(market, origin, data.repairs)
    watch.advance(0.05)
    more = [remark(problem) for problem in origin.joined_notes]
    subject, found = _with_context(subject, context, table)
    report = QualityReport(
        path=base / data.files[0],
        kind="prices",
        row_count=market.row_count,
        asset_count=origin.asset_count,
        first=time_text(int(market.timestamps[0])),
        last=time_text(int(market.timestamps[-1])),
    )
    told = [remark(problem) for problem in (*problems, *notes)]
    done = _with_examination(report, told, subject, [*more, *found], watch.between(0.05, 1.0))
    watch.advance(1.0)
    return replace(done, subject=MarketBars(origin, weakref.ref(market)))


def _joined(
    subject: Subject,
    data: DataSource,
    context: ContextSource | None,
    base: Path,
    predictions: Predictions | None,
    table: ContextTable | None,
) -> tuple[Subject, list[Finding]]:
    """Return the subject with predictions, actions and context, and what is found about these."""
    market, findings = subject.market, []
    problems: list[Problem] = []
    if predictions is not None and data.predictions is not None:
        with gathering(problems):
            market, notes = join_predictions(market, predictions, data.predictions, data.repairs)
            problems += notes
    if data.corporate_actions is not None:
        with gathering(problems):
            actions = read_corporate_actions(base / data.corporate_actions)
            market, notes = with_action_rows(market, actions)
            problems += notes
    findings += [remark(problem) for problem in problems]
    subject, more = _with_context(replace(subject, market=market), context, table)
    return subject, [*findings, *more]


def _with_context(
    subject: Subject, context: ContextSource | None, table: ContextTable | None
) -> tuple[Subject, list[Finding]]:
    """Return the subject with the context, and what is found about it."""
    findings: list[Finding] = []
    if context is not None and table is not None and table.time.size:
        how = ContextMatch(match=context.match, max_age=context.max_age, lag=context.lag)
        subject = replace(subject, market=join_table(subject.market, table, how))
        name = Path(context.file).name
        findings += table_findings(table, name)
        findings += match_findings(
            subject,
            table,
            name,
            match=context.match,
            lag=context.lag,
            max_age=context.max_age,
        )
    return subject, findings


def _with_examination(
    report: QualityReport,
    told: list[Finding],
    subject: Subject,
    more: list[Finding],
    watch: Watch = NOBODY,
) -> QualityReport:
    found: Examination = examine(subject, watch)
    return replace(
        report,
        findings=by_severity([*found.findings, *more, *told]),
        calendar=found.calendar,
        coverage=found.coverage,
        subject=ReadBars(
            replace(subject.raw, signals={}), replace(subject.market, signals={}, context={})
        ),
    )


def _bars(
    source: Source, inspection: FileInspection, path: Path, inner: Sequence[Path]
) -> tuple[Bars, Sequence[Problem]]:
    if source.is_wide or source.made:
        files, notes = read_price_files(inner or [path], ColumnMap())
        return Bars.of(files), notes
    columns = guessed_columns(inspection)
    roles, notes = bar_roles(source.frame.schema, columns, path.name, source.frame)
    rows = file_rows(source.frame, roles, columns, path.name, decimal=source.decimal)
    if not rows.time.size:
        what = mark("there are no rows")
        raise InputError(Problem(where=path.name, what=what, fix=mark("Give a table of bars")))
    return Bars.of([rows]), (*notes, *rows.problems)


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


def _prediction_findings(frame: pl.DataFrame, inspection: FileInspection) -> list[Finding]:
    """Return what is wrong with a file of predictions, read on its own."""
    source = inspection.path.name
    keys = [*inspection.columns_as("time"), *inspection.columns_as("clock")]
    keys += inspection.columns_as("asset")
    twice = frame.select(keys).is_duplicated() if keys else pl.Series([], dtype=pl.Boolean)
    findings = [remark(note) for note in inspection.notes]
    if twice.any():
        rows = twice.arg_true().to_numpy().astype(np.int64)
        findings.append(
            Finding(
                kind="duplicate_prediction",
                severity="warning",
                title=mark("Two predictions at one time"),
                where=source,
                what=say(
                    "{size} share time and asset with another row", size=counted(rows.size, "row")
                ),
                effect=mark("Joined to prices, a run is refused"),
                advice=mark("Leave one prediction for each asset and time"),
                places=_file_rows(source, rows),
            )
        )
    names = inspection.columns_as("signal")
    findings += [
        Finding(
            kind="empty_signal",
            severity="warning",
            title=mark("Empty signal"),
            where=say("{source}, column '{info}'", source=source, info=info.name),
            what=mark("has no value in any row"),
            effect=mark("Every clause with it is false"),
        )
        for info in inspection.columns
        if info.name in names and info.null_count == inspection.row_count
    ]
    return findings


def _file_rows(source: str, rows: np.ndarray) -> pl.DataFrame:
    """Return rows of a file as places without asset and time."""
    return pl.DataFrame(
        {"file": source, "row": rows + 1, "symbol": None, "time": None, "value": None},
        schema=PLACES_SCHEMA,
    )


def _context_findings(
    frame: pl.DataFrame, inspection: FileInspection, source: str
) -> list[Finding]:
    time = next(iter(inspection.columns_as("time")), None)
    names = inspection.columns_as("context")
    try:
        table = context_table(frame, time=time, columns=names, repairs=Repairs(), source=source)
    except InputError as error:
        return [remark(problem) for problem in error.problems]
    return [*(remark(problem) for problem in table.problems), *table_findings(table, source)]
