"""The times of a table that is read in parts: every part is read as the whole column would be."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import Roles
from ml4t_desktop.files.columns.times import Repeats, Times, read_times
from ml4t_desktop.request import TableForm

_FIRST: Final = "__first"
_COUNT: Final = "__count"
_US: Final = "__us"


class TimeColumn:
    """How the times of a table are to be read, decided by all of its rows.

    Parameters
    ----------
    scan : LazyFrame
        The table.
    roles : Roles
        Its columns of times and, maybe, times of day.
    source : str
        Name of the file.
    form : TableForm

    Raises
    ------
    InputError
        If a time is missing or the column holds no times.
    """

    def __init__(self, scan: pl.LazyFrame, roles: Roles, source: str, form: TableForm) -> None:
        self._scan, self._source, self._form = scan, source, form
        self._clock = roles.clock
        self.names: list[str] = [name for name in (roles.time, roles.clock) if name is not None]
        self._known: pl.DataFrame | None = None
        kind = scan.collect_schema()[roles.time]
        is_plain = roles.clock is None and _is_plain(kind, form)
        times = self._plain(roles.time) if is_plain else self._distinct()
        self.zoned = times.zoned
        self.problems: tuple[Problem, ...] = times.problems

    def _plain(self, name: str) -> Times:
        """Check times that mean the same wherever they stand."""
        missing = self._scan.select(pl.col(name).null_count()).collect(engine="streaming").item()
        few = self._scan.select(name)
        return self._read(few.collect() if missing else few.head(1).collect())

    def _distinct(self) -> Times:
        """Read each distinct time once; which notation or unit they are in depends on all."""
        keys = [pl.col(name) for name in self.names]
        table = self._scan.select(keys).with_row_index(_FIRST)
        found = (
            table.group_by(self.names)
            .agg(pl.col(_FIRST).min(), pl.len().alias(_COUNT))
            .sort(_FIRST)
            .collect(engine="streaming")
        )
        repeats = Repeats(
            first=found[_FIRST].cast(pl.Int64).to_numpy(),
            counts=found[_COUNT].cast(pl.Int64).to_numpy(),
        )
        try:
            times = self._read(found, repeats)
        except InputError:
            # Once more over all rows, so that the message names the right ones.
            self._read(self._scan.select(keys).collect())
            raise
        self._known = found.select(keys).with_columns(pl.Series(_US, times.us))
        return times

    def _read(self, frame: pl.DataFrame, repeats: Repeats | None = None) -> Times:
        clock = None if self._clock is None else frame[self._clock]
        return read_times(
            frame[self.names[0]], self._source, form=self._form, clock=clock, repeats=repeats
        )

    def of(self, frame: pl.DataFrame) -> NDArray[np.int64]:
        """Return the times of a part of the table as microseconds since the epoch, UTC."""
        if self._known is None:
            return self._read(frame).us
        keys = frame.select(self.names)
        if not keys.height:
            return np.zeros(0, np.int64)
        found = keys.join(self._known, on=self.names, how="left", maintain_order="left")
        return found[_US].to_numpy()


def _is_plain(kind: pl.DataType, form: TableForm) -> bool:
    """Return whether a time means the same whatever the other rows hold."""
    if kind == pl.Date:
        return True
    if not isinstance(kind, pl.Datetime):
        return False
    return kind.time_zone == "UTC" or (kind.time_zone is None and form.time_zone is None)
