"""The base of a user's strategy: handlers to override, and helpers that trade."""

import math
from collections.abc import Mapping
from datetime import date, datetime

from ml4t_desktop.engine.kernel.codes import TIF_NAMES
from ml4t_desktop.engine.orders import Order, OrderTerms, OrderType
from ml4t_desktop.engine.strategies.broker import Broker
from ml4t_desktop.engine.strategies.context import Context
from ml4t_desktop.engine.strategies.events import FillEvent, MarketEvent
from ml4t_desktop.market.moments import read_moment
from ml4t_desktop.request.sizing import WEIGHT_TOLERANCE
from ml4t_desktop.result.trade import PartialTrade
from ml4t_desktop.units import end_microseconds


class Strategy:
    """Decides, after each bar, what to trade. Nothing must be overridden.

    Orders decided on a bar are filled at the asset's next open (with ``fill = "next_close"`` at its
    next close, with ``"same_close"`` at this one). All helpers raise `ValueError` outside a run and
    on arguments out of range.
    """

    _broker: Broker | None = None

    def on_start(self) -> None:
        """Run before the first bar."""

    def on_market_event(self, event: MarketEvent, context: Context | None = None) -> None:
        """Run for every bar; `context` is None when the run has no context data, else a mapping."""

    def on_event(self, event: MarketEvent) -> None:
        """Run for every bar, after `on_market_event`."""

    def on_bar_end(self, timestamp: datetime, context: Context | None = None) -> None:
        """Run once per timestamp after all its bars: the place for rankings across assets."""

    def on_fill_event(self, fill: FillEvent) -> None:
        """Run for every fill, before the bar's own handlers."""

    def on_end(self) -> None:
        """Run after the last bar."""

    def _desk(self) -> Broker:
        if self._broker is None:
            message = "there is no broker yet: helpers work only while an engine runs the strategy"
            raise ValueError(message)
        return self._broker

    def get_position(self, asset_id: str) -> float:
        """Return the signed quantity held, 0.0 when flat."""
        return self._desk().quantity(asset_id)

    def get_cash(self) -> float:
        """Return the cash that can be spent."""
        return self._desk().available_cash

    def get_portfolio_value(self) -> float:
        """Return cash and positions at the latest close."""
        return self._desk().equity

    def get_unrealized_pnl_pct(self, asset_id: str) -> float | None:
        """Return profit over cost as a fraction (0.15 is 15 %), None when flat."""
        return self._desk().unrealized_fraction(asset_id)

    def buy_percent(
        self, asset_id: str, percent: float, price: float, limit_price: float | None = None
    ) -> int | None:
        """Buy for a share of equity: `equity * percent / price` units. Returns the order's id, None for nothing.

        An account that owes more than it holds buys nothing.
        """
        desk = self._desk()
        _fraction("percent", percent)
        _price("price", price)
        quantity = max(desk.equity, 0.0) * percent / price
        return self._trade(asset_id, quantity, limit_price)

    def sell_percent(
        self, asset_id: str, percent: float, limit_price: float | None = None
    ) -> int | None:
        """Sell a share of a long position. Returns the order's id, None for nothing."""
        held = self._desk().quantity(asset_id)
        _fraction("percent", percent)
        return self._trade(
            asset_id, -held * percent if held > 0 else 0.0, limit_price, reduce_only=True
        )

    def close_position(self, asset_id: str, limit_price: float | None = None) -> int | None:
        """Close a position, long or short. Returns the order's id, None when flat."""
        held = self._desk().quantity(asset_id)
        return self._trade(asset_id, -held, limit_price, reduce_only=True)

    def size_by_confidence(
        self,
        asset_id: str,
        confidence: float,
        max_percent: float,
        price: float,
        limit_price: float | None = None,
    ) -> int | None:
        """Buy for `max_percent * confidence` of equity. Returns the order's id, None for nothing."""
        self._desk()
        _fraction("confidence", confidence)
        _fraction("max_percent", max_percent)
        return self.buy_percent(asset_id, max_percent * confidence, price, limit_price)

    def rebalance_to_weights(
        self,
        target_weights: Mapping[str, float],
        current_prices: Mapping[str, float],
        tolerance: float = 0.01,
        *,
        close_missing: bool = False,
    ) -> list[int]:
        """Order the differences to target weights, sells before buys, each in symbol order.

        Parameters
        ----------
        target_weights : mapping of asset to fraction of equity
            Negative for shorts in a margin account.
        current_prices : mapping of asset to price
        tolerance : float
            Changes of weight up to this are skipped.
        close_missing : bool
            Close held assets that are not named; otherwise they are left alone.

        Returns
        -------
        list of int
            Ids of the orders.

        Raises
        ------
        ValueError
            If the weights cannot be held, or a price is missing or not positive.
        """
        desk = self._desk()
        _check_weights(desk, target_weights, tolerance)
        equity = desk.equity
        skipped = tolerance + WEIGHT_TOLERANCE
        changes = {}
        for asset_id, weight in sorted(target_weights.items()):
            held = desk.quantity(asset_id)
            price = current_prices.get(asset_id)
            if price is None:
                message = f"current_prices has no price of {asset_id!r}"
                raise ValueError(message)
            _price(f"the price of {asset_id}", price)
            unit = price * desk.multiplier(asset_id)
            if equity > 0 and abs(weight - held * unit / equity) > skipped:
                changes[asset_id] = equity * weight / unit - held
        if close_missing:
            missing = {a: -held for a, held in desk.held().items() if a not in target_weights}
            changes = dict(sorted({**changes, **missing}.items()))
        sells = [(asset_id, change) for asset_id, change in changes.items() if change < 0]
        buys = [(asset_id, change) for asset_id, change in changes.items() if change > 0]
        ids = [self._trade(asset_id, change, None) for asset_id, change in sells + buys]
        return [order_id for order_id in ids if order_id is not None]

    def submit_order(  # noqa: PLR0913 (the contract of the scripting interface)
        self,
        asset_id: str,
        quantity: float,
        order_type: str | OrderType = "market",
        limit_price: float | None = None,
        stop_price: float | None = None,
        trail_percent: float | None = None,
        time_in_force: str = "gtc",
        expires: date | datetime | str | None = None,
        *,
        trail_amount: float | None = None,
    ) -> int:
        """Submit an order for a signed quantity and return its id.

        Parameters
        ----------
        order_type : {"market", "limit", "stop", "stop_limit", "trailing_stop"}
        trail_percent, trail_amount : float
            Distance of a trailing stop, as a fraction or in price.
        time_in_force : {"gtc", "day", "gtd", "ioc", "fok", "on_open", "on_close"}
            Good till cancelled; for the day of the asset's next bar; till `expires`; immediate or
            cancel; fill or kill. "on_open" and "on_close" are for market and limit orders: they take
            part in nothing but the open, or the close, of the asset's next bar; what is not filled
            there is cancelled.
        expires : date, datetime or text
            For good till date; included, a date with its whole day.

        Raises
        ------
        ValueError
            If the prices and the type do not belong together, or a value is out of range.
        """
        desk = self._desk()
        last = read_moment(expires, "expires")
        trails = [value for value in (trail_percent, trail_amount) if value is not None]
        if len(trails) > 1:
            message = "give trail_percent or trail_amount, not both"
            raise ValueError(message)
        terms = OrderTerms(
            type=_order_type(order_type),
            limit_price=_or_nan(limit_price),
            stop_price=_or_nan(stop_price),
            trail=trails[0] if trails else math.nan,
            trail_is_amount=trail_amount is not None,
            time_in_force=_time_in_force(time_in_force, last),
            expires_us=0 if last is None else end_microseconds(last),
        )
        return desk.submit(asset_id, quantity, terms)

    def submit_bracket(
        self,
        asset_id: str,
        quantity: float,
        limit_price: float | None = None,
        stop_loss: float | None = None,
        take_profit: float | None = None,
        trailing_stop: float | None = None,
    ) -> int:
        """Submit an entry with protective orders, given as fractions of the entry price; return the entry's id."""
        terms = OrderTerms(
            type=OrderType.MARKET if limit_price is None else OrderType.LIMIT,
            limit_price=_or_nan(limit_price),
            stop_loss=_or_nan(stop_loss),
            take_profit=_or_nan(take_profit),
            trailing_stop=_or_nan(trailing_stop),
        )
        return self._desk().submit(asset_id, quantity, terms)

    def submit_oco(
        self, asset_id: str, quantity: float, limit_price: float, stop_price: float
    ) -> tuple[int, int]:
        """Submit a limit and a stop order of which one cancels the other; return both ids, the limit's first."""
        desk = self._desk()
        limit = OrderTerms(type=OrderType.LIMIT, limit_price=limit_price)
        stop = OrderTerms(type=OrderType.STOP, stop_price=stop_price)
        ids = desk.submit(asset_id, quantity, limit), desk.submit(asset_id, quantity, stop)
        desk.join(*ids)
        return ids

    def cancel_order(self, order_id: int) -> bool:
        """Cancel an order; return whether it was still working."""
        return self._desk().cancel(order_id)

    def open_orders(self, asset_id: str | None = None) -> list[Order]:
        """Return the working orders, of one asset or of all."""
        return self._desk().open_orders(asset_id)

    def open_trade(self, asset_id: str) -> PartialTrade | None:
        """Return what is known of the open trade of an asset, None when flat."""
        return self._desk().open_trade(asset_id)

    def _trade(
        self,
        asset_id: str,
        quantity: float,
        limit_price: float | None,
        *,
        reduce_only: bool = False,
    ) -> int | None:
        desk = self._desk()
        kind = OrderType.MARKET if limit_price is None else OrderType.LIMIT
        terms = OrderTerms(type=kind, limit_price=_or_nan(limit_price), reduce_only=reduce_only)
        if quantity == 0.0:
            return None
        return desk.submit(asset_id, quantity, terms)


