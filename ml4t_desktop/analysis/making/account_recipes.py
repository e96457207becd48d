"""How the statistics of the account are made: money, exposure, orders, costs, and the period."""

from collections.abc import Callable, Mapping
from typing import Final, Literal

import numpy as np

from ml4t_desktop.analysis.account.activity import fill_values, side_worth
from ml4t_desktop.analysis.account.returns import DAYS_PER_YEAR
from ml4t_desktop.analysis.making.derivation import Floats, Input, Kind, Part, Recipe, Sample
from ml4t_desktop.analysis.making.line_book import LineBook
from ml4t_desktop.analysis.making.measuring import given, measured, places
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark, say

Side = Literal["long", "short"]


class AccountBook:
    """The tables of a run, and its equity as a line."""

    def __init__(self, result: RunResult, line: LineBook) -> None:
        self.result, self.line = result, line
        self.equity = result.equity["equity"].to_numpy()

    def column(self, name: str) -> Floats:
        """Return a column of the equity table as numbers."""
        return self.result.equity[name].to_numpy().astype(np.float64)

    def orders(self, status: str | None, title: str) -> Recipe:
        """Return the recipe of the number of orders of a status, or of all."""
        states = self.result.orders["status"]
        chosen = np.flatnonzero((states == status).to_numpy()) if status else places(len(states))
        sample = Sample("orders", chosen, np.ones(chosen.size))
        found = measured("count", "orders", title, "count", sample)
        return Recipe(
            formula="orders", inputs=(found,), part=Part(things="orders", count=chosen.size)
        )

    def fills(self, name: str, title: str, values: Floats, kind: Kind = "money") -> Input:
        """Return the sum of a value of all fills."""
        sample = Sample("fills", places(values.size), values)
        return measured("sum", name, title, kind, sample)

    @property
    def fees(self) -> Input:
        """The commissions of all fills."""
        values = self.result.fills["commission"].to_numpy()
        return self.fills("fees", mark("Sum of the commissions of all fills"), values)

    @property
    def slippage(self) -> Input:
        """What slippage cost, over all fills."""
        values = self.result.fills["slippage"].to_numpy()
        return self.fills("slippage", mark("Sum of the slippage of all fills"), values)

    @property
    def net(self) -> Input:
        """The net profit."""
        value = self.result.final_value - self.result.initial_capital
        return given(
            "net_profit", mark("Final value - initial capital"), "money", value, "net_profit"
        )

    def every_fill(self) -> Part:
        """Return all fills as what a number is made of."""
        return Part(things="fills", count=self.result.fills.height)


Make = Callable[[AccountBook], Recipe]


def _initial(book: AccountBook) -> Recipe:
    money = given(
        "account", mark("Initial capital of the request"), "money", book.result.initial_capital
    )
    return Recipe(formula="account", inputs=(money,))


def _final(book: AccountBook) -> Recipe:
    equity = book.result.equity
    if not equity.height:
        return _initial(book)
    cash, whole = float(equity["cash"][-1]), float(equity["equity"][-1])
    return Recipe(
        formula="cash + positions",
        inputs=(
            given("cash", mark("Cash at the last bar"), "money", cash),
            given("positions", mark("Open positions at their last close"), "money", whole - cash),
        ),
        part=book.line.held(
            int(book.line.times[-1]), int(book.line.times[-1]), mark("open at the last bar")
        ),
    )


def _net(book: AccountBook) -> Recipe:
    final = given("final", mark("Final value"), "money", book.result.final_value, "final_value")
    first = given(
        "initial", mark("Initial capital"), "money", book.result.initial_capital, "initial_capital"
    )
    return Recipe(formula="final - initial", inputs=(final, first), part=book.line.all_bars())


def _share_of_bars(is_in: Callable[[AccountBook], Floats], title: str) -> Make:
    def make(book: AccountBook) -> Recipe:
        values = is_in(book)
        inside = measured(
            "count", "inside", title, "count", book.line.over_bars(values, values > 0)
        )
        bars = measured("count", "bars", mark("All bars"), "count", book.line.over_bars(values))
        return Recipe(formula="inside / bars", inputs=(inside, bars), part=_traded(book))

    return make


def _traded(book: AccountBook) -> Part:
    ids = np.sort(book.result.trades["trade_id"].to_numpy())
    return Part(things="trades", count=ids.size, trade_ids=ids, name=mark("all trades"))


