"""What the clocks of a time zone show: hours and weekdays are those of whoever looks, files stay UTC."""

from typing import Final

import polars as pl

UTC_NAME: Final = "UTC"


def on_clocks(times: pl.Series, zone: str) -> pl.Series:
    """Return times as the clocks of a zone show them, without a zone.

    Parameters
    ----------
    times : Series of Datetime
        Moments of UTC; those that carry no zone are returned as they are.
    zone : str
        Such as ``Europe/Zurich``. Days without a time of day are the same everywhere: ask for ``UTC``.
    """
    if getattr(times.dtype, "time_zone", None) is None:
        return times
    moved = times if zone == UTC_NAME else times.dt.convert_time_zone(zone)
    return moved.dt.replace_time_zone(None)
