"""The lines of the equity chart, made of runs and their benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ml4t_desktop.plots.drawdown_marks import Band
from ml4t_desktop.plots.equity import Curve
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.account.drawdowns import Drawdown
    from ml4t_desktop.analysis.review import Review
    from ml4t_desktop.project.completed import CompletedRun

GHOST_TITLE: Final = mark("Before")
_WITHOUT_TITLE: Final = mark("Without them")


def times_of(run: CompletedRun) -> NDArray[np.int64]:
    """Return the times of the equity of a run, microseconds since the epoch."""
    return run.result.equity["timestamp"].to_physical().to_numpy()


def ghost_curve(run: CompletedRun, ghost: CompletedRun) -> Curve:
    """Return the equity of another run at the times of a run."""
    from ml4t_desktop.analysis.account.drawdowns import underwater
    from ml4t_desktop.analysis.alignment import at_times

    equity = ghost.result.equity["equity"].to_numpy()
    below = underwater(equity, ghost.result.initial_capital)
    times, own = times_of(run), times_of(ghost)
    title = _WITHOUT_TITLE if ghost.said else GHOST_TITLE
    return Curve(title, at_times(times, own, equity), at_times(times, own, below))


def benchmark_curve(run: CompletedRun, review: Review) -> Curve | None:
    """Return what the capital at the start would have become in the benchmark; None without one."""
    line = review.line
    if line is None or len(line.values) != run.result.equity.height:
        return None
    is_market = line.name == "market"  # there is little room beside the equity
    title = tr("Market") if is_market else shown(line.title).partition(",")[0]
    return Curve(title, line.values * run.result.initial_capital, np.zeros(0))


def bands_of(times: NDArray[np.int64], drawdowns: tuple[Drawdown, ...]) -> tuple[Band, ...]:
    """Return where drawdowns are among the times of a run."""
    return tuple(
        Band(
            first=int(np.searchsorted(times, item.start)),
            last=len(times) - 1
            if item.recovery is None
            else int(np.searchsorted(times, item.recovery)),
            trough=int(np.searchsorted(times, item.trough)),
        )
        for item in drawdowns
    )
