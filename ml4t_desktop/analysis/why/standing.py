"""Where every asset stood at every close: held, in its pause after an exit, or free."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.market import Market
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult

POSITIONS: Final = (
    "position_id",
    "symbol",
    "direction",
    "decision_time",
    "entry_time",
    "exit_time",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """What kept an asset from being entered at a close, whatever its clauses say.

    Parameters
    ----------
    held : ndarray of int32, shape (N,)
        The position held when the close was decided on, as a place in `positions`; -1: none.
    pause : ndarray of int32, shape (N,)
        Closes of the pause after an exit that are left, this one included; 0: none.
    positions : DataFrame
        Every position of the run with the columns `POSITIONS`; `decision_time` is that of the entry,
        `exit_time` null while it is open.
    """

    held: NDArray[np.int32]
    pause: NDArray[np.int32]
    positions: pl.DataFrame


def standing(market: Market, request: Request, result: RunResult) -> Standing:
    """Return where every asset stood at every close of a run."""
    positions = (
        result.trades.group_by("position_id", maintain_order=True)
        .agg(
            pl.col("symbol", "direction").first(),
            pl.col("entry_decision_time").min().alias("decision_time"),
            pl.col("entry_time").min(),
            pl.when(pl.col("exit_time").is_null().any())
            .then(None)
            .otherwise(pl.col("exit_time").max())
            .alias("exit_time"),
        )
        .select(POSITIONS)
    )
    held = np.full(market.row_count, -1, np.int32)
    pause = np.zeros(market.row_count, np.int32)
    # Filled at the close that decided, a position was not there yet when it was decided on.
    late = int(request.execution.fill == "same_close")
    cooldown = request.strategy.limits.cooldown_bars
    number = {symbol: i for i, symbol in enumerate(market.symbols)}
    rows_of = _AssetRows(market)
    entries, exits = (_microseconds(positions[name]) for name in ("entry_time", "exit_time"))
    for place, symbol in enumerate(positions["symbol"]):
        rows, times = rows_of[number[symbol]]
        first = int(np.searchsorted(times, entries[place])) + late
        stop = rows.size
        if exits[place] >= 0:
            stop = int(np.searchsorted(times, exits[place])) + late
            left = np.arange(cooldown, 0, -1, dtype=np.int32)
            waiting = rows[stop : stop + cooldown]
            pause[waiting] = left[: waiting.size]
        held[rows[first:stop]] = place
    pause[held >= 0] = 0
    return Standing(held=held, pause=pause, positions=positions)


class _AssetRows:
    """Rows and times of each asset, found once for all."""

    def __init__(self, market: Market) -> None:
        from ml4t_desktop.market.market import ASSET

        assets = market.rows[ASSET]
        self._order = np.argsort(assets, kind="stable")
        counts = np.bincount(assets, minlength=len(market.symbols))
        self._ends = np.cumsum(counts)
        self._starts = self._ends - counts
        self._times = market.timestamps[market.row_times()]

    def __getitem__(self, asset: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        rows = self._order[self._starts[asset] : self._ends[asset]]
        return rows, self._times[rows]


def _microseconds(times: pl.Series) -> NDArray[np.int64]:
    """Return times as numbers, -1 for none."""
    return times.cast(pl.Int64).fill_null(-1).to_numpy()
