from datetime import date

import polars as pl

from ml4t_desktop.files.location import locate_bar
from ml4t_desktop.request import DataSource, Repairs
from ml4t_desktop.units import microseconds

DAYS = [date(2024, 1, 2), date(2024, 1, 3)]


def write(path, symbols, days):
    frame = pl.DataFrame({"date": days, "symbol": symbols, "close": [1.0] * len(days)})
    price = pl.col("close")
    frame = frame.with_columns(open=price, high=price, low=price)
    if symbols[0] is None:
        frame = frame.drop("symbol")
    frame.write_csv(path)


def test_a_bar_is_named_by_file_and_row(tmp_path):
    write(tmp_path / "one.csv", ["B", "A", "A"], [DAYS[0], DAYS[1], DAYS[0]])
    write(tmp_path / "two.csv", ["C", "B"], [DAYS[1], DAYS[1]])
    data = DataSource(files=("one.csv", "two.csv"))
    assert locate_bar(data, tmp_path, "A", microseconds(DAYS[0])) == "one.csv, row 3"
    assert locate_bar(data, tmp_path, "B", microseconds(DAYS[1])) == "two.csv, row 2"


def test_a_bar_of_a_file_of_one_asset_is_found_by_its_name(tmp_path):
    write(tmp_path / "XYZ.csv", [None, None], DAYS)
    write(tmp_path / "ABC.csv", [None, None], DAYS)
    data = DataSource(files=("XYZ.csv", "ABC.csv"))
    assert locate_bar(data, tmp_path, "ABC", microseconds(DAYS[1])) == "ABC.csv, row 2"


def test_the_row_that_the_repair_chose_is_named(tmp_path):
    write(tmp_path / "one.csv", ["A", "A"], [DAYS[0], DAYS[0]])
    first = DataSource(files=("one.csv",))
    last = DataSource(files=("one.csv",), repairs=Repairs(duplicate_bar="last"))
    assert locate_bar(first, tmp_path, "A", microseconds(DAYS[0])) == "one.csv, row 1"
    assert locate_bar(last, tmp_path, "A", microseconds(DAYS[0])) == "one.csv, row 2"


def test_a_bar_that_is_no_longer_there_is_named_by_symbol_and_time(tmp_path):
    data = DataSource(files=("gone.csv",))
    assert locate_bar(data, tmp_path, "A", microseconds(DAYS[0])) == "A at 2024-01-02"
