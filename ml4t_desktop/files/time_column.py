"""The times of a table that is read in parts: every part is read as the whole column would be."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.findings import counted, listed
from ml4t_desktop.files.times import read_times

_SHOWN = 6


class TimeColumn:
    """How the times of a table are to be read, decided by all of its rows.

    Parameters
    ----------
    scan : LazyFrame
        The table.
    name : str
        Its column of times.
    source : str
        Name of the file.

    Raises
    ------
    InputError
        If a time is missing or the column holds no times.
    """

    def __init__(self, scan: pl.LazyFrame, name: str, source: str) -> None:
        self._source = source
        self._known: pl.DataFrame | None = None
        self._ends: pl.Series | None = None
        _refuse_missing(scan, name, source)
        kind = scan.collect_schema()[name]
        self.problems: tuple[Problem, ...] = ()
        if kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum):
            self.zoned = self._read_texts(scan, name)
        else:
            # The largest number of a column tells its unit.
            low, high = pl.col(name).min().alias("low"), pl.col(name).max().alias("high")
            ends = scan.select(low, high).collect(engine="streaming").row(0)
            self._ends = pl.Series(name, ends, kind)
            times = read_times(self._ends if ends[0] is not None else self._ends.clear(), source)
            self.zoned, self.problems = times.zoned, times.problems

    def _read_texts(self, scan: pl.LazyFrame, name: str) -> bool:
        texts = scan.select(pl.col(name).cast(pl.String)).unique(maintain_order=True)
        distinct = texts.collect(engine="streaming").to_series()
        try:
            times = read_times(distinct, self._source)
        except InputError:
            # Once more over all rows, so that the message names the right ones.
            times = read_times(scan.select(name).collect().to_series(), self._source)
        self.problems = times.problems
        self._known = pl.DataFrame({"text": distinct, "us": times.us})
        return times.zoned

    def of(self, column: pl.Series) -> NDArray[np.int64]:
        """Return a part of the column as microseconds since the epoch, UTC."""
        if self._known is not None:
            texts = pl.DataFrame({"text": column.cast(pl.String)})
            found = texts.join(self._known, on="text", how="left", maintain_order="left")
            return found["us"].to_numpy()
        if self._ends is None or not len(column):
            return np.zeros(0, np.int64)
        both = pl.concat([column, self._ends])
        return read_times(both, self._source).us[: len(column)]


def _refuse_missing(scan: pl.LazyFrame, name: str, source: str) -> None:
    count = int(scan.select(pl.col(name).null_count()).collect(engine="streaming").item())
    if not count:
        return
    missing = scan.select(name).with_row_index("row").filter(pl.col(name).is_null())
    rows = [row + 1 for row in missing.select("row").head(_SHOWN).collect().to_series()]
    raise InputError(
        Problem(
            where=f"{source}, column '{name}', row {rows[0]}",
            what=f"{counted(count, 'row')} without a time (rows {listed(rows)})",
            fix="Give every row a time, or remove it",
        )
    )