def _mean_of(
    values: Callable[[AccountBook], Floats], what: str, kind: Kind, sign: float = 1.0
) -> Make:
    def make(book: AccountBook) -> Recipe:
        with np.errstate(divide="ignore", invalid="ignore"):
            numbers = sign * values(book)
        total = measured(
            "sum",
            "sum",
            say("Sum over all bars of {what}", what=what),
            kind,
            book.line.over_bars(numbers),
        )
        bars = measured("count", "bars", mark("All bars"), "count", book.line.over_bars(numbers))
        return Recipe(formula="sum / bars", inputs=(total, bars), part=_traded(book))

    return make


def _highest_of(values: Callable[[AccountBook], Floats], what: str, kind: Kind) -> Make:
    def make(book: AccountBook) -> Recipe:
        with np.errstate(divide="ignore", invalid="ignore"):
            numbers = values(book)
        top = measured(
            "highest",
            "highest",
            say("Highest {what} of any bar", what=what),
            kind,
            book.line.over_bars(numbers),
        )
        if not numbers.size:
            return Recipe(formula="highest", inputs=(top,))
        time = int(book.line.times[int(np.argmax(numbers))])
        when = given("bar", mark("The first bar that has it"), "moment", time / 86_400_000_000)
        part = book.line.held(time, time, say("open at the highest {what}", what=what))
        return Recipe(formula="highest", inputs=(top, when), part=part)

    return make


def _over_equity(name: str) -> Callable[[AccountBook], Floats]:
    return lambda book: book.column(name) / book.equity


def _turnover(book: AccountBook) -> Recipe:
    values = fill_values(book.result)
    mean = measured(
        "mean", "equity", mark("Mean equity of all bars"), "money", book.line.over_bars(book.equity)
    )
    return Recipe(
        formula="traded / 2 / equity / (days / year)",
        inputs=(
            book.fills(
                "traded",
                mark("Sum of quantity \N{MULTIPLICATION SIGN} price over all fills"),
                values,
            ),
            mean,
            given(
                "days",
                mark("Calendar days from the first to the last bar"),
                "days",
                book.line.days,
                "days",
            ),
            given("year", mark("Calendar days of a year"), "days", DAYS_PER_YEAR),
        ),
        part=book.every_fill(),
    )


def _before_costs(book: AccountBook) -> Recipe:
    return Recipe(
        formula="net_profit + fees + slippage",
        inputs=(book.net, book.fees, book.slippage),
        part=book.every_fill(),
    )


def _cost_drag(book: AccountBook) -> Recipe:
    return Recipe(
        formula="(fees + slippage) / (net_profit + fees + slippage)",
        inputs=(book.fees, book.slippage, book.net),
        part=book.every_fill(),
    )


def _flows(title: str, *, dividends: bool) -> Make:
    def make(book: AccountBook) -> Recipe:
        flows = book.result.cash_flows
        rows = np.flatnonzero((flows["kind"] == "dividend").to_numpy() == dividends)
        sample = Sample("cash flows", rows, flows["amount"].to_numpy()[rows])
        total = measured("sum", "sum", title, "money", sample)
        count = measured("count", "rows", mark("Rows of the table of cash flows"), "count", sample)
        return Recipe(
            formula="sum", inputs=(total, count), part=Part(things="cash flows", count=rows.size)
        )

    return make


def _one(name: str, item: Callable[[AccountBook], Input]) -> Make:
    def make(book: AccountBook) -> Recipe:
        rows = given(
            "rows", mark("Rows of the fills table"), "count", book.result.fills.height, "num_fills"
        )
        return Recipe(formula=name, inputs=(item(book), rows), part=book.every_fill())

    return make


def _fill_count(book: AccountBook) -> Recipe:
    count = book.result.fills.height
    sample = Sample("fills", places(count), np.ones(count))
    found = measured("count", "fills", mark("Rows of the fills table"), "count", sample)
    return Recipe(formula="fills", inputs=(found,), part=book.every_fill())


def _orders(status: str | None, title: str) -> Make:
    return lambda book: book.orders(status, title)


def _edge(place: int, title: str) -> Make:
    def make(book: AccountBook) -> Recipe:
        value = book.line.day_of(place) if len(book.line.times) else None
        found = given("bar", title, "moment", value)
        return Recipe(formula="bar", inputs=(found,), part=book.line.all_bars())

    return make


