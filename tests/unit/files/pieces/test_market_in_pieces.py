"""Files read in pieces: the market, the messages and the identity are those of one piece."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.errors import Cancelled, InputError, Problem
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.pieces.market_in_pieces import read_in_pieces
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.chunks import Chunker, LookBack
from ml4t_desktop.market.market import ASSET
from ml4t_desktop.request import ContextSource, DataSource

ROWS = 7  # few enough that every file here comes in many pieces
SIGNALS = ("score", "mood")
Change = Callable[[pl.DataFrame], pl.DataFrame]


def table(days: int = 20, symbols: str = "ABC") -> pl.DataFrame:
    """Bars of some assets, by time and symbol, some of them missing."""
    chance = np.random.default_rng(1)
    rows = [
        (datetime(2024, 1, 1) + timedelta(days=day), symbol)
        for day in range(days)
        for symbol in symbols
        if (day + ord(symbol)) % 7
    ]
    close = chance.uniform(10, 20, len(rows)).round(2)
    return pl.DataFrame(
        {
            "date": [time for time, _ in rows],
            "symbol": [symbol for _, symbol in rows],
            "open": close - 0.25,
            "high": close + 1.0,
            "low": close - 1.0,
            "close": close,
            "volume": chance.integers(100, 900, len(rows)),
            "score": chance.uniform(0, 1, len(rows)),
            "mood": [("up", "down", None)[place % 3] for place in range(len(rows))],
        }
    )


def data_of(*files: str, **more: object) -> DataSource:
    return DataSource.model_validate({"files": files, "signals": SIGNALS, **more})


def both(
    folder: Path, data: DataSource, context: ContextSource | None = None
) -> tuple[Market, Market]:
    """The market in one piece, and put together from pieces; their messages and hashes are the same."""
    one = read_market(data, context, base=folder)
    loaded = read_in_pieces(data, context, base=folder, rows=ROWS)
    try:
        assert len(loaded.pieces.bounds) > 2
        assert tuple(p for p in loaded.problems if "order of time" not in p.what) == one.problems
        assert loaded.digest == one.digest
        assert loaded.pieces.row_count == one.market.row_count
        chunker = Chunker(loaded.pieces, LookBack(bars=10**6))
        for _ in range(chunker.count):
            chunk = chunker.next()
        return one.market, chunk.market
    finally:
        loaded.close()


def assert_same(one: Market, pieces: Market) -> None:
    for name in ("timestamps", "row_start", "prices", "rows", "has_context"):
        np.testing.assert_array_equal(getattr(one, name), getattr(pieces, name), name)
    assert one.symbols == pieces.symbols
    assert one.time_zone == pieces.time_zone
    assert one.source == pieces.source
    for kind in ("signals", "context"):
        left, right = getattr(one, kind), getattr(pieces, kind)
        assert list(left) == list(right)
        for name in left:
            assert values_of(left[name]) == values_of(right[name]), name


def values_of(column: np.ndarray | TextColumn) -> list[object]:
    if isinstance(column, TextColumn):
        return [column.value(row) for row in range(len(column))]
    return [None if np.isnan(value) else value for value in column.tolist()]


SHAPES: dict[str, Change] = {
    "sorted by time": lambda frame: frame,
    "sorted by symbol": lambda frame: frame.sort("symbol", "date"),
    "backwards": lambda frame: frame.reverse(),
    "shuffled": lambda frame: frame.sample(fraction=1.0, shuffle=True, seed=5),
    "with a time zone": lambda frame: frame.with_columns(
        pl.col("date").dt.replace_time_zone("America/New_York")
    ),
    "dates": lambda frame: frame.with_columns(pl.col("date").cast(pl.Date)),
    "seconds since 1970": lambda frame: frame.with_columns(pl.col("date").dt.epoch("s")),
    "days since 1970 in seconds, from its first hour on": lambda frame: frame.with_columns(
        pl.col("date").rank("dense").cast(pl.Int64) * 86_400 * 300 - 86_400 * 300
    ),
    "dates as numbers": lambda frame: frame.with_columns(
        pl.col("date").dt.strftime("%Y%m%d").cast(pl.Int64)
    ),
    "American dates as texts": lambda frame: frame.with_columns(
        pl.col("date").dt.strftime("%m/%d/%Y")
    ),
    "prices as texts": lambda frame: frame.with_columns(pl.col("close").cast(pl.String)),
    "a signal of numbers as texts": lambda frame: frame.with_columns(
        pl.col("score").cast(pl.String)
    ),
    "a symbol as category": lambda frame: frame.with_columns(
        pl.col("symbol").cast(pl.Categorical)
    ),
    "a text that looks like a number in places": lambda frame: frame.with_columns(
        mood=pl.when(pl.int_range(pl.len()) < 30).then(pl.lit("1")).otherwise(
            pl.Series([f"word {place}" for place in range(frame.height)])
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_parquet_file_in_pieces_is_the_market_of_one_piece(shape: str, tmp_path: Path) -> None:
    SHAPES[shape](table()).write_parquet(tmp_path / "bars.parquet", row_group_size=10)
    assert_same(*both(tmp_path, data_of("bars.parquet")))


@pytest.mark.parametrize("shape", ["sorted by time", "shuffled", "American dates as texts"])
def test_a_text_file_in_pieces_is_the_market_of_one_piece(shape: str, tmp_path: Path) -> None:
    SHAPES[shape](table()).write_csv(tmp_path / "bars.csv", separator=";")
    assert_same(*both(tmp_path, data_of("bars.csv")))


def test_a_number_deep_in_a_text_file_that_does_not_fit_its_first_rows_is_read(
    tmp_path: Path,
) -> None:
    lines = ["date,symbol,open,high,low,close,volume,score,mood"]
    for minute in range(10_300):
        time = datetime(2024, 1, 1) + timedelta(minutes=minute)
        volume = "17" if minute < 10_200 else "17.5"
        lines.append(f"{time},A,10,11,9,10,{volume},1,up")
    (tmp_path / "bars.csv").write_text("\n".join(lines))
    one = read_market(data_of("bars.csv"), None, base=tmp_path)
    loaded = read_in_pieces(data_of("bars.csv"), None, base=tmp_path, rows=6_000)
    last = loaded.pieces.piece(1)
    loaded.close()
    np.testing.assert_array_equal(last.prices, one.market.prices[:, 6_000:])


@pytest.mark.parametrize("suffix", ["arrow", "gz"])
def test_other_files_are_read_in_pieces_too(suffix: str, tmp_path: Path) -> None:
    import gzip

    path = tmp_path / f"bars.csv.{suffix}"
    if suffix == "arrow":
        table().write_ipc(path)
    else:
        path.write_bytes(gzip.compress(table().write_csv().encode()))
    assert_same(*both(tmp_path, data_of(path.name)))


def test_several_files_are_one_market_in_pieces_too(tmp_path: Path) -> None:
    frame = table()
    for symbol in "ABC":
        part = frame.filter(pl.col("symbol") == symbol).drop("symbol")
        (part.reverse() if symbol == "B" else part).write_parquet(tmp_path / f"{symbol}.parquet")
    names = [f"{symbol}.parquet" for symbol in "ABC"]
    assert_same(*both(tmp_path, data_of(*names)))


def test_a_period_is_cut_out_of_a_sorted_and_of_an_unsorted_file(tmp_path: Path) -> None:
    table().write_parquet(tmp_path / "sorted.parquet")
    table().reverse().write_parquet(tmp_path / "backwards.parquet")
    for name in ("sorted", "backwards"):
        data = data_of(f"{name}.parquet", start=date(2024, 1, 4), end=date(2024, 1, 15))
        one, pieces = both(tmp_path, data)
        assert_same(one, pieces)
        assert one.moment(0) == datetime(2024, 1, 4)
        assert one.moment(one.time_count - 1) == datetime(2024, 1, 15)


def test_a_name_given_to_a_single_asset_is_not_given_to_one_that_is_alone_in_its_piece(
    tmp_path: Path,
) -> None:
    table().filter(
        (pl.col("symbol") == "A") | (pl.col("date") > datetime(2024, 1, 10))
    ).write_parquet(tmp_path / "bars.parquet")
    one, pieces = both(tmp_path, data_of("bars.parquet", asset_id="X"))
    assert_same(one, pieces)
    table(symbols="A").write_parquet(tmp_path / "bars.parquet")
    assert both(tmp_path, data_of("bars.parquet", asset_id="X"))[1].symbols == ("X",)


def test_context_and_corporate_actions_join_a_market_in_pieces(tmp_path: Path) -> None:
    table().write_parquet(tmp_path / "bars.parquet")
    days = [datetime(2024, 1, day) for day in (1, 3, 9, 30)]
    pl.DataFrame({"date": days, "VIX": [10.0, None, 30.0, 40.0]}).write_csv(tmp_path / "vix.csv")
    pl.DataFrame(
        {
            "symbol": ["A", "B", "B"],
            "ex_date": ["2024-01-05", "2024-01-09", "2030-01-01"],
            "kind": ["dividend", "split", "split"],
            "amount": [1.0, None, None],
            "ratio": [None, 2.0, 2.0],
        }
    ).write_csv(tmp_path / "actions.csv")
    context = ContextSource(file="vix.csv", match="asof", lag="1d", max_age="5d")
    data = data_of("bars.parquet", corporate_actions="actions.csv")
    one, pieces = both(tmp_path, data, context)
    assert_same(one, pieces)
    for left, right in zip(one.actions.arrays(), pieces.actions.arrays(), strict=True):
        np.testing.assert_array_equal(left, right)


def spoil(frame: pl.DataFrame, column: str, **values: object) -> pl.DataFrame:
    """The frame with other values in some rows; names are ``r12``."""
    row = pl.int_range(pl.len())
    expression = pl.col(column)
    for name, value in values.items():
        expression = pl.when(row == int(name[1:])).then(pl.lit(value)).otherwise(expression)
    return frame.with_columns(expression.alias(column))


def repeated(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with rows 3 and 30 twice, the second time with another close at row 30."""
    again = spoil(frame, "close", r30=15.5)
    return pl.concat([frame, again[[3, 30]]]).sort("date", maintain_order=True)


