"""Every ugly file holds the same bars, read by each door there is."""

from datetime import date

import numpy as np
import pytest

from ml4t_desktop.backtest.data import FileFeed
from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.quality import check_file
from ml4t_desktop.request import DataSource
from ml4t_desktop.units import microseconds
from tests.unit.files.ugly import (
    CLOSES,
    DAYS,
    LONG,
    PREDICTIONS,
    SYMBOLS,
    VOLUMES,
    WIDE,
    clocked,
    write,
)

TIMES = [microseconds(date.fromisoformat(day)) for day in DAYS]


def assert_the_bars(market):
    assert market.timestamps.tolist() == TIMES
    assert market.symbols == SYMBOLS
    close = market.prices[3].reshape(4, 2).T
    np.testing.assert_allclose(close, [CLOSES[symbol] for symbol in SYMBOLS], rtol=1e-12)
    np.testing.assert_allclose(market.prices[0].reshape(4, 2).T, close - 0.25)
    np.testing.assert_allclose(market.prices[1].reshape(4, 2).T, close + 1)
    volume = market.prices[4].reshape(4, 2).T
    assert volume.tolist() == [list(VOLUMES[symbol]) for symbol in SYMBOLS]


@pytest.mark.parametrize("name", LONG)
def test_an_ugly_long_file_holds_its_bars_and_predictions(tmp_path, name):
    path = write(tmp_path, name)
    asset = "column_2" if name == "no_header.csv" else None
    feed = FileFeed(path, asset_column=asset)
    assert_the_bars(feed.market)
    (pred,) = feed.market.signals.values()
    assert pred.reshape(4, 2).T.tolist() == [list(PREDICTIONS[symbol]) for symbol in SYMBOLS]


@pytest.mark.parametrize("name", WIDE)
def test_an_ugly_wide_file_holds_its_bars(tmp_path, name):
    feed = FileFeed(write(tmp_path, name))
    assert_the_bars(feed.market)
    assert "is wide" in " ".join(str(note) for note in feed.problems)


@pytest.mark.parametrize("name", [*LONG, *WIDE])
def test_what_the_import_guesses_of_an_ugly_file_is_a_request_that_runs(tmp_path, name):
    path = write(tmp_path, name)
    found = inspect_file(path)
    assert found.kind == "prices"
    assert (found.first, found.last) == (DAYS[0], DAYS[-1])
    assert found.asset_count == 2
    roles = {
        role: next(iter(found.columns_as(role)), None)
        for role in ("time", "asset", "open", "high", "low", "close", "volume")
    }
    signals = found.columns_as("signal")
    assert len(signals) == (name in LONG)
    data = DataSource(files=(name,), signals=signals, **roles)
    loaded = read_market(data, None, base=tmp_path)
    assert_the_bars(loaded.market)
    assert not [problem for problem in loaded.problems if problem.severity == "error"]
    assert check_file(path).is_usable


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_a_date_and_a_time_of_day_beside_it_are_one_time(tmp_path, separator):
    path = tmp_path / "EURUSD.csv"
    path.write_text(clocked(separator), encoding="utf-8")
    market = FileFeed(path).market
    start = microseconds(date(2024, 1, 31))
    hours = [start + (9 + n) * 3_600_000_000 + 1_800_000_000 for n in range(4)]
    assert market.timestamps.tolist() == hours
    assert market.symbols == ("EURUSD",)
    assert market.prices[3].tolist() == list(CLOSES["AAA"])
