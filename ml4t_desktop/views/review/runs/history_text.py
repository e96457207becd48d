"""What the history writes in words: times, states of data, where two runs part."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QDateTime, QLocale

from ml4t_desktop.project.data_files import DataState
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.words import word
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.analysis.compare import Parting

_SHORT: Final[dict[DataState, str]] = {
    "same": mark("unchanged"),
    "changed": mark("▲ changed"),
    "missing": mark("▲ not there"),
    "unknown": "",
}
_LONG: Final[dict[DataState, str]] = {
    "same": mark("The data are as they were"),
    "changed": mark("▲ The data have changed since this run"),
    "missing": mark("▲ The data are not where they were"),
    "unknown": "",
}
_KINDS: Final = {
    "quantity": "quantity",
    "entry_price": "price",
    "exit_time": "time",
    "exit_price": "price",
    "exit_reason": "word",
    "costs": "money",
}
_WHAT: Final = {
    "quantity": mark("was entered with another quantity"),
    "entry_price": mark("was entered at another price"),
    "exit_time": mark("was left at another time"),
    "exit_price": mark("was left at another price"),
    "exit_reason": mark("was left for another reason"),
    "costs": mark("cost other fees"),
}


def moment_text(moment: datetime, *, is_brief: bool = False) -> str:
    """Return a moment in the user's time zone; of today the time alone where it is to be brief."""
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    if is_brief and local.date() == QDate.currentDate():
        return QLocale().toString(local.time(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


def state_text(state: DataState, *, is_long: bool = False) -> str:
    """Return whether data are as they were, in words; empty while nobody knows."""
    return shown((_LONG if is_long else _SHORT)[state])


def parting_text(parting: Parting, first: int, second: int) -> str:
    """Return where two runs part, in a sentence."""
    locale = QLocale()
    trade = tr(
        "the {direction} trade in {symbol}", direction=parting.direction, symbol=parting.symbol
    )
    when = format_value(parting.time, "time" if _has_clock(parting.time) else "date", locale)
    if parting.what == "only_first":
        return tr("{when}: {trade} is in run {first} alone", when=when, trade=trade, first=first)
    if parting.what == "only_second":
        return tr("{when}: {trade} is in run {second} alone", when=when, trade=trade, second=second)
    left, right = (_value(parting.what, value, locale) for value in parting.values)
    return tr(
        "{when}: {trade} {what}, {left} in run {first} and {right} in run {second}",
        when=when,
        trade=trade,
        what=_WHAT[parting.what],
        left=left,
        first=first,
        right=right,
        second=second,
    )


def _value(what: str, value: object, locale: QLocale) -> str:
    if value is None:
        return "never"
    if isinstance(value, datetime) and not _has_clock(value):
        return format_value(value, "date", locale)
    if isinstance(value, str):
        return word(value)
    return format_value(value, _KINDS[what], locale)  # pyright: ignore[reportArgumentType]  (kinds)


def _has_clock(moment: datetime) -> bool:
    return bool(moment.hour or moment.minute or moment.second)
