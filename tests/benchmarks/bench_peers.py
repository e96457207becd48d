"""The same work in our engine and in others, side by side in one run: bars a second, and how often faster.

    python tests/benchmarks/bench_peers.py [--quick]

The extras ``parity`` and ``peers`` bring the others; those that are missing are left out. Every engine gets
the same bars and signals in memory, in its own form, and is timed from there to its result; engines take
turns, and the middle of several rounds counts. Before anything is timed, each must have made the trades it
shares with ours: the same number, the same final value to the cent.
"""

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ml4t_desktop.backtest import BacktestEngine, Strategy, preset
from ml4t_desktop.market.sample import sample_market_arrays
from tests.parity.cases import Bars, Outcome, RuleCase
from tests.parity.own import Feed, market_of, outcome_of, run_case
from tests.parity.peer import Peer, is_installed

ROUNDS = 5
CENT = 0.005
OTHERS = {
    "backtrader": "backtrader",
    "backtesting": "backtesting.py",
    "vectorbt": "vectorbt",
    "ml4t_backtest": "ml4t-backtest",
}
# Closes are what vectorbt trades at, the others at the next open.
TIMING = {"vectorbt": "vectorbt"}


@dataclass(frozen=True)
class Contestant:
    """One way of doing the work."""

    title: str
    run: Callable[[], Outcome]
    preset: str
    seconds: list[float] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def take_turn(self) -> None:
        """Do the work once."""
        outcome = self.run()
        self.seconds.append(outcome.seconds)
        self.outcomes[:] = [outcome]


class Rules(Strategy):
    """Enters and leaves as the signals say."""

    def __init__(self, quantity: float) -> None:
        self.quantity = quantity

    def on_market_event(self, event, context=None):
        if self.get_position(event.asset_id):
            if event.signals["leave"] > 0.5:
                self.close_position(event.asset_id)
        elif event.signals["enter"] > 0.5:
            self.submit_order(event.asset_id, self.quantity)


def own_strategy(case: RuleCase) -> Callable[[], Outcome]:
    """Return the work as a Python strategy of ours."""
    feed = Feed(market_of(case.bars, enter=case.enter, leave=case.leave))
    chosen = preset("backtrader")
    costs = {"commission": {"model": "percent", "rate": case.commission}}

    def run() -> Outcome:
        engine = BacktestEngine(
            feed,
            Rules(case.quantity),
            initial_capital=case.capital,
            execution=chosen.execution,
            costs=costs,
        )
        begun = time.perf_counter()
        result = engine.run()
        seconds = time.perf_counter() - begun
        return outcome_of(result.fills, result.trades, result.equity, case.bars, seconds)

    return run


def case_of(assets: int, days: int) -> RuleCase:
    """Return bars of the sample, entered and left at random, so that money is never short."""
    arrays = sample_market_arrays(assets=assets, days=days)
    random = np.random.RandomState(7)
    enter = random.uniform(size=(days, assets)) < 0.05
    leave = (random.uniform(size=(days, assets)) < 0.05) & ~enter
    enter[0] = leave[0] = False  # backtesting.py decides from the second bar on
    return RuleCase(
        bars=Bars(arrays.symbols, arrays.dates, arrays.prices),
        enter=enter,
        leave=leave,
        quantity=10.0,
        commission=0.001,
        capital=100_000_000.0,
    )


def contest(title: str, case: RuleCase, names: list[str], rounds: int) -> None:
    """Let our rules, our strategy and some others do one work, and print the table."""
    with ExitStack() as stack:
        field_ = [
            Contestant("ml4t_desktop, rules", lambda: run_case(case, "backtrader"), "backtrader"),
            Contestant(
                "ml4t_desktop, rules, same close", lambda: run_case(case, "vectorbt"), "vectorbt"
            ),
            Contestant("ml4t_desktop, Python strategy", own_strategy(case), "backtrader"),
        ]
        for name in names:
            peer = stack.enter_context(Peer(name, is_fast=True))
            work = Contestant(
                OTHERS[name], lambda peer=peer: peer.run(case), TIMING.get(name, "backtrader")
            )
            field_.append(work)
        for contestant in field_:  # compiling and loading are not counted
            contestant.take_turn()
            contestant.seconds.clear()
        check(field_)
        for _ in range(rounds):
            for contestant in field_:
                contestant.take_turn()
    show(title, case, field_)


def check(contestants: list[Contestant]) -> None:
    """Refuse to compare engines that did not do the same."""
    first = {}
    for contestant in contestants:
        outcome = contestant.outcomes[0]
        own = first.setdefault(contestant.preset, outcome)
        same = len(outcome.trips) == len(own.trips)
        if not same or abs(outcome.final_value - own.final_value) > CENT:
            message = (
                f"{contestant.title} made {len(outcome.trips)} trades and {outcome.final_value:.2f}, "
                f"ours {len(own.trips)} and {own.final_value:.2f}"
            )
            raise SystemExit(message)


def show(title: str, case: RuleCase, contestants: list[Contestant]) -> None:
    """Print bars a second, and how often faster our rules are."""
    bars = case.enter.size
    print(f"\n{title}: {bars:,} bars, median of {len(contestants[0].seconds)}", flush=True)
    print(f"{'':<34}{'trades':>9}{'seconds':>11}{'bars/s':>14}{'rules faster':>14}")
    ours = statistics.median(contestants[0].seconds)
    for contestant in contestants:
        seconds = statistics.median(contestant.seconds)
        trades = len(contestant.outcomes[0].trips)
        print(
            f"{contestant.title:<34}{trades:>9,}{seconds:>11.4f}{bars / seconds:>14,.0f}"
            f"{seconds / ours:>13,.1f}x"
        )


def main(arguments: list[str]) -> None:
    """Compare on one asset, on a few, and on many."""
    quick = "--quick" in arguments
    installed = [name for name in OTHERS if is_installed(name)]
    missing = [title for name, title in OTHERS.items() if name not in installed]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    many = [name for name in installed if name != "backtesting"]
    fast = [name for name in many if name != "backtrader"]
    rounds = 2 if quick else ROUNDS
    contest("One asset", case_of(1, 2_000 if quick else 10_000), installed, rounds)
    contest("50 assets", case_of(50, 250 if quick else 1_000), many, rounds)
    if not quick:
        contest("500 assets over ten years", case_of(500, 2_520), fast, 3)


if __name__ == "__main__":
    main(sys.argv[1:])
