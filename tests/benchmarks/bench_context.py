"""What sharing context between assets saves in memory, on 1, 50 and 500 assets.

    python tests/benchmarks/bench_context.py

One context of ten values for each of 250 timestamps. "Kept" holds all events and contexts of a run at
once: the most that sharing can save. "Run" is the peak of a run that keeps nothing, as the engine works:
contexts of a few thousand timestamps are alive at a time, however many assets there are. A copy is a dict
of its own over the same numbers and texts; the slot of the list that keeps it is counted in both cases.
"""

import gc
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from figures import Figure, show

from ml4t_desktop.backtest import BacktestEngine, Context, MarketEvent, Strategy
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.sample import sample_market

TIMES = 250
NUMBERS = 9
MEGABYTE = 1e6


@dataclass(frozen=True)
class Feed:
    """A market that is in memory already."""

    market: Market


class Keeper(Strategy):
    """Keeps every event, and its context shared or as a copy of its own, or nothing."""

    def __init__(self, *, copies: bool, keeps: str) -> None:
        self.kept: list[object] = []
        self.copies, self.keeps = copies, keeps

    def on_market_event(self, event: MarketEvent, context: Context | None = None) -> None:
        known = Context(event.timestamp, context) if self.copies else context
        if "events" in self.keeps:
            self.kept.append(event)
        if "contexts" in self.keeps:
            self.kept.append(known)


def market_with_context(assets: int) -> Market:
    """Return a market of some assets with nine numbers and a text per timestamp."""
    market = sample_market(assets=assets, days=TIMES)
    rng = np.random.default_rng(1)
    context = {f"value_{i}": rng.normal(size=market.time_count) for i in range(NUMBERS)}
    codes = rng.integers(0, 2, market.time_count).astype(np.int32)
    return replace(market, context={**context, "regime": TextColumn(codes, ("bear", "bull"))})


def allocated(call: Callable[[], object]) -> tuple[float, float]:
    """Return the megabytes that a call left and that it had at the most."""
    tracemalloc.start()
    try:
        kept = call()
        gc.collect()  # the books of the run, which would be counted on both sides
        left, peak = tracemalloc.get_traced_memory()
        del kept
    finally:
        tracemalloc.stop()
    return left / MEGABYTE, peak / MEGABYTE


def kept_by(market: Market, *, copies: bool, keeps: str) -> tuple[float, float]:
    """Return megabytes left and at the peak of one run; what the run itself leaves is not counted."""

    def run() -> list[object]:
        strategy = Keeper(copies=copies, keeps=keeps)
        BacktestEngine(Feed(market), strategy).run()
        return strategy.kept

    run()
    return allocated(run)


def figures(assets: int) -> list[Figure]:
    """Return the memory with and without sharing, and how many times as much that is."""
    market = market_with_context(assets)
    rows: list[Figure] = []
    for what, keeps, place in (
        ("contexts kept", "contexts", 0),
        ("contexts and events kept", "contexts and events", 0),
        ("run that keeps nothing, peak", "nothing", 1),
    ):
        shared, copied = (kept_by(market, copies=c, keeps=keeps)[place] for c in (False, True))
        head = f"{assets} assets, {what}"
        rows += [
            Figure(what=f"{head}: shared", value=shared, unit="MB"),
            Figure(what=f"{head}: a copy per bar", value=copied, unit="MB"),
            Figure(what=f"{head}: factor", value=copied / shared, unit="x"),
        ]
    return rows


def main() -> None:
    """Measure few and many assets."""
    for assets in (1, 50, 500):
        show(f"Memory of context, {assets} assets x {TIMES} timestamps", figures(assets))


if __name__ == "__main__":
    main()
