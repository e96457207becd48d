"""A made-up market with predictions that have a small true edge: for samples, tests and benchmarks.

Nothing in it is real: symbols name a sector and a number. Returns come from a market factor with
regimes and changing volatility, from sectors and from each stock; a slow hidden advantage moves the
stock's next returns, and the predictions see it through a lot of noise. Before the first 120 bars
there are no predictions, as with a model that needs data to be fitted. Same arguments, same values.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.columns import TextColumn
from ml4t_desktop.market.market import Market
from ml4t_desktop.market.sample_returns import WARM_UP, SampleReturns, sample_returns
from ml4t_desktop.units import MICROSECONDS_PER_DAY

_FIRST_DAY = "2015-01-05"
_SECTORS = ("TEC", "FIN", "HLT", "ENR", "IND", "CON", "UTL", "MAT")
_BREADTH_DAYS, _REGIME_DAYS = 50, 100
_REGIMES = ("bear", "bull")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleArrays:
    """A made-up market as arrays, D days by A assets.

    Parameters
    ----------
    dates : ndarray of datetime64[D], shape (D,)
    symbols : tuple of str
        Ascending.
    present : ndarray of bool, shape (D, A)
        Whether the asset has a bar; elsewhere the values do not count.
    prices : ndarray of float64, shape (5, D, A)
        Open, high, low, close, volume; prices in whole cents.
    signals : dict of str to ndarray of float64, shape (D, A)
        ``ml_pred_5d``, ``confidence``, ``exit_signal``, each 0 to 1, NaN before the first 120 days.
    vix, breadth : ndarray of float64, shape (D,)
        Volatility index; share of assets above their mean of 50 days, NaN at first.
    regime : TextColumn, length D
        bull or bear by the mean of 100 days, absent at first.
    """

    dates: NDArray[np.datetime64]
    symbols: tuple[str, ...]
    present: NDArray[np.bool_]
    prices: Floats
    signals: dict[str, Floats]
    vix: Floats
    breadth: Floats
    regime: TextColumn


def sample_market_arrays(*, assets: int = 40, days: int = 750, seed: int = 28) -> SampleArrays:
    """Return a made-up market of some assets and days.

    Raises
    ------
    ValueError
        If there are no assets, more than 792, or fewer than two days.
    """
    if not 1 <= assets <= 99 * len(_SECTORS) or days < 2:
        message = "a sample has 1 to 792 assets and at least 2 days"
        raise ValueError(message)
    # The stream of RandomState is fixed for good, that of newer generators may change.
    random = np.random.RandomState(seed)
    symbols = tuple(sorted(_symbol(asset) for asset in range(assets)))
    sectors = np.array([_SECTORS.index(symbol[:3]) for symbol in symbols])
    returns = sample_returns(random, sectors, days)
    prices = _prices(random, returns)
    index: Floats = np.cumprod(1.0 + returns.market, dtype=np.float64)
    return SampleArrays(
        dates=_trading_days(days),
        symbols=symbols,
        present=_present(random, days, assets),
        prices=prices,
        signals=_signals(random, returns.advantage),
        vix=np.round(returns.vix, 2),
        breadth=np.round(_breadth(prices[3]), 4),
        regime=_regime(index),
    )


def sample_market(*, assets: int = 40, days: int = 750, seed: int = 28) -> Market:
    """Return a made-up market in memory, context included; see `sample_market_arrays`."""
    arrays = sample_market_arrays(assets=assets, days=days, seed=seed)
    day, asset = np.nonzero(arrays.present)
    dates = arrays.dates.astype("datetime64[D]").astype(np.int64) * MICROSECONDS_PER_DAY
    market = Market.build(
        timestamp=dates[day],
        asset=asset.astype(np.int32),
        symbols=arrays.symbols,
        prices=np.ascontiguousarray(arrays.prices[:, day, asset]),
        signals={name: values[day, asset] for name, values in arrays.signals.items()},
        source=("sample",),
    )
    seen = np.isin(dates, market.timestamps)
    regime = TextColumn(arrays.regime.codes[seen], arrays.regime.labels)
    context = {"VIX": arrays.vix[seen], "breadth": arrays.breadth[seen], "regime": regime}
    matched = np.ones(market.time_count, np.bool_)
    return replace(market, context=MappingProxyType(context), has_context=matched)


def _symbol(asset: int) -> str:
    return f"{_SECTORS[asset % len(_SECTORS)]}{asset // len(_SECTORS) + 1:02d}"


def _trading_days(days: int) -> NDArray[np.datetime64]:
    first = np.datetime64(_FIRST_DAY)
    year = first.astype("datetime64[Y]")
    years = np.arange(year, year + days // 250 + 2)
    holidays = np.concatenate([years.astype("datetime64[D]"), years.astype("datetime64[D]") + 358])
    return np.busday_offset(first, np.arange(days), roll="forward", holidays=holidays)


def _prices(random: np.random.RandomState, returns: SampleReturns) -> Floats:
    """Return open, high, low, close, volume with highs and lows around both ends of each bar."""
    days, assets = returns.stocks.shape
    start = np.exp(random.uniform(np.log(15.0), np.log(250.0), assets))
    close = start * np.cumprod(1.0 + returns.stocks, axis=0)
    before = np.vstack([start, close[:-1]])
    night = 0.35 * returns.stocks + 0.25 * returns.daily * random.standard_normal((days, assets))
    opening = before * (1.0 + np.clip(night, -0.3, 0.3))
    reach = 0.6 * returns.daily * np.abs(random.standard_normal((2, days, assets)))
    opening, close = (np.maximum(np.round(price, 2), 0.05) for price in (opening, close))
    high = np.round(np.maximum(opening, close) * (1.0 + reach[0]), 2)
    low = np.round(np.minimum(opening, close) * (1.0 - np.minimum(reach[1], 0.5)), 2)
    low = np.clip(low, 0.01, np.minimum(opening, close))
    busy = np.exp(0.35 * random.standard_normal((days, assets)) + 12.0 * np.abs(returns.stocks))
    volume = np.round(np.exp(random.uniform(12.0, 15.5, assets)) * busy, -2)
    return np.stack([opening, high, low, close, volume])


def _present(random: np.random.RandomState, days: int, assets: int) -> NDArray[np.bool_]:
    """Return which bars exist: a few are missing, one asset is listed late, one leaves early."""
    present = random.uniform(size=(days, assets)) >= 0.0005
    present[0] = present[-1] = True
    if assets >= 4:
        present[: days // 3, assets // 3] = False
        present[days * 3 // 4 :, assets // 2] = False
    return present


def _signals(random: np.random.RandomState, advantage: Floats) -> dict[str, Floats]:
    """Return the predictions: ranks among the assets of a day, so each is spread over 0 to 1."""
    noisy = 0.5 * advantage + random.standard_normal(advantage.shape)
    prediction = _day_ranks(noisy)
    strength = np.abs(2.0 * prediction - 1.0)
    confidence = 0.65 * strength + 0.35 * random.uniform(size=advantage.shape)
    leave = _day_ranks(0.6 * random.standard_normal(advantage.shape) - noisy)
    signals = {"ml_pred_5d": prediction, "confidence": confidence, "exit_signal": leave}
    for values in signals.values():
        np.round(values, 4, out=values)
        values[:WARM_UP] = np.nan
    return signals


def _day_ranks(values: Floats) -> Floats:
    ranks = np.argsort(np.argsort(values, axis=1), axis=1)
    return (ranks + 0.5) / values.shape[1]


def _trailing_mean(values: Floats, days: int) -> Floats:
    """Return means over the last days, NaN until there are enough."""
    means = np.full(values.shape, np.nan)
    sums = np.cumsum(values, axis=0)
    means[days - 1 :] = sums[days - 1 :] / days
    means[days:] -= sums[:-days] / days
    return means


def _breadth(close: Floats) -> Floats:
    mean = _trailing_mean(close, _BREADTH_DAYS)
    breadth = np.mean(close > mean, axis=1)
    breadth[: _BREADTH_DAYS - 1] = np.nan
    return breadth


def _regime(index: Floats) -> TextColumn:
    mean = _trailing_mean(index, _REGIME_DAYS)
    codes = (index > mean).astype(np.int32)
    codes[: _REGIME_DAYS - 1] = -1
    return TextColumn(codes, _REGIMES)
