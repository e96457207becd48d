"""The account and the position at the bars of an asset, for panes below its prices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ml4t_desktop.plots.price.asset_bars import AssetBars
from ml4t_desktop.plots.price.value_panes import BENCHMARK, EQUITY, POSITION, UNDERWATER

if TYPE_CHECKING:  # polars loads after the window is visible
    from numpy.typing import NDArray

    from ml4t_desktop.result.run_result import RunResult

ACCOUNT_PANES = (POSITION, EQUITY, UNDERWATER)


def with_account(
    bars: AssetBars,
    result: RunResult,
    names: tuple[str, ...],
    benchmark: NDArray[np.float64] | None = None,
) -> AssetBars:
    """Return the bars of an asset with the lines named, of `ACCOUNT_PANES`, among their series.

    Parameters
    ----------
    benchmark : ndarray of float64, optional
        Money at each equity point, drawn with the equity.
    """
    from ml4t_desktop.analysis.account.drawdowns import underwater
    from ml4t_desktop.analysis.alignment import at_times
    from ml4t_desktop.analysis.positions import position_sizes

    series = dict(bars.series)
    times = result.equity["timestamp"].to_physical().to_numpy()
    equity = result.equity["equity"].to_numpy()
    if POSITION in names:
        series[POSITION] = position_sizes(result.fills, bars.symbol, bars.times)
    if EQUITY in names:
        series[EQUITY] = at_times(bars.times, times, equity)
        if benchmark is not None:
            series[BENCHMARK] = at_times(bars.times, times, benchmark)
    if UNDERWATER in names:
        below = underwater(equity, result.initial_capital)
        series[UNDERWATER] = at_times(bars.times, times, below)
    return replace(bars, series=series)
