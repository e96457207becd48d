"""Bars that cannot be: without a price, with a price of zero or less, with an impossible range."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import polars as pl

from ml4t_desktop.errors import Severity
from ml4t_desktop.files.bar_checks import outside_range
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.findings import counted
from ml4t_desktop.files.quality.finding import Finding, Kind, RepairChoice, taken_back
from ml4t_desktop.files.quality.places import cut, places_of
from ml4t_desktop.files.quality.subject import Subject, source_text
from ml4t_desktop.market.market import CLOSE, HIGH, LOW, OPEN, VOLUME
from ml4t_desktop.request import Repairs
from ml4t_desktop.wording import joined, mark, say, say_count

_ROUNDING = 1e-6
_DROP = RepairChoice(key="data.repairs.bad_price", value="drop", title=mark("Leave these bars out"))
_UNSIGNED = RepairChoice(
    key="data.repairs.bad_price",
    value="unsigned",
    title=mark("Use negative prices without their sign"),
)
_NEAR: Final = 0.25  # of the close before; an average of bid and ask is no farther from it
_WIDEN = RepairChoice(
    key="data.repairs.impossible_bar",
    value="widen",
    title=mark("Widen high and low to hold all prices"),
)
_DROP_RANGE = RepairChoice(
    key="data.repairs.impossible_bar", value="drop", title=mark("Leave these bars out")
)


_BAD_PRICES: Final[Mapping[Kind, Callable[[int], str]]] = {
    "missing_price": lambda n: say_count(
        "{n} row has no value for a price", "{n:,} rows have no value for a price", n
    ),
    "infinite_price": lambda n: say_count(
        "{n} row has an infinite price", "{n:,} rows have an infinite price", n
    ),
    "zero_price": lambda n: say_count(
        "{n} row has a price of zero", "{n:,} rows have a price of zero", n
    ),
    "negative_price": lambda n: say_count(
        "{n} row has a negative price", "{n:,} rows have a negative price", n
    ),
}


def bad_prices(raw: Bars, repairs: Repairs) -> list[Finding]:
    """Return findings on rows without four finite, positive prices."""
    prices = raw.prices[:VOLUME]
    if not prices.size or (prices.min() > 0 and prices.max() < np.inf):
        return []
    cases: tuple[tuple[Kind, str, np.ndarray], ...] = (
        ("missing_price", mark("Prices missing"), np.isnan(prices)),
        ("infinite_price", mark("Infinite prices"), np.isinf(prices)),
        ("zero_price", mark("Prices of zero"), prices == 0),
        ("negative_price", mark("Negative prices"), prices < 0),
    )
    found: list[Finding] = []
    for kind, title, mask in cases:
        rows = np.flatnonzero(mask.any(axis=0))
        if not rows.size:
            continue
        value = prices[np.argmax(mask[:, rows], axis=0), rows]
        if kind == "negative_price" and repairs.bad_price == "unsigned":
            found.append(_used_unsigned(raw, rows, mask, value))
            continue
        is_refused = repairs.bad_price == "refuse"
        is_marked = is_refused and kind == "negative_price" and _are_marked(raw, rows)
        severity: Severity = "error" if is_refused else "note"
        found.append(
            Finding(
                kind=kind,
                severity=severity,
                title=title,
                where=joined(", ", (source_text(raw), _columns(raw, mask))),
                what=say(
                    "{what} ({places})",
                    what=_BAD_PRICES[kind](rows.size),
                    places=_places(raw, rows),
                ),
                effect=mark("A run is refused: nothing can be bought or valued at such a price")
                if is_refused
                else mark("The request leaves these bars out"),
                advice=_advice(is_refused=is_refused, is_marked=is_marked),
                repairs=(_DROP, *(_UNSIGNED,) * is_marked) if is_refused else (),
                undo=None if is_refused else taken_back(_DROP),
                places=places_of(raw, rows, np.where(np.isfinite(value), value, np.nan)),
                measure=mark("Price") if kind == "negative_price" else "",
            )
        )
    return found


def _advice(*, is_refused: bool, is_marked: bool) -> str:
    if is_marked:
        return mark(
            "Without its sign each of them fits the prices around it; CRSP marks an average of bid and ask so"
        )
    return mark("Mend the file") if is_refused else ""


def _are_marked(raw: Bars, rows: np.ndarray) -> bool:
    """Return whether negative prices without their sign are near the close that the asset had before."""
    prices = raw.prices[:VOLUME]
    order = np.lexsort((raw.time, raw.asset))
    close = pl.Series(np.where(prices[CLOSE] > 0, prices[CLOSE], np.nan)[order]).fill_nan(None)
    known = pl.DataFrame({"asset": raw.asset[order], "close": close}).select(
        pl.col("close").forward_fill().backward_fill().over("asset")
    )
    before = np.full(order.size, np.nan)
    before[order] = known["close"].to_numpy()
    size = np.abs(prices[:, rows])
    return bool(np.all(np.abs(size - before[rows]) <= _NEAR * before[rows]))


def _used_unsigned(raw: Bars, rows: np.ndarray, mask: np.ndarray, value: np.ndarray) -> Finding:
    return Finding(
        kind="negative_price",
        severity="note",
        title=mark("Negative prices"),
        where=joined(", ", (source_text(raw), _columns(raw, mask))),
        what=say(
            "{what} ({places})",
            what=_BAD_PRICES["negative_price"](rows.size),
            places=_places(raw, rows),
        ),
        effect=mark("The request uses them without their sign"),
        undo=taken_back(_UNSIGNED),
        places=places_of(raw, rows, value),
        measure=mark("Price"),
    )


def bad_volumes(raw: Bars) -> list[Finding]:
    """Return a finding on rows with a negative or infinite volume."""
    volume = raw.prices[VOLUME]
    rows = np.flatnonzero((volume < 0) | np.isinf(volume))
    if not rows.size:
        return []
    return [
        Finding(
            kind="bad_volume",
            severity="warning",
            title=mark("Impossible volume"),
            where=say(
                "{source_text}, column '{volume}'",
                source_text=source_text(raw),
                volume=raw.files[0].roles.volume,
            ),
            what=say(
                "{size} with a negative or infinite volume ({places})",
                size=counted(rows.size, "row"),
                places=_places(raw, rows),
            ),
            effect=mark("It counts as unknown there: limits and costs that need it do not apply"),
            places=places_of(raw, rows, np.where(np.isinf(volume[rows]), np.nan, volume[rows])),
            measure=mark("Volume"),
        )
    ]


def impossible_bars(subject: Subject) -> list[Finding]:
    """Return findings on bars whose high or low does not hold their open and close."""
    prices = subject.market.prices
    rows = np.flatnonzero(outside_range(prices))
    if not rows.size:
        return []
    open_, high, low, close = (prices[row, rows] for row in (OPEN, HIGH, LOW, CLOSE))
    excess = np.maximum(np.maximum(open_, close) / high - 1.0, low / np.minimum(open_, close) - 1.0)
    is_rounding = bool(np.all(excess < _ROUNDING))
    asked = subject.repairs.impossible_bar
    done = {
        "widen": mark("The request widens them"),
        "drop": mark("The request leaves them out"),
    }.get(asked)
    crossed = int(np.sum(high < low))
    more = say(", of {crossed:,} the high is below the low", crossed=crossed) if crossed else ""
    small = mark(", all by less than a millionth") if is_rounding else ""
    return [
        Finding(
            kind="impossible_bar",
            severity="note" if is_rounding or done else "warning",
            title=mark("Impossible bars"),
            where=subject.source,
            what=say_count(
                "{n} bar has a high or low that does not contain open and close{more}{small} "
                "({places})",
                "{n:,} bars have a high or low that does not contain open and close{more}{small} "
                "({places})",
                rows.size,
                more=more,
                small=small,
                places=_places(subject.bars, rows),
            ),
            effect=done
            or mark("Stops and limits inside such a bar fill at prices that may never have traded"),
            advice=""
            if done or is_rounding
            else mark("Look at the rows: often one price is mistyped"),
            repairs=() if done else (_WIDEN, _DROP_RANGE),
            undo=taken_back(_WIDEN) if done else None,
            places=places_of(subject.bars, rows, excess),
            measure=mark("Outside by"),
        )
    ]


def without_range(subject: Subject) -> list[Finding]:
    """Return a note when the close stands for all four prices of every bar."""
    prices = subject.market.prices
    if not prices.shape[1] or not np.all(prices[:VOLUME] == prices[CLOSE]):
        return []
    return [
        Finding(
            kind="close_only",
            severity="note",
            title=mark("Only closing prices"),
            where=subject.source,
            what=mark(
                "there is one price for each bar, which stands for open, high, low and close"
            ),
            effect=mark(
                "Orders at the next open fill at the next close, and stops inside the bar see "
                "nothing of its range"
            ),
        )
    ]


def _columns(raw: Bars, mask: np.ndarray) -> str:
    roles = raw.files[0].roles
    named = (roles.open, roles.high, roles.low, roles.close)
    hit = [name for name, of_price in zip(named, mask, strict=True) if of_price.any()]
    names = list(dict.fromkeys(hit))
    listed = ", ".join(repr(name) for name in names)
    return say_count("column {names}", "columns {names}", len(names), names=listed)


def _places(bars: Bars, rows: np.ndarray) -> str:
    shown: pl.DataFrame = places_of(bars, rows[:4])
    numbers = [f"{row}" for row in shown["row"].to_list()]
    return say_count(
        "{described}; row {numbers}",
        "{described}; rows {numbers}",
        rows.size,
        described=bars.described(int(rows[0])),
        numbers=cut(numbers),
    )
