"""Corporate actions on the books, as `market.corporate_actions` promises them to users."""

from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    CorporateAction,
    Delisting,
    Merger,
    SpinOff,
    StockDividend,
    StockSplit,
    SymbolChange,
)
from tests.oracle.books import Books
from tests.oracle.history import Bar, moment_of
from tests.oracle.holdings import Decision, Order, Position
from tests.oracle.ledger import pay, record_trade, take_off
from tests.oracle.submission import end_position_orders, place_trailing


def act(books: Books, actions: list[CorporateAction]) -> None:
    """Do the actions that are due now, and take them off the list."""
    while actions and moment_of(actions[0]) <= books.time:
        action = actions.pop(0)
        if isinstance(action, CashDividend):
            _pay_dividend(books, action)
        elif isinstance(action, StockSplit):
            restate(books, action.asset_id, action.ratio, action.ratio)
        elif isinstance(action, StockDividend):
            restate(books, action.asset_id, 1 + action.ratio, 1 + action.ratio)
        elif isinstance(action, SpinOff):
            _spin_off(books, action)
        elif isinstance(action, Merger):
            _merge(books, action)
        elif isinstance(action, SymbolChange):
            _rename(books, action)
        else:
            assert isinstance(action, Delisting)
            _delist(books, action)


def _pay_dividend(books: Books, action: CashDividend) -> None:
    held = books.quantity(action.asset_id)
    if held:
        points = books.multiplier(action.asset_id)
        books.book_flow(action.asset_id, "dividend", held * action.amount * points)


def restate(books: Books, symbol: str, shares: float, divisor: float) -> None:
    """Multiply quantities and divide prices of an asset: position, orders, last close."""
    if symbol in books.last_close:
        books.last_close[symbol] /= divisor
    position = books.positions.get(symbol)
    if position is not None:
        position.quantity *= shares
        _divide_prices(position, divisor)
    for order in books.working(symbol):
        restate_order(order, shares, divisor)


def _divide_prices(position: Position, divisor: float) -> None:
    for name in ("price", "highest", "lowest", "basis", "best_close"):
        known = getattr(position, name)
        if known is not None:
            setattr(position, name, known / divisor)


def restate_order(order: Order, shares: float, divisor: float) -> None:
    order.requested *= shares
    order.filled *= shares
    for name in ("limit", "stop", "mark", "basis_close"):
        known = getattr(order, name)
        if known is not None:
            setattr(order, name, known / divisor)
    if order.kind == "trailing_stop":
        if order.trail_is_amount and order.trail is not None:
            order.trail /= divisor
        place_trailing(order)


def _close(
    books: Books, position: Position, quantity: float, price: float, why: str, *,
    fees: float = 0.0, slippage: float = 0.0,
) -> None:  # fmt: skip
    """Close a part of a position without an order; decided at its last bar."""
    last = position.last_bar
    decided = Decision(last, last.time if last is not None else None)
    record_trade(
        books, position, quantity, price, why=why, decided=decided, fees=fees, slippage=slippage
    )
    take_off(books, position, quantity)


def _delist(books: Books, action: Delisting) -> None:
    position = books.positions.get(action.asset_id)
    if position is not None:
        price = action.price
        if price is None:
            price = books.last_close[action.asset_id]
        points, held = books.multiplier(action.asset_id), position.quantity
        _close(books, position, abs(held), price, "delisted")
        pay(books, -held * price * points)
    _cancel_all(books, action.asset_id)


def _cancel_all(books: Books, symbol: str) -> None:
    for order in books.working(symbol):
        order.end("cancelled", "the asset was merged or delisted")


def _merge(books: Books, action: Merger) -> None:
    """Cash pays for the part of the position that it is worth against the new shares."""
    symbol = action.asset_id
    position = books.positions.get(symbol)
    if position is None or action.ratio == 0:
        if position is not None:
            held, points = position.quantity, books.multiplier(symbol)
            _close(books, position, abs(held), action.cash, "merger")
            pay(books, -held * action.cash * points)
        _cancel_all(books, symbol)
        return
    new = action.new_asset_id
    assert new is not None
    held = position.quantity
    each = action.ratio * books.multiplier(new) / books.multiplier(symbol)
    last = books.last_close[symbol]
    divisor = each
    if action.cash > 0:
        worth = last - action.cash if last > action.cash else last
        if new in books.last_close:
            worth = each * books.last_close[new]
        elif new in books.now:
            worth = each * books.now[new].open
        part = action.cash / (action.cash + worth)
        _close(books, position, abs(held) * part, action.cash + worth, "merger")
        pay(books, -held * action.cash * books.multiplier(symbol))
        divisor = each / (1 - part)
    books.last_close.setdefault(new, last / divisor)
    _hand_on(books, position, new, held * action.ratio, divisor)
    for order in books.working(symbol):
        if order.reduce_only or order.side * held < 0:
            order.symbol = new
            restate_order(order, action.ratio, divisor)
        else:
            order.end("cancelled", "the asset was merged or delisted")
    if new not in books.positions:
        end_position_orders(books, new)


