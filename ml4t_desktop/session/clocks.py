"""On whose clocks the times of a run are shown, and its hours and weekdays counted."""

from typing import TYPE_CHECKING, Final

from ml4t_desktop.session.formats import time_zone
from ml4t_desktop.session.language import tr
from ml4t_desktop.units import MICROSECONDS_PER_DAY

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.project.completed import CompletedRun

_DAYS: Final = "UTC"  # of days without a time of day, which are the same everywhere


def is_zoned(run: "CompletedRun") -> bool:
    """Return whether the times of a run carry a zone."""
    return getattr(run.result.equity["timestamp"].dtype, "time_zone", None) is not None


def has_times_of_day(run: "CompletedRun") -> bool:
    """Return whether the bars of a run have a time of day."""
    times = run.result.equity["timestamp"].to_physical()
    return bool((times % MICROSECONDS_PER_DAY != 0).any())


def clock_zone(run: "CompletedRun") -> str:
    """Return the name of the zone on whose clocks the times of a run are put; UTC leaves them as they are."""
    return str(time_zone()) if is_zoned(run) and has_times_of_day(run) else _DAYS


def clock_words(run: "CompletedRun") -> str:
    """Return on whose clocks the times of a run are, in a sentence; empty for days."""
    if not has_times_of_day(run):
        return ""
    if not is_zoned(run):
        return tr("Times are as the file has them: it names no time zone.")
    return tr("Times are on the clocks of {zone}.", zone=str(time_zone()))
