"""Where the data comes from, and what its columns mean."""

import codecs
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Discriminator, Field, Strict, Tag

from ml4t_desktop.request.value import Count, Text, Value
from ml4t_desktop.units import span_microseconds
from ml4t_desktop.wording import mark


def _moment_kind(value: object) -> str:
    return "time" if isinstance(value, datetime) else "date"


Moment = Annotated[
    Annotated[datetime, Strict(), Tag("time")] | Annotated[date, Strict(), Tag("date")],
    Discriminator(_moment_kind),
]


def _span(text: str) -> str:
    span_microseconds(text)
    return text


Span = Annotated[Text, AfterValidator(_span)]


def _delays(lag: Mapping[str, int] | None) -> Mapping[str, int] | None:
    """Return the delays that delay anything, so that equal requests are equal values."""
    return {name: lag[name] for name in sorted(lag) if lag[name]} or None if lag else None


Lag = Annotated[Mapping[Text, Count] | None, AfterValidator(_delays)]


def _separator(text: str) -> str:
    if len(text) != 1 or text in '\n\r"':
        message = mark("must be the one character between two columns, such as ; or a tab")
        raise ValueError(message)
    return text


def _encoding(text: str) -> str:
    try:
        codecs.lookup(text)
    except LookupError:
        message = mark("is no known encoding; utf-8, utf-16, cp1252, latin-1 or shift_jis are some")
        raise ValueError(message) from None
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        message = mark("is no known time zone; write one such as America/New_York or UTC")
        raise ValueError(message) from None
    return text


class TableForm(Value):
    """How the tables of a source are written; what is left out is found out from the file.

    Parameters
    ----------
    separator : str or None
        The character between two columns of a text file.
    decimal : {".", ","} or None
        The decimal mark of a text file and of numbers kept as texts.
    encoding : str or None
        The encoding of a text file.
    sheet : str or None
        The sheet of a workbook, or the file in a zip archive, where the path does not lead to it.
    date_order : {"day_first", "month_first"} or None
        How dates such as 03/04/2024 are read.
    time_zone : str or None
        The zone of times of day that are written without one; they become UTC.
    """

    separator: Annotated[Text, AfterValidator(_separator)] | None = None
    decimal: Literal[".", ","] | None = None
    encoding: Annotated[Text, AfterValidator(_encoding)] | None = None
    sheet: Text | None = None
    date_order: Literal["day_first", "month_first"] | None = None
    time_zone: Annotated[Text, AfterValidator(_time_zone)] | None = None


class PredictionSource(TableForm):
    """Files of predictions beside the prices, joined to the bars by time and asset.

    Parameters
    ----------
    files : tuple of str
        Paths relative to the request file; rows of several files are one table.
    time, asset : str or None
        Column names; those left out are recognised.
    match : {"exact", "asof"}
        The prediction of the bar's own time, or the latest one at or before it.
    max_age : str or None
        With asof: older predictions do not count.
    lag : str or None
        Predictions become known this long after their time.
    """

    files: Annotated[tuple[Text, ...], Field(min_length=1)]
    time: Text | None = None
    asset: Text | None = None
    match: Literal["exact", "asof"] = "exact"
    max_age: Span | None = None
    lag: Span | None = None


class BenchmarkFile(TableForm):
    """A file of the benchmark: a time, and prices or returns; how it is written as in `TableForm`.

    Parameters
    ----------
    file : str
        Path relative to the request file.
    time, column : str or None
        Column names; those left out are recognised, the column by the usual names of closing prices, or
        where there is only one of numbers.
    values : {"price", "return"}
        Prices (or levels of an index), or the returns of each row since the one before, as fractions.
    match : {"asof", "exact"}
        Between its own times a benchmark is worth its latest value, or that of the same time alone counts
        and it does not move in between.
    """

    file: Text
    time: Text | None = None
    column: Text | None = None
    values: Literal["price", "return"] = "price"
    match: Literal["asof", "exact"] = "asof"


