"""A look at a file: its columns, its first rows, and the levels of its signals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from ml4t_desktop.files.columns.column_map import ColumnMap

if TYPE_CHECKING:
    import polars as pl

    from ml4t_desktop.files.inspection import FileInspection

AS_FOUND = ColumnMap()
# Of the time a look takes: that of ten million rows of Parquet is read sooner, of text later.
_READ, _INSPECTED = 0.6, 0.9
_HIGH = 0.9
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Levels:
    """Typical values of a signal, to propose thresholds from."""

    middle: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """Consecutive rows of a file.

    Parameters
    ----------
    first : int
        Number of the first row among those of the file, from 0.
    """

    first: int
    rows: "pl.DataFrame"


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is known of a file: its columns and a preview, and the levels of its signals.

    Parameters
    ----------
    further : Slice or None
        Rows from the first one on in which every signal has a value; None when the first rows of
        the preview have them.
    signals_begin : date or None
        First day of a row in which every signal has a value; None when nobody can tell.
    """

    inspection: "FileInspection"
    levels: Mapping[str, Levels] = field(default_factory=lambda: MappingProxyType({}))
    further: Slice | None = None
    signals_begin: date | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.inspection.path


def look(
    path: Path,
    columns: ColumnMap = AS_FOUND,
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Look:
    """Return what is in a file that is written as `columns` says.

    Parameters
    ----------
    progress : callable, optional
        Gets the share that is done, 0 to 1.
    cancelled : callable, optional
        Asked now and then whether to stop.

    Raises
    ------
    InputError
        With everything that is wrong with the file.
    Cancelled
        If `cancelled` said so.
    """
    from ml4t_desktop.files.inspection import inspect_source
    from ml4t_desktop.files.sources import read_source
    from ml4t_desktop.files.watch import Watch

    watch = Watch(progress, cancelled)
    source = read_source(path, columns, watch.between(0.0, _READ))
    watch.advance(_READ)
    inspection = inspect_source(source, path, columns, watch.between(_READ, _INSPECTED))
    names = inspection.columns_as("signal")
    levels: dict[str, Levels] = {}
    has_all: pl.Series | None = None
    for place, name in enumerate(names):
        watch.between(_INSPECTED, 1.0).advance(place / len(names))
        numbers = _numbers(source.frame[name])
        if numbers.null_count() < len(numbers):
            has_any = numbers.is_not_null()
            has_all = has_any if has_all is None else has_all & has_any
            levels[name] = _levels(numbers)
    further = _further(source.frame, has_all, inspection.preview.height)
    begin = _begin(source.frame, has_all, inspection.columns_as("time"))
    return Look(inspection, MappingProxyType(levels), further, begin)


def _numbers(column: "pl.Series") -> "pl.Series":
    """Return a column as numbers, null where there is none; texts such as percentages, too."""
    import polars as pl

    from ml4t_desktop.files.columns.number_texts import read_numbers, without_words

    if column.dtype == pl.String:
        column = read_numbers(without_words(column)).values
    return column.cast(pl.Float64, strict=False).fill_nan(None)


def _further(frame: "pl.DataFrame", has_all: "pl.Series | None", rows: int) -> Slice | None:
    """Return so many rows from where every signal has a value; None when that is among the first."""
    first = has_all.arg_max() if has_all is not None else None
    if has_all is None or not first or first < rows or not has_all[first]:
        return None
    return Slice(first, frame.slice(first, rows))


def _begin(
    frame: "pl.DataFrame", has_all: "pl.Series | None", time: tuple[str, ...]
) -> date | None:
    """Return the earliest day of the rows in which every signal has a value."""
    if has_all is None or not time or not has_all.any():
        return None
    first = frame[time[0]].filter(has_all).min()
    if isinstance(first, datetime):
        return first.date()
    if isinstance(first, date):
        return first
    try:
        return date.fromisoformat(str(first)[:10])
    except ValueError:  # days that are written otherwise are not ordered as texts
        return None


def _levels(numbers: "pl.Series") -> Levels:
    """Return the levels of a column that has any value."""
    import numpy as np

    values = numbers.drop_nulls().to_numpy()
    places = [int(share * (values.size - 1) + 0.5) for share in (_MIDDLE, _HIGH)]
    # Both at once, and without putting all in order.
    middle, high = np.partition(values, places)[places]
    return Levels(float(middle), float(high))
