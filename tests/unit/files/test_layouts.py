from datetime import date

import polars as pl
import pytest

from ml4t_desktop.errors import BadBarValue, InputError
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.folders import symbols_of
from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.files.location import locate_bar
from ml4t_desktop.files.market_files import market_of_path, read_market
from ml4t_desktop.files.wide import wide_form
from ml4t_desktop.request import ContextSource, DataSource
from ml4t_desktop.units import microseconds
from tests.unit.files.test_ugly_files import assert_the_bars
from tests.unit.files.ugly import DAYS, frame, wide

FIELDS = {"open": 2, "high": 3, "low": 4, "close": 5, "volume": 6}


def load(folder, *files, context=None, **keys):
    return read_market(DataSource(files=files, **keys), context, base=folder)


def told(loaded):
    return "\n".join(str(problem) for problem in loaded.problems)


def test_a_wide_file_for_each_field_is_one_market(tmp_path):
    for name, field in FIELDS.items():
        (tmp_path / f"{name}.csv").write_text(wide(field), encoding="utf-8")
    names = [f"{name}.csv" for name in FIELDS]
    assert_the_bars(load(tmp_path, *names).market)
    assert_the_bars(load(tmp_path, *reversed(names)).market)
    other = tmp_path / "all"
    other.mkdir()
    for name in names:
        (tmp_path / name).rename(other / name)
    assert_the_bars(load(tmp_path, "all").market)


def test_a_wide_file_of_an_unknown_kind_is_taken_for_closes_and_said(tmp_path):
    symbols = [f"SYM{n}" for n in range(6)]
    closes = [10.0, 11.0, 12.0, 13.0]
    table = pl.DataFrame({"date": DAYS} | dict.fromkeys(symbols, closes))
    table.write_csv(tmp_path / "mine.csv")
    loaded = load(tmp_path, "mine.csv")
    assert loaded.market.symbols == tuple(symbols)
    assert loaded.is_close_only
    assert "nothing says what its values are" in told(loaded)
    assert "only closing prices" in told(loaded)


def test_empty_cells_of_a_wide_file_are_no_bars_and_are_counted(tmp_path):
    text = "date,AAA,BBB\n2024-01-30,10,\n2024-01-31,11,21\n2024-02-01,,22\n"
    (tmp_path / "close.csv").write_text(text, encoding="utf-8")
    loaded = load(tmp_path, "close.csv")
    assert loaded.market.row_count == 4
    assert "2 pairs of time and asset without any value are no bars" in told(loaded)


def test_a_bad_price_of_a_wide_file_is_named_with_its_row_in_the_file(tmp_path):
    text = "date,AAA,BBB\n2024-01-30,10,20\n2024-01-31,11,-21\n2024-02-01,12,22\n"
    (tmp_path / "close.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"close\.csv, column 'close', row 2") as caught:
        load(tmp_path, "close.csv")
    assert "BBB" in str(caught.value)
    assert not isinstance(caught.value, BadBarValue)
    at = microseconds(date(2024, 2, 1))
    assert locate_bar(DataSource(files=("close.csv",)), tmp_path, "BBB", at) == "close.csv, row 3"


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        (["date", "VIX", "SPY", "breadth"], "market.csv"),
        (["date", "open", "high", "low", "close", "volume"], "AAPL.csv"),
        (["date", "symbol", "close"], "close.csv"),
        (["date", "close", "adj_close"], "AAPL.csv"),
        (["date", "pred_a", "pred_b"], "predictions.csv"),
        (["date", "o", "h", "l", "c", "v"], "EURUSD.csv"),
    ],
)
def test_a_long_table_is_not_taken_for_a_wide_one(columns, name):
    values = {column: [1.0, 2.0] for column in columns} | {"date": ["2024-01-02", "2024-01-03"]}
    if "symbol" in values:
        values["symbol"] = ["A", "A"]
    assert wide_form(pl.DataFrame(values), name) is None


