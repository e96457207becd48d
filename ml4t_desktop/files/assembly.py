"""From converted rows of one or more tables to the market in memory."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.bar_checks import (
    in_order,
    leaving_out,
    range_warnings,
    with_usable_prices,
    with_usable_volume,
    without_duplicates,
)
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.findings import gathering, time_text
from ml4t_desktop.files.repairs import repaired
from ml4t_desktop.files.row_origin import RowOrigin, has_bad_volume
from ml4t_desktop.files.rows import FileRows
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.market import Market
from ml4t_desktop.request import Repairs
from ml4t_desktop.wording import mark, say

_NO_ROWS: Final = {  # by whether there is a start, and an end
    (True, True): mark(
        "there are no rows from {start} to {end}; the data goes from {first} to {last}"
    ),
    (True, False): mark("there are no rows from {start}; the data goes from {first} to {last}"),
    (False, True): mark("there are no rows to {end}; the data goes from {first} to {last}"),
    (False, False): mark("there are no rows; the data goes from {first} to {last}"),
}


def assemble(
    files: list[FileRows], columns: ColumnMap, watch: Watch = NOBODY
) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market of all tables, and warnings; see `assemble_traced`."""
    market, problems, _ = assemble_traced(files, columns, watch)
    return market, problems


def assemble_traced(
    files: list[FileRows], columns: ColumnMap, watch: Watch = NOBODY
) -> tuple[Market, tuple[Problem, ...], RowOrigin | None]:
    """Return the market of all tables, warnings, and where the rows came from if all of them are bars as they stand.

    Parameters
    ----------
    files : list of FileRows
        Emptied, so that its columns can go as soon as the market holds them.
    watch : Watch
        Told how far it is, asked between the steps whether to stop.

    Raises
    ------
    InputError
        If no row is left, or bars are refused; all problems at once.
    """
    bars = Bars.of(files)
    files.clear()
    if not bars.time.size:
        raise InputError(_nothing_left(bars.files, columns))
    of_files = [problem for file in bars.files for problem in file.problems]
    watch.advance(0.2)
    is_mended = columns.repairs != Repairs() or has_bad_volume(bars)
    usable, warnings = usable_bars(bars, columns.repairs, watch.between(0.2, 0.7))
    if not usable.time.size:
        what = mark("no bar has usable prices")
        raise InputError(
            Problem(where=bars.files[0].source, what=what, fix=mark("Mend the prices"))
        )
    present = usable.with_present_symbols()
    watch.advance(0.75)
    origin = None if is_mended else RowOrigin.of(bars, present)
    if origin is not None:
        origin = replace(origin, notes=tuple(of_files))
    return _market(present), (*of_files, *warnings), origin


def usable_bars(bars: Bars, repairs: Repairs, watch: Watch = NOBODY) -> tuple[Bars, list[Problem]]:
    """Return the bars to use in order of time and asset, maybe none, and warnings.

    Raises
    ------
    InputError
        If bars are refused; all problems at once.
    """
    warnings: list[Problem] = []
    errors: list[Problem] = []
    usable = bars
    with gathering(errors):
        usable, found = with_usable_prices(bars, repairs)
        warnings += found
    if errors:  # the other checks still run, on the bars that are good
        usable, _ = with_usable_prices(bars, leaving_out(repairs))
    watch.advance(0.25)
    usable = in_order(usable)
    watch.advance(0.5)
    with gathering(errors):
        usable, found = without_duplicates(usable, repairs)
        warnings += found
    if errors:
        raise InputError(errors)
    if not usable.time.size:
        return usable, warnings
    watch.advance(0.75)
    usable, found = with_usable_volume(usable)
    usable, done = repaired(usable, repairs)
    watch.advance(0.9)
    return usable, [*warnings, *found, *done, *range_warnings(usable)]


def _market(bars: Bars) -> Market:
    return Market.build(
        timestamp=bars.time,
        asset=bars.asset,
        symbols=bars.symbols,
        prices=bars.prices,
        signals=bars.signals,
        time_zone="UTC" if any(file.zoned for file in bars.files) else None,
        source=tuple(file.source for file in bars.files),
    )


def _nothing_left(files: Sequence[FileRows], columns: ColumnMap) -> Problem:
    spans = [file.span for file in files if file.span is not None]
    where = ", ".join(file.source for file in files)
    if not spans:
        return Problem(
            where=where, what=mark("there are no rows"), fix=mark("Give a file with bars")
        )
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return Problem(
        where=where,
        what=say(
            _NO_ROWS[columns.start is not None, columns.end is not None],
            start=columns.start,
            end=columns.end,
            first=time_text(first),
            last=time_text(last),
        ),
        fix=mark("Change start or end in [data]"),
    )
