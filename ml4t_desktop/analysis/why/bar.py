"""One bar of one asset explained: its rules, where the asset stood, its order, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
import polars as pl

from ml4t_desktop.analysis.why.clauses import (
    Change,
    Known,
    State,
    changes_needed,
    state_at,
    time_of,
    value_at,
)
from ml4t_desktop.analysis.why.fates import places_used
from ml4t_desktop.analysis.why.sight import Sight, sight
from ml4t_desktop.analysis.why.standing import Standing, standing
from ml4t_desktop.engine.rules.conditions import rows_where
from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET, CLOSE
from ml4t_desktop.request import Request
from ml4t_desktop.request.conditions import Condition
from ml4t_desktop.result.run_result import RunResult

Side = Literal["entry", "exit", "short_entry", "short_exit", "filter"]
SIDES: Final[tuple[Side, ...]] = ("entry", "short_entry", "filter", "exit", "short_exit")
Outcome = Literal[
    "ordered", "held", "pause", "no_place", "rule", "filter", "no_order", "no_rule", "sent", "silent"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The candidates of a time and the places there were.

    Parameters
    ----------
    candidates : int
        Assets that could have been entered.
    rank : int or None
        Of this asset among them, 1 for the first; None when it was none.
    rank_value : float, str or None
        Its value of the column that ranks.
    used, limit : int
        Places used by positions and entries of this time, and most there are; no limit: 0.
    """

    candidates: int
    rank: int | None
    rank_value: Known
    used: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """What happened to one asset at one close, and why.

    Parameters
    ----------
    symbol : str
    row, t : int
        Row of the market, and index of its timestamp.
    close, equity, cash : float
        The close, and the account at it, before any fill of what was decided.
    rules : tuple of (side, State)
        Every rule of the request at this bar.
    position : dict or None
        The position that was held (columns of `standing.POSITIONS`).
    pause : int
        Closes of the pause that are left, this one included; 0: none.
    queue : Queue or None
        None on a schedule, and where no rule enters.
    orders, fills : DataFrame
        Decided at this close, and what came of them.
    outcome : str
        ``ordered``, an entry; or what kept the asset from being entered: it was ``held`` already (an order
        is then that of an exit), in its ``pause``, there was ``no_place``, the ``rule`` or the ``filter`` did
        not hold, there is ``no_rule``, or there was ``no_order`` though all held. A Python strategy has
        ``sent`` an order, or was ``silent``.
    needed : tuple of Change
        The fewest clauses that would have had to be otherwise, where a rule or the filter did not hold.
    exit_reason : str or None
        Of the trade whose exit was decided here, as in the table of trades.
    sight : Sight
        What was known at the close.
    """

    symbol: str
    row: int
    t: int
    close: float
    equity: float
    cash: float
    rules: tuple[tuple[Side, State], ...]
    position: dict[str, object] | None
    pause: int
    queue: Queue | None
    orders: pl.DataFrame
    fills: pl.DataFrame
    outcome: Outcome
    needed: tuple[Change, ...]
    sight: Sight
    exit_reason: str | None = None


def explain_bar(
    market: Market,
    request: Request,
    result: RunResult,
    row: int,
    stood: Standing | None = None,
    handlers: tuple[str, ...] = (),
) -> Explanation:
    """Return what happened at a row of the market, and why.

    Parameters
    ----------
    market, request, result
        Of one run.
    row : int
    stood : Standing, optional
        Of the run, where it is known already.
    handlers : tuple of str
        Of a Python strategy, that are called at a bar.
    """
    stood = stood or standing(market, request, result)
    strategy = request.strategy
    t = time_of(market, row)
    symbol = market.symbols[int(market.rows[ASSET, row])]
    rules: tuple[tuple[Side, State], ...] = tuple(
        (side, state_at(market, condition, row))
        for side in SIDES
        if (condition := getattr(strategy, side)) is not None
    )
    moment = result.equity["timestamp"][t]
    orders = result.orders.filter(
        (pl.col("decision_time") == moment) & (pl.col("symbol") == symbol)
    )
    fills = result.fills.filter(pl.col("order_id").is_in(orders["order_id"].implode()))
    place = int(stood.held[row])
    queue = _queue(market, request, result, stood, row, t)
    outcome = _outcome(
        dict(rules), place, int(stood.pause[row]), queue, is_ordered=bool(orders.height)
    )
    if strategy.python is not None:
        outcome = "sent" if orders.height else "silent"
    needed: tuple[Change, ...] = ()
    if outcome in {"rule", "filter"}:
        needed = _needed(dict(rules))
    return Explanation(
        symbol=symbol,
        row=row,
        t=t,
        close=float(market.prices[CLOSE, row]),
        equity=float(result.equity["equity"][t]),
        cash=float(result.equity["cash"][t]),
        rules=rules,
        position=stood.positions.row(place, named=True) if place >= 0 else None,
        pause=int(stood.pause[row]),
        queue=queue,
        orders=orders,
        fills=fills,
        outcome=outcome,
        needed=needed,
        exit_reason=_exit_reason(result, symbol, moment),
        sight=sight(market, result, row, t, handlers),
    )


