"""Which column of a table plays which part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self

from ml4t_desktop.request import DataSource, Repairs, TableForm

NO_REPAIRS = Repairs()
AUTOMATIC = TableForm()
PRICE_ROLES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """The columns of a table of bars, the period wanted, and the repairs allowed.

    Parameters
    ----------
    time, asset, open, high, low, close, volume : str or None
        Column names; None means recognised by the usual names.
    asset_id : str or None
        What the asset of a table without an asset column is called.
    signals : tuple of str or None
        Columns of model output; None takes every remaining column that can be one.
    start, end : date or datetime or None
        Both included; an end that is a date includes its whole day.
    repairs : Repairs
    clock : str or None
        A column with the time of day, beside one with the date.
    form : TableForm
        How the table is written.
    layout : {"long", "wide"} or None
    field : str or None
        What the values of a wide table are.
    """

    time: str | None = None
    asset: str | None = None
    asset_id: str | None = None
    open: str | None = None
    high: str | None = None
    low: str | None = None
    close: str | None = None
    volume: str | None = None
    signals: tuple[str, ...] | None = None
    start: datetime | date | None = None
    end: datetime | date | None = None
    repairs: Repairs = NO_REPAIRS
    clock: str | None = None
    form: TableForm = AUTOMATIC
    layout: Literal["long", "wide"] | None = None
    field: str | None = None

    @classmethod
    def of(cls, data: DataSource) -> Self:
        """Return the columns a request names."""
        return cls(
            time=data.time,
            asset=data.asset,
            asset_id=data.asset_id,
            open=data.open,
            high=data.high,
            low=data.low,
            close=data.close,
            volume=data.volume,
            signals=data.signals,
            start=data.start,
            end=data.end,
            repairs=data.repairs,
            clock=data.clock,
            form=TableForm(**{name: getattr(data, name) for name in TableForm.model_fields}),
            layout=data.layout,
            field=data.field,
        )

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield (role, column) of every column that is named, signals included."""
        for role in ("time", "clock", "asset", *PRICE_ROLES, "volume"):
            name = getattr(self, role)
            if name is not None:
                yield role, name
        for name in self.signals or ():
            yield "signals", name


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The columns a table of bars is read from, all of them present in it."""

    time: str
    asset: str | None
    open: str
    high: str
    low: str
    close: str
    volume: str | None
    signals: tuple[str, ...]
    clock: str | None = None

    @property
    def is_close_only(self) -> bool:
        """Whether the close stands for all four prices."""
        return self.open == self.high == self.low == self.close

    def columns(self) -> list[str]:
        """Return the distinct column names, in order of role."""
        names = (self.time, self.clock, self.asset, self.open, self.high, self.low, self.close)
        used = (*names, self.volume, *self.signals)
        return list(dict.fromkeys(name for name in used if name is not None))
