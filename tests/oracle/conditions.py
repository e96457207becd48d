"""Whether a condition of a request holds at a bar (DESIGN 3.6 and 4.2)."""

from ml4t_desktop.request import All, AnyOf, Clause, Condition, Not
from tests.oracle.history import Bar, History, Value, earlier, number, value


def holds(condition: Condition | None, history: History, bar: Bar) -> bool:
    """Return whether a tree holds; a tree that was not given never does."""
    if condition is None:
        return False
    if isinstance(condition, All):
        return all(holds(part, history, bar) for part in condition.all)
    if isinstance(condition, AnyOf):
        return any(holds(part, history, bar) for part in condition.any)
    if isinstance(condition, Not):
        return not holds(condition.not_, history, bar)
    return clause_holds(condition, history, bar)


def clause_holds(clause: Clause, history: History, bar: Bar) -> bool:  # noqa: PLR0911 (one return per op)
    """Return whether a clause holds; a comparison with null is false."""
    now = value(history, bar, clause.column)
    if clause.op == "is_null":
        return now is None
    if now is None:
        return False
    if clause.op in ("rising", "falling"):
        return _moves(clause, history, bar)
    if clause.op in ("top_n", "bottom_n"):
        return _is_among_the_first(clause, history, bar)
    if clause.op == "in":
        return any(now == _plain(one) for one in _listed(clause.value))
    if clause.op == "between":
        low, high = _listed(clause.value)
        return low <= now <= high
    against = _other_side(clause, history, bar)
    if against is None:
        return False
    if clause.op in ("crosses_above", "crosses_below"):
        return _crosses(clause, history, bar, now, against)
    return _compare(clause.op, now, against)


def _listed(given) -> list:
    return list(given)


def _plain(given: object) -> Value:
    return given if isinstance(given, str) or given is None else number(given)


def _other_side(clause: Clause, history: History, bar: Bar | None) -> Value:
    if clause.other is not None:
        return value(history, bar, clause.other)
    return _plain(clause.value)


def _compare(op: str, left, right) -> bool:
    if op == ">":
        return left > right
    if op == ">=":
        return left >= right
    if op == "<":
        return left < right
    if op == "<=":
        return left <= right
    if op == "==":
        return left == right
    assert op == "!="
    return left != right


def _crosses(clause: Clause, history: History, bar: Bar, now, against) -> bool:
    """On the other side or equal at the asset's previous bar."""
    before_bar = earlier(history, bar, 1)
    before = value(history, before_bar, clause.column)
    before_against = _other_side(clause, history, before_bar)
    if before_bar is None or before is None or before_against is None:
        return False
    was, was_against = number(before), number(before_against)
    if clause.op == "crosses_above":
        return now > against and was <= was_against
    return now < against and was >= was_against


def _moves(clause: Clause, history: History, bar: Bar) -> bool:
    """Each of the last `value` steps went the same way."""
    steps = 1 if clause.value is None else int(number(clause.value))
    for step in range(steps):
        later = value(history, earlier(history, bar, step), clause.column)
        before = value(history, earlier(history, bar, step + 1), clause.column)
        if later is None or before is None:
            return False
        step_up = number(later) - number(before)
        if clause.op == "rising" and not step_up > 0:
            return False
        if clause.op == "falling" and not step_up < 0:
            return False
    return True


def _is_among_the_first(clause: Clause, history: History, bar: Bar) -> bool:
    """Among the assets that have a bar now and a value; ties by symbol."""
    there = []
    for symbol in sorted(history.at[bar.time]):
        its = value(history, history.at[bar.time][symbol], clause.column)
        if its is not None:
            there.append((symbol, its))
    there.sort(key=lambda pair: pair[0])
    there.sort(key=lambda pair: pair[1], reverse=clause.op == "top_n")
    return bar.symbol in [symbol for symbol, _ in there[: int(number(clause.value))]]
