"""Zip archives of several files are read as a folder of them would be."""

import gzip
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.backtest.data import FileFeed
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.digest import files_digest
from ml4t_desktop.files.formats.tables import read_table
from ml4t_desktop.files.inner_tables import said_of, tables_in
from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.request import ContextSource, DataSource, PredictionSource
from tests.unit.files.ugly import frame, workbook


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


def asked(base, data, context=None):
    return read_market(data, context, base=base)


def study(path: Path, **more: str) -> Path:
    """Prices, predictions, the VIX and a text, in one archive."""
    table = frame()
    days = table["date"].unique().sort()
    return archive(
        path,
        {
            "prices.csv": table.drop("ml_pred").write_csv(),
            "preds.csv": table.select("date", "symbol", "ml_pred").write_csv(),
            "vix.csv": pl.DataFrame({"date": days, "VIX": range(15, 15 + len(days))}).write_csv(),
            "README.txt": "A study\nof a model\n",
            **more,
        },
    )


def test_each_table_of_an_archive_is_told_apart_with_its_reason(tmp_path):
    tables = {table.name: table for table in tables_in(study(tmp_path / "study.zip"))}
    assert {name: table.use for name, table in tables.items()} == {
        "prices.csv": "prices", "preds.csv": "predictions", "vix.csv": "context", "README.txt": None,
    }  # fmt: skip
    said = [str(said_of(table)) for table in tables.values()]
    assert said == [
        "study.zip/prices.csv: is taken for prices because it has times and prices (open, high, low, close)",
        "study.zip/preds.csv: is taken for predictions because it has no prices, but what a model says (ml_pred)",
        "study.zip/vix.csv: is taken for context because it has times, and neither symbols nor prices of an asset",
        "study.zip/README.txt: is not used because it has no column of dates or times",
    ]


def test_a_request_that_names_an_archive_of_prices_and_predictions_runs_straight(tmp_path):
    loaded = read(study(tmp_path / "study.zip"))
    whole = frame()
    assert loaded.market.row_count == whole.height
    assert {*loaded.market.signals} == {"ml_pred"}
    assert {*loaded.market.context} == {"VIX"}
    assert any("is taken for predictions because" in note.what for note in loaded.problems)


def test_a_request_can_name_each_table_of_an_archive(tmp_path):
    study(tmp_path / "study.zip")
    data = DataSource(
        files=("study.zip/prices.csv",),
        signals=("ml_pred",),
        predictions=PredictionSource(files=("study.zip/preds.csv",)),
    )
    context = ContextSource(file="study.zip/vix.csv")
    named = asked(tmp_path, data, context)
    straight = read(tmp_path / "study.zip")
    assert np.array_equal(named.market.signals["ml_pred"], straight.market.signals["ml_pred"])
    assert named.digest == straight.digest == files_digest([tmp_path / "study.zip"])


def test_a_feed_of_an_archive_joins_its_predictions_and_says_so(tmp_path):
    feed = FileFeed(study(tmp_path / "study.zip"))
    assert {*feed.market.signals} == {"ml_pred"}
    assert any("is taken for context because" in problem.what for problem in feed.problems)


@pytest.mark.parametrize("packed", [True, False])
def test_a_table_for_each_asset_beside_predictions_is_one_market(tmp_path, packed):
    prices = {
        name: pl.read_csv(text.encode()).drop("ml_pred").write_csv()
        for name, text in files_of_assets().items()
    }
    files = prices | {"preds.csv": frame().select("date", "symbol", "ml_pred").write_csv()}
    path = tmp_path / "study"
    if packed:
        archive(path, files)
    else:
        path.mkdir()
        for name, text in files.items():
            (path / name).write_text(text, encoding="utf-8")
    loaded = read(path)
    assert loaded.market.symbols == tuple(frame()["symbol"].unique().sort())
    data = DataSource(
        files=("study",),
        signals=("ml_pred",),
        predictions=PredictionSource(files=("study/preds.csv",)),
    )
    named = asked(tmp_path, data)
    assert named.market.symbols == loaded.market.symbols
    assert np.array_equal(named.market.prices, loaded.market.prices, equal_nan=True)


