"""Rules as columns: what the compiled loop needs to know of a strategy."""

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.engine.kernel.codes import (
    BUY_PERCENT,
    FIXED_QUANTITY,
    FIXED_VALUE,
    REBALANCE_TO_WEIGHTS,
    SHARE_BY_ROW,
    SIZE_BY_CONFIDENCE,
)
from ml4t_desktop.engine.kernel.layout import Plan
from ml4t_desktop.engine.kernel.records import Rules, Table, blank_table
from ml4t_desktop.engine.machine import rows_of, volatility
from ml4t_desktop.engine.rules.conditions import rows_where, spread
from ml4t_desktop.engine.workspace import workspace_of
from ml4t_desktop.errors import BadBarValue, InputError, Problem
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.market import ASSET, CLOSE
from ml4t_desktop.market.succession import histories
from ml4t_desktop.request import RuleStrategy
from ml4t_desktop.request.conditions import All, Condition
from ml4t_desktop.request.sizing import (
    WEIGHT_TOLERANCE,
    BuyPercent,
    FixedQuantity,
    FixedValue,
    FractionalKelly,
    InverseVolatility,
    RebalanceToWeights,
    SizeByConfidence,
    Sizing,
)
from ml4t_desktop.wording import mark, say

_NO_NUMBERS = np.zeros(0)
_NO_ROWS = np.zeros(0, np.bool_)
_SHARES = {
    "confidence": mark("a confidence must lie between 0 and 1, it is {value:g}"),
    "probability": mark("a probability must lie between 0 and 1, it is {value:g}"),
}


def make_plan(market: Market, strategy: RuleStrategy, first_row: int = 0) -> Plan:
    """Return the columns and numbers of a strategy for the compiled loop.

    Parameters
    ----------
    market : Market
    strategy : RuleStrategy
    first_row : int
        Rows before it are there to be looked back on only.

    Raises
    ------
    InputError
        If a clause does not fit its column, or a confidence or probability lies outside 0 to 1.
    """
    candidates, sides = _candidates(market, strategy)
    if first_row:
        own = slice(int(np.searchsorted(candidates, first_row)), None)
        candidates, sides = candidates[own], sides[own]
    long_exit, short_exit = _exits(market, strategy)
    rank = _numbers(market, strategy.limits.rank_by, "strategy.limits.rank_by")
    weight, schedule = _weights(market, strategy.sizing)
    if schedule.size and strategy.limits.max_positions is not None:
        candidates, sides = _best_at_schedule(
            market, strategy.limits.max_positions, candidates, sides, rank
        )
    if isinstance(strategy.sizing, SizeByConfidence):
        _check_share(market, strategy.sizing.confidence, weight, candidates)
    if isinstance(strategy.sizing, FractionalKelly):
        _check_share(market, strategy.sizing.probability, weight, candidates, "probability")
        weight = _kelly(strategy.sizing, weight)
    assets = len(market.symbols)
    return Plan(
        rules=_rules(
            strategy,
            ranked=bool(rank.size),
            long_exits=bool(long_exit.size),
            short_exits=bool(short_exit.size),
        ),
        candidates=candidates,
        sides=sides,
        long_exit=long_exit,
        short_exit=short_exit,
        rank=rank,
        weight=weight,
        schedule=schedule,
        scratch=np.zeros(assets + 1, np.int64),
        keys=np.zeros(assets + 1),
        taken=np.zeros(assets, np.int8),
        cursor=np.zeros(1, np.int64),
        halts=np.zeros(0, np.int8),
    )


def _with_filter(strategy: RuleStrategy, entry: Condition | None) -> Condition | None:
    if entry is None or strategy.filter is None:
        return entry
    return All(all=(entry, strategy.filter))


