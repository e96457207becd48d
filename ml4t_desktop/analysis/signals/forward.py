"""A signal laid out beside the returns that followed it, and both in tenths."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.panel import REACH, Panel, asset_panel
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.blocks import slices, time_blocks
from ml4t_desktop.wording import say

TENTHS: Final = 10
HORIZONS: Final = (1, 2, 5, 10, 20)
# So many assets at a time make ten groups worth comparing.
FEWEST_ACROSS: Final = 20
FEWEST_VALUES: Final = 100
Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SamplePart:
    """The entries of a sample at some consecutive timestamps.

    Parameters
    ----------
    first : int
        The first of these timestamps.
    time_count : int
        How many there are.
    time : ndarray of int64, shape (m,)
        Which of them each entry has, from 0.
    value, later : ndarray of float64, shape (m,)
    tenth : ndarray of int8, shape (m,)
    """

    first: int
    time_count: int
    time: Wholes
    value: Floats
    later: Floats
    tenth: NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """A signal with the returns that followed, one entry for every bar that has both, in time order.

    N bars, n of them with both. It is kept as long as the signal is on screen, so what the market says
    anyway is looked up when it is asked for.

    Parameters
    ----------
    name : str
        Of the signal, without ``signal.``.
    horizon : int
        Bars from the value to the close that ends the return.
    is_across : bool
        Whether tenths compare the assets of a timestamp; else all values of the history with each
        other, which needs many assets less and knows the whole history.
    column : ndarray of float64, shape (N,)
        The signal.
    has_both : ndarray of bool, shape (N,)
    row_start : ndarray of int64, shape (T + 1,)
        As the market has it.
    later : ndarray of float64, shape (n,)
        Close `horizon` bars on over the next open, less one.
    tenth : ndarray of int8, shape (n,)
        0 (lowest values) to 9.
    missing : int
        Bars without a value.
    """

    name: str
    horizon: int
    is_across: bool
    column: Floats
    has_both: NDArray[np.bool_]
    row_start: Wholes
    later: Floats
    tenth: NDArray[np.int8]
    missing: int

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.later.size

    @property
    def bars(self) -> int:
        """Number of bars of the market."""
        return self.column.size

    @property
    def time_count(self) -> int:
        """Number of timestamps of the market."""
        return self.row_start.size - 1

    @property
    def row(self) -> Wholes:
        """Row of the market, shape (n,)."""
        return np.flatnonzero(self.has_both)

    @property
    def value(self) -> Floats:
        """Values of the signal, shape (n,)."""
        return self.column[self.has_both]

    @property
    def time(self) -> Wholes:
        """Index of the timestamp, shape (n,)."""
        return _times(self.has_both, self.row_start)

    def parts(self) -> Iterator[SamplePart]:
        """Yield all entries in time order, those of some timestamps at once."""
        entries = 0
        for first, after, rows in _blocks(self.row_start):
            has_both = self.has_both[rows]
            value = self.column[rows][has_both]
            own = slice(entries, entries + value.size)
            entries = own.stop
            yield SamplePart(
                first=first,
                time_count=after - first,
                time=_times(has_both, self.row_start[first : after + 1] - rows.start),
                value=value,
                later=self.later[own],
                tenth=self.tenth[own],
            )


def _blocks(row_start: Wholes) -> Iterator[tuple[int, int, slice]]:
    """Yield blocks of timestamps, the first and the one after the last, and their rows."""
    for first, after in time_blocks(row_start):
        yield first, after, slice(int(row_start[first]), int(row_start[after]))


def _times(chosen: NDArray[np.bool_], row_start: Wholes) -> Wholes:
    """Return the index of the timestamp of each row that is chosen."""
    before = np.concatenate(([0], np.cumsum(chosen)))[row_start]
    return np.repeat(np.arange(row_start.size - 1), np.diff(before))


def forward_sample(
    market: Market, name: str, horizon: int, panel: Panel | None = None
) -> Sample | Undefined:
    """Return a signal beside the returns that followed it.

    Parameters
    ----------
    name : str
        Of a signal of the market, without ``signal.``.
    horizon : int
        1 to 20 bars.
    panel : Panel, optional
        Of the market, where it is known already.

    Returns
    -------
    Sample or Undefined
        Undefined for a signal of texts, or with fewer than 100 values that something followed.
    """
    column = market.signals[name]
    if isinstance(column, TextColumn):
        return Undefined(say("{name} holds texts, not numbers", name=name))
    panel = panel or asset_panel(market)
    later = panel.by_row(panel_returns(panel, horizon))
    has_both = np.isfinite(column) & np.isfinite(later)
    size = int(np.count_nonzero(has_both))
    if size < FEWEST_VALUES:
        return Undefined(
            say(
                "fewer than {fewest_values} values of {name} have a return after them",
                fewest_values=FEWEST_VALUES,
                name=name,
            )
        )
    times = int(np.count_nonzero(np.logical_or.reduceat(has_both, market.row_start[:-1])))
    is_across = size >= FEWEST_ACROSS * max(times, 1)
    return Sample(
        name=name,
        horizon=horizon,
        is_across=is_across,
        column=column,
        has_both=has_both,
        row_start=market.row_start,
        later=later[has_both],
        tenth=_tenths(column, has_both, market.row_start, is_across=is_across),
        missing=int(np.count_nonzero(~np.isfinite(column))),
    )


def _tenths(
    column: Floats, has_both: NDArray[np.bool_], row_start: Wholes, *, is_across: bool
) -> NDArray[np.int8]:
    """Return the tenth of each value that counts, among its timestamp or among all."""
    if not is_across:
        value = column[has_both]
        return tenths(value, np.zeros(value.size, np.int8)).astype(np.int8)
    found: list[NDArray[np.int8]] = []
    for first, after, rows in _blocks(row_start):
        time = _times(has_both[rows], row_start[first : after + 1] - rows.start)
        found.append(tenths(column[rows][has_both[rows]], time).astype(np.int8))
    return np.concatenate(found)


def panel_returns(panel: Panel, horizon: int) -> Floats:
    """Return close `horizon` bars on over the next open, less one.

    Parameters
    ----------
    panel : Panel
    horizon : int
        Bars of the asset, 1 to `REACH`.

    Returns
    -------
    ndarray of float64
        Fractions in the places of the panel; NaN where the asset has no such bar.

    Raises
    ------
    ValueError
        If the horizon is another.
    """
    if not 1 <= horizon <= REACH:
        message = say(
            "a horizon lies between 1 and {reach} bars, not {horizon}", reach=REACH, horizon=horizon
        )
        raise ValueError(message)
    out, opens = panel.close, panel.open
    for part in slices(out.size - horizon):  # each close is used before its place is
        ahead = slice(part.start + horizon, part.stop + horizon)
        out[part] = out[ahead] / opens[part.start + 1 : part.stop + 1] - 1.0
    out[-horizon:] = np.nan
    return out


def tenths(values: Floats, group: Wholes | NDArray[np.int8], count: int = TENTHS) -> Wholes:
    """Return for each value which tenth of its group it lies in, 0 for the lowest.

    Equal values share a tenth: that of the middle of their places.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite.
    group : ndarray of whole numbers, shape (n,)
        Not negative.
    count : int
        Parts instead of ten.
    """
    order = np.lexsort((values, group))
    member, ordered = group[order], values[order]
    sizes = np.bincount(member)
    first = np.cumsum(sizes) - sizes
    begins = np.ones(order.size, np.bool_)
    begins[1:] = (np.diff(member) != 0) | (np.diff(ordered) != 0)
    starts = np.flatnonzero(begins)
    lengths = np.diff(np.append(starts, order.size))
    middle = np.repeat(starts + (lengths - 1) / 2.0, lengths) - first[member]
    out = np.empty(values.size, np.int64)
    out[order] = np.minimum(((middle + 0.5) * count / sizes[member]).astype(np.int64), count - 1)
    return out
