"""What holding costs: settlement, interest, borrow fees and funding, before anything trades."""

from datetime import UTC, datetime, timedelta

from ml4t_desktop.request import FundingColumn, FundingRate
from tests.oracle.books import Books
from tests.oracle.history import value

DAYS_A_YEAR = 365
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPANS = {"h": timedelta(hours=1), "d": timedelta(days=1), "m": timedelta(minutes=1)}


def begin_day(books: Books) -> None:
    """On a new day settle proceeds, and charge interest and borrow fees for the days that went by."""
    if books.t == 0:
        books.trading_day = 0
        return
    before = books.history.times[books.t - 1].date()
    days = (books.time.date() - before).days
    if days == 0:
        return
    books.trading_day += 1
    years = days / DAYS_A_YEAR
    account = books.account
    if account.interest_rate and books.cash:
        books.book_flow(None, "interest", books.cash * account.interest_rate * years)
    if account.borrow_rate:
        for symbol in sorted(books.positions):
            worth = books.value_of(symbol)
            if worth < 0:
                books.book_flow(symbol, "borrow", worth * account.borrow_rate * years)


def fund(books: Books) -> None:
    """Pay perpetual funding on the positions carried in, valued at their last close."""
    funding = books.account.funding
    if funding is None or books.t == 0:
        return
    for symbol in sorted(books.positions):
        rate = _funding_rate(books, funding, symbol)
        amount = -books.value_of(symbol) * rate if rate else 0.0
        if amount:
            books.book_flow(symbol, "funding", amount)


def _funding_rate(books: Books, funding: FundingRate | FundingColumn, symbol: str) -> float | None:
    """Return the fraction of the value due now; None for nothing."""
    if isinstance(funding, FundingRate):
        return funding.rate * moments_between(
            books.history.times[books.t - 1], books.time, interval_of(funding.interval)
        )
    found = value(books.history, books.bar_now(symbol), funding.column)
    return found if isinstance(found, float) else None


def interval_of(text: str) -> timedelta:
    """Return a span such as ``8h``."""
    return int(text[:-1]) * SPANS[text[-1]]


def moments_between(start: datetime, end: datetime, every: timedelta) -> int:
    """Return how many multiples of `every` since the epoch lie after `start`, up to `end` included."""
    before, last = ((at.replace(tzinfo=UTC) - EPOCH) // every for at in (start, end))
    return last - before
