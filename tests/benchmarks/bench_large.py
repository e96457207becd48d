"""Markets that do not fit comfortably: many bars in pieces beside one piece, many assets, one long asset.

    python tests/benchmarks/bench_large.py [full]

``full`` takes 5,000 assets over 20,000 timestamps, 100 million bars: minutes of time, and some gigabytes of
disk in the folder for temporary files. Without it a tenth of the assets.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from figures import Ended, Figure, best_seconds, run_python, show

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.engine.strategies.walk import run_strategy
from ml4t_desktop.files.pieces.memory import available_memory
from ml4t_desktop.market import Market
from ml4t_desktop.request import parse_request

FULL, TENTH = 5_000, 500
TIMES = 20_000
BLOCK_ROWS = 1_000_000
MEGABYTE = 1_000_000
HOUR_US = 3_600_000_000
START_US = 1_262_304_000_000_000  # 2010
REQUEST = """
format = 1
[data]
files = ["bars.parquet"]
signals = ["pred", "leave"]
[strategy]
entry = { all = [
  { column = "signal.pred", op = ">", value = 0.995 },
  { column = "bar.close", op = "rising" },
] }
exit = { column = "signal.leave", op = ">", value = 0.99 }
[strategy.sizing]
helper = "buy_percent"
percent = 0.01
[strategy.exits]
stop_loss = 0.1
take_profit = 0.2
evaluate = "intrabar"
[strategy.limits]
max_positions = 100
rank_by = "signal.pred"
[costs.commission]
model = "percent"
rate = 0.0005
[account]
initial_capital = 10_000_000.0
"""


def bars(chance: np.random.Generator, close: np.ndarray, first: int, count: int) -> pl.DataFrame:
    """Return the bars of `count` timestamps, and leave their last closes in `close`."""
    assets = close.size
    steps = chance.standard_normal((count, assets), np.float32) * np.float32(0.004)
    walk = np.round(close * np.exp(np.cumsum(steps, axis=0)), 2).clip(1.0)
    before = np.concatenate((close[None], walk[:-1]))
    close[:] = walk[-1]
    wide = np.round(np.abs(chance.standard_normal((count, assets), np.float32)) * 0.05, 2)
    size = count * assets
    return pl.DataFrame(
        {
            "time": np.repeat(START_US + (first + np.arange(count)) * HOUR_US, assets),
            "symbol": np.tile(np.arange(assets, dtype=np.uint32), count),
            "open": before.ravel(),
            "high": (np.maximum(before, walk) + wide).ravel(),
            "low": (np.minimum(before, walk) - wide).clip(0.5).ravel(),
            "close": walk.ravel(),
            "volume": chance.integers(1_000, 50_000, size),
            "pred": chance.random(size, np.float32),
            "leave": chance.random(size, np.float32),
        }
    ).with_columns(pl.col("time").cast(pl.Datetime("us")))


def write_bars(path: Path, assets: int, times: int) -> None:
    """Write a market piece by piece."""
    chance = np.random.default_rng(7)
    close = chance.uniform(10, 200, assets)
    names = pl.Series([f"S{asset:04d}" for asset in range(assets)])
    block = max(1, BLOCK_ROWS // assets)
    writer: pq.ParquetWriter | None = None
    for first in range(0, times, block):
        frame = bars(chance, close, first, min(block, times - first))
        named = frame.with_columns(symbol=names.gather(frame["symbol"]))
        table = named.to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = writer or pq.ParquetWriter(path, table.schema, compression="lz4")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def from_disk(folder: Path, assets: int, times: int) -> Iterator[Figure]:
    """Measure the command line in pieces and in one piece, and compare what they wrote."""
    write_bars(folder / "bars.parquet", assets, times)
    (folder / "request.toml").write_text(REQUEST)
    count = assets * times
    columns = count * 8 * 9
    ended: dict[str, Ended] = {}
    runs = {"in pieces of 2 M bars": "2000000", "in one piece": str(count)}
    for title, rows in runs.items():
        out = folder / title.replace(" ", "-")
        command = ["-m", "ml4t_desktop", "run", str(folder / "request.toml"), "--out", str(out)]
        if title == "in one piece" and 2.2 * columns > 0.5 * (available_memory() or 0):
            yield Figure(what="in one piece: not tried, the memory is too small", value=0, unit="")
            continue
        ended[title] = run_python(
            [*command, *(["--chunk-rows", rows] if "pieces" in title else [])]
        )
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        yield Figure(
            what=f"{count / 1e6:,.0f} M bars {title}", value=ended[title].seconds, unit="s"
        )
        for name, seconds in manifest["phases"].items():
            yield Figure(what=f"  {name}", value=seconds, unit="s")
        yield Figure(
            what=f"  peak memory (the columns used are {columns / MEGABYTE:,.0f} MB)",
            value=ended[title].peak_bytes / MEGABYTE,
            unit="MB",
            form=",.0f",
        )
        yield Figure(what="  trades", value=manifest["rows"]["trades"], unit="", form=",.0f")
    folders = [folder / title.replace(" ", "-") for title in ended]
    if len(folders) == 2:
        tables = ("trades", "fills", "orders", "equity")
        same = all(
            (folders[0] / f"{name}.parquet").read_bytes()
            == (folders[1] / f"{name}.parquet").read_bytes()
            for name in tables
        )
        yield Figure(
            what="both wrote the same bytes (1 is yes)",
            value=same,
            unit="",
            budget=1,
            at_least=True,
        )


def market_of(assets: int, times: int) -> Market:
    """Return a market in memory."""
    chance = np.random.default_rng(3)
    frame = bars(chance, chance.uniform(10, 200, assets), 0, times)
    prices = frame.select("open", "high", "low", "close", pl.col("volume").cast(pl.Float64))
    return Market.build(
        timestamp=frame["time"].to_physical().to_numpy(),
        asset=frame["symbol"].cast(pl.Int32).to_numpy(),
        symbols=tuple(f"S{asset:04d}" for asset in range(assets)),
        prices=np.ascontiguousarray(prices.to_numpy().T),
        signals={name: frame[name].cast(pl.Float64).to_numpy() for name in ("pred", "leave")},
    )


class Light(Strategy):
    """Buys and sells the one asset by its prediction."""

    def on_market_event(self, event, context=None):
        if event.signals["pred"] > 0.999:
            self.buy_percent(event.asset_id, 0.5, event.close)
        elif event.signals["leave"] > 0.999:
            self.close_position(event.asset_id)


def in_memory() -> Iterator[Figure]:
    """Measure rules over many assets and over one, and a strategy over one."""
    import tomllib

    request = parse_request(tomllib.loads(REQUEST))
    crowd = request.model_copy(
        update={
            "strategy": request.strategy.model_copy(
                update={
                    "limits": request.strategy.limits.model_copy(update={"max_positions": None})
                }
            )
        }
    )
    for assets, times in ((FULL, 2_520), (1, 10_000_000)):
        market = market_of(assets, times)
        asked = {"100 places": request, "no limit of places": crowd}
        for title, one in asked.items():
            trades = run_rules(market, one).trades.height
            seconds = best_seconds(lambda market=market, one=one: run_rules(market, one), 2)
            yield Figure(
                what=f"rules, {assets:,} assets x {times:,}, {title} ({trades:,} trades)",
                value=market.row_count / seconds / 1e6,
                unit="M bars/s",
            )
        del market
    market = market_of(1, 1_000_000)
    seconds = best_seconds(lambda: run_strategy(market, Light()), 2)
    yield Figure(what="strategy, 1 asset x 1,000,000", value=1e3 / seconds, unit="k bars/s")


def main() -> None:
    """Measure everything."""
    assets = FULL if sys.argv[1:] == ["full"] else TENTH
    with tempfile.TemporaryDirectory() as folder:
        show("From Parquet file to run folder", from_disk(Path(folder), assets, TIMES))
    show("In memory", in_memory())


if __name__ == "__main__":
    main()
