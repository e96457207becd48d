"""A bar explained, as text that can be read, searched and copied."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.request.rule_sentence import clause_sentence
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.words import as_words, word
from ml4t_desktop.views.review.why.sight_text import handler_words, sight_parts
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.analysis.why.bar import Explanation
    from ml4t_desktop.analysis.why.clauses import Change, ClauseState, State
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.session.review.why import Answer

_RULES: Final = {
    "entry": mark("Entry"),
    "short_entry": mark("Short entry"),
    "filter": mark("Filter"),
    "exit": mark("Exit"),
    "short_exit": mark("Short exit"),
}
_OUTCOMES: Final = {
    "ordered": mark("An entry was ordered."),
    "held": mark("No entry: the position was held already."),
    "pause": mark("No entry: the asset was in its pause after an exit."),
    "no_place": mark("No entry: every place was taken."),
    "rule": mark("No entry: the entry rule did not hold."),
    "filter": mark("No entry: the filter did not allow it."),
    "no_order": (
        mark("No entry, though all rules held: its size or confidence was missing, an order worked already, or both "
        "sides held at once.")
    ),
    "no_rule": mark("This run has no entry rule."),
    "sent": mark("The strategy sent an order."),
    "silent": mark("The strategy sent no order for this asset."),
}  # fmt: skip
_EXITS: Final = frozenset({"exit", "short_exit"})
_HIGHER: Final = mark("{name} {by} higher, or the threshold at {value}")
_LOWER: Final = mark("{name} {by} lower, or the threshold at {value}")
_JOINTS: Final = {"all": mark("all of"), "any": mark("any of"), "not": mark("not")}
_HOLDS, _FAILS = "\N{CHECK MARK}", "\N{BALLOT X}"


def answer_html(answer: Answer, run: CompletedRun, theme: Theme) -> str:
    """Return a bar explained as HTML."""
    found = answer.explanation
    has_clock = _has_clock(run)
    when = _moment(run, found.t, has_clock=has_clock)
    parts = [
        tr(
            "<h3 style='margin:0'>{symbol}, close of {when}: {close}</h3>",
            symbol=html.escape(found.symbol),
            when=when,
            close=_text(found.close, "price"),
        ),
        f"<p style='margin:6px 0'><b>{shown(_OUTCOMES[found.outcome])}</b>{_detail(found, has_clock=has_clock)}</p>",
        _needed(found.needed),
    ]
    for side, state in found.rules:
        if side in _EXITS and found.position is None:
            continue  # nothing was held that it could have closed
        mark = _mark(state.holds, theme)
        parts += [
            f"<h4 style='margin:10px 0 2px 0'>{mark} {shown(_RULES[side])}</h4>",
            _state(state, theme),
        ]
    parts += [_places(found, run), _size(answer), _orders(found, has_clock=has_clock)]
    parts += sight_parts(found.sight, theme)
    parts.append(
        tr(
            "<p style='color:{muted}'>Equity {equity}, cash {cash} at this close.</p>",
            muted=theme.muted,
            equity=_text(found.equity, "money"),
            cash=_text(found.cash, "money"),
        )
    )
    return "".join(parts)


def _detail(found: Explanation, *, has_clock: bool) -> str:
    if found.outcome in {"sent", "silent"}:
        return f" {handler_words(found.sight.handlers, is_silent=found.outcome == 'silent')}"
    if found.outcome == "held" and found.position is not None:
        since = format_value(
            found.position["entry_time"], "time" if has_clock else "date", QLocale()
        )
        left = (
            tr(
                " Its exit was decided here: {exit_reason}.",
                exit_reason=word(found.exit_reason),
            )
            if found.exit_reason
            else ""
        )
        return tr(" It was entered on {since}.{left}", since=since, left=left)
    if found.outcome == "pause":
        return tr_count(
            " {n} close is left, this one included.",
            " {n} closes are left, this one included.",
            found.pause,
        )
    if found.outcome == "no_place" and found.queue is not None and found.queue.rank is not None:
        return tr(
            " It was number {rank} of {candidates} candidates, and {used} of {limit} places were "
            "used.",
            rank=found.queue.rank,
            candidates=found.queue.candidates,
            used=found.queue.used,
            limit=found.queue.limit,
        )
    return ""


def _needed(needed: tuple[Change, ...]) -> str:
    """Return the smallest change that would have let the bar through."""
    if not needed:
        return ""
    words = tr("; ").join(_change(change) for change in needed)
    return tr(
        "<p style='margin:6px 0'>It would have been let through with: <b>{words}</b>.</p>",
        words=words,
    )


def _change(change: Change) -> str:
    state = change.state
    name = html.escape(state.clause.column.partition(".")[2])
    if not change.to_hold:
        return tr("{name} not meeting its clause", name=name)
    if state.value is None:
        return tr("a value of {name}", name=name)
    if state.missing is None:
        return html.escape(_sentence(state))
    by = _text(abs(state.missing), "number")
    if state.missing == 0:
        return tr("{name} beyond its limit, which it just met", name=name)
    return tr(
        _HIGHER if state.missing > 0 else _LOWER,
        name=name,
        by=by,
        value=_text(state.value, "number"),
    )


def _state(state: State, theme: Theme) -> str:
    rows = "".join(_rows(state, theme, 0))
    return f"<table cellspacing='0' cellpadding='3'>{rows}</table>"


def _rows(state: State, theme: Theme, depth: int) -> list[str]:
    from ml4t_desktop.analysis.why.clauses import ClauseState

    indent = "&nbsp;" * 4 * depth
    if isinstance(state, ClauseState):
        row = (
            f"<tr><td>{indent}{_mark(state.holds, theme)}</td><td>{html.escape(_sentence(state))}</td>"
            f"<td style='padding-left:16px'><b>{_values(state)}</b></td></tr>"
        )
        return [row]
    inner = [row for part in state.parts for row in _rows(part, theme, depth + 1)]
    if depth == 0 and (state.kind == "all" or (state.kind == "any" and len(state.parts) == 1)):
        return [row for part in state.parts for row in _rows(part, theme, 0)]
    head = (
        f"<tr><td>{indent}{_mark(state.holds, theme)}</td>"
        f"<td style='color:{theme.muted}'>{shown(_JOINTS[state.kind])}</td><td></td></tr>"
    )
    return [head, *inner]


def _sentence(state: ClauseState) -> str:
    clause = state.clause.model_dump(by_alias=True, exclude_none=True)
    return clause_sentence(clause, QLocale())


def _values(state: ClauseState) -> str:
    """Return what the columns of a clause were."""
    shown = _known(state.value)
    if state.before is not None:
        shown = f"{_known(state.before)} \N{RIGHTWARDS ARROW} {shown}"
    if state.clause.other is not None:
        shown = tr("{shown} against {known}", shown=shown, known=_known(state.other))
    if state.rank is not None:
        shown = tr("{shown}, number {rank}", shown=shown, rank=state.rank)
    return shown


def _known(value: object) -> str:
    return tr("no value") if value is None else html.escape(_text(value, "number"))


def _places(found: Explanation, run: CompletedRun) -> str:
    queue = found.queue
    if (
        queue is None
        or found.outcome not in {"ordered", "no_place", "no_order"}
        or queue.rank is None
    ):
        return ""
    column = (run.request.strategy.limits.rank_by or "").partition(".")[2]
    said = (
        tr("Number {rank} of {n:,} candidates.", rank=queue.rank, n=queue.candidates)
        if queue.rank_value is None
        else tr(
            "Number {rank} of {n:,} candidates by {column}, which is {known} here.",
            rank=queue.rank,
            n=queue.candidates,
            column=html.escape(column),
            known=_known(queue.rank_value),
        )
    )
    if queue.limit:
        used = tr(
            "{used} of {limit} places were used after it.", used=queue.used, limit=queue.limit
        )
        said = f"{said} {used}"
    title = tr("Places")
    return f"<h4 style='margin:10px 0 2px 0'>{title}</h4><p style='margin:0'>{said}</p>"


def _size(answer: Answer) -> str:
    if not answer.size or answer.explanation.outcome != "ordered":
        return ""
    nothing = tr("no value")
    rows = "".join(
        f"<tr><td>{shown(step.title)}</td><td align='right' style='padding-left:24px'><b>"
        f"{nothing if step.value is None else _text(step.value, step.kind)}</b></td></tr>"
        for step in answer.size
    )
    return tr(
        "<h4 style='margin:10px 0 2px 0'>Size</h4><table cellspacing='0' "
        "cellpadding='2'>{rows}</table>",
        rows=rows,
    )


def _orders(found: Explanation, *, has_clock: bool) -> str:
    if not found.orders.height:
        return ""
    parts = [tr("<h4 style='margin:10px 0 2px 0'>Orders decided here</h4>")]
    fills = found.fills.partition_by("order_id", as_dict=True)
    for order in found.orders.iter_rows(named=True):
        reason = tr(": {reason}", reason=word(order["reason"])) if order["reason"] else ""
        note = tr(" ({note})", note=word(order["note"])) if order["note"] else ""
        parts.append(
            tr(
                "<p style='margin:2px 0'>{side} {requested}, {type} order: "
                "<b>{status}</b>{reason}</p>",
                side=as_words(order["side"]),
                requested=_text(order["requested"], "quantity"),
                type=word(order["type"]),
                status=word(order["status"]),
                reason=html.escape(reason + note),
            )
        )
        frame = fills.get((order["order_id"],))
        for fill in frame.iter_rows(named=True) if frame is not None else ():
            when = format_value(fill["timestamp"], "time" if has_clock else "date", QLocale())
            parts.append(
                tr(
                    "<p style='margin:2px 0 2px 16px'>{when}: {quantity} at {price}, commission "
                    "{commission}, slippage {slippage}</p>",
                    when=when,
                    quantity=_text(fill["quantity"], "quantity"),
                    price=_text(fill["price"], "price"),
                    commission=_text(fill["commission"], "money"),
                    slippage=_text(fill["slippage"], "money"),
                )
            )
    return "".join(parts)


def _mark(holds: bool, theme: Theme) -> str:  # noqa: FBT001 (what is shown)
    colour, sign = (theme.good, _HOLDS) if holds else (theme.error, _FAILS)
    return f"<span style='color:{colour}'>{sign}</span>"


def _moment(run: CompletedRun, t: int, *, has_clock: bool) -> str:
    return format_value(run.market.moment(t), "time" if has_clock else "date", QLocale())


def _has_clock(run: CompletedRun) -> bool:
    from ml4t_desktop.units import MICROSECONDS_PER_DAY

    return bool((run.market.timestamps % MICROSECONDS_PER_DAY).any())


def _text(value: object, kind: Kind) -> str:
    return format_value(value, kind, QLocale())
