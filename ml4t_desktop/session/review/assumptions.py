"""What a run takes for granted, in plain words."""

from typing import Final

from PySide6.QtCore import QLocale

from ml4t_desktop.request import Request
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.step_meanings import (
    account_meaning,
    context_meaning,
    execution_meaning,
    strategy_meaning,
)
from ml4t_desktop.wording import mark

_SHORT_OF_CASH: Final = {
    "shrink": mark("Orders that cost more than there is are made smaller."),
    "reject": mark("Orders that cost more than there is are refused."),
}
_AMBIGUOUS: Final = {
    "stop_first": mark("Where a bar touches stop and target, the stop is taken to come first."),
    "target_first": mark("Where a bar touches stop and target, the target is taken to come first."),
}
_PROTECTED: Final = ("stop_loss", "take_profit", "trailing_stop")
_OPEN: Final = mark(
    "Positions that are open at the end are marked at the last close and count in no win rate."
)


def assumptions(request: Request) -> tuple[str, ...]:
    """Return what a run of a request takes for granted, a sentence or two each."""
    draft, locale = Draft.of(request), QLocale()
    said = [
        *strategy_meaning(draft, locale).splitlines(),
        execution_meaning(draft, locale),
        account_meaning(draft, locale),
        *_details(request, locale),
        shown(_OPEN),
    ]
    if request.context is not None:
        said.insert(0, context_meaning(draft))
    return tuple(text for text in said if text)


def _details(request: Request, locale: QLocale) -> list[str]:
    execution, exits = request.execution, request.strategy.exits
    said: list[str] = []
    if any(getattr(exits, name) is not None for name in _PROTECTED):
        if exits.evaluate == "intrabar":
            said.append(
                " ".join(
                    (
                        tr("Stops and targets are orders in the market."),
                        shown(_AMBIGUOUS[execution.ambiguous_bar]),
                    )
                )
            )
        else:
            said.append(tr("Stops and targets are tested at the close."))
    said.append(shown(_SHORT_OF_CASH[execution.insufficient_cash]))
    if execution.lot_size:
        lot = locale.toString(float(execution.lot_size), "g", 6)
        said.append(
            tr("Quantities are whole shares.")
            if execution.lot_size == 1
            else tr("Quantities are multiples of {lot}.", lot=lot)
        )
    else:
        said.append(tr("Parts of a share can be traded."))
    return said
