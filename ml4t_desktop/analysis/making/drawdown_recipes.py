"""How the statistics of drawdowns are made."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from ml4t_desktop.analysis.account.drawdowns import Drawdown
from ml4t_desktop.analysis.making.derivation import Input, Part, Recipe, Sample
from ml4t_desktop.analysis.making.formula import carried_out
from ml4t_desktop.analysis.making.line_book import LineBook
from ml4t_desktop.analysis.making.measuring import given, measured, places
from ml4t_desktop.analysis.making.return_recipes import RETURN_RECIPES, Make
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say

Of = Callable[[LineBook, Drawdown, str, tuple[Input, ...], str], Recipe]
_WORST: Final = mark("the maximum drawdown")


def _day(time: int | None) -> float | None:
    return None if time is None else time / MICROSECONDS_PER_DAY


def _peak(book: LineBook, fall: Drawdown) -> float:
    """Return the highest value before a drawdown, the initial one included."""
    before = book.line[: int(np.searchsorted(book.times, fall.trough))]
    return max(float(before.max(initial=book.initial)), book.initial)


def _trough(book: LineBook, fall: Drawdown) -> float:
    return float(book.line[int(np.searchsorted(book.times, fall.trough))])


def _moments(fall: Drawdown, *names: str) -> tuple[Input, ...]:
    all_of = {
        "start": given("start", mark("Last bar at the peak"), "moment", _day(fall.start)),
        "trough": given("trough", mark("Lowest point"), "moment", _day(fall.trough)),
    }
    return tuple(all_of[name] for name in names)


def _end(book: LineBook, fall: Drawdown) -> Input:
    is_over = fall.recovery is not None
    time = fall.recovery if is_over else int(book.times[-1])
    title = mark("At the peak again") if is_over else mark("Last bar: not recovered")
    return given("end", title, "moment", _day(time))


def _levels(book: LineBook, fall: Drawdown) -> tuple[Input, Input]:
    return (
        book.amount("lowest", say("Lowest {what}", what=book.what), _trough(book, fall)),
        book.amount("peak", say("Highest {what} before it", what=book.what), _peak(book, fall)),
    )


def _down(
    book: LineBook, fall: Drawdown, formula: str, inputs: tuple[Input, ...], name: str
) -> Recipe:
    part = book.held(fall.start, fall.trough, say("open on the way down in {name}", name=name))
    return Recipe(formula=formula, inputs=inputs, part=part)


def _whole(
    book: LineBook, fall: Drawdown, formula: str, inputs: tuple[Input, ...], name: str
) -> Recipe:
    last = fall.recovery if fall.recovery is not None else int(book.times[-1])
    return Recipe(
        formula=formula,
        inputs=inputs,
        part=book.held(fall.start, last, say("open during {name}", name=name)),
    )


def drawdown_recipe(book: LineBook, fall: Drawdown, what: str, name: str) -> Recipe:
    """Return the recipe of one number of one drawdown.

    Parameters
    ----------
    what : {"depth", "money", "start", "trough", "recovery", "days", "days_down", "days_up", "bars"}
    name : str
        What the drawdown is called, such as ``the maximum drawdown``.
    """
    levels, end = _levels(book, fall), _end(book, fall)
    start, trough = _moments(fall, "start", "trough")
    first = int(np.searchsorted(book.times, fall.trough)) - fall.bars_to_trough
    recovery = given("recovery", mark("First bar at the peak again"), "moment", _day(fall.recovery))
    made: dict[str, tuple[Of, str, tuple[Input, ...]]] = {
        "depth": (_down, "lowest / peak - 1", (*levels, start, trough)),
        "money": (_down, "lowest - peak", (*levels, start, trough)),
        "start": (_whole, "start", (start, levels[1])),
        "trough": (_down, "trough", (trough, levels[0])),
        "recovery": (_whole, "recovery", (recovery, levels[1])),
        "days": (_whole, "end - start", (end, start)),
        "days_down": (_down, "trough - start", (trough, start)),
        "days_up": (_whole, "end - trough", (end, trough)),
        "bars": (_whole, "last - first", _bars(fall, end, first)),
    }
    span, formula, inputs = made[what]
    return span(book, fall, formula, inputs, name)


def _bars(fall: Drawdown, end: Input, first: int) -> tuple[Input, Input]:
    return (
        given(
            "last",
            say("Number of the bar: {value0}", value0=end.title.lower()),
            "count",
            first + fall.bars + 1,
        ),
        given(
            "first", mark("Number of the bar at the peak (0: before the first)"), "count", first + 1
        ),
    )


def _of_worst(what: str) -> Make:
    def make(book: LineBook) -> Recipe:
        if book.worst is None:
            never = given(
                "fall", say("The {what} was never below its peak", what=book.what), "percent", 0.0
            )
            return Recipe(formula="fall", inputs=(never,), part=book.all_bars())
        return drawdown_recipe(book, book.worst, what, _WORST)

    return make


def _longest(book: LineBook) -> Recipe:
    if not book.stretches:
        return _of_worst("days")(book)
    fall = max(book.stretches, key=lambda item: item.days)
    return drawdown_recipe(book, fall, "days", mark("the longest drawdown"))


def _average(value: Callable[[Drawdown], float], title: str, kind: str) -> Make:
    def make(book: LineBook) -> Recipe:
        falls = book.stretches
        if not falls:
            return _of_worst("depth")(book)
        sample = Sample("drawdowns", places(len(falls)), np.array([value(item) for item in falls]))
        total = measured("sum", "sum", title, "percent" if kind == "percent" else "days", sample)
        count = measured(
            "count", "n", mark("Number of drawdowns"), "count", sample, "num_drawdowns"
        )
        return Recipe(formula="sum / n", inputs=(total, count), part=_under(book))

    return make


def _under(book: LineBook) -> Part:
    below = book.times[book.below < 0] // MICROSECONDS_PER_DAY
    return book.held_on(np.unique(below), mark("open below a peak")) or book.all_bars()


def _number(book: LineBook) -> Recipe:
    falls = book.stretches
    sample = Sample("drawdowns", places(len(falls)), np.array([item.depth for item in falls]))
    count = measured(
        "count", "stretches", mark("Unbroken stretches of bars below a peak"), "count", sample
    )
    return Recipe(formula="stretches", inputs=(count,), part=book.all_bars())


def _under_water(book: LineBook) -> Recipe:
    below = measured("count", "below", mark("Bars below the highest equity before them"), "count",
                     book.over_bars(book.below, book.below < 0))  # fmt: skip
    bars = measured("count", "bars", mark("All bars"), "count", book.over_bars(book.below))
    return Recipe(formula="below / bars", inputs=(below, bars), part=_under(book))


def _ulcer(book: LineBook) -> Recipe:
    squares = measured(
        "sum", "squares", mark("Sum of drawdown^2"), "number", book.over_bars(book.below**2)
    )
    bars = measured("count", "bars", mark("All bars"), "count", book.over_bars(book.below))
    return Recipe(formula="sqrt(squares / bars)", inputs=(squares, bars), part=_under(book))


def _highest(book: LineBook) -> Recipe:
    top = measured(
        "highest",
        "highest",
        say("Highest {what} of any bar", what=book.what),
        "money",
        book.over_bars(book.line),
    )
    first = book.amount("initial", mark("Initial capital"), book.initial, "initial_capital")
    if top.value is None:
        return Recipe(formula="highest", inputs=(top,), part=book.all_bars())
    place = int(np.argmax(book.line))
    time = int(book.times[place])
    part = book.held(time, time, mark("open at the highest equity"))
    return Recipe(formula="max(highest, initial)", inputs=(top, first), part=part)


def _stat(
    name: str, title: str, kind: str, make: Make, statistic: str
) -> Callable[[LineBook], Input]:
    def found(book: LineBook) -> Input:
        recipe = make(book)
        value = carried_out(recipe.formula, {item.name: item.value for item in recipe.inputs})
        return given(name, title, "percent" if kind == "percent" else "number", value, statistic)

    return found


_CAGR: Final = _stat("growth", mark("Annual return"), "percent", RETURN_RECIPES["cagr"], "cagr")


def _over(bottom: Callable[[LineBook], Input], formula: str) -> Make:
    def make(book: LineBook) -> Recipe:
        return Recipe(formula=formula, inputs=(_CAGR(book), bottom(book)), part=book.all_bars())

    return make


DRAWDOWN_RECIPES: Final[Mapping[str, Make]] = {
    "max_drawdown": _of_worst("depth"),
    "max_drawdown_money": _of_worst("money"),
    "max_drawdown_days": _of_worst("days"),
    "max_drawdown_days_to_trough": _of_worst("days_down"),
    "max_drawdown_bars": _of_worst("bars"),
    "max_drawdown_start": _of_worst("start"),
    "max_drawdown_trough": _of_worst("trough"),
    "max_drawdown_recovery": _of_worst("recovery"),
    "longest_drawdown_days": _longest,
    "average_drawdown": _average(
        lambda item: item.depth, mark("Sum of the lowest points of all drawdowns"), "percent"
    ),
    "average_drawdown_days": _average(
        lambda item: item.days, mark("Sum of the calendar days of all drawdowns"), "days"
    ),
    "num_drawdowns": _number,
    "time_under_water": _under_water,
    "ulcer_index": _ulcer,
    "peak_equity": _highest,
    "calmar": _over(
        _stat("depth", mark("Maximum drawdown"), "percent", _of_worst("depth"), "max_drawdown"),
        "growth / abs(depth)",
    ),
    "upi": _over(
        _stat("ulcer", mark("Ulcer index"), "percent", _ulcer, "ulcer_index"), "growth / ulcer"
    ),
}
