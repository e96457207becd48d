"""Markets with honest columns and with leaks planted on purpose, to calibrate the leak checks."""

from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.market import ASSET, CLOSE, OPEN
from ml4t_desktop.market.sample import sample_market

DAY = 86_400_000_000
Arrays = np.ndarray


@dataclass(frozen=True)
class Grid:
    """A market as days by assets; NaN where an asset has no bar."""

    market: Market
    time: Arrays
    asset: Arrays

    @classmethod
    def of(cls, market: Market) -> "Grid":
        return cls(market, market.row_times(), market.rows[ASSET].astype(np.int64))

    def wide(self, column: Arrays) -> Arrays:
        out = np.full((self.market.time_count, len(self.market.symbols)), np.nan)
        out[self.time, self.asset] = column
        return out

    def long(self, wide: Arrays) -> Arrays:
        return np.ascontiguousarray(wide[self.time, self.asset], np.float64)

    @property
    def close(self) -> Arrays:
        return self.wide(self.market.prices[CLOSE])

    @property
    def open(self) -> Arrays:
        return self.wide(self.market.prices[OPEN])

    @property
    def returns(self) -> Arrays:
        return ahead(self.close, -1) ** -1 * self.close - 1.0

    def with_signals(self, signals: dict[str, Arrays]) -> Market:
        return replace(
            self.market,
            signals=MappingProxyType({name: self.long(value) for name, value in signals.items()}),
            context=MappingProxyType({}),
        )

    def with_context(self, context: dict[str, Arrays]) -> Market:
        has = np.ones(self.market.time_count, np.bool_)
        return replace(
            self.market,
            signals=MappingProxyType({}),
            context=MappingProxyType(context),
            has_context=has,
        )


def ahead(wide: Arrays, bars: int) -> Arrays:
    """Return the values of so many days later (earlier when negative), NaN beyond the end."""
    out = np.full(wide.shape, np.nan)
    if bars > 0:
        out[:-bars] = wide[bars:]
    elif bars < 0:
        out[-bars:] = wide[:bars]
    else:
        out[:] = wide
    return out


def slow(random: np.random.Generator, shape: tuple[int, ...], keep: float) -> Arrays:
    """Return noise that keeps a share of itself from day to day, variance 1."""
    news = random.standard_normal(shape)
    out = news.copy()
    for day in range(1, shape[0]):
        out[day] = keep * out[day - 1] + np.sqrt(1 - keep**2) * news[day]
    return out


def _trailing(wide: Arrays, days: int) -> Arrays:
    """Return means over the last days."""
    padded = np.vstack([np.zeros((1, wide.shape[1])), np.cumsum(np.nan_to_num(wide), axis=0)])
    out = np.full(wide.shape, np.nan)
    out[days - 1 :] = (padded[days:] - padded[:-days]) / days
    return out


def _centred(wide: Arrays, half: int) -> Arrays:
    """Return means from `half` days before to `half` days after."""
    return ahead(_trailing(wide, 2 * half + 1), half)


def _noisy(random: np.random.Generator, wide: Arrays, strength: float) -> Arrays:
    """Return values with noise, correlated with them as told, day by day."""
    if wide.shape[1] == 1:
        scaled = wide / np.nanstd(wide)
    else:
        count = np.maximum(np.isfinite(wide).sum(axis=1, keepdims=True), 1)
        centred = wide - np.nansum(wide, axis=1, keepdims=True) / count
        spread = np.sqrt(np.nansum(centred**2, axis=1, keepdims=True) / count)
        scaled = centred / np.where(spread > 0, spread, np.nan)
    return strength * scaled + np.sqrt(1 - strength**2) * random.standard_normal(wide.shape)


def honest_signals(grid: Grid, random: np.random.Generator) -> dict[str, Arrays]:
    """Return columns made with the past only: what models and analysts really use."""
    close, returns = grid.close, grid.returns
    shape = close.shape
    mean, square = _trailing(returns, 20), _trailing(returns**2, 20)
    momentum = _trailing(returns, 5)
    return {
        "noise": random.standard_normal(shape),
        "slow_noise": slow(random, shape, 0.995),
        "last_return": returns,
        "reversal": -returns,
        "momentum_5": momentum,
        "momentum_60": close / ahead(close, -60) - 1.0,
        "volatility": np.sqrt(np.maximum(square - mean**2, 0.0)),
        "price_level": close,
        "above_average": (close > _trailing(close, 50)).astype(np.float64),
        "noisy_model": momentum + 0.02 * slow(random, shape, 0.8),
        "smoothed_model": _trailing(_noisy(random, momentum, 0.3), 5),
    }


