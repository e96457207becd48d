"""A signal laid out beside the returns that followed it, and both in tenths."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.panel import REACH, Panel, asset_panel
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.wording import say

TENTHS: Final = 10
HORIZONS: Final = (1, 2, 5, 10, 20)
# So many assets at a time make ten groups worth comparing.
FEWEST_ACROSS: Final = 20
FEWEST_VALUES: Final = 100
Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """A signal with the returns that followed, one entry for every bar that has both, in time order.

    Parameters
    ----------
    name : str
        Of the signal, without ``signal.``.
    horizon : int
        Bars from the value to the close that ends the return.
    is_across : bool
        Whether tenths compare the assets of a timestamp; else all values of the history with each
        other, which needs many assets less and knows the whole history.
    time : ndarray of int64, shape (n,)
        Index of the timestamp.
    row : ndarray of int64, shape (n,)
        Row of the market.
    value : ndarray of float64, shape (n,)
    later : ndarray of float64, shape (n,)
        Close `horizon` bars on over the next open, less one.
    tenth : ndarray of int64, shape (n,)
        0 (lowest values) to 9.
    time_count : int
    bars, missing : int
        Bars of the market, and those without a value.
    """

    name: str
    horizon: int
    is_across: bool
    time: Wholes
    row: Wholes
    value: Floats
    later: Floats
    tenth: Wholes
    time_count: int
    bars: int
    missing: int


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
    later = panel_returns(panel, horizon)[panel.place]
    known = np.flatnonzero(np.isfinite(column) & np.isfinite(later))
    if known.size < FEWEST_VALUES:
        return Undefined(
            say(
                "fewer than {fewest_values} values of {name} have a return after them",
                fewest_values=FEWEST_VALUES,
                name=name,
            )
        )
    times = market.row_times()[known]
    is_across = known.size >= FEWEST_ACROSS * max(np.unique(times).size, 1)
    value = column[known]
    group = times if is_across else np.zeros(known.size, np.int64)
    return Sample(
        name=name,
        horizon=horizon,
        is_across=is_across,
        time=times,
        row=known,
        value=value,
        later=later[known],
        tenth=tenths(value, group),
        time_count=market.time_count,
        bars=market.row_count,
        missing=int(np.count_nonzero(~np.isfinite(column))),
    )


def panel_returns(panel: Panel, horizon: int) -> Floats:
    """Return close `horizon` bars on over the next open, less one, in the places of a panel.

    NaN where the asset has no such bar.
    """
    if not 1 <= horizon <= REACH:
        message = say(
            "a horizon lies between 1 and {reach} bars, not {horizon}", reach=REACH, horizon=horizon
        )
        raise ValueError(message)
    out = np.full(panel.close.size, np.nan)
    out[:-horizon] = panel.close[horizon:] / panel.open[1 : panel.open.size - horizon + 1] - 1.0
    return out


def tenths(values: Floats, group: Wholes, count: int = TENTHS) -> Wholes:
    """Return for each value which tenth of its group it lies in, 0 for the lowest.

    Equal values share a tenth: that of the middle of their places.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite.
    group : ndarray of int64, shape (n,)
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
