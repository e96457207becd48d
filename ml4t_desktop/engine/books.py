"""The books of a run: arrays for the kernel, made from a request and enlarged when they are full."""

import numpy as np

from ml4t_desktop.engine.kernel.layout import (
    ACCOUNT,
    CASH_ACCOUNT,
    EQUITY,
    FILL,
    FIXED_COMMISSION,
    FIXED_SLIPPAGE,
    FLOW,
    MAKER_TAKER,
    MARGIN_ACCOUNT,
    NO_COMMISSION,
    NO_SLIPPAGE,
    ORDER,
    PER_SHARE,
    PERCENT_COMMISSION,
    PERCENT_SLIPPAGE,
    POSITION,
    SETTINGS,
    SPREAD,
    SQRT_IMPACT,
    TIERED,
    TRADE,
    VOLUME_SHARE,
    Books,
    Tape,
)
from ml4t_desktop.market import Market
from ml4t_desktop.request import Account, Costs, Execution
from ml4t_desktop.request.costs import (
    Commission,
    FixedCommission,
    FixedSlippage,
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

_SMALLEST_TABLE = 4096


def make_tape(market: Market) -> Tape:
    """Return the market as the kernel reads it; nothing large is copied."""
    times = np.zeros((2, market.time_count + 1), np.int64)
    times[0, :-1] = market.timestamps
    times[1] = market.row_start
    return Tape(market.prices, market.rows, times)


def open_books(market: Market, execution: Execution, costs: Costs, account: Account) -> Books:
    """Return fresh books: the initial capital in cash, nothing held, nothing working."""
    assets = len(market.symbols)
    positions = np.zeros(assets, POSITION)
    positions["multiplier"] = [account.multiplier_of(symbol) for symbol in market.symbols]
    positions["exit_ordinal"] = -1
    positions["volume_row"] = -1
    money = np.zeros(1, ACCOUNT)
    money["cash"] = money["equity"] = account.initial_capital
    money["day"] = -1 << 40
    size = max(_SMALLEST_TABLE, 8 * (4 * 2 * assets + 16))
    return Books(
        settings=_settings(execution, costs, account),
        account=money,
        positions=positions,
        orders=np.zeros(size, ORDER),
        working=np.zeros(size, np.int64),
        held=np.zeros(assets + 1, np.int64),
        fills=np.zeros(size, FILL),
        trades=np.zeros(size, TRADE),
        equity=np.zeros(market.time_count, EQUITY),
        flows=np.zeros(size, FLOW),
        tiers=_tiers(costs.commission),
        settling=np.zeros(max(account.settlement_days, 1)),
    )


def enlarge(books: Books) -> Books:
    """Return the same books with tables twice as long."""
    return books._replace(
        orders=_longer(books.orders),
        working=_longer(books.working),
        fills=_longer(books.fills),
        trades=_longer(books.trades),
        flows=_longer(books.flows),
    )


def _longer(table: np.ndarray) -> np.ndarray:
    longer = np.zeros(2 * table.size, table.dtype)
    longer[: table.size] = table
    return longer


def _settings(execution: Execution, costs: Costs, account: Account) -> np.ndarray:
    settings = np.zeros(1, SETTINGS)
    settings["same_close"] = execution.fill == "same_close"
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
    for name, number in zip(("commission_a", "commission_b", "commission_c"), numbers, strict=False):
        settings[name] = number
    code, *numbers = _slippage(costs.slippage)
    settings["slippage"] = code
    for name, number in zip(("slippage_a", "slippage_b"), numbers, strict=False):
        settings[name] = number
    return settings


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
    """Return (limit, rate) of each tier, shape (n, 2)."""
    tiers = model.tiers if isinstance(model, TieredCommission) else ()
    table = [(np.inf if tier.up_to is None else tier.up_to, tier.rate) for tier in tiers]
    return np.array(table, np.float64).reshape(-1, 2)


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
        case SqrtImpactSlippage():
            return SQRT_IMPACT, model.coefficient
        case _:
            return (NO_SLIPPAGE,)
