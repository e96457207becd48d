"""Rules as sentences: "Enter long when ml_pred_5d > 0.9 and VIX ≤ 30."."""

from collections.abc import Mapping
from functools import reduce
from typing import Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.request.sizing import RebalanceToWeights
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import all_of, any_of, in_a_row, shown, tr, tr_count
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_nodes import Node, root_of
from ml4t_desktop.session.request.rule_tree import Part, short_name
from ml4t_desktop.wording import mark

_COMPARED: Final = {
    ">": "{column} > {value}",
    ">=": "{column} ≥ {value}",
    "<": "{column} < {value}",
    "<=": "{column} ≤ {value}",
    "==": "{column} = {value}",
    "!=": "{column} ≠ {value}",
    "between": mark("{column} is between {value}"),
    "in": mark("{column} is one of {value}"),
    "crosses_above": mark("{column} crosses above {value}"),
    "crosses_below": mark("{column} crosses below {value}"),
    "top_n": mark("{column} is among the highest {value}"),
    "bottom_n": mark("{column} is among the lowest {value}"),
}
_STEPS: Final = {
    ("rising", 1): mark("{column} is rising"),
    ("falling", 1): mark("{column} is falling"),
    ("rising", 2): mark("{column} has risen {value} times in a row"),
    ("falling", 2): mark("{column} has fallen {value} times in a row"),
}
_WHEN: Final = {  # at every bar, never, and when a rule holds
    "filter": (
        mark("Enter only at every bar."), mark("Enter only never."), mark("Enter only when {rule}."),
    ),
    "long": (
        mark("Enter long at every bar."), mark("Enter long never."), mark("Enter long when {rule}."),
    ),
    "short": (
        mark("Enter short at every bar."), mark("Enter short never."), mark("Enter short when {rule}."),
    ),
    "exit": (mark("Leave at every bar."), mark("Leave never."), mark("Leave when {rule}.")),
    "exit_long": (
        mark("Leave a long position at every bar."), mark("Leave a long position never."),
        mark("Leave a long position when {rule}."),
    ),
    "exit_short": (
        mark("Leave a short position at every bar."), mark("Leave a short position never."),
        mark("Leave a short position when {rule}."),
    ),
}  # fmt: skip


def clause_sentence(clause: Part, locale: QLocale, *, is_negated: bool = False) -> str:
    """Return a comparison in words."""
    column, op = short_name(str(clause.get("column", "?"))), str(clause.get("op", ""))
    value = _value_words(clause, locale)
    if op == "is_null":
        return (
            tr("{column} has a value", column=column)
            if is_negated
            else tr("{column} has no value", column=column)
        )
    if op in {"rising", "falling"}:
        pattern = _STEPS[op, 1 if clause.get("value") in {None, 1} else 2]
    else:
        pattern = _COMPARED.get(op, "{column} {op} {value}")
    text = shown(pattern).format(column=column, op=op, value=value)
    return tr("not {text}", text=text) if is_negated else text


def node_sentence(node: Node, locale: QLocale) -> str:
    """Return a node in words; groups of several in brackets."""
    if node.clause is not None:
        return clause_sentence(node.clause, locale, is_negated=node.is_negated)
    text = group_sentence(node, locale)
    return tr("not ({text})", text=text) if node.is_negated else f"({text})"


def group_sentence(node: Node, locale: QLocale) -> str:
    """Return what a group joins in words; parts that are switched off are left out."""
    live = [child for child in node.children if not child.is_off]
    if not live:
        return tr("always") if node.joint == "all" else tr("never")
    if len(live) == 1:
        only = live[0]
        if only.is_group and not only.is_negated:
            return group_sentence(only, locale)
    return reduce(
        _both if node.joint == "all" else _either, (node_sentence(it, locale) for it in live)
    )


def _both(first: str, second: str) -> str:
    return tr("{first} and {second}", first=first, second=second)


def _either(first: str, second: str) -> str:
    return tr("{first} or {second}", first=first, second=second)


def rule_sentence(name: str, draft: Draft, locale: QLocale) -> str:
    """Return one rule of the strategy as a sentence, empty where there is no rule.

    Parameters
    ----------
    name : str
        ``entry``, ``exit``, ``short_entry``, ``short_exit`` or ``filter``.
    """
    tree = draft.get(f"strategy.{name}")
    if tree is None:
        return ""
    root = root_of(tree)
    when = group_sentence(root, locale)
    always, never, holds = _WHEN[_subject(name, str(draft.get("strategy.direction", "long")))]
    if when in {tr("always"), tr("never")}:
        return shown(always if when == tr("always") else never)
    return shown(holds).format(rule=when)


def _subject(name: str, direction: str) -> str:
    """Return what a rule is about."""
    if name == "filter":
        return "filter"
    side = "short" if name.startswith("short") or direction == "short" else "long"
    if name in {"entry", "short_entry"}:
        return side
    return f"exit_{'short' if name == 'short_exit' else 'long'}" if direction == "both" else "exit"


