"""Leaks that are lost in the mean: in a part of the time, in a few of the assets, in who is chosen at all."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.by_asset import ByAsset
from ml4t_desktop.analysis.leakage.findings import Finding, Level
from ml4t_desktop.analysis.leakage.foresight import Ahead, Evidence, figures_of
from ml4t_desktop.analysis.leakage.lag_curves import FEWEST_TIMES, Sums
from ml4t_desktop.analysis.leakage.panel import Panel
from ml4t_desktop.market import Market
from ml4t_desktop.units import moment
from ml4t_desktop.wording import mark, say, say_count

_WINDOWS: Final = 10
_SURE: Final = 7.0  # errors: ten windows, or hundreds of assets, are looked at
_DOUBTFUL: Final = 0.25  # what is left two errors weaker, of one asset
_IMPLAUSIBLE: Final = 0.4
_MARGIN: Final = 2.0
_SHOWN: Final = 5
_FEWEST_ASSETS: Final = 20
_CHOSEN: Final = 0.5
_CHOSEN_SURE: Final = 5.0
Floats = NDArray[np.float64]
_EFFECT: Final = mark(
    "If it was made with later prices, the backtest earns what nobody could have earned."
)
_REMEDY: Final = mark(
    "Check with which data these values were made and how they are stamped, or leave the column out."
)


def window_finding(column: str, evidence: Evidence, market: Market) -> Finding | None:
    """Return whether a column foretells returns in a part of the time, with the first and last day of it.

    The time is cut into ten equal parts; each is judged as the whole is, and has to be surer.
    """
    blocks = evidence.sums.weights.size
    edges = np.linspace(0, blocks, _WINDOWS + 1).astype(np.int64)
    found: list[tuple[int, Ahead]] = []
    for number in range(_WINDOWS):
        part = slice(int(edges[number]), int(edges[number + 1]))
        if part.stop - part.start < FEWEST_TIMES:
            return None
        inside = replace(
            evidence, sums=_within(evidence.sums, part), own=_within(evidence.own, part)
        )
        sure = [item for item in inside.ahead() if _is_sure(item)]
        if sure:
            found.append((number, max(sure, key=lambda item: item.least)))
    if not found:
        return None
    worst = max(found, key=lambda pair: pair[1].least)[1]
    first, last = found[0][0], found[-1][0]
    times = market.timestamps
    ends = edges * times.size // blocks
    return Finding(
        check="future",
        level="alarm",
        column=column,
        sentence=say(
            "In a part of the time, within {first} to {last}, it foretells {bars} implausibly well: {figures}.",
            first=_day(int(times[ends[first]])),
            last=_day(int(times[ends[last + 1] - 1])),
            bars=worst.bars,
            figures=figures_of(worst),
        ),
        effect=_EFFECT,
        remedy=_REMEDY,
    )


def _is_sure(item: Ahead) -> bool:
    return item.level == "alarm" and abs(item.value) >= _SURE * item.error


def _within(sums: Sums, part: slice) -> Sums:
    """Return the sums of some blocks of time."""
    weights = sums.weights[part]
    share = float(weights.sum())
    return Sums(
        products=sums.products[:, part],
        pairs=sums.pairs * share,
        weights=weights / max(share, 1e-300),
    )


def asset_finding(column: str, found: ByAsset, market: Market) -> Finding | None:
    """Return whether a column foretells the next bar of some assets only."""
    left = np.abs(found.value) - _MARGIN * found.error
    least = np.where(np.abs(found.value) >= _SURE * found.error, left, 0.0)
    places = np.flatnonzero(least >= _DOUBTFUL)
    if not places.size:
        return None
    worst = int(places[np.argmax(least[places])])
    level: Level = "alarm" if least[worst] >= _IMPLAUSIBLE else "notice"
    names = ", ".join(market.symbols[place] for place in places[:_SHOWN].tolist())
    return Finding(
        check="future",
        level=level,
        column=column,
        sentence=say_count(
            "For one asset ({names}) it foretells the next bar implausibly well: rank correlation of "
            "{value:+.3f} ± {error:.3f}.",
            "For {n:,} assets ({names}) it foretells the next bar implausibly well: rank correlation of "
            "{value:+.3f} ± {error:.3f} for {worst}.",
            places.size,
            names=names if places.size <= _SHOWN else say("{names}, …", names=names),
            value=float(found.value[worst]),
            error=float(found.error[worst]),
            worst=market.symbols[worst],
        ),
        effect=_EFFECT,
        remedy=_REMEDY,
    )


def chosen_finding(column: str, values: Floats, panel: Panel) -> Finding | None:
    """Return whether a column that never changes goes with what the assets earned in the whole time.

    Who was chosen, or marked, at the end of a history is known at its beginning only afterwards.
    """
    starts, ends = panel.segments[:-1], panel.segments[1:]
    if starts.size < _FEWEST_ASSETS:
        return None
    known = np.isfinite(values)
    low = np.minimum.reduceat(np.where(known, values, np.inf), starts)
    high = np.maximum.reduceat(np.where(known, values, -np.inf), starts)
    if not np.all((low == high) | (low > high)):
        return None
    close = panel.close
    earned = np.full(starts.size, np.nan)
    for place, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        there = np.flatnonzero(np.isfinite(close[start:end]))
        if there.size > 1:
            earned[place] = close[start + there[-1]] / close[start + there[0]]
    both = np.isfinite(earned) & (low == high)
    count = int(both.sum())
    if count < _FEWEST_ASSETS or np.unique(low[both]).size < 2:
        return None
    value = float(np.corrcoef(_ranks(low[both]), _ranks(earned[both]))[0, 1])
    if abs(value) < _CHOSEN or abs(value) * count**0.5 < _CHOSEN_SURE:
        return None
    return Finding(
        check="future",
        level="alarm",
        column=column,
        sentence=say(
            "It has one value for each asset all the time, and that goes with what the asset earned by the "
            "end (rank correlation of {value:+.2f} over {count:,} assets).",
            value=value,
            count=count,
        ),
        effect=mark("Assets chosen by how they ended were not known when the history began."),
        remedy=mark("Mark assets by what was known at each time, or leave the column out."),
    )


def _ranks(values: Floats) -> Floats:
    """Return ranks, those of ties shared."""
    distinct, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    del distinct
    after = np.cumsum(counts)
    return (after - (counts - 1) / 2.0)[place]


def _day(us: int) -> str:
    return moment(us).strftime("%Y-%m-%d")
