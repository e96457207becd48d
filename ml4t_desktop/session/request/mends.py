"""What mends a request at one click, where there is something that clearly does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from ml4t_desktop.request import MARKET_ONLY, NO_SHORTS, NOT_AMONG, ONE_SIDE
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft, FieldProblem
from ml4t_desktop.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ml4t_desktop.files.inspection import FileInspection

_LONG: Final = 0.05  # of the time of a run
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


def late_begin(
    draft: Draft, prices: "Iterable[FileInspection]", signals_begin: date | None
) -> date | None:
    """Return the first day with every signal if a run would wait long for it.

    That is more than a twentieth of its time, as when a model was trained on the first years.
    """
    spans = [(_day(file.first), _day(file.last)) for file in prices]
    known = [(first, last) for first, last in spans if first and last]
    if signals_begin is None or not known or not draft.get("data.signals"):
        return None
    start = _day(str(draft.get("data.start") or "")) or min(first for first, _ in known)
    end = _day(str(draft.get("data.end") or "")) or max(last for _, last in known)
    waits = (signals_begin - start).days
    return signals_begin if signals_begin <= end and waits > _LONG * (end - start).days else None


def begin_mends(late: date | None) -> tuple[Mend, ...]:
    """Return how a run begins where every signal is known."""
    if late is None:
        return ()
    title = tr("Begin on {day}", day=late.isoformat())
    return (Mend(title, {"data.start": late}),)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


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
