"""Feeds: where a Python backtest gets its bars and signals from."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.column_map import ColumnMap
from ml4t_desktop.files.frames import market_from_frame, read_table
from ml4t_desktop.files.market_in_pieces import MarketInPieces, pieces_of_files
from ml4t_desktop.files.memory import piece_rows
from ml4t_desktop.files.tables import table_schema
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

    pieces: MarketInPieces | None = None

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
    chunk_rows : int, optional
        Read and run about so many bars at once; left out, the memory there is decides. The result is the
        same. `market` is without its rows then, and `pieces` is where they come from.
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
        chunk_rows: int | None = None,
    ) -> None:
        self.path = Path(path)
        if not self.path.exists():
            raise InputError(Problem(where=str(self.path), what="there is no such file"))
        rows = self._piece_rows(signal_columns) if chunk_rows is None else chunk_rows
        if rows is not None:
            columns = ColumnMap(
                time=timestamp_column,
                asset=asset_column,
                asset_id=asset_id,
                signals=None if signal_columns is None else tuple(signal_columns),
                start=start,
                end=end,
            )
            self.pieces, problems = pieces_of_files([self.path], columns, max(rows, 1))
            self.market, self.problems = self.pieces.timeline, tuple(problems)
            return
        super().__init__(
            self._read(),
            asset_id=asset_id,
            timestamp_column=timestamp_column,
            asset_column=asset_column,
            signal_columns=signal_columns,
            start=start,
            end=end,
        )

    def _piece_rows(self, signals: Sequence[str] | None) -> int | None:
        """Return how many rows to read at once, None when the file fits the memory."""
        count = len(table_schema(self.path)) if signals is None else len(signals)
        return piece_rows([self.path], count)

    def _read(self) -> "pl.DataFrame":
        return read_table(self.path)

    def _source(self) -> str:
        return self.path.name


class ParquetDataFeed(_FileFeed):
    """Bars and signals of a Parquet file."""

    __doc__ = f"{__doc__}\n{_FileFeed.__doc__}"


class CSVDataFeed(_FileFeed):
    """Bars and signals of a CSV file."""

    __doc__ = f"{__doc__}\n{_FileFeed.__doc__}"
