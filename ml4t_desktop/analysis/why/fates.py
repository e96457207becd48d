"""What became of every bar at which the entry rule held, counted by reason."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.analysis.why.standing import Standing, standing
from ml4t_desktop.engine.rules.conditions import rows_where
from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET
from ml4t_desktop.request import Request
from ml4t_desktop.request.conditions import Condition
from ml4t_desktop.request.sizing import RebalanceToWeights
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark

FATES: Final = {
    "fate": pl.String,
    "reason": pl.String,
    "bars": pl.Int64,
    "share": pl.Float64,
}
# In this order on screen; what comes from the orders has their reason beside it.
ORDERED: Final = ("filled", "reduced", "rejected", "cancelled", "expired")
STOOD: Final = ("held", "pause", "no_place", "no_order")
ON_SCHEDULE: Final = Undefined(mark("weights are set on a schedule, so no single bar enters"))
NO_RULE: Final = Undefined(mark("there is no entry rule"))
NO_ORDERS: Final = Undefined(mark("the strategy sent no order"))


def fates(market: Market, request: Request, result: RunResult) -> pl.DataFrame | Undefined:
    """Return what became of the bars at which the entry rule (and the filter) held.

    Parameters
    ----------
    market, request, result
        Of one run of rules.

    Returns
    -------
    DataFrame of `FATES` or Undefined
        `fate` is what became of the order (filled, reduced, rejected, cancelled, expired) with its reason,
        or why there was none: ``held`` already, in the ``pause`` after an exit, ``no_place`` among the most
        positions, or ``no_order`` (a confidence that is missing, an order that worked already, or both
        sides at once). With long and short rules, bars of both sides are counted.
    """
    strategy = request.strategy
    if strategy.python is not None:
        return order_fates(result)
    if isinstance(strategy.sizing, RebalanceToWeights):
        return ON_SCHEDULE
    sides: list[tuple[Condition, str]] = []
    if strategy.entry is not None:
        sides.append((strategy.entry, "sell" if strategy.direction == "short" else "buy"))
    if strategy.short_entry is not None:
        sides.append((strategy.short_entry, "sell"))
    if not sides:
        return NO_RULE
    allowed = None if strategy.filter is None else rows_where(market, strategy.filter)
    stood = standing(market, request, result)
    parts: list[pl.DataFrame] = []
    for condition, side in sides:
        holds = rows_where(market, condition)
        rows = np.flatnonzero(holds if allowed is None else holds & allowed)
        parts.append(_fates_of(market, request, result, stood, rows, side))
    found = pl.concat(parts).group_by("fate", "reason").agg(pl.len().alias("bars"))
    order = {name: place for place, name in enumerate((*ORDERED, *STOOD))}
    total = max(int(found["bars"].sum()), 1)
    return (
        found.with_columns(
            pl.col("bars").cast(pl.Int64),
            (pl.col("bars") / total).alias("share"),
            pl.col("fate").replace_strict(order, return_dtype=pl.Int64).alias("order"),
        )
        .sort("order", pl.col("bars"), "reason", descending=[False, True, False])
        .select(*FATES)
    )


def order_fates(result: RunResult) -> pl.DataFrame | Undefined:
    """Return what became of the orders of a strategy, counted by reason.

    Returns
    -------
    DataFrame of `FATES` or Undefined
        `bars` counts orders.
    """
    orders = result.orders
    if not orders.height:
        return NO_ORDERS
    order = {name: place for place, name in enumerate(ORDERED)}
    found = orders.group_by(fate=pl.col("status"), reason=pl.col("reason")).agg(bars=pl.len())
    return (
        found.with_columns(
            pl.col("bars").cast(pl.Int64),
            (pl.col("bars") / orders.height).alias("share"),
            pl.col("fate")
            .replace_strict(order, default=len(order), return_dtype=pl.Int64)
            .alias("order"),
        )
        .sort("order", pl.col("bars"), "reason", descending=[False, True, False])
        .select(*FATES)
    )


def entry_orders(market: Market, result: RunResult, side: str) -> NDArray[np.int64]:
    """Return for every row the place in the orders table of the order decided there, -1 for none.

    Where several were, the first one on that side.
    """
    out = np.full(market.row_count, -1, np.int64)
    orders = result.orders
    if not orders.height:
        return out
    number = {symbol: i for i, symbol in enumerate(market.symbols)}
    places = np.flatnonzero((orders["side"] == side).to_numpy())[
        ::-1
    ]  # the first one is written last
    times = orders["decision_time"].cast(pl.Int64).to_numpy()[places]
    assets = np.array([number.get(s, -1) for s in orders["symbol"].gather(places)], np.int64)
    t = np.minimum(np.searchsorted(market.timestamps, times), market.time_count - 1)
    known = (market.timestamps[t] == times) & (assets >= 0)
    of_time = {key: row for row, key in enumerate(_keys(market).tolist())}
    width = len(market.symbols)
    for place, key in zip(
        places[known].tolist(), (t * width + assets)[known].tolist(), strict=True
    ):
        row = of_time.get(key, -1)
        if row >= 0:
            out[row] = place
    return out


def _keys(market: Market) -> NDArray[np.int64]:
    return market.row_times() * len(market.symbols) + market.rows[ASSET]


def _fates_of(
    market: Market,
    request: Request,
    result: RunResult,
    stood: Standing,
    rows: NDArray[np.int64],
    side: str,
) -> pl.DataFrame:
    order = entry_orders(market, result, side)[rows]
    ordered = (order >= 0) & (stood.held[rows] < 0)
    statuses = result.orders.select("status", "reason").with_columns(pl.col("reason").fill_null(""))
    chosen = statuses[order[ordered]]
    limit = request.strategy.limits.max_positions
    full = np.zeros(rows.size, np.bool_)
    if limit is not None:
        counts = places_used(market, stood, result, side)
        full = counts[market.row_times()[rows]] >= limit
    held, pause = stood.held[rows] >= 0, stood.pause[rows] > 0
    fate = np.select([held, pause, full], ["held", "pause", "no_place"], default="no_order")[
        ~ordered
    ]
    names = np.concatenate([chosen["status"].to_numpy().astype(object), fate.astype(object)])
    reasons = np.concatenate(
        [
            np.where(chosen["status"] == "filled", "", chosen["reason"].to_numpy().astype(object)),
            np.full(fate.size, "", object),
        ]
    )
    return pl.DataFrame(
        {"fate": names, "reason": reasons}, schema={"fate": pl.String, "reason": pl.String}
    )


def places_used(market: Market, stood: Standing, result: RunResult, side: str) -> NDArray[np.int64]:
    """Return how many places of each timestamp were used, by positions and by entries that worked."""
    endless = np.iinfo(np.int64).max
    positions = stood.positions
    begins = positions["decision_time"].cast(pl.Int64).to_numpy()
    ends = positions["exit_time"].cast(pl.Int64).fill_null(endless).to_numpy()
    # Orders that never traded: one that worked until the data ended kept its place all the while.
    waiting = result.orders.filter(
        (pl.col("side") == side) & (pl.col("filled") == 0) & (pl.col("status") == "expired")
    )
    begins = np.concatenate([begins, waiting["decision_time"].cast(pl.Int64).to_numpy()])
    ends = np.concatenate([ends, np.full(waiting.height, endless)])
    change = np.zeros(market.time_count + 1, np.int64)
    np.add.at(change, np.searchsorted(market.timestamps, begins), 1)
    np.add.at(change, np.searchsorted(market.timestamps, ends), -1)
    return np.cumsum(change[:-1])
