"""Checks of bars: prices, duplicates, ranges; each gives the bars to use and what to tell."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.columns.column_map import PRICE_ROLES
from ml4t_desktop.files.columns.values import equal_neighbours
from ml4t_desktop.files.findings import counted, numbered
from ml4t_desktop.market.market import CLOSE, HIGH, LOW, OPEN, VOLUME
from ml4t_desktop.request import Repairs
from ml4t_desktop.wording import mark, say, say_count

_PLACES = 5
_BY_CHANCE = 5
_DAY = 86_400_000_000  # microseconds
_EARLY = _DAY // 6
_FROM_SUNDAY = 4  # 1970-01-01 was a Thursday


def with_usable_prices(bars: Bars, repairs: Repairs) -> tuple[Bars, list[Problem]]:
    """Return the bars whose prices are finite and positive.

    Raises
    ------
    InputError
        If there are others and the repairs do not say to drop them.
    """
    prices = bars.prices[:VOLUME]
    # A NaN makes both comparisons false.
    if not prices.size or (prices.min() > 0 and prices.max() < np.inf):
        return bars, []
    if repairs.bad_price == "unsigned" and (prices < 0).any():
        rows = np.flatnonzero((prices < 0).any(axis=0))
        usable, found = with_usable_prices(unsigned(bars), repairs)
        return usable, [_unsigned_warning(bars, rows), *found]
    bad = ~((prices > 0) & (prices < np.inf))
    rows = np.flatnonzero(bad.any(axis=0))
    column = int(np.argmax(bad[:, rows[0]]))
    file, row = bars.place(int(rows[0]))
    where = say(
        "{source}, column '{getattr}', row {row}",
        source=file.source,
        getattr=getattr(file.roles, PRICE_ROLES[column]),
        row=row,
    )
    shown = _number_text(float(prices[column, rows[0]]))
    what = say(
        "{described} has {shown} as its {price_roles}",
        described=bars.described(int(rows[0])),
        shown=shown,
        price_roles=PRICE_ROLES[column],
    )
    if rows.size > 1:
        what += say(
            "; {size:,} bars have a price that is missing, not finite or not positive",
            size=rows.size,
        )
        what += say(" ({rows})", rows=rows_text(bars, rows))
    if repairs.bad_price == "refuse":
        fix = mark('Mend the file, or set bad_price = "drop" in [data.repairs]')
        raise InputError(Problem(where=where, what=what, fix=fix))
    fix = mark("Such bars are left out, as [data.repairs] says")
    kept = bars.take(np.flatnonzero(~bad.any(axis=0)))
    return kept, [Problem(where=where, what=what, fix=fix, severity="warning")]


def leaving_out(repairs: Repairs) -> Repairs:
    """Return repairs with which bad prices are never refused."""
    return repairs if repairs.bad_price != "refuse" else Repairs(bad_price="drop")


def unsigned(bars: Bars) -> Bars:
    """Return the bars with negative prices without their sign."""
    prices = bars.prices.copy()
    np.abs(prices[:VOLUME], out=prices[:VOLUME])
    return replace(bars, prices=prices)


def _unsigned_warning(bars: Bars, rows: NDArray[np.int64]) -> Problem:
    file, row = bars.place(int(rows[0]))
    what = say_count(
        "{n} bar with a negative price is used without the sign",
        "{n:,} bars with a negative price are used without the sign",
        rows.size,
    )
    return Problem(
        where=say("{source}, row {row}", source=file.source, row=row),
        what=say("{what} ({rows})", what=what, rows=rows_text(bars, rows)),
        fix=mark("This is what [data.repairs] says"),
        severity="warning",
    )


def in_order(bars: Bars) -> Bars:
    """Return the bars sorted by time, then asset, then place in the tables."""
    if not bars.time.size or _is_sorted(bars.time, bars.asset):
        return bars
    return bars.take(_order(bars.time, bars.asset, len(bars.symbols)))


def without_duplicates(bars: Bars, repairs: Repairs) -> tuple[Bars, list[Problem]]:
    """Return sorted bars with one bar for each asset and time.

    Raises
    ------
    InputError
        If two different bars share an asset and a time, and the repairs do not say which to use.
    """
    if not bars.time.size:
        return bars, []
    same = neighbours(bars)
    if not same.any():
        return bars, []
    equal = equal_rows(bars)
    differing = np.flatnonzero(same & ~equal) + 1
    if differing.size and repairs.duplicate_bar == "refuse":
        raise InputError(_differing(bars, differing))
    use_last = repairs.duplicate_bar == "last" and differing.size > 0
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    kept = np.append(starts[1:], bars.time.size) - 1 if use_last else starts
    problems = [_repaired(bars, differing, repairs)] if differing.size else []
    identical = np.flatnonzero(same & equal) + 1
    if identical.size:
        problems.append(_identical(bars, identical))
    return bars.take(kept), problems


def range_warnings(bars: Bars) -> list[Problem]:
    """Return a warning about bars whose high or low does not contain their open and close."""
    rows = np.flatnonzero(outside_range(bars.prices))
    if not rows.size:
        return []
    file, row = bars.place(int(rows[0]))
    what = say_count(
        "{n} bar has a high or low that does not contain open and close",
        "{n:,} bars have a high or low that does not contain open and close",
        rows.size,
    )
    what += say(
        " ({rows_text}; first {described})",
        rows_text=rows_text(bars, rows),
        described=bars.described(int(rows[0])),
    )
    fix = mark("They are used as they are; look at them before you trust stops inside the bar")
    where = say("{source}, row {row}", source=file.source, row=row)
    return [Problem(where=where, what=what, fix=fix, severity="warning")]


def with_usable_volume(bars: Bars) -> tuple[Bars, list[Problem]]:
    """Return bars whose volume is finite and not negative, else NaN (unknown), with a warning."""
    volume = bars.prices[VOLUME]
    bad = (volume < 0) | np.isinf(volume)
    if not bad.any():
        return bars, []
    rows = np.flatnonzero(bad)
    file, row = bars.place(int(rows[0]))
    what = say("{size} with a negative or infinite volume", size=counted(rows.size, "bar"))
    what += say(" ({rows})", rows=rows_text(bars, rows))
    volume[rows] = np.nan
    where = say(
        "{source}, column '{volume}', row {row}",
        source=file.source,
        volume=file.roles.volume,
        row=row,
    )
    fix = mark("Their volume counts as unknown")
    return bars, [Problem(where=where, what=what, fix=fix, severity="warning")]


def _is_sorted(time: NDArray[np.int64], asset: NDArray[np.int32]) -> bool:
    later = time[1:] > time[:-1]
    return bool(np.all(later | ((time[1:] == time[:-1]) & (asset[1:] >= asset[:-1]))))


def _order(time: NDArray[np.int64], asset: NDArray[np.int32], assets: int) -> NDArray[np.int64]:
    """Return the stable order by time and asset, through one sort key where it fits 64 bits."""
    first = int(time.min())
    ticks = time - first
    unit = max(int(np.gcd.reduce(ticks)), 1)
    if int(ticks.max()) // unit >= 2**62 // max(assets, 1):
        return np.lexsort((asset, time))
    return np.argsort(ticks // unit * assets + asset, kind="stable")


def equal_rows(bars: Bars) -> NDArray[np.bool_]:
    """Return for each row but the first whether all its values are those of the row before."""
    equal = np.ones(bars.time.size - 1, np.bool_)
    for column in (*bars.prices, *bars.signals.values()):
        equal &= equal_neighbours(column)
    return equal


def _differing(bars: Bars, rows: NDArray[np.int64]) -> Problem:
    row = int(rows[0])
    file, number = bars.place(row)
    where = say("{source}, row {number}", source=file.source, number=number)
    before, before_row = bars.place(row - 1)
    other = (
        say("row {before_row}", before_row=before_row)
        if before is file
        else say("{source}, row {before_row}", source=before.source, before_row=before_row)
    )
    what = say(
        "{described} has another bar that differs ({other}: {difference})",
        described=bars.described(row),
        other=other,
        difference=_difference(bars, row),
    )
    if rows.size > 1:
        what += say(
            "; {size:,} bars repeat a time of their asset ({rows_text})",
            size=rows.size,
            rows_text=rows_text(bars, rows),
        )
    fix = mark('Mend the file, or set duplicate_bar = "first" or "last" in [data.repairs]')
    if not file.zoned and _clocks_went_back(bars.time[rows]):
        fix = say(
            'If the clocks went back then, say the zone of the times: time_zone = "…" in [data]. {fix}',
            fix=fix,
        )
    elif file.roles.asset is None:
        fix = say("If it holds several assets, name their column as 'asset'. {fix}", fix=fix)
    return Problem(where=where, what=what, fix=fix)


def _clocks_went_back(times: NDArray[np.int64]) -> bool:
    """Return whether times lie in the first hours of Sundays, and not all at midnight."""
    days, clock = times // _DAY, times % _DAY
    is_sunday = (days + _FROM_SUNDAY) % 7 == 0
    return bool(is_sunday.all() and (clock < _EARLY).all() and clock.any())


def _difference(bars: Bars, row: int) -> str:
    for place, name in enumerate((*PRICE_ROLES, "volume")):
        one, two = (float(bars.prices[place, r]) for r in (row - 1, row))
        if one != two and not (np.isnan(one) and np.isnan(two)):
            return say(
                "{name} {number_text} against {number_text2}",
                name=name,
                number_text=_number_text(one),
                number_text2=_number_text(two),
            )
    for name, column in bars.signals.items():
        if not equal_neighbours(column)[row - 1]:
            return say("'{name}' differs", name=name)
    return mark("the values differ")


def _repaired(bars: Bars, rows: NDArray[np.int64], repairs: Repairs) -> Problem:
    file, number = bars.place(int(rows[0]))
    return Problem(
        where=say("{source}, row {number}", source=file.source, number=number),
        what=say(
            "{size} repeating a time of the asset with other values ({rows_text}); the "
            "{duplicate_bar} is used",
            size=counted(rows.size, "bar"),
            rows_text=rows_text(bars, rows),
            duplicate_bar=repairs.duplicate_bar,
        ),
        fix=mark("This is what [data.repairs] says"),
        severity="warning",
    )


def _identical(bars: Bars, rows: NDArray[np.int64]) -> Problem:
    file, number = bars.place(int(rows[0]))
    return Problem(
        where=say("{source}, row {number}", source=file.source, number=number),
        what=say(
            "{size} identical to another ({rows_text}); one is used",
            size=counted(rows.size, "row"),
            rows_text=rows_text(bars, rows),
        ),
        fix=mark("Remove the repetitions"),
        severity="warning",
    )


def rows_text(bars: Bars, rows: NDArray[np.int64]) -> str:
    """Return ``rows 3, 17, 29, …``, with the file where there are several."""
    numbers: list[str] = []
    for row in rows[: _PLACES + 1].tolist():
        file, number = bars.place(row)
        numbers.append(str(number) if len(bars.files) == 1 else f"{file.source} {number}")
    return numbered(numbers)


def _number_text(value: float) -> str:
    return mark("no value") if np.isnan(value) else f"{value:g}"


def neighbours(bars: Bars) -> NDArray[np.bool_]:
    """Return for each sorted row but the first whether it shares asset and time with the one before."""
    return (bars.time[1:] == bars.time[:-1]) & (bars.asset[1:] == bars.asset[:-1])


def outside_range(prices: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which bars have a high or low that does not contain their open and close."""
    outside = prices[HIGH] < prices[OPEN]
    outside |= prices[HIGH] < prices[CLOSE]
    outside |= prices[LOW] > prices[OPEN]
    outside |= prices[LOW] > prices[CLOSE]
    return outside