def honest_context(grid: Grid, random: np.random.Generator) -> dict[str, Arrays]:
    """Return market-wide columns made with the past only."""
    market = _index_returns(grid)[:, None]
    count = market.shape[0]
    level = np.cumprod(1.0 + np.nan_to_num(market))[:, None]
    fear = 20.0 * np.exp(slow(random, (count, 1), 0.98) * 0.3 - 8.0 * _trailing(market, 5))
    month = _months(grid)
    before = np.array([np.nan_to_num(_mean(market[month == number - 1])) for number in month])
    parts = {
        "slow": slow(random, (count, 1), 0.98)[:, 0],
        "random_walk": np.cumsum(random.standard_normal(count)),
        "fear": fear[:, 0],
        "index": level[:, 0],
        "index_return": market[:, 0],
        "trend": (level / _trailing(level, 50))[:, 0],
        "month_before": before,
    }
    return {name: np.nan_to_num(values) for name, values in parts.items()}


def planted_signals(grid: Grid, random: np.random.Generator) -> dict[str, Arrays]:
    """Return columns that know the future, by the kind of mistake."""
    close, returns, opened = grid.close, grid.returns, grid.open
    next_1, next_5 = ahead(close, 1) / close - 1.0, ahead(close, 5) / close - 1.0
    momentum = _trailing(returns, 5)
    leaks = {
        f"next bar + noise, correlation {strength}": _noisy(random, next_1, strength)
        for strength in (0.9, 0.5, 0.3, 0.2, 0.1, 0.05)
    }
    leaks |= {
        f"next 5 bars + noise, correlation {strength}": _noisy(random, next_5, strength)
        for strength in (0.9, 0.5, 0.3, 0.2, 0.1, 0.05)
    }
    leaks |= {
        "target: next 5 bars": next_5,
        "target: sign of the next bar": np.where(np.isfinite(next_1), next_1 > 0, np.nan),
        "target: open to open, 10 bars": ahead(opened, 11) / ahead(opened, 1) - 1.0,
        "target: minus the next 20 bars": 1.0 - ahead(close, 20) / close,
        "a bar too early: last return": ahead(returns, 1),
        "a bar too early: momentum of 5": ahead(momentum, 1),
        "a bar too early: momentum + noise": ahead(
            momentum + 0.02 * slow(random, close.shape, 0.8), 1
        ),
        "two bars too early: momentum of 5": ahead(momentum, 2),
        "centred mean of returns, 5 bars": _centred(returns, 2),
        "centred mean of returns, 11 bars": _centred(returns, 5),
        "price over its centred mean, 11 bars": close / _centred(close, 5),
        "momentum of 60 bars, centred": _centred(close / ahead(close, -60), 5),
    }
    if close.shape[1] > 1:
        leaks["target: rank of the next 5 bars"] = _day_ranks(next_5)
    return leaks


def hidden_signals(grid: Grid) -> dict[str, Arrays]:
    """Return leaks that correlations cannot show."""
    close = grid.close
    volatility = np.where(np.isfinite(close), np.sqrt(_trailing(grid.returns**2, 20)), np.nan)
    known = np.isfinite(volatility)
    share = (volatility - np.nanmin(volatility)) / (np.nanmax(volatility) - np.nanmin(volatility))
    standard = (volatility - volatility[known].mean()) / volatility[known].std()
    prediction = grid.wide(grid.market.signals["ml_pred_5d"])
    return {
        "scaled over all history: mean and deviation": standard,
        "scaled over all history: lowest and highest": share,
        "a bar too early: a prediction without its own bar": ahead(prediction, 1),
    }


def planted_context(grid: Grid, random: np.random.Generator) -> dict[str, Arrays]:
    """Return market-wide columns that know the future."""
    market = _index_returns(grid)[:, None]
    level = np.cumprod(1.0 + np.nan_to_num(market))[:, None]
    fear = honest_context(grid, random)["fear"][:, None]
    vix, breadth = (np.asarray(grid.market.context[name])[:, None] for name in ("VIX", "breadth"))
    month = _months(grid)
    own = np.array([_mean(market[month == number]) for number in month])
    return {
        "tomorrow's index return": ahead(market, 1)[:, 0],
        "tomorrow's volatility index": ahead(vix, 1)[:, 0],
        "tomorrow's fear": ahead(fear, 1)[:, 0],
        "tomorrow's breadth": ahead(breadth, 1)[:, 0],
        "tomorrow's index level": ahead(level, 1)[:, 0],
        "centred mean of the index, 11 days": _centred(level, 5)[:, 0],
        "return of the next 5 days": (ahead(level, 5) / level)[:, 0],
        "mean return of the month, from its first day": own,
    }


