"""How a number is made, as rich text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.review.making_text import MakingText, input_text, moment_text
from ml4t_desktop.session.theme import Theme

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.analysis.making.contributions import Contribution, Contributions
    from ml4t_desktop.analysis.making.derivation import Derivation, Part

STATISTIC, TRADE = "statistic:", "trade:"


def making_html(
    made: Derivation,
    text: MakingText,
    behind: Contributions | None,
    theme: Theme,
    *,
    is_zoned: bool = False,
) -> str:
    """Return what is said of a number below its title; links lead to inputs and trades."""
    parts = [f"<p>{_spelled(made.meaning)}</p>"]
    if made.reason:
        reason = tr("Not defined here: {reason}.", reason=escape(shown(made.reason)))
        parts.append(f"<p style='color:{theme.warning}'><b>{reason}</b></p>")
    parts += [_formula(made, text, theme), _inputs(text, theme)]
    if behind is not None:
        parts.append(_behind(behind, theme, is_zoned=is_zoned))
    parts.append(_head(tr("Made of"), theme))
    parts.append(f"<div>{escape(shown(made.source))}{_count(made.part)}</div>")
    return "".join(parts)


def _spelled(text: str) -> str:
    """Return a definition with its signs of multiplication as they are read."""
    return escape(shown(text)).replace(" * ", " &times; ")


def _head(title: str, theme: Theme) -> str:
    return f"<p style='color:{theme.muted}; margin:10px 0 2px 0'><b>{title}</b></p>"


def _formula(made: Derivation, text: MakingText, theme: Theme) -> str:
    lines = [f"<i>{escape(text.formula)}</i>"]
    if text.worked and len(made.inputs) and text.formula != text.inputs[0][0]:
        lines.append(f"= {escape(text.worked)}")
    lines.append(f"= <b>{escape(text.value)}</b>")
    box = "<br>".join(lines)
    title = tr("Formula, with its values")
    return (
        f"{_head(title, theme)}"
        f"<table width='100%' cellpadding='8' style='background:{theme.raised}'><tr><td>{box}</td></tr></table>"
    )


def _inputs(text: MakingText, theme: Theme) -> str:
    rows = []
    for name, title, value, statistic in text.inputs:
        said = escape(title)
        if statistic:
            said = f"<a style='color:{theme.accent}' href='{STATISTIC}{statistic}'>{said}</a>"
        rows.append(
            f"<tr><td style='color:{theme.muted}'><i>{escape(name)}</i></td><td>{said}</td>"
            f"<td align='right' style='white-space:nowrap'>{escape(value)}</td></tr>"
        )
    title = tr("Inputs")
    return f"{_head(title, theme)}<table width='100%' cellpadding='3'>{''.join(rows)}</table>"


def _behind(behind: Contributions, theme: Theme, *, is_zoned: bool) -> str:
    title = tr("The largest of {count:,} values", count=behind.count)
    rows = "".join(_row(item, behind, theme, is_zoned=is_zoned) for item in behind.largest)
    return f"{_head(title, theme)}<table width='100%' cellpadding='3'>{rows}</table>"


def _row(item: Contribution, behind: Contributions, theme: Theme, *, is_zoned: bool) -> str:
    locale = QLocale()
    moment = "" if item.moment is None else moment_text(item.moment, locale, is_zoned=is_zoned)
    name = escape(item.title) or moment
    if item.trade_id is not None:
        name = f"<a style='color:{theme.accent}' href='{TRADE}{item.trade_id}'>{name}</a>"
    when = moment if item.title else ""
    share = "" if item.share is None else tr("{share:percent} of all", share=item.share)
    return (
        f"<tr><td>{name}</td><td style='color:{theme.muted}'>{when}</td>"
        f"<td align='right' style='color:{theme.muted}'>{share}</td>"
        f"<td align='right'>{escape(input_text(item.value, behind.kind, locale))}</td></tr>"
    )


def _count(part: Part | None) -> str:
    """Return in words how much of what a number is made of there is."""
    if part is None:
        return ""
    return f"<br>{escape(part_text(part))}"


def part_text(part: Part) -> str:
    """Return in words what a number is made of."""
    count = _COUNTED.get(part.things, _values)
    return count(part.count)


def _values(count: int) -> str:
    return tr_count("{n} value.", "{n:,} values.", count)


_COUNTED: Final[Mapping[str, Callable[[int], str]]] = {
    "trades": lambda n: tr_count("{n} trade.", "{n:,} trades.", n),
    "days": lambda n: tr_count("{n} day.", "{n:,} days.", n),
    "bars": lambda n: tr_count("{n} bar.", "{n:,} bars.", n),
    "orders": lambda n: tr_count("{n} order.", "{n:,} orders.", n),
    "fills": lambda n: tr_count("{n} fill.", "{n:,} fills.", n),
    "cash flows": lambda n: tr_count("{n} cash flow.", "{n:,} cash flows.", n),
    "draws": lambda n: tr_count("{n} redrawn history.", "{n:,} redrawn histories.", n),
    "runs": lambda n: tr_count("{n} run.", "{n:,} runs.", n),
    "variants": lambda n: tr_count("{n} variant.", "{n:,} variants.", n),
    "times": lambda n: tr_count("{n} time.", "{n:,} times.", n),
}