class Repairs(Value):
    """What to do with rows that would otherwise be refused; the file itself is never changed.

    Parameters
    ----------
    bad_price : {"refuse", "drop", "unsigned"}
        Bars with a null, NaN, infinite, zero or negative price; unsigned takes negative prices without
        their sign, as CRSP marks averages of bid and ask, and leaves out the others.
    duplicate_bar, duplicate_context : {"refuse", "first", "last"}
        Which of two different rows of one asset (or of the context) at one time is used.
    impossible_bar : {"keep", "widen", "drop"}
        Bars whose high or low does not contain open and close: used as they are, with high and low
        moved to the highest and lowest of the four prices, or left out.
    stale_bar : {"keep", "drop"}
        Bars that repeat the close before and show no trading.
    infinite_signal : {"keep", "null"}
        Infinite values of signals: used as they are, or taken as missing.
    """

    bad_price: Literal["refuse", "drop", "unsigned"] = "refuse"
    duplicate_bar: Literal["refuse", "first", "last"] = "refuse"
    duplicate_context: Literal["refuse", "first", "last"] = "refuse"
    impossible_bar: Literal["keep", "widen", "drop"] = "keep"
    stale_bar: Literal["keep", "drop"] = "keep"
    infinite_signal: Literal["keep", "null"] = "keep"


class DataSource(TableForm):
    """Files of prices and signals, and their columns; how they are written as in `TableForm`.

    Parameters
    ----------
    files : tuple of str
        Paths relative to the request file; several files are one market. A folder stands for the
        files in it, each of them an asset called by its file unless it has a column of symbols.
    layout : {"long", "wide"} or None
        One row for each asset and time, or a column for each asset.
    field : str or None
        What the values of a wide table are when neither its headers nor its name say it.
    clock : str or None
        A column with the time of day, beside one with the date.
    time, asset, open, high, low, close, volume : str or None
        Column names; those left out are recognised by their usual names.
    asset_id : str or None
        What the asset of a file without an asset column is called; else the file's stem.
    signals : tuple of str
        Columns of model output, of the price files or of `predictions`.
    predictions : PredictionSource or None
    benchmark : BenchmarkFile or None
        What the result is measured against, where the request names nothing else.
    start, end : date or datetime or None
        Both included; an end that is a date includes its whole day.
    corporate_actions : str or None
        A file of corporate actions with the columns symbol, ex_date, kind, amount, ratio, cash,
        new_symbol and price.
    lag : mapping of str to int or None
        Columns of signals or context used so many bars later than they are stamped: bars of the
        asset for signals, timestamps for context.
    """

    files: Annotated[tuple[Text, ...], Field(min_length=1)]
    layout: Literal["long", "wide"] | None = None
    field: Text | None = None
    time: Text | None = None
    clock: Text | None = None
    asset: Text | None = None
    asset_id: Text | None = None
    open: Text | None = None
    high: Text | None = None
    low: Text | None = None
    close: Text | None = None
    volume: Text | None = None
    signals: tuple[Text, ...] = ()
    start: Moment | None = None
    end: Moment | None = None
    corporate_actions: Text | None = None
    predictions: PredictionSource | None = None
    benchmark: BenchmarkFile | None = None
    repairs: Repairs = Repairs()
    lag: Lag = None


class ContextSource(TableForm):
    """A file of market-wide values, and how it is matched to the bars.

    Parameters
    ----------
    match : {"exact", "asof"}
        The value of the bar's own timestamp, or the latest one at or before it.
    max_age : str or None
        With asof: older values do not count.
    lag : str or None
        Values become known this long after their timestamp.
    """

    file: Text
    time: Text | None = None
    columns: tuple[Text, ...] = ()
    match: Literal["exact", "asof"] = "exact"
    max_age: Span | None = None
    lag: Span | None = None
