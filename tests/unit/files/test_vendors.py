"""What vendors, brokers and libraries write is the market it was made of; see `vendors`."""

import io
import tarfile
from datetime import datetime

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.formats.tables import open_table, read_columns
from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.quality import check_file
from ml4t_desktop.request import DataSource, Repairs
from tests.unit.files.exports import (
    DAYS,
    SYMBOLS,
    bars,
    bloomberg_sheet,
    of_symbol,
    tarred,
    text,
)
from tests.unit.files.test_exports import assert_holds, proposed
from tests.unit.files.ugly import frame, workbook
from tests.unit.files.vendors import FILES, FOLDERS, bloomberg_without_volume, crsp, sharadar


def put(folder, name, data):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def market_of(path, **data):
    return read_market(DataSource(files=(path.name,), signals=(), **data), None, base=path.parent)


def roles(path):
    return {guess.column: guess.role for guess in inspect_file(path).guesses}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_vendor_is_the_market_it_was_made_of(tmp_path, name):
    make, symbols, makers, when, volumes = FILES[name]
    assert_holds(proposed(put(tmp_path, name, make())), symbols, makers, when, volumes)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_of_parts_is_the_market_it_was_made_of(tmp_path, name):
    for part, data in FOLDERS[name]().items():
        put(tmp_path / name, part, data)
    assert_holds(proposed(tmp_path / name), SYMBOLS, SYMBOLS, DAYS, 1)


def test_what_an_add_in_did_not_find_is_no_value(tmp_path):
    market = proposed(put(tmp_path, "bloomberg.csv", bloomberg_without_volume()))
    assert np.isnan(market.prices[4]).all()
    assert market.row_count == len(DAYS)


def test_prices_made_anew_and_limits_are_not_proposed_as_predictions(tmp_path):
    found = roles(put(tmp_path, "sharadar.csv", sharadar()))
    assert "signal" not in found.values()


def test_returns_of_a_frame_of_factors_are_not_proposed_as_predictions(tmp_path):
    rows = [f"{day:%Y-%m-%d},{s},0.01,0.02,0.5,3" for day in DAYS for s in SYMBOLS]
    head = "date,asset,1D,5D,factor,factor_quantile"
    found = roles(put(tmp_path, "alphalens.csv", text(head, rows)))
    assert [name for name, role in found.items() if role == "signal"] == ["factor", "factor_quantile"]  # fmt: skip


def test_negative_prices_that_mark_averages_are_used_on_demand(tmp_path):
    path = put(tmp_path, "crsp.csv", crsp("-"))
    with pytest.raises(InputError, match="column 'PRC', row 3"):
        market_of(path)
    (finding,) = [f for f in check_file(path).findings if f.kind == "negative_price"]
    assert [choice.value for choice in finding.repairs] == ["drop", "unsigned"]
    read = market_of(path, repairs=Repairs(bad_price="unsigned"))
    assert read.market.prices[3].tolist() == [bar[4] for bar in bars()]
    assert any("without the sign" in problem.what for problem in read.problems)


def test_a_price_below_zero_is_no_mark_where_its_size_is_none_of_the_asset(tmp_path):
    rows = ["2020-04-17,18.27", "2020-04-20,-37.63", "2020-04-21,10.01"]
    path = put(tmp_path, "oil.csv", text("date,close", rows))
    (finding,) = [f for f in check_file(path).findings if f.kind == "negative_price"]
    assert [choice.value for choice in finding.repairs] == ["drop"]


@pytest.mark.parametrize(
    ("label", "said"),
    [("2023-01", "a month"), ("Jan-23", "a month"), ("2023Q1", "a quarter"), ("2023-W05", "a week")],
)  # fmt: skip
def test_a_label_of_a_span_is_no_day_and_says_so(tmp_path, label, said):
    path = put(tmp_path, "spans.csv", text("period_label,close", [f"{label},1.5"] * 3))
    with pytest.raises(InputError, match=f"'{label}' is none: it names {said} and no day"):
        market_of(path)


# Columns that stand for nested ones


