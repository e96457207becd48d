"""A file that is written to while it is read is told, and never taken for what it was."""

import os

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.pieces.market_in_pieces import pieces_of_files
from ml4t_desktop.files.sources import read_source
from ml4t_desktop.files.stamps import Stamps, unchanged
from ml4t_desktop.files.watch import Watch
from ml4t_desktop.request import DataSource
from tests.unit.files.ugly import frame, lines


def grown(path):
    """Write to a file, as another program does."""
    with path.open("ab") as file:
        file.write(b"x" * 100)


def test_files_left_alone_are_no_problem(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(lines(), encoding="utf-8")
    with unchanged([path, tmp_path / "never_there.csv"]):
        path.read_bytes()


def test_all_files_that_changed_are_told_at_once(tmp_path):
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for path in paths:
        path.write_text(lines(), encoding="utf-8")
    stamps = Stamps(paths)
    grown(paths[0])
    paths[2].unlink()
    with pytest.raises(InputError) as caught:
        stamps.refuse_changes()
    told = [problem.what for problem in caught.value.problems]
    assert told == ["has changed while it was read", "can no longer be read"]


def test_a_row_cut_in_two_by_another_program_is_told_as_a_file_that_changed(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(lines(), encoding="utf-8")

    def read() -> None:
        with unchanged([path]):
            grown(path)
            raise InputError([])

    with pytest.raises(InputError, match="has changed while it was read"):
        read()


@pytest.mark.parametrize("name", ["prices.csv", "prices.parquet", "prices.arrow"])
def test_every_reader_tells_it(tmp_path, name):
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text(lines(), encoding="utf-8")
    else:
        (frame().write_parquet if name.endswith("parquet") else frame().write_ipc)(path)

    def grow(_share: float) -> None:
        grown(path)

    with pytest.raises(InputError, match="has changed while it was read"):
        read_source(path, watch=Watch(grow))
    with pytest.raises(InputError, match="has changed while it was read"):
        read_market(DataSource(files=(name,)), None, base=tmp_path, progress=grow)


def test_a_file_that_changes_between_two_pieces_is_told(tmp_path):
    path = tmp_path / "prices.parquet"
    frame().write_parquet(path)
    pieces, _ = pieces_of_files([path], ColumnMap(), 3)
    assert pieces.piece(0).row_count
    frame().drop("volume").write_parquet(path)
    os.utime(path, ns=(1, 1))
    with pytest.raises(InputError, match="has changed while it was read"):
        pieces.piece(1)
    pieces.close()