def strategy_sentences(draft: Draft, locale: QLocale) -> tuple[str, ...]:
    """Return what the strategy of a draft does, in a few sentences."""
    names = ("entry", "short_entry", "filter", "exit", "short_exit")
    rules = [text for name in names if (text := rule_sentence(name, draft, locale))]
    stops = _exit_sentence(draft.get("strategy.exits") or {}, locale)
    return (*rules, *([stops] if stops else []), *_order_sentences(draft, locale))


def _exit_sentence(exits: Mapping[str, Any], locale: QLocale) -> str:
    said: list[str] = []
    if exits.get("stop_loss") is not None:
        said.append(tr("at a loss of {share}", share=share_text(exits["stop_loss"], locale)))
    if exits.get("take_profit") is not None:
        said.append(tr("at a gain of {share}", share=share_text(exits["take_profit"], locale)))
    if exits.get("trailing_stop") is not None:
        share = share_text(exits["trailing_stop"], locale)
        said.append(tr("{share} below the best price since the entry", share=share))
    if exits.get("max_bars") is not None:
        said.append(tr_count("after {n} bar", "after {n:,} bars", int(exits["max_bars"])))
    return tr("Leave {exits}.", exits=any_of(said)) if said else ""


def _order_sentences(draft: Draft, locale: QLocale) -> tuple[str, ...]:
    sizing, limits = draft.get("strategy.sizing") or {}, draft.get("strategy.limits") or {}
    size = sizing_sentence(sizing, locale)
    most, rank = limits.get("max_positions"), limits.get("rank_by")
    if most is None:
        return (size,) if size else ()
    if rank:
        held = tr_count(
            "Hold at most {n} position, the highest {column} first.",
            "Hold at most {n:,} positions, the highest {column} first.",
            int(most),
            column=short_name(str(rank)),
        )
    else:
        held = tr_count("Hold at most {n} position.", "Hold at most {n:,} positions.", int(most))
    return (*([size] if size else []), held)


def sizing_sentence(sizing: Mapping[str, Any], locale: QLocale) -> str:
    """Return how much is bought, in one sentence; empty when the table is not complete."""
    try:
        return _SIZINGS[str(sizing.get("helper"))](_Words(sizing, locale))
    except (KeyError, TypeError, ValueError):  # being edited: the form says what is missing
        return ""


class _Words:
    """The values of a sizing as words."""

    def __init__(self, table: Mapping[str, Any], locale: QLocale) -> None:
        self._table, self._locale = table, locale

    def over(self, defaults: Mapping[str, Any]) -> "_Words":
        """Return them with what is left out, as a preset may."""
        return _Words({**defaults, **self._table}, self._locale)

    def share(self, name: str) -> str:
        return share_text(self._table[name], self._locale)

    def number(self, name: str) -> str:
        return format_value(float(self._table[name]), "number", self._locale)

    def column(self, name: str) -> str:
        return short_name(str(self._table[name]))

    def text(self, name: str) -> str:
        return str(self._table[name])


def _rebalance(words: _Words) -> str:
    words = words.over(RebalanceToWeights().model_dump())
    how = {
        "equal": tr("in equal parts"),
        "inverse_volatility": tr("by inverse volatility"),
    }.get(words.text("weights")) or tr("by {column}", column=words.column("by"))
    every = shown(_SCHEDULES[words.text("schedule")])
    return tr(
        "{every}, hold {share} of the equity {how} in the assets for which the entry holds.",
        every=every,
        share=words.share("gross"),
        how=how,
    )


_SCHEDULES: Final = {
    "bar": mark("Every bar"),
    "week": mark("Every week"),
    "month": mark("Every month"),
}
_SIZINGS: Final = {
    "buy_percent": lambda w: tr("Trade {share} of the equity each time.", share=w.share("percent")),
    "size_by_confidence": lambda w: tr(
        "Trade {share} of the equity times {column}.",
        share=w.share("max_percent"),
        column=w.column("confidence"),
    ),
    "fixed_quantity": lambda w: tr("Trade {number} units each time.", number=w.number("quantity")),
    "fixed_value": lambda w: tr("Trade for {number} each time.", number=w.number("value")),
    "fractional_kelly": lambda w: tr(
        "Trade {share} of what Kelly's rule says for {column}, at most {share2} of the equity.",
        share=w.share("fraction"),
        column=w.column("probability"),
        share2=w.share("max_percent"),
    ),
    "inverse_volatility": lambda w: tr(
        "Trade so that a usual bar moves the equity by {share}, at most {share2} of it.",
        share=w.share("risk"),
        share2=w.share("max_percent"),
    ),
    "rebalance_to_weights": _rebalance,
}


def share_text(fraction: float, locale: QLocale) -> str:
    """Return a fraction as per cent with no more decimals than it has."""
    return f"{format_value(float(fraction) * 100, 'number', locale)} %"


def _value_words(clause: Part, locale: QLocale) -> str:
    if clause.get("other") is not None:
        return short_name(str(clause["other"]))
    value = clause.get("value")
    if isinstance(value, tuple | list):
        words = [_scalar_words(item, locale) for item in value]
        return all_of(words) if clause.get("op") == "between" else in_a_row(words)
    return _scalar_words(value, locale)


def _scalar_words(value: object, locale: QLocale) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return format_value(value, "number", locale)
