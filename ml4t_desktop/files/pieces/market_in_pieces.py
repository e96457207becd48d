"""Markets too large for the memory: files read, checked and handed out piece by piece."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.assembly import assemble, usable_bars
from ml4t_desktop.files.bars import Bars, mixed_signal
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.context.match import ContextMatch, join_context
from ml4t_desktop.files.corporate_actions import read_corporate_actions, with_action_rows
from ml4t_desktop.files.findings import gathering, raise_errors, time_text
from ml4t_desktop.files.fingerprint import Fingerprint, source_files
from ml4t_desktop.files.market_files import context_file
from ml4t_desktop.files.pieces.row_source import RowSource, added_up
from ml4t_desktop.files.pieces.suspects import joined_rows, suspect_rows
from ml4t_desktop.files.price_files import price_items, said_once
from ml4t_desktop.files.rows import FileRows
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.market.market import VOLUME
from ml4t_desktop.market.timeline import bare_market, even_bounds
from ml4t_desktop.request import ContextSource, DataSource
from ml4t_desktop.scratch import ScratchFolder
from ml4t_desktop.units import end_microseconds, microseconds
from ml4t_desktop.wording import mark, say


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedPieces:
    """A market in pieces, with what is doubtful about it.

    Parameters
    ----------
    pieces : MarketInPieces
    problems : tuple of Problem
        Warnings and notes; errors are raised instead.
    digest : str
        SHA-256 over the contents of the files used, as for a market in one piece.
    is_close_only : bool
        Whether closing prices stand for all four prices.
    """

    pieces: "MarketInPieces"
    problems: tuple[Problem, ...] = ()
    digest: str
    is_close_only: bool = False

    def close(self) -> None:
        """Remove what was written while the files were read."""
        self.pieces.close()


class MarketInPieces:
    """Tables of bars as pieces of one market; see `market.timeline.Pieces`.

    Every row was read and checked when it was made; `piece` reads again.

    Parameters
    ----------
    sources : sequence of RowSource
        Split into the same parts.
    columns : ColumnMap
    scratch : ScratchFolder
        Where rows are that were written to be read again; closed with it.
    """

    def __init__(
        self, sources: Sequence[RowSource], columns: ColumnMap, scratch: ScratchFolder
    ) -> None:
        self._sources = sources
        self._columns = columns
        self._scratch = scratch
        self._numbers: list[int] = []
        self.bounds: tuple[int, ...] = (0, 0)
        self.timeline: Market = bare_market(np.zeros(0, np.int64), ())
        self.row_count = 0

    def piece(self, number: int) -> Market:
        """Return the bars of a piece, sorted by time and symbol; ordinals and previous rows are zero."""
        parts = [source.part(self._numbers[number]) for source in self._sources]
        bars, _ = usable_bars(Bars.of(parts), self._columns.repairs)
        timeline = self.timeline
        index = {symbol: asset for asset, symbol in enumerate(timeline.symbols)}
        # A symbol of which no usable bar is left anywhere is in no row.
        place = np.array([index.get(symbol, -1) for symbol in bars.symbols], np.int32)
        rows = np.zeros((3, bars.time.size), np.int32)
        rows[0] = place[bars.asset]
        starts = np.flatnonzero(np.diff(bars.time, prepend=bars.time[0] - 1))
        return replace(
            timeline,
            timestamps=bars.time[starts],
            row_start=np.append(starts, bars.time.size).astype(np.int64),
            prices=bars.prices,
            rows=rows,
            signals=_of_their_kind(bars.signals, timeline.signals),
        )

    @property
    def is_close_only(self) -> bool:
        """Whether closing prices stand for all four prices."""
        return all(source.roles.is_close_only for source in self._sources)

    def locate(self, symbol: str, time_us: int) -> str:
        """Return the file and the 1-based row of a bar, such as ``prices.parquet, row 1234``."""
        t = int(np.searchsorted(self.timeline.timestamps, time_us))
        number = self._numbers[int(np.searchsorted(self.bounds, t, side="right")) - 1]
        found: list[str] = []
        for source in self._sources:
            rows = source.part(number)
            codes = [code for code, label in enumerate(rows.asset.labels) if label == symbol]
            match = (rows.time == time_us) & np.isin(rows.asset.codes, codes)
            places = np.flatnonzero(match).tolist()
            found += [
                say(
                    "{source}, row {row_number}",
                    source=rows.source,
                    row_number=rows.row_number(place),
                )
                for place in places
            ]
        if not found:
            return say("{symbol} at {time_us}", symbol=symbol, time_us=time_text(time_us))
        return found[-1] if self._columns.repairs.duplicate_bar == "last" else found[0]

    def close(self) -> None:
        """Remove what was written for the time of reading."""
        self._scratch.close()

    def survey(self, parts: int, check: Callable[[int], None]) -> list[Problem]:
        """Read and check every part once; return the warnings.

        Raises
        ------
        InputError
            If rows are refused; all problems at once, worded as for a market in one piece.
        """
        survey = _Survey(self._columns)
        for number in range(parts):
            count = survey.look(self._sources, number)
            check(count)
        warnings = survey.warnings(self._sources)
        times = [part for part in survey.times if part.size]
        self._numbers = [number for number, part in enumerate(survey.times) if part.size]
        self.bounds = (0, *np.cumsum([part.size for part in times]).tolist())
        self.row_count = survey.row_count
        self.timeline = bare_market(
            np.concatenate(times),
            tuple(sorted(survey.symbols)),
            time_zone="UTC" if survey.zoned else None,
            source=tuple(source.source for source in self._sources),
            signals=_blank_signals(self._sources),
        )
        return warnings


def _blank_signals(sources: Sequence[RowSource]) -> dict[str, Column]:
    """Return the signals without values, each of its kind."""
    text = TextColumn(np.zeros(0, np.int32), ())
    return {
        name: text if any(source.has_texts(name) for source in sources) else np.zeros(0)
        for name in sources[0].roles.signals
    }


def _of_their_kind(
    signals: Mapping[str, Column], kinds: Mapping[str, Column]
) -> Mapping[str, Column]:
    """Return signals of a piece; words of which it has none are texts even so."""
    return {
        name: TextColumn(np.full(len(column), -1, np.int32), ())
        if isinstance(kinds[name], TextColumn) and not isinstance(column, TextColumn)
        else column
        for name, column in signals.items()
    }


class _Survey:
    """What reading all parts once finds."""

    def __init__(self, columns: ColumnMap) -> None:
        self._columns = columns
        self._problems: list[Problem] = []
        self._suspects: list[list[FileRows]] = []
        self.times: list[np.ndarray] = []
        self.symbols: set[str] = set()
        self.zoned = False
        self.row_count = 0

    def look(self, sources: Sequence[RowSource], number: int) -> int:
        """Look at a part of every table; return how many rows it has."""
        parts: list[FileRows] = []
        for source in sources:
            with gathering(self._problems):
                parts.append(source.part(number))
        if len(parts) < len(sources):
            self.times.append(np.zeros(0, np.int64))
            return 0
        bars = Bars.of(parts)
        count = bars.time.size
        repairs = self._columns.repairs
        volume = bars.prices[VOLUME].copy()
        self.zoned = self.zoned or any(part.zoned for part in parts)
        try:
            usable, warnings = usable_bars(bars, repairs)
        except InputError:
            usable, warnings = None, ()
        if usable is None or warnings:
            self._suspects.append(suspect_rows(bars, parts, volume))
        if usable is None:
            self.times.append(np.zeros(0, np.int64))
            return count
        time = usable.time
        self.times.append(
            time[np.flatnonzero(np.diff(time, prepend=time[0] - 1))] if time.size else time
        )
        present = np.flatnonzero(np.bincount(usable.asset, minlength=len(usable.symbols)))
        self.symbols.update(usable.symbols[asset] for asset in present.tolist())
        self.row_count += time.size
        return count

    def warnings(self, sources: Sequence[RowSource]) -> list[Problem]:
        """Return the warnings of all parts.

        Raises
        ------
        InputError
            If rows of any part are refused.
        """
        problems = list(
            {(p.where.partition(", row ")[0], p.what): p for p in self._problems}.values()
        )
        if problems:
            raise InputError(problems)
        warnings = [problem for source in sources for problem in source.problems]
        if self._suspects:
            tables = [joined_rows(parts) for parts in zip(*self._suspects, strict=True)]
            with gathering(problems):
                warnings += usable_bars(Bars.of(tables), self._columns.repairs)[1]
        if problems:
            raise InputError(problems)
        if not self.row_count:
            parts = [source.part(0) for source in sources]
            assemble(parts, self._columns)
        return warnings


def read_in_pieces(
    data: DataSource,
    context: ContextSource | None,
    *,
    base: Path,
    rows: int,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LoadedPieces:
    """Return the market that the data part of a request describes, in pieces of about `rows` bars.

    All rows are read once, counted and checked; errors and warnings are those of `read_market`.

    Parameters
    ----------
    base, progress, cancelled
        As for `market_files.read_market`.

    Raises
    ------
    InputError
        If files, columns or rows are refused; all problems at once.
    Cancelled
        If the user stopped the work.
    """
    if data.predictions is not None:
        where = ", ".join(Path(name).name for name in data.predictions.files)
        what = mark("is joined to the prices, so these are not read in pieces")
        fix = mark("Read it in one piece, or put the predictions into the price file")
        raise InputError(Problem(where=where, what=what, fix=fix))
    with Fingerprint(source_files(data, context, base=base)) as taken:
        pieces, problems = pieces_of_files(
            [base / name for name in data.files],
            ColumnMap.of(data),
            rows,
            Watch(progress, cancelled),
        )
        try:
            problems += _with_more(pieces, data, context, base)
            digest = taken.digest()
        except BaseException:
            pieces.close()
            raise
    return LoadedPieces(
        pieces=pieces,
        problems=tuple(problems),
        digest=digest,
        is_close_only=pieces.is_close_only,
    )


class _Steps:
    """Progress by rows looked at: once for their times, once for all of them."""

    def __init__(self, watch: Watch, total: float) -> None:
        self._watch = watch
        self._done = 0.0
        self._total = max(total, 1.0)

    def done(self, more: float) -> None:
        """Tell that more is done, and stop if somebody asked for it."""
        self._done += more
        self._watch.advance(self._done / self._total)


# Reading the times of a row takes this share of reading all of it.
_TIME_SHARE = 0.1
# Writing other files than Parquet as such takes this share of all the work.
_WRITE_SHARE = 0.4


def pieces_of_files(
    paths: Sequence[Path], columns: ColumnMap, rows: int, watch: Watch = NOBODY
) -> tuple[MarketInPieces, list[Problem]]:
    """Return tables of bars as one market in pieces of about `rows` bars, and warnings.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders of long tables.

    Raises
    ------
    InputError
        If files, columns or rows are refused; all problems at once.
    Cancelled
        If the user stopped the work.
    """
    if columns.repairs.stale_bar != "keep":
        where = ", ".join(path.name for path in paths)
        what = mark("stale bars cannot be left out while the market is read in pieces")
        fix = mark('Read it in one piece, or set stale_bar = "keep" in [data.repairs]')
        raise InputError(Problem(where=where, what=what, fix=fix))
    scratch = ScratchFolder("pieces")
    try:
        sources, notes = _opened(paths, columns, scratch.path, watch)
        total = sum(source.row_count for source in sources)
        middle = watch.start + _WRITE_SHARE * (watch.end - watch.start)
        start = watch.start if all(source.is_as_it_was for source in sources) else middle
        steps = _Steps(replace(watch, start=start), total * (1 + _TIME_SHARE))
        low = microseconds(columns.start) if columns.start is not None else -(2**63)
        high = end_microseconds(columns.end) if columns.end is not None else 2**63 - 1
        for source in sources:
            source.count(rows, low, high, lambda count: steps.done(count * _TIME_SHARE))
        times, counts = added_up(
            [pl.DataFrame({"time": s.counts.times, "count": s.counts.counts}) for s in sources]
        )
        if not times.size:
            for source in sources:
                source.split(np.zeros(1, np.int64), rows, lambda _count: None)
            assemble([source.part(0) for source in sources], columns)
        bounds = even_bounds(np.concatenate(([0], np.cumsum(counts))), rows)
        problems: list[Problem] = []
        for source in sources:
            with gathering(problems):
                source.split(times[list(bounds[:-1])], rows, lambda _count: steps.done(0.0))
        raise_errors(problems or _mixed_signals(sources))
        pieces = MarketInPieces(sources, columns, scratch)
        share = total / int(counts.sum())  # of rows outside the period only the time is read
        warnings = pieces.survey(len(bounds) - 1, lambda count: steps.done(count * share))
    except BaseException:
        scratch.close()
        raise
    remarks = said_once([remark for source in sources for remark in source.remarks])
    return pieces, [*notes, *remarks, *warnings]


def _opened(
    paths: Sequence[Path], columns: ColumnMap, folder: Path, watch: Watch
) -> tuple[list[RowSource], list[Problem]]:
    """Return all tables, and notes on how they are read."""
    sources: list[RowSource] = []
    problems: list[Problem] = []
    items, notes = price_items(paths, problems)
    writing = replace(watch, end=watch.start + _WRITE_SHARE * (watch.end - watch.start))
    for number, item in enumerate(items):
        with gathering(problems):
            source = RowSource(
                item.path,
                columns,
                folder,
                f"table-{number}",
                symbol=item.symbol or None,
                source=item.name,
                watch=writing.part(number, len(items)),
            )
            sources.append(source)
            notes += source.notes
    if problems:
        raise InputError(problems)
    return sources, said_once(notes)


def _mixed_signals(sources: Sequence[RowSource]) -> list[Problem]:
    """Return the problems of signals that are numbers in one file and texts in another."""
    if len(sources) == 1:
        return []
    return [
        mixed_signal(name)
        for name in sources[0].roles.signals
        if any(source.has_texts(name) for source in sources)
        and len({source.kind_of(name) for source in sources} - {None}) > 1
    ]


def _with_more(
    pieces: MarketInPieces, data: DataSource, context: ContextSource | None, base: Path
) -> list[Problem]:
    """Give the timeline its corporate actions and its context; return warnings."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    if data.corporate_actions is not None:
        with gathering(problems):
            actions = read_corporate_actions(base / data.corporate_actions)
            pieces.timeline, found = with_action_rows(pieces.timeline, actions)
            warnings += found
    if context is not None:
        with gathering(problems):
            table = context_file(base / context.file, context, data)
            how = ContextMatch(match=context.match, max_age=context.max_age, lag=context.lag)
            name = (base / context.file).name
            pieces.timeline, found = join_context(pieces.timeline, table, how, name)
            warnings += found
    if data.benchmark is not None:
        from ml4t_desktop.files.benchmark_file import read_benchmark, with_benchmark

        with gathering(problems):
            worth = read_benchmark(data.benchmark, base)
            pieces.timeline, found = with_benchmark(pieces.timeline, worth, data.benchmark)
            warnings += found
    if problems:
        raise InputError(problems)
    return warnings
