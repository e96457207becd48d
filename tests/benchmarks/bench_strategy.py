"""A light Python strategy: events a second.

python tests/benchmarks/bench_strategy.py
"""

from dataclasses import dataclass

from figures import Figure, best_seconds, show

from ml4t_desktop.backtest import BacktestEngine, Strategy
from ml4t_desktop.market import Market
from ml4t_desktop.market.sample import sample_market


@dataclass(frozen=True)
class Feed:
    """A market that is in memory already."""

    market: Market


class Light(Strategy):
    """Looks at one signal of every bar, and trades after a large move."""

    def on_market_event(self, event, context=None):
        if event.signals.get("confidence", 0.0) < 0.1:
            return
        if event.close > 1.03 * event.open:
            if not self.get_position(event.asset_id):
                self.buy_percent(event.asset_id, 0.05, event.close)
        elif event.close < 0.97 * event.open:
            self.close_position(event.asset_id)


def measured(assets: int, days: int, budget: float, unit: str) -> Figure:
    """Return events a second of the light strategy over a market."""
    feed = Feed(sample_market(assets=assets, days=days))
    fills = BacktestEngine(feed, Light()).run().fills.height
    seconds = best_seconds(lambda: BacktestEngine(feed, Light()).run(), 5)
    return Figure(
        what=f"{assets} assets, {feed.market.row_count:,} bars ({fills:,} fills)",
        value=feed.market.row_count / seconds,
        unit=unit,
        budget=budget,
        at_least=True,
        form=",.0f",
    )


def main() -> None:
    """Measure many assets, and one."""
    figures = (measured(50, 1000, 500_000, "events/s"), measured(1, 20_000, 150_000, "bars/s"))
    show("A light strategy in Python", figures)


if __name__ == "__main__":
    main()
