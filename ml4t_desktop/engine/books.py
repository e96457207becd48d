"""The books of a run: arrays for the kernel, made from a request and enlarged when they are full."""

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from ml4t_desktop.engine.exposure import limit_settings
from ml4t_desktop.engine.kernel.codes import (
    CASH_ACCOUNT,
    DELIST,
    FIXED_COMMISSION,
    FIXED_SLIPPAGE,
    FUNDING_BY_ROW,
    FUNDING_BY_TIME,
    FUNDING_RATE,
    HAND_OUT,
    LINEAR_IMPACT,
    MAKER_TAKER,
    MARGIN_ACCOUNT,
    NO_COMMISSION,
    NO_FUNDING,
    NO_SLIPPAGE,
    PAY,
    PER_SHARE,
    PERCENT_COMMISSION,
    PERCENT_SLIPPAGE,
    RENAME,
    SPLIT_UP,
    SPREAD,
    SQRT_IMPACT,
    TAKE_OVER,
    TIERED,
    VOLUME_SHARE,
)
from ml4t_desktop.engine.kernel.layout import Books, Tape
from ml4t_desktop.engine.kernel.records import (
    Action,
    Cut,
    Fill,
    Flow,
    Money,
    OrderRecord,
    Position,
    Settings,
    Table,
    TradeRecord,
    blank_table,
    new_table,
)
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.action_table import (
    DELISTING,
    DIVIDEND,
    MERGER,
    RENAMING,
    SPIN_OFF,
    SPLIT,
)
from ml4t_desktop.request import Account, Costs, Execution, RiskLimits
from ml4t_desktop.request.account import Funding, FundingRate
from ml4t_desktop.request.costs import (
    Commission,
    FixedCommission,
    FixedSlippage,
    LinearImpactSlippage,
    MakerTakerCommission,
    PercentCommission,
    PercentSlippage,
    PerShareCommission,
    Slippage,
    SpreadSlippage,
    SqrtImpactSlippage,
    TieredCommission,
    VolumeShareSlippage,
)
from ml4t_desktop.units import span_microseconds
from ml4t_desktop.wording import mark, say

Record = TypeVar("Record")
_SMALLEST_TABLE = 4096
_LARGE_TABLE = 1 << 18
_NEVER = 1 << 62
# What the kernel does, by the kind of corporate action.
_KINDS = np.zeros(6, np.int64)
_KINDS[[DIVIDEND, SPLIT, SPIN_OFF]] = PAY, SPLIT_UP, HAND_OUT
_KINDS[[MERGER, RENAMING, DELISTING]] = TAKE_OVER, RENAME, DELIST


def make_tape(market: Market) -> Tape:
    """Return the market as the kernel reads it; nothing large is copied."""
    times = np.zeros((2, market.time_count + 1), np.int64)
    times[0, :-1] = market.timestamps
    times[0, -1] = len(market.symbols)
    times[1] = market.row_start
    return Tape(market.prices, market.rows, times)