def _candidates(
    market: Market, strategy: RuleStrategy
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Return the rows where exactly one side's entry holds, and the side."""
    entry = _with_filter(strategy, strategy.entry)
    if strategy.direction != "both":
        rows = _rows(market, entry) if entry is not None else np.zeros(0, np.int64)
        return rows, np.full(rows.size, 1 if strategy.direction == "long" else -1, np.int8)
    short_entry = _with_filter(strategy, strategy.short_entry)
    nowhere = np.zeros(market.row_count, np.bool_)
    long_rows = rows_where(market, entry) if entry is not None else nowhere
    short_rows = rows_where(market, short_entry) if short_entry is not None else nowhere
    rows = rows_of(long_rows != short_rows)
    return rows, np.where(long_rows[rows], 1, -1).astype(np.int8)


def _rows(market: Market, entry: Condition) -> NDArray[np.int64]:
    """Return the rows where an entry holds, kept with the market."""
    return workspace_of(market).column(
        ("rows", repr(entry)), lambda: rows_of(rows_where(market, entry))
    )


def _exits(market: Market, strategy: RuleStrategy) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the rows where the exit rule of the long and of the short side holds."""
    first = rows_where(market, strategy.exit) if strategy.exit is not None else _NO_ROWS
    if strategy.direction == "long":
        return first, _NO_ROWS
    if strategy.direction == "short":
        return _NO_ROWS, first
    second = (
        rows_where(market, strategy.short_exit) if strategy.short_exit is not None else _NO_ROWS
    )
    return first, second


def _numbers(market: Market, name: str | None, where: str) -> NDArray[np.float64]:
    """Return a column of numbers per row, empty when there is no name."""
    if name is None:
        return _NO_NUMBERS
    try:
        column = market.column(name)
    except KeyError:
        what = say("there is no column '{name}'", name=name)
        raise InputError(Problem(where=where, what=what)) from None
    if isinstance(column, TextColumn):
        what = say("'{column}' holds texts", column=name)
        raise InputError(Problem(where=where, what=what, fix=mark("Choose a column of numbers")))
    if not name.startswith("context."):
        return column
    return workspace_of(market).column(("spread", name), lambda: spread(market, column))


def _weights(market: Market, sizing: Sizing) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return confidence, probability, share or weight per row, and the schedule of a rebalancing."""
    weights, schedule = _NO_NUMBERS, _NO_ROWS
    match sizing:
        case SizeByConfidence():
            weights = _numbers(market, sizing.confidence, "strategy.sizing.confidence")
        case FractionalKelly():
            weights = _numbers(market, sizing.probability, "strategy.sizing.probability")
        case InverseVolatility():
            shares = sizing.risk / _known_volatility(market, sizing.window)
            weights = np.minimum(shares, sizing.max_percent)
        case RebalanceToWeights():
            schedule = _schedule(market, sizing.schedule)
            if sizing.weights == "signal":
                weights = _numbers(market, sizing.by, "strategy.sizing.by")
            elif sizing.weights == "inverse_volatility":
                weights = 1.0 / _known_volatility(market, sizing.window)
        case _:
            pass
    return weights, schedule


def _known_volatility(market: Market, window: int) -> NDArray[np.float64]:
    """Return the volatility per row, NaN where it is unknown or zero."""
    sigma = workspace_of(market).column(
        ("volatility", window),
        lambda: volatility(market.prices[CLOSE], histories(market), len(market.symbols), window),
    )
    return np.where(sigma > 0.0, sigma, np.nan)


def _kelly(sizing: FractionalKelly, probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of equity per row: a fraction of p - (1 - p) / payoff, NaN where that is not positive."""
    share = sizing.fraction * (probability - (1.0 - probability) / sizing.payoff)
    return np.where(share > 0.0, np.minimum(share, sizing.max_percent), np.nan)


def _schedule(market: Market, every: str) -> NDArray[np.bool_]:
    """Return the timestamps at which to rebalance: all, or the first of each week or month."""
    if every == "bar":
        return np.ones(market.time_count, np.bool_)
    days = market.timestamps.astype("datetime64[us]").astype("datetime64[D]")
    # Day 0 of the epoch was a Thursday; weeks begin on Monday.
    period = (
        (days.astype(np.int64) + 3) // 7
        if every == "week"
        else days.astype("datetime64[M]").astype(np.int64)
    )
    return np.concatenate((np.ones(min(1, period.size), np.bool_), np.diff(period) > 0))


def _best_at_schedule(
    market: Market,
    most: int,
    candidates: NDArray[np.int64],
    sides: NDArray[np.int8],
    rank: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Keep at each timestamp the first `most` candidates by rank (null last), ties by symbol."""
    time = np.searchsorted(market.row_start, candidates, side="right")
    keys = np.nan_to_num(-rank[candidates], nan=np.inf) if rank.size else np.zeros(candidates.size)
    order = np.lexsort((candidates, keys, time))
    first = np.searchsorted(time[order], time[order], side="left")
    kept = np.sort(order[np.arange(order.size) - first < most])
    return candidates[kept], sides[kept]


def _check_share(
    market: Market,
    name: str,
    column: NDArray[np.float64],
    candidates: NDArray[np.int64],
    word: str = "confidence",
) -> None:
    values = column[candidates]
    outside = np.flatnonzero((values < 0.0) | (values > 1.0))
    if not outside.size:
        return
    row = int(candidates[outside[0]])
    t = int(np.searchsorted(market.row_start, row, side="right")) - 1
    symbol = market.symbols[market.rows[ASSET, row]]
    what = say(_SHARES[word], value=float(column[row]))
    if outside.size > 1:
        what = say("{what}, and {n} more", what=what, n=outside.size - 1)
    problem = Problem(
        where=say(
            "column '{column}', {symbol} at {moment}",
            column=name.partition(".")[2],
            symbol=symbol,
            moment=str(market.moment(t)),
        ),
        what=what,
        fix=mark("Scale the column, or choose another one for the sizing"),
    )
    raise BadBarValue(problem, symbol=symbol, time_us=int(market.timestamps[t]))


def _rules(
    strategy: RuleStrategy, *, ranked: bool, long_exits: bool, short_exits: bool
) -> Table[Rules]:
    rules = blank_table(Rules, 1)
    match strategy.sizing:
        case BuyPercent() as sizing:
            rules["helper"], rules["percent"] = BUY_PERCENT, sizing.percent
        case SizeByConfidence() as sizing:
            rules["helper"], rules["percent"] = SIZE_BY_CONFIDENCE, sizing.max_percent
        case FixedQuantity() as sizing:
            rules["helper"], rules["percent"] = FIXED_QUANTITY, sizing.quantity
        case FixedValue() as sizing:
            rules["helper"], rules["percent"] = FIXED_VALUE, sizing.value
        case FractionalKelly() | InverseVolatility():
            rules["helper"] = SHARE_BY_ROW
        case RebalanceToWeights() as sizing:
            rules["max_weight"] = sizing.max_weight or 0.0
            rules["helper"], rules["gross"] = REBALANCE_TO_WEIGHTS, sizing.gross
            rules["tolerance"] = sizing.tolerance + WEIGHT_TOLERANCE
            rules["close_missing"] = sizing.close_missing
    entry = strategy.entry_order
    rules["limit_entry"] = entry.type == "limit"
    rules["entry_offset"] = entry.offset
    rules["good_for_bars"] = entry.good_for_bars
    exits, limits = strategy.exits, strategy.limits
    rules["stop_loss"] = exits.stop_loss or 0.0
    rules["take_profit"] = exits.take_profit or 0.0
    rules["trailing_stop"] = exits.trailing_stop or 0.0
    rules["max_bars"] = exits.max_bars or 0
    rules["intrabar"] = exits.evaluate == "intrabar"
    rules["max_positions"] = limits.max_positions or 0
    rules["cooldown"] = limits.cooldown_bars
    rules["side"] = -1 if strategy.direction == "short" else 1
    rules["ranked"] = ranked
    rules["long_exits"] = long_exits
    rules["short_exits"] = short_exits
    return rules
