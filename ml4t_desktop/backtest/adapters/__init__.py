"""Strategies that are not written as a `Strategy`, and one that is ready to use.

* `StrategyAdapter` runs an external strategy: `initialize`, `generate_signal`, `finalize`.
* `DataFrameAdapter` runs a function over a rolling frame.
* `CryptoBasisStrategy` trades the basis between a spot and a future, both legs.
"""

from ml4t_desktop.backtest.adapters.basis import CryptoBasisStrategy
from ml4t_desktop.backtest.adapters.external import (
    ExternalStrategyInterface,
    PITData,
    StrategyAdapter,
    StrategySignal,
)
from ml4t_desktop.backtest.adapters.frame import DataFrameAdapter

__all__ = [
    "CryptoBasisStrategy",
    "DataFrameAdapter",
    "ExternalStrategyInterface",
    "PITData",
    "StrategyAdapter",
    "StrategySignal",
]
