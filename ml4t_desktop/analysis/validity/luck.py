"""Would other signals have done as well: the run again and again with signals that cannot know anything.

The signals of every asset are handed to another one, all of them together and for the whole history, so
that they keep what follows what, their distribution and their moments, and lose only their tie to the
asset. Where there are too few assets, or these were not there at the same times, the signals of every
asset are moved along its own history instead, by the same share of it for all, from the end to the start.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.market.blocks import time_blocks
from ml4t_desktop.market.lagging import taken
from ml4t_desktop.market.market import ASSET, ORDINAL
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark

RUNS: Final = 200
SEED: Final = 20_160_516
NO_SIGNALS: Final = Undefined(mark("no signal is used"))
_FEWEST_ASSETS: Final = 10
_LEAST_SHARED: Final = 0.7
_LEAST_MOVE: Final = 0.1
Wholes = NDArray[np.int64]
Method = Literal["other_assets", "other_times"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Luck:
    """What the same rules made of signals without knowledge.

    Parameters
    ----------
    method : {"other_assets", "other_times"}
        Whether signals were handed to other assets or moved along their own history.
    total_return : float
        Of the run itself.
    returns : ndarray of float64, shape (k,)
        Total return of every run with other signals, in the order they were made.
    """

    method: Method
    total_return: float
    returns: NDArray[np.float64]

    @property
    def as_good(self) -> int:
        """Runs with other signals that made as much or more."""
        return int(np.count_nonzero(self.returns >= self.total_return))

    @property
    def probability(self) -> float:
        """The chance of such a result when the signals know nothing: (1 + as good) / (1 + runs)."""
        return (1 + self.as_good) / (1 + self.returns.size)


def measure_luck(
    market: Market,
    request: Request,
    total_return: float,
    advance: Callable[[float], None],
    *,
    runs: int = RUNS,
    run: Callable[[Market, Request], RunResult] = run_rules,
) -> Luck | Undefined:
    """Run a request with signals that cannot know anything.

    Parameters
    ----------
    market : Market
        As the run used it.
    request : Request
    total_return : float
        Of the run itself.
    advance : callable
        Told the share that is done after every run; raises when nobody waits for them any more.
    runs : int
    run : callable
        Runs a request over a market; rules when left out.

    Returns
    -------
    Luck or Undefined
        Undefined when the rules use no signal.
    """
    uses_any = any(name.startswith("signal.") for _, name in request.strategy.columns())
    if not (uses_any or (request.strategy.python is not None and market.signals)):
        return NO_SIGNALS
    method, sources = other_sources(market, runs)
    found: list[float] = []
    for rows in sources:
        other = with_signals_of(market, rows)
        result = run(other, request)
        del other  # the next one is made before it could go by itself
        found.append(result.final_value / result.initial_capital - 1.0)
        advance(len(found) / runs)
    return Luck(method=method, total_return=total_return, returns=np.array(found))


def with_signals_of(market: Market, rows: Wholes) -> Market:
    """Return the market with the signals of other rows; a negative row has none."""
    signals = {name: taken(column, rows) for name, column in market.signals.items()}
    return replace(market, signals=MappingProxyType(signals))


def other_sources(market: Market, runs: int) -> tuple[Method, Iterator[Wholes]]:
    """Return how signals are exchanged, and for every run the row that each row takes them from."""
    rng = np.random.default_rng(SEED)
    assets = len(market.symbols)
    if assets >= _FEWEST_ASSETS:
        places = _places(market)
        # The share of the rows that another asset of the same time can stand for, on average.
        shared = market.row_count / max(places.size, 1)
        if shared >= _LEAST_SHARED:
            return "other_assets", (_of_other_assets(market, places, rng) for _ in range(runs))
    return "other_times", (_of_other_times(market, rng) for _ in range(runs))


def _places(market: Market) -> NDArray[np.int32]:
    """Return the row of every timestamp and asset, -1 where there is none, shape (T, A)."""
    places = np.full((market.time_count, len(market.symbols)), -1, np.int32)
    places[market.row_times(), market.rows[ASSET]] = np.arange(market.row_count, dtype=np.int32)
    return places


def _of_other_assets(market: Market, places: NDArray[np.int32], rng: np.random.Generator) -> Wholes:
    other = rng.permutation(len(market.symbols))
    rows = np.empty(market.row_count, np.int64)
    assets = market.rows[ASSET]
    for first, after in time_blocks(market.row_start):
        own = slice(int(market.row_start[first]), int(market.row_start[after]))
        times = np.repeat(np.arange(first, after), np.diff(market.row_start[first : after + 1]))
        rows[own] = places[times, other[assets[own]]]
    return rows


def _of_other_times(market: Market, rng: np.random.Generator) -> Wholes:
    """Return rows of the same asset, each so far ahead of it as a share of the asset's bars says."""
    share = rng.uniform(_LEAST_MOVE, 1.0 - _LEAST_MOVE)
    asset, ordinal = market.rows[ASSET].astype(np.int64), market.rows[ORDINAL].astype(np.int64)
    order = np.argsort(asset, kind="stable")
    counts = np.bincount(asset, minlength=len(market.symbols))
    starts = np.cumsum(counts) - counts
    first = ordinal[order[np.minimum(starts, max(order.size - 1, 0))]] if order.size else starts
    steps = np.maximum(np.round(counts * share).astype(np.int64), 1)
    within = (ordinal - first[asset] + steps[asset]) % np.maximum(counts[asset], 1)
    return order[starts[asset] + within]