def _exit_reason(result: RunResult, symbol: str, moment: datetime) -> str | None:
    left = result.trades.filter(
        (pl.col("exit_decision_time") == moment) & (pl.col("symbol") == symbol)
    )
    return str(left["exit_reason"][0]) if left.height else None


def row_at(market: Market, symbol: str, microseconds: int) -> int:
    """Return the row of an asset at a time, or of its last bar before; -1 where there is none."""
    if symbol not in market.symbols:
        return -1
    rows = market.asset_rows(market.symbols.index(symbol))
    times = market.timestamps[np.searchsorted(market.row_start, rows, side="right") - 1]
    place = int(np.searchsorted(times, microseconds, side="right")) - 1
    return int(rows[place]) if place >= 0 else -1


def _outcome(
    rules: dict[Side, State], place: int, pause: int, queue: Queue | None, *, is_ordered: bool
) -> Outcome:
    enters = [rules[side] for side in ("entry", "short_entry") if side in rules]
    cases: tuple[tuple[bool, Outcome], ...] = (
        (place >= 0, "held"),
        (is_ordered, "ordered"),
        (not enters, "no_rule"),
        (not any(rule.holds for rule in enters), "rule"),
        ("filter" in rules and not rules["filter"].holds, "filter"),
        (pause > 0, "pause"),
        (queue is not None and 0 < queue.limit <= queue.used, "no_place"),
    )
    for holds, name in cases:
        if holds:
            return name
    return "no_order"


def _needed(rules: dict[Side, State]) -> tuple[Change, ...]:
    entries = [changes_needed(rules[side]) for side in ("entry", "short_entry") if side in rules]
    fewest = min(entries, key=len, default=())
    return (*fewest, *(changes_needed(rules["filter"]) if "filter" in rules else ()))


def _queue(
    market: Market, request: Request, result: RunResult, stood: Standing, row: int, t: int
) -> Queue | None:
    strategy = request.strategy
    if strategy.sizing.helper == "rebalance_to_weights":
        return None
    sides: tuple[tuple[Condition | None, str], ...] = (
        (strategy.entry, "sell" if strategy.direction == "short" else "buy"),
        (strategy.short_entry, "sell"),
    )
    condition, side = next(((c, s) for c, s in sides if c is not None), (None, ""))
    if condition is None:
        return None
    start, stop = int(market.row_start[t]), int(market.row_start[t + 1])
    part = slice(start, stop)
    could = rows_where(market, condition)[part]
    if strategy.short_entry is not None and strategy.entry is not None:
        could = could ^ rows_where(market, strategy.short_entry)[part]
    if strategy.filter is not None:
        could = could & rows_where(market, strategy.filter)[part]
    could = could & (stood.held[part] < 0) & (stood.pause[part] == 0)
    places = np.flatnonzero(could)
    rank, by = None, strategy.limits.rank_by
    if could[row - start]:
        rank = _rank(market, by, start + places, row)
    limit = strategy.limits.max_positions or 0
    used = int(places_used(market, stood, result, side)[t]) if limit else 0
    return Queue(
        candidates=int(places.size),
        rank=rank,
        rank_value=value_at(market, by, row) if by else None,
        used=used,
        limit=limit,
    )


def _rank(market: Market, by: str | None, rows: np.ndarray, row: int) -> int:
    """Return the place of a row among rows of one time: highest value first, none last, ties by symbol."""
    values = [value_at(market, by, int(other)) if by else None for other in rows]
    keys = [(-value if isinstance(value, float) else np.inf) for value in values]
    order = np.argsort(np.array(keys), kind="stable")
    return 1 + int(np.flatnonzero(rows[order] == row)[0])
