"""The columns that were checked for leaks, with the figures that matter at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
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
NAME = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LeakTable(QTreeWidget):
    """Checked columns.

    Signals
    -------
    chosen : str
        Full name of the column that was chosen.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("leak_table")
        self.setAccessibleName(tr("Columns checked for leaks"))
        self._theme = theme
        self.setColumnCount(len(_HEADERS))
        self.setHeaderLabels([shown(title) for title, _ in _HEADERS])
        for column, (title, tip) in enumerate(_HEADERS):
            self.headerItem().setToolTip(column, f"{shown(title)}\n{shown(tip)}")
            if column > 1:
                self.headerItem().setTextAlignment(column, _RIGHT)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setStyleSheet("QTreeView::item { padding: 3px 6px; }")
        self.currentItemChanged.connect(self._on_current_changed)

    def show_report(self, report: LeakReport) -> None:
        """Show the columns of a report; the chosen one stays chosen, else the gravest is."""
        before = self.chosen_name
        with QSignalBlocker(self):
            self.clear()
            for column in report.columns:
                item = QTreeWidgetItem(self, list(_cells(column, self.locale())))
                item.setData(0, NAME, column.column)
                item.setData(1, NAME, column.level)
                for index in range(2, len(_HEADERS)):
                    item.setTextAlignment(index, _RIGHT)
        self._colour()
        names = [column.column for column in report.columns]
        order = ("alarm", "notice", "fine")
        gravest = min(report.columns, key=lambda column: order.index(column.level), default=None)
        wanted = before if before in names else gravest.column if gravest is not None else ""
        self.choose(wanted)
        rows = min(max(len(names), 2), 9)
        height = max(self.sizeHintForRow(0), self.fontMetrics().height())
        self.setFixedHeight(rows * height + self.header().sizeHint().height() + 6)

    def choose(self, name: str) -> None:
        """Choose a column by its full name."""
        for index in range(self.topLevelItemCount()):
            item = self.topLevelItem(index)
            if item is not None and item.data(0, NAME) == name:
                with QSignalBlocker(self):
                    self.setCurrentItem(item)
                self.chosen.emit(name)

    @property
    def chosen_name(self) -> str:
        """Full name of the chosen column, empty when none is."""
        item = self.currentItem()
        return str(item.data(0, NAME)) if item is not None else ""

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the verdicts."""
        self._theme = theme
        self._colour()

    def _colour(self) -> None:
        theme = self._theme
        shades = {"alarm": theme.error, "notice": theme.warning, "fine": theme.good}
        for index in range(self.topLevelItemCount()):
            item = self.topLevelItem(index)
            if item is not None:
                item.setForeground(1, QColor(shades[item.data(1, NAME)]))

    def _on_current_changed(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None:
            self.chosen.emit(str(item.data(0, NAME)))


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
