"""Everything that is shown of one signal, but for the runs over its thresholds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.lag_curves import LagCurve, lag_sums
from ml4t_desktop.analysis.leakage.panel import Panel, asset_panel
from ml4t_desktop.analysis.signals.calibration import Calibration, calibration
from ml4t_desktop.analysis.signals.context_grid import ContextGrid, context_grid
from ml4t_desktop.analysis.signals.correlation import RankCorrelation, rank_correlation
from ml4t_desktop.analysis.signals.drift import drift
from ml4t_desktop.analysis.signals.forward import Sample, forward_sample
from ml4t_desktop.analysis.signals.groups import (
    TenthReturns,
    tenth_returns,
    tenth_trades,
)
from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.market import Market

BINS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SignalReview:
    """What is known of a signal.

    Parameters
    ----------
    sample : Sample
        The values and what followed them.
    counts, edges : ndarray, shapes (50,) and (51,)
        Histogram of all its values.
    tenths : TenthReturns
    trades : DataFrame of `groups.TENTH_TRADES`
    correlation : RankCorrelation
    calibration : Calibration or Undefined
    decay : LagCurve
        Correlation with the return of each single bar around; negative lags are the past.
    drift : DataFrame of `drift.DRIFT`
    contexts : tuple of ContextGrid
    """

    sample: Sample
    counts: NDArray[np.int64]
    edges: NDArray[np.float64]
    tenths: TenthReturns
    trades: pl.DataFrame
    correlation: RankCorrelation
    calibration: Calibration | Undefined
    decay: LagCurve
    drift: pl.DataFrame
    contexts: tuple[ContextGrid, ...]


class _Checked:
    """A watch for the parts of `leakage` that only asks whether to go on."""

    def __init__(self, check: Callable[[], None]) -> None:
        self.check = check

    def advance(self, share: float) -> None:
        """Tell nobody: the parts here are short."""

    def stop_too(self, control: RunControl | None) -> None:
        """Take note of nothing: there are no runs."""


def review_signal(
    market: Market, trades: pl.DataFrame, name: str, horizon: int, check: Callable[[], None]
) -> SignalReview | Undefined:
    """Return what is known of a signal.

    Parameters
    ----------
    market : Market
        As the run used it.
    trades : DataFrame
        Of the run.
    name : str
        Of a signal, without ``signal.``.
    horizon : int
        Bars to the close that ends the return.
    check : callable
        Called between the parts; raises when nobody waits for them any more.
    """
    panel = asset_panel(market, check)
    check()
    sample = forward_sample(market, name, horizon, panel)
    if isinstance(sample, Undefined):
        return sample
    check()
    column = market.signals[name]
    assert isinstance(column, np.ndarray)  # noqa: S101 (texts have no sample)
    counts, edges = np.histogram(column[np.isfinite(column)], BINS)
    check()
    decay = _decay(panel, column, check)
    del panel
    check()
    tenths = tenth_returns(sample)
    check()
    correlation = rank_correlation(sample)
    check()
    likelihood = calibration(sample)
    check()
    grids = (context_grid(market, sample, context) for context in market.context)
    return SignalReview(
        sample=sample,
        counts=counts,
        edges=edges,
        tenths=tenths,
        trades=tenth_trades(trades, name),
        correlation=correlation,
        calibration=likelihood,
        decay=decay,
        drift=drift(market, name),
        contexts=tuple(grid for grid in grids if grid is not None),
    )


def _decay(panel: Panel, column: NDArray[np.float64], check: Callable[[], None]) -> LagCurve:
    scores = panel.ranks(panel.laid_out(column), check)
    check()
    responses = panel.return_ranks(check)
    check()
    return lag_sums(panel, scores, responses, _Checked(check)).curve()


def likely_horizon(name: str) -> int:
    """Return the horizon that the name of a signal speaks of, such as 5 for ``ml_pred_5d``; else 5."""
    digits = "".join(letter if letter.isdigit() else " " for letter in name).split()
    found = [int(number) for number in digits if 1 <= int(number) <= 20]
    return found[-1] if found else 5