@pytest.mark.parametrize(
    ("names", "symbols"),
    [
        (["AAPL.csv", "MSFT.csv"], ["AAPL", "MSFT"]),
        (["prices_AAPL_1d.csv.gz", "prices_MSFT_1d.csv.gz"], ["AAPL", "MSFT"]),
        (["AAPL.US.parquet", "MSFT.US.parquet"], ["AAPL", "MSFT"]),
        (["A.csv", "AA.csv"], ["A", "AA"]),
        (["EURUSD_daily.csv"], ["EURUSD"]),
        (["0700.csv", "0005.csv"], ["0700", "0005"]),
    ],
)
def test_the_assets_of_a_folder_are_called_by_what_its_file_names_do_not_share(names, symbols):
    assert symbols_of(names) == symbols


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "prices").mkdir()
    with pytest.raises(InputError, match="is a folder without tables"):
        load(tmp_path, "prices")


def test_every_bad_file_of_a_folder_is_told_at_once(tmp_path):
    folder = tmp_path / "prices"
    folder.mkdir()
    frame(("AAA",)).drop("symbol").write_csv(folder / "AAA.csv")
    (folder / "BBB.csv").write_text("nothing,here\n1,2\n3,4\n", encoding="utf-8")
    (folder / "CCC.parquet").write_bytes(b"PAR1 broken")
    with pytest.raises(InputError) as caught:
        load(tmp_path, "prices")
    assert "BBB.csv" in str(caught.value)
    assert "CCC.parquet" in str(caught.value)


def test_one_value_a_day_for_all_assets_is_proposed_as_context_and_joined_from_the_price_file(
    tmp_path,
):
    by_day = dict(zip(DAYS, (15.0, 16.0, 31.0, 14.0), strict=True))
    table = frame().with_columns(
        fear=pl.col("date").replace_strict(by_day), mood=pl.lit("calm"), own=pl.col("close") / 7
    )
    table.write_parquet(tmp_path / "p.parquet")
    found = inspect_file(tmp_path / "p.parquet")
    assert found.columns_as("context") == ("fear",)
    assert found.columns_as("signal") == ("ml_pred", "own")
    context = ContextSource(file="p.parquet", columns=("fear",))
    loaded = load(tmp_path, "p.parquet", context=context)
    assert loaded.market.context["fear"].tolist() == list(by_day.values())
    assert "4 times of 8 rows become context" in told(loaded)
    assert not [p for p in loaded.problems if p.severity == "warning"]


def test_times_of_a_zone_become_utc_and_dates_do_not(tmp_path):
    text = "time,close\n2024-01-31 16:00:00,10\n2024-07-31 16:00:00,11\n"
    (tmp_path / "A.csv").write_text(text, encoding="utf-8")
    market = load(tmp_path, "A.csv", time_zone="America/New_York").market
    assert [str(market.moment(t)) for t in range(2)] == [
        "2024-01-31 21:00:00+00:00",
        "2024-07-31 20:00:00+00:00",
    ]
    frame(("AAA",)).write_csv(tmp_path / "B.csv")
    market = load(tmp_path, "B.csv", time_zone="America/New_York").market
    assert market.timestamps[0] == microseconds(date(2024, 1, 30))


