"""Files as people have them, read in pieces: bars and messages are those of one piece."""

import gzip
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.backtest.data import FileFeed
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.market_files import market_of_path
from ml4t_desktop.files.pieces.market_in_pieces import pieces_of_files
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.chunks import Chunker, LookBack
from ml4t_desktop.request import TableForm
from tests.unit.files.ugly import LONG, WIDE, clocked, frame, write

ROWS = 3
BOTH = ColumnMap()
LINES = Callable[[], list[str]]


def in_one_piece(path: Path, columns: ColumnMap) -> tuple[Market, tuple[Problem, ...]]:
    return market_of_path(path, columns)


def in_pieces(path: Path, columns: ColumnMap) -> tuple[Market, tuple[Problem, ...]]:
    pieces, problems = pieces_of_files([path], columns, ROWS)
    try:
        assert len(pieces.bounds) > 2
        chunker = Chunker(pieces, LookBack(bars=10**6))
        chunk = [chunker.next() for _ in range(chunker.count)][-1]
        return chunk.market, tuple(problems)
    finally:
        pieces.close()


def assert_the_same(path: Path, columns: ColumnMap = BOTH) -> tuple[Problem, ...]:
    """The market of pieces is that of one piece; return what is said of it."""
    one, said = in_one_piece(path, columns)
    pieces, problems = in_pieces(path, columns)
    assert tuple(p for p in problems if "order of time" not in p.what) == said
    for name in ("timestamps", "row_start", "prices", "rows"):
        np.testing.assert_array_equal(getattr(one, name), getattr(pieces, name), name)
    assert (one.symbols, one.time_zone, one.source) == (
        pieces.symbols,
        pieces.time_zone,
        pieces.source,
    )
    assert list(one.signals) == list(pieces.signals)
    for name, column in one.signals.items():
        other = pieces.signals[name]
        if isinstance(column, TextColumn):
            assert isinstance(other, TextColumn)
            assert [column.value(n) for n in range(len(column))] == [
                other.value(n) for n in range(len(other))
            ]
        else:
            np.testing.assert_array_equal(column, other, name)
    return said


@pytest.mark.parametrize("name", [name for name in LONG if not name.endswith(".xlsx")])
def test_an_ugly_long_file_in_pieces_is_the_market_of_one_piece(tmp_path: Path, name: str) -> None:
    asset = "column_2" if name == "no_header.csv" else None
    assert_the_same(write(tmp_path, name), ColumnMap(asset=asset))


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_a_time_of_day_beside_the_date_is_read_in_pieces_too(
    tmp_path: Path, separator: str
) -> None:
    (tmp_path / "EURUSD.csv").write_text(clocked(separator) + "\n", encoding="utf-8")
    said = assert_the_same(tmp_path / "EURUSD.csv")
    assert any("read together with" in problem.what for problem in said)


def minutes(count: int) -> list[datetime]:
    return [datetime(2024, 11, 3) + timedelta(minutes=20 * place) for place in range(count)]


