"""The cases in our own engine, with a preset applied, and what is the same and what differs."""

import time
from dataclasses import dataclass

import numpy as np
import polars as pl

from ml4t_desktop.backtest import BacktestEngine, Strategy
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.request import Request, apply_preset, parse_request, preset
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from tests.parity.cases import Bars, Fill, OrderCase, Outcome, RuleCase, Trip

PRICE = 1e-9
CENT = 0.005


@dataclass(frozen=True)
class Feed:
    """A market that is in memory already."""

    market: Market


class Planned(Strategy):
    """Gives the orders of a case."""

    def __init__(self, case: OrderCase) -> None:
        self.case = case
        self.bar = -1

    def on_market_event(self, event, context=None):
        self.bar += 1
        for order in self.case.orders:
            if order.bar == self.bar:
                self.submit_order(
                    event.asset_id,
                    order.quantity,
                    order_type=order.type,
                    limit_price=order.limit,
                    stop_price=order.stop,
                    trail_percent=order.trail,
                )


def market_of(bars: Bars, **signals: np.ndarray) -> Market:
    """Return bars and signals as a market."""
    count, assets = len(bars.days), len(bars.symbols)
    order = np.argsort(np.array(bars.symbols))
    micro = bars.days.astype("datetime64[D]").astype(np.int64) * MICROSECONDS_PER_DAY
    return Market.build(
        timestamp=np.repeat(micro, assets),
        asset=np.tile(np.arange(assets, dtype=np.int32), count),
        symbols=tuple(sorted(bars.symbols)),
        prices=np.ascontiguousarray(bars.prices[:, :, order].reshape(5, -1)),
        signals={
            name: values[:, order].astype(np.float64).ravel() for name, values in signals.items()
        },
        source=("parity",),
    )


def request_of(case: RuleCase, name: str, **limits: object) -> Request:
    """Return the request of a case with a preset applied."""
    if case.quantity is not None:
        sizing = {"helper": "fixed_quantity", "quantity": case.quantity}
    else:
        sizing = {"helper": "buy_percent", "percent": case.percent}
    exits = {"stop_loss": case.stop_loss, "take_profit": case.take_profit}
    exits["trailing_stop"] = case.trailing_stop
    tables = {
        "data": {"files": ["memory"], "signals": ["enter", "leave"]},
        "strategy": {
            "entry": {"column": "signal.enter", "op": ">", "value": 0.5},
            "exit": {"column": "signal.leave", "op": ">", "value": 0.5},
            "sizing": sizing,
            "exits": {key: value for key, value in exits.items() if value is not None},
            "limits": limits,
        },
        "costs": {
            "commission": {"model": "percent", "rate": case.commission},
            "slippage": {"model": "percent", "rate": case.slippage},
        },
        "account": {"initial_capital": case.capital},
    }
    return apply_preset(parse_request(tables), preset(name))[0]


def run_case(case: RuleCase | OrderCase, name: str) -> Outcome:
    """Return what our engine makes of a case with a preset."""
    if isinstance(case, OrderCase):
        chosen = preset(name)
        market = market_of(case.bars)
        engine = BacktestEngine(
            Feed(market),
            Planned(case),
            initial_capital=case.capital,
            execution=chosen.execution,
            costs={"commission": {"model": "percent", "rate": case.commission}},
            account={**chosen.account.model_dump(), "type": "margin"},
        )
        result, seconds = engine.run(), 0.0
    else:
        market = market_of(case.bars, enter=case.enter, leave=case.leave)
        request = request_of(case, name)
        begun = time.perf_counter()
        result = run_rules(market, request)
        seconds = time.perf_counter() - begun
    return outcome_of(result.fills, result.trades, result.equity, case.bars, seconds)


def outcome_of(
    fills: pl.DataFrame,
    trades: pl.DataFrame,
    equity: pl.DataFrame,
    bars: Bars,
    seconds: float = 0.0,
) -> Outcome:
    """Return the tables of a result as an outcome."""
    days = bars.days.astype("datetime64[D]").tolist()
    bar_of = {day: bar for bar, day in enumerate(days)}

    def bar(moment) -> int:
        return bar_of[moment.date()]

    return Outcome(
        fills=tuple(
            Fill(
                bar(row["timestamp"]), row["symbol"],
                row["quantity"] * (1.0 if row["side"] == "buy" else -1.0),
                row["price"], row["commission"],
            )
            for row in fills.with_columns(pl.col("quantity").abs()).iter_rows(named=True)
        ),
        trips=tuple(
            Trip(
                bar(row["entry_time"]), row["symbol"], bar(row["exit_time"]),
                row["quantity"] * (1.0 if row["direction"] == "long" else -1.0),
                row["entry_price"], row["exit_price"], row["pnl"],
            )
            for row in trades.filter(pl.col("status") == "closed").iter_rows(named=True)
        ),
        final_value=equity["equity"][-1],
        seconds=seconds,
    )  # fmt: skip


def differences(own: Outcome, other: Outcome) -> list[str]:
    """Return in words where two outcomes differ: bars exactly, prices and sizes to 1e-9, money to the cent."""
    found = [
        *_unlike("fill", own.fills, other.fills, money=("commission",)),
        *_unlike("trade", own.trips, other.trips, money=("pnl",)),
    ]
    if abs(own.final_value - other.final_value) > CENT:
        found.append(f"final value {own.final_value:.4f}, theirs {other.final_value:.4f}")
    return found


def _unlike(what, own, other, money):
    """Yield the rows that only one side has; rows that differ in a number are on both sides."""
    mine, theirs = ({_key(row): row for row in rows} for rows in (own, other))
    for key in sorted({*mine, *theirs}):
        a, b = mine.get(key), theirs.get(key)
        if a is None or b is None:
            yield f"{what} only {'there' if a is None else 'here'}: {b if a is None else a}"
            continue
        for name, x in vars(a).items():
            y = getattr(b, name)
            if isinstance(x, str | int) and not isinstance(x, float):
                same = x == y
            else:
                bound = CENT if name in money else PRICE * max(abs(x), abs(y))
                same = abs(x - y) <= bound
            if not same:
                yield f"{what} {name} {x!r}, theirs {y!r}: {a}"


def _key(row):
    if isinstance(row, Fill):
        return (row.bar, row.symbol, row.quantity > 0)
    return (row.entry_bar, row.symbol, row.exit_bar)


def flows(outcome: Outcome) -> dict[tuple[int, str], float]:
    """Return what was traded on each bar, in units and in money."""
    found: dict[tuple[int, str], float] = {}
    for fill in outcome.fills:
        amounts = {"units": fill.quantity, "money": fill.quantity * fill.price}
        for name, amount in amounts.items():
            found[fill.bar, name] = found.get((fill.bar, name), 0.0) + amount
    return {key: value for key, value in found.items() if abs(value) > 1e-9}
