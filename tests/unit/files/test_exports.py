"""What sources of market data export is a market without a word of explanation, or plainly refused."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.quality import check_file
from ml4t_desktop.request import DataSource
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import ROLES, with_price_file
from ml4t_desktop.session.work import real_work
from ml4t_desktop.units import microseconds
from tests.unit.files.exports import DAYS, FILES, MINUTES, bars

# Name: symbols of the market, the maker's symbols, times, factor of the volume (0: none).
DAILY: dict[str, tuple[tuple[str, ...], tuple[str, ...], float]] = {
    "yahoo.csv": (("yahoo",), ("AAPL",), 1),
    "yfinance_now.csv": (("AAPL",), ("AAPL",), 1),
    "yfinance_by_ticker.csv": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 1),
    "yfinance_zone.csv": (("yfinance_zone",), ("AAPL",), 1),
    "stooq.txt": (("AAPL.US",), ("AAPL",), 1),
    "stooq_polish.csv": (("stooq_polish",), ("AAPL",), 1),
    "tiingo.csv": (("tiingo",), ("AAPL",), 1),
    "alpha_vantage.csv": (("alpha_vantage",), ("AAPL",), 1),
    "Binance_BTCUSDT_d.csv": (("BTC/USDT",), ("BTCUSDT",), 1e-3),
    "tradingview.csv": (("tradingview",), ("AAPL",), 1),
    "Bitcoin Historical Data.csv": (("Bitcoin Historical Data",), ("BTCUSDT",), 1),
    "nasdaq.csv": (("nasdaq",), ("AAPL",), 1),
    "marketwatch.csv": (("marketwatch",), ("AAPL",), 1),
    "wsj.csv": (("wsj",), ("AAPL",), 1),
    "boerse.csv": (("boerse",), ("BTCUSDT",), 1),
    "euronext.csv": (("euronext",), ("AAPL",), 1),
    "pandas_index.csv": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 1),
    "pandas_two_indexes.csv": (("pandas_two_indexes",), ("AAPL",), 1),
    "all_stocks_5yr.csv": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 1),
    "aapl.us.txt": (("aapl.us",), ("AAPL",), 1),
    "quandl_wiki.csv": (("AAPL",), ("AAPL",), 1),
    "footer.csv": (("footer",), ("AAPL",), 1),
    "total_line.csv": (("total_line",), ("AAPL",), 1),
    "twice_the_header.csv": (("twice_the_header",), ("AAPL",), 1),
    "bloomberg.xlsx": (("bloomberg",), ("AAPL",), 1),
    "sheet_of_texts.xlsx": (("sheet_of_texts",), ("BTCUSDT",), 1),
    "unicode_text.txt": (("unicode_text",), ("AAPL",), 1),
    "excel_serials.csv": (("excel_serials",), ("AAPL",), 1),
    "closes.csv": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 0),
    "multi_index.parquet": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 1),
    "nameless_index.parquet": (("nameless_index",), ("AAPL",), 1),
    "tuple_columns.parquet": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 1),
    "int96.parquet": (("int96",), ("AAPL",), 1),
    "decimals_and_categories.parquet": (("AAPL",), ("AAPL",), 1),
    "money.csv": (("money",), ("BTCUSDT",), 1),
    "several.tgz": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 1),
    "one.tar.gz": (("one",), ("AAPL",), 1),
    "currency_codes.csv": (("currency_codes",), ("AAPL",), 1),
}
INTRADAY: dict[str, tuple[tuple[str, ...], tuple[str, ...], float]] = {
    "alpaca.csv": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 1),
    "BTCUSDT-1m-2024-01-30.csv": (("BTCUSDT-1m-2024-01-30",), ("BTCUSDT",), 1e-3),
    "binance_header.csv": (("binance_header",), ("BTCUSDT",), 1e-3),
    "BTCUSDT-1m-2024-01.zip": (("BTCUSDT-1m-2024-01",), ("BTCUSDT",), 1e-3),
    "XBTUSD_1.csv": (("XBTUSD_1",), ("BTCUSDT",), 1e-3),
    "EURUSD1.csv": (("EURUSD1",), ("EURUSD",), 1),
    "tradingview_iso.csv": (("tradingview_iso",), ("AAPL",), 1),
    "ib.csv": (("ib",), ("AAPL",), 1),
    "2024-01-30.csv.gz": (("AAPL", "MSFT"), ("AAPL", "MSFT"), 1),
    "databento.csv": (("ESH4",), ("ES",), 1),
    "databento.csv.zst": (("ESH4",), ("ES",), 1),
}
CONTEXT = {"macro.csv": 6, "MARKET_VALUES.csv": 6, "VIXCLS.csv": 1}


def written(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(FILES[name]())
    return path


def proposed(path: Path):
    """The market as the window proposes it when the file is dropped."""
    draft = with_price_file(Draft.empty(), real_work().look(path), path.name)
    chosen = {role: draft.get(f"data.{role}") for role in ROLES}
    named = {role: column for role, column in chosen.items() if column}
    data = DataSource(files=(path.name,), signals=draft.get("data.signals", ()), **named)
    return read_market(data, None, base=path.parent).market


def assert_holds(market, symbols, makers, when: list[datetime], volumes: float):
    assert market.symbols == symbols
    assert market.timestamps.tolist() == [microseconds(moment) for moment in when]
    rows = [row for n in range(len(when)) for row in (bars(s, when)[n] for s in makers)]
    prices = np.array([row[1:5] for row in rows], float).T
    if not volumes:
        prices = np.tile(prices[3], (4, 1))
    np.testing.assert_allclose(market.prices[:4], prices, rtol=1e-9)
    if volumes:
        expected = np.array([row[5] for row in rows], float) * volumes
        np.testing.assert_allclose(market.prices[4], expected, rtol=6e-3)  # K and M have two digits


@pytest.mark.parametrize("name", DAILY)
def test_an_export_of_days_is_the_market_it_was_made_of(tmp_path, name):
    assert_holds(proposed(written(tmp_path, name)), *DAILY[name][:2], DAYS, DAILY[name][2])


@pytest.mark.parametrize("name", INTRADAY)
def test_an_export_of_minutes_is_the_market_it_was_made_of(tmp_path, name):
    assert_holds(proposed(written(tmp_path, name)), *INTRADAY[name][:2], MINUTES, INTRADAY[name][2])


def test_an_export_with_its_zone_is_read_in_that_zone(tmp_path):
    path = tmp_path / "ib_zone.csv"
    path.write_bytes(FILES["ib_zone.csv"]())
    market = proposed(path)
    assert str(market.timestamps[:1].astype("M8[us]")[0]) == "2024-01-30T19:30:00.000000"


@pytest.mark.parametrize("name", CONTEXT)
def test_values_for_the_whole_market_are_no_prices(tmp_path, name):
    found = real_work().look(written(tmp_path, name)).inspection
    assert found.kind == "context"
    assert len(found.columns_as("context")) == CONTEXT[name]


def test_what_comes_with_the_prices_is_not_proposed_as_a_prediction(tmp_path):
    names = ("alpaca.csv", "binance_header.csv", "tradingview.csv", "stooq.txt", "euronext.csv")
    proposed_as = {
        name: real_work().look(written(tmp_path, name)).inspection.columns_as("signal")
        for name in names
    }
    assert proposed_as == dict.fromkeys(names, ()) | {"tradingview.csv": ("Plot", "Plot.1")}


@pytest.mark.parametrize("name", FILES)
def test_a_report_on_an_export_tells_no_error_unless_its_rows_have_one(tmp_path, name):
    report = check_file(written(tmp_path, name))
    has_error = name == "yahoo_nulls.csv"
    assert report.is_usable is not has_error
