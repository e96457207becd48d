"""The catalogue of presets: how other engines trade, as far as values of a request can say it.

Each value has a line that says what it does, and whatever an engine does that no value can imitate has
one too. The facts are those of backtrader 1.9.78, vectorbt 1.2, backtesting.py 0.6, zipline-reloaded 3.2
and LEAN's `EquityFillModel`; `tests/parity` holds the first three against the packages themselves.
"""

from typing import Any, Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.request.presets import Preset, Setting
from ml4t_desktop.wording import mark, say

_WHOLE = Setting("execution.lot_size", 1.0, mark("Quantities are whole shares"))
_NEXT_OPEN = Setting(
    "execution.fill", "next_open", mark("Market orders fill at the open of the next bar")
)
_STOP_FIRST = Setting(
    "execution.ambiguous_bar",
    "stop_first",
    mark("When one bar touches stop and target, the stop counts"),
)
_FROM_FILL = Setting(
    "execution.stop_basis", "fill", mark("Stop and target levels start from the fill price")
)
_FROM_DECISION = Setting(
    "execution.stop_basis",
    "decision_close",
    mark(
        "Stop and target levels start from the close of the decision bar, when the order is written"
    ),
)
_SHRINK = Setting(
    "execution.insufficient_cash",
    "shrink",
    mark("An order the cash does not cover buys what is affordable"),
)
_REJECT = Setting(
    "execution.insufficient_cash",
    "reject",
    mark("An order the cash does not cover is refused as a whole"),
)
_ENTRY_BAR_LIVE = Setting(
    "execution.protect_entry_bar",
    True,  # noqa: FBT003 (the value of a table)
    mark("Stops and targets are live in the rest of the entry bar"),
)
_ENTRY_BAR_QUIET = Setting(
    "execution.protect_entry_bar",
    False,  # noqa: FBT003 (the value of a table)
    mark("Stops and targets are live only from the bar after the entry"),
)
_NO_CAP = Setting("execution.participation", None, mark("The volume of a bar limits nothing"))
_IN_MARKET = Setting(
    "strategy.exits.evaluate",
    "intrabar",
    mark("Stops and targets are orders in the market, touched by highs and lows"),
)
_ON_CLOSE = Setting(
    "strategy.exits.evaluate",
    "close",
    mark("Stops and targets are tested on the close and leave by market order"),
)
_NO_LEVERAGE = Setting(
    "account.initial_margin",
    1.0,
    mark("A margin account has no leverage (cash accounts never have)"),
)
_HARDLY_LIQUIDATED = Setting(
    "account.maintenance_margin",
    0.01,
    mark("A margin account is liquidated only when next to nothing is left"),
)
_NO_SETTLEMENT = Setting(
    "account.settlement_days", 0, mark("The proceeds of a sale can be spent at once")
)
_NO_BORROW_FEE = Setting("account.borrow_rate", 0.0, mark("Short positions pay no fee"))
_NO_INTEREST = Setting("account.interest_rate", 0.0, mark("Cash earns no interest"))

_OPEN_BEFORE_STOP: Final = mark(
    "A bar that opens beyond the target and later falls to the stop: there the stop is looked at first "
    "and fills at its price, here the target has filled at the open."
)
_SIZES: Final = mark("Sizes and rules stay those of the request; capital and multiplier too.")
_OWN_COSTS: Final = mark("Commission and slippage stay yours: {} has none unless you set them.")


def _none(key: str, line: str) -> Setting:
    return Setting(key, {"model": "none"}, line)


def _model(key: str, line: str, **values: Any) -> Setting:
    return Setting(key, values, line)


_DEFAULT: Final = Preset(
    "default",
    mark("What a new request starts with"),
    (
        _NEXT_OPEN,
        _WHOLE,
        _SHRINK,
        _STOP_FIRST,
        _ENTRY_BAR_LIVE,
        _FROM_FILL,
        _NO_CAP,
        _ON_CLOSE,
        _none("costs.commission", mark("Trading is free")),
        _none("costs.slippage", mark("Fills are at the price of the bar")),
        Setting(
            "account.initial_margin", 0.5, mark("A margin account holds half of a position's value")
        ),
        Setting(
            "account.maintenance_margin",
            0.25,
            mark("A margin account is liquidated below a quarter of its positions' value"),
        ),
        _NO_SETTLEMENT,
        _NO_BORROW_FEE,
        _NO_INTEREST,
    ),
    (_SIZES,),
)

