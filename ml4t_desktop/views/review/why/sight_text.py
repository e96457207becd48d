"""What was known at a bar, as text that can be read and copied."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import all_of, shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.analysis.why.clauses import Known
    from ml4t_desktop.analysis.why.sight import Sight

_LONGEST = 4_000  # characters of what was printed
_BAR: Final = {
    "open": mark("open"),
    "high": mark("high"),
    "low": mark("low"),
    "close": mark("close"),
    "volume": mark("volume"),
}


def handler_words(handlers: tuple[str, ...], *, is_silent: bool) -> str:
    """Return which handlers were called at the bar."""
    called = all_of(f"<code>{html.escape(name)}</code>" for name in handlers) if handlers else ""
    if not handlers:
        return tr("Which of its handlers were called cannot be seen in its file.")
    if is_silent:
        return tr("{handlers} was called at this bar and asked for nothing.", handlers=called)
    return tr("It came from {handlers}.", handlers=called)


def sight_parts(sight: Sight, theme: Theme) -> list[str]:
    """Return the bar, its signals and the context, what was held, and what a Python strategy printed."""
    bar = ", ".join(
        f"{shown(_BAR[name])} {_text(value, 'count' if name == 'volume' else 'price')}"
        for name, value in sight.bar
    )
    parts = [
        _heading(tr("What was known at this close")),
        f"<p style='margin:0 0 4px 0'>{bar}</p>",
        _table(sight.signals, tr("Signals"), theme),
        _table(sight.context, tr("Context"), theme),
        _heading(tr("What was held")),
        f"<p style='margin:0'>{_held(sight)}</p>",
    ]
    if sight.printed:
        printed = sight.printed[:_LONGEST]
        more = "\n…" if len(sight.printed) > _LONGEST else ""
        parts += [
            _heading(tr("What it printed at this time")),
            f"<pre style='margin:0'>{html.escape(printed)}{more}</pre>",
        ]
    return parts


def _held(sight: Sight) -> str:
    others = tr("Other assets held: {count:count}.", count=sight.others)
    if not sight.quantity or sight.entry_price is None:
        return " ".join((tr("Nothing of this asset."), others))
    own = tr(
        "{quantity} of this asset, entered at {price} on average, {gain} at this close.",
        quantity=_text(sight.quantity, "quantity"),
        price=_text(sight.entry_price, "price"),
        gain=_text(sight.gain, "percent"),
    )
    return f"{own} {others}"


def _table(values: Iterable[tuple[str, Known]], title: str, theme: Theme) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(name)}</td><td align='right' style='padding-left:24px'>"
        f"<b>{_value(value)}</b></td></tr>"
        for name, value in values
    )
    if not rows:
        return ""
    head = f"<tr><td colspan='2' style='color:{theme.muted}'>{title}</td></tr>"
    return f"<table cellspacing='0' cellpadding='2'>{head}{rows}</table>"


def _value(value: Known) -> str:
    return tr("absent") if value is None else html.escape(_text(value, "number"))


def _heading(text: str) -> str:
    return f"<h4 style='margin:10px 0 2px 0'>{text}</h4>"


def _text(value: object, kind: Kind) -> str:
    return format_value(value, kind, QLocale())
