"""How the statistics of what trades made are made."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from ml4t_desktop.analysis.account.returns import DAYS_PER_YEAR
from ml4t_desktop.analysis.making.derivation import Floats, Input, Kind, Part, Recipe, Sample
from ml4t_desktop.analysis.making.measuring import given, measured, sample_of
from ml4t_desktop.analysis.making.trade_book import Mask, TradeBook
from ml4t_desktop.analysis.trades.outcomes import Z_95
from ml4t_desktop.wording import mark, say

Make = Callable[[TradeBook], Recipe]
_ALL: Final = mark("closed trades")
_Z_95: Final = mark("Two-sided 95 % of the normal distribution")
_WON, _LOST, _EVEN = mark("winning trades"), mark("losing trades"), mark("scratch trades")


def _winners(book: TradeBook) -> Input:
    return book.number(book.wins, "winners", mark("Winning trades"), "winners")


def _losers(book: TradeBook) -> Input:
    return book.number(book.losses, "losers", mark("Losing trades"), "losers")


def _gross_profit(book: TradeBook) -> Input:
    title = mark("Sum of the profits of the winning trades")
    return book.over("sum", "gross_profit", title, "money", book.pnl, book.wins, "gross_profit")


def _gross_loss(book: TradeBook) -> Input:
    title = mark("Sum of the losses of the losing trades")
    return book.over("sum", "gross_loss", title, "money", book.pnl, book.losses, "gross_loss")


def _profit(book: TradeBook) -> Input:
    title = mark("Sum of profits and losses after fees")
    return book.over("sum", "profit", title, "money", book.pnl, None, "trades_pnl")


def _expectancy(book: TradeBook) -> Input:
    title = mark("Mean profit of a closed trade")
    return book.over("mean", "mean", title, "money", book.pnl, None, "expectancy")


def _deviation(book: TradeBook) -> Input:
    title = mark("Standard deviation (n - 1) of the profits")
    return book.over("deviation", "deviation", title, "money", book.pnl, None, "trade_deviation")


def _win_rate(book: TradeBook) -> Input:
    title = mark("Share of trades with a profit")
    wins = book.wins.astype(np.float64)
    return book.over("mean", "win_rate", title, "percent", wins, None, "win_rate")


def _payoff(book: TradeBook) -> Input:
    won, lost = _mean(book, book.wins), _mean(book, book.losses)
    value = None if won is None or not lost else won / abs(lost)
    return given(
        "payoff", mark("Average win / size of the average loss"), "number", value, "payoff_ratio"
    )


def _mean(book: TradeBook, where: Mask) -> float | None:
    return float(book.pnl[where].mean()) if where.any() else None


def _count(where: Callable[[TradeBook], Mask], title: str, name: str) -> Make:
    def make(book: TradeBook) -> Recipe:
        found = book.number(where(book), "trades", title, "")
        return Recipe(formula="trades", inputs=(found,), part=book.part(where(book), name))

    return make


def _mean_of(
    values: Callable[[TradeBook], Floats],
    what: str,
    kind: Kind,
    where: Callable[[TradeBook], Mask] | None = None,
    name: str = _ALL,
) -> Make:
    """Return a recipe for the mean of a value of some trades: their sum over their number."""

    def make(book: TradeBook) -> Recipe:
        mask, numbers = where(book) if where else book.everyone, values(book)
        total = book.over("sum", "sum", say("Sum of {what}", what=what), kind, numbers, mask)
        count = book.over(
            "count", "n", say("Number of {name} that have one", name=name), "count", numbers, mask
        )
        return Recipe(formula="sum / n", inputs=(total, count), part=book.part(mask, name))

    return make


def _extreme(
    aggregate: str,
    values: Callable[[TradeBook], Floats],
    what: str,
    kind: Kind,
    where: Callable[[TradeBook], Mask] | None = None,
) -> Make:
    """Return a recipe for the highest or lowest value of some trades; it is made of that trade."""

    def make(book: TradeBook) -> Recipe:
        mask, numbers = where(book) if where else book.everyone, values(book)
        is_high = aggregate == "highest"
        found = book.over("highest" if is_high else "lowest", aggregate, what, kind, numbers, mask)
        there = mask & ~np.isnan(numbers)
        at = there & (numbers == found.value) if found.value is not None else there & ~there
        number = book.number(there, "n", mark("Trades compared"), "")
        return Recipe(formula=aggregate, inputs=(found, number), part=book.part(at, what.lower()))

    return make


def _sum_of(values: Callable[[TradeBook], Floats], what: str) -> Make:
    def make(book: TradeBook) -> Recipe:
        total = book.over("sum", "sum", what, "money", values(book))
        return Recipe(formula="sum", inputs=(total, book.number()), part=book.part(None, _ALL))

    return make


def _of_column(name: str) -> Callable[[TradeBook], Floats]:
    return lambda book: book.of.column(name)


def wilson_recipe(sign: str, level: float = Z_95, title: str = _Z_95) -> Make:
    """Return the recipe of the lower (``-``) or upper (``+``) end of the Wilson interval of the win rate."""
    bound = (
        f"(rate + z ** 2 / (2 * trades) {sign} z * sqrt(rate * (1 - rate) / trades"
        " + z ** 2 / (4 * trades ** 2))) / (1 + z ** 2 / trades)"
    )

    def make(book: TradeBook) -> Recipe:
        rate = _win_rate(book)
        share = given("rate", mark("Win rate"), "percent", rate.value, "win_rate")
        z = given("z", title, "number", level)
        return Recipe(
            formula=f"max(0, min(1, {bound}))",
            inputs=(share, book.number(), z),
            part=book.part(None, _ALL),
        )

    return make


def _open_count(book: TradeBook) -> Recipe:
    sample = sample_of("trades", book.open_ids)
    found = measured(
        "count", "trades", mark("Rows of the trades table that are open"), "count", sample
    )
    return Recipe(formula="trades", inputs=(found,), part=_open(book))


def _open_profit(book: TradeBook) -> Recipe:
    values = book.trades["pnl"].to_numpy()[~book.is_closed].astype(np.float64)
    sample = Sample("trades", book.open_ids, values)
    total = measured(
        "sum", "sum", mark("Profits of the open trades, marked at the last close"), "money", sample
    )
    count = measured("count", "trades", mark("Open trades"), "count", sample, "open_trades")
    return Recipe(formula="sum", inputs=(total, count), part=_open(book))


def _open(book: TradeBook) -> Part:
    ids = np.sort(book.open_ids)
    return Part(things="trades", count=ids.size, trade_ids=ids, name=mark("open trades"))


def _positions(book: TradeBook) -> Recipe:
    ids = book.trades["trade_id"].to_numpy()
    numbers = book.trades["position_id"].to_numpy().astype(np.float64)
    sample = Sample("trades", ids, numbers)
    found = measured(
        "distinct", "positions", mark("Different positions among the trades"), "count", sample
    )
    rows = measured("count", "rows", mark("Rows of the trades table"), "count", sample)
    part = Part(things="trades", count=ids.size, trade_ids=np.sort(ids), name=mark("all trades"))
    return Recipe(formula="positions", inputs=(found, rows), part=part)


_SIDES: Final = {
    "long": (mark("Closed trades on the long side"), mark("long trades")),
    "short": (mark("Closed trades on the short side"), mark("short trades")),
}


def _side(name: str) -> Make:
    def is_there(book: TradeBook) -> Mask:
        return (book.trades["direction"] == name).to_numpy()[book.is_closed]

    title, part = _SIDES[name]
    return _count(is_there, title, part)


def _with_all(formula: str, *inputs: Callable[[TradeBook], Input]) -> Make:
    """Return a recipe of inputs over all closed trades."""

    def make(book: TradeBook) -> Recipe:
        return Recipe(
            formula=formula,
            inputs=tuple(item(book) for item in inputs),
            part=book.part(None, _ALL),
        )

    return make


def _number(book: TradeBook) -> Input:
    return book.number()


def _mean_win(book: TradeBook) -> Input:
    return given("average_win", mark("Mean profit of the winning trades"), "money",
                 _mean(book, book.wins), "average_win")  # fmt: skip


def _mean_loss(book: TradeBook) -> Input:
    return given("average_loss", mark("Mean loss of the losing trades"), "money",
                 _mean(book, book.losses), "average_loss")  # fmt: skip


def _kelly(book: TradeBook) -> Input:
    rate, payoff = _win_rate(book).value, _payoff(book).value
    value = None
    if isinstance(rate, float) and isinstance(payoff, float):
        value = rate - (1.0 - rate) / payoff
    return given("kelly", mark("Kelly fraction"), "percent", value, "kelly")


def _days(book: TradeBook) -> Input:
    return given(
        "days", mark("Calendar days from the first to the last bar"), "days", book.days, "days"
    )


def _year(_book: TradeBook) -> Input:
    return given("year", mark("Calendar days of a year"), "days", DAYS_PER_YEAR)


def _stop(book: TradeBook) -> Input:
    return given("stop_loss", mark("Stop loss of the request"), "percent", book.stop_loss)


def _mean_percent(book: TradeBook) -> Input:
    title = mark("Mean of profit / entry value")
    return book.over("mean", "mean", title, "percent", book.of.share, None, "expectancy_percent")


def _deviation_recipe(book: TradeBook) -> Recipe:
    away = book.pnl - book.pnl.mean() if book.pnl.size else book.pnl
    squares = book.over(
        "sum", "squares", mark("Sum of (profit - mean profit)^2"), "number", away * away
    )
    inputs = (squares, book.number(), _expectancy(book))
    return Recipe(formula="sqrt(squares / (trades - 1))", inputs=inputs, part=book.part(None, _ALL))


def _median(values: Callable[[TradeBook], Floats], what: str, kind: Kind) -> Make:
    def make(book: TradeBook) -> Recipe:
        found = book.over("median", "median", what, kind, values(book))
        return Recipe(formula="median", inputs=(found, book.number()), part=book.part(None, _ALL))

    return make


def _correlation(values: Callable[[TradeBook], Floats], what: str) -> Make:
    """Return a recipe for the correlation of the profit in percent with another value."""

    def make(book: TradeBook) -> Recipe:
        one, other = book.of.share, values(book)
        both = ~(np.isnan(one) | np.isnan(other))
        away = np.where(both, one - _mean_where(one, both), np.nan)
        apart = np.where(both, other - _mean_where(other, both), np.nan)
        profits = book.over(
            "sum", "profits", mark("Sum of (profit in percent - its mean)^2"), "number", away**2
        )
        others = book.over(
            "sum", "others", say("Sum of ({what} - its mean)^2", what=what), "number", apart**2
        )
        title = say(
            "Sum of the products of profit in percent and {what}, both less their means", what=what
        )
        products = book.over("sum", "products", title, "number", away * apart)
        return Recipe(
            formula="products / sqrt(profits * others)",
            inputs=(
                products,
                profits,
                others,
                book.number(both, "n", mark("Trades that have both"), ""),
            ),
            part=book.part(both, _ALL),
        )

    return make


def _mean_where(values: Floats, where: Mask) -> float:
    return float(values[where].mean()) if where.any() else 0.0


def _efficiency(top: Callable[[TradeBook], Floats]) -> Callable[[TradeBook], Floats]:
    def values(book: TradeBook) -> Floats:
        width = book.of.best - book.of.worst
        return np.divide(top(book), width, out=np.full(width.size, np.nan), where=width > 0)

    return values


def _is_even(book: TradeBook) -> Mask:
    return book.pnl == 0


TRADE_RECIPES: Final[Mapping[str, Make]] = {
    "num_trades": _count(lambda book: book.everyone, mark("Rows of the trades table that are closed"), _ALL),
    "open_trades": _open_count,
    "open_pnl": _open_profit,
    "long_trades": _side("long"),
    "short_trades": _side("short"),
    "positions": _positions,
    "win_rate": lambda book: Recipe(
        formula="winners / trades",
        inputs=(_winners(book), book.number()),
        part=book.part(book.wins, _WON),
    ),
    "win_rate_low": wilson_recipe("-"),
    "win_rate_high": wilson_recipe("+"),
    "winners": _count(lambda book: book.wins, mark("Closed trades with a profit after fees"), _WON),
    "losers": _count(lambda book: book.losses, mark("Closed trades with a loss after fees"), _LOST),
    "scratch_trades": _count(_is_even, mark("Closed trades that made exactly nothing"), _EVEN),
    "trades_pnl": _with_all("gross_profit + gross_loss", _gross_profit, _gross_loss),
    "profit_factor": _with_all("gross_profit / abs(gross_loss)", _gross_profit, _gross_loss),
    "expectancy": _with_all("profit / trades", _profit, _number),
    "expectancy_percent": _mean_of(lambda book: book.of.share, mark("profit / entry value"), "percent"),
    "expectancy_r": _with_all("mean / stop_loss", _mean_percent, _stop),
    "median_trade": _median(lambda book: book.pnl, mark("The profit in the middle"), "money"),
    "trade_deviation": _deviation_recipe,
    "payoff_ratio": _with_all("average_win / abs(average_loss)", _mean_win, _mean_loss),
    "average_win": lambda book: Recipe(
        formula="gross_profit / winners",
        inputs=(_gross_profit(book), _winners(book)),
        part=book.part(book.wins, _WON),
    ),
    "average_loss": lambda book: Recipe(
        formula="gross_loss / losers",
        inputs=(_gross_loss(book), _losers(book)),
        part=book.part(book.losses, _LOST),
    ),
    "average_win_percent": _mean_of(
        lambda book: book.of.share, mark("profit / entry value"), "percent", lambda book: book.wins, _WON
    ),
    "average_loss_percent": _mean_of(
        lambda book: book.of.share, mark("loss / entry value"), "percent", lambda book: book.losses, _LOST
    ),
    "largest_win": _extreme("highest", lambda book: book.pnl, mark("Largest win"), "money",
                            lambda book: book.wins),
    "largest_loss": _extreme("lowest", lambda book: book.pnl, mark("Largest loss"), "money",
                             lambda book: book.losses),
    "best_trade_percent": _extreme("highest", lambda book: book.of.share, mark("Best trade in percent"), "percent"),
    "worst_trade_percent": _extreme("lowest", lambda book: book.of.share, mark("Worst trade in percent"), "percent"),
    "gross_profit": lambda book: Recipe(
        formula="gross_profit",
        inputs=(_gross_profit(book), _winners(book)),
        part=book.part(book.wins, _WON),
    ),
    "gross_loss": lambda book: Recipe(
        formula="gross_loss",
        inputs=(_gross_loss(book), _losers(book)),
        part=book.part(book.losses, _LOST),
    ),
    "sqn": _with_all("sqrt(trades) * mean / deviation", _number, _expectancy, _deviation),
    "sqn_100": _with_all("sqrt(min(trades, 100)) * mean / deviation", _number, _expectancy, _deviation),
    "kelly": _with_all("win_rate - (1 - win_rate) / payoff", _win_rate, _payoff),
    "half_kelly": _with_all("kelly / 2", _kelly),
    "trades_per_year": _with_all("trades / (days / year)", _number, _days, _year),
    "trade_fees": _sum_of(_of_column("fees"), mark("Sum of the fees")),
    "trade_slippage": _sum_of(_of_column("slippage"), mark("Sum of the slippage")),
    "average_bars_held": _mean_of(lambda book: book.of.bars, mark("bars held"), "number"),
    "average_bars_held_winners": _mean_of(
        lambda book: book.of.bars, mark("bars held"), "number", lambda book: book.wins, _WON
    ),
    "average_bars_held_losers": _mean_of(
        lambda book: book.of.bars, mark("bars held"), "number", lambda book: book.losses, _LOST
    ),
    "median_bars_held": _median(lambda book: book.of.bars, mark("The number of bars in the middle"), "number"),
    "max_bars_held": _extreme("highest", lambda book: book.of.bars, mark("Most bars held"), "count"),
    "average_days_held": _mean_of(lambda book: book.of.days, mark("calendar days from entry to exit"), "number"),
    "average_mfe": _mean_of(lambda book: book.of.mfe, mark("best excursions"), "percent"),
    "average_mae": _mean_of(lambda book: book.of.mae, mark("worst excursions"), "percent"),
    "average_mfe_losers": _mean_of(
        lambda book: book.of.mfe, mark("best excursions"), "percent", lambda book: book.losses, _LOST
    ),
    "average_mae_winners": _mean_of(
        lambda book: book.of.mae, mark("worst excursions"), "percent", lambda book: book.wins, _WON
    ),
    "worst_mae": _extreme("lowest", lambda book: book.of.mae, mark("Worst excursion of any trade"), "percent"),
    "average_end_drawdown": _mean_of(
        lambda book: book.of.best - book.of.moved, mark("best excursion - move to the exit"), "percent"
    ),
    "entry_efficiency": _mean_of(
        _efficiency(lambda book: book.of.best), mark("(best price - entry) / (best - worst price)"), "percent"
    ),
    "exit_efficiency": _mean_of(
        _efficiency(lambda book: book.of.moved - book.of.worst),
        mark("(exit - worst price) / (best - worst price)"),
        "percent",
    ),
    "total_efficiency": _mean_of(
        _efficiency(lambda book: book.of.moved), mark("move to the exit / (best - worst price)"), "percent"
    ),
    "mfe_correlation": _correlation(lambda book: book.of.mfe, mark("best excursion")),
    "mae_correlation": _correlation(lambda book: book.of.mae, mark("worst excursion")),
}  # fmt: skip