def stale_bars(bars: Bars, previous: NDArray[np.int32] | None = None) -> NDArray[np.int64]:
    """Return how many bars each stale bar and those before it have stood still, 0 for the others.

    A bar is stale when all its prices are the close before and its volume is zero, or that of the
    bar before. Where no volume is known this happens by chance: then only runs of at least five
    count.

    Parameters
    ----------
    bars : Bars
        Sorted by time and asset, one for each pair.
    previous : ndarray of int32, shape (N,), optional
        Row of the bar before, as a market has it.

    Returns
    -------
    ndarray of int64, shape (N,)
    """
    prices, asset = bars.prices, bars.asset
    length = np.zeros(bars.time.size, np.int64)
    flat = (prices[HIGH] == prices[LOW]) & (prices[OPEN] == prices[CLOSE])
    flat &= prices[CLOSE] == prices[HIGH]
    if not flat.any():
        return length
    if previous is None:
        previous = _previous(asset)
    rows = np.flatnonzero(flat & (previous >= 0))
    before = previous[rows]
    volume, volume_before = prices[VOLUME, rows], prices[VOLUME, before]
    is_still = (volume == 0) | (volume == volume_before) | np.isnan(volume)
    is_still &= (asset[rows] == asset[before]) & (prices[CLOSE, rows] == prices[CLOSE, before])
    rows = rows[is_still]
    rows = rows[np.argsort(asset[rows], kind="stable")]
    begins = np.ones(rows.size, np.bool_)
    begins[1:] = previous[rows[1:]] != rows[:-1]
    run = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    whole = np.diff(np.append(starts, rows.size))[run]
    is_short = (whole < _BY_CHANCE) & np.isnan(prices[VOLUME, rows])
    length[rows] = np.where(is_short, 0, np.arange(rows.size) - starts[run] + 1)
    return length


def _previous(asset: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the row of the asset's bar before each, or -1."""
    order = np.argsort(asset, kind="stable")
    previous = np.full(asset.size, -1, np.int32)
    is_same = asset[order[1:]] == asset[order[:-1]]
    previous[order[1:][is_same]] = order[:-1][is_same]
    return previous
