"""The columns that were checked for leaks, with the figures that matter at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.data.graded_table import NAME, GradedTable
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.leakage import ColumnReport, LeakReport
    from ml4t_desktop.analysis.leakage.lag_curves import LagCurve

_HEADERS = (
    (mark("Column"), mark("Signals, then context")),
    (mark("Verdict"), mark("The gravest finding about the column")),
    (mark("Own bar"), mark("Rank correlation with the return of its own bar")),
    (mark("Next bar"), mark("Rank correlation with the return of the next bar")),
    (
        mark("Strongest ahead"),
        mark("Strongest rank correlation with one of the next 20 bars, and which"),
    ),
    (
        mark("Sharpe now"),
        mark("Sharpe ratio of the rules as they are; empty if they do not use the column"),
    ),
    (mark("One bar later"), mark("Sharpe ratio if the column is taken one bar later")),
)
VERDICTS = {"alarm": mark("▲ Alarm"), "notice": mark("● Notice"), "fine": mark("✓ Fine")}
_SHADES = {"alarm": "error", "notice": "warning", "fine": "good"}


class LeakTable(GradedTable):
    """Checked columns.

    Signals
    -------
    chosen : str
        Full name of the column that was chosen.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            _HEADERS,
            graded=1,
            shades=_SHADES,
            numbers=range(2, len(_HEADERS)),
            wide=0,
            parent=parent,
        )
        self.setObjectName("leak_table")
        self.setAccessibleName(tr("Columns checked for leaks"))

    def show_report(self, report: LeakReport) -> None:
        """Show the columns of a report; the chosen one stays chosen, else the gravest is."""
        before = self.chosen_name
        with QSignalBlocker(self):
            self.clear()
            for column in report.columns:
                self.add_row(_cells(column, self.locale()), column.column, column.level)
        self.colour()
        names = [column.column for column in report.columns]
        order = ("alarm", "notice", "fine")
        gravest = min(report.columns, key=lambda column: order.index(column.level), default=None)
        if gravest is not None:
            self.choose(before if before in names else gravest.column)
        rows = min(max(len(names), 2), 9)
        height = max(self.sizeHintForRow(0), self.fontMetrics().height())
        self.setFixedHeight(rows * height + self.header().sizeHint().height() + 6)

    def name_chosen(self, name: str | int) -> None:
        """Say which column was chosen."""
        self.chosen.emit(str(name))

    @property
    def chosen_name(self) -> str:
        """Full name of the chosen column, empty when none is."""
        item = self.currentItem()
        return str(item.data(0, NAME)) if item is not None else ""


def _cells(column: ColumnReport, locale: QLocale) -> tuple[str, ...]:
    later = {0: "", 1: tr("  (one bar later)")}
    delay = later.get(column.lag_bars, tr("  ({lag_bars} bars later)", lag_bars=column.lag_bars))
    origin = tr(" (context)") if column.column.startswith("context.") else ""
    effect = column.effect
    return (
        f"{column.name}{origin}{delay}",
        shown(VERDICTS[column.level]),
        _at(column.value, 0, locale),
        _at(column.value, 1, locale),
        _strongest(column.value, locale),
        _number(effect.sharpe_before if effect is not None else None, 2, locale),
        _number(effect.sharpe_after if effect is not None else None, 2, locale),
    )


def _at(curve: LagCurve | None, lag: int, locale: QLocale) -> str:
    return _number(curve.at(lag)[0] if curve is not None else None, 3, locale)


def _strongest(curve: LagCurve | None, locale: QLocale) -> str:
    if curve is None:
        return ""
    lag = curve.strongest_ahead
    figure = _at(curve, lag, locale)
    return tr("{figure} at +{lag}", figure=figure, lag=lag) if figure else ""


def _number(value: float | None, decimals: int, locale: QLocale) -> str:
    if value is None or not np.isfinite(value):
        return ""
    return locale.toString(float(value), "f", decimals)
