"""Assets that go on under another symbol: their bars counted and looked back on as those of one."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.action_table import RENAMING
from ml4t_desktop.market.market import ASSET, ORDINAL, PREVIOUS, Market


def with_succession(market: Market) -> Market:
    """Return the market where the bars of a new symbol continue those of the old one.

    Only where the new symbol has no bar before the change: else it has a history of its own.
    """
    changes = np.flatnonzero(market.actions.kind == RENAMING)
    if not changes.size:
        return market
    rows = market.rows.copy()
    for change in changes.tolist():
        t = np.searchsorted(market.timestamps, market.actions.time[change])
        first = int(market.row_start[t])
        old = np.flatnonzero(rows[ASSET] == market.actions.asset[change])
        new = np.flatnonzero(rows[ASSET] == market.actions.new_asset[change])
        old = old[old < first]
        if not old.size or not new.size or new[0] < first or rows[PREVIOUS, new[0]] >= 0:
            continue
        rows[PREVIOUS, new[0]] = old[-1]
        rows[ORDINAL, new] += rows[ORDINAL, old[-1]] + 1
    return replace(market, rows=rows)


def histories(market: Market) -> NDArray[np.int32]:
    """Return for every row the asset under whose index its history began: a renamed one keeps its first.

    What the old symbol still trades after the change, if anything, is another history.
    """
    assets = market.rows[ASSET].copy()
    previous = market.rows[PREVIOUS]
    known = np.flatnonzero(previous >= 0) if market.actions.size else previous[:0]
    for first in known[assets[previous[known]] != assets[known]].tolist():
        old, new = assets[previous[first]], assets[first]
        later = assets[first:]
        was_old, was_new = later == old, later == new
        later[was_old], later[was_new] = new, old
    return assets
