"""Whether the backtest runs over rows that the model was trained on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.returns import period_returns
from ml4t_desktop.analysis.leakage.findings import Finding
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import MICROSECONDS_PER_DAY, moment
from ml4t_desktop.wording import mark, say, say_count

_SPLIT: Final = re.compile(
    r"(^|_)(split|fold|set|subset|partition|dataset|sample|phase|is_?train|train|training|in_?sample)(_|$)",
    re.IGNORECASE,
)
_FLAG: Final = re.compile(r"train|in_?sample", re.IGNORECASE)
_TRAIN: Final = re.compile(
    r"^(train|training|trn|fit|in[ _-]?sample|is|dev|development)([ _-]?\d+)?$", re.IGNORECASE
)
_HALF: Final = 0.5
_FEWEST_DAYS: Final = 20
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Which rows a model was trained on.

    Parameters
    ----------
    column : str
        Its name among the signals.
    is_train, is_known : ndarray of bool, shape (N,)
    """

    column: str
    is_train: Flags
    is_known: Flags


def may_be_split(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that columns saying train or test usually have."""
    return tuple(name for name in names if _SPLIT.search(name))


def splits(market: Market) -> tuple[Split, ...]:
    """Return the columns of a market that say which rows a model was trained on."""
    found = (_split(name, market.signals[name]) for name in may_be_split(market.signals))
    return tuple(split for split in found if split is not None)


def split_findings(market: Market, split: Split, result: RunResult | None) -> list[Finding]:
    """Return what a split says about the period of the market, and how the result does in each part.

    Parameters
    ----------
    result : RunResult or None
        Of the rules over this market.
    """
    column = f"signal.{split.column}"
    times = market.row_times()
    train, test = split.is_known & split.is_train, split.is_known & ~split.is_train
    rows = int(np.count_nonzero(train))
    if not rows:
        sentence = mark("None of the rows of the period is marked as training data.")
        return [Finding(check="split", level="fine", column=column, sentence=sentence)]
    first, last = (moment(int(market.timestamps[times[train][end]])).date() for end in (0, -1))
    share = rows / market.row_count
    findings = [
        Finding(
            check="split",
            level="alarm",
            column=column,
            sentence=say(
                "{rows:,} rows of the period ({share:.0%}) are marked as training data, {first} to "
                "{last}.{by_part}",
                rows=rows,
                share=share,
                first=first,
                last=last,
                by_part=_by_part(market, train, result),
            ),
            effect=mark(
                "A model knows the answers of the rows it was trained on; the result there says nothing."
            ),
            remedy=mark(
                "Set the start of the period after the last training row, with a gap as long as the target "
                "reaches ahead."
            ),
        )
    ]
    if test.any():
        findings += _border(column, np.unique(times[train]), np.unique(times[test]))
    return findings


def _border(column: str, train: NDArray[np.int64], test: NDArray[np.int64]) -> list[Finding]:
    """Return whether training and test are mixed in time, or touch each other."""
    if test[0] <= train[-1]:
        mixed = np.count_nonzero(test <= train[-1])
        return [
            Finding(
                check="split",
                level="alarm",
                column=column,
                sentence=say(
                    "Training and test are mixed in time: {mixed:,} of {size:,} test timestamps are not "
                    "after the last training row.",
                    mixed=mixed,
                    size=test.size,
                ),
                effect=mark(
                    "The model was trained on what came after, and on rows whose targets overlap those of the test."
                ),
                remedy=mark("Split by time, and trade only what comes after the training data."),
            )
        ]
    gap = int(test[0] - train[-1]) - 1
    return [
        Finding(
            check="split",
            level="notice" if gap == 0 else "fine",
            column=column,
            sentence=say_count(
                "Between the last training row and the first test row lie {n} bar.",
                "Between the last training row and the first test row lie {n} bars.",
                gap,
            ),
            effect=mark("Targets of the last training rows reach into the test.")
            if gap == 0
            else "",
            remedy=mark("Leave a gap as long as the target reaches ahead.") if gap == 0 else "",
        )
    ]


def _by_part(market: Market, train: Flags, result: RunResult | None) -> str:
    """Return the Sharpe ratio in training and outside as a sentence; nothing without enough days."""
    if result is None:
        return ""
    periods = period_returns(result)
    days = market.timestamps[market.row_times()] // MICROSECONDS_PER_DAY
    place = np.searchsorted(periods.days, days)
    known = (place < periods.days.size) & (
        periods.days[np.minimum(place, periods.days.size - 1)] == days
    )
    counts = np.bincount(place[known], minlength=periods.days.size)
    trained = np.bincount(place[known], train[known], periods.days.size) > _HALF * counts
    figures: list[str] = []
    for part, name in ((trained, mark("in training")), (~trained, "outside")):
        returns = periods.returns[part & np.isfinite(periods.returns)]
        if returns.size < _FEWEST_DAYS or returns.std() == 0:
            return ""
        sharpe = float(returns.mean() / returns.std(ddof=1)) * periods.per_year**0.5
        figures.append(f"{sharpe:.2f} {name}")
    return say(" Sharpe ratio {figures}, {figures2}.", figures=figures[0], figures2=figures[1])


def _split(name: str, column: Column) -> Split | None:
    """Return the split a column tells, None when it tells none."""
    if isinstance(column, TextColumn):
        trains = np.array([bool(_TRAIN.match(label.strip())) for label in column.labels] + [False])
        if not trains.any():
            return None
        return Split(column=name, is_train=trains[column.codes], is_known=column.codes >= 0)
    known = np.isfinite(column)
    if not _FLAG.search(name) or not known.any() or not np.isin(column[known], (0.0, 1.0)).all():
        return None
    return Split(column=name, is_train=column == 1.0, is_known=known)
