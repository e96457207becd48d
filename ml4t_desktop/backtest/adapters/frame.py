"""A function over a rolling frame, as a strategy."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime

import polars as pl

from ml4t_desktop.backtest.adapters.targets import trade_to_weights
from ml4t_desktop.engine.strategies.context import Context
from ml4t_desktop.engine.strategies.events import MarketEvent
from ml4t_desktop.engine.strategies.strategy import Strategy

CONTEXT_PREFIX = "context."
_BAR = ("timestamp", "asset_id", "open", "high", "low", "close", "volume")
# Pieces of a frame are joined now and then: one at a time costs too much, none makes reading slow.
_MOST_PIECES = 64

Weights = Mapping[str, float]
FrameFunction = Callable[[pl.DataFrame], "Weights | float | None"]


class DataFrameAdapter(Strategy):
    """Calls a function once per timestamp with the latest bars as a frame, and trades what it returns.

    Parameters
    ----------
    function : callable
        Takes a frame, oldest rows first, sorted by timestamp and asset, with the columns timestamp,
        asset_id, open, high, low, close, volume, a column per signal by its name, and ``context.NAME``
        per value of the context; null where there is no value. Returns target weights by asset (fractions
        of equity; assets not named are left alone), one number when the data has one asset, or None to
        leave everything as it is.
    window : int
        Timestamps in the frame, at most.
    warmup : int
        Timestamps that must be there before the function is called for the first time.
    tolerance : float
        Changes of weight up to this are skipped.

    Raises
    ------
    ValueError
        If window or warmup are out of range, here; if a signal is named like a column of the bar, or a
        number is returned for several assets, while it runs.
    """

    def __init__(
        self,
        function: FrameFunction,
        window: int = 1000,
        *,
        warmup: int = 1,
        tolerance: float = 0.01,
    ) -> None:
        if not 1 <= warmup <= window:
            message = f"warmup must lie between 1 and window ({window}), it is {warmup!r}"
            raise ValueError(message)
        self.window, self.warmup, self.tolerance = window, warmup, tolerance
        self._function = function
        self.on_start()

    def on_start(self) -> None:
        """Begin with an empty frame."""
        self._bars: list[MarketEvent] = []
        self._prices: dict[str, float] = {}
        self._counts: deque[int] = deque()
        self._frame = pl.DataFrame()

    def on_event(self, event: MarketEvent) -> None:
        """Collect the bars of the timestamp."""
        self._bars.append(event)
        self._prices[event.asset_id] = event.close

    def on_bar_end(
        self,
        timestamp: datetime,  # noqa: ARG002 (that of a handler)
        context: Context | None = None,
    ) -> None:
        """Move the window on, call the function, and trade what it returns."""
        bars, self._bars = self._bars, []
        self._append(bars, context or {})
        if len(self._counts) < self.warmup:
            return
        wanted = self._function(self._frame)
        if wanted is None:
            return
        weights = wanted if isinstance(wanted, Mapping) else {self._only_asset(): float(wanted)}
        trade_to_weights(self, weights, self._prices, self.tolerance)

    def _append(self, bars: list[MarketEvent], context: Mapping[str, float | str]) -> None:
        known = {f"{CONTEXT_PREFIX}{name}": value for name, value in context.items()}
        rows = [_row(event) | known for event in bars]
        piece = pl.DataFrame(rows, infer_schema_length=None)
        frame = pl.concat((self._frame, piece), how="diagonal") if self._frame.width else piece
        self._counts.append(len(bars))
        gone = self._counts.popleft() if len(self._counts) > self.window else 0
        frame = frame.slice(gone)
        self._frame = frame.rechunk() if frame.n_chunks() > _MOST_PIECES else frame

    def _only_asset(self) -> str:
        if len(self._prices) != 1:
            message = "a function over several assets must return weights by asset"
            raise ValueError(message)
        return next(iter(self._prices))


def _row(event: MarketEvent) -> dict[str, object]:
    clashing = [name for name in event.signals if name in _BAR]
    if clashing:
        message = f"a signal is named like a column of the bar: {', '.join(clashing)}"
        raise ValueError(message)
    volume = None if math.isnan(event.volume) else event.volume
    return {**dict(zip(_BAR, event[:7], strict=True)), "volume": volume, **event.signals}
