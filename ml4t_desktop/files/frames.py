"""Frames to markets: what the scripting API's feeds use, one frame at a time."""

from dataclasses import replace

import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.assembly import assemble
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.columns.number_texts import Decimal
from ml4t_desktop.files.columns.recognition import bar_roles
from ml4t_desktop.files.formats.tables import read_table
from ml4t_desktop.files.rows import file_rows
from ml4t_desktop.market import Market
from ml4t_desktop.wording import mark

__all__ = ["ColumnMap", "market_from_frame", "read_table"]


def market_from_frame(
    frame: pl.DataFrame,
    columns: ColumnMap,
    *,
    source: str,
    asset: str | None = None,
    decimal: Decimal | None = None,
) -> tuple[Market, tuple[Problem, ...]]:
    """Return the market of a frame of bars, and warnings.

    Parameters
    ----------
    frame : DataFrame
        One row per asset and time, in any order.
    columns : ColumnMap
        Columns left out are recognised by their usual names.
    source : str
        Name of the frame in messages.
    asset : str or None
        What its only asset is called when neither a column nor `columns` says it; None: by the stem of
        `source`.
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
    if roles.asset is None and columns.asset_id is None:
        columns = replace(columns, asset_id=asset)
    rows = file_rows(frame, roles, columns, source, decimal=decimal)
    market, more = assemble([rows], columns)
    return market, warnings + more
