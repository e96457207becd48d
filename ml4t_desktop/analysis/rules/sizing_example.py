"""What a sizing makes of a bar that the entry rule selects: the order, its fill and what it costs.

Every number comes from the engine itself, which trades the one bar of the example: nothing is worked
out a second time here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.rules.conditions import rows_where
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.market.columns import column_value
from ml4t_desktop.market.market import ASSET, CLOSE
from ml4t_desktop.request import Request, RuleStrategy
from ml4t_desktop.request.conditions import All, Clause, Condition, clauses
from ml4t_desktop.request.sizing import (
    FractionalKelly,
    InverseVolatility,
    SizeByConfidence,
    Sizing,
)
from ml4t_desktop.request.strategy import Exits, Limits
from ml4t_desktop.result.run_result import RunResult

_CHOSEN: Final = "(the bar of the example)"
_CURVE_POINTS: Final = 101
_CURVE_CAPITAL: Final = 1e9
_MOST_BARS: Final = 20  # that a limit order is followed


@dataclass(frozen=True, slots=True, kw_only=True)
class SizingExample:
    """One entry, from the signal to the fill.

    Parameters
    ----------
    number, count : int
        Which of the examples it is, from 0, and how many there are: the best entry of each timestamp.
    side : {1, -1}
        Long or short.
    values : mapping of str to float, str or None
        What the rule and the sizing look at, by full name of the column.
    equity : float
        What is sized from: the initial capital.
    exact : float
        Quantity before rounding to lots, zero or more; NaN when there is no order.
    share : float
        Of the equity, at the close; NaN when there is no order.
    ordered, filled : float
        Quantity after rounding, and what of it was traded.
    status, reason : str
        Of the order, as in the orders table; empty when there is no order.
    price, commission, slippage : float
        Of the fills: average price, and money; 0 when nothing was traded.
    cash : float
        What is left after the fills.
    """

    number: int
    count: int
    symbol: str
    time: datetime
    side: int
    close: float
    values: Mapping[str, float | str | None]
    equity: float
    exact: float
    share: float
    ordered: float
    filled: float
    status: str
    reason: str
    price: float
    commission: float
    slippage: float
    cash: float


class SizingExamples:
    """The entries that a request's rules select in a market, as examples for its sizing.

    Parameters
    ----------
    market : Market
        Its columns are delayed already.
    """

    def __init__(self, market: Market, request: Request) -> None:
        self._market, self._request = market, request
        self._rows, self._sides = _best_entries(market, request.strategy)

    @property
    def count(self) -> int:
        """How many examples there are."""
        return self._rows.size

    def telling(self) -> SizingExample:
        """Return an early example that makes an order: the first bars may have no volatility yet."""
        first = self.example(0)
        if first.ordered:
            return first
        places = (1 << step for step in range(self.count.bit_length()))
        tried = (self.example(place) for place in places if place < self.count)
        return next((example for example in tried if example.ordered), first)

    def example(self, number: int) -> SizingExample:
        """Return one of the examples, counted from 0."""
        market, row, side = self._market, int(self._rows[number]), int(self._sides[number])
        part, names = self._part(row)
        request = _of_one_entry(self._request, side)
        result = run_rules(part, request)
        exact = _first_requested(run_rules(part, _fractional(request)))
        capital = request.account.initial_capital
        close = float(market.prices[CLOSE, row])
        t = int(np.searchsorted(market.row_start, row, side="right")) - 1
        values = {name: _value(market, name, row, t) for name in names}
        has_order = result.orders.height > 0
        order = result.orders.row(0, named=True) if has_order else {}
        fills = result.fills
        filled = float(fills["quantity"].sum()) if fills.height else 0.0
        spent = float((fills["quantity"] * fills["price"]).sum()) if fills.height else 0.0
        return SizingExample(
            number=number,
            count=self.count,
            symbol=market.symbols[market.rows[ASSET, row]],
            time=market.moment(t),
            side=side,
            close=close,
            values=MappingProxyType(values),
            equity=capital,
            exact=exact,
            share=exact * close / capital,
            ordered=abs(float(order["requested"])) if has_order else 0.0,
            filled=filled,
            status=str(order.get("status") or ""),
            reason=str(order.get("reason") or ""),
            price=spent / filled if filled else 0.0,
            commission=float(fills["commission"].sum()) if fills.height else 0.0,
            slippage=float(fills["slippage"].sum()) if fills.height else 0.0,
            cash=float(result.equity["cash"][-1]),
        )

    def _part(self, row: int) -> tuple[Market, tuple[str, ...]]:
        """Return the bars of one asset about a row, and the columns that decide there."""
        market, strategy = self._market, self._request.strategy
        own = market.asset_rows(int(market.rows[ASSET, row]))
        place = int(np.searchsorted(own, row))
        before = strategy.sizing.window + 1 if isinstance(strategy.sizing, InverseVolatility) else 0
        order = strategy.entry_order
        after = min(order.good_for_bars or _MOST_BARS, _MOST_BARS) if order.type == "limit" else 1
        rows = own[max(place - before, 0) : place + after + 1]
        return _bars_of(market, rows, row), tuple(dict.fromkeys(_deciding(strategy)))


def size_curve(sizing: Sizing) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the share of equity for confidences from 0 to 1, as the engine sizes them.

    Returns
    -------
    confidence, share : ndarray of float64, shape (101,)
        None for a sizing that asks for no confidence.
    """
    if isinstance(sizing, SizeByConfidence):
        own: Sizing = sizing.model_copy(update={"confidence": "signal.x"})
    elif isinstance(sizing, FractionalKelly):
        own = sizing.model_copy(update={"probability": "signal.x"})
    else:
        return None
    chances = np.linspace(0.0, 1.0, _CURVE_POINTS)
    names = tuple(f"{place:03d}" for place in range(_CURVE_POINTS))
    market = Market.build(
        timestamp=np.zeros(_CURVE_POINTS, np.int64),
        asset=np.arange(_CURVE_POINTS, dtype=np.int32),
        symbols=names,
        prices=np.ones((5, _CURVE_POINTS)),
        signals={"x": chances},
    )
    entry = Clause(column="signal.x", op=">=", value=0.0)
    request = Request.model_construct(
        strategy=RuleStrategy(entry=entry, sizing=own),
        **{
            name: Request.model_fields[name].default
            for name in ("format", "name", "context", "execution", "costs", "account", "risk")
        },
    )
    account = request.account.model_copy(update={"initial_capital": _CURVE_CAPITAL})
    result = run_rules(market, _fractional(request.model_copy(update={"account": account})))
    shares = np.zeros(_CURVE_POINTS)
    places = result.orders["symbol"].cast(int).to_numpy()
    shares[places] = result.orders["requested"].abs().to_numpy() / _CURVE_CAPITAL
    return chances, shares