def long_table(count: int = 24, **columns: object) -> pl.DataFrame:
    close = pl.Series(np.round(np.linspace(10, 20, count), 2))
    return pl.DataFrame(
        {"time": minutes(count), "symbol": ["A", "B", "C"] * (count // 3)}
        | {"open": close, "high": close + 1, "low": close - 1, "close": close}
        | columns
    )


def test_local_times_are_read_in_their_zone_and_those_that_come_twice_are_counted(
    tmp_path: Path,
) -> None:
    # Clocks in New York are put back at 02:00 of this day: 01:00, 01:20 and 01:40 come twice.
    once = long_table()
    pl.concat([once, once.with_columns(symbol=pl.lit("D"))]).write_csv(tmp_path / "bars.csv")
    said = assert_the_same(
        tmp_path / "bars.csv", ColumnMap(form=TableForm(time_zone="America/New_York"))
    )
    assert any("6 rows when clocks are put back" in problem.what for problem in said)


def test_a_zoned_column_with_midnights_at_both_ends_keeps_its_times_of_day(tmp_path: Path) -> None:
    times = [*minutes(20), datetime(2024, 11, 3, 7), *[datetime(2024, 11, 4)] * 3]
    table = long_table().with_columns(
        time=pl.Series(times).dt.replace_time_zone("Europe/Berlin"),
        symbol=pl.Series([f"S{place}" for place in range(24)]),
    )
    table.write_parquet(tmp_path / "bars.parquet")
    assert_the_same(tmp_path / "bars.parquet")
    assert in_pieces(tmp_path / "bars.parquet", BOTH)[0].time_zone == "UTC"


def test_columns_that_stand_for_nested_ones_are_read_in_pieces(tmp_path: Path) -> None:
    bar = pl.struct("open", "high", "low", "close", "volume").alias("bar")
    lists = pl.concat_list("ml_pred", pl.col("ml_pred") / 2).alias("pred")
    frame().select("date", "symbol", bar, lists).write_parquet(tmp_path / "bars.parquet")
    said = assert_the_same(tmp_path / "bars.parquet")
    assert sum("columns of their own" in problem.what for problem in said) == 2


def test_dates_that_folders_name_are_read_in_pieces(tmp_path: Path) -> None:
    for day, part in frame().partition_by("date", as_dict=True).items():
        (tmp_path / "all" / f"date={day[0]}").mkdir(parents=True)
        part.drop("date").write_parquet(tmp_path / "all" / f"date={day[0]}" / "p.parquet")
    assert_the_same(tmp_path / "all")


def test_closes_alone_are_a_market_in_pieces(tmp_path: Path) -> None:
    table = long_table().select("time", "symbol", "close")
    table.write_parquet(tmp_path / "closes.parquet")
    said = assert_the_same(tmp_path / "closes.parquet")
    assert any("only closing prices" in problem.what for problem in said)
    pieces, _ = pieces_of_files([tmp_path / "closes.parquet"], BOTH, ROWS)
    assert pieces.is_close_only
    pieces.close()


SIGNAL_TEXTS: dict[str, tuple[str, ...]] = {
    "percent": tuple(f"{place}.5%" for place in range(24)),
    # Only the last says that commas are decimal marks, and all others read like thousands.
    "commas": (*(f"{place + 1},125" for place in range(23)), "0,5"),
    "dots of thousands": (*("1.234" for _ in range(23)), "1.234,5"),
    "sizes": (*("1" for _ in range(12)), *("3.2M" for _ in range(12))),
    "flags": ("true", "false") * 12,
    "brackets": ("1", "(2)", "\u22123") * 8,
}


@pytest.mark.parametrize("what", SIGNAL_TEXTS)
def test_the_notation_of_number_texts_is_judged_by_all_rows(tmp_path: Path, what: str) -> None:
    table = long_table(score=list(SIGNAL_TEXTS[what]))
    table.write_parquet(tmp_path / "bars.parquet")
    assert_the_same(tmp_path / "bars.parquet", ColumnMap(signals=("score",)))
    table.reverse().write_parquet(tmp_path / "backwards.parquet")
    assert_the_same(tmp_path / "backwards.parquet", ColumnMap(signals=("score",)))


def test_numbers_that_begin_late_in_a_text_file_are_numbers_and_padded_words_are_stripped(
    tmp_path: Path,
) -> None:
    mood = [" up", "down ", ""] * 8
    score = [""] * 20 + ["1", "2", "3.5", "n/a"]
    table = long_table(score=score, mood=mood)
    table.write_csv(tmp_path / "bars.csv")
    assert_the_same(tmp_path / "bars.csv", ColumnMap(signals=("score", "mood")))
    packed = tmp_path / "bars.csv.gz"
    packed.write_bytes(gzip.compress((tmp_path / "bars.csv").read_bytes()))
    assert_the_same(packed, ColumnMap(signals=("score", "mood")))


def test_a_text_file_of_several_blocks_is_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml4t_desktop.files.formats import text_tables

    monkeypatch.setattr(text_tables, "_PIECE_BYTES", 400)
    whole = ["1"] * 12 + ["1.5"] * 12  # whole numbers that become fractions in a later block
    table = long_table(size=whole, mood=["up"] * 20 + ["d\u00e9"] * 4)
    path = tmp_path / "bars.csv"
    path.write_text(table.write_csv(), encoding="cp1252")
    assert_the_same(path, ColumnMap(signals=("size", "mood")))


def test_a_model_that_says_nothing_for_long_is_recognised_as_signal(tmp_path: Path) -> None:
    late = [None] * 1_050 + [0.5] * 3
    table = long_table(1_053, ml_pred=late, note=[None] * 1_053)
    table.write_csv(tmp_path / "bars.csv")
    market, _ = in_one_piece(tmp_path / "bars.csv", BOTH)
    assert np.nansum(market.signals["ml_pred"]) == 1.5
    pieces, _ = pieces_of_files([tmp_path / "bars.csv"], BOTH, 400)
    assert list(pieces.timeline.signals) == list(market.signals) == ["ml_pred"]
    assert np.nansum(pieces.piece(len(pieces.bounds) - 2).signals["ml_pred"]) == 1.5
    pieces.close()


def test_a_folder_with_a_file_for_each_asset_is_read_in_pieces(tmp_path: Path) -> None:
    folder = tmp_path / "prices"
    folder.mkdir()
    for symbol in ("AAA", "BBB"):
        part = frame((symbol,)).drop("symbol")
        part.write_csv(folder / f"prices_{symbol}_daily.csv")
    said = assert_the_same(folder)
    assert any("2 files of the folder" in problem.what for problem in said)
    assert in_pieces(folder, BOTH)[0].symbols == ("AAA", "BBB")


def test_a_signal_of_numbers_in_one_file_and_words_in_another_is_refused_alike(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "prices"
    folder.mkdir()
    long_table(mood=["up"] * 24).write_parquet(folder / "a.parquet")
    long_table(mood=[1.0] * 24).with_columns(symbol=pl.lit("Z")).write_parquet(folder / "b.parquet")
    refused(folder, ColumnMap(signals=("mood",)), "holds numbers in one file and texts in another")


FAULTS: dict[str, tuple[Callable[[pl.DataFrame], pl.DataFrame], str]] = {
    "several numbers and symbols at once": (
        lambda table: table.with_columns(
            pl.Series("close", ["x", *["1"] * 22, "y"]),
            pl.Series("score", ["1"] * 20 + ["z"] * 4),
            pl.Series("symbol", ["A", None, *["B"] * 21, None]),
        ),
        "2 rows of this kind",
    ),
    "times that are no times": (
        lambda table: table.with_columns(pl.Series("time", ["2024-01-31"] * 20 + ["soon"] * 4)),
        "'soon' is no time",
    ),
    "a column of dates as price": (
        lambda table: table.with_columns(close=pl.lit(date(2024, 1, 1))),
        "holds Date, not numbers",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_read_is_told_at_once_and_alike(tmp_path: Path, fault: str) -> None:
    change, words = FAULTS[fault]
    table = change(long_table(score=["1"] * 24))
    table.write_parquet(tmp_path / "sorted.parquet")
    columns = ColumnMap(time="time", close="close", signals=("score",))
    refused(tmp_path / "sorted.parquet", columns, words)
    table.reverse().write_parquet(tmp_path / "backwards.parquet")
    refused(tmp_path / "backwards.parquet", columns, words)


def test_faults_before_the_period_do_not_count(tmp_path: Path) -> None:
    table = long_table(score=["x"] * 3 + ["1,5"] * 21)
    table.write_parquet(tmp_path / "bars.parquet")
    columns = ColumnMap(start=datetime(2024, 11, 3, 1), signals=("score",))
    assert_the_same(tmp_path / "bars.parquet", columns)


def refused(path: Path, columns: ColumnMap, words: str) -> None:
    found: list[tuple[Problem, ...]] = []
    for read in (in_one_piece, in_pieces):
        with pytest.raises(InputError, match=words) as error:
            read(path, columns)
        found.append(error.value.problems)
    assert found[0] == found[1]


@pytest.mark.parametrize("name", [*WIDE, "book.xlsx"])
def test_what_is_read_in_one_piece_only_is_read_with_a_warning(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name)
    feed = FileFeed(path, chunk_rows=2)
    assert feed.pieces is None
    assert feed.market.row_count == 8
    (warning,) = (p for p in feed.problems if "one piece" in p.what)
    assert warning.severity == "warning"
    assert warning.where == name
    assert "not in the pieces asked for" in warning.what
    assert not [p for p in FileFeed(path).problems if "one piece" in p.what]


def test_a_wide_table_larger_than_the_memory_is_read_with_a_warning_of_how_much_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml4t_desktop.files.pieces import memory, piece_plan

    monkeypatch.setattr(memory, "available_memory", lambda: 1_000)
    monkeypatch.setattr(piece_plan, "available_memory", lambda: 1_000)
    feed = FileFeed(write(tmp_path, "levels_piped.csv"))
    assert feed.market.row_count == 8
    assert any("GB of memory" in problem.what for problem in feed.problems)


def test_prices_with_a_file_of_predictions_are_read_in_one_piece(tmp_path: Path) -> None:
    frame().drop("ml_pred").write_parquet(tmp_path / "bars.parquet")
    frame().select("date", "symbol", "ml_pred").write_parquet(tmp_path / "model.parquet")
    feed = FileFeed(tmp_path / "bars.parquet", chunk_rows=2, predictions=tmp_path / "model.parquet")
    assert feed.pieces is None
    assert list(feed.market.signals) == ["ml_pred"]
    assert any("model.parquet" in p.where and "one piece" in p.what for p in feed.problems)