def test_a_wrong_cell_of_an_archive_is_told_with_archive_table_column_and_row(tmp_path):
    wrong = frame().drop("ml_pred").write_csv().splitlines()
    cells = wrong[3].split(",")
    cells[2] = "abc"
    wrong[3] = ",".join(cells)
    with pytest.raises(InputError) as caught:
        read(study(tmp_path / "study.zip", **{"prices.csv": "\n".join(wrong)}))
    name = frame().drop("ml_pred").columns[2]
    assert f"study.zip/prices.csv, column '{name}', row 3: 'abc' is no number" in str(caught.value)


def test_a_table_packed_again_in_an_archive_is_read(tmp_path):
    path = tmp_path / "study.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("prices.csv.gz", gzip.compress(frame().write_csv().encode()))
    assert read(path).market.row_count == frame().height


def test_a_bomb_within_an_archive_is_refused_and_the_others_are_known(tmp_path):
    path = study(tmp_path / "study.zip")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb.csv.gz", gzip.compress(b"0" * (300 << 20), 1))
    tables = {table.name: table for table in tables_in(path)}
    assert tables["prices.csv"].use == "prices"
    assert tables["bomb.csv.gz"].use is None
    with pytest.raises(InputError):
        read_table(path / "bomb.csv.gz")


def test_a_missing_table_of_an_archive_says_what_it_holds(tmp_path):
    study(tmp_path / "study.zip")
    data = DataSource(files=("study.zip/price.csv",), signals=())
    with pytest.raises(InputError, match=r"holds 4 files .*none called 'price.csv'"):
        asked(tmp_path, data)


def test_a_broken_file_of_a_market_is_never_left_out_by_itself(tmp_path):
    files = files_of_assets()
    broken = archive(tmp_path / "p.zip", files | {"prices_ZZZ_daily.parquet": "PAR1 broken"})
    with pytest.raises(InputError, match=r"prices_ZZZ_daily\.parquet"):
        read(broken)


def rows_of(table: pl.DataFrame) -> list[list[object]]:
    rows = [[str(v) if isinstance(v, date) else v for v in row] for row in table.rows()]
    return [[*table.columns], *rows]


def test_sheets_of_prices_and_predictions_are_told_apart(tmp_path):
    table = frame()
    book = tmp_path / "book.xlsx"
    book.write_bytes(
        workbook({
            "Notes": [["Our study"]],
            "Prices": rows_of(table.drop("ml_pred")),
            "Model": rows_of(table.select("date", "symbol", "ml_pred")),
        })
    )  # fmt: skip
    assert {t.name: t.use for t in tables_in(book)} == {"Prices": "prices", "Model": "predictions"}
    data = DataSource(
        files=("book.xlsx/Prices",),
        signals=("ml_pred",),
        predictions=PredictionSource(files=("book.xlsx/Model",)),
    )
    assert asked(tmp_path, data).market.row_count == table.height


def test_a_sheet_for_each_asset_is_one_market_and_a_weekly_one_is_left_out(tmp_path):
    table = frame().drop("ml_pred")
    symbols = table["symbol"].unique().sort().to_list()
    sheets = {s: rows_of(table.filter(pl.col("symbol") == s).drop("symbol")) for s in symbols}
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook(sheets))
    assert FileFeed(book).market.symbols == tuple(symbols)
    book.write_bytes(workbook({"Daily": sheets[symbols[0]], "Weekly": sheets[symbols[0]][:3]}))
    uses = {t.name: (t.use, t.reason) for t in tables_in(book)}
    assert uses["Daily"][0] == "prices"
    use, reason = uses["Weekly"]
    assert use is None
    assert "another sheet has the same columns" in reason


def test_a_sheet_is_read_as_before_where_no_request_names_it(tmp_path):
    table = frame()
    book = tmp_path / "book.xlsx"
    book.write_bytes(workbook({"Small": rows_of(table.head(3)), "Large": rows_of(table)}))
    assert read(book).market.row_count == table.height
    assert read(book, sheet="Small").market.row_count == 3
