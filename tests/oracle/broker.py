"""Orders, fills, positions and money, one order at a time (DESIGN 3.1 to 3.4)."""

from datetime import datetime

from ml4t_desktop.request import Request
from tests.oracle.history import Bar, History, earlier
from tests.oracle.holdings import (
    BUY,
    Order,
    Position,
    falls_to,
    is_beyond,
    side_name,
    trade_row,
)
from tests.oracle.money import (
    commission,
    in_lots,
    most_fraction,
    most_lots,
    quantity_worth,
    rounded_level,
    slipped,
)


class Broker:
    """The ledger of one run."""

    def __init__(self, history: History, request: Request) -> None:
        self.history = history
        self.request = request
        self.cash = request.account.initial_capital
        self.positions: dict[str, Position] = {}
        self.last_close: dict[str, float] = {}
        self.orders: list[Order] = []
        # Those of `orders` that may still work, so that nobody has to look through all of them.
        self.live: list[Order] = []
        self.position_count = 0
        self.fills: list[dict] = []
        self.trades: list[dict] = []
        self.equity_rows: list[dict] = []
        self.exited: set[str] = set()
        # What has traded of a bar, for orders that share its volume.
        self.traded: dict[tuple[str, datetime], float] = {}

    # --- what it is worth -----------------------------------------------------------------

    def value_of(self, symbol: str) -> float:
        position = self.positions[symbol]
        return position.quantity * self.last_close[symbol] * self.multiplier(symbol)

    def net(self) -> float:
        return sum(self.value_of(symbol) for symbol in sorted(self.positions))

    def gross(self) -> float:
        return sum(abs(self.value_of(symbol)) for symbol in sorted(self.positions))

    def equity(self) -> float:
        return self.cash + self.net()

    def multiplier(self, symbol: str) -> float:
        return self.request.account.multiplier_of(symbol)

    # --- orders ---------------------------------------------------------------------------

    def submit(
        self,
        decided: Bar,
        side: int,
        requested: float,
        *,
        purpose: str,
        why: str,
        kind: str = "market",
        level: float | None = None,
    ) -> Order:
        """Put an order in the market; one of no size is rejected at once."""
        order = Order(
            len(self.orders),
            decided.symbol,
            side,
            kind,
            requested,
            decided,
            purpose,
            why,
            level=level,
        )
        self.orders.append(order)
        self.live.append(order)
        if requested == 0:
            order.status, order.reason = "rejected", "its size is zero"
        return order

    def working(self, symbol: str, purpose: str) -> list[Order]:
        """Return the working orders of an asset for one purpose: entry, exit or leg."""
        return [
            order
            for order in self.live
            if order.status == "working" and order.symbol == symbol and order.purpose == purpose
        ]

    def match_at_open(self, bars: dict[str, Bar]) -> None:
        """First reducing orders, then the others, each in order of submission."""
        self.live = [order for order in self.live if order.status == "working"]
        for order in list(self.live):
            if order.status != "working" or order.purpose == "entry" or order.symbol not in bars:
                continue
            bar = bars[order.symbol]
            if order.purpose == "leg":
                self._leg_at_open(order, bar)
            else:
                self.trade(order, bar, bar.open, "open")
        for order in list(self.live):
            if order.status == "working" and order.purpose == "entry" and order.symbol in bars:
                bar = bars[order.symbol]
                self.trade(order, bar, bar.open, "open")

    def match_inside(self, bars: dict[str, Bar]) -> None:
        """Protective legs inside the bar; rules have no other orders there."""
        for symbol in sorted(bars, key=self._first_leg_id):
            bar = bars[symbol]
            for order in self._legs_in_turn(symbol, bar):
                if order.status == "working":
                    self._leg_inside(order, bar)

    def match_at_close(self, bars: dict[str, Bar]) -> None:
        """With same_close: the market orders decided at this close, reducing ones first."""
        for purpose in ("exit", "entry"):
            for order in list(self.live):
                if order.status != "working" or order.purpose != purpose:
                    continue
                bar = bars.get(order.symbol)
                if bar is not None and order.decided is bar and order.why != "liquidation":
                    self.trade(order, bar, bar.close, "close")

    def _first_leg_id(self, symbol: str) -> int:
        legs = self.working(symbol, "leg")
        return legs[0].order_id if legs else 0

    def _leg_at_open(self, order: Order, bar: Bar) -> None:
        position = self.positions[order.symbol]
        if position.opened is bar:
            return
        if is_beyond(order, self._level(order), bar.open):
            self.trade(order, bar, bar.open, "open")

    def _leg_inside(self, order: Order, bar: Bar) -> None:
        position = self.positions[order.symbol]
        entered_now = position.opened is bar
        if entered_now and not self.request.execution.protect_entry_bar:
            return
        level = self._level(order)
        extreme = bar.low if falls_to(order) else bar.high
        if entered_now and is_beyond(order, level, bar.open):
            self.trade(order, bar, bar.open, "inside")
        elif is_beyond(order, level, extreme):
            self.trade(order, bar, level, "inside")

    def _legs_in_turn(self, symbol: str, bar: Bar) -> list[Order]:
        """Return the legs in the order in which one bar is taken to touch them."""
        legs = self.working(symbol, "leg")
        targets = [leg for leg in legs if leg.kind == "limit"]
        stops = [leg for leg in legs if leg.kind != "limit"]
        # Of two stops the price meets the nearer one first.
        stops.sort(key=lambda leg: leg.side * self._level(leg))
        targets_first = self.request.execution.ambiguous_bar == "target_first"
        in_turn = targets + stops if targets_first else stops + targets
        # What the open is beyond already happens before anything else in the bar.
        first_at_open = [leg for leg in legs if is_beyond(leg, self._level(leg), bar.open)]
        return first_at_open + [leg for leg in in_turn if leg not in first_at_open]

    def _level(self, order: Order) -> float:
        if order.kind == "trailing_stop":
            position = self.positions[order.symbol]
            fraction = self.request.strategy.exits.trailing_stop
            assert fraction is not None
            return rounded_level(position.trail_mark * (1 - position.side * fraction))
        assert order.level is not None
        return order.level

    # --- fills ----------------------------------------------------------------------------

    def trade(self, order: Order, bar: Bar, raw_price: float, where: str) -> None:
        """Fill an order as far as position, volume and money allow."""
        quantity = order.requested - order.filled
        if order.purpose != "entry":
            if order.symbol not in self.positions:
                order.status, order.reason = "cancelled", "nothing is held"
                return
            quantity = min(quantity, abs(self.positions[order.symbol].quantity))
        offered = self._offered(bar, quantity)
        if offered == 0:
            return
        if order.purpose == "entry":
            offered = self._paid_for(order, bar, raw_price, offered)
            if order.status != "working":
                return
        self._fill(order, bar, raw_price, offered, where)

    def _offered(self, bar: Bar, quantity: float) -> float:
        """Return what the bar's volume lets trade of a quantity."""
        shares = []
        if self.request.execution.participation is not None:
            shares.append(self.request.execution.participation)
        if self.request.costs.slippage.model == "volume_share":
            shares.append(self.request.costs.slippage.limit)
        for share in shares:
            if bar.volume is not None:
                left = share * bar.volume - self.traded.get((bar.symbol, bar.time), 0.0)
                if quantity > left:
                    quantity = in_lots(max(left, 0.0), self.request.execution.lot_size)
        return quantity

    def _paid_for(self, order: Order, bar: Bar, raw_price: float, quantity: float) -> float:
        """Return what the account can pay of an increasing fill; settle the order if less."""

        def money_of(units: float) -> float:
            price = slipped(self.request.costs.slippage, order.side, raw_price, units, bar.volume)
            return price * units * self.multiplier(order.symbol)

        def is_affordable(units: float) -> bool:
            money = money_of(units)
            fee = commission(self.request.costs.commission, units, money, first=order.fills == 0)
            need = money * self._money_share() + fee
            # The last digit of a float must not turn down an order for exactly what there is.
            return need <= self._budget() * (1 + 1e-12)

        if is_affordable(quantity):
            return quantity
        affordable = 0.0
        if self.request.execution.insufficient_cash == "shrink":
            lot = self.request.execution.lot_size
            if lot > 0:
                least = raw_price * self.multiplier(order.symbol) * self._money_share() * lot
                most = min(quantity, (int(2 * max(self._budget(), 0) / least) + 1) * lot)
                affordable = most_lots(is_affordable, most, lot)
            else:
                tiers = getattr(self.request.costs.commission, "tiers", ())
                limits = [tier.up_to for tier in tiers if tier.up_to is not None]
                borders = [quantity_worth(money_of, limit, quantity) for limit in limits]
                affordable = most_fraction(is_affordable, quantity, borders)
        if affordable == 0:
            order.status = "rejected" if order.filled == 0 else "reduced"
            order.reason = "the account cannot pay for it"
        return affordable

    def _money_share(self) -> float:
        account = self.request.account
        return 1.0 if account.type == "cash" else account.initial_margin

    def _budget(self) -> float:
        account = self.request.account
        if account.type == "cash":
            return self.cash
        return self.equity() - self.gross() * account.initial_margin

    def _fill(self, order: Order, bar: Bar, raw_price: float, quantity: float, where: str) -> None:
        at_limit = order.kind == "limit"
        price = raw_price
        if not at_limit:
            price = slipped(
                self.request.costs.slippage, order.side, raw_price, quantity, bar.volume
            )
        points = self.multiplier(order.symbol)
        money = price * quantity * points
        fee = commission(
            self.request.costs.commission,
            quantity,
            money,
            at_limit=at_limit,
            first=order.fills == 0,
        )
        slippage = abs(price - raw_price) * quantity * points
        self.cash -= order.side * money + fee
        self._count(order, quantity, bar)
        key = (bar.symbol, bar.time)
        self.traded[key] = self.traded.get(key, 0.0) + quantity
        self.fills.append(
            {
                "fill_id": len(self.fills),
                "order_id": order.order_id,
                "timestamp": bar.time,
                "symbol": order.symbol,
                "side": side_name(order.side),
                "quantity": quantity,
                "price": price,
                "commission": fee,
                "slippage": slippage,
            }
        )
        if order.purpose == "entry":
            self._enter(order, bar, quantity, price, fee, slippage, where)
        else:
            self._leave(order, bar, quantity, price, fee, slippage, where)

    def _count(self, order: Order, quantity: float, bar: Bar) -> None:
        order.filled += quantity
        order.fills += 1
        left = order.requested - order.filled
        offered = self._offered(bar, left + quantity)
        if left <= 1e-9 * order.requested:
            order.status = "filled"
        elif order.purpose != "entry" and order.symbol in self.positions:
            if quantity >= abs(self.positions[order.symbol].quantity):
                order.status, order.reason = "reduced", "no more was held"
        elif quantity < offered * (1 - 1e-12):
            order.status, order.reason = "reduced", "the account could pay for no more"

    def _enter(
        self,
        order: Order,
        bar: Bar,
        quantity: float,
        price: float,
        fee: float,
        slippage: float,
        where: str,
    ) -> None:
        position = self.positions.get(order.symbol)
        if position is not None:
            held = abs(position.quantity)
            position.price = (position.price * held + price * quantity) / (held + quantity)
            position.quantity += order.side * quantity
            position.fees += fee
            position.slippage += slippage
            position.highest = max(position.highest, price)
            position.lowest = min(position.lowest, price)
            for leg in self.working(order.symbol, "leg"):
                leg.requested += quantity
            return
        basis = price
        if self.request.execution.stop_basis == "decision_close":
            basis = order.decided.close
        self.positions[order.symbol] = Position(
            position_id=self.position_count,
            symbol=order.symbol,
            quantity=order.side * quantity,
            price=price,
            fees=fee,
            slippage=slippage,
            opened=bar,
            decided=order.decided,
            where=where,
            highest=price,
            lowest=price,
            basis=basis,
            trail_mark=basis,
            best_close=basis,
        )
        self.position_count += 1
        if self.request.strategy.exits.evaluate == "intrabar":
            self._protect(order, quantity, basis)

    def _protect(self, order: Order, quantity: float, basis: float) -> None:
        """Put stop, target and trailing stop in the market, now that the entry has filled."""
        exits = self.request.strategy.exits
        terms: dict = {"purpose": "leg"}
        if exits.stop_loss is not None:
            level = rounded_level(basis * (1 - order.side * exits.stop_loss))
            terms.update(why="stop_loss", kind="stop", level=level)
            self.submit(order.decided, -order.side, quantity, **terms)
        if exits.take_profit is not None:
            level = rounded_level(basis * (1 + order.side * exits.take_profit))
            terms.update(why="take_profit", kind="limit", level=level)
            self.submit(order.decided, -order.side, quantity, **terms)
        if exits.trailing_stop is not None:
            terms.update(why="trailing_stop", kind="trailing_stop", level=None)
            self.submit(order.decided, -order.side, quantity, **terms)

    def _leave(
        self,
        order: Order,
        bar: Bar,
        quantity: float,
        price: float,
        fee: float,
        slippage: float,
        where: str,
    ) -> None:
        position = self.positions[order.symbol]
        seen = [price, bar.open] if where == "inside" else [price]
        share = quantity / abs(position.quantity)
        fees = position.fees * share + fee
        decided = order.decided
        if order.purpose == "leg":
            before = earlier(self.history, bar, 1)
            assert before is not None
            decided = before
        row = self._trade_row(position, quantity, price, fees, seen)
        row["status"] = "closed"
        row["slippage"] = position.slippage * share + slippage
        row["exit_decision_time"] = decided.time
        row["exit_time"] = bar.time
        row["bars_held"] = bar.index - position.opened.index
        row["exit_reason"] = order.why
        row["exit_signals"] = dict(decided.signals)
        row["exit_context"] = dict(self.history.context.get(decided.time, {}))
        self.trades.append(row)
        position.fees -= position.fees * share
        position.slippage -= position.slippage * share
        if share >= 1 - 1e-12:
            del self.positions[order.symbol]
            self.exited.add(order.symbol)
            self.cancel_rest(order.symbol, ("leg", "exit", "entry"), "the position is gone")
        else:
            position.quantity += order.side * quantity

    def cancel_rest(self, symbol: str, purposes: tuple[str, ...], reason: str) -> None:
        """Cancel what still works for an asset; what is left of its entry must not fill later."""
        for purpose in purposes:
            for order in self.working(symbol, purpose):
                order.status, order.reason = "cancelled", reason

    def _trade_row(
        self, position: Position, quantity: float, price: float, fees: float, seen: list[float]
    ) -> dict:
        row = trade_row(position, quantity, price, fees, seen, self.multiplier(position.symbol))
        row["entry_signals"] = dict(position.decided.signals)
        row["entry_context"] = dict(self.history.context.get(position.decided.time, {}))
        return row

    # --- the end of a bar and of the data -------------------------------------------------

    def mark(self, bars: dict[str, Bar]) -> None:
        """Mark positions at the close; the water marks include this bar."""
        for symbol, bar in bars.items():
            self.last_close[symbol] = bar.close
            position = self.positions.get(symbol)
            if position is None:
                continue
            position.highest = max(position.highest, bar.high)
            position.lowest = min(position.lowest, bar.low)
            best = max if position.side == BUY else min
            position.best_close = best(position.best_close, bar.close)
            extreme = bar.high if position.side == BUY else bar.low
            position.trail_mark = best(position.trail_mark, extreme)

    def record_equity(self, time: datetime) -> None:
        self.equity_rows.append(
            {
                "timestamp": time,
                "equity": self.equity(),
                "cash": self.cash,
                "gross_exposure": self.gross(),
                "net_exposure": self.net(),
                "open_positions": len(self.positions),
            }
        )

    def finish(self) -> None:
        """Working orders expire; open positions stay as open rows, marked at the last close."""
        for order in self.orders:
            if order.status == "working":
                order.status, order.reason = "expired", "the data ended"
        for _, position in sorted(self.positions.items()):
            last = self.history.of[position.symbol][-1]
            # The last close stands for the exit price, in the water marks too.
            row = self._trade_row(
                position, abs(position.quantity), last.close, position.fees, [last.close]
            )
            row["status"] = "open"
            row["slippage"] = position.slippage
            row["exit_decision_time"] = None
            row["exit_time"] = None
            row["bars_held"] = last.index - position.opened.index
            row["exit_reason"] = "open"
            row["exit_signals"] = {}
            row["exit_context"] = {}
            self.trades.append(row)
        for number, row in enumerate(self.trades):
            row["trade_id"] = number

    def order_rows(self) -> list[dict]:
        return [
            {
                "order_id": order.order_id,
                "decision_time": order.decided.time,
                "symbol": order.symbol,
                "side": side_name(order.side),
                "type": order.kind,
                "requested": order.requested,
                "filled": order.filled,
                "status": order.status,
                "reason": order.reason,
            }
            for order in self.orders
        ]
