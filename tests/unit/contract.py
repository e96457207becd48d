"""What the cases of the contract are made of: bars, a strategy from tables, and what was traded."""

from datetime import datetime, timedelta

import polars as pl

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.files.frames import ColumnMap, market_from_frame
from ml4t_desktop.request import parse_request

MONDAY = datetime(2024, 1, 1)
PRICES = ("open", "high", "low", "close")
FAR = {
    "type": "limit",
    "offset": 0.9,
    "good_for_bars": 1,
}  # never filled: a candidate at every close
TEN = {"helper": "fixed_quantity", "quantity": 10.0}
SHORT = {"account": {"type": "margin"}}
ALWAYS = {"all": []}


def bars(prices, asset="A", **signals):
    rows = []
    for place, price in enumerate(prices):
        if price is None:
            continue
        four = price if isinstance(price, tuple) else (price,) * 4
        bar = dict(zip(PRICES, map(float, four), strict=True))
        values = {name: column[place] for name, column in signals.items()}
        time = MONDAY + timedelta(days=place)
        rows.append({"timestamp": time, "symbol": asset, **bar, "volume": 1e6, **values})
    return pl.DataFrame(rows, schema_overrides={name: pl.Float64() for name in signals})


def run(frame, strategy, **tables):
    names = [name for name in frame.columns if len(name) == 1]
    data = {"files": ["bars"], "signals": names}
    request = parse_request({"data": data, "strategy": strategy, **tables})
    market, _ = market_from_frame(frame, ColumnMap(signals=tuple(names)), source="bars")
    return run_rules(market, request)


def traded(result):
    """Bar, symbol, signed quantity and price of every fill."""
    return [
        (
            (fill["timestamp"] - MONDAY).days,
            fill["symbol"],
            fill["quantity"] if fill["side"] == "buy" else -fill["quantity"],
            fill["price"],
        )
        for fill in result.fills.iter_rows(named=True)
    ]


def clause(column, op, value=None, other=None):
    given = {"column": column, "op": op, "value": value, "other": other}
    return {key: item for key, item in given.items() if item is not None}


def where(frame, condition):
    """Bars of A on which a condition holds, which is never held and enters at each of them."""
    strategy = {"entry": condition, "sizing": TEN, "entry_order": FAR}
    orders = run(frame, strategy).orders.filter(pl.col("symbol") == "A")
    return [(time - MONDAY).days for time in orders["decision_time"]]


def flow(prices, enter, leave=(), strategy=None, **tables):
    frame = bars(
        prices,
        e=[float(place in enter) for place in range(len(prices))],
        x=[float(place in leave) for place in range(len(prices))],
    )
    rules = {"entry": clause("signal.e", ">", 0.5), "exit": clause("signal.x", ">", 0.5)}
    return run(frame, {**rules, "sizing": TEN, **(strategy or {})}, **tables)
