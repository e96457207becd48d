"""The broker as a strategy meets it: positions, cash, orders, over the compiled books."""

import math
from collections.abc import Iterator, Mapping

from ml4t_desktop.engine.books import open_books
from ml4t_desktop.engine.kernel.codes import (
    AT_OPEN,
    CASH_ACCOUNT,
    REASON_TEXTS,
    STATUS_NAMES,
    TRADE_REASONS,
    TYPE_NAMES,
)
from ml4t_desktop.engine.kernel.records import record_at
from ml4t_desktop.engine.machine import Machine
from ml4t_desktop.engine.orders import Order, OrderTerms, OrderType
from ml4t_desktop.engine.relay import Indices, Relay, needed
from ml4t_desktop.engine.report import build_result
from ml4t_desktop.engine.strategies.context import Context
from ml4t_desktop.engine.strategies.events import FillEvent
from ml4t_desktop.market import Column, Market
from ml4t_desktop.market.chunks import Chunk
from ml4t_desktop.market.columns import column_value
from ml4t_desktop.request import Account, Costs, Execution, FundingColumn, RiskLimits
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.result.schema import note_text
from ml4t_desktop.result.trade import PartialTrade


class Broker:
    """Runs the books alongside a strategy.

    The compiled books are brought to the present timestamp only when somebody asks or an order is
    working: over quiet bars nothing is called at all.

    Parameters
    ----------
    market : Market
    execution, costs, account
        Frozen values of the request.
    eager : bool
        Bring the books up at every timestamp, so that every fill is told when it happened.
    risk : RiskLimits, optional
        For who asks the books what the limits leave of an order.
    """

    def __init__(
        self,
        market: Market,
        execution: Execution,
        costs: Costs,
        account: Account,
        *,
        eager: bool,
        risk: RiskLimits | None = None,
    ) -> None:
        self._market = market
        self._whole = market  # of which `_market` may be a chunk, `_before` timestamps on
        self._before = 0
        self._terms = (execution, costs, account, risk)
        self._relay: Relay | None = None
        self._chunk: Chunk | None = None
        self._initial_capital = account.initial_capital
        self._assets = {symbol: index for index, symbol in enumerate(market.symbols)}
        self._t = -1
        self._synced = -1
        self._told_fills = 0
        # A margin account can order a liquidation by itself, and its fills must be told in time.
        self._always = eager and account.type != "cash"
        # Without interest and settlement nothing changes while nothing is held or working.
        self._stays = account.interest_rate == 0.0 and account.settlement_days == 0
        self._idle = self._stays
        # Read at every timestamp, so kept as plain values; every call of the machine is followed by `_note`.
        self._busy = self._always
        self._ends = execution.fill == "same_close"
        self._machine = Machine(market, execution, costs, account, grown=self._view, risk=risk)
        self._view()

    def _view(self) -> None:
        """Take views of the cells that are read often; those of enlarged books are new."""
        books = self._books = self._machine.books
        self._working = books.account["working"]
        self._held = books.account["held"]
        self._cash = books.account["cash"]
        self._unsettled = books.account["unsettled"]
        self._equity = books.account["equity"]
        self._fill_count = books.account["fills"]
        self._quantity = books.positions["quantity"]
        self._price = books.positions["price"]
        self._last_close = books.positions["last_close"]

    def begin(self, t: int) -> bool:
        """Begin timestamp `t`; return whether there are fills to tell."""
        self._t = t
        if self._busy:
            self._sync()
            return self._fill_count.item(0) > self._told_fills
        return False

    def end(self) -> bool:
        """End the present timestamp where orders could trade at its close; return whether there are fills to tell."""
        if self._ends and self._working.item(0):
            self._sync()
            self._machine.finish_timestamp()
            self._note()
            return self._fill_count.item(0) > self._told_fills
        return False

    def _sync(self) -> None:
        """Bring the books to the present timestamp."""
        if self._synced == self._t:
            return
        self._machine.advance(self._t)
        self._synced = self._t
        self._note()

    def _note(self) -> None:
        works = self._working.item(0) > 0
        self._busy = works or self._always
        self._idle = self._stays and not works and not self._held.item(0)

    def _look(self) -> None:
        """Make what is read next true now; nothing can have changed while nothing is held or working."""
        if not self._idle:
            self._sync()

    def finish(self) -> RunResult:
        """End the data: finish the last timestamp, expire orders, and return the result."""
        self._reach(self._market.time_count - 1)
        self._machine.end_of_data()
        return self._result()

    def _reach(self, last: int) -> None:
        """Finish timestamp `last`."""
        if last >= 0:
            self._t = last
            if int(self._books.account["t"][0]) <= last:
                self._sync()
            self._machine.finish_timestamp()

    def _result(self) -> RunResult:
        if self._relay is None or self._chunk is None:
            return build_result(self._market, self._books, self._initial_capital)
        self._relay.gather(self._chunk, self._books)
        return self._relay.result()

    def start_chunks(self, chunk: Chunk, timeline: Market) -> None:
        """Say that the market is the first chunk of a timeline."""
        self._chunk, self._whole = chunk, timeline
        self._relay = Relay(self._initial_capital, keeps_ended=True)

    def leave_chunk(self) -> tuple[Indices, Indices]:
        """Finish the present chunk; return its rows and timestamps that what lives on refers to."""
        if self._relay is None or self._chunk is None:
            message = "the market is no chunk"
            raise ValueError(message)
        self._reach(self._chunk.end - 1)
        self._relay.gather(self._chunk, self._books)
        return needed(self._chunk, self._books)

    def enter_chunk(self, following: Chunk) -> None:
        """Go on with the chunk that follows the one that was left."""
        if self._relay is None or self._chunk is None:
            message = "the market is no chunk"
            raise ValueError(message)
        market = following.market
        fresh = open_books(market, *self._terms)
        books = self._relay.hand_over(self._chunk, self._books, following, fresh)
        self._market, self._chunk = market, following
        self._before = following.before - following.first
        self._t = self._synced = following.first - 1
        self._told_fills = 0
        self._machine.take_over(market, books)
        self._note()

    def funded(self, context_of: Iterator[Context], first: int) -> Iterator[Context]:
        """Yield contexts as they are told, from timestamp `first` on; a rate of funding among them is used."""
        funding = self._terms[2].funding
        kind, _, name = (
            funding.column.partition(".") if isinstance(funding, FundingColumn) else ("", "", "")
        )
        for t, context in enumerate(context_of, first):
            if kind == "context":
                rate = context.get(name)
                self._books.funding[t] = rate if isinstance(rate, float | int) else math.nan
            yield context

    def new_fills(self) -> Iterator[FillEvent]:
        """Yield the fills that have not been told yet."""
        while self._told_fills < self._fill_count.item(0):
            fill = record_at(self._books.fills, self._told_fills)
            self._told_fills += 1
            yield FillEvent(
                timestamp=self._market.moment(int(fill.t)),
                asset_id=self._market.symbols[fill.asset],
                order_id=int(fill.order),
                quantity=float(fill.quantity),
                price=float(fill.price),
                commission=float(fill.commission),
                slippage=float(fill.slippage),
            )

    def asset(self, asset_id: str) -> int:
        """Return the index of an asset.

        Raises
        ------
        ValueError
            If the data has no such asset.
        """
        index = self._assets.get(asset_id)
        if index is None:
            some = ", ".join(self._market.symbols[:10])
            more = ", …" if len(self._market.symbols) > 10 else ""
            message = f"there is no asset {asset_id!r} in the data; there are {some}{more}"
            raise ValueError(message)
        return index

    def quantity(self, asset_id: str) -> float:
        """Return the signed quantity held, 0.0 when flat."""
        asset = self.asset(asset_id)
        if self._idle:
            return 0.0
        self._sync()
        return self._quantity.item(asset)

    def held(self) -> dict[str, float]:
        """Return the signed quantities of all open positions, in symbol order."""
        self._look()
        assets = self._books.held[: self._held.item(0)].tolist()
        return {self._market.symbols[asset]: self._quantity.item(asset) for asset in assets}

    @property
    def available_cash(self) -> float:
        """Cash that can be spent now."""
        self._look()
        return self._cash.item(0) - self._unsettled.item(0)

    @property
    def equity(self) -> float:
        """Cash and positions at the latest close."""
        self._look()
        return self._equity.item(0)

    @property
    def is_cash_account(self) -> bool:
        """Whether the account neither borrows nor sells short."""
        return int(self._books.settings["account"][0]) == CASH_ACCOUNT

    @property
    def initial_margin(self) -> float:
        """Share of the value of a position that its opening binds."""
        return float(self._books.settings["initial_margin"][0])

    def multiplier(self, asset_id: str) -> float:
        """Return the contract multiplier of an asset."""
        return float(self._books.positions["multiplier"][self.asset(asset_id)])

    def unrealized_fraction(self, asset_id: str) -> float | None:
        """Return profit over cost of an open position at the latest close, None when flat or free of cost."""
        asset = self.asset(asset_id)
        if self._idle:
            return None
        self._sync()
        quantity = self._quantity.item(asset)
        price = self._price.item(asset)
        if quantity == 0.0 or price == 0.0:
            return None
        change = self._last_close.item(asset) - price
        return change / price if quantity > 0 else -change / price

    def submit(self, asset_id: str, quantity: float, terms: OrderTerms) -> int:
        """Submit an order for a signed quantity, decided now; return its id.

        Raises
        ------
        ValueError
            If the asset is unknown or the quantity is zero or not a number.
        """
        asset = self.asset(asset_id)
        if not math.isfinite(quantity) or quantity == 0.0:
            message = f"an order needs a quantity other than zero, it is {quantity!r}"
            raise ValueError(message)
        self._sync()
        order_id = self._machine.place(asset, quantity, self._t, terms)
        self._note()
        return order_id

    def join(self, first: int, second: int) -> None:
        """Make two orders one-cancels-other."""
        self._machine.join(first, second)
        self._note()

    def cancel(self, order_id: int) -> bool:
        """Cancel an order; return whether it was still working.

        Raises
        ------
        ValueError
            If there never was such an order.
        """
        self._look()
        if not 0 <= order_id < int(self._books.account["orders"][0]):
            message = f"there is no order {order_id!r}"
            raise ValueError(message)
        done = self._machine.cancel(order_id)
        self._note()
        return done

    def open_orders(self, asset_id: str | None = None) -> list[Order]:
        """Return the working orders in the order of submission, of one asset or of all."""
        asset = None if asset_id is None else self.asset(asset_id)
        self._look()
        working = self._books.working[: self._working.item(0)].tolist()
        return [
            self._order(order_id)
            for order_id in working
            if asset is None or int(self._books.orders["asset"][order_id]) == asset
        ]

    def _order(self, order_id: int) -> Order:
        order = record_at(self._books.orders, order_id)
        limit, stop = float(order.limit), float(order.stop)
        return Order(
            order_id=order_id,
            decision_time=self._market.moment(int(order.decision_t))
            if order.decision_t >= 0
            else None,
            symbol=self._market.symbols[order.asset],
            side="buy" if order.requested > 0 else "sell",
            type=OrderType(TYPE_NAMES[order.type]),
            requested=abs(float(order.requested)),
            filled=float(order.filled),
            limit_price=None if math.isnan(limit) else limit,
            stop_price=None if math.isnan(stop) else stop,
            status=STATUS_NAMES[order.status],
            reason=REASON_TEXTS[order.reason],
            note=note_text(int(order.note)),
        )

    def open_trade(self, asset_id: str) -> PartialTrade | None:
        """Return what is known of the open trade of an asset, None when flat."""
        asset = self.asset(asset_id)
        self._look()
        quantity = self._quantity.item(asset)
        if quantity == 0.0:
            return None
        position = record_at(self._books.positions, asset)
        sign = 1.0 if quantity > 0 else -1.0
        price, fees = float(position.price), float(position.fees)
        size, multiplier = abs(quantity), float(position.multiplier)
        pnl = sign * size * (float(position.last_close) - price) * multiplier - fees
        best, worst = float(position.high), float(position.low)
        if sign < 0:
            best, worst = worst, best
        row, t = int(position.decision_row), int(position.decision_t)
        return PartialTrade(
            trade_id=None,
            position_id=int(position.position_id),
            symbol=asset_id,
            direction="long" if quantity > 0 else "short",
            status="open",
            quantity=size,
            entry_decision_time=self._market.moment(t) if t >= 0 else None,
            entry_time=self._market.moment(int(position.entry_t)),
            entry_price=price,
            pnl=pnl,
            pnl_percent=pnl / (size * price * multiplier) if price else math.nan,
            fees=fees,
            slippage=float(position.slippage),
            bars_held=int(position.closes_held) - int(position.entered == AT_OPEN),
            mfe=max(sign * (best - price) / price, 0.0) if price else 0.0,
            mae=min(sign * (worst - price) / price, 0.0) if price else 0.0,
            entry_reason=TRADE_REASONS[position.reason],
            exit_reason="open",
            multiplier=multiplier,
            entry_note=note_text(int(position.note)),
            entry_signals=_captured(self._market.signals, row),
            entry_context=_captured(self._market.context, t),
        )


def _captured(columns: Mapping[str, Column], row: int) -> dict[str, float | str]:
    """Return the values of all columns at a row, without those that are null."""
    values = {name: column_value(column, row) for name, column in columns.items()}
    return {name: value for name, value in values.items() if value is not None}
