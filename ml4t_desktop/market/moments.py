"""Dates and times as Python code gives them: as values, or as texts of ISO 8601."""

from datetime import date, datetime

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.wording import mark, say

_FIX = mark("Give a date or a datetime, or a text such as '2024-01-31' or '2024-01-31T16:00'")


def read_moment(given: date | datetime | str | None, name: str) -> date | datetime | None:
    """Return a date or a datetime; a text without a time of day is a date.

    Parameters
    ----------
    given : date, datetime, str or None
    name : str
        What it is called where it was given.

    Raises
    ------
    InputError
        If it is none of these, or the text is no date.
    """
    if given is None or isinstance(given, date):
        return given
    if isinstance(given, str):
        for kind in (date, datetime):
            try:
                return kind.fromisoformat(given)
            except ValueError:
                continue
    raise InputError(Problem(where=name, what=say("{given!r} is no date", given=given), fix=_FIX))
