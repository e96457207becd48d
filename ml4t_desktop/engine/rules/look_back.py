"""How far rules look back: what a chunk of a market needs from before it."""

from collections.abc import Iterator

from ml4t_desktop.market.chunks import LookBack
from ml4t_desktop.request import RuleStrategy
from ml4t_desktop.request.conditions import All, AnyOf, Clause, Condition, Not

_BY_STEPS = ("rising", "falling")


def look_back_of(strategy: RuleStrategy) -> LookBack:
    """Return how many bars of each asset the clauses and the sizing of a strategy look back on."""
    conditions = (
        strategy.entry,
        strategy.exit,
        strategy.filter,
        strategy.short_entry,
        strategy.short_exit,
    )
    bars = max(
        (_bars(clause) for condition in conditions for clause in _clauses(condition)), default=1
    )
    # A volatility over a window of returns; the kernel keeps them in a ring of that many places.
    window = int(getattr(strategy.sizing, "window", 1))
    return LookBack(bars=max(bars, window), step=window)


def _bars(clause: Clause) -> int:
    if clause.op in _BY_STEPS and clause.value is not None:
        return int(clause.value)  # pyright: ignore[reportArgumentType] (a whole number)
    return 1


def _clauses(condition: Condition | None) -> Iterator[Clause]:
    match condition:
        case Clause():
            yield condition
        case All():
            for part in condition.all:
                yield from _clauses(part)
        case AnyOf():
            for part in condition.any:
                yield from _clauses(part)
        case Not():
            yield from _clauses(condition.not_)
        case _:
            return