def test_fields_of_a_struct_are_signals_called_by_both_names(tmp_path):
    pred = pl.struct(p_up=pl.col("ml_pred"), p_down=1 - pl.col("ml_pred"))
    path = tmp_path / "pred.parquet"
    frame().with_columns(pred.alias("pred")).write_parquet(path)
    data = DataSource(files=(path.name,), signals=("pred_p_up", "pred_p_down"))
    read = read_market(data, None, base=tmp_path)
    np.testing.assert_allclose(
        np.sum([np.asarray(c) for c in read.market.signals.values()], axis=0), 1.0
    )
    assert any("pred_p_up, pred_p_down" in problem.what for problem in read.problems)


def test_lists_of_one_length_are_signals_called_by_their_places(tmp_path):
    path = tmp_path / "pred.parquet"
    each = pl.concat_list("ml_pred", pl.col("ml_pred") * 2).alias("q")
    frame().with_columns(each).write_parquet(path)
    table = open_table(path, columns=["q_1", "ml_pred"])
    assert table.frame["q_1"].to_list() == [2 * v for v in table.frame["ml_pred"].to_list()]
    assert "the values of 'q' are columns of their own: q_1" in table.notes[0].what


def test_a_list_longer_than_the_first_ones_is_refused_with_its_row(tmp_path):
    path = tmp_path / "late.parquet"
    lists = [[0.5, 0.1]] * 1_500 + [[0.5, 0.1, 0.2]]
    pl.DataFrame({"n": range(1_501), "pred": lists}).write_parquet(path)
    with pytest.raises(InputError, match=r"column 'pred', row 1501: holds a list of 3 values"):
        read_columns(path, ["pred_0"])


# Tar archives


def test_a_tar_archive_is_read_like_a_zip_archive(tmp_path):
    files = {f"{s}.csv": of_symbol(s) for s in SYMBOLS}
    path = put(tmp_path, "prices.tar.gz", tarred(files))
    assert market_of(path).market.symbols == SYMBOLS
    one = read_columns(path / "MSFT.csv", ["Close"])
    assert one["Close"].to_list() == [bar[4] for bar in bars("MSFT")]


def test_nothing_of_a_tar_archive_is_written_where_its_names_lead(tmp_path):
    outside = tmp_path / "outside.csv"
    path = put(tmp_path / "in", "evil.tar", tarred({"../outside.csv": b"date,close\n2024-01-30,1\n"}, "w"))  # fmt: skip
    read_columns(path, None)
    assert not outside.exists()


def test_links_and_folders_of_a_tar_archive_are_no_tables(tmp_path):
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        data = b"date,close\n2024-01-30,1.5\n2024-01-31,1.6\n"
        entry = tarfile.TarInfo("./prices.csv")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    path = put(tmp_path, "one.tgz", sink.getvalue())
    assert read_columns(path, ["close"])["close"].to_list() == [1.5, 1.6]


def test_a_tar_archive_that_is_cut_short_is_told(tmp_path):
    data = tarred({"AAPL.csv": b"date,close\n" + b"2024-01-30,1.5\n" * 999}, "w")
    path = put(tmp_path, "cut.tar", data[:4_000])
    with pytest.raises(InputError, match="cut short"):
        read_columns(path, None)


def test_a_bomb_of_tar_is_refused(tmp_path, monkeypatch):
    from ml4t_desktop.files.formats import compression

    monkeypatch.setattr(compression, "_ALWAYS_ALLOWED", 1_000)
    monkeypatch.setattr(compression, "_MOST_TIMES", 2)
    path = put(tmp_path, "bomb.tar.gz", tarred({"a.csv": b"date,close\n" + b"0" * 1_000_000}))
    with pytest.raises(InputError, match="unpacks to more than 2 times its size"):
        read_columns(path, None)


def test_a_year_of_partitions_by_date_keeps_the_days_of_its_folders(tmp_path):
    for day in (datetime(2024, 1, 30), datetime(2024, 1, 31)):
        put(tmp_path / "study" / f"date={day:%Y-%m-%d}", "p.csv", b"symbol,close\nA,1.5\n")
    read = market_of(tmp_path / "study")
    assert read.market.time_count == 2
    assert any("its folder says its date" in problem.what for problem in read.problems)


# Workbooks