def _days(book: AccountBook) -> Recipe:
    has_any = len(book.line.times) > 0
    last = given(
        "last",
        mark("Time of the last bar"),
        "moment",
        book.line.day_of(-1) if has_any else None,
        "end",
    )
    first = given(
        "first",
        mark("Time of the first bar"),
        "moment",
        book.line.day_of(0) if has_any else None,
        "start",
    )
    return Recipe(formula="last - first", inputs=(last, first), part=book.line.all_bars())


def _per_year(book: AccountBook) -> Recipe:
    days = book.line.periods.days
    gaps = np.diff(days).astype(np.float64)
    sample = Sample("days", days[1:], gaps)
    found = given(
        "periods", mark("Taken for days that lie so far apart"), "count", book.line.periods.per_year
    )
    typical = measured(
        "median", "gap", mark("Calendar days between neighbours, in the middle"), "number", sample
    )
    mean = measured(
        "mean", "mean_gap", mark("Calendar days between neighbours, on average"), "number", sample
    )
    return Recipe(formula="periods", inputs=(found, typical, mean), part=book.line.all_days())


def _recovery(book: AccountBook) -> Recipe:
    worst = book.line.worst
    lost = given("lost", mark("Money lost in the maximum drawdown"), "money", worst.money if worst else 0.0,
                 "max_drawdown_money")  # fmt: skip
    return Recipe(
        formula="net_profit / abs(lost)", inputs=(book.net, lost), part=book.line.all_bars()
    )


ACCOUNT_RECIPES: Final[Mapping[str, Make]] = {
    "initial_capital": _initial,
    "final_value": _final,
    "net_profit": _net,
    "recovery_factor": _recovery,
    "exposure": _share_of_bars(
        lambda book: book.column("open_positions"), mark("Bars with an open position")
    ),
    "mean_gross_exposure": _mean_of(
        _over_equity("gross_exposure"),
        mark("value of long plus short positions / equity"),
        "number",
    ),
    "mean_net_exposure": _mean_of(
        _over_equity("net_exposure"), mark("value of long minus short positions / equity"), "number"
    ),
    "max_gross_exposure": _highest_of(
        _over_equity("gross_exposure"), mark("gross exposure"), "percent"
    ),
    "mean_open_positions": _mean_of(
        lambda book: book.column("open_positions"), mark("the number of open positions"), "number"
    ),
    "max_open_positions": _highest_of(
        lambda book: book.column("open_positions"), mark("number of open positions"), "count"
    ),
    "turnover": _turnover,
    "total_fees": _one("fees", lambda book: book.fees),
    "total_slippage": _one("slippage", lambda book: book.slippage),
    "profit_before_costs": _before_costs,
    "cost_drag": _cost_drag,
    "dividends": _flows(mark("Sum of the dividends received and paid"), dividends=True),
    "funding": _flows(mark("Sum of funding, interest and borrow fees"), dividends=False),
    "num_orders": _orders(None, mark("Rows of the orders table")),
    "num_fills": _fill_count,
    "rejected_orders": _orders("rejected", mark("Orders that were refused")),
    "reduced_orders": _orders("reduced", mark("Orders that traded less than was asked")),
    "cancelled_orders": _orders("cancelled", mark("Orders that were taken back")),
    "expired_orders": _orders("expired", mark("Orders whose time was over")),
    "start": _edge(0, mark("Time of the first bar")),
    "end": _edge(-1, mark("Time of the last bar")),
    "days": _days,
    "periods_per_year": _per_year,
}


def side_recipes(side: Side) -> Mapping[str, Make]:
    """Return the recipes of what was in the market on one side."""
    sign = 1.0 if side == "long" else -1.0

    def share(book: AccountBook) -> Floats:
        return side_worth(book.result.equity, side) / book.equity

    return {
        "exposure": _share_of_bars(
            lambda book: side_worth(book.result.equity, side),
            say("Bars with a {side} position", side=side),
        ),
        "mean_gross_exposure": _mean_of(
            share, say("value of {side} positions / equity", side=side), "number"
        ),
        "mean_net_exposure": _mean_of(
            share,
            say("value of {side} positions / equity, with its sign", side=side),
            "number",
            sign,
        ),
        "max_gross_exposure": _highest_of(share, say("{side} exposure", side=side), "percent"),
    }