def _best_entries(
    market: Market, strategy: RuleStrategy
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the row of the entry that ranks first at each timestamp, and its side."""
    long_rows = _where(market, strategy, strategy.entry)
    if strategy.direction == "both":
        short_rows = _where(market, strategy, strategy.short_entry)
        rows = np.flatnonzero(long_rows != short_rows)
        sides = np.where(long_rows[rows], 1, -1)
    else:
        rows = np.flatnonzero(long_rows)
        sides = np.full(rows.size, 1 if strategy.direction == "long" else -1)
    times = np.searchsorted(market.row_start, rows, side="right") - 1
    has_next = rows < market.row_start[-2] if market.time_count else rows < 0
    rows, sides, times = rows[has_next], sides[has_next], times[has_next]
    rank = _ranks(market, strategy.limits.rank_by, rows, times)
    order = np.lexsort((rows, rank, times))
    first = np.append(True, np.diff(times[order]) > 0)[: order.size]
    chosen = order[first]
    return rows[chosen], sides[chosen]


def _where(market: Market, strategy: RuleStrategy, entry: Condition | None) -> NDArray[np.bool_]:
    if entry is None:
        return np.zeros(market.row_count, np.bool_)
    allowed = entry if strategy.filter is None else All(all=(entry, strategy.filter))
    return rows_where(market, allowed)


def _ranks(
    market: Market, name: str | None, rows: NDArray[np.int64], times: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what sorts entries best first, those without a value last."""
    column = market.column(name) if name is not None else None
    if column is None or isinstance(column, TextColumn):
        return np.zeros(rows.size)
    values = column[times] if str(name).startswith("context.") else column[rows]
    return np.where(np.isnan(values), np.inf, -values)


def _deciding(strategy: RuleStrategy) -> list[str]:
    names = [clause.column for clause in clauses(strategy.entry)]
    names += [clause.column for clause in clauses(strategy.short_entry)]
    if isinstance(strategy.sizing, SizeByConfidence):
        names.append(strategy.sizing.confidence)
    if isinstance(strategy.sizing, FractionalKelly):
        names.append(strategy.sizing.probability)
    return names


def _value(market: Market, name: str, row: int, t: int) -> float | str | None:
    return column_value(market.column(name), t if name.startswith("context.") else row)


def _bars_of(market: Market, rows: NDArray[np.int64], chosen: int) -> Market:
    """Return some rows of one asset as a market of their own, with a signal that marks one of them."""
    times = np.searchsorted(market.row_start, rows, side="right") - 1
    asset = int(market.rows[ASSET, chosen])
    part = Market.build(
        timestamp=market.timestamps[times],
        asset=np.zeros(rows.size, np.int32),
        symbols=(market.symbols[asset],),
        prices=np.ascontiguousarray(market.prices[:, rows]),
        signals={
            **{name: _taken(column, rows) for name, column in market.signals.items()},
            _CHOSEN: (rows == chosen).astype(np.float64),
        },
        time_zone=market.time_zone,
        source=market.source,
    )
    context = {name: _taken(column, times) for name, column in market.context.items()}
    return replace(part, context=MappingProxyType(context))


def _taken(column: Column, rows: NDArray[np.int64]) -> Column:
    if isinstance(column, TextColumn):
        return TextColumn(column.codes[rows], column.labels)
    return column[rows]


def _of_one_entry(request: Request, side: int) -> Request:
    """Return a request that enters at the marked bar, once, and never leaves."""
    strategy = request.strategy.model_copy(
        update={
            "direction": "long" if side > 0 else "short",
            "entry": Clause(column=f"signal.{_CHOSEN}", op="==", value=1.0),
            "exit": None,
            "short_entry": None,
            "short_exit": None,
            "filter": None,
            "exits": Exits(),
            "limits": Limits(),
        }
    )
    account = request.account.model_copy(update={"funding": None, "interest_rate": 0.0})
    return request.model_copy(update={"strategy": strategy, "account": account})


def _fractional(request: Request) -> Request:
    execution = request.execution.model_copy(update={"lot_size": 0.0})
    return request.model_copy(update={"execution": execution})


def _first_requested(result: RunResult) -> float:
    return abs(float(result.orders["requested"][0])) if result.orders.height else float("nan")
