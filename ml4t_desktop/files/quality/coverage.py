"""Which asset has bars when, as one small picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.files.quality.subject import Subject

NONE, PRESENT, MISSING, SUSPICIOUS = range(4)  # the graver, the higher
_MOST_COLUMNS = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coverage:
    """Coverage by asset and time; many timestamps share a column of the picture.

    Parameters
    ----------
    symbols : tuple of str, length A
        Those that begin first come first, then those that end first, then by name.
    times : ndarray of int64, shape (C,)
        First timestamp of each column, microseconds since the epoch.
    ends : ndarray of int64, shape (C,)
        Last timestamp of each column.
    states : ndarray of uint8, shape (A, C)
        The gravest state of the bars of an asset in a column: `NONE` to `SUSPICIOUS`.
    is_zoned : bool
        Whether the times carry a zone.
    """

    symbols: tuple[str, ...]
    times: NDArray[np.int64]
    ends: NDArray[np.int64]
    states: NDArray[np.uint8]
    is_zoned: bool = False


def coverage(
    subject: Subject,
    missing: tuple[NDArray[np.int64], NDArray[np.int64]],
    suspicious: NDArray[np.bool_],
) -> Coverage:
    """Return the coverage of a market.

    Parameters
    ----------
    missing : pair of ndarray of int64
        Asset and timestamp index of the missing bars.
    suspicious : ndarray of bool, shape (N,)
        Rows with a finding.
    """
    market = subject.market
    count, columns = len(market.symbols), min(market.time_count, _MOST_COLUMNS)
    column = np.arange(market.time_count) * columns // max(market.time_count, 1)
    states = np.zeros((count, columns), np.uint8)
    row_column = column[subject.moment]
    states[subject.asset, row_column] = PRESENT
    asset, moment = missing
    states[asset, column[moment]] = MISSING
    states[subject.asset[suspicious], row_column[suspicious]] = SUSPICIOUS
    order = np.lexsort((np.arange(count), subject.last, subject.first))
    starts = np.searchsorted(column, np.arange(columns))
    ends = np.append(starts[1:], market.time_count) - 1
    return Coverage(
        symbols=tuple(market.symbols[index] for index in order.tolist()),
        times=market.timestamps[starts],
        ends=market.timestamps[ends],
        states=states[order],
        is_zoned=market.time_zone is not None,
    )
