"""Feeds: where a Python backtest gets its bars and signals from."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, Unpack

from pydantic import ValidationError

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.frames import market_from_frame
from ml4t_desktop.files.market_files import market_of_path, read_market
from ml4t_desktop.files.pieces.market_in_pieces import MarketInPieces, pieces_of_files
from ml4t_desktop.files.pieces.piece_plan import piece_plan
from ml4t_desktop.market import Market
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.market.moments import read_moment
from ml4t_desktop.market.selection import only
from ml4t_desktop.request import PredictionSource, TableForm
from ml4t_desktop.request.toml import parse_request, validation_problems
from ml4t_desktop.wording import mark, say

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

_LOG: Final = logging.getLogger(__name__)
_SHOWN: Final = 10


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
        What the only asset is called ("asset" when left out, and no column says it). Of several assets, the
        one that is wanted.
    timestamp_column, asset_column : str, optional
        Recognised by their usual names when left out.
    signal_columns : sequence of str, optional
        Recognised when left out; an empty sequence means none.
    start, end : date, datetime or text, optional
        Both included; an end that is a date includes its whole day. Texts are of ISO 8601.

    What is doubtful but used is in `problems`, and told by the logger ``ml4t_desktop``: on the error
    output, unless logging is set up otherwise.

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
        signal_columns: Sequence[str] | str | None = None,
        start: date | datetime | str | None = None,
        end: date | datetime | str | None = None,
    ) -> None:
        columns = ColumnMap(
            time=timestamp_column,
            asset=asset_column,
            asset_id=asset_id,
            signals=_names(signal_columns),
            start=read_moment(start, "start"),
            end=read_moment(end, "end"),
        )
        market, self.problems = market_from_frame(
            _table(frame), columns, source="frame", asset="asset"
        )
        self.market: Market = _asked_for(market, asset_id)
        _tell(self.problems)

    def __repr__(self) -> str:
        market = self.market
        return (
            f"{type(self).__name__}(assets={len(market.symbols)}, timestamps={market.time_count}, "
            f"signals={list(market.signals)})"
        )


class FileFeed(DataFrameFeed):
    """Bars and signals of a file of any kind, or of a folder with a file for each asset.

    Parquet, text (CSV and its relatives, packed too), Arrow, Feather and Excel, long or wide; the
    other parameters are those of `DataFrameFeed`.

    Parameters
    ----------
    path : str or Path
        A file without an asset column is one asset, called `asset_id`, else by the file's stem. Of a
        file of several, `asset_id` is the one that is wanted.
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
        signal_columns: Sequence[str] | str | None = None,
        start: date | datetime | str | None = None,
        end: date | datetime | str | None = None,
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
            signals=_names(signal_columns),
            start=read_moment(start, "start"),
            end=read_moment(end, "end"),
            form=_table_form(form),
            layout=layout,
        )
        joined = _predictions(predictions)
        plan = piece_plan([self.path], columns, predictions=joined, chunk_rows=chunk_rows)
        if plan.rows is not None:
            self.pieces, found = pieces_of_files([self.path], columns, plan.rows)
            self.market, self.problems = self.pieces.timeline, tuple(found)
            if asset_id is not None and self.market.symbols != (asset_id,):
                what = mark("one of several assets cannot be read in pieces")
                fix = mark("Leave it out, or write the rows of that asset into a file of their own")
                raise InputError(Problem(where="asset_id", what=what, fix=fix))
        else:
            market, problems = market_of_path(self.path, columns, joined)
            self.market = _asked_for(market, asset_id)
            self.problems = (*plan.warnings, *problems)
        _tell(self.problems)


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
    return {
        name: read_moment(value, name) if name in {"start", "end"} else value
        for name, value in data.items()
    }


def _names(given: Sequence[str] | str | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    return (given,) if isinstance(given, str) else tuple(given)


def _table(frame: object) -> "pl.DataFrame":
    """Return what is given as a frame, a lazy one collected.

    Raises
    ------
    InputError
        If it is no frame of polars.
    """
    import polars as pl

    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if not isinstance(frame, pl.DataFrame):
        what = say("{kind} is no frame of polars", kind=type(frame).__name__)
        fix = mark("Give a polars.DataFrame; polars.from_pandas makes one of a frame of pandas")
        raise InputError(Problem(where="frame", what=what, fix=fix))
    return frame


def _asked_for(market: Market, asset_id: str | None) -> Market:
    """Return the market of one asset of several, or of all when none is named.

    Raises
    ------
    InputError
        If there are several, and none is called so.
    """
    if asset_id is None or market.symbols == (asset_id,):
        return market
    if asset_id in market.symbols:
        return only(market, asset_id)
    shown = ", ".join(market.symbols[:_SHOWN]) + (", …" if len(market.symbols) > _SHOWN else "")
    what = say("there is no asset '{asset}'; there are {symbols}", asset=asset_id, symbols=shown)
    fix = mark("Name one that is there, or leave it out")
    raise InputError(Problem(where="asset_id", what=what, fix=fix))


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems:
        if problem.severity == "warning":
            _LOG.warning("%s", problem)


def _predictions(given: str | Path | PredictionSource | None) -> PredictionSource | None:
    if given is None or isinstance(given, PredictionSource):
        return given
    return PredictionSource(files=(str(Path(given).absolute()),))


def _table_form(form: _Form) -> TableForm:
    try:
        return TableForm.model_validate(form)
    except ValidationError as error:
        raise InputError(validation_problems(error, dict(form), "feed")) from error
