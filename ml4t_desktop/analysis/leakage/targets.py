"""Whether a column is a training target: equal, or nearly, to a return that was still to come."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.findings import Finding
from ml4t_desktop.analysis.leakage.panel import FEWEST_ASSETS, REACH, Panel
from ml4t_desktop.analysis.leakage.scores import within_group_ranks
from ml4t_desktop.files.columns.names import names_the_future
from ml4t_desktop.wording import mark, say, say_count

_BARS: Final = (1, 2, 3, 4, 5, 10, 15, 20, 21, 42, 63)
_NEARLY: Final = 0.9
_FEWEST_ROWS: Final = 100
_MOST_TIMES: Final = 120
_MOST_ROWS: Final = 20_000
_FEW_VALUES: Final = 12
_FEWEST_CHANGES: Final = 20
Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Return:
    """A return to come of the sampled places, as ranks, and how it is called."""

    name: str
    ranks: Floats


class FutureReturns:
    """Returns to come over usual horizons, at a sample of the places of a panel.

    Close to close, open to open, and from the next open to a close: as targets are made.
    """

    def __init__(self, panel: Panel) -> None:
        self._places, self._group, self._groups = _sample(panel)
        self._fewest = FEWEST_ASSETS if panel.ranks_across else _FEWEST_ROWS
        self._returns = [
            _Return(name, self._ranks(values)) for name, values in _returns(panel, self._places)
        ]

    def nearest(self, values: Floats) -> tuple[str, float, int]:
        """Return the return that laid-out values are most like: its name, correlation and number of rows.

        The correlation is a share of the highest that values with so many ties can have.
        """
        chosen = values[self._places]
        ranks = self._ranks(chosen)
        best = ("", 0.0, 0)
        for future in self._returns:
            both = np.isfinite(ranks) & np.isfinite(future.ranks)
            rows = int(np.count_nonzero(both))
            if rows < _FEWEST_ROWS:
                continue
            product = float(np.mean(ranks[both] * future.ranks[both]))
            value = product / self._attainable(ranks, future.ranks, both, chosen)
            if abs(value) > abs(best[1]) + 1e-3:
                best = (future.name, float(np.clip(value, -1.0, 1.0)), rows)
        return best

    def _ranks(self, values: Floats) -> Floats:
        return within_group_ranks(values, self._group, self._groups, self._fewest)

    def _attainable(
        self, ranks: Floats, future: Floats, both: NDArray[np.bool_], values: Floats
    ) -> float:
        """Return the correlation that a column with these ties would have if it were ordered alike.

        Infinite where it changes so seldom that nothing can be told.
        """
        held = values[both]
        if np.unique(held).size > _FEW_VALUES:
            return 1.0
        if np.count_nonzero(np.diff(held)) < _FEWEST_CHANGES:
            return np.inf  # one long state, such as a bear market, meets a fall by chance
        group = self._group[both]
        first = ranks[both][np.lexsort((ranks[both], group))]
        second = future[both][np.lexsort((future[both], group))]
        return max(float(np.mean(first * second)), 0.1)


_IS: Final = {  # by whether it is so to the full, and whether it goes the same way
    (True, True): mark("It is the return {name}, or its sign or rank"),
    (True, False): mark("It is minus the return {name}, or its sign or rank"),
    (False, True): mark("It is nearly the return {name}, or its sign or rank"),
    (False, False): mark("It is nearly minus the return {name}, or its sign or rank"),
}


def target_finding(column: str, values: Floats, futures: FutureReturns) -> Finding | None:
    """Return whether a column equals a return to come, or its sign or rank; None when it does not."""
    name, value, rows = futures.nearest(values)
    if abs(value) < _NEARLY:
        return None
    return Finding(
        check="target",
        level="alarm",
        column=column,
        sentence=say(
            "{what} (correlation {value:+.3f} in {rows:,} sampled rows): a training target given as "
            "a signal.",
            what=say(_IS[abs(value) > 0.99, value > 0], name=name),
            value=value,
            rows=rows,
        ),
        effect=mark("The rules trade on the answer; nothing of the result can be earned."),
        remedy=mark("Untick the column and use the predictions of the model instead."),
    )


def name_finding(column: str) -> Finding | None:
    """Return whether a column is named as targets are; None when it is not."""
    if not names_the_future(column.partition(".")[2]):
        return None
    return Finding(
        check="name",
        level="notice",
        column=column,
        sentence=mark("It is named as training targets are."),
        effect=mark("A target holds the future; rules that use it trade on the answer."),
        remedy=mark("Make sure that it is a prediction, or untick it."),
    )


def _sample(panel: Panel) -> tuple[Wholes, Wholes, int]:
    """Return places to look at, and the group (timestamp or asset) in which each is ranked."""
    if panel.ranks_across:
        times = np.flatnonzero(np.diff(panel.row_start))
        chosen = times[np.unique(np.linspace(0, times.size - 1, _MOST_TIMES).astype(np.int64))]
        starts = panel.row_start
        found = [panel.place[starts[time] : starts[time + 1]] for time in chosen.tolist()]
        places = np.sort(np.concatenate(found)).astype(np.int64)
        return places, panel.time[places].astype(np.int64), panel.time_count
    bars = np.arange(0, panel.place.size, max(panel.place.size // _MOST_ROWS, 1))
    ends = np.cumsum(np.diff(panel.segments) - REACH)  # bars of an asset and those before it
    places = bars + REACH * np.searchsorted(ends, bars, side="right")
    group = np.searchsorted(panel.segments, places, side="right") - 1
    return places, group, panel.segments.size


def _returns(panel: Panel, places: Wholes) -> list[tuple[str, Floats]]:
    """Return the returns to come from each place, by their names."""
    asset = np.searchsorted(panel.segments, places, side="right") - 1

    def price(prices: Floats, ahead: int) -> Floats:
        there = np.minimum(places + ahead, prices.size - 1)
        is_same = np.searchsorted(panel.segments, places + ahead, side="right") - 1 == asset
        return np.where(is_same & panel.is_bar[there], prices[there], np.nan)

    opens, closes = panel.open, panel.close
    opened, closed = price(opens, 1), price(closes, 0)
    found: list[tuple[str, Floats]] = []
    for bars in _BARS:
        close, names = price(closes, bars), _names(bars)
        found.append((names[0], close / closed))
        found.append((names[1], price(opens, 1 + bars) / opened))
        found.append((names[2], close / opened))
    return found


def _names(bars: int) -> tuple[str, str, str]:
    return (
        say_count(
            "of the next bar (close to close)", "of the next {n} bars (close to close)", bars
        ),
        say_count("of the next bar (open to open)", "of the next {n} bars (open to open)", bars),
        say_count(
            "of the next bar (next open to close)",
            "of the next {n} bars (next open to close)",
            bars,
        ),
    )