_BACKTRADER: Final = Preset(
    "backtrader",
    mark("backtrader with its default broker"),
    (
        _NEXT_OPEN,
        _WHOLE,
        _REJECT,
        _STOP_FIRST,
        _ENTRY_BAR_QUIET,
        _FROM_DECISION,
        _NO_CAP,
        _IN_MARKET,
        _NO_LEVERAGE,
        _HARDLY_LIQUIDATED,
        _NO_SETTLEMENT,
        _NO_BORROW_FEE,
        _NO_INTEREST,
    ),
    (
        mark(
            "backtrader checks the cash twice, when the order is given, at the close of that bar, and at the "
            "fill; here only at the fill. An order the close does not allow but the lower next open does "
            "trades here and not there."
        ),
        mark(
            "backtrader fills in the order in which orders were given; here orders that reduce a position go "
            "first, so that their money is there for the others of the same bar."
        ),
        mark(
            "backtrader lets a trailing stop follow the closes; here it follows the highs (lows for shorts)."
        ),
        _OPEN_BEFORE_STOP,
        mark(
            "backtrader never liquidates and asks no margin of a short position; here a short needs an "
            "account of type margin, whose positions may be worth as much as its equity."
        ),
        mark(
            "A stop-limit order touched inside a bar fills here at the stop where its limit allows; "
            "backtrader also fills some at the limit when the bar closes beyond it."
        ),
        mark("backtrader's slippage never leaves the range of the bar, here it may."),
        _OWN_COSTS.format("backtrader"),
        _SIZES,
    ),
)

_BACKTESTING: Final = Preset(
    "backtesting",
    mark("backtesting.py with its defaults"),
    (
        _NEXT_OPEN,
        _WHOLE,
        _REJECT,
        _STOP_FIRST,
        _ENTRY_BAR_LIVE,
        _FROM_DECISION,
        _NO_CAP,
        _IN_MARKET,
        _NO_LEVERAGE,
        _HARDLY_LIQUIDATED,
        _NO_SETTLEMENT,
        _NO_BORROW_FEE,
        _NO_INTEREST,
    ),
    (
        mark("backtesting.py trades one asset; here all assets of the request share one account."),
        mark(
            "backtesting.py keeps every buy as a trade of its own, closed first in, first out; here a position "
            "has one average price."
        ),
        _OPEN_BEFORE_STOP,
        mark(
            "backtesting.py has no trailing order; its trailing strategies move the stop after each close."
        ),
        mark(
            "The spread of backtesting.py is paid by the entry alone; slippage here by every market and stop "
            "order."
        ),
        mark(
            "backtesting.py ends the run when nothing is left; here a margin account is liquidated."
        ),
        _OWN_COSTS.format("backtesting.py"),
        _SIZES,
    ),
)

_VECTORBT: Final = Preset(
    "vectorbt",
    mark("vectorbt's Portfolio.from_signals with its defaults"),
    (
        Setting(
            "execution.fill",
            "same_close",
            mark("Market orders fill at the close they were decided on, which flatters the result"),
        ),
        Setting("execution.lot_size", 0.0, mark("Quantities are fractional")),
        _SHRINK,
        _STOP_FIRST,
        _ENTRY_BAR_QUIET,
        _FROM_DECISION,
        _NO_CAP,
        _IN_MARKET,
        _NO_LEVERAGE,
        _HARDLY_LIQUIDATED,
        _NO_SETTLEMENT,
        _NO_BORROW_FEE,
        _NO_INTEREST,
    ),
    (
        mark(
            "vectorbt gives every column an account of its own unless cash_sharing is set; here all assets "
            "share one."
        ),
        mark(
            "vectorbt does one thing a bar and asset: on a bar in which a stop or target was hit it does not "
            "enter again; here the close of that bar may."
        ),
        mark(
            "vectorbt does nothing on a bar with an entry and an exit while flat; here the entry counts. Add "
            "the opposite of the exit to the entry for the same."
        ),
        mark("vectorbt's stops and targets fill without slippage; here slippage applies to stops."),
        mark(
            "vectorbt computes stop levels in binary fractions; here a level that is a decimal but for "
            "rounding is that decimal, so that a price that meets it to the cent touches it."
        ),
        _OPEN_BEFORE_STOP,
        mark("vectorbt's size in percent is of the free cash; buy_percent here is of the equity."),
        mark(
            "vectorbt turns a position around on the opposite signal; here one bar leaves and a later one "
            "enters."
        ),
        _OWN_COSTS.format("vectorbt"),
        _SIZES,
    ),
)

_ZIPLINE: Final = Preset(
    "zipline",
    mark("zipline with its default models, on daily bars"),
    (
        Setting(
            "execution.fill", "next_close", mark("Market orders fill at the close of the next bar")
        ),
        _WHOLE,
        _SHRINK,
        _STOP_FIRST,
        _ENTRY_BAR_QUIET,
        _FROM_FILL,
        Setting(
            "execution.participation",
            0.1,
            mark("At most a tenth of a bar's volume trades; the rest goes on at the next bars"),
        ),
        _ON_CLOSE,
        _model(
            "costs.commission",
            mark("A tenth of a cent per share"),
            model="per_share",
            rate=0.001,
            minimum=0.0,
            cap=0.0,
        ),
        _model(
            "costs.slippage",
            mark("Five basis points, against the order"),
            model="percent",
            rate=0.0005,
        ),
        _NO_LEVERAGE,
        _HARDLY_LIQUIDATED,
        _NO_SETTLEMENT,
        _NO_BORROW_FEE,
        _NO_INTEREST,
    ),
    (
        mark(
            "zipline never checks the cash: an account may go below zero and sell short without margin; here "
            "an order is cut to what is affordable."
        ),
        mark(
            "zipline looks at stop and limit orders only at closes, and fills them at the close that meets "
            "them; here limit, stop and bracket orders of a strategy are touched by highs and lows."
        ),
        mark(
            "A stop that a rule tests on the close leaves at the next close, as an order given then does; a "
            "stop order of zipline leaves at the close that meets it."
        ),
        mark(
            "zipline does not trade a bar whose volume is zero; here neither, but one without a volume has no "
            "cap."
        ),
        mark(
            "zipline pays dividends on the pay date and applies its own adjustments; here corporate actions "
            "come from the request and count on the ex-date."
        ),
        _SIZES,
    ),
)

