"""The statistics, years and trades of a report as tables on paper."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.paper.ink import Measure
from ml4t_desktop.paper.sheets import Block
from ml4t_desktop.paper.texts import MUTED, NOTE, Column, paragraph, table
from ml4t_desktop.session.formats import Kind, as_words, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.wording import mark

MOST_TRADES: Final = 20_000
_NAME, _VALUE, _GAP = 146.0, 58.0, 8.0
_SIDES: Final = (
    ("all", mark("All")),
    ("long", mark("Long")),
    ("short", mark("Short")),
    ("benchmark", mark("Benchmark")),
)
_YEARS: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("group", mark("Year"), "text"), ("total_return", mark("Return"), "percent"),
    ("volatility", mark("Volatility"), "percent"), ("sharpe", mark("Sharpe"), "ratio"),
    ("max_drawdown", mark("Drawdown"), "percent"), ("num_trades", mark("Trades"), "count"),
    ("win_rate", mark("Win rate"), "percent"), ("profit_factor", mark("Profit factor"), "ratio"),
)  # fmt: skip
_TRADES: Final[tuple[tuple[str, str, float, Kind], ...]] = (
    ("trade_id", mark("Trade"), 30, "count"), ("symbol", mark("Symbol"), 42, "text"),
    ("direction", mark("Side"), 28, "text"), ("entry_time", mark("Entry"), 50, "text"),
    ("exit_time", mark("Exit"), 50, "text"), ("quantity", mark("Quantity"), 44, "quantity"),
    ("entry_price", mark("Entry at"), 50, "price"), ("exit_price", mark("Exit at"), 50, "price"),
    ("pnl", mark("P&L"), 54, "money"), ("pnl_percent", mark("P&L %"), 42, "percent"),
    ("", "", 8, "text"), ("exit_reason", mark("Exit reason"), 0, "word"),
)  # fmt: skip


def statistics_table(measure: Measure, width: float, content: Mapping[str, Any]) -> list[Block]:
    """Return every statistic with its definition; why one is undefined stands in place of that."""
    statistics: Sequence[Mapping[str, Any]] = content["statistics"]
    sides = [
        (name, title)
        for name, title in _SIDES
        if name == "all" or any(item[name] not in {None, 0} for item in statistics)
    ]
    columns = (
        Column(title=tr("Statistic"), width=_NAME, is_number=False),
        *(Column(title=shown(title), width=_VALUE) for _, title in sides),
        Column(title="", width=_GAP),
        Column(
            title=tr("Definition"), width=width - _NAME - _VALUE * len(sides) - _GAP, is_number=False,
            wraps=True, style=NOTE,
        ),
    )  # fmt: skip
    rows: list[Sequence[str] | str] = []
    group = ""
    for item in statistics:
        if item["group"] != group:
            group = item["group"]
            rows.append(shown(group))
        texts = [_text(item, name) for name, _ in sides]
        reason = item["reason"] if item["all"] is None else ""
        formula = shown(item["formula"])
        meaning = (
            tr("{formula} Not available: {reason}.", formula=formula, reason=shown(reason))
            if reason
            else formula
        )
        rows.append((shown(item["title"]), *texts, "", meaning))
    return table(measure, columns, rows)


def years_table(measure: Measure, width: float, years: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Return the account and the closed trades of every year."""
    columns = tuple(
        Column(title=shown(title), width=width / len(_YEARS), is_number=kind != "text")
        for _, title, kind in _YEARS
    )
    rows = [
        tuple(format_value(year.get(name), kind, QLocale()) or "n/a" for name, _, kind in _YEARS)
        for year in years
    ]
    return table(measure, columns, rows)


def trades_table(measure: Measure, width: float, content: Mapping[str, Any]) -> list[Block]:
    """Return the trades in the order of their numbers, as many as paper is any use for."""
    places = {column["name"]: place for place, column in enumerate(content["trades"]["columns"])}
    taken = sum(wide for _, _, wide, _ in _TRADES)
    columns = tuple(
        Column(
            title=shown(title), width=wide or width - taken, is_number=kind not in {"text", "word"}
        )
        for _, title, wide, kind in _TRADES
    )
    every = content["trades"]["rows"]
    locale = QLocale()
    rows = [
        tuple(
            _cell(row[places[name]], kind, locale) if name else "" for name, _, _, kind in _TRADES
        )
        for row in every[:MOST_TRADES]
    ]
    blocks = table(measure, columns, rows)
    if len(every) <= MOST_TRADES:
        return blocks
    first, there = (format_value(n, "count", locale) for n in (MOST_TRADES, len(every)))
    text = tr(
        "The first {shown} of {there} trades; the run folder and the report in HTML have all of them.",
        shown=first,
        there=there,
    )
    return [paragraph(measure, width, text, MUTED), *blocks]


def _text(item: Mapping[str, Any], side: str) -> str:
    value = item[side]
    if value is None:
        return "n/a" if side == "all" and item["reason"] else ""
    return format_value(value, item["kind"], QLocale())


def _cell(value: Any, kind: Kind, locale: QLocale) -> str:
    return as_words(value) if kind == "word" and value else format_value(value, kind, locale)
