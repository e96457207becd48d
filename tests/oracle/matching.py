"""Working orders meet a bar: at its open, inside it, at its close (DESIGN 3.1, 3.2)."""

from collections.abc import Callable

from tests.oracle.books import Books
from tests.oracle.filling import execute
from tests.oracle.history import Bar
from tests.oracle.holdings import (
    BUY,
    ENTRY_BAR,
    GAP_LIMIT,
    GAP_STOP,
    STOP_FIRST,
    TARGET_FIRST,
    Order,
    is_at_least_as_good,
    is_beyond,
)
from tests.oracle.submission import place_trailing

AUCTIONS = ("on_open", "on_close")


def match_bar(books: Books) -> None:
    """Match what was decided before with the bars of now: at the open, inside, and at the close."""
    books.live = books.working()
    _in_turn(books, _at_open)
    _in_turn(books, _inside)
    _in_turn(books, _at_close)
    for order in books.working():
        bar = books.bar_now(order.symbol)
        if bar is None:
            continue
        if order.from_open <= books.t and order.tif in ("ioc", "fok"):
            order.end("cancelled", "not filled at once")
        elif order.kind == "trailing_stop" and order.follows_from <= books.t:
            _follow(order, bar)
        if order.is_working and order.good_for_bars and order.from_open <= books.t:
            order.bars_seen += 1
            if order.bars_seen >= order.good_for_bars:
                order.end("expired", "its bars were over")


def match_same_close(books: Books) -> None:
    """With same_close: the market orders decided at this close, reducing ones first."""

    def meet(books: Books, order: Order, bar: Bar) -> bool:
        if order.kind != "market" or order.from_open != books.t + 1 or order.tif in AUCTIONS:
            return False
        execute(books, order, bar, bar.close, "close")
        if order.is_working and order.tif in ("ioc", "fok"):
            order.end("cancelled", "not filled at once")
        return True

    _in_turn(books, meet)


def expire_day_orders(books: Books) -> None:
    """End the orders of a day after its last bar."""
    is_last = books.t + 1 == len(books.history.times)
    if not is_last and books.history.times[books.t + 1].date() == books.time.date():
        return
    for order in books.working():
        if order.tif == "day" and order.first_day is not None:
            order.end("expired", "the day was over")


def _in_turn(books: Books, meet: Callable[[Books, Order, Bar], bool]) -> None:
    """Let every order meet its bar once: reducing orders first, each group in order of submission.

    Inside the bar, an order whose position was opened while the others had their turn waits for the
    next bar: nobody knows whether its price came after the entry.
    """
    met: list[Order] = []
    for only_reducing in (True, False):
        for order in books.live:
            bar = books.bar_now(order.symbol)
            reduces = books.quantity(order.symbol) * order.side < 0
            if not order.is_working or bar is None or order in met:
                continue
            if (only_reducing and not reduces) or (
                reduces and not only_reducing and meet is _inside
            ):
                continue
            met.append(order)
            meet(books, order, bar)


def _meets_close(books: Books, order: Order) -> bool:
    """Return whether an order waits for the close of the bar."""
    if order.tif == "on_close":
        return True
    return (
        books.execution.fill == "next_close"
        and order.kind == "market"
        and order.tif != "on_open"
        and not order.is_margin_call
    )


def _at_open(books: Books, order: Order, bar: Bar) -> bool:
    if order.from_open > books.t or _is_over(order, bar):
        return False
    if order.first_day is None:
        order.first_day = bar.time.date()
    if not _meets_close(books, order):
        price = _price_at_open(order, bar)
        notes = _gap(order, bar)
        if order.kind == "stop_limit" and is_beyond(order.side, bar.open, _stop(order)):
            order.triggered = True
        if price is not None:
            _fill(books, order, bar, price, "open", notes)
    if order.is_working and order.tif == "on_open":
        order.end("cancelled", "not filled at once")
    return True


def _inside(books: Books, order: Order, bar: Bar) -> bool:
    if order.from_inside > books.t or order.tif in ("ioc", "fok", *AUCTIONS):
        return False
    if order.kind == "stop_limit" and not order.triggered:
        return _stop_inside(books, order, bar)
    if _price_inside(order, bar) is None:
        return False
    pair = [
        rival
        for rival in books.working(order.symbol)
        if order.pair is not None and rival.pair == order.pair and rival.from_inside <= books.t
    ]
    touched = [rival for rival in pair if _price_inside(rival, bar) is not None] or [order]
    first, notes = _first_of(books, touched, bar)
    price = _price_inside(first, bar)
    assert price is not None
    if first.from_open > books.t and _price_at_open(first, bar) is not None:
        notes = notes | _gap(first, bar)
    _fill(books, first, bar, price, "inside", notes)
    return True


