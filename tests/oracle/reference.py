"""A second engine, slow and plain, that shares nothing with the first but the request.

Read it beside DESIGN section 3: `run` is 3.1, `decide` is 3.6, `broker` is 3.2 to 3.4.
"""

from dataclasses import replace
from datetime import datetime

from ml4t_desktop.request import Request
from tests.oracle.broker import Broker
from tests.oracle.conditions import holds
from tests.oracle.history import Bar, Value, history_of, number, value
from tests.oracle.holdings import BUY, SELL
from tests.oracle.money import in_lots, rounded_level


def run(
    bars: list[Bar], context: dict[datetime, dict[str, Value]], request: Request
) -> dict[str, list[dict]]:
    """Return trades, fills, orders and equity as lists of plain dicts named as in DESIGN 4.3."""
    history = history_of(bars, context)
    broker = Broker(history, request)
    # Closes still to skip after an exit, per asset.
    cooldown: dict[str, int] = {}
    for time in history.times:
        now = history.at[time]
        broker.match_at_open(now)
        broker.match_inside(now)
        broker.mark(now)
        _note_exits(broker, cooldown)
        decide(broker, now, cooldown)
        if request.execution.fill == "same_close":
            broker.match_at_close(now)
            _note_exits(broker, cooldown)
        liquidate(broker)
        broker.record_equity(time)
    broker.finish()
    return {
        "trades": broker.trades,
        "fills": broker.fills,
        "orders": broker.order_rows(),
        "equity": broker.equity_rows,
    }


def _note_exits(broker: Broker, cooldown: dict[str, int]) -> None:
    for symbol in broker.exited:
        cooldown[symbol] = broker.request.strategy.limits.cooldown_bars
    broker.exited.clear()


def liquidate(broker: Broker) -> None:
    """Below the maintenance margin, send the largest positions out at the next open.

    It is decided now, also for an asset without a bar now: it then goes by its last one.
    """
    account = broker.request.account
    if account.type == "cash":
        return
    leaving = {
        order.symbol
        for order in broker.live
        if order.status == "working" and order.why == "liquidation"
    }
    staying = sorted(
        set(broker.positions) - leaving,
        key=lambda symbol: (-abs(broker.value_of(symbol)), symbol),
    )

    def is_short_of_margin() -> bool:
        values = [abs(broker.value_of(symbol)) for symbol in sorted(staying)]
        return bool(values) and broker.equity() < account.maintenance_margin * sum(values)

    while is_short_of_margin():
        symbol = staying.pop(0)
        position = broker.positions[symbol]
        time = broker.history.times[len(broker.equity_rows)]
        last = [bar for bar in broker.history.of[symbol] if bar.time <= time][-1]
        broker.submit(
            replace(last, time=time),
            -position.side,
            abs(position.quantity),
            purpose="exit",
            why="liquidation",
        )


def decide(broker: Broker, now: dict[str, Bar], cooldown: dict[str, int]) -> None:
    """What the rules want after this close: exits in symbol order, then entries by rank."""
    equity = broker.equity()
    candidates: list[tuple[Bar, int]] = []
    for symbol in sorted(now):
        bar = now[symbol]
        position = broker.positions.get(symbol)
        if position is not None:
            position.closes_seen += 1
            if broker.working(symbol, "exit"):
                continue
            why = reason_to_leave(broker, bar)
            if why is not None:
                broker.cancel_rest(symbol, ("entry",), "the position is being closed")
                broker.submit(bar, -position.side, abs(position.quantity), purpose="exit", why=why)
            continue
        if broker.working(symbol, "entry"):
            continue
        if cooldown.get(symbol, 0) > 0:
            cooldown[symbol] -= 1
            continue
        side = side_to_enter(broker, bar)
        if side is not None:
            candidates.append((bar, side))
    enter(broker, candidates, equity)


def reason_to_leave(broker: Broker, bar: Bar) -> str | None:
    """The first exit that holds names the reason."""
    strategy = broker.request.strategy
    exits = strategy.exits
    position = broker.positions[bar.symbol]
    side = position.side
    if exits.evaluate == "close":
        if exits.stop_loss is not None:
            level = rounded_level(position.basis * (1 - side * exits.stop_loss))
            if side * bar.close <= side * level:
                return "stop_loss"
        if exits.take_profit is not None:
            level = rounded_level(position.basis * (1 + side * exits.take_profit))
            if side * bar.close >= side * level:
                return "take_profit"
        if exits.trailing_stop is not None:
            level = rounded_level(position.best_close * (1 - side * exits.trailing_stop))
            if side * bar.close <= side * level:
                return "trailing_stop"
    is_second_side = strategy.direction == "both" and side == SELL
    condition = strategy.short_exit if is_second_side else strategy.exit
    if holds(condition, broker.history, bar):
        return "signal"
    if exits.max_bars is not None and position.closes_seen >= exits.max_bars:
        return "max_bars"
    return None


def side_to_enter(broker: Broker, bar: Bar) -> int | None:
    """Return +1, -1 or None; both sides at once: neither."""
    strategy = broker.request.strategy
    if strategy.filter is not None and not holds(strategy.filter, broker.history, bar):
        return None
    first = holds(strategy.entry, broker.history, bar)
    if strategy.direction == "long":
        return BUY if first else None
    if strategy.direction == "short":
        return SELL if first else None
    second = holds(strategy.short_entry, broker.history, bar)
    if first == second:
        return None
    return BUY if first else SELL


def enter(broker: Broker, candidates: list[tuple[Bar, int]], equity: float) -> None:
    """Take candidates by rank while there are places; who gets no order uses none."""
    limits = broker.request.strategy.limits
    by = limits.rank_by
    if by is not None:

        def rank(candidate: tuple[Bar, int]):
            its = value(broker.history, candidate[0], by)
            return (its is None, 0.0 if its is None else -number(its), candidate[0].symbol)

        candidates.sort(key=rank)
    used = len(
        set(broker.positions)
        | {
            order.symbol
            for order in broker.live
            if order.status == "working" and order.purpose == "entry"
        }
    )
    for bar, side in candidates:
        if limits.max_positions is not None and used >= limits.max_positions:
            return
        size = size_of(broker, bar, equity)
        if size is None:
            continue
        order = broker.submit(bar, side, size, purpose="entry", why="entry")
        if order.status == "working":
            used += 1


def size_of(broker: Broker, bar: Bar, equity: float) -> float | None:
    """Return the quantity to trade, 0.0 if it rounds to nothing, None without a confidence."""
    sizing = broker.request.strategy.sizing
    unit = bar.close * broker.multiplier(bar.symbol)
    if sizing.helper == "buy_percent":
        size = equity * sizing.percent / unit
    elif sizing.helper == "size_by_confidence":
        confidence = value(broker.history, bar, sizing.confidence)
        if confidence is None:
            return None
        size = equity * (sizing.max_percent * number(confidence)) / unit
    elif sizing.helper == "fixed_quantity":
        size = sizing.quantity
    else:
        assert sizing.helper == "fixed_value"
        size = sizing.value / unit
    return max(0.0, in_lots(size, broker.request.execution.lot_size))
