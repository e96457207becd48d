"""Feeds: where a Python backtest gets its bars and signals from."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from pydantic import ValidationError

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.column_map import ColumnMap
from ml4t_desktop.files.frames import market_from_frame
from ml4t_desktop.files.market_files import market_of_path, read_market
from ml4t_desktop.files.market_in_pieces import MarketInPieces, pieces_of_files
from ml4t_desktop.files.piece_plan import piece_plan
from ml4t_desktop.market import Market
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.request import PredictionSource, TableForm
from ml4t_desktop.request.toml import parse_request, validation_problems

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "CSVDataFeed",
    "DataFrameFeed",
    "FileFeed",
    "ParquetDataFeed",
    "PredictionSource",
    "RequestFeed",
    "TableForm",
]


class _Form(TypedDict, total=False):
    separator: str
    decimal: Literal[".", ","]
    encoding: str
    sheet: str
    date_order: Literal["day_first", "month_first"]
    time_zone: str


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
        self.problems: tuple[Problem, ...]
        self.market, self.problems = market_from_frame(frame, columns, source="asset")


class FileFeed(DataFrameFeed):
    """Bars and signals of a file of any kind, or of a folder with a file for each asset.

    Parquet, text (CSV and its relatives, packed too), Arrow, Feather and Excel, long or wide; the
    other parameters are those of `DataFrameFeed`.

    Parameters
    ----------
    path : str or Path
        A file without an asset column is one asset, called `asset_id`, else by the file's stem.
    chunk_rows : int, optional
        Read and run about so many bars at once; left out, the memory there is decides. The result is
        the same. `market` is without its rows then, and `pieces` is where they come from. Wide
        tables, workbooks and prices with a file of predictions are read in one piece in any case.
    predictions : str, Path or PredictionSource, optional
        A file of predictions, joined to the bars by time and asset; its columns are signals.
    layout : {"long", "wide"}, optional
        Found out when left out.
    **form
        How the file is written, as in `TableForm`: separator, decimal, encoding, sheet, date_order,
        time_zone.
    """

    def __init__(  # noqa: PLR0913 (all but the path are optional)
        self,
        path: str | Path,
        asset_id: str | None = None,
        timestamp_column: str | None = None,
        asset_column: str | None = None,
        signal_columns: Sequence[str] | None = None,
        start: date | datetime | None = None,
        end: date | datetime | None = None,
        chunk_rows: int | None = None,
        *,
        predictions: str | Path | PredictionSource | None = None,
        layout: Literal["long", "wide"] | None = None,
        **form: Unpack[_Form],
    ) -> None:
        self.path = Path(path)
        columns = ColumnMap(
            time=timestamp_column,
            asset=asset_column,
            asset_id=asset_id,
            signals=None if signal_columns is None else tuple(signal_columns),
            start=start,
            end=end,
            form=_table_form(form),
            layout=layout,
        )
        joined = _predictions(predictions)
        plan = piece_plan([self.path], columns, predictions=joined, chunk_rows=chunk_rows)
        if plan.rows is not None:
            self.pieces, found = pieces_of_files([self.path], columns, plan.rows)
            self.market, self.problems = self.pieces.timeline, tuple(found)
            return
        self.market, problems = market_of_path(self.path, columns, joined)
        self.problems = (*plan.warnings, *problems)


class ParquetDataFeed(FileFeed):
    """Bars and signals of a Parquet file."""

    __doc__ = f"{__doc__}\n{FileFeed.__doc__}"


class CSVDataFeed(FileFeed):
    """Bars and signals of a CSV file."""

    __doc__ = f"{__doc__}\n{FileFeed.__doc__}"


class RequestFeed:
    """Bars, signals and context as a request file describes them.

    Parameters
    ----------
    data, context : mapping
        The tables ``[data]`` and ``[context]`` of a request file; context may be left out.
    base : str or Path
        The folder from which their paths work.

    Raises
    ------
    InputError
        With everything that is wrong with the tables, or with the files; also a `ValueError`.
    """

    pieces: MarketInPieces | None = None

    def __init__(
        self,
        data: Mapping[str, Any],
        context: Mapping[str, Any] | None = None,
        *,
        base: str | Path = ".",
    ) -> None:
        tables = {"data": _moments(data)} | ({} if context is None else {"context": context})
        request = parse_request(tables, "feed")
        loaded = read_market(request.data, request.context, base=Path(base))
        self.market: Market = lagged(loaded.market, request.data.lag)
        self.problems: tuple[Problem, ...] = loaded.problems
        self.digest = loaded.digest


def _moments(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table with dates that are written as texts as what they are."""
    told = dict(data)
    for name in ("start", "end"):
        value = told.get(name)
        if isinstance(value, str):
            kind = datetime if "T" in value or " " in value else date
            told[name] = kind.fromisoformat(value)
    return told


def _predictions(given: str | Path | PredictionSource | None) -> PredictionSource | None:
    if given is None or isinstance(given, PredictionSource):
        return given
    return PredictionSource(files=(str(Path(given).absolute()),))


def _table_form(form: _Form) -> TableForm:
    try:
        return TableForm.model_validate(form)
    except ValidationError as error:
        raise InputError(validation_problems(error, dict(form), "feed")) from error
