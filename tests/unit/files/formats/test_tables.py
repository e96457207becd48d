import gzip

import polars as pl
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.formats.tables import read_columns, table_schema
from ml4t_desktop.files.frames import read_table

FRAME = pl.DataFrame(
    {"date": ["2024-01-02", "2024-01-03"], "symbol": ["A", "B"], "close": [1.5, 2.25]}
)


def refused(path):
    with pytest.raises(InputError) as caught:
        read_table(path)
    return str(caught.value)


def test_parquet_arrow_feather_stream_and_csv_files_hold_the_same_table(tmp_path):
    FRAME.write_parquet(tmp_path / "a.parquet")
    FRAME.write_ipc(tmp_path / "a.arrow")
    FRAME.write_ipc(tmp_path / "a.feather")
    FRAME.write_ipc_stream(tmp_path / "a.arrows")
    FRAME.write_csv(tmp_path / "a.csv")
    for path in sorted(tmp_path.iterdir()):
        assert read_table(path).equals(FRAME), path.name
        assert read_columns(path, ["close"]).columns == ["close"], path.name
        assert list(table_schema(path)) == FRAME.columns, path.name


def test_a_file_is_recognised_by_its_content_not_its_suffix(tmp_path):
    path = tmp_path / "prices.csv"
    FRAME.write_parquet(path)
    assert read_table(path).equals(FRAME)


def test_a_gzipped_csv_is_read(tmp_path):
    path = tmp_path / "prices.csv.gz"
    path.write_bytes(gzip.compress(FRAME.write_csv().encode()))
    assert read_table(path).equals(FRAME)


def test_semicolons_with_decimal_commas_tabs_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("﻿date;symbol;close\n2024-01-02;A;1,5\n2024-01-03;B;2,25\n", encoding="utf-8")
    assert read_table(path).equals(FRAME)
    path.write_text(FRAME.write_csv(separator="\t"), encoding="utf-8")
    assert read_table(path).equals(FRAME)


def test_a_symbol_of_digits_keeps_its_zeros(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("date,symbol,close\n2024-01-02,0700,1.5\n", encoding="utf-8")
    assert read_table(path)["symbol"].to_list() == ["0700"]
    path.write_text("date,firm,close\n2024-01-02,0700,1.5\n", encoding="utf-8")
    assert read_columns(path, ["firm"], text=("firm",))["firm"].to_list() == ["0700"]


def test_a_prediction_empty_in_its_first_rows_is_still_a_number(tmp_path):
    path = tmp_path / "a.csv"
    rows = "".join(f"2024-01-02,{'' if n < 10_500 else '0.5'}\n" for n in range(11_000))
    path.write_text("date,pred\n" + rows, encoding="utf-8")
    pred = read_table(path)["pred"]
    assert pred.dtype == pl.Float64
    assert pred.null_count() == 10_500


def test_a_word_far_down_a_column_of_numbers_makes_it_text_instead_of_failing(tmp_path):
    path = tmp_path / "a.csv"
    rows = "".join(f"2024-01-02,{'oops' if n == 10_900 else n}\n" for n in range(11_000))
    path.write_text("date,close\n" + rows, encoding="utf-8")
    assert read_table(path)["close"][10_900] == "oops"


def test_a_missing_file_says_so(tmp_path):
    assert "there is no such file" in refused(tmp_path / "no.csv")


def test_a_folder_says_so(tmp_path):
    assert "is a folder" in refused(tmp_path)


@pytest.mark.parametrize("content", [b"", b"  \n\n"])
def test_an_empty_file_says_so(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert "a.csv: is empty" in refused(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\0\0\0", "is not a table"),
        (b"PK\x03\x04 workbook", "zip"),
        (b"BZh9 broken", "cannot be read as a table"),
        (b'{"date": 1}', "is JSON"),
        (b"<html><body>Not found</body></html>", "page of HTML"),
        (b"PAR1 broken", "cannot be read as a table"),
        (b"ARROW1 broken", "cannot be read as a table"),
        (b"\x1f\x8b broken", "cannot be read as a table"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(tmp_path, content, words):
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    message = refused(path)
    assert words in message
    assert "a.bin" in message
    assert "\n" not in message


def test_words_for_no_value_do_not_make_a_column_of_numbers_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("date,pred,word\n2024-01-02,NA,NA\n2024-01-03,0.5,x\n", encoding="utf-8")
    table = read_table(path)
    assert table["pred"].to_list() == [None, 0.5]
    assert table["word"].to_list() == ["NA", "x"]


def test_a_text_file_of_an_older_program_keeps_its_accents(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("date,symbol,close\n2024-01-02,ÄBC,1.5\n".encode("cp1252"))
    assert read_table(path)["symbol"].to_list() == ["ÄBC"]
