"""Older project files as this version writes them: pure functions over raw data, one for each step.

Format 1
    The first: ``manifest.json`` (format, application, created, saved), ``request.toml``,
    ``history.json`` (last_number, entries), ``trials.json`` (digest -> variant -> [Sharpe ratio of one
    period, periods]), and a run folder under ``results/<run id>/`` for every run that has its tables.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

FORMAT: Final = 1

# The parsed JSON members by their names without ending: "manifest", "history", "trials".
Raw = dict[str, Any]
Migration = Callable[[Raw], Raw]

# What makes format n + 1 of format n, by n.
MIGRATIONS: Final[Mapping[int, Migration]] = {}


def migrated(
    raw: Raw, found: int, *, to: int = FORMAT, steps: Mapping[int, Migration] = MIGRATIONS
) -> Raw:
    """Return the raw data of a format as that of a later one.

    Parameters
    ----------
    found : int
        The format of `raw`, not later than `to`.

    Raises
    ------
    KeyError
        If a step is not known.
    """
    for number in range(found, to):
        raw = steps[number](raw)
        raw["manifest"] = {**raw["manifest"], "format": number + 1}
    return raw
