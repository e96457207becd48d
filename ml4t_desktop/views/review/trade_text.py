"""One trade in words: decision, fill and exit, signals and context, costs and excursions."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.words import as_words
from ml4t_desktop.tables.column import Kind

Trade = Mapping[str, Any]
_NONE = "-"


def trade_html(trade: Trade, theme: Theme, locale: QLocale, *, has_clock: bool) -> str:
    """Return the detail card of a trade as rich text.

    Parameters
    ----------
    trade : mapping
        One row of the trades table by column name.
    has_clock : bool
        Whether times are shown with their time of day.
    """
    time: Kind = "time" if has_clock else "date"

    def text(name: str, kind: Kind) -> str:
        return escape(format_value(trade.get(name), kind, locale)) or _NONE

    is_open = trade["status"] == "open"
    steps = [
        ("", tr("Entry"), tr("Exit")),
        (tr("Decided"), text("entry_decision_time", time), text("exit_decision_time", time)),
        (
            tr("Filled"),
            text("entry_time", time),
            tr("still open") if is_open else text("exit_time", time),
        ),
        (tr("Price"), text("entry_price", "price"), text("exit_price", "price")),
        (tr("Reason"), text("entry_reason", "word"), text("exit_reason", "word")),
    ]
    outcome = [
        (tr("Bars held"), text("bars_held", "count")),
        (tr("Best on the way"), text("mfe", "percent")),
        (tr("Worst on the way"), text("mae", "percent")),
        (tr("Fees"), text("fees", "money")),
        (tr("Slippage, in the prices"), text("slippage", "money")),
    ]
    sections = [
        _head(trade, theme, locale),
        _table(tr("From decision to exit"), steps, theme),
        _notes(trade, theme),
        _captured_table(tr("Signals at the decision"), trade, "signal__", theme, locale),
        _captured_table(tr("Context at the decision"), trade, "context__", theme, locale),
        _table(tr("Outcome and costs"), outcome, theme),
    ]
    return "".join(sections)


def trade_line(trade: Trade, theme: Theme, locale: QLocale, *, has_clock: bool = False) -> str:
    """Return a trade in one line: asset, side, times, result and why it was left."""

    def text(name: str, kind: Kind) -> str:
        return escape(format_value(trade.get(name), kind, locale)) or _NONE

    time: Kind = "time" if has_clock else "date"
    pnl = trade["pnl"]
    tone = theme.gain if pnl is not None and pnl > 0 else theme.loss
    is_open = trade["status"] == "open"
    fields = (
        f"<b>{escape(trade['symbol'])}</b> {text('direction', 'word')} {text('quantity', 'quantity')}",
        tr(
            "{value} at {value2}",
            value=text("entry_time", time),
            value2=text("entry_price", "price"),
        ),
        tr("still open")
        if is_open
        else tr(
            "{value} at {value2}",
            value=text("exit_time", time),
            value2=text("exit_price", "price"),
        ),
        f"<b style='color:{tone}'>{text('pnl', 'money')}</b> {text('pnl_percent', 'percent')}",
        text("exit_reason", "word"),
    )
    return " &nbsp;·&nbsp; ".join(fields)


def _head(trade: Trade, theme: Theme, locale: QLocale) -> str:
    pnl = trade["pnl"]
    tone = theme.gain if pnl is not None and pnl > 0 else theme.loss
    sign = "+" if pnl is not None and pnl > 0 else ""
    title = (
        f"{escape(str(trade['symbol']))} · {as_words(trade['direction'])} · "
        f"{format_value(trade['quantity'], 'quantity', locale)}"
    )
    money = f"{sign}{format_value(pnl, 'money', locale)}"
    share = f"{sign}{format_value(trade['pnl_percent'], 'percent', locale)}"
    state = tr(" · still open") if trade["status"] == "open" else ""
    return tr(
        "<p style='font-size:large; margin:0'><b>{title}</b></p><p style='margin:0 0 4px "
        "0'><span style='color:{tone}; font-size:large'><b>{money}</b></span> <span "
        "style='color:{tone}'>{share}</span><span style='color:{muted}'>{state} · trade "
        "{trade_id}</span></p>",
        title=title,
        tone=tone,
        money=money,
        share=share,
        muted=theme.muted,
        state=state,
        trade_id=trade["trade_id"],
    )


def _notes(trade: Trade, theme: Theme) -> str:
    """Return what was decided about the orders of the trade, nothing when there was nothing to decide."""
    lines = [
        f"<tr><td width='20%' style='padding:2px 8px 2px 0; color:{theme.muted}'>{'' if place else head}</td>"
        f"<td style='padding:2px 0; color:{theme.text}'>{escape(as_words(note))}</td></tr>"
        for head, name in ((tr("Entry"), "entry_note"), (tr("Exit"), "exit_note"))
        for place, note in enumerate(str(trade.get(name) or "").split("; "))
        if note
    ]
    return _titled(tr("How it was filled"), lines) if lines else ""


def _captured_table(title: str, trade: Trade, part: str, theme: Theme, locale: QLocale) -> str:
    rows = [("", tr("Entry"), tr("Exit")), *_captured(trade, part, locale)]
    return _table(title, rows, theme) if len(rows) > 1 else ""


def _captured(trade: Trade, part: str, locale: QLocale) -> Iterator[tuple[str, str, str]]:
    """Yield name and the values at entry and exit of each signal or context column."""
    head = f"entry_{part}"
    for name in trade:
        if name.startswith(head):
            bare = name.removeprefix(head)
            values = (trade[name], trade.get(f"exit_{part}{bare}"))
            entry, left = (
                escape(format_value(value, "number", locale)) or _NONE for value in values
            )
            yield escape(bare), entry, left


def _table(title: str, rows: list[tuple[str, ...]], theme: Theme) -> str:
    lines = []
    for head, *values in rows:
        tone = theme.muted if not head else theme.text
        cells = "".join(
            f"<td align='right' width='32%' style='padding:2px 0 2px 8px; color:{tone}'>{value}</td>"
            for value in values
        )
        lines.append(f"<tr><td style='padding:2px 0; color:{theme.muted}'>{head}</td>{cells}</tr>")
    return _titled(title, lines)


def _titled(title: str, lines: list[str]) -> str:
    return (
        f"<p style='margin:12px 0 2px 0'><b>{shown(title)}</b></p>"
        f"<table width='100%' cellspacing='0' cellpadding='0'>{''.join(lines)}</table>"
    )
