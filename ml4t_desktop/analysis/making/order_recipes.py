"""How the statistics of trades in their order are made: streaks, and the balance trade by trade."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from ml4t_desktop.analysis.making.derivation import Input, Recipe, Sample
from ml4t_desktop.analysis.making.measuring import given, measured, places
from ml4t_desktop.analysis.making.trade_book import Mask, TradeBook
from ml4t_desktop.analysis.making.trade_recipes import Make
from ml4t_desktop.analysis.trades.streaks import last_streak, run_lengths
from ml4t_desktop.wording import mark

_ALL: Final = mark("closed trades")


class _Words(NamedTuple):
    """What is said of the trades that won, or of those that lost."""

    trades: str
    title: str
    none: str
    longest: str
    runs: str
    most: str


_STREAKS: Final = {
    True: _Words(
        mark("winning trades"),
        mark("Winning trades"),
        mark("There was no winning trade"),
        mark("Longest unbroken run of winning trades"),
        mark("Unbroken runs of winning trades"),
        mark("most wins in a row"),
    ),
    False: _Words(
        mark("losing trades"),
        mark("Losing trades"),
        mark("There was no losing trade"),
        mark("Longest unbroken run of losing trades"),
        mark("Unbroken runs of losing trades"),
        mark("most losses in a row"),
    ),
}


def _longest(*, won: bool) -> Make:
    words = _STREAKS[won]

    def make(book: TradeBook) -> Recipe:
        hits = book.wins if won else book.losses
        lengths = run_lengths(hits)
        if not lengths.size:
            none = given("longest", words.none, "count", 0)
            return Recipe(formula="longest", inputs=(none,), part=book.part(hits, words.trades))
        sample = Sample("streaks", places(lengths.size), lengths.astype(np.float64))
        longest = measured(
            "highest",
            "longest",
            words.longest,
            "count",
            sample,
        )
        count = measured("count", "streaks", words.runs, "count", sample)
        is_in = _run_of(hits, int(np.argmax(lengths)))
        return Recipe(
            formula="longest",
            inputs=(longest, count),
            part=book.part(is_in, words.most),
        )

    return make


def _run_of(hits: Mask, which: int) -> Mask:
    """Return the trades of one of the unbroken runs of True."""
    edges = np.diff(np.concatenate(([0], hits.astype(np.int8), [0])))
    first, end = np.flatnonzero(edges == 1)[which], np.flatnonzero(edges == -1)[which]
    found = np.zeros(hits.size, np.bool_)
    found[first:end] = True
    return found


def _mean_length(*, won: bool) -> Make:
    words = _STREAKS[won]

    def make(book: TradeBook) -> Recipe:
        hits = book.wins if won else book.losses
        lengths = run_lengths(hits)
        sample = Sample("streaks", places(lengths.size), lengths.astype(np.float64))
        statistic = "winners" if won else "losers"
        trades = book.number(hits, "trades", words.title, statistic)
        count = measured("count", "streaks", words.runs, "count", sample)
        return Recipe(
            formula="trades / streaks",
            inputs=(trades, count),
            part=book.part(hits, words.trades),
        )

    return make


def _last(book: TradeBook) -> Recipe:
    streak = last_streak(book.pnl)
    is_in = np.zeros(book.ids.size, np.bool_)
    is_in[book.ids.size - abs(streak) :] = bool(streak)
    trades = book.number(
        is_in, "trades", mark("Trades at the end that ended like the last one"), ""
    )
    sign = given("sign", mark("1 for wins, -1 for losses, 0 when the last made nothing"), "count",
                 int(np.sign(streak)))  # fmt: skip
    return Recipe(
        formula="trades * sign",
        inputs=(trades, sign),
        part=book.part(is_in, mark("the last streak")),
    )


def _z_score(book: TradeBook) -> Recipe:
    decided = book.wins | book.losses
    signs = np.sign(book.pnl[decided])
    runs = 1 + int(np.count_nonzero(np.diff(signs))) if signs.size else 0
    return Recipe(
        formula=(
            "(n * (runs - 0.5) - 2 * wins * losses) / sqrt(2 * wins * losses"
            " * (2 * wins * losses - n) / (n - 1))"
        ),
        inputs=(
            book.number(decided, "n", mark("Trades that won or lost"), ""),
            book.number(book.wins, "wins", mark("Winning trades"), "winners"),
            book.number(book.losses, "losses", mark("Losing trades"), "losers"),
            given("runs", mark("Unbroken runs of wins or of losses"), "count", runs),
        ),
        part=book.part(decided, mark("trades that won or lost")),
    )


def _growth(book: TradeBook) -> Recipe:
    balance = _balance(book)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = book.pnl / balance[:-1]
    total = book.over(
        "sum", "sum", mark("Sum of profit / balance before the trade"), "number", factors
    )
    return Recipe(
        formula="sum / trades",
        inputs=(total, book.number(), book.capital),
        part=book.part(None, _ALL),
    )


def _geometric(book: TradeBook) -> Recipe:
    final = _profit(book)
    return Recipe(
        formula="((initial + profit) / initial) ** (1 / trades) - 1",
        inputs=(book.capital, final, book.number()),
        part=book.part(None, _ALL),
    )


def _profit(book: TradeBook) -> Input:
    title = mark("Sum of profits and losses after fees")
    return book.over("sum", "profit", title, "money", book.pnl, None, "trades_pnl")


def _balance(book: TradeBook) -> np.ndarray:
    return book.initial_capital + np.concatenate(([0.0], np.cumsum(book.pnl)))


def _on_line(book: TradeBook) -> Recipe:
    time, away, _ = _line(book)
    products = book.over("sum", "products", mark("Sum of the products of number and balance, both less their means"),
                         "number", time * away)  # fmt: skip
    numbers = book.over(
        "sum", "numbers", mark("Sum of (number of the trade - its mean)^2"), "number", time**2
    )
    balances = book.over(
        "sum", "balances", mark("Sum of (balance - its mean)^2"), "number", away**2
    )
    return Recipe(
        formula="products / sqrt(numbers * balances)",
        inputs=(products, numbers, balances, book.number()),
        part=book.part(None, _ALL),
    )


def _off_line(book: TradeBook) -> Recipe:
    _, _, left = _line(book)
    squares = book.over(
        "sum", "squares", mark("Sum of (balance - straight line)^2"), "number", left**2
    )
    return Recipe(
        formula="sqrt(squares / (trades - 2))",
        inputs=(squares, book.number()),
        part=book.part(None, _ALL),
    )


def _line(book: TradeBook) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the numbers of the trades and the balances after them, less their means, and what is off the line."""
    balance = _balance(book)[1:]
    if balance.size < 3:
        nothing = np.zeros(balance.size)
        return nothing, nothing, nothing
    time = np.arange(balance.size) - (balance.size - 1) / 2
    away = balance - balance.mean()
    slope = float(time @ away) / float(time @ time)
    return time, away, away - slope * time


ORDER_RECIPES: Final[Mapping[str, Make]] = {
    "max_consecutive_wins": _longest(won=True),
    "max_consecutive_losses": _longest(won=False),
    "average_win_streak": _mean_length(won=True),
    "average_loss_streak": _mean_length(won=False),
    "last_streak": _last,
    "z_score": _z_score,
    "growth_per_trade": _growth,
    "geometric_growth_per_trade": _geometric,
    "balance_line_correlation": _on_line,
    "balance_line_error": _off_line,
}