def _hand_on(books: Books, old: Position, symbol: str, quantity: float, divisor: float) -> None:
    """Let a position go on as one of another asset, with the same cost, trade and id."""
    left = _meet_opposite(
        books, symbol, quantity, old.price / divisor, fees=old.fees, slippage=old.slippage
    )
    take_off(books, old, abs(old.quantity))
    if left == 0:
        return
    there = books.positions.get(symbol)
    if there is not None:
        _enlarge(there, quantity * left, old.price / divisor, old.fees * left, old.slippage * left)
        return
    old.symbol = symbol
    old.last_bar = _last_bar(books, symbol, old)
    old.quantity = quantity * left
    old.fees *= left
    old.slippage *= left
    _divide_prices(old, divisor)
    books.positions[symbol] = old


def _last_bar(books: Books, symbol: str, before: Position) -> Bar | None:
    """Return the last bar of an asset that comes in, else that of the position it comes from."""
    known = [bar for bar in books.history.of.get(symbol, []) if bar.time < books.time]
    return known[-1] if known else before.last_bar


def _meet_opposite(
    books: Books, symbol: str, quantity: float, price: float, *, fees: float, slippage: float
) -> float:
    """Let shares that come in close an opposite position; return the share of them that is left."""
    there = books.positions.get(symbol)
    if there is None or there.quantity * quantity > 0:
        return 1.0
    part = min(abs(there.quantity), abs(quantity))
    share = part / abs(quantity)
    _close(books, there, part, price, "merger", fees=fees * share, slippage=slippage * share)
    if symbol not in books.positions:
        end_position_orders(books, symbol)
    return 0.0 if 1 - share <= 1e-12 else 1 - share


def _enlarge(
    position: Position, quantity: float, price: float, fees: float, slippage: float
) -> None:
    total = position.quantity + quantity
    position.price = (position.quantity * position.price + quantity * price) / total
    position.quantity = total
    position.fees += fees
    position.slippage += slippage


def _rename(books: Books, action: SymbolChange) -> None:
    old, new = action.asset_id, action.new_asset_id
    points = books.multiplier(new)
    if new not in books.positions:
        points = books.multiplier(old)
    if old in books.cooldown:
        books.cooldown.setdefault(new, books.cooldown[old])
    position = books.positions.get(old)
    divisor = points / books.multiplier(old)
    books.multipliers[new] = points
    if old in books.last_close:
        books.last_close.setdefault(new, books.last_close[old])
    if position is not None:
        _hand_on(books, position, new, position.quantity, divisor)
    for order in books.working(old):
        order.symbol = new


def _spin_off(books: Books, action: SpinOff) -> None:
    """Give new shares; they take along their part of cost, last close and order prices."""
    parent, child = action.asset_id, action.new_asset_id
    if parent not in books.last_close:
        return
    each = action.ratio * books.multiplier(child) / books.multiplier(parent)
    share = _share_of_child(books, parent, child, each)
    position = books.positions.get(parent)
    if position is not None:
        books.last_close.setdefault(child, books.last_close[parent] * share / each)
        _receive_child(books, position, child, action.ratio, position.price * share / each)
    restate(books, parent, 1.0, 1 / (1 - share))


def _share_of_child(books: Books, parent: str, child: str, each: float) -> float:
    """Return what part of the parent's value goes to the child, by opens or by closes before."""
    if parent in books.now and child in books.now:
        worth = each * books.now[child].open
        cum = books.now[parent].open + worth
    else:
        cum = books.last_close[parent]
        worth = 0.0
        if child in books.last_close:
            worth = each * books.last_close[child]
        elif child in books.now:
            worth = each * books.now[child].open
    return worth / cum if worth < cum else worth / (cum + worth)


def _receive_child(books: Books, parent: Position, child: str, ratio: float, price: float) -> None:
    quantity = parent.quantity * ratio
    left = _meet_opposite(books, child, quantity, price, fees=0.0, slippage=0.0)
    if left == 0:
        return
    if child in books.positions:
        _enlarge(books.positions[child], quantity * left, price, 0.0, 0.0)
        return
    books.positions[child] = Position(
        position_id=books.position_count,
        symbol=child,
        quantity=quantity * left,
        price=price,
        fees=0.0,
        slippage=0.0,
        opened_at=books.t,
        opened=books.time,
        decided=parent.decided,
        where="open" if child in books.now else "close",
        reason=parent.reason,
        highest=price,
        lowest=price,
        basis=price or None,
        best_close=price or None,
        last_bar=_last_bar(books, child, parent),
        note=None,
    )
    books.position_count += 1
