"""What was asked: one frozen value, from data and rules to costs and capital; TOML in and out.

Comes in: a TOML file or keyword arguments. Goes out: a frozen `Request`. Imports only `market`
(for the words of a column), `units` and `errors`.
"""

from ml4t_desktop.request.account import Account, FundingColumn, FundingRate
from ml4t_desktop.request.conditions import All, AnyOf, Clause, Condition, Not
from ml4t_desktop.request.context_schema import ContextField, ContextSchema
from ml4t_desktop.request.costs import Costs
from ml4t_desktop.request.data import (
    BenchmarkFile,
    ContextSource,
    DataSource,
    PredictionSource,
    Repairs,
    TableForm,
)
from ml4t_desktop.request.execution import Execution
from ml4t_desktop.request.preset_catalogue import PRESETS, preset
from ml4t_desktop.request.presets import Change, Preset, Setting, apply_preset
from ml4t_desktop.request.python_strategy import PythonStrategy
from ml4t_desktop.request.request import NO_SHORTS, NOT_AMONG, UNFITTING, Request
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.request.strategy import (
    MARKET_ONLY,
    ONE_SIDE,
    EntryOrder,
    Exits,
    Limits,
    RuleStrategy,
)
from ml4t_desktop.request.toml import load_request, parse_request, request_toml

__all__ = [
    "MARKET_ONLY",
    "NOT_AMONG",
    "NO_SHORTS",
    "ONE_SIDE",
    "PRESETS",
    "UNFITTING",
    "Account",
    "All",
    "AnyOf",
    "BenchmarkFile",
    "Change",
    "Clause",
    "Condition",
    "ContextField",
    "ContextSchema",
    "ContextSource",
    "Costs",
    "DataSource",
    "EntryOrder",
    "Execution",
    "Exits",
    "FundingColumn",
    "FundingRate",
    "Limits",
    "Not",
    "PredictionSource",
    "Preset",
    "PythonStrategy",
    "Repairs",
    "Request",
    "RiskLimits",
    "RuleStrategy",
    "Setting",
    "TableForm",
    "apply_preset",
    "load_request",
    "parse_request",
    "preset",
    "request_toml",
]