def test_an_hour_that_does_not_exist_in_the_zone_is_refused_with_its_row(tmp_path):
    text = "time,close\n2024-03-10 01:30:00,10\n2024-03-10 02:30:00,11\n"
    (tmp_path / "A.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="row 2: 2024-03-10 02:30:00 does not exist"):
        load(tmp_path, "A.csv", time_zone="America/New_York")


def test_the_order_of_day_and_month_can_be_said(tmp_path):
    text = "date,close\n01/02/2024,10\n02/02/2024,11\n"
    (tmp_path / "A.csv").write_text(text, encoding="utf-8")
    first = load(tmp_path, "A.csv", date_order="day_first").market.timestamps[0]
    assert first == microseconds(date(2024, 2, 1))
    first = load(tmp_path, "A.csv", date_order="month_first").market.timestamps[0]
    assert first == microseconds(date(2024, 1, 2))


def test_what_decided_between_day_and_month_is_said(tmp_path):
    (tmp_path / "A.csv").write_text("date,close\n01/02/2024,10\n31/01/2024,11\n", encoding="utf-8")
    text = told(load(tmp_path, "A.csv"))
    assert "day before month, as '31/01/2024' (row 2) cannot be the other way" in text


def test_what_is_said_about_a_file_wins_over_what_is_found_out(tmp_path):
    text = "date;close\n2024-01-30;1,234\n2024-01-31;1,250\n"
    (tmp_path / "A.csv").write_text(text, encoding="utf-8")
    assert load(tmp_path, "A.csv").market.prices[3].tolist() == [1234.0, 1250.0]
    assert load(tmp_path, "A.csv", decimal=",").market.prices[3].tolist() == [1.234, 1.25]


def test_a_row_with_too_many_cells_is_named(tmp_path):
    text = "date,close\n2024-01-30,10\n2024-01-31,11,12\n2024-02-01,10\n2024-02-02,10\n"
    (tmp_path / "A.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"A\.csv, row 2: has more cells than the header"):
        load(tmp_path, "A.csv")


def test_a_quoted_line_end_at_the_edge_of_a_piece_stays_in_its_cell(tmp_path, monkeypatch):
    from ml4t_desktop.files.formats import text_tables

    monkeypatch.setattr(text_tables, "_PIECE_BYTES", 64)
    lines = [f'2024-01-{n:02},{n},"a\nb{n}"' for n in range(1, 29)]
    (tmp_path / "A.csv").write_text("date,close,word\n" + "\n".join(lines), encoding="utf-8")
    found = text_tables.read_text(tmp_path / "A.csv", None, text_tables.TableForm())[0]
    assert found["close"].to_list() == list(range(1, 29))
    assert found["word"].to_list() == [f"a\nb{n}" for n in range(1, 29)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "shift_jis"])
def test_pieces_of_a_file_in_any_encoding_are_the_same_as_the_whole(
    tmp_path, monkeypatch, encoding
):
    from ml4t_desktop.files.formats import text_tables

    monkeypatch.setattr(text_tables, "_PIECE_BYTES", 37)
    name = "日本" if encoding == "shift_jis" else "Grün"
    lines = [f"2024-01-{n:02},{name},{n / 4}" for n in range(1, 29)]
    path = tmp_path / "A.csv"
    path.write_bytes(("date,symbol,close\n" + "\n".join(lines)).encode(encoding))
    form = text_tables.TableForm(encoding="shift_jis" if encoding == "shift_jis" else None)
    found = text_tables.read_text(path, None, form)[0]
    assert found["symbol"].unique().to_list() == [name]
    assert found["close"].to_list() == [n / 4 for n in range(1, 29)]


def test_a_fraction_or_a_word_far_down_changes_the_type_and_loses_nothing(tmp_path, monkeypatch):
    from ml4t_desktop.files.formats import text_tables

    monkeypatch.setattr(text_tables, "_PIECE_BYTES", 50)
    cells = [*map(str, range(30)), "2.5", *map(str, range(30))]
    path = tmp_path / "A.csv"
    path.write_text("a,b\n" + "\n".join(f"{c},1" for c in cells), encoding="utf-8")
    found = text_tables.read_text(path, None, text_tables.TableForm())[0]
    assert found["a"].to_list() == [float(c) for c in cells]
    path.write_text("a,b\n" + "\n".join(f"{c},1" for c in [*cells, "word"]), encoding="utf-8")
    found = text_tables.read_text(path, None, text_tables.TableForm())[0]
    assert found["a"].to_list() == [*cells, "word"]


def test_reading_tells_its_progress_and_stops_when_asked(tmp_path, monkeypatch):
    from ml4t_desktop.errors import Cancelled
    from ml4t_desktop.files.formats import text_tables

    monkeypatch.setattr(text_tables, "_PIECE_BYTES", 100)
    (tmp_path / "A.csv").write_text(
        "date,close\n" + "".join(f"2024-01-{n:02},{n}\n" for n in range(1, 29)), encoding="utf-8"
    )
    shares: list[float] = []
    read_market(DataSource(files=("A.csv",)), None, base=tmp_path, progress=shares.append)
    assert len(shares) > 5
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with pytest.raises(Cancelled):
        read_market(
            DataSource(files=("A.csv",)), None, base=tmp_path, cancelled=lambda: len(shares) > 3
        )


def test_a_wide_table_without_rows_is_refused_though_a_field_lacks_an_asset(tmp_path):
    path = tmp_path / "wide.parquet"
    names = ("Open|AAA", "Close|AAA", "Close|BBB")
    pl.DataFrame(schema={"Date": pl.Date} | dict.fromkeys(names, pl.Float64)).write_parquet(path)
    with pytest.raises(InputError, match="high, low"):
        market_of_path(path, ColumnMap())
