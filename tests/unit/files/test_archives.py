"""Zip archives of several files are read as a folder of them would be."""

import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.backtest.data import FileFeed
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.request import DataSource
from tests.unit.files.ugly import frame


def files_of_assets() -> dict[str, str]:
    table = frame()
    symbols = table["symbol"].unique().sort()
    return {
        f"prices_{s}_daily.csv": table.filter(pl.col("symbol") == s).drop("symbol").write_csv()
        for s in symbols
    }


def archive(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return path


def read(path: Path, **keys):
    data = DataSource(files=(path.name,), signals=("ml_pred",), **keys)
    return read_market(data, None, base=path.parent)


def test_an_archive_with_a_file_for_each_asset_is_one_market(tmp_path):
    files = files_of_assets()
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    packed = archive(tmp_path / "prices.zip", {f"history/{name}": text for name, text in files.items()})  # fmt: skip

    one, other = read(folder).market, read(packed).market

    assert other.symbols == one.symbols == tuple(frame()["symbol"].unique().sort())
    assert np.array_equal(other.prices, one.prices, equal_nan=True)
    assert np.array_equal(other.signals["ml_pred"], one.signals["ml_pred"], equal_nan=True)
    looked = inspect_file(packed)
    assert looked.asset_count == len(files)
    assert any("2 files of the archive are one market" in note.what for note in looked.notes)


def test_the_only_table_of_an_archive_is_read_and_what_lies_beside_it_told(tmp_path):
    table = frame().write_csv()
    packed = archive(tmp_path / "a.zip", {"prices.csv": table, "LICENSE": "free", "about.md": "x"})
    loaded = read(packed)
    assert loaded.market.row_count == frame().height
    (left_out,) = (p.what for p in loaded.problems if "left out" in p.what)
    assert left_out == "2 entries of the archive left out (LICENSE, about.md)"


def test_one_file_of_an_archive_can_be_named(tmp_path):
    packed = archive(tmp_path / "prices.zip", files_of_assets())
    name = next(iter(files_of_assets()))
    assert len(read(packed, sheet=name).market.symbols) == 1


def test_an_archive_without_tables_says_what_it_holds(tmp_path):
    packed = archive(tmp_path / "pictures.zip", {"a.png": "x", "b.png": "y"})
    with pytest.raises(InputError, match=r"holds 2 files \(a.png, b.png\)"):
        read(packed)


def test_a_wrong_row_is_told_with_the_file_of_the_archive(tmp_path):
    first, second = files_of_assets().items()
    lines = second[1].splitlines()
    lines[2] = lines[2].replace("2024-", "2O24-", 1)
    packed = archive(tmp_path / "p.zip", dict((first, (second[0], "\n".join(lines)))))
    with pytest.raises(InputError) as caught:
        read(packed)
    assert second[0] in str(caught.value)


def test_an_archive_of_several_files_is_read_in_one_piece_with_a_warning(tmp_path):
    packed = archive(tmp_path / "prices.zip", files_of_assets())
    feed = FileFeed(packed, chunk_rows=2)
    assert feed.pieces is None
    assert any("is an archive of several files" in problem.what for problem in feed.problems)


def test_prices_and_predictions_in_one_archive_are_refused_with_what_to_do(tmp_path):
    table = frame()
    prices, theirs = table.drop("ml_pred"), table.select("date", "symbol", "ml_pred")
    packed = archive(
        tmp_path / "both.zip", {"p.csv": prices.write_csv(), "q.csv": theirs.write_csv()}
    )
    with pytest.raises(InputError) as caught:
        inspect_file(packed)
    told = str(caught.value)
    assert "both.zip: holds tables with prices (p.csv) and tables without any (q.csv)" in told
    assert "Give its files themselves, unpacked and all at once" in told
