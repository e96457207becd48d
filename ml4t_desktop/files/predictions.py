"""Predictions in files of their own, joined to the bars by time and asset."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.columns.recognition import recognised, signal_candidates
from ml4t_desktop.files.columns.times import Times, read_times
from ml4t_desktop.files.columns.values import (
    as_numbers_or_texts,
    equal_neighbours,
    take,
    text_column,
    to_column,
)
from ml4t_desktop.files.findings import (
    counted,
    gathering,
    listed,
    of_this_kind,
    time_text,
    unknown_column,
)
from ml4t_desktop.files.folders import files_in
from ml4t_desktop.files.formats.tables import open_table, table_sample
from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.files.prediction_report import asset_name, report_of
from ml4t_desktop.files.price_files import LongTable, long_of_wide
from ml4t_desktop.files.repairs import infinite_note, without_infinite
from ml4t_desktop.files.rows import one_symbol
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.files.wide import SYMBOL, wide_form
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.market.market import ASSET
from ml4t_desktop.request import PredictionSource, Repairs, TableForm
from ml4t_desktop.units import span_microseconds
from ml4t_desktop.wording import mark, say


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions:
    """Predictions by asset and time.

    Parameters
    ----------
    source : str
        Names of the files.
    time : ndarray of int64, shape (P,)
        Microseconds since the epoch, UTC.
    asset : TextColumn or None
        Length P; None when no column says the asset, as there is one only.
    columns : mapping of str to Column
        Length P each.
    whole_days : bool
    zoned : bool
    problems : tuple of Problem
        Notes and warnings.
    """

    source: str
    time: NDArray[np.int64]
    asset: TextColumn | None
    columns: dict[str, Column]
    whole_days: bool
    zoned: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    source: str
    times: Times
    asset: pl.Series | None
    columns: dict[str, pl.Series]
    problems: tuple[Problem, ...]


def prediction_paths(source: PredictionSource, base: Path) -> list[Path]:
    """Return the files of predictions, those of folders one by one."""
    paths = [base / name for name in source.files]
    return [p for path in paths for p in ([f.path for f in files_in(path)] or [path])]


def prediction_columns(source: PredictionSource, base: Path) -> tuple[str, ...]:
    """Return the names of the columns that the files of predictions hold, from their first rows."""
    form = _form(source)
    names: dict[str, None] = {}
    for path in prediction_paths(source, base):
        sample = table_sample(path, form)
        wide = _wide(sample, path, source)
        names |= dict.fromkeys(wide.fields if wide is not None else sample.columns)
    return tuple(names)


def read_predictions(
    source: PredictionSource,
    wanted: Sequence[str] | None,
    *,
    base: Path,
    watch: Watch = NOBODY,
) -> Predictions:
    """Return the predictions of all files as one table.

    Parameters
    ----------
    wanted : sequence of str or None
        Columns to read, each in one of the files at least; None takes every column that can be one.

    Raises
    ------
    InputError
        If files, columns or values are refused; all problems at once.
    """
    problems: list[Problem] = []
    parts: list[_Part] = []
    paths = prediction_paths(source, base)
    for place, path in enumerate(paths):
        with gathering(problems):
            parts.append(_part(path, source, wanted, watch.part(place, len(paths))))
    if problems:
        raise InputError(problems)
    present = dict.fromkeys(name for part in parts for name in part.columns)
    names = ", ".join(part.source for part in parts)
    missing = [name for name in wanted or () if name not in present]
    if missing or not present:
        known = prediction_columns(source, base)
        raise InputError(
            [unknown_column(names, "signals", name, known) for name in missing]
            or [
                Problem(
                    where=names,
                    what=mark("has no column of predictions"),
                    fix=mark("Name it in signals"),
                )
            ]
        )
    return _together(parts, names, list(present))


def _form(source: PredictionSource) -> TableForm:
    return TableForm(**{name: getattr(source, name) for name in TableForm.model_fields})


def _wide(sample: pl.DataFrame, path: Path, source: PredictionSource):  # noqa: ANN202 (as wide_form)
    if source.asset in sample.schema:
        return None
    return wide_form(sample, shown_name(path), time=source.time)


def _part(
    path: Path, source: PredictionSource, wanted: Sequence[str] | None, watch: Watch
) -> _Part:
    form, name = _form(source), shown_name(path)
    text = (source.asset,) if source.asset else ()
    sample = table_sample(path, form, text=text)
    wide = _wide(sample, path, source)
    clocks: pl.Series | None = None
    if wide is not None:
        table = long_of_wide(
            open_table(path, form, columns=wide.columns(), watch=watch), wide, name
        )
        asset: str | None = SYMBOL
        time, values = wide.time, [n for n in wide.fields if wanted is None or n in wanted]
    else:
        time, asset, clock = _roles(sample, source, name)
        taken = {n for n in (time, asset, clock) if n is not None}
        values = [
            n
            for n in (signal_candidates(sample.schema, taken, sample) if wanted is None else wanted)
            if n in sample.schema
        ]
        used = dict.fromkeys(n for n in (time, asset, clock, *values) if n is not None)
        read = open_table(path, form, columns=list(used), text=text, watch=watch)
        table = LongTable(source=name, frame=read.frame, notes=read.notes, decimal=read.decimal)
        clocks = None if clock is None else read.frame[clock]
    frame, notes = table.frame, list(table.notes)
    times = read_times(frame[time], name, form=form, clock=clocks)
    columns: dict[str, pl.Series] = {}
    problems: list[Problem] = []

    def number(place: int) -> int:
        return place + 1 if table.rows is None else int(table.rows[place]) + 1

    for column in values:
        with gathering(problems):
            columns[column] = as_numbers_or_texts(
                frame[column], name, number, decimal=table.decimal, notes=notes
            )
    symbols = None if asset is None else frame[asset].cast(pl.String)
    if symbols is not None and symbols.null_count():
        rows = [number(place) for place in symbols.is_null().arg_true().to_list()]
        where = say("{name}, column '{asset}', row {rows}", name=name, asset=asset, rows=rows[0])
        what = say("has no symbol{of_this_kind}", of_this_kind=of_this_kind(rows))
        problems.append(
            Problem(where=where, what=what, fix=mark("Give every row a symbol, or remove it"))
        )
    if problems:
        raise InputError(problems)
    return _Part(name, times, symbols, columns, (*notes, *times.problems))


def _roles(
    sample: pl.DataFrame, source: PredictionSource, name: str
) -> tuple[str, str | None, str | None]:
    """Return the columns of times, of assets and of times of day."""
    from ml4t_desktop.files.columns.content import roles_by_content

    problems = [
        unknown_column(name, f"predictions.{key}", column, sample.columns)
        for key, column in (("time", source.time), ("asset", source.asset))
        if column is not None and column not in sample.schema
    ]
    if problems:
        raise InputError(problems)
    known: dict[str, str] = {}
    for role in ("time", "asset"):
        column = getattr(source, role) or recognised(sample.schema, role, set(known.values()))
        if column is not None:
            known[role] = column
    prices = dict.fromkeys(("open", "high", "low", "close"), "")
    found = roles_by_content(sample, prices | known)
    time = known.get("time") or found.get("time", (None, ""))[0]
    if time is None:
        what = say(
            "no column is recognised as time; the columns are: {columns}",
            columns=", ".join(sample.columns),
        )
        fix = mark('Name it: time = "…" in [data.predictions]')
        raise InputError(Problem(where=name, what=what, fix=fix))
    asset = known.get("asset") or found.get("asset", (None, ""))[0]
    return time, asset, found.get("clock", (None, ""))[0]


def _together(parts: Sequence[_Part], source: str, names: Sequence[str]) -> Predictions:
    with_asset = [part.asset is not None for part in parts]
    if any(with_asset) and not all(with_asset):
        lone = parts[with_asset.index(False)]
        what = mark("has no column of symbols, and other files of predictions have one")
        raise InputError(Problem(where=lone.source, what=what, fix=mark("Add one")))
    columns: dict[str, Column] = {}
    problems: list[Problem] = []
    for name in names:
        series = [part.columns.get(name) for part in parts]
        kinds = {s.dtype == pl.String for s in series if s is not None and s.null_count() < len(s)}
        if len(kinds) > 1:
            what = mark("holds numbers in one file and texts in another")
            problems.append(
                Problem(
                    where=say("{source}, column '{name}'", source=source, name=name),
                    what=what,
                    fix=mark("Mend the files"),
                )
            )
            continue
        kind = pl.String if kinds == {True} else pl.Float64
        whole = pl.concat(
            pl.Series(name, [None] * part.times.us.size, kind)
            if s is None
            else s.cast(kind).alias(name)
            for s, part in zip(series, parts, strict=True)
        )
        columns[name] = to_column(whole)
    if problems:
        raise InputError(problems)
    assets = [part.asset for part in parts if part.asset is not None]
    return Predictions(
        source=source,
        time=np.concatenate([part.times.us for part in parts]),
        asset=text_column(pl.concat([a.alias("") for a in assets])) if assets else None,
        columns=columns,
        whole_days=all(part.times.whole_days for part in parts),
        zoned=any(part.times.zoned for part in parts),
        problems=tuple(p for part in parts for p in part.problems),
    )


def join_predictions(
    market: Market, predictions: Predictions, source: PredictionSource, repairs: Repairs
) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market with the predictions as signals, and what matched and what did not.

    Raises
    ------
    InputError
        If two different predictions are for one asset and time and no repair says which to use, if
        the asset of the predictions is not known, or if no bar gets a prediction.
    """
    asset, found = _assets(market, predictions)
    usable, more = _distinct(predictions, asset, repairs)
    lag = span_microseconds(source.lag) if source.lag else 0
    age = span_microseconds(source.max_age) if source.max_age else None
    times, bar_time = market.timestamps, market.row_times()
    known_at = predictions.time[usable] + lag
    # Distinct times by rank keep asset and time in one whole number.
    ranks = np.union1d(times, known_at)
    width = ranks.size + 1
    key = asset[usable].astype(np.int64) * width + np.searchsorted(ranks, known_at)
    order = np.argsort(key, kind="stable")
    key = key[order]
    bar_rank = np.searchsorted(ranks, times)[bar_time]
    wanted = market.rows[ASSET].astype(np.int64) * width + bar_rank
    place = np.searchsorted(key, wanted, side="right") - 1
    safe = np.maximum(place, 0)
    row = usable[order][safe] if usable.size else np.zeros(place.size, np.int64)
    matched = place >= 0
    if not usable.size:
        matched[:] = False
    elif source.match == "exact":
        matched &= key[safe] == wanted
    else:
        matched &= key[safe] // width == market.rows[ASSET]
        if age is not None:
            matched &= times[bar_time] - predictions.time[row] <= age
    signals = {name: _matched(c, row, matched) for name, c in predictions.columns.items()}
    notes = report_of(market, predictions, asset, row, matched, source)
    if repairs.infinite_signal == "null":
        signals, count = without_infinite(signals)
        notes = (*notes, infinite_note(predictions.source, count)) if count else notes
    replaced = [name for name in signals if name in market.signals]
    if replaced:
        what = say(
            "{replaced} of the predictions is used, not that of the price files",
            replaced=listed(replaced),
        )
        found.append(Problem(where=predictions.source, what=what, severity="warning"))
    both = MappingProxyType({**market.signals, **signals})
    return replace(market, signals=both), (*predictions.problems, *found, *more, *notes)