def test_a_sheet_is_taken_apart_twice_however_often_it_is_asked(tmp_path, monkeypatch):
    import fastexcel

    calls = []
    reader = type(fastexcel.read_excel(put(tmp_path, "any.xlsx", bloomberg_sheet())))
    load = reader.load_sheet
    monkeypatch.setattr(
        reader, "load_sheet", lambda *args, **how: calls.append(args) or load(*args, **how)
    )
    path = put(tmp_path, "book.xlsx", bloomberg_sheet())
    check_file(path)
    market_of(path)
    assert len(calls) == 2


def test_a_workbook_whose_list_of_parts_is_broken_is_refused(tmp_path):
    data = bytearray(bloomberg_sheet())
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    data[start : start + 4] = b"KP\x02\x01"
    path = put(tmp_path, "book.xlsx", bytes(data))
    assert not check_file(path).is_usable
    with pytest.raises(InputError):
        market_of(path)


def test_a_workbook_that_changed_is_read_anew(tmp_path):
    path = put(tmp_path, "book.xlsx", workbook({"A": [["date", "close"], ["2024-01-30", 1.5]]}))
    assert read_columns(path, ["close"])["close"].to_list() == [1.5]
    path.write_bytes(workbook({"A": [["date", "close"], ["2024-01-30", 12.25]]}))
    assert read_columns(path, ["close"])["close"].to_list() == [12.25]


# Times as other programs count or write them


def at(folder, times, **form):
    lines = [f"{moment};{n + 1}.5" for n, moment in enumerate(times)]
    path = put(folder, "times.csv", text("date;close", lines))
    read = market_of(path, **form)
    times = read.market.timestamps.astype("datetime64[us]").astype("datetime64[s]")
    return times.astype(str).tolist(), read.problems


def test_ticks_of_net_are_no_nanoseconds_of_1990(tmp_path):
    start = 638_397_504_000_000_000  # 2024-01-02
    found, _ = at(tmp_path, [start + n * 864_000_000_000 for n in range(3)])
    assert found == ["2024-01-02T00:00:00", "2024-01-03T00:00:00", "2024-01-04T00:00:00"]


def test_nanoseconds_of_1990_are_no_ticks(tmp_path):
    start = 638_409_600 * 10**9  # 1990-03-26
    found, _ = at(tmp_path, [start + n * 86_400 * 10**9 for n in range(3)])
    assert found[0] == "1990-03-26T00:00:00"


def test_days_counted_from_1960_are_told_to_lie_in_the_future(tmp_path):
    _, problems = at(tmp_path, [33_000 - n for n in range(3)][::-1])
    assert not any("SAS" in problem.fix for problem in problems)  # days as workbooks count them
    _, problems = at(tmp_path, [29_000 + n for n in range(3)])
    assert any("SAS and Stata count from 1960" in problem.fix for problem in problems)


def test_a_comma_before_the_fraction_of_a_second_is_read(tmp_path):
    found, _ = at(tmp_path, ["2024-01-30 09:30:00,125", "2024-01-30 09:31:00,125"])
    assert found == ["2024-01-30T09:30:00", "2024-01-30T09:31:00"]


def test_an_hour_that_comes_twice_is_read_in_its_order_once_the_zone_is_said(tmp_path):
    clock = ["00:30", "01:00", "01:30", "01:00", "01:30", "02:00"]
    times = [f"2024-11-03 {time}" for time in clock]
    found, problems = at(tmp_path, times, time_zone="America/New_York")
    assert [moment[11:16] for moment in found] == ["04:30", "05:00", "05:30", "06:00", "06:30", "07:00"]  # fmt: skip
    assert any("behind a step back the later one" in problem.what for problem in problems)


@pytest.mark.parametrize(("freq", "said"), [("M", "2023-01"), ("Q-DEC", "2158Q1")])
def test_periods_of_pandas_are_labels_that_name_no_day(tmp_path, freq, said):
    kind = pl.Extension("pandas.period", pl.Int64, f'{{"freq": "{freq}"}}')
    counts = pl.Series("date", [636 + 116 * (freq != "M"), 637 + 116 * (freq != "M")]).ext.to(kind)
    path = tmp_path / "periods.parquet"
    pl.DataFrame([counts, pl.Series("close", [1.5, 1.6])]).write_parquet(path)
    with pytest.raises(InputError, match=f"'{said}' is no time that can be read: it names a"):
        market_of(path)
