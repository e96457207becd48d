"""How the run changed over time: rolling statistics, exposure and turnover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from ml4t_desktop.plots.day_lines import DayLine, DayLines
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.questions import of_window
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.brushing import entered_between
from ml4t_desktop.views.review.study.study_panel import StudyPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.analysis.study import Study
    from ml4t_desktop.project.completed import CompletedRun

_HINT = mark(
    "Start a run: its rolling return, volatility, Sharpe ratio, exposure and turnover appear here."
)
_TIP = mark("Drag with Shift to look at the trades entered in a part of the time.")
_PANES = 7
# What the panes show, as `analysis.making.spans.WindowScope` calls it.
_NAMES = ("total_return", "volatility", "sharpe", "win_rate", "gross", "positions", "turnover")
_USUAL_DAYS, _USUAL_TRADES = 63, 50


class RollingPanel(StudyPanel):
    """Statistics over a window that moves with time, over exposure, positions and turnover."""

    needs_trades = False

    def __init__(
        self,
        results: ResultStore,
        studies: StudyStore,
        theme: Theme,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(results, studies, _HINT, parent)
        self.setObjectName("rolling_panel")
        self._making = making
        self.days = _window("rolling_days", tr("Days of the window"), _USUAL_DAYS, tr(" days"))
        self.trades = _window(
            "rolling_trades", tr("Trades of the window"), _USUAL_TRADES, tr(" trades")
        )
        self.chart = DayLines(_PANES, theme)
        self.tip = QLabel(shown(_TIP))
        self.tip.setWordWrap(True)
        above = QHBoxLayout()
        label = QLabel(tr("&Window"))
        label.setBuddy(self.days)
        for widget in (label, self.days, self.trades):
            above.addWidget(widget)
        above.addSpacing(8)
        above.addWidget(self.tip, 1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(above)
        layout.addWidget(self.chart, 1)
        for box in (self.days, self.trades):
            box.valueChanged.connect(self._on_window_changed)
        self.chart.brushed.connect(self._on_brushed)
        self.chart.value_asked.connect(self._on_value_asked)
        self.apply_theme(theme)
        self.make_later(*[self.chart.make_pane] * _PANES)
        self.begin(content)

    def show_study(self, study: Study, run: CompletedRun) -> None:
        """Show the lines of the run; the share of wins is that of the trades that are looked at."""
        from ml4t_desktop.analysis.account.rolling_lines import rolling_lines

        trades = run.result.trades
        front = self.in_front(trades["trade_id"].to_numpy())
        days, count = self.days.value(), self.trades.value()
        lines = rolling_lines(
            study.periods, trades if front is None else trades.filter(front), days, count
        )
        exposure = study.exposure
        turnover = np.convolve(exposure.turnover, np.ones(days))[: exposure.turnover.size]
        turnover[: days - 1] = np.nan
        self.chart.set_lines(
            study.periods.days,
            (
                DayLine(
                    tr("Return of {days} days", days=days),
                    "percent",
                    lines.total_return,
                    is_filled=True,
                ),
                DayLine(tr("Volatility, yearly"), "percent", lines.volatility),
                DayLine(tr("Sharpe ratio, yearly"), "number", lines.sharpe, is_filled=True),
                DayLine(
                    tr("Won of the last {count} trades", count=count), "percent", lines.win_rate
                ),
                DayLine(tr("Gross exposure"), "percent", exposure.gross, exposure.net, tr("net")),
                DayLine(tr("Open positions"), "number", exposure.positions),
                DayLine(tr("Turnover of {days} days", days=days), "percent", turnover),
            ),
        )

    def ask_current(self) -> bool:
        """Ask how the first line is made at the cursor, or at its end; say whether there is one."""
        return self.chart.ask_current()

    def _on_value_asked(self, pane: int, ordinal: int, place: QRect) -> None:
        run, subset = self.results.run, self.results.subset
        if run is None or self._making is None:
            return
        ids = None if subset is None else subset.trade_ids
        window = (self.days.value(), self.trades.value())
        self._making.ask(of_window(run, ids, ordinal, window, _NAMES[pane]), self.chart, place)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        super().apply_theme(theme)
        self.tip.setStyleSheet(f"color: {theme.muted};")
        self.chart.apply_theme(theme)

    def _on_window_changed(self, _value: int) -> None:
        self.draw_when_seen()

    def _on_brushed(self, first: int, last: int) -> None:
        run = self.results.run
        if run is not None:
            self.results.show_subset(entered_between(run, self.chart, first, last))


def _window(name: str, title: str, usual: int, suffix: str) -> QSpinBox:
    box = QSpinBox()
    box.setObjectName(name)
    box.setAccessibleName(shown(title))
    box.setRange(2, 2_000)
    box.setSuffix(suffix)
    box.setKeyboardTracking(False)
    box.setValue(usual)
    return box
