"""Feeds: where a Python backtest gets its bars and signals from."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.column_map import ColumnMap
from ml4t_desktop.files.frames import market_from_frame, read_table
from ml4t_desktop.market import Market

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CSVDataFeed", "DataFrameFeed", "ParquetDataFeed"]


class DataFrameFeed:
    """Bars and signals of a polars frame, one row per asset and time, in any order.

    Parameters
    ----------
    frame : polars.DataFrame
    asset_id : str, optional
        What the asset of a frame without an asset column is called.
    timestamp_column, asset_column : str, optional
        Recognised by their usual names when left out.
    signal_columns : sequence of str, optional
        Recognised when left out; an empty sequence means none.
    start, end : date or datetime, optional
        Both included; an end that is a date includes its whole day.

    Raises
    ------
    InputError
        If a named column is not there (it lists those that are), or bars are unusable; also a `ValueError`.
    """

    def __init__(
        self,
        frame: "pl.DataFrame",
        asset_id: str | None = None,
        timestamp_column: str | None = None,
        asset_column: str | None = None,
        signal_columns: Sequence[str] | None = None,
        start: date | datetime | None = None,
        end: date | datetime | None = None,
    ) -> None:
        columns = ColumnMap(
            time=timestamp_column,
            asset=asset_column,
            asset_id=asset_id,
            signals=None if signal_columns is None else tuple(signal_columns),
            start=start,
            end=end,
        )
        self.market: Market
        self.market, self.problems = market_from_frame(frame, columns, source=self._source())

    def _source(self) -> str:
        return "asset"


class _FileFeed(DataFrameFeed):
    """Bars and signals of one file; the other parameters are those of `DataFrameFeed`.

    Parameters
    ----------
    path : str or Path
        A file without an asset column is one asset, called `asset_id`, else by the file's stem.
    """

    _formats: tuple[str, ...] = ()

    def __init__(
        self,
        path: str | Path,
        asset_id: str | None = None,
        timestamp_column: str | None = None,
        asset_column: str | None = None,
        signal_columns: Sequence[str] | None = None,
        start: date | datetime | None = None,
        end: date | datetime | None = None,
    ) -> None:
        self.path = Path(path)
        super().__init__(
            self._read(),
            asset_id=asset_id,
            timestamp_column=timestamp_column,
            asset_column=asset_column,
            signal_columns=signal_columns,
            start=start,
            end=end,
        )

    def _read(self) -> "pl.DataFrame":
        if not self.path.exists():
            raise InputError(Problem(where=str(self.path), what="there is no such file"))
        return read_table(self.path)

    def _source(self) -> str:
        return self.path.name


class ParquetDataFeed(_FileFeed):
    """Bars and signals of a Parquet file."""

    __doc__ = f"{__doc__}\n{_FileFeed.__doc__}"


class CSVDataFeed(_FileFeed):
    """Bars and signals of a CSV file."""

    __doc__ = f"{__doc__}\n{_FileFeed.__doc__}"
