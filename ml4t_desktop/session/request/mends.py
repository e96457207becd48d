"""What mends a request at one click, where there is something that clearly does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ml4t_desktop.request import MARKET_ONLY, NO_SHORTS, NOT_AMONG, ONE_SIDE
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft, FieldProblem
from ml4t_desktop.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml4t_desktop.files.inspection import FileInspection

_SHORT_RULES: Final = ("strategy.short_entry", "strategy.short_exit")


@dataclass(frozen=True, slots=True)
class Mend:
    """A change of the request that takes a problem away.

    Parameters
    ----------
    title : str
        What a button for it says.
    edits : mapping
        Values by dotted key, as `Draft.edited_all` takes them.
    """

    title: str
    edits: Mapping[str, Any]


def mends_of(
    item: FieldProblem, draft: Draft, prices: "Iterable[FileInspection]"
) -> tuple[Mend, ...]:
    """Return what takes a problem away, the likeliest first; nothing where that is not plain."""
    what = item.problem.what
    if not isinstance(what, Text):
        return ()
    if what.pattern == NO_SHORTS:
        return (Mend(tr("Use a margin account"), {"account.type": "margin"}), *_one_side(draft))
    if what.pattern == ONE_SIDE:
        return _one_side(draft)
    if what.pattern == MARKET_ONLY:
        return (Mend(tr("Enter by market order"), {"strategy.entry_order": {"type": "market"}}),)
    if what.pattern == NOT_AMONG:
        return _ticking(str(what.values["column"]), draft, prices)
    return ()


def is_of_direction(item: FieldProblem) -> bool:
    """Return whether a problem is that the account cannot go the way of the strategy."""
    return isinstance(item.problem.what, Text) and item.problem.what.pattern == NO_SHORTS


def direction_edits(direction: object) -> dict[str, Any]:
    """Return what a direction sets; rules of a short side that is no more are taken along."""
    edits: dict[str, Any] = {"strategy.direction": direction}
    return edits if direction == "both" else edits | dict.fromkeys(_SHORT_RULES)


def _one_side(draft: Draft) -> tuple[Mend, ...]:
    if draft.get("strategy.direction") != "both":
        return ()  # a strategy of shorts alone would become another one
    return (Mend(tr("Trade long only"), direction_edits("long")),)


def _ticking(column: str, draft: Draft, prices: "Iterable[FileInspection]") -> tuple[Mend, ...]:
    """Return how a signal is used that a rule names and the files have."""
    kind, _, name = column.partition(".")
    has_it = any(info.name == name for file in prices for info in file.columns)
    if kind != "signal" or not has_it:
        return ()
    signals = (*draft.get("data.signals", ()), name)
    return (Mend(tr("Use {column}", column=name), {"data.signals": signals}),)
