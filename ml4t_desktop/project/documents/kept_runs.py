"""Runs kept on disk, and a run from there as it was when it ended."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ml4t_desktop.project.documents.document import read_run
from ml4t_desktop.project.documents.entry import Entry, Statistic
from ml4t_desktop.project.trials import Trial

if TYPE_CHECKING:  # polars and numba load with the first run
    from ml4t_desktop.market import Market
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.request import Request

# What the table of the history and the comparison of requests need without reading tables.
_MORE: Final = ("num_trades", "sortino", "calmar", "total_fees", "start", "end")


def entry_of(run: "CompletedRun", number: int, request: Mapping[str, Any]) -> Entry:
    """Return the entry of a run that has just ended.

    Parameters
    ----------
    request : mapping
        The tables of its request with absolute paths.
    """
    phases = run.phases
    return Entry(
        number=number,
        run_id=run.run_id,
        digest=run.digest,
        moment=datetime.now(UTC),
        seconds=phases.read + phases.prepare + phases.engine,
        request=request,
        statistics=headlines(run),
    )


def headlines(run: "CompletedRun") -> dict[str, Statistic]:
    """Return the headline statistics of a run by name."""
    from ml4t_desktop.analysis.definitions import DEFINITIONS

    names = [item.name for item in DEFINITIONS if item.headline]
    return {name: getattr(run.metrics, name) for name in dict.fromkeys((*names, *_MORE))}


def trial_of(run: "CompletedRun") -> Trial:
    """Return how a variant did in one period, not annualised."""
    import numpy as np

    from ml4t_desktop.analysis.account.returns import period_returns

    returns = period_returns(run.result).returns
    returns = returns[np.isfinite(returns)]
    spread = float(np.std(returns, ddof=1)) if returns.size > 1 else 0.0
    is_defined = run.metrics.sharpe is not None and spread > 0
    return Trial(float(np.mean(returns)) / spread if is_defined else None, int(returns.size))


def size_of(folder: Path) -> int:
    """Return the bytes of a run folder."""
    return sum(file.stat().st_size for file in folder.iterdir())


def completed_run(
    entry: Entry, request: "Request", place: Path, market: "Market | None"
) -> "CompletedRun":
    """Return a kept run as it was when it ended.

    Parameters
    ----------
    request : Request
        What was asked, with paths as the window names them now.
    place : Path
        The run folder, or the project file that holds it.
    market : Market or None
        What it ran on; None where that cannot be had any more: it has no bars then.

    Raises
    ------
    InputError
        If its tables cannot be read.
    """
    from ml4t_desktop.analysis.metrics import compute_metrics
    from ml4t_desktop.project.completed import CompletedRun, Phases
    from ml4t_desktop.result.run_folder import read_run_folder

    saved = read_run_folder(place) if place.is_dir() else read_run(place, entry.run_id)
    phases = {name: value for name, value in saved.manifest.phases.items() if name in _PHASES}
    return CompletedRun(
        run_id=entry.run_id,
        request=request,
        market=market if market is not None else _no_bars(),
        result=saved.result,
        metrics=compute_metrics(saved.result, stop_loss=request.strategy.exits.stop_loss),
        phases=Phases(**phases),
        digest=entry.digest,
    )


def _no_bars() -> "Market":
    import numpy as np

    from ml4t_desktop.market import Market

    return Market.build(
        timestamp=np.zeros(0, np.int64),
        asset=np.zeros(0, np.int32),
        symbols=(),
        prices=np.zeros((5, 0)),
    )


_PHASES: Final = ("read", "prepare", "engine", "write")
