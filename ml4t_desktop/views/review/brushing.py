"""A part of the time that was chosen in a chart, as a part of the trades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.runs.results import Subset

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.plots.panes import PaneStack
    from ml4t_desktop.project.completed import CompletedRun


def entered_between(run: CompletedRun, chart: PaneStack, first: int, last: int) -> Subset:
    """Return the trades whose entry was filled at the times of a chart from one ordinal to another."""
    times = chart.calendar.times
    entries = run.result.trades["entry_time"].to_physical().to_numpy()
    end = times[last + 1] if last + 1 < times.size else np.iinfo(np.int64).max
    chosen = (entries >= times[first]) & (entries < end)
    ids = np.sort(run.result.trades["trade_id"].to_numpy()[chosen])
    calendar = chart.calendar
    return Subset(
        tr(
            "Entered {day_text} to {day_text2}",
            day_text=calendar.day_text(first),
            day_text2=calendar.day_text(last),
        ),
        ids,
    )
