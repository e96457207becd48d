"""Tables in a shape that cannot be read as bars: turned round, or with a row for each field."""

import re
from typing import Final

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.names import usual_role
from ml4t_desktop.files.findings import listed
from ml4t_desktop.wording import mark, say

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d([ T].*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(19|20)\d{6}")
_FEWEST: Final = 3
_MOST_FIELDS: Final = 40


def refuse_other_shapes(sample: pl.DataFrame, source: str) -> None:
    """Refuse a table whose columns are dates, or that has a row for each of open, high, low and close.

    Raises
    ------
    InputError
        That says what shape it has, and which is needed.
    """
    dates = [name for name in sample.columns if _DATE.fullmatch(name.strip())]
    if len(dates) >= _FEWEST and 2 * len(dates) > sample.width:
        what = say(
            "its columns are dates ({dates}), with a row for each asset", dates=listed(dates)
        )
        fix = mark("Turn it round, so that each date is a row and each asset a column")
        raise InputError(Problem(where=source, what=what, fix=fix))
    for column in sample.get_columns():
        fields = _fields(column)
        if fields:
            where = say("{source}, column '{column}'", source=source, column=column.name)
            what = say("has a row for each field of a bar ({fields})", fields=listed(fields))
            fix = mark("Give one row for each asset and time, with a column for each field")
            raise InputError(Problem(where=where, what=what, fix=fix))


def _fields(column: pl.Series) -> list[str]:
    """Return the fields of a bar that the values of a column name, none if they name anything else."""
    if column.dtype != pl.String and not isinstance(column.dtype, pl.Categorical | pl.Enum):
        return []
    words = column.drop_nulls().unique().head(_MOST_FIELDS).cast(pl.String).sort().to_list()
    roles = {usual_role(word) for word in words if len(word) > 1}
    is_bar = {"open", "high", "low", "close"} <= roles
    return words if is_bar else []
