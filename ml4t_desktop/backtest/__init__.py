"""The engine from Python: what a quant needs to write a strategy and run it.

The same compiled broker runs the rules of the window; the same rules written as a `Strategy` give
the same fills, to the last bit.
"""

from ml4t_desktop.backtest.context import HistoricalContext, LiveContextSource
from ml4t_desktop.backtest.engine import BacktestEngine
from ml4t_desktop.backtest.parameters import Parameter
from ml4t_desktop.backtest.result import BacktestResult
from ml4t_desktop.engine.orders import Order, OrderType
from ml4t_desktop.engine.strategies.context import Context, ContextCache
from ml4t_desktop.engine.strategies.context_feed import ContextFeed
from ml4t_desktop.engine.strategies.events import FillEvent, MarketEvent
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    Delisting,
    Merger,
    SpinOff,
    StockDividend,
    StockSplit,
    SymbolChange,
)
from ml4t_desktop.request import (
    Account,
    ContextField,
    ContextSchema,
    Costs,
    Execution,
    Preset,
    RiskLimits,
    preset,
)
from ml4t_desktop.result.trade import PartialTrade, Trade

__all__ = [
    "Account",
    "BacktestEngine",
    "BacktestResult",
    "CashDividend",
    "Context",
    "ContextCache",
    "ContextFeed",
    "ContextField",
    "ContextSchema",
    "Costs",
    "Delisting",
    "Execution",
    "FillEvent",
    "HistoricalContext",
    "LiveContextSource",
    "MarketEvent",
    "Merger",
    "Order",
    "OrderType",
    "Parameter",
    "PartialTrade",
    "Preset",
    "RiskLimits",
    "SpinOff",
    "StockDividend",
    "StockSplit",
    "Strategy",
    "SymbolChange",
    "Trade",
    "preset",
]
