"""Wording and collecting of what is wrong with a table."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.units import MICROSECONDS_PER_DAY, moment
from ml4t_desktop.wording import joined, say, say_count

_SHOWN = 5
_NAMES_SHOWN = 40


@contextmanager
def gathering(problems: list[Problem]) -> Iterator[None]:
    """Collect the problems of an `InputError` raised inside, so that the next check still runs."""
    try:
        yield
    except InputError as error:
        problems.extend(problem for problem in error.problems if problem not in problems)


def raise_errors(problems: Iterable[Problem]) -> None:
    """Raise an `InputError` with every problem if one of them is an error."""
    listed = list(problems)
    if any(problem.severity == "error" for problem in listed):
        raise InputError(problem for problem in listed if problem.severity == "error")


def time_text(us: int) -> str:
    """Return a time for a message: a date when it is midnight, else with its time of day."""
    when = moment(us)
    if us % MICROSECONDS_PER_DAY == 0:
        return when.strftime("%Y-%m-%d")
    return when.isoformat(sep=" ")


def listed(names: Sequence[object]) -> str:
    """Return values as ``a, b, c``, the first few of many."""
    shown = joined(", ", names[:_SHOWN])
    return say("{shown}, …", shown=shown) if len(names) > _SHOWN else shown


def named(columns: Sequence[str]) -> str:
    """Return the names of columns, cut where there are very many or one is very long."""
    shown = [name if len(name) <= 80 else f"{name[:80]}…" for name in columns[:_NAMES_SHOWN]]
    more = len(columns) - len(shown)
    return ", ".join(shown) + (say(" and {more:,} more", more=more) if more > 0 else "")


def of_this_kind(rows: Sequence[int]) -> str:
    """Return ``; 12 rows of this kind (3, 17, …)``, nothing when it is a single row."""
    return (
        say("; {count:,} rows of this kind ({rows})", count=len(rows), rows=listed(rows))
        if len(rows) > 1
        else ""
    )


def numbered(rows: Sequence[object]) -> str:
    """Return ``row 7`` or ``rows 3, 17, 29, …``."""
    return say_count("row {rows}", "rows {rows}", len(rows), rows=listed(rows))


def counted(count: int, noun: str) -> str:
    """Return ``1 bar``, ``1,234 bars``."""
    return _COUNTED[noun](count)


def unknown_column(source: str, key: str, name: str, columns: Sequence[str]) -> Problem:
    """Return the problem of a column that is not in the table, with the closest that is."""
    folded = {column.casefold(): column for column in reversed(columns)}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1)
    guess = say("Did you mean '{folded}'? ", folded=folded[close[0]]) if close else ""
    return Problem(
        where=joined(", ", (source, key)),
        what=say("there is no column '{name}'", name=name),
        fix=say("{guess}The columns are: {columns}", guess=guess, columns=named(columns)),
    )


_COUNTED: Final[Mapping[str, Callable[[int], str]]] = {
    "asset": lambda n: say_count("{n} asset", "{n:,} assets", n),
    "bar": lambda n: say_count("{n} bar", "{n:,} bars", n),
    "blank_line": lambda n: say_count("{n} blank line", "{n:,} blank lines", n),
    "close": lambda n: say_count("{n} close", "{n:,} closes", n),
    "column": lambda n: say_count("{n} column", "{n:,} columns", n),
    "corporate_action": lambda n: say_count("{n} corporate action", "{n:,} corporate actions", n),
    "day": lambda n: say_count("{n} day", "{n:,} days", n),
    "entry": lambda n: say_count("{n} entry", "{n:,} entries", n),
    "file": lambda n: say_count("{n} file", "{n:,} files", n),
    "infinite_value": lambda n: say_count("{n} infinite value", "{n:,} infinite values", n),
    "line": lambda n: say_count("{n} line", "{n:,} lines", n),
    "move": lambda n: say_count("{n} move", "{n:,} moves", n),
    "other_file": lambda n: say_count("{n} other file", "{n:,} other files", n),
    "pair": lambda n: say_count("{n} pair", "{n:,} pairs", n),
    "prediction": lambda n: say_count("{n} prediction", "{n:,} predictions", n),
    "row": lambda n: say_count("{n} row", "{n:,} rows", n),
    "split": lambda n: say_count("{n} split", "{n:,} splits", n),
    "time": lambda n: say_count("{n} time", "{n:,} times", n),
    "value": lambda n: say_count("{n} value", "{n:,} values", n),
}
