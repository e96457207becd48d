"""Where in the files a bar of the market in memory came from."""

from pathlib import Path

import numpy as np
import polars as pl

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.columns.recognition import bar_roles
from ml4t_desktop.files.columns.times import read_times
from ml4t_desktop.files.findings import time_text
from ml4t_desktop.files.folders import files_in, with_files_of_folders
from ml4t_desktop.files.formats.tables import read_columns, table_sample
from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.files.price_files import wide_of
from ml4t_desktop.files.rows import one_symbol
from ml4t_desktop.files.wide import WideForm
from ml4t_desktop.request import DataSource
from ml4t_desktop.wording import say


def locate_bar(data: DataSource, base: Path, symbol: str, time_us: int) -> str:
    """Return the file and the 1-based data row of a bar, such as ``prices.parquet, row 1234``.

    Reads the files again, so it is for messages only. Where a repair chose between several rows,
    the one chosen is named. Falls back to symbol and time when the files no longer hold the bar.
    """
    columns = ColumnMap.of(data)
    found: list[str] = []
    for path in with_files_of_folders([base / name for name in data.files], columns.form):
        try:
            rows = _rows(path, columns, symbol, time_us)
        except InputError:  # the file has changed since it was read
            continue
        found += [say("{path}, row {row}", path=shown_name(path), row=row) for row in rows]
    if not found:
        return say("{symbol} at {time_us}", symbol=symbol, time_us=time_text(time_us))
    return found[-1] if data.repairs.duplicate_bar == "last" else found[0]


def _rows(path: Path, columns: ColumnMap, symbol: str, time_us: int) -> list[int]:
    text = (columns.asset,) if columns.asset else ()
    sample = table_sample(path, columns.form, text=text)
    wide = wide_of(sample, shown_name(path), columns)
    if wide is not None:
        return _wide_rows(path, wide, columns, symbol, time_us)
    roles, _ = bar_roles(sample.schema, columns, shown_name(path), sample)
    needed = [name for name in (roles.time, roles.clock, roles.asset) if name is not None]
    frame = read_columns(path, needed, text=text, form=columns.form)
    clock = None if roles.clock is None else frame[roles.clock]
    match = (
        read_times(frame[roles.time], shown_name(path), form=columns.form, clock=clock).us
        == time_us
    )
    if roles.asset is not None:
        assets = frame[roles.asset].cast(pl.String)
        if one_symbol(assets.unique().to_list(), columns, shown_name(path)) != symbol:
            match &= (assets == symbol).to_numpy()
    elif symbol not in {one_symbol(None, columns, shown_name(path)), *_folder_symbol(path)}:
        return []
    return (np.flatnonzero(match) + 1).tolist()


def _wide_rows(
    path: Path, wide: WideForm, columns: ColumnMap, symbol: str, time_us: int
) -> list[int]:
    if symbol not in wide.symbols:
        return []
    frame = read_columns(path, [wide.time], form=columns.form)
    times = read_times(frame[wide.time], shown_name(path), form=columns.form).us
    return (np.flatnonzero(times == time_us) + 1).tolist()


def _folder_symbol(path: Path) -> list[str]:
    """Return what an asset is called by its place in a folder of files."""
    return [file.symbol for file in files_in(path.parent) if file.path == path]