def _check_weights(desk: Broker, weights: Mapping[str, float], tolerance: float) -> None:
    if not tolerance >= 0:
        message = f"tolerance must not be negative, it is {tolerance!r}"
        raise ValueError(message)
    bad = {asset_id: weight for asset_id, weight in weights.items() if not math.isfinite(weight)}
    if bad:
        message = f"weights must be numbers: {bad}"
        raise ValueError(message)
    if desk.is_cash_account and any(weight < 0 for weight in weights.values()):
        message = "negative weights need a margin account"
        raise ValueError(message)
    most = 1.0 if desk.is_cash_account else 1.0 / desk.initial_margin
    total = math.fsum(abs(weight) for weight in weights.values())
    if total > most + WEIGHT_TOLERANCE:
        message = f"weights sum to {total:.10g}, at most {most:g} can be invested"
        raise ValueError(message)


def _order_type(order_type: str | OrderType) -> OrderType:
    try:
        return OrderType(order_type)
    except ValueError:
        message = f"there is no order type {order_type!r}; there are {', '.join(OrderType)}"
        raise ValueError(message) from None


def _time_in_force(time_in_force: str, expires: date | datetime | None) -> str:
    if time_in_force not in TIF_NAMES:
        message = f"there is no time in force {time_in_force!r}; there are {', '.join(TIF_NAMES)}"
        raise ValueError(message)
    if expires is None and time_in_force == "gtd":
        message = "an order good till date needs 'expires'"
        raise ValueError(message)
    if expires is not None and time_in_force not in {"gtc", "gtd"}:
        message = f"a {time_in_force} order takes no 'expires'"
        raise ValueError(message)
    return "gtd" if expires is not None else time_in_force


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _fraction(name: str, value: float) -> None:
    if not 0.0 <= value <= 1.0:
        message = f"{name} must lie between 0 and 1, it is {value!r}"
        raise ValueError(message)


def _price(name: str, value: float) -> None:
    if not (value > 0.0 and math.isfinite(value)):
        message = f"{name} must be positive, it is {value!r}"
        raise ValueError(message)
