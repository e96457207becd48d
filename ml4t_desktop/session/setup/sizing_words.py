"""The example of a sizing in words, step by step."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import in_a_row, shown, tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_sentence import share_text
from ml4t_desktop.session.request.rule_tree import short_name
from ml4t_desktop.session.words import word
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.sizing_example import SizingExample

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
    return shown(FORMULAS.get(str(draft.get("strategy.sizing.helper")), ""))


def example_steps(example: "SizingExample", locale: QLocale) -> tuple[tuple[str, str], ...]:
    """Return an example as steps, each with a title and what happens in it."""

    def said(value: Any, kind: Any) -> str:
        return format_value(value, kind, locale)

    time = said(example.time, "time").removesuffix(" 00:00")
    missing = tr("missing")
    seen = [
        f"{short_name(name)} {said(value, 'number') or missing}"
        for name, value in example.values.items()
    ]
    place = tr(
        "{symbol} on {time}, close {close}",
        symbol=example.symbol,
        time=time,
        close=said(example.close, "price"),
    )
    steps = [(tr("Bar"), place)]
    if seen:
        steps.append((tr("Signal"), in_a_row(seen)))
    if not example.status:
        none = tr("No order: what decides the size has no value here, or no edge.")
        return (*steps, (tr("Size"), none))
    money = said(example.share * example.equity, "money")
    share = share_text(round(example.share, 6), locale)
    equity = said(example.equity, "money")
    size = tr("{share} of {equity} = {money}", share=share, equity=equity, money=money)
    steps += [(tr("Size"), size), (tr("Order"), _order(example, locale))]
    ordered = said(example.ordered, "quantity")
    if not example.filled:
        steps.append((tr("Fill"), tr("Nothing: {reason}", reason=_reason(example))))
        return tuple(steps)
    filled, price = said(example.filled, "quantity"), said(example.price, "price")
    what = tr("{filled} at {price}", filled=filled, price=price)
    if example.filled < example.ordered:
        what = tr(
            "{filled} at {price}, reduced from {ordered}: {reason}",
            filled=filled,
            price=price,
            ordered=ordered,
            reason=_reason(example),
        )
    costs = tr(
        "commission {commission}, slippage {slippage} (in the price)",
        commission=said(example.commission, "money"),
        slippage=said(example.slippage, "money"),
    )
    left = tr("{cash} left", cash=said(example.cash, "money"))
    return (*steps, (tr("Fill"), what), (tr("Costs"), costs), (tr("Cash"), left))


def _order(example: "SizingExample", locale: QLocale) -> str:
    """Return what is ordered, and the size before it was rounded to lots."""
    exact = format_value(round(example.exact, 4), "quantity", locale)
    ordered = format_value(example.ordered, "quantity", locale)
    if exact == ordered:
        if example.side > 0:
            return tr("buy {quantity}", quantity=ordered)
        return tr("sell short {quantity}", quantity=ordered)
    if example.side > 0:
        return tr("{exact} units, in whole lots buy {quantity}", exact=exact, quantity=ordered)
    return tr("{exact} units, in whole lots sell short {quantity}", exact=exact, quantity=ordered)


def _reason(example: "SizingExample") -> str:
    return word(example.reason or example.status)
