"""The returns behind the made-up market: regimes, volatility, sectors and a hidden advantage."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WARM_UP = 120
_SECTOR_COUNT = 8
_TRADING_DAYS = 252
# Chance of leaving a regime, yearly drift and mean daily volatility: calm, then troubled.
_LEAVE = (0.006, 0.025)
_DRIFT = (0.26, -0.25)
_CALM = (0.0075, 0.019)
_FADE = 0.8
_ADVANTAGE_A_DAY = 0.0008
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampleReturns:
    """Daily returns as fractions, D days by A assets.

    Parameters
    ----------
    market : ndarray, shape (D,)
        Returns of the market factor.
    vix : ndarray, shape (D,)
        Yearly volatility expected at each close, in per cent.
    daily : ndarray, shape (D, A)
        Daily volatility of each stock.
    advantage : ndarray, shape (D, A)
        What moves the returns of the days after, standard normal, fading by a fifth a day.
    stocks : ndarray, shape (D, A)
        Returns of the stocks.
    """

    market: Floats
    vix: Floats
    daily: Floats
    advantage: Floats
    stocks: Floats


def sample_returns(
    random: np.random.RandomState, sectors: NDArray[np.int64], days: int
) -> SampleReturns:
    """Return made-up returns for assets of the given sectors (0 to 7)."""
    assets = sectors.size
    market, volatility, vix = _market(random, days)
    sector = 0.45 * volatility[:, None] * random.standard_normal((days, _SECTOR_COUNT))
    beta = random.uniform(0.6, 1.5, assets)
    own = random.uniform(0.9, 2.0, assets)[None, :] * (0.5 * volatility[:, None] + 0.005)
    advantage = _advantage(random, days, assets)
    known = np.vstack([np.zeros(assets), advantage[:-1]])
    stocks = (
        beta * market[:, None]
        + sector[:, sectors]
        + own * random.standard_normal((days, assets))
        + _ADVANTAGE_A_DAY * known
    )
    daily = np.sqrt((beta * volatility[:, None]) ** 2 + own**2)
    return SampleReturns(
        market=market,
        vix=vix,
        daily=daily,
        advantage=advantage,
        stocks=np.clip(stocks, -0.35, 0.35),
    )


def _market(random: np.random.RandomState, days: int) -> tuple[Floats, Floats, Floats]:
    """Return the market's returns, its volatility and a mean-reverting volatility index."""
    shocks = random.standard_normal((3, days))
    switches = random.uniform(size=days)
    market, volatility, vix = np.empty(days), np.empty(days), np.empty(days)
    regime, level = 0, np.log(_CALM[0])
    for day in range(days):
        if switches[day] < _LEAVE[regime]:
            regime = 1 - regime
        market[day] = _DRIFT[regime] / _TRADING_DAYS + np.exp(level) * shocks[0, day]
        volatility[day] = np.exp(level)
        # A fall raises the volatility of the days after it more than a rise lowers it.
        pull = 0.06 * (np.log(_CALM[regime]) - level)
        level += pull - 0.05 * shocks[0, day] + 0.06 * shocks[1, day]
        vix[day] = 100.0 * np.sqrt(_TRADING_DAYS) * np.exp(level) * (1.05 + 0.03 * shocks[2, day])
    return market, volatility, np.clip(vix, 9.0, 85.0)


def _advantage(random: np.random.RandomState, days: int, assets: int) -> Floats:
    news = random.standard_normal((days, assets))
    advantage = np.empty((days, assets))
    advantage[0] = news[0]
    keep = np.sqrt(1.0 - _FADE**2)
    for day in range(1, days):
        advantage[day] = _FADE * advantage[day - 1] + keep * news[day]
    return advantage