def _stop_inside(books: Books, order: Order, bar: Bar) -> bool:
    """A stop-limit touched inside the bar fills at its stop, or waits as a limit from the next bar on."""
    farthest = bar.high if order.side == BUY else bar.low
    if not is_beyond(order.side, farthest, _stop(order)):
        return False
    order.triggered = True
    if is_at_least_as_good(order.side, _stop(order), _limit(order)):
        _fill(books, order, bar, _stop(order), "inside", set())
    return True


def _at_close(books: Books, order: Order, bar: Bar) -> bool:
    if order.from_open > books.t or not _meets_close(books, order):
        return False
    if order.kind == "market" or is_at_least_as_good(order.side, bar.close, _limit(order)):
        _fill(books, order, bar, bar.close, "close", set())
    if order.is_working and order.tif == "on_close":
        order.end("cancelled", "not filled at once")
    return True


def _fill(books: Books, order: Order, bar: Bar, price: float, where: str, notes: set[str]) -> None:
    """Fill an order and write down what was decided about it."""
    if order.purpose == "leg" and order.from_open > books.t:
        notes = notes | {ENTRY_BAR}
    execute(books, order, bar, price, where, notes)


def _is_over(order: Order, bar: Bar) -> bool:
    """End an order whose time is over before it meets the bar."""
    if order.tif == "gtd" and order.expires is not None and bar.time > order.expires:
        order.end("expired", "the date was over")
    if order.tif == "day" and order.first_day not in (None, bar.time.date()):
        order.end("expired", "the day was over")
    return not order.is_working


def _limit(order: Order) -> float:
    assert order.limit is not None
    return order.limit


def _stop(order: Order) -> float:
    assert order.stop is not None
    return order.stop


def _price_at_open(order: Order, bar: Bar) -> float | None:
    """Return the open if an order fills there, else None."""
    if order.kind == "market":
        return bar.open
    if order.kind in ("stop", "trailing_stop", "stop_limit") and not order.triggered:
        if order.stop is None or not is_beyond(order.side, bar.open, order.stop):
            return None
        if order.kind != "stop_limit":
            return bar.open
    return bar.open if is_at_least_as_good(order.side, bar.open, _limit(order)) else None


def _price_inside(order: Order, bar: Bar) -> float | None:
    """Return the price at which an order fills inside a bar, None if it does not.

    A leg that came to life at the open, with the open beyond its level, fills at the open.
    """
    if order.kind == "market":
        return None
    buys = order.side == BUY
    if order.is_limited:
        best = bar.low if buys else bar.high
        if not is_at_least_as_good(order.side, best, _limit(order)):
            return None
        return min(_limit(order), bar.open) if buys else max(_limit(order), bar.open)
    farthest = bar.high if buys else bar.low
    if order.stop is None or not is_beyond(order.side, farthest, order.stop):
        return None
    return max(order.stop, bar.open) if buys else min(order.stop, bar.open)


def _first_of(books: Books, touched: list[Order], bar: Bar) -> tuple[Order, set[str]]:
    """Return which of the touched orders of a pair counts, and whether a setting decided.

    What the open is beyond already happens before anything else in the bar; of two stops the price
    meets the nearer one first.
    """
    at_open = [order for order in touched if _price_at_open(order, bar) is not None]
    if at_open:
        return at_open[0], set()
    targets = [order for order in touched if order.kind == "limit"]
    stops = [order for order in touched if order.kind != "limit"]
    stops.sort(key=lambda stop: stop.side * (stop.stop or 0.0))
    if not targets or not stops:
        return (targets or stops)[0], set()
    if books.execution.ambiguous_bar == "target_first":
        return targets[0], {TARGET_FIRST}
    return stops[0], {STOP_FIRST}


def _gap(order: Order, bar: Bar) -> set[str]:
    """Return the note of an open strictly beyond the stop, or strictly better than the limit."""
    if order.kind == "market":
        return set()
    if order.kind == "limit" or order.triggered:
        return {GAP_LIMIT} if bar.open != order.limit else set()
    return {GAP_STOP} if bar.open != order.stop else set()


def _follow(order: Order, bar: Bar) -> None:
    """Raise the mark of a trailing stop after its bar was tested."""
    if order.mark is None:
        order.mark = bar.close
    elif order.side == BUY:
        order.mark = min(order.mark, bar.low)
    else:
        order.mark = max(order.mark, bar.high)
    place_trailing(order)
