"""The same work in our engine and in others, side by side in one run: bars a second, and how often faster.

    python tests/benchmarks/bench_peers.py [--quick] [one] [fifty] [large]

The extras ``parity`` and ``peers`` bring the others; those that are missing are left out. Every engine gets
the same bars and signals in memory, in its own form, and is timed from there to its result; engines take
turns, and the middle of several rounds counts. Before anything is timed, each must have made the trades it
shares with ours: the same number, the same final value to the cent.

Of the large market an engine that would take minutes gets the first months or years only. The table says how
many bars each has run, and compares by the bars a second; our engine has run the same share once for the
check of trades. backtesting.py holds one asset, and is in the first table alone.
"""

import statistics
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
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
LARGE_DAYS = 2_520
# Of the large market: days that take a few seconds.
SHARES = {"backtrader": 63, "ml4t_backtest": 1_008}


@dataclass(frozen=True)
class Contestant:
    """One way of doing the work."""

    title: str
    run: Callable[[], Outcome]
    preset: str
    days: int
    assets: int
    seconds: list[float] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def bars(self) -> int:
        """How many bars it goes through."""
        return self.days * self.assets

    @property
    def rate(self) -> float:
        """Bars a second, in the middle one of its rounds."""
        return self.bars / statistics.median(self.seconds)

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


def first_days(case: RuleCase, days: int) -> RuleCase:
    """Return the first days of a case."""
    bars = Bars(case.bars.symbols, case.bars.days[:days], case.bars.prices[:, :days])
    return replace(case, bars=bars, enter=case.enter[:days], leave=case.leave[:days])


def contest(
    title: str,
    case: RuleCase,
    names: list[str],
    rounds: int,
    shares: Mapping[str, int] | None = None,
) -> None:
    """Let our rules, our strategy and some others do one work, and print the table.

    Parameters
    ----------
    shares : mapping of str to int, optional
        Days that an engine gets, where that is not all of them.
    """
    size = {"days": len(case.bars.days), "assets": len(case.bars.symbols)}
    with ExitStack() as stack:
        field_ = [
            Contestant(
                "ml4t_desktop, rules", lambda: run_case(case, "backtrader"), "backtrader", **size
            ),
            Contestant(
                "ml4t_desktop, rules, same close",
                lambda: run_case(case, "vectorbt"),
                "vectorbt",
                **size,
            ),
            Contestant("ml4t_desktop, Python strategy", own_strategy(case), "backtrader", **size),
        ]
        for name in names:
            peer = stack.enter_context(Peer(name, is_fast=True))
            part = first_days(case, (shares or {}).get(name, size["days"]))
            work = Contestant(
                OTHERS[name],
                lambda peer=peer, part=part: peer.run(part),
                TIMING.get(name, "backtrader"),
                days=len(part.bars.days),
                assets=size["assets"],
            )
            field_.append(work)
        for contestant in field_:  # compiling and loading are not counted
            contestant.take_turn()
            contestant.seconds.clear()
        check(field_, case)
        for _ in range(rounds):
            for contestant in field_:
                contestant.take_turn()
    show(title, field_)


def check(contestants: list[Contestant], case: RuleCase) -> None:
    """Refuse to compare engines that did not do the same."""
    first = {}
    for contestant in contestants:
        outcome = contestant.outcomes[0]
        what = contestant.preset, contestant.days
        if what not in first:
            whole = contestant.days == len(case.bars.days)
            part = first_days(case, contestant.days)
            first[what] = outcome if whole else run_case(part, contestant.preset)
        own = first[what]
        same = len(outcome.trips) == len(own.trips)
        if not same or abs(outcome.final_value - own.final_value) > CENT:
            message = (
                f"{contestant.title} made {len(outcome.trips)} trades and {outcome.final_value:.2f}, "
                f"ours {len(own.trips)} and {own.final_value:.2f}"
            )
            raise SystemExit(message)


def show(title: str, contestants: list[Contestant]) -> None:
    """Print bars a second, and how often faster our rules are."""
    ours = contestants[0]
    print(f"\n{title}: {ours.bars:,} bars, median of {len(ours.seconds)}", flush=True)
    print(f"{'':<34}{'bars run':>11}{'trades':>9}{'seconds':>11}{'bars/s':>14}{'rules faster':>14}")
    for contestant in contestants:
        seconds = statistics.median(contestant.seconds)
        trades = len(contestant.outcomes[0].trips)
        print(
            f"{contestant.title:<34}{contestant.bars:>11,}{trades:>9,}{seconds:>11.4f}"
            f"{contestant.rate:>14,.0f}{ours.rate / contestant.rate:>13,.1f}x"
        )


def main(arguments: list[str]) -> None:
    """Compare on one asset, on a few, and on many."""
    quick = "--quick" in arguments
    asked = {"one", "fifty", "large"} & set(arguments)
    wanted = asked or ({"one", "fifty"} if quick else {"one", "fifty", "large"})
    installed = [name for name in OTHERS if is_installed(name)]
    missing = [title for name, title in OTHERS.items() if name not in installed]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    many = [name for name in installed if name != "backtesting"]
    rounds = 2 if quick else ROUNDS
    if "one" in wanted:
        contest("One asset", case_of(1, 2_000 if quick else 10_000), installed, rounds)
    if "fifty" in wanted:
        contest("50 assets", case_of(50, 250 if quick else 1_000), many, min(rounds, 3))
    if "large" in wanted:
        case = case_of(500, LARGE_DAYS)
        contest("500 assets over ten years", case, many, min(rounds, 3), SHARES)


if __name__ == "__main__":
    main(sys.argv[1:])