def _matched(column: Column, row: NDArray[np.int64], matched: NDArray[np.bool_]) -> Column:
    if isinstance(column, TextColumn):
        codes = np.where(matched, column.codes[row] if column.codes.size else -1, -1)
        return TextColumn(codes.astype(np.int32), column.labels)
    return np.where(matched, column[row] if column.size else np.nan, np.nan)


def _assets(market: Market, predictions: Predictions) -> tuple[NDArray[np.int64], list[Problem]]:
    """Return the asset of each prediction, -1 for those of no bar."""
    count = predictions.time.size
    if predictions.asset is None:
        stem = one_symbol(None, ColumnMap(), predictions.source.partition(",")[0])
        if len(market.symbols) == 1:
            return np.zeros(count, np.int64), []
        if stem in market.symbols:
            return np.full(count, market.symbols.index(stem), np.int64), []
        what = say(
            "has no column of symbols, and there are {count:,} assets", count=len(market.symbols)
        )
        fix = mark("Name it: asset = … in [data.predictions]; values for all assets are context")
        raise InputError(Problem(where=predictions.source, what=what, fix=fix))
    index = {symbol: place for place, symbol in enumerate(market.symbols)}
    labels = predictions.asset.labels
    place = np.array([index.get(label, -1) for label in labels] or [-1], np.int64)
    found: list[Problem] = []
    if len(labels) and not (place >= 0).any():
        folded = {symbol.strip().casefold(): i for i, symbol in enumerate(market.symbols)}
        if len(folded) == len(market.symbols):
            place = np.array(
                [folded.get(label.strip().casefold(), -1) for label in labels], np.int64
            )
        if (place >= 0).any():
            what = mark("its symbols are those of the prices but for capital letters and blanks")
            found.append(Problem(where=predictions.source, what=what, severity="warning"))
    return place[predictions.asset.codes], found


