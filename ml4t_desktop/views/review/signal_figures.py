"""What is known of a signal as small charts, with the words for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QLocale

from ml4t_desktop.plots.figures import Columns, Curve, Figure
from ml4t_desktop.session.formats import Kind, format_value

if TYPE_CHECKING:
    from ml4t_desktop.analysis.signals.calibration import Calibration
    from ml4t_desktop.analysis.signals.review import SignalReview
    from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve
    from ml4t_desktop.request.conditions import Clause

THRESHOLD: Final = "Threshold"


def value_figure(review: SignalReview, clauses: tuple[Clause, ...]) -> Figure:
    """Return the histogram of a signal with the thresholds that the rules hold it against."""
    edges, counts = review.edges, review.counts.astype(np.float64)
    middle = (edges[:-1] + edges[1:]) / 2
    total = max(float(counts.sum()), 1.0)
    marks = tuple(float(c.value) for c in clauses if isinstance(c.value, int | float))
    missing = review.sample.missing / max(review.sample.bars, 1)
    return Figure(
        title="Its values",
        hint=f"{_text(missing, 'percent')} of the bars have none; lines: thresholds of the rules",
        columns=Columns(at=middle, height=counts, width=float(edges[1] - edges[0])),
        marks=marks,
        words=tuple(
            f"{_text(low)} to {_text(high)}: <b>{_text(count / total, 'percent')}</b> of the values"
            for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        ),
    )


def return_figure(review: SignalReview) -> Figure:
    """Return the mean return after each tenth of a signal."""
    found = review.tenths
    table = found.table
    spread = f"{_text(found.spread, 'percent')} ± {_text(found.spread_error, 'percent')}"
    return Figure(
        title="Return after it, by tenth",
        hint=f"highest less lowest tenth: <b>{spread}</b>",
        columns=Columns(
            at=np.arange(table.height, dtype=np.float64),
            height=table["mean"].to_numpy(),
            low=table["low"].to_numpy(),
            high=table["high"].to_numpy(),
            by_sign=True,
        ),
        labels=tuple(map(str, table["tenth"])),
        y_kind="percent",
        words=tuple(
            f"tenth {row['tenth']} ({_text(row['from_value'])} to {_text(row['to_value'])}): "
            f"<b>{_text(row['mean'], 'percent')}</b>, 90 %: {_text(row['low'], 'percent')} to "
            f"{_text(row['high'], 'percent')}, {_text(row['count'], 'count')} bars"
            for row in table.iter_rows(named=True)
        ),
    )


def trade_figure(review: SignalReview) -> Figure:
    """Return what trades made by the tenth of the signal they were decided on."""
    table = review.trades
    hint = (
        "mean profit of a trade, by its value at the entry"
        if table.height
        else "fewer than ten closed trades carry it"
    )
    return Figure(
        title="Profit of trades, by tenth",
        hint=hint,
        columns=Columns(
            at=np.arange(table.height, dtype=np.float64),
            height=table["mean_pnl"].to_numpy(),
            by_sign=True,
        ),
        labels=tuple(map(str, table["tenth"])),
        y_kind="money",
        words=tuple(
            f"{_text(row['from_value'])} to {_text(row['to_value'])}: <b>{_text(row['mean_pnl'], 'money')}</b> "
            f"a trade, {_text(row['trades'], 'count')} trades, {_text(row['win_rate'], 'percent')} won "
            f"(90 %: {_text(row['win_low'], 'percent')} to {_text(row['win_high'], 'percent')})"
            for row in table.iter_rows(named=True)
        ),
    )


def correlation_figure(review: SignalReview, days: tuple[str, ...]) -> Figure:
    """Return the rolling rank correlation; `days` are the dates of its timestamps."""
    found = review.correlation
    known = np.isfinite(found.rolling)
    x = np.arange(found.values.size, dtype=np.float64)[known]
    mean = f"{_text(found.mean, 'number')} ± {_text(found.error, 'number')}"
    shown = np.flatnonzero(known)
    return Figure(
        title="Rank correlation",
        hint=f"mean <b>{mean}</b>; line: mean of the last 63",
        curves=(
            Curve(x=x, y=found.rolling[known]),
            Curve(x=x[[0, -1]] if x.size else x, y=np.zeros(min(2, x.size)), is_faint=True),
        ),
        labels=days,
        words=tuple(f"{days[i]}: <b>{_text(found.rolling[i], 'decimal')}</b>" for i in shown),
    )


def decay_figure(review: SignalReview) -> Figure:
    """Return the correlation with the return of each bar before and after."""
    from ml4t_desktop.analysis.leakage.lag_curves import LAGS

    shown = np.flatnonzero((LAGS >= -5) & (LAGS <= 20))
    lags = LAGS[shown]
    values, errors = review.decay.correlation[shown], review.decay.error[shown]
    return Figure(
        title="Decay, bar by bar",
        hint="correlation with single bars; left of 0: the past",
        columns=Columns(
            at=lags.astype(np.float64), height=values, low=-1.645 * errors, high=1.645 * errors, by_sign=True
        ),
        words=tuple(
            f"{_lag(int(lag))}: <b>{_text(value, 'decimal')}</b> ± {_text(error, 'decimal')}"
            for lag, value, error in zip(lags, values, errors, strict=True)
        ),
    )  # fmt: skip


def calibration_figure(found: Calibration) -> Figure:
    """Return what was said against what happened."""
    table = found.table
    events = {"beats_median": "beat the median asset of its day", "rises": "rose"}
    return Figure(
        title="Said and happened",
        hint=(
            f"share that {events[found.event]}; Brier {_text(found.brier, 'decimal')}, "
            f"skill <b>{_text(found.skill, 'percent')}</b>"
        ),
        curves=(
            Curve(x=table["said"].to_numpy(), y=table["happened"].to_numpy(), has_points=True),
            Curve(x=np.array([0.0, 1.0]), y=np.array([0.0, 1.0]), is_faint=True),
        ),
        x_kind="percent",
        y_kind="percent",
        words=tuple(
            f"said {_text(row['said'], 'percent')}, happened <b>{_text(row['happened'], 'percent')}</b> "
            f"({_text(row['low'], 'percent')} to {_text(row['high'], 'percent')}), "
            f"{_text(row['count'], 'count')} bars"
            for row in table.iter_rows(named=True)
        ),
    )


def threshold_figure(curve: ThresholdCurve) -> Figure:
    """Return the total return of the run over the thresholds of a clause."""
    points = curve.points
    return Figure(
        title=THRESHOLD,
        hint=f"total return of the whole backtest at each; now: {_text(curve.present)}",
        curves=(
            Curve(
                x=np.array([point.threshold for point in points]),
                y=np.array([point.total_return for point in points]),
                has_points=True,
            ),
        ),
        marks=(curve.present,),
        y_kind="percent",
        words=tuple(
            f"{curve.clause.op.replace('<', '&lt;')} {_text(point.threshold)}: "
            f"<b>{_text(point.total_return, 'percent')}</b>, "
            f"Sharpe {_text(point.sharpe, 'ratio') or 'n/a'}, {_text(point.trades, 'count')} trades, "
            f"in the market {_text(point.exposure, 'percent')}"
            for point in points
        ),
    )


def empty_figure(title: str, reason: str) -> Figure:
    """Return a chart that says why there is nothing in it."""
    return Figure(title=title, hint=reason)


def _lag(lag: int) -> str:
    if not lag:
        return "its own bar"
    bars = "1 bar" if abs(lag) == 1 else f"{abs(lag)} bars"
    return f"{bars} {'later' if lag > 0 else 'before'}"


def _text(value: object, kind: Kind = "number") -> str:
    if isinstance(value, np.generic):
        value = value.item()
    return format_value(value, kind, QLocale())
