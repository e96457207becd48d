"""The other engines, each started once; and the markets they are compared on."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.market.sample import sample_market_arrays
from tests.parity.cases import Bars, RuleCase
from tests.parity.peer import Peer, is_installed


def _peer(name: str) -> Iterator[Peer]:
    if not is_installed(name):
        pytest.skip(f"{name} is not installed (the extra 'parity' brings it)")
    with Peer(name) as peer:
        yield peer


@pytest.fixture(scope="session")
def backtrader() -> Iterator[Peer]:
    yield from _peer("backtrader")


@pytest.fixture(scope="session")
def vectorbt() -> Iterator[Peer]:
    yield from _peer("vectorbt")


@pytest.fixture(scope="session")
def backtesting() -> Iterator[Peer]:
    yield from _peer("backtesting")


@pytest.fixture(scope="session")
def sample() -> RuleCase:
    """Six assets of the sample over 290 days, bought and left on its predictions, 100 shares each."""
    arrays = sample_market_arrays(assets=6, days=400)
    seen = slice(110, None)  # ten days before the first prediction
    prediction, leave = (
        np.nan_to_num(arrays.signals[name][seen]) for name in ("ml_pred_5d", "exit_signal")
    )
    return RuleCase(
        bars=Bars(arrays.symbols, arrays.dates[seen], arrays.prices[:, seen]),
        enter=(prediction > 0.8) & ~(leave > 0.8),
        leave=leave > 0.8,
        quantity=100.0,
        commission=0.001,
    )


@pytest.fixture
def real(real_data: Path) -> RuleCase:
    """Eight real shares over two years."""
    symbols = ("AAPL", "BAC", "CVX", "GE", "JNJ", "MSFT", "T", "XOM")
    signals = ["ml_pred_5d", "exit_signal"]
    columns = ["open", "high", "low", "close", "volume", *signals]
    frame = (
        pl.scan_parquet(real_data / "data/sp500_2016_2021.parquet")
        .filter(pl.col("symbol").is_in(symbols))
        .filter(pl.col("date").dt.year().is_in([2019, 2020]))
        .select("date", "symbol", *columns)
        .sort("date", "symbol")
        .collect()
    )
    days = frame["date"].unique().sort()
    shape = (len(days), len(symbols))
    assert frame.height == shape[0] * shape[1]
    values = {name: frame[name].cast(pl.Float64).to_numpy().reshape(shape) for name in columns}
    prediction, leave = (np.nan_to_num(values[name]) for name in signals)
    prices = np.stack([values[name] for name in columns[:5]])
    # A reader of prices mends highs and lows beside open and close; the others take them as they are.
    prices[1] = prices[[0, 1, 3]].max(axis=0)
    prices[2] = prices[[0, 2, 3]].min(axis=0)
    prediction[0] = 0.0  # backtesting.py decides from the second bar on
    return RuleCase(
        bars=Bars(symbols, days.to_numpy().astype("datetime64[D]"), prices),
        enter=(prediction > 0.7) & ~(leave > 0.8),
        leave=leave > 0.8,
        quantity=100.0,
        commission=0.001,
    )


def bars_of(*rows: tuple[float, float, float, float]) -> Bars:
    """Return the bars (open, high, low, close) of one asset on following days."""
    days = np.datetime64("2024-01-01") + np.arange(len(rows))
    prices = np.array([(*row, 1e6) for row in rows]).T[:, :, None]
    return Bars(("AAA",), days, np.ascontiguousarray(prices))


@pytest.fixture(scope="session")
def make_bars():
    return bars_of
