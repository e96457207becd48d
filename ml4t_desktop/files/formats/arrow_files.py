"""Arrow files read batch by batch.

Polars maps these files into memory, where one that is cut short meanwhile ends the whole process,
and trusts what they say of themselves; here they are read as files are, and what was read is
checked before anybody works with it.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import ipc

from ml4t_desktop.wording import say

Source = Path | BytesIO


def read_arrow(
    source: Source, columns: Sequence[str] | None, rows: int | None, *, is_stream: bool
) -> pl.DataFrame:
    """Return columns (None: all) and rows (None: all) of an Arrow file or stream.

    Raises
    ------
    ValueError, OSError, LookupError
        If it is damaged, or changed while it was read.
    ColumnNotFoundError
        If it lacks a column.
    """
    with _opened(source) as file:
        parts: list[pl.DataFrame] = []
        count = 0
        for part in _frames(file, columns, is_stream=is_stream):
            parts.append(part)
            count += part.height
            if rows is not None and count >= rows:
                break
    whole = pl.concat(parts)
    return whole if rows is None else whole.head(rows)


def arrow_parts(path: Path, columns: Sequence[str]) -> Generator[pl.DataFrame, None, None]:
    """Yield columns of an Arrow file batch by batch, at least one frame."""
    with _opened(path) as file:
        yield from _frames(file, columns, is_stream=False)


@contextmanager
def _opened(source: Source) -> Iterator[pa.NativeFile]:
    if isinstance(source, Path):
        with pa.OSFile(str(source)) as file:
            yield file
    else:
        yield pa.BufferReader(source.getbuffer())


def _frames(
    file: pa.NativeFile, columns: Sequence[str] | None, *, is_stream: bool
) -> Iterator[pl.DataFrame]:
    """Yield an empty frame with the types of the columns, then the batches."""
    if is_stream:
        batches = ipc.open_stream(file)
        yield _frame(pa.Table.from_batches([], batches.schema), columns)
        for batch in batches:
            yield _frame(pa.Table.from_batches([batch]), columns)
        return
    reader = _file_reader(file, columns)
    yield _frame(pa.Table.from_batches([], reader.schema), columns)
    for number in range(reader.num_record_batches):
        yield _frame(pa.Table.from_batches([reader.get_batch(number)]), columns)


def _file_reader(file: pa.NativeFile, columns: Sequence[str] | None) -> ipc.RecordBatchFileReader:
    """Return a reader of no more than these columns."""
    reader = ipc.open_file(file)
    if columns is None:
        return reader
    places = [reader.schema.get_field_index(name) for name in columns]
    lacking = [name for name, place in zip(columns, places, strict=True) if place < 0]
    if lacking:
        message = say('"{lacking}" not found', lacking=lacking[0])
        raise pl.exceptions.ColumnNotFoundError(message)
    file.seek(0)
    return ipc.open_file(file, options=ipc.IpcReadOptions(included_fields=sorted({*places})))


def _frame(table: pa.Table, columns: Sequence[str] | None) -> pl.DataFrame:
    """Return a batch, once all its values are known to be what its types say."""
    table.validate(full=True)
    frame = pl.DataFrame(table)
    return frame if columns is None else frame.select(columns)
