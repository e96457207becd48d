"""Where the data comes from, and what its columns mean."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Strict, Tag

from ml4t_desktop.request.value import Count, Text, Value
from ml4t_desktop.units import span_microseconds


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


class Repairs(Value):
    """What to do with rows that would otherwise be refused; the file itself is never changed.

    Parameters
    ----------
    bad_price : {"refuse", "drop"}
        Bars with a null, NaN, infinite, zero or negative price.
    duplicate_bar, duplicate_context : {"refuse", "first", "last"}
        Which of two different rows of one asset (or of the context) at one time is used.
    """

    bad_price: Literal["refuse", "drop"] = "refuse"
    duplicate_bar: Literal["refuse", "first", "last"] = "refuse"
    duplicate_context: Literal["refuse", "first", "last"] = "refuse"


class DataSource(Value):
    """Files of prices and signals, and their columns.

    Parameters
    ----------
    files : tuple of str
        Paths relative to the request file; several files are one market.
    time, asset, open, high, low, close, volume : str or None
        Column names; those left out are recognised by their usual names.
    asset_id : str or None
        What the asset of a file without an asset column is called; else the file's stem.
    signals : tuple of str
        Columns of model output.
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
    time: Text | None = None
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
    repairs: Repairs = Repairs()
    lag: Lag = None


class ContextSource(Value):
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
