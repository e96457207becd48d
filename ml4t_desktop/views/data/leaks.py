"""The leak checks: every column with its verdict, and of the chosen one the picture and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.leaks import LagChart
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.problem_words import problem_words
from ml4t_desktop.session.request.steps import counted
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.data.leak_findings import LeakFindings
from ml4t_desktop.views.data.leak_table import LeakTable
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.leakage import ColumnReport, LeakReport
    from ml4t_desktop.analysis.leakage.lag_curves import LagCurve

_FULL = 1000
_TITLE = mark("Nothing checked yet")
_HINT = mark(
    "Signals and context are checked here for values that could not have been known. "
    "Choose the data first."
)


class LeaksPanel(SeenPanel):
    """What columns know that they should not know; checked when the panel is seen."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("leaks_panel")
        self._session, self._leaks = session, session.leaks
        self._shown: LeakReport | None = None
        self._was_stopped = False
        self.summary = QLabel()
        self.summary.setObjectName("leak_summary")
        self.progress = QProgressBar()
        self.again = QPushButton(tr("Check again"))
        self.again.setObjectName("leak_again")
        self.stop = QPushButton(tr("Cancel"))
        self.stop.setObjectName("leak_cancel")
        self.table = LeakTable(theme)
        self.chart = LagChart(theme)
        self.findings = LeakFindings(theme)
        self.empty = EmptyState(_TITLE, _HINT)
        self._build()
        self.again.clicked.connect(self._on_again)
        self.stop.clicked.connect(self._on_stop)
        self.table.chosen.connect(self._show_column)
        self.findings.later_asked.connect(self._on_later_asked)
        self._leaks.changed.connect(self._on_changed)
        self._leaks.progressed.connect(self._on_progressed)
        self.apply_theme(theme)
        self._on_changed()

    def draw(self) -> None:
        """Show what was found, and check what has changed since."""
        if not self._was_stopped:
            self._leaks.check()
        report = self._leaks.report
        self._stack.setCurrentIndex(0 if report is None else 1)
        if report is not None and report is not self._shown:
            self._shown = report
            self.table.show_report(report)
        elif report is not None:
            self._show_column(self.table.chosen_name)
        self._show_state()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        for part in (self.table, self.chart, self.findings, self.empty):
            part.apply_theme(theme)

    def _build(self) -> None:
        self.progress.setRange(0, _FULL)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(180)
        self.progress.setAccessibleName(tr("Progress of the leak check"))
        bar = QHBoxLayout()
        bar.addWidget(self.summary, 1)
        for widget in (self.progress, self.stop, self.again):
            bar.addWidget(widget)
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
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addLayout(bar)
        whole.addLayout(self._stack, 1)

    def _show_state(self) -> None:
        """Say what was found, or what goes on."""
        leaks, report = self._leaks, self._leaks.report
        is_checking = leaks.is_checking
        self.progress.setVisible(is_checking)
        self.stop.setVisible(is_checking)
        self.again.setVisible(not is_checking)
        self.again.setEnabled(leaks.can_check)
        self.again.setToolTip("" if leaks.can_check else self._session.why_not_run())
        if is_checking:
            self.summary.setText(tr("Checking for leaks…"))
        elif leaks.problems:
            self.summary.setText(tr("The check could not be made"))
        elif report is None:
            self.summary.setText("")
        else:
            self.summary.setText(_summary(report, is_current=leaks.is_current))
        title = tr("Checking for leaks") if is_checking else _TITLE
        told = "\n".join(problem_words(problem) for problem in leaks.problems)
        self.empty.tell(title, told or ("" if is_checking else _HINT))

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

    def _on_changed(self) -> None:
        self.draw_when_seen()

    def _on_progressed(self, share: float) -> None:
        self.progress.setValue(round(share * _FULL))

    def _on_later_asked(self, bars: int) -> None:
        self._was_stopped = False
        self._leaks.use_later(self.table.chosen_name.partition(".")[2], bars)

    def _on_again(self) -> None:
        self._was_stopped = False
        self._leaks.check_again()

    def _on_stop(self) -> None:
        self._was_stopped = True
        self._leaks.cancel()


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