def open_books(
    market: Market,
    execution: Execution,
    costs: Costs,
    account: Account,
    risk: RiskLimits | None = None,
    tables: Mapping[str, Any] | None = None,
) -> Books:
    """Return fresh books: the initial capital in cash, nothing held, nothing working.

    Parameters
    ----------
    tables : mapping of str to array, optional
        Tables of other books over this market, whose run is over, to write into.

    Raises
    ------
    InputError
        If the account's funding names a column that the market does not have, or one of texts.
    """
    assets = len(market.symbols)
    settings = _settings(execution, costs, account)
    funding = _funding(settings, market, account.funding)
    limit_settings(settings, risk)
    settings["actions_at_once"] = _most_at_once(market)
    positions = blank_table(Position, assets)
    positions["multiplier"] = (
        [account.multiplier_of(symbol) for symbol in market.symbols]
        if isinstance(account.multiplier, dict)
        else account.multiplier
    )
    positions["exit_ordinal"] = -1
    positions["volume_row"] = -1
    positions["known_row"] = -1
    positions["leg"] = -1
    money = blank_table(Money, 1)
    money["cash"] = money["equity"] = account.initial_capital
    money["day"] = -1 << 40
    money["marked_t"] = -1
    money["last_time"] = market.timestamps[0] if market.time_count else 0
    actions = _actions(market)
    money["next_action_t"] = actions["t"][0]
    # Memory that is not written to costs nothing, so it is not filled either; enlarging copies.
    size = max(_SMALLEST_TABLE, 8 * (4 * 2 * assets + 16), min(market.row_count // 8, _LARGE_TABLE))
    books = Books(
        settings=settings,
        account=money,
        positions=positions,
        orders=new_table(OrderRecord, size),
        working=np.empty(size, np.int64),
        concerned=np.empty(size, np.int64),
        held=np.zeros(assets + 1, np.int64),
        fills=new_table(Fill, size),
        trades=new_table(TradeRecord, size),
        # A piece of a run does not write what came before it.
        equity=np.zeros((5, market.time_count)),
        flows=new_table(Flow, size),
        actions=actions,
        cuts=new_table(Cut, size if settings["limited"][0] else 1),
        tiers=_tiers(costs.commission),
        settling=np.zeros(max(account.settlement_days, 1)),
        funding=funding,
        expected=np.zeros(assets),
    )
    return books._replace(**tables) if tables else books


def _actions(market: Market) -> Table[Action]:
    """Return the corporate actions by the timestamp that they come before, and one that never comes."""
    table = market.actions
    actions = blank_table(Action, table.size + 1)
    due = np.searchsorted(market.timestamps, table.time)
    columns = (due, _KINDS[table.kind], table.asset, table.new_asset, table.first, table.second)
    for name, column in zip(("t", "kind", "asset", "new_asset", "a", "b"), columns, strict=True):
        actions[name][:-1] = column
    actions["t"][-1] = _NEVER
    return actions


def _most_at_once(market: Market) -> int:
    """Return how many corporate actions come before one timestamp at the most."""
    due = np.searchsorted(market.timestamps, market.actions.time)
    return int(np.bincount(due[due < market.time_count]).max(initial=0))


def enlarge(books: Books) -> Books:
    """Return the same books with tables twice as long."""
    return books._replace(
        orders=_longer(books.orders, OrderRecord),
        working=np.concatenate((books.working, np.empty_like(books.working))),
        concerned=np.empty(2 * books.working.size, np.int64),
        fills=_longer(books.fills, Fill),
        trades=_longer(books.trades, TradeRecord),
        flows=_longer(books.flows, Flow),
        cuts=_longer(books.cuts, Cut),
    )


def _longer(table: Table[Record], record: type[Record]) -> Table[Record]:
    longer = new_table(record, 2 * table.size)
    longer[: table.size] = table
    return longer


def _settings(execution: Execution, costs: Costs, account: Account) -> Table[Settings]:
    settings = blank_table(Settings, 1)
    settings["same_close"] = execution.fill == "same_close"
    settings["next_close"] = execution.fill == "next_close"
    settings["reject"] = execution.insufficient_cash == "reject"
    settings["target_first"] = execution.ambiguous_bar == "target_first"
    settings["protect_entry_bar"] = execution.protect_entry_bar
    settings["decision_basis"] = execution.stop_basis == "decision_close"
    settings["lot"] = execution.lot_size
    settings["participation"] = execution.participation or 0.0
    settings["account"] = CASH_ACCOUNT if account.type == "cash" else MARGIN_ACCOUNT
    settings["settlement_days"] = account.settlement_days
    settings["initial_margin"] = account.initial_margin
    settings["maintenance_margin"] = account.maintenance_margin
    settings["borrow_rate"] = account.borrow_rate
    settings["interest_rate"] = account.interest_rate
    code, *numbers = _commission(costs.commission)
    settings["commission"] = code
    for name, number in zip(
        ("commission_a", "commission_b", "commission_c"), numbers, strict=False
    ):
        settings[name] = number
    code, *numbers = _slippage(costs.slippage)
    settings["slippage"] = code
    for name, number in zip(("slippage_a", "slippage_b"), numbers, strict=False):
        settings[name] = number
    return settings


def _funding(settings: Table[Settings], market: Market, funding: Funding | None) -> np.ndarray:
    """Set where funding comes from and return its rates: per row, per timestamp, or none."""
    settings["funding"] = NO_FUNDING
    if funding is None:
        return np.zeros(0)
    if isinstance(funding, FundingRate):
        settings["funding"] = FUNDING_RATE
        settings["funding_rate"] = funding.rate
        settings["funding_interval"] = span_microseconds(funding.interval)
        return np.zeros(0)
    kind, _, name = funding.column.partition(".")
    columns = market.context if kind == "context" else market.signals
    column = columns.get(name)
    where = "account.funding.column"
    if column is None:
        there = ", ".join(sorted(f"{kind}.{other}" for other in columns))
        name = funding.column
        what = (
            say("there is no column '{column}'; there is {there}", column=name, there=there)
            if there
            else say("there is no column '{column}'; there is no {kind}", column=name, kind=kind)
        )
        raise InputError(Problem(where=where, what=what, fix=mark("Name one that the data has")))
    if isinstance(column, TextColumn):
        what = say("'{column}' holds texts", column=funding.column)
        raise InputError(Problem(where=where, what=what, fix=mark("Choose a column of numbers")))
    settings["funding"] = FUNDING_BY_TIME if kind == "context" else FUNDING_BY_ROW
    return np.ascontiguousarray(column, np.float64)


def _commission(model: Commission) -> tuple[float, ...]:
    """Return a commission model as its code and numbers."""
    match model:
        case PercentCommission():
            return PERCENT_COMMISSION, model.rate
        case PerShareCommission():
            return PER_SHARE, model.rate, model.minimum, model.cap
        case FixedCommission():
            return FIXED_COMMISSION, model.amount
        case TieredCommission():
            return (TIERED,)
        case MakerTakerCommission():
            return MAKER_TAKER, model.maker, model.taker
        case _:
            return (NO_COMMISSION,)


def _tiers(model: Commission) -> np.ndarray:
    """Return limit and rate of each tier, shape (2, n)."""
    tiers = model.tiers if isinstance(model, TieredCommission) else ()
    table = [(np.inf if tier.up_to is None else tier.up_to, tier.rate) for tier in tiers]
    return np.ascontiguousarray(np.array(table, np.float64).reshape(-1, 2).T)


def _slippage(model: Slippage) -> tuple[float, ...]:
    """Return a slippage model as its code and numbers."""
    match model:
        case PercentSlippage():
            return PERCENT_SLIPPAGE, model.rate
        case FixedSlippage():
            return FIXED_SLIPPAGE, model.amount
        case SpreadSlippage():
            return SPREAD, model.width
        case VolumeShareSlippage():
            return VOLUME_SHARE, model.limit, model.impact
        case SqrtImpactSlippage() | LinearImpactSlippage():
            is_linear = isinstance(model, LinearImpactSlippage)
            return LINEAR_IMPACT if is_linear else SQRT_IMPACT, model.coefficient
        case _:
            return (NO_SLIPPAGE,)
