"""How often the leak checks find what was planted, and how often they blame honest columns.

python tests/benchmarks/bench_leaks.py [SEEDS] [--speed]
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from ml4t_desktop.analysis.leakage import LeakReport, check_leaks
from ml4t_desktop.market import Market
from ml4t_desktop.market.sample import sample_market
from tests.benchmarks import planted

REAL = Path(__file__).resolve().parents[3] / "shared/projects/ml_signal_sp500.toml"
Table = dict[str, Counter[str]]


def main(seeds: int) -> None:
    honest, leaks = defaultdict(Counter), defaultdict(Counter)
    for seed in range(seeds):
        for group, market in _honest(seed):
            _count(honest, group, check_leaks(market))
        for group, market in _leaks(seed):
            _count(leaks, group, check_leaks(market))
    _show(f"honest columns, {seeds} seeds: share blamed", honest)
    _show(f"planted leaks, {seeds} seeds: share found", leaks)
    if REAL.is_file():
        _show("real data", _real())


def _honest(seed: int) -> Iterator[tuple[str, Market]]:
    random = np.random.default_rng(1000 + seed)
    grid, single = planted.sample(seed), planted.sample(seed, assets=1)
    yield "generator: ", grid.market
    yield "40 assets: ", grid.with_signals(planted.honest_signals(grid, random))
    yield "one asset: ", single.with_signals(planted.honest_signals(single, random))
    yield "context: ", grid.with_context(planted.honest_context(grid, random))
    for ic in (0.02, 0.05, 0.08):
        yield f"edge, IC {ic}: ", planted.edge_market(seed, ic)
    yield "one asset, bid and ask: ", planted.bounce_market(seed)
    yield "20 assets, bid and ask: ", planted.bounce_market(seed, assets=20, days=600)
    day = planted.intraday(grid.market)
    before = planted.day_values(day, known_early=False)
    yield "intraday: ", planted.Grid.of(day).with_context({"return of the day before": before})


def _leaks(seed: int) -> Iterator[tuple[str, Market]]:
    random = np.random.default_rng(2000 + seed)
    grid, single = planted.sample(seed), planted.sample(seed, assets=1)
    yield "40 assets: ", grid.with_signals(planted.planted_signals(grid, random))
    yield "one asset: ", single.with_signals(planted.planted_signals(single, random))
    yield "context: ", grid.with_context(planted.planted_context(grid, random))
    yield "40 assets: ", grid.with_signals(planted.hidden_signals(grid))
    day = planted.intraday(grid.market)
    early = planted.day_values(day, known_early=True)
    yield (
        "intraday: ",
        planted.Grid.of(day).with_context({"return of the day, from its morning": early}),
    )
    yield "trained: ", planted.trained_market(seed)


def _count(table: Table, group: str, report: LeakReport) -> None:
    for column in report.columns:
        table[group + column.name][column.level] += 1


def _real() -> Table:
    from ml4t_desktop.files.market_files import read_market
    from ml4t_desktop.request import load_request

    request = load_request(REAL)
    market = read_market(request.data, request.context, base=REAL.parent).market
    table: Table = defaultdict(Counter)
    _count(table, "S&P 500: ", check_leaks(market, request))
    grid = planted.Grid.of(market)
    honest = planted.honest_signals(grid, np.random.default_rng(1))
    _count(table, "S&P 500, features: ", check_leaks(grid.with_signals(honest)))
    context = planted.honest_context(grid, np.random.default_rng(1))
    _count(table, "S&P 500, context: ", check_leaks(grid.with_context(context)))
    leaks = planted.planted_signals(grid, np.random.default_rng(1))
    _count(table, "S&P 500, planted: ", check_leaks(grid.with_signals(leaks)))
    context = planted.planted_context(grid, np.random.default_rng(1))
    _count(table, "S&P 500, planted: ", check_leaks(grid.with_context(context)))
    return table


def _show(title: str, table: Table) -> None:
    print(f"\n{title}\n{'-' * len(title)}\n{'':<72}{'alarm':>8}{'notice':>8}")
    for name, counts in table.items():
        total = sum(counts.values())
        print(f"{name:<72}{counts['alarm'] / total:>8.0%}{counts['notice'] / total:>8.0%}")
    cells = Counter[str]()
    for counts in table.values():
        cells.update(counts)
    total = sum(cells.values())
    print(
        f"{f'all {total} columns':<72}{cells['alarm'] / total:>8.1%}{cells['notice'] / total:>8.1%}",
        flush=True,
    )


def speed() -> None:
    """Print how long it takes on 1.26 M bars with three signals and two columns of context."""
    market = sample_market(assets=500, days=2520)
    began = time.perf_counter()
    check_leaks(market)
    print(
        f"{market.row_count:,} bars, 3 signals, 3 columns of context: {time.perf_counter() - began:.1f} s"
    )


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--speed"]
    speed() if "--speed" in sys.argv else main(int(arguments[0]) if arguments else 10)