FAULTS: dict[str, Change] = {
    "prices": lambda f: spoil(spoil(f, "close", r5=-1.0, r33=None), "open", r40=float("nan")),
    "prices of an unsorted file": lambda f: spoil(f.reverse(), "close", r5=0.0, r33=None, r34=None),
    "volumes": lambda f: spoil(f.cast({"volume": pl.Float64}), "volume", r8=-3.0, r44=-1.0),
    "ranges": lambda f: spoil(f, "high", r9=1.0, r10=1.0, r20=1.0, r30=1.0, r40=1.0, r41=1.0),
    "repeated rows": repeated,
    "repeated rows of an unsorted file": lambda f: repeated(f).reverse(),
    "everything": lambda f: spoil(repeated(spoil(f, "close", r11=None)), "low", r40=99.0),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("repairs", [{}, {"bad_price": "drop", "duplicate_bar": "last"}])
def test_what_is_wrong_is_told_in_the_same_words(
    fault: str, repairs: dict[str, str], tmp_path: Path
) -> None:
    FAULTS[fault](table()).write_parquet(tmp_path / "bars.parquet")
    data = data_of("bars.parquet", repairs=repairs)
    refusals = [refusal_of(read, data, tmp_path) for read in (read_market, in_small_pieces)]
    assert refusals[0] == refusals[1]
    if not refusals[0]:
        assert read_market(data, None, base=tmp_path).problems
        assert_same(*both(tmp_path, data))


def in_small_pieces(data: DataSource, context: None, *, base: Path) -> None:
    read_in_pieces(data, context, base=base, rows=ROWS).close()


def refusal_of(read: Callable[..., object], data: DataSource, folder: Path) -> tuple[Problem, ...]:
    """The problems for which files are refused, none when they are not."""
    try:
        read(data, None, base=folder)
    except InputError as error:
        return error.problems
    return ()


MESSAGES: dict[str, tuple[Change, str]] = {
    "a number": (
        lambda f: spoil(f.cast({"close": pl.String}), "close", r40="abc"),
        "bars.parquet, column 'close', row 41: 'abc' is no number",
    ),
    "a signal": (
        lambda f: spoil(f.cast({"score": pl.String}), "score", r40="abc"),
        "bars.parquet, column 'score', row 41: 'abc' is no number",
    ),
    "a symbol": (
        lambda f: spoil(f, "symbol", r40=None),
        "bars.parquet, column 'symbol', row 41: 1 row without a symbol",
    ),
    "a time": (
        lambda f: spoil(f, "date", r40=None),
        "bars.parquet, column 'date', row 41: 1 row without a time",
    ),
    "a time as text": (
        lambda f: spoil(f.cast({"date": pl.String}), "date", r40="soon"),
        "row 41",
    ),
}


@pytest.mark.parametrize("what", MESSAGES)
def test_what_cannot_be_read_is_named_with_its_row_of_the_file(what: str, tmp_path: Path) -> None:
    change, message = MESSAGES[what]
    change(table()).write_parquet(tmp_path / "bars.parquet")
    data = data_of("bars.parquet")
    with pytest.raises(InputError) as one:
        read_market(data, None, base=tmp_path)
    with pytest.raises(InputError, match=message.replace("(", r"\(")) as pieces:
        read_in_pieces(data, None, base=tmp_path, rows=ROWS)
    assert pieces.value.problems == one.value.problems


def test_a_period_without_rows_and_a_file_without_a_good_bar_are_refused_in_the_same_words(
    tmp_path: Path,
) -> None:
    table().write_parquet(tmp_path / "bars.parquet")
    table().with_columns(close=pl.lit(0.0)).write_parquet(tmp_path / "zero.parquet")
    for data in (
        data_of("bars.parquet", start=date(2030, 1, 1)),
        data_of("zero.parquet", repairs={"bad_price": "drop"}),
        data_of("bars.parquet", close="nothing"),
        data_of("missing.parquet"),
    ):
        with pytest.raises(InputError) as one:
            read_market(data, None, base=tmp_path)
        with pytest.raises(InputError) as pieces:
            read_in_pieces(data, None, base=tmp_path, rows=ROWS)
        assert pieces.value.problems == one.value.problems


def test_a_bar_is_found_in_its_file_again(tmp_path: Path) -> None:
    frame = table().reverse()
    frame.write_parquet(tmp_path / "bars.parquet")
    loaded = read_in_pieces(data_of("bars.parquet"), None, base=tmp_path, rows=ROWS)
    row = 17
    time, symbol = frame["date"][row], frame["symbol"][row]
    us = int(replace_utc(time).timestamp()) * 1_000_000
    assert loaded.pieces.locate(symbol, us) == f"bars.parquet, row {row + 1}"
    loaded.close()


def replace_utc(time: datetime) -> datetime:
    from datetime import UTC

    return time.replace(tzinfo=UTC)


def test_what_was_written_for_reading_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    table().reverse().write_parquet(tmp_path / "bars.parquet")
    loaded = read_in_pieces(data_of("bars.parquet"), None, base=tmp_path, rows=ROWS)
    assert list(place.iterdir())
    loaded.close()
    assert not list(place.iterdir())
    with pytest.raises(Cancelled):
        read_in_pieces(
            data_of("bars.parquet"), None, base=tmp_path, rows=ROWS, cancelled=lambda: True
        )
    assert not list(place.iterdir())


def test_a_file_that_had_to_be_sorted_is_named(tmp_path: Path) -> None:
    table().write_parquet(tmp_path / "sorted.parquet")
    table().reverse().write_parquet(tmp_path / "backwards.parquet")
    for name, told in (("sorted", 0), ("backwards", 1)):
        loaded = read_in_pieces(data_of(f"{name}.parquet"), None, base=tmp_path, rows=ROWS)
        loaded.close()
        assert [p.where for p in loaded.problems] == ["backwards.parquet"] * told


def test_progress_goes_from_nothing_to_everything(tmp_path: Path) -> None:
    table().write_parquet(tmp_path / "bars.parquet")
    told: list[float] = []
    read_in_pieces(
        data_of("bars.parquet"), None, base=tmp_path, rows=ROWS, progress=told.append
    ).close()
    assert told == sorted(told)
    assert told[0] < 0.05
    assert told[-1] == pytest.approx(1.0)


def test_pieces_hold_about_as_many_rows_as_asked_for_and_whole_timestamps(tmp_path: Path) -> None:
    table().write_parquet(tmp_path / "bars.parquet")
    loaded = read_in_pieces(data_of("bars.parquet"), None, base=tmp_path, rows=ROWS)
    pieces = [loaded.pieces.piece(number) for number in range(len(loaded.pieces.bounds) - 1)]
    loaded.close()
    assert max(piece.row_count for piece in pieces) <= ROWS
    assert sum(piece.time_count for piece in pieces) == 20
    assert {int(asset) for piece in pieces for asset in piece.rows[ASSET]} == {0, 1, 2}
