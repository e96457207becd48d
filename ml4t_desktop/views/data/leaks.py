"""The leak checks: every column with its verdict, and of the chosen one the picture and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from ml4t_desktop.plots.leaks import LagChart
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.problem_words import problem_words
from ml4t_desktop.session.request.steps import counted
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.data.check_panel import CheckPanel, CheckTexts
from ml4t_desktop.views.data.leak_findings import LeakFindings
from ml4t_desktop.views.data.leak_table import LeakTable
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.leakage import ColumnReport, LeakReport
    from ml4t_desktop.analysis.leakage.lag_curves import LagCurve

_TEXTS = CheckTexts(
    title=mark("Nothing checked yet"),
    hint=mark(
        "Signals and context are checked here for values that could not have been known. "
        "Choose the data first."
    ),
    checking_title=mark("Checking for leaks"),
    checking=mark("Checking for leaks…"),
    progress=mark("Progress of the leak check"),
)


class LeaksPanel(CheckPanel):
    """What columns know that they should not know; checked when the panel is seen."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session.leaks, "leak", _TEXTS, parent)
        self.setObjectName("leaks_panel")
        self._session, self._leaks = session, session.leaks
        self._shown: LeakReport | None = None
        self.table = LeakTable(theme)
        self.chart = LagChart(theme)
        self.findings = LeakFindings(theme)
        self.build(self._content())
        self.table.chosen.connect(self._show_column)
        self.findings.later_asked.connect(self._on_later_asked)
        self.apply_theme(theme)
        self.draw_when_seen()

    def show_report(self) -> None:
        """Show the columns; of a report that is shown already the chosen one, whose lag may be another."""
        report = self._leaks.report
        self.again.setToolTip("" if self._leaks.can_check else self._session.why_not_run())
        if report is None:
            return
        if report is not self._shown:
            self._shown = report
            self.table.show_report(report)
        else:
            self._show_column(self.table.chosen_name)

    def summary_text(self) -> str:
        """Return the verdict on all columns in a sentence."""
        if self._leaks.problems:
            return tr("The check could not be made")
        report = self._leaks.report
        return "" if report is None else _summary(report, is_current=self._leaks.is_current)

    def failure_text(self) -> str:
        """Return what kept the columns from being checked."""
        return "\n".join(problem_words(problem) for problem in self._leaks.problems)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        for part in (self.table, self.chart, self.findings, self.empty):
            part.apply_theme(theme)

    def _content(self) -> QWidget:
        below = QSplitter(Qt.Orientation.Horizontal)
        below.setObjectName("leak_split")
        below.setChildrenCollapsible(False)
        below.addWidget(self.chart)
        below.addWidget(self.findings)
        below.setStretchFactor(0, 1)
        below.setSizes([560, 420])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        layout.addWidget(below, 1)
        return content

    def _show_column(self, name: str) -> None:
        report = self._shown
        column = (
            next((item for item in report.columns if item.column == name), None) if report else None
        )
        if column is None:
            return
        self.findings.show_column(column, self._leaks.lag_of(column.name))
        self.chart.setVisible(column.value is not None)
        if column.value is not None:
            self.chart.show_curves(*_curves(column))

    def _on_later_asked(self, bars: int) -> None:
        self.check_later()
        self._leaks.use_later(self.table.chosen_name.partition(".")[2], bars)


def _summary(report: LeakReport, *, is_current: bool) -> str:
    """Return the verdict on all columns in a sentence."""
    levels = [column.level for column in report.columns]
    alarms, notices = levels.count("alarm"), levels.count("notice")
    if not levels:
        text = tr("There is no signal and no context to check")
    elif alarms:
        text = tr(
            "{alarms} of {count} with an alarm", alarms=counted(alarms, "column"), count=len(levels)
        )
    else:
        text = tr("No alarm in {count}", count=counted(len(levels), "column"))
    if notices:
        text += tr(", {notices} with a notice", notices=counted(notices, "column"))
    return text if is_current else tr("{text}  ·  the set-up has changed since", text=text)


def _curves(
    column: ColumnReport,
) -> tuple[np.ndarray, tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]]:
    from ml4t_desktop.analysis.leakage import LAGS

    return LAGS, (_pair(column.value), _pair(column.change))


def _pair(curve: LagCurve | None) -> tuple[np.ndarray, np.ndarray]:
    if curve is None:
        return np.zeros(0), np.zeros(0)
    return curve.correlation, curve.error
