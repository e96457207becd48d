"""What is known of a signal as small charts, with the words for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QLocale

from ml4t_desktop.plots.figures import Columns, Curve, Figure
from ml4t_desktop.plots.texts_on_demand import TextsOnDemand
from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import tr, tr_count
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ml4t_desktop.analysis.signals.calibration import Calibration
    from ml4t_desktop.analysis.signals.review import SignalReview
    from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve
    from ml4t_desktop.request.conditions import Clause

THRESHOLD: Final = mark("Threshold")


def value_figure(review: SignalReview, clauses: tuple[Clause, ...]) -> Figure:
    """Return the histogram of a signal with the thresholds that the rules hold it against."""
    edges, counts = review.edges, review.counts.astype(np.float64)
    middle = (edges[:-1] + edges[1:]) / 2
    total = max(float(counts.sum()), 1.0)
    marks = tuple(float(c.value) for c in clauses if isinstance(c.value, int | float))
    missing = review.sample.missing / max(review.sample.bars, 1)
    return Figure(
        title=tr("Its values"),
        hint=tr(
            "{missing} of the bars have none; lines: thresholds of the rules",
            missing=_text(missing, "percent"),
        ),
        columns=Columns(at=middle, height=counts, width=float(edges[1] - edges[0])),
        marks=marks,
        words=tuple(
            tr(
                "{low} to {high}: <b>{count}</b> of the values",
                low=_text(low),
                high=_text(high),
                count=_text(count / total, "percent"),
            )
            for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        ),
    )


def return_figure(review: SignalReview) -> Figure:
    """Return the mean return after each tenth of a signal."""
    found = review.tenths
    table = found.table
    spread = f"{_text(found.spread, 'percent')} ± {_text(found.spread_error, 'percent')}"
    return Figure(
        title=tr("Return after it, by tenth"),
        hint=tr("highest less lowest tenth: <b>{spread}</b>", spread=spread),
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
            tr(
                "tenth {tenth} ({from_value} to {to_value}): <b>{mean}</b>, 90 %: {low} to {high}, "
                "{count} bars",
                tenth=row["tenth"],
                from_value=_text(row["from_value"]),
                to_value=_text(row["to_value"]),
                mean=_text(row["mean"], "percent"),
                low=_text(row["low"], "percent"),
                high=_text(row["high"], "percent"),
                count=_text(row["count"], "count"),
            )
            for row in table.iter_rows(named=True)
        ),
    )


def trade_figure(review: SignalReview) -> Figure:
    """Return what trades made by the tenth of the signal they were decided on."""
    table = review.trades
    hint = (
        tr("mean profit of a trade, by its value at the entry")
        if table.height
        else tr("fewer than ten closed trades carry it")
    )
    return Figure(
        title=tr("Profit of trades, by tenth"),
        hint=hint,
        columns=Columns(
            at=np.arange(table.height, dtype=np.float64),
            height=table["mean_pnl"].to_numpy(),
            by_sign=True,
        ),
        labels=tuple(map(str, table["tenth"])),
        y_kind="money",
        words=tuple(
            tr(
                "{from_value} to {to_value}: <b>{mean_pnl}</b> a trade, {trades} trades, {win_rate} "
                "won (90 %: {win_low} to {win_high})",
                from_value=_text(row["from_value"]),
                to_value=_text(row["to_value"]),
                mean_pnl=_text(row["mean_pnl"], "money"),
                trades=_text(row["trades"], "count"),
                win_rate=_text(row["win_rate"], "percent"),
                win_low=_text(row["win_low"], "percent"),
                win_high=_text(row["win_high"], "percent"),
            )
            for row in table.iter_rows(named=True)
        ),
    )


def correlation_figure(review: SignalReview, days: Sequence[str]) -> Figure:
    """Return the rolling rank correlation; `days` are the dates of its timestamps."""
    found = review.correlation
    known = np.isfinite(found.rolling)
    x = np.arange(found.values.size, dtype=np.float64)[known]
    mean = f"{_text(found.mean, 'number')} ± {_text(found.error, 'number')}"
    shown = np.flatnonzero(known)

    def said(place: int) -> str:
        i = int(shown[place])
        return f"{days[i]}: <b>{_text(found.rolling[i], 'decimal')}</b>"

    return Figure(
        title=tr("Rank correlation"),
        hint=tr("mean <b>{mean}</b>; line: mean of the last 63", mean=mean),
        curves=(
            Curve(x=x, y=found.rolling[known]),
            Curve(x=x[[0, -1]] if x.size else x, y=np.zeros(min(2, x.size)), is_faint=True),
        ),
        labels=days,
        words=TextsOnDemand(shown.size, said),
    )


def decay_figure(review: SignalReview) -> Figure:
    """Return the correlation with the return of each bar before and after."""
    from ml4t_desktop.analysis.leakage.lag_curves import LAGS

    shown = np.flatnonzero((LAGS >= -5) & (LAGS <= 20))
    lags = LAGS[shown]
    values, errors = review.decay.correlation[shown], review.decay.error[shown]
    return Figure(
        title=tr("Decay, bar by bar"),
        hint=tr("correlation with single bars; left of 0: the past"),
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
    events = {"beats_median": tr("beat the median asset of its day"), "rises": "rose"}
    return Figure(
        title=tr("Said and happened"),
        hint=(
            tr(
                "share that {events}; Brier {brier}, skill <b>{skill}</b>",
                events=events[found.event],
                brier=_text(found.brier, "decimal"),
                skill=_text(found.skill, "percent"),
            )
        ),
        curves=(
            Curve(x=table["said"].to_numpy(), y=table["happened"].to_numpy(), has_points=True),
            Curve(x=np.array([0.0, 1.0]), y=np.array([0.0, 1.0]), is_faint=True),
        ),
        x_kind="percent",
        y_kind="percent",
        words=tuple(
            tr(
                "said {said}, happened <b>{happened}</b> ({low} to {high}), {count} bars",
                said=_text(row["said"], "percent"),
                happened=_text(row["happened"], "percent"),
                low=_text(row["low"], "percent"),
                high=_text(row["high"], "percent"),
                count=_text(row["count"], "count"),
            )
            for row in table.iter_rows(named=True)
        ),
    )


def threshold_figure(curve: ThresholdCurve) -> Figure:
    """Return the total return of the run over the thresholds of a clause."""
    points = curve.points
    return Figure(
        title=THRESHOLD,
        hint=tr(
            "total return of the whole backtest at each; now: {present}",
            present=_text(curve.present),
        ),
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
            tr(
                "{replace} {threshold}: <b>{total_return}</b>, Sharpe {sharpe}, {trades} trades, in "
                "the market {exposure}",
                replace=curve.clause.op.replace("<", "&lt;"),
                threshold=_text(point.threshold),
                total_return=_text(point.total_return, "percent"),
                sharpe=_text(point.sharpe, "ratio") or "n/a",
                trades=_text(point.trades, "count"),
                exposure=_text(point.exposure, "percent"),
            )
            for point in points
        ),
    )


def figure_name(chart: str, place: int, review: SignalReview, curve: ThresholdCurve | None) -> str:
    """Return what a value of a chart is called in `analysis.making.signals`; empty where it has no name.

    Parameters
    ----------
    chart : str
        As the panel calls it.
    place : int
        Of the value; -1 is the figure beside the title.
    """
    from ml4t_desktop.analysis.leakage.lag_curves import LAGS

    if place < 0:
        present = 0
        if curve is not None:
            at = [point.threshold for point in curve.points]
            present = at.index(curve.present) if curve.present in at else 0
        return {
            "values": "missing", "returns": "spread", "correlation": "correlation",
            "calibration": "skill", "thresholds": f"threshold.{present}", "decay": "lag.1",
        }.get(chart, "")  # fmt: skip
    if chart == "trades":
        return f"trades.{review.trades['tenth'][place]}"
    lags = LAGS[(LAGS >= -5) & (LAGS <= 20)]
    names = {
        "returns": f"tenth.{place + 1}",
        "decay": f"lag.{int(lags[min(place, lags.size - 1)])}",
        "thresholds": f"threshold.{place}",
        "correlation": "correlation",
        "calibration": "brier",
        "values": "missing",
    }
    return names[chart]


def empty_figure(title: str, reason: str) -> Figure:
    """Return a chart that says why there is nothing in it."""
    return Figure(title=title, hint=reason)


def _lag(lag: int) -> str:
    if not lag:
        return tr("its own bar")
    if lag > 0:
        return tr_count("{n} bar later", "{n:,} bars later", lag)
    return tr_count("{n} bar before", "{n:,} bars before", -lag)


def _text(value: object, kind: Kind = "number") -> str:
    if isinstance(value, np.generic):
        value = value.item()
    return format_value(value, kind, QLocale())
