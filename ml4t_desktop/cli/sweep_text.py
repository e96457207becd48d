"""What the command line says of a sweep, and how it is watched."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.validity.sharpe import Deflated
from ml4t_desktop.cli.terminal import Progress, is_trusted
from ml4t_desktop.sweep.command import FinishedSweep, SweepOrder, sweep_file
from ml4t_desktop.sweep.overfitting import Overfitting
from ml4t_desktop.sweep.pool import SweepControl

if TYPE_CHECKING:
    from ml4t_desktop.sweep.pool import Trial


def sweep_watched(
    request: Path, folder: Path, order: SweepOrder, *, trusts_script: bool
) -> FinishedSweep:
    """Run a sweep, showing progress; Ctrl+C stops it and keeps what is done."""
    control = SweepControl()
    with _stopped_by_signals(control), Progress() as progress:

        def tell(done: int, total: int) -> None:
            progress.show(f"Run {done:,} of {total:,}", done / max(total, 1))

        progress.show("reading", 0.0)
        return sweep_file(
            request,
            folder,
            order,
            control=control,
            on_progress=tell,
            may_run=lambda script: trusts_script or is_trusted(script),
        )


def sweep_text(finished: FinishedSweep, folder: Path) -> str:
    """Return what a sweep came to, in a few lines."""
    summary, grid = finished.summary, finished.grid
    counts = ", ".join(f"{count:,} {status}" for status, count in summary.counts.items())
    rows = [("variants", f"{grid.size:,}: {counts}")]
    for title, trial in (("best", summary.best), ("steadiest", summary.steadiest)):
        rows.append((title, _trial(finished, trial)))
    over = summary.overfitting
    told = over.reason if isinstance(over, Undefined) else ""
    if isinstance(over, Overfitting):
        told = f"{over.probability:.0%} in {over.splits:,} splits"
    rows.append(("overfitting", told))
    luck = summary.deflated
    if isinstance(luck, Deflated) and not isinstance(luck.probability, Undefined):
        rows.append(("deflated", f"{luck.probability:.0%} sure, after {luck.trials:,} trials"))
    intervals = finished.redrawn.intervals if finished.redrawn is not None else ()
    rows += [
        ("Sharpe of best", f"{item.value:.2f} ({item.low:.2f} to {item.high:.2f})")
        for item in intervals
        if item.name == "sharpe"
    ]
    if finished.walk is not None:
        efficiency = finished.walk.efficiency
        words = "none: nothing was gained inside" if efficiency is None else f"{efficiency:.0%}"
        rows.append(("walk forward", f"{finished.walk.steps.height} windows, efficiency {words}"))
    rows.append(("saved in", str(folder)))
    return "\n".join(f"{title:<16}{text}" for title, text in rows)


def _trial(finished: FinishedSweep, trial: "Trial | None") -> str:
    if trial is None:
        return "none"
    metric = finished.summary.metric
    value = getattr(trial.metrics, metric, None)
    chosen = ", ".join(
        f"{axis.key} = {v}" for axis, v in zip(finished.grid.axes, trial.values, strict=True)
    )
    return f"{metric} {value:.4g} with {chosen}" if value is not None else chosen


@contextmanager
def _stopped_by_signals(control: SweepControl) -> Iterator[None]:
    """Turn Ctrl+C into a sweep that ends early; the second one ends at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if control.is_stopped:
            raise KeyboardInterrupt
        control.stop()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
