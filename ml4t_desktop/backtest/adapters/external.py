"""A strategy written for another engine: it names positions, the adapter trades them."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ml4t_desktop.backtest.adapters.targets import trade_to_weights
from ml4t_desktop.engine.strategies.context import Context
from ml4t_desktop.engine.strategies.events import MarketEvent
from ml4t_desktop.engine.strategies.strategy import Strategy

MAX_WEIGHT = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class PITData:
    """What is known at a point in time.

    Parameters
    ----------
    timestamp : datetime
    bars : mapping of str to MarketEvent
        The bars of this very timestamp, with their signals, by asset.
    latest : mapping of str to MarketEvent
        The latest bar of every asset that had one so far.
    context : Context or None
        None when the run has no context.
    """

    timestamp: datetime
    bars: Mapping[str, MarketEvent]
    latest: Mapping[str, MarketEvent]
    context: Context | None = None

    @property
    def prices(self) -> dict[str, float]:
        """The latest close of every asset that had a bar so far."""
        return {asset_id: event.close for asset_id, event in self.latest.items()}


@dataclass(frozen=True, slots=True)
class StrategySignal:
    """The position a strategy wants in one asset.

    Parameters
    ----------
    timestamp : datetime
    asset_id : str
    position : float
        From -1 (fully short) over 0 (flat) to 1 (fully long).
    confidence : float
        From 0 to 1.
    metadata : mapping
        Of the strategy's own; not used.

    Raises
    ------
    ValueError
        If position or confidence are out of range.
    """

    timestamp: datetime
    asset_id: str
    position: float
    confidence: float = 1.0
    metadata: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name, value, low in (
            ("position", self.position, -1.0),
            ("confidence", self.confidence, 0.0),
        ):
            if not low <= value <= 1.0:
                message = f"{name} must lie between {low:g} and 1, it is {value!r}"
                raise ValueError(message)


class ExternalStrategyInterface(ABC):
    """What a strategy from elsewhere must have."""

    def initialize(self) -> None:  # noqa: B027 (need not be there)
        """Run before the first bar."""

    @abstractmethod
    def generate_signal(
        self, timestamp: datetime, data: PITData
    ) -> StrategySignal | Iterable[StrategySignal] | None:
        """Return the positions wanted now, once per timestamp; None leaves everything as it is."""

    def finalize(self) -> None:  # noqa: B027 (need not be there)
        """Run after the last bar."""


def weight_by_confidence(signal: StrategySignal) -> float:
    """Return position times confidence times ten per cent, as a fraction of equity."""
    return signal.position * signal.confidence * MAX_WEIGHT


class StrategyAdapter(Strategy):
    """Runs an external strategy: `generate_signal` is called once per timestamp, after all its bars.

    Limits on the portfolio belong to the engine: ``BacktestEngine(risk=...)``.

    Parameters
    ----------
    external : ExternalStrategyInterface
        Any object with these three methods will do.
    position_sizer : callable, optional
        Returns the weight a signal means: a signed fraction of equity. Left out, position times
        confidence times ten per cent.
    tolerance : float
        Changes of weight up to this are skipped, so that a signal that stays causes no trade at every bar.
    """

    def __init__(
        self,
        external: ExternalStrategyInterface,
        position_sizer: Callable[[StrategySignal], float] | None = None,
        tolerance: float = 0.01,
    ) -> None:
        self.external = external
        self.tolerance = tolerance
        self._weight_of = position_sizer or weight_by_confidence
        self._bars: dict[str, MarketEvent] = {}
        self._latest: dict[str, MarketEvent] = {}

    def on_start(self) -> None:
        """Forget an earlier run and initialise the external strategy."""
        self._bars, self._latest = {}, {}
        self.external.initialize()

    def on_event(self, event: MarketEvent) -> None:
        """Collect the bars of the timestamp."""
        self._bars[event.asset_id] = event

    def on_bar_end(self, timestamp: datetime, context: Context | None = None) -> None:
        """Ask the external strategy and trade what it wants."""
        bars, self._bars = self._bars, {}
        self._latest.update(bars)
        data = PITData(
            timestamp=timestamp, bars=bars, latest=MappingProxyType(self._latest), context=context
        )
        wanted = self.external.generate_signal(timestamp, data)
        if wanted is None:
            return
        signals = (wanted,) if isinstance(wanted, StrategySignal) else tuple(wanted)
        weights = {signal.asset_id: self._weight(signal) for signal in signals}
        trade_to_weights(self, weights, data.prices, self.tolerance)

    def on_end(self) -> None:
        """Finalise the external strategy."""
        self.external.finalize()

    def _weight(self, signal: StrategySignal) -> float:
        weight = float(self._weight_of(signal))
        if not math.isfinite(weight):
            message = (
                f"the position sizer gave {weight!r} for {signal.asset_id}: a weight is a number"
            )
            raise ValueError(message)
        return weight