def edge_market(seed: int, ic: float, assets: int = 60, days: int = 750) -> Market:
    """Return a market whose predictions have an honest edge: so strong a correlation with five bars."""
    random = np.random.default_rng(seed)
    prediction = slow(random, (days, assets), 0.9)
    next_bar = ic / (sum(0.9**bar for bar in range(5)) / 5**0.5)
    news = random.standard_normal((days, assets))
    news[1:] += next_bar * prediction[:-1]
    returns = 0.008 * random.standard_normal((days, 1)) + 0.015 * news
    close = 100.0 * np.cumprod(1.0 + np.clip(returns, -0.3, 0.3), axis=0)
    opened = np.vstack([close[:1], close[:-1]])
    prices = np.stack(
        [opened, np.maximum(opened, close), np.minimum(opened, close), close, np.ones_like(close)]
    )
    return _market(prices, {"prediction": prediction}, np.arange(days) * DAY)


def bounce_market(seed: int, assets: int = 1, days: int = 3000) -> Market:
    """Return bars whose closes jump between bid and ask, so that returns reverse: minutes, say."""
    random = np.random.default_rng(seed)
    value = np.cumsum(0.001 * random.standard_normal((days, assets)), axis=0)
    close = 100.0 * np.exp(value + 0.001 * random.choice([-1.0, 1.0], (days, assets)))
    opened = np.vstack([close[:1], close[:-1]])
    prices = np.stack(
        [opened, np.maximum(opened, close), np.minimum(opened, close), close, np.ones_like(close)]
    )
    returns = close / opened - 1.0
    signals = {"reversal": -returns, "momentum_5": _trailing(returns, 5), "close": close}
    return _market(prices, signals, np.arange(days) * 60_000_000)


def intraday(market: Market, bars: int = 7) -> Market:
    """Return the same bars as if so many of them were one day."""
    day, bar = np.divmod(np.arange(market.time_count), bars)
    return replace(market, timestamps=day * DAY + (9 + bar) * 3_600_000_000)


def day_values(market: Market, *, known_early: bool, bars: int = 7) -> Arrays:
    """Return the return of the whole day (or of the day before) at every timestamp of an intraday market."""
    grid = Grid.of(market)
    index = np.cumprod(1.0 + np.nan_to_num(_index_returns(grid)))
    day = np.arange(market.time_count) // bars
    last = np.minimum((day + (0 if known_early else -1)) * bars + bars - 1, market.time_count - 1)
    first = np.maximum(last - bars, 0)
    return np.where(last >= 0, index[np.maximum(last, 0)] / index[first] - 1.0, 0.0)


def trained_market(seed: int) -> Market:
    """Return a market whose first half a model was trained on, and knows."""
    grid = Grid.of(sample_market(assets=40, days=600, seed=seed))
    random = np.random.default_rng(seed)
    close = grid.close
    known = _noisy(random, ahead(close, 5) / close - 1.0, 0.6)
    is_train = np.arange(close.shape[0])[:, None] < close.shape[0] // 2
    signals = {"pred": np.where(is_train, known, random.standard_normal(close.shape))}
    market = grid.with_signals(signals)
    codes = np.where(grid.long(np.broadcast_to(is_train, close.shape)) > 0, 0, 1).astype(np.int32)
    column = TextColumn(codes, ("train", "test"))
    return replace(market, signals=MappingProxyType({**market.signals, "split": column}))


def sample(seed: int, assets: int = 40, days: int = 750) -> Grid:
    """Return the made-up market of a seed."""
    return Grid.of(sample_market(assets=assets, days=days, seed=seed))


def _market(prices: Arrays, signals: dict[str, Arrays], timestamps: Arrays) -> Market:
    days, assets = prices.shape[1:]
    return Market.build(
        timestamp=np.repeat(timestamps.astype(np.int64), assets),
        asset=np.tile(np.arange(assets, dtype=np.int32), days),
        symbols=tuple(f"A{number:03d}" for number in range(assets)),
        prices=np.ascontiguousarray(prices.reshape(5, -1)),
        signals={name: values.ravel() for name, values in signals.items()},
    )


def _index_returns(grid: Grid) -> Arrays:
    """Return the mean return of all assets by day, NaN where there is none."""
    returns = grid.returns
    count = np.isfinite(returns).sum(axis=1)
    return np.where(count > 0, np.nansum(returns, axis=1) / np.maximum(count, 1), np.nan)


def _months(grid: Grid) -> Arrays:
    days = (grid.market.timestamps // DAY).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64)


def _mean(values: Arrays) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else np.nan


def _day_ranks(wide: Arrays) -> Arrays:
    order = np.argsort(np.argsort(wide, axis=1), axis=1)
    return np.where(np.isfinite(wide), order / wide.shape[1], np.nan)
