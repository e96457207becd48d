"""Frames to markets: what the scripting API's feeds use, one frame at a time."""

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.assembly import assemble
from ml4t_desktop.files.column_map import ColumnMap
from ml4t_desktop.files.number_texts import Decimal
from ml4t_desktop.files.recognition import bar_roles
from ml4t_desktop.files.rows import file_rows
from ml4t_desktop.files.tables import read_table
from ml4t_desktop.market import Market
from ml4t_desktop.wording import mark

__all__ = ["ColumnMap", "market_from_frame", "read_table"]


def market_from_frame(
    frame: pl.DataFrame, columns: ColumnMap, *, source: str, decimal: Decimal | None = None
) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market of a frame of bars, and warnings.

    Parameters
    ----------
    frame : DataFrame
        One row per asset and time, in any order.
    columns : ColumnMap
        Columns left out are recognised by their usual names.
    source : str
        Name of the frame in messages; its stem names the asset when there is no other name.
    decimal : {".", ","} or None
        The decimal mark of numbers kept as texts; None means judged by the values.

    Raises
    ------
    InputError
        If columns are missing or rows are refused; all problems at once.
    """
    if not frame.height:
        raise InputError(
            Problem(where=source, what=mark("there are no rows"), fix=mark("Give a table of bars"))
        )
    roles, warnings = bar_roles(frame.schema, columns, source, frame)
    rows = file_rows(frame, roles, columns, source, decimal=decimal)
    market, more = assemble([rows], columns)
    return market, warnings + more
