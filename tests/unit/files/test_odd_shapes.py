"""Tables as people keep them: units below the header, totals below the rows, days in words, quotes, nested folders."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.backtest.data import FileFeed
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.formats.tables import open_table
from ml4t_desktop.files.inspection import inspect_file
from tests.unit.files.ugly import workbook

HEADER = "date,symbol,open,high,low,close,volume,pred"
DAYS = (date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4))
SYMBOLS = ("AAA", "BBB")


def lines(day="{:%Y-%m-%d}", volume="1000", pred="0.5", end="", symbols=SYMBOLS):
    return [
        f"{day.format(d)},{s},10,12,9,{11 + n},{volume},{pred}{end}"
        for n, s in enumerate(symbols)
        for d in DAYS
    ]


def feed(folder: Path, rows: list[str], header: str = HEADER, name: str = "t.csv") -> FileFeed:
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return FileFeed(path)


def notes(feed: FileFeed) -> str:
    return "; ".join(str(problem) for problem in feed.problems)


@pytest.mark.parametrize(
    "below",
    [
        ",,USD,USD,USD,USD,shares,",
        "datetime64[ns],string,float64,float64,float64,float64,int64,float64",
        "---,---,---,---,---,---,---,---",
    ],
)
def test_a_line_of_units_types_or_dashes_below_the_header_is_no_row(tmp_path, below):
    read = feed(tmp_path, [below, *lines()])
    assert read.market.row_count == 6
    assert "the line below the header is no row of the table" in notes(read)


def test_a_first_row_without_values_is_a_row(tmp_path):
    read = feed(tmp_path, [lines()[0].replace(",0.5", ",n/a"), *lines()[1:]])
    assert read.market.row_count == 6


@pytest.mark.parametrize("last", ["Total,,,,,,6000,", "Average,,10,12,9,11,1000,0.5"])
def test_a_line_that_sums_up_is_left_out_and_told(tmp_path, last):
    read = feed(tmp_path, [*lines(), last])
    assert read.market.row_count == 6
    assert last in notes(read)


def test_a_row_of_a_sheet_that_sums_up_is_left_out_and_told(tmp_path):
    rows = [line.split(",") for line in lines()]
    table: list[list[object]] = [[d, s, *map(float, numbers)] for d, s, *numbers in rows]
    book = tmp_path / "book.xlsx"
    head: list[object] = [*HEADER.split(",")]
    total: list[object] = ["Total", "", None, None, None, None, 6000.0, None]
    book.write_bytes(workbook({"S": [head, *table, total]}))
    read = FileFeed(book)
    assert read.market.row_count == 6
    assert "the last row sums up the others and is left out (Total, 6000" in notes(read)


def test_an_asset_called_as_a_sum_is_none(tmp_path):
    read = feed(tmp_path, lines(symbols=("AAA", "SUM")))
    assert read.market.symbols == ("AAA", "SUM")


def test_lines_that_end_with_separators_keep_the_header(tmp_path):
    read = feed(tmp_path, lines(end=",,"))
    assert {*read.market.signals} == {"pred"}
    assert read.market.row_count == 6


@pytest.mark.parametrize(
    "day",
    ["{:%G-W%V-%u}", "{:%d.%m.%y}", '"{:%A, %B %d, %Y}"', "{:%d%b%Y}", "{:%Y-%b-%d}", "{:%d %B %Y}", "{:%a %d %b %Y}"],
)  # fmt: skip
def test_days_in_weeks_short_years_and_words_are_read(tmp_path, day):
    read = feed(tmp_path, lines(day=day))
    assert read.market.timestamps.tolist() == [
        (d - date(1970, 1, 1)).days * 86_400_000_000 for d in DAYS
    ]


def test_the_letters_of_zones_are_offsets_and_told(tmp_path):
    read = feed(tmp_path, lines(day="{:%Y-%m-%d} 16:00:00 EST"))
    assert read.market.timestamps[0] == 1704229200_000_000  # 2024-01-02 21:00 UTC
    assert "the letters of zones are read as EST UTC-05:00" in notes(read)


def test_letters_that_are_no_zone_are_told_with_their_row(tmp_path):
    with pytest.raises(InputError, match=r"column 'date', row 1: '2024-01-02 16:00:00 XYZ' is no time"):  # fmt: skip
        feed(tmp_path, lines(day="{:%Y-%m-%d} 16:00:00 XYZ"))


def test_thousands_as_in_india_and_signs_behind_numbers_are_read(tmp_path):
    read = feed(tmp_path, lines(volume='"12,34,567"', pred="0.25-"))
    assert read.market.prices[4, 0] == 1_234_567
    pred = read.market.signals["pred"]
    assert isinstance(pred, np.ndarray)
    assert pred[0] == -0.25


def test_a_second_close_is_no_signal(tmp_path):
    read = feed(tmp_path, lines(end=",11"), HEADER + ",close")
    assert {*read.market.signals} == {"pred"}


def test_quotes_are_prices_of_one_side_and_none_a_signal(tmp_path):
    header = "date,symbol,bid_open,bid_high,bid_low,bid_close,ask_close,pred"
    read = feed(tmp_path, [line.replace(",1000,", ",13,") for line in lines()], header)
    assert read.market.prices[3, 0] == 11
    assert {*read.market.signals} == {"pred"}


def test_a_bid_alone_stands_for_the_close_with_a_warning(tmp_path):
    rows = [f"{d},{s},10,10.5,0.5" for s in SYMBOLS for d in DAYS]
    read = feed(tmp_path, rows, "date,symbol,bid,ask,pred")
    assert read.market.prices[3, 0] == 10
    assert {*read.market.signals} == {"pred"}
    assert "is taken as the close, as there is no price of a trade" in notes(read)


def test_numbers_that_tell_rows_of_one_time_apart_are_assets(tmp_path):
    read = feed(tmp_path, lines(symbols=("265598", "272093")), HEADER.replace("symbol", "contract_id"))  # fmt: skip
    assert read.market.symbols == ("265598", "272093")


def test_a_table_turned_round_says_so(tmp_path):
    path = tmp_path / "closes.csv"
    path.write_text(f"symbol,{','.join(map(str, DAYS))}\nAAA,1,2,3\nBBB,4,5,6\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"closes\.csv: its columns are dates .* Turn it round"):
        FileFeed(path)
    with pytest.raises(InputError, match="Turn it round"):
        inspect_file(path)


def test_a_row_for_each_field_says_so(tmp_path):
    fields = ("open", "high", "low", "close")
    rows = [f"{d},{s},{f},10" for s in SYMBOLS for d in DAYS for f in fields]
    with pytest.raises(InputError, match=r"column 'field': has a row for each field of a bar"):
        feed(tmp_path, rows, "date,symbol,field,value")


def test_folders_that_name_their_asset_are_one_market(tmp_path):
    table = pl.read_csv("\n".join([HEADER, *lines()]).encode(), try_parse_dates=True)
    for symbol in SYMBOLS:
        below = tmp_path / "all" / f"symbol={symbol}"
        below.mkdir(parents=True)
        own = table.filter(pl.col("symbol") == symbol).drop("symbol")
        own.write_parquet(below / "part-0.parquet")
    (tmp_path / "all" / "_SUCCESS").touch()
    read = FileFeed(tmp_path / "all")
    assert read.market.symbols == SYMBOLS
    assert "symbol=AAA/part-0.parquet: AAA" in notes(read)


def test_one_row_is_told_as_one(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text(
        "date,open,high,low,close\n2024-01-30,1,2,1,1.5\n2024-01-31,1,2\n2024-02-01,1,2,1,1.5\n"
    )
    notes = open_table(path).notes
    assert "1 row with fewer cells than the header has names (row 2)" in notes[0].what


def test_the_hour_that_clocks_go_back_says_to_name_the_zone(tmp_path):
    times = ("00:30", "01:00", "01:30", "01:00", "01:30", "02:00")
    rows = [f"2023-11-05 {t},{n},{n + 2},{n - 1},{n},5" for n, t in enumerate(times, 10)]
    with pytest.raises(InputError, match=r"If the clocks went back then, say the zone"):
        feed(tmp_path, rows, "time,open,high,low,close,volume")


@pytest.mark.parametrize(("start", "kind"), [(b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip")])  # fmt: skip
def test_archives_of_other_kinds_are_named(tmp_path, start, kind):
    path = tmp_path / "a.bin"
    path.write_bytes(start + bytes(99))
    with pytest.raises(InputError, match=rf"is an archive of {kind}, .* Unpack it"):
        FileFeed(path)
