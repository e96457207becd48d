"""The example of a sizing in words, step by step."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.draft import Draft
from ml4t_desktop.session.formats import as_words, format_value
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.rule_sentence import share_text
from ml4t_desktop.session.rule_tree import short_name
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.sizing_example import SizingExample

FORMULAS: Final = {
    "buy_percent": mark("Quantity = equity times share / close"),
    "size_by_confidence": mark("Quantity = equity times share at most times confidence / close"),
    "fixed_quantity": mark("Quantity = as given"),
    "fixed_value": mark("Quantity = amount / close"),
    "fractional_kelly": (
        mark(
            "Quantity = equity times part of Kelly times (chance - (1 - chance) / win over loss) / close, "
            "at most the share given"
        )
    ),
    "inverse_volatility": (
        mark(
            "Quantity = equity times risk / volatility / close, at most the share given. "
            "Volatility is the standard deviation of the last returns of the asset"
        )
    ),
    "rebalance_to_weights": (
        mark(
            "Order = equity times target weight / close - quantity held. Sales come before purchases; "
            "changes up to the tolerance are skipped"
        )
    ),
}


def formula_of(draft: Draft) -> str:
    """Return how a sizing computes its quantity."""
    return FORMULAS.get(str(draft.get("strategy.sizing.helper")), "")


def example_steps(example: "SizingExample", locale: QLocale) -> tuple[tuple[str, str], ...]:
    """Return an example as steps, each with a title and what happens in it."""

    def said(value: Any, kind: Any) -> str:
        return format_value(value, kind, locale)

    time = said(example.time, "time").removesuffix(" 00:00")
    seen = ", ".join(
        f"{short_name(name)} {said(value, 'number') or 'missing'}"
        for name, value in example.values.items()
    )
    steps = [
        (
            tr("Bar"),
            tr(
                "{symbol} on {time}, close {close}",
                symbol=example.symbol,
                time=time,
                close=said(example.close, "price"),
            ),
        )
    ]
    if seen:
        steps.append((tr("Signal"), seen))
    if not example.status:
        return (
            *steps,
            (tr("Size"), tr("No order: what decides the size has no value here, or no edge.")),
        )
    money = said(example.share * example.equity, "money")
    share = share_text(round(example.share, 6), locale)
    steps.append(
        (
            tr("Size"),
            tr(
                "{share} of {equity} = {money}",
                share=share,
                equity=said(example.equity, "money"),
                money=money,
            ),
        )
    )
    verb = "buy" if example.side > 0 else tr("sell short")
    exact, ordered = said(round(example.exact, 4), "quantity"), said(example.ordered, "quantity")
    rounded = tr(
        "{exact} units, in whole lots {verb} {ordered}", exact=exact, verb=verb, ordered=ordered
    )
    steps.append((tr("Order"), f"{verb} {ordered}" if exact == ordered else rounded))
    if example.filled:
        what = tr(
            "{filled} at {price}",
            filled=said(example.filled, "quantity"),
            price=said(example.price, "price"),
        )
        less = (
            tr(", reduced from {ordered}: {reason}", ordered=ordered, reason=_reason(example))
            if example.filled < example.ordered
            else ""
        )
        steps.append((tr("Fill"), what + less))
        costs = tr("commission {commission}", commission=said(example.commission, "money"))
        steps.append(
            (
                tr("Costs"),
                tr(
                    "{costs}, slippage {slippage} (in the price)",
                    costs=costs,
                    slippage=said(example.slippage, "money"),
                ),
            )
        )
        steps.append((tr("Cash"), tr("{cash} left", cash=said(example.cash, "money"))))
    else:
        steps.append((tr("Fill"), tr("Nothing: {reason}", reason=_reason(example))))
    return tuple(steps)


def _reason(example: "SizingExample") -> str:
    return as_words(example.reason or example.status).lower()