_LEAN: Final = Preset(
    "lean",
    mark("LEAN with its default brokerage, US equities on daily bars"),
    (
        _NEXT_OPEN,
        _WHOLE,
        _REJECT,
        _STOP_FIRST,
        _ENTRY_BAR_QUIET,
        _FROM_FILL,
        _NO_CAP,
        _IN_MARKET,
        _model(
            "costs.commission",
            mark("Half a cent per share, at least 1, at most 0.5 % of the value"),
            model="per_share",
            rate=0.005,
            minimum=1.0,
            cap=0.005,
        ),
        _none("costs.slippage", mark("Fills are at the price of the bar")),
        Setting("account.initial_margin", 0.5, mark("A margin account has a leverage of two")),
        Setting(
            "account.maintenance_margin",
            0.25,
            mark("A margin account is liquidated below a quarter of its positions' value"),
        ),
        _NO_SETTLEMENT,
        _NO_BORROW_FEE,
        _NO_INTEREST,
    ),
    (
        mark(
            "LEAN's account is one of margin; the type of yours stays. Set account.type to margin for its "
            "leverage."
        ),
        mark(
            "LEAN fills a stop at the worse of stop and close of the bar; here at the stop, or at an open "
            "beyond it."
        ),
        mark(
            "LEAN fills a limit order only when the bar trades through the limit, at the limit even when the "
            "bar opened better (unless all of the bar is better); here touching is enough and a better open is "
            "taken."
        ),
        mark(
            "LEAN charges its minimum of 1 whatever the order is worth; here the cap of 0.5 % comes last, "
            "which matters to orders worth less than 200."
        ),
        mark(
            "LEAN checks buying power when an order is given and again at the fill, and keeps 0.25 % free with "
            "SetHoldings; here it is checked at the fill."
        ),
        mark(
            "LEAN matches on time of day; on daily bars an order given after the close is one for the next "
            "open, as here. On minute bars LEAN fills at the close of the bar that decides."
        ),
        mark(
            "A cash account of LEAN settles sales after one or two days; set account.settlement_days."
        ),
        _SIZES,
    ),
)

_REALISTIC: Final = Preset(
    "realistic",
    mark("Cautious values for liquid US shares on daily bars"),
    (
        _NEXT_OPEN,
        _WHOLE,
        _SHRINK,
        _STOP_FIRST,
        _ENTRY_BAR_LIVE,
        _FROM_FILL,
        Setting(
            "execution.participation",
            0.05,
            mark("At most 5 % of a bar's volume trades; the rest stays working"),
        ),
        _IN_MARKET,
        _model(
            "costs.commission",
            mark("Half a cent per share, at least 1, at most 1 % of the value"),
            model="per_share",
            rate=0.005,
            minimum=1.0,
            cap=0.01,
        ),
        _model(
            "costs.slippage",
            mark("Ten basis points, against the order"),
            model="percent",
            rate=0.001,
        ),
        Setting(
            "account.initial_margin", 0.5, mark("A margin account holds half of a position's value")
        ),
        Setting(
            "account.maintenance_margin",
            0.3,
            mark("A margin account is liquidated below 30 % of its positions' value"),
        ),
        Setting(
            "account.settlement_days", 1, mark("The proceeds of a sale can be spent one day later")
        ),
        Setting("account.borrow_rate", 0.03, mark("Short positions pay 3 % a year")),
        _NO_INTEREST,
    ),
    (
        mark("The numbers are round ones, not those of a broker: put yours in their place."),
        mark(
            "Slippage does not grow with the size of the order; choose square-root impact for large ones."
        ),
        mark("Taxes, rejected borrows, halts and the minutes of a day are not imitated."),
        _SIZES,
    ),
)

PRESETS: Final[tuple[Preset, ...]] = (
    _DEFAULT,
    _BACKTRADER,
    _VECTORBT,
    _BACKTESTING,
    _ZIPLINE,
    _LEAN,
    _REALISTIC,
)


def preset(name: str) -> Preset:
    """Return a preset by its name.

    Raises
    ------
    InputError
        If there is none of that name; it lists those there are.
    """
    for item in PRESETS:
        if item.name == name:
            return item
    names = ", ".join(item.name for item in PRESETS)
    raise InputError(
        Problem(
            where=say("preset {name}", name=name),
            what=mark("there is no such preset"),
            fix=say("Choose one of {names}", names=names),
        )
    )