def _distinct(
    predictions: Predictions, asset: NDArray[np.int64], repairs: Repairs
) -> tuple[NDArray[np.int64], list[Problem]]:
    """Return the rows to use: of known assets, one for each asset and time."""
    known = np.flatnonzero(asset >= 0)
    order = known[np.lexsort((known, predictions.time[known], asset[known]))]
    same = (np.diff(predictions.time[order]) == 0) & (np.diff(asset[order]) == 0)
    if not same.any():
        return known, []
    equal = np.ones(same.size, np.bool_)
    for column in predictions.columns.values():
        equal &= equal_neighbours(take(column, order))
    differing = np.flatnonzero(same & ~equal) + 1
    use = repairs.duplicate_bar
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    kept = np.append(starts[1:], order.size) - 1 if use == "last" else starts
    found: list[Problem] = []
    if differing.size:
        row = int(order[differing[0]])
        what = say(
            "two different predictions for {asset_name} at {time}; {size} of this kind",
            asset_name=asset_name(predictions, row),
            time=time_text(int(predictions.time[row])),
            size=counted(differing.size, "row"),
        )
        fix = mark('Mend the file, or set duplicate_bar = "first" or "last" in [data.repairs]')
        if use == "refuse":
            raise InputError(Problem(where=predictions.source, what=what, fix=fix))
        fix = say("The {use} is used, as [data.repairs] says", use=use)
        found.append(Problem(where=predictions.source, what=what, fix=fix, severity="warning"))
    identical = int((same & equal).sum())
    if identical:
        what = say(
            "{identical} given again with the same values",
            identical=counted(identical, "prediction"),
        )
        found.append(Problem(where=predictions.source, what=what, severity="warning"))
    return order[kept], found
