"""The ten worst drawdowns: when, how deep, how long, and the equity through each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout, QWidget

from ml4t_desktop.plots.drawdown_marks import Band
from ml4t_desktop.plots.equity import EquityChart
from ml4t_desktop.session.clocks import clock_words, is_zoned
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.questions import of_drawdown
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.drawdown_columns import drawdown_columns, drawdown_frame
from ml4t_desktop.views.elided import ElidedLabel
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.review.breakdown_table import BreakdownTable
from ml4t_desktop.views.review.brushing import entered_between
from ml4t_desktop.views.review.curves import bands_of, times_of
from ml4t_desktop.views.review.study.study_panel import StudyPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.analysis.account.drawdowns import Drawdown
    from ml4t_desktop.analysis.study import Study
    from ml4t_desktop.project.completed import CompletedRun

_HINT = mark("Start a run: its worst drawdowns appear here.")
_TIP = mark("Click a drawdown to see the equity through it.")
_COUNT = 10


class DrawdownsPanel(StudyPanel):
    """A table of the ten worst drawdowns over the equity, which shows the one that is chosen."""

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
        self.setObjectName("drawdowns_panel")
        self._drawdowns: tuple[Drawdown, ...] = ()
        self._bands: tuple[Band, ...] = ()
        self._making = making
        self.table = BreakdownTable(theme)
        self.table.setObjectName("drawdown_table")
        self.table.setAccessibleName(tr("The ten worst drawdowns"))
        self.chart = EquityChart(theme)
        self.tip = ElidedLabel(shown(_TIP))
        self.trades_button = QPushButton(tr("Look at the trades held on the way down"))
        self.whole_button = QPushButton(tr("Whole history"))
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._on_row_chosen)
        self.table.number_asked.connect(self._on_number_asked)
        self.chart.band_clicked.connect(self._on_band_clicked)
        self.chart.brushed.connect(self._on_brushed)
        self.trades_button.clicked.connect(self._look_at_trades)
        self.whole_button.clicked.connect(self._show_whole)
        self.apply_theme(theme)

    def show_study(self, study: Study, run: CompletedRun) -> None:
        """Show the drawdowns of the run and its equity."""
        del study
        from ml4t_desktop.analysis.account.drawdowns import underwater, worst_drawdowns
        from ml4t_desktop.analysis.account.performance import has_clock
        from ml4t_desktop.analysis.trades.holding import held_in_each

        times = times_of(run)
        equity, capital = run.result.equity["equity"].to_numpy(), run.result.initial_capital
        self._drawdowns = worst_drawdowns(times, equity, capital, _COUNT)
        self._bands = bands_of(times, self._drawdowns)
        pnl = run.result.trades["pnl"].to_numpy()
        spans = ((item.start, item.trough) for item in self._drawdowns)
        held = held_in_each(run.result.trades, spans)
        frame = drawdown_frame(
            self._drawdowns,
            [(int(mask.sum()), float(np.nansum(pnl[mask]))) for mask in held],
            is_zoned=is_zoned(run),
        )
        self.tip.setText(" ".join(filter(None, (shown(_TIP), clock_words(run)))))
        self.table.show_frame(frame, drawdown_columns(has_clock=has_clock(times)))
        self.trades_button.setEnabled(False)

        def show_equity() -> None:
            below = underwater(equity, capital)
            self.chart.set_curves(times, equity, below, capital, is_zoned=is_zoned(run))
            self.chart.set_bands(self._bands)

        self.then(equity=show_equity)

    def ask_current(self) -> bool:
        """Ask how the number with the cursor is made; say whether there is one."""
        return self.table.ask_current()

    def _on_number_asked(self, row: int, column: str, place: QRect) -> None:
        run = self.results.run
        if run is not None and self._making is not None:
            question = of_drawdown(run, self._drawdowns[row], row + 1, column)
            self._making.ask(question, self.table, place)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        super().apply_theme(theme)
        self.tip.setStyleSheet(f"color: {theme.muted};")
        for part in (self.table, self.chart):
            part.apply_theme(theme)

    def _lay_out(self) -> None:
        above = FlowLayout()
        above.addWidget(self.tip)
        above.add_stretch()
        above.addWidget(self.trades_button)
        above.addWidget(self.whole_button)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("drawdowns_split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.chart)
        split.setSizes([300, 420])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(above)
        layout.addWidget(split, 1)
        self.begin(content)

    def _chosen(self) -> int | None:
        """Return the place of the chosen drawdown among the worst."""
        row = self.table.currentIndex().row()
        return int(self.table.frame_model.order[row]) if row >= 0 else None

    def _on_row_chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        place = self._chosen() if current.isValid() else None
        self.trades_button.setEnabled(place is not None)
        self.chart.set_bands(self._bands, place)
        if place is not None:
            self.chart.show_span(self._bands[place])

    def _on_band_clicked(self, place: int) -> None:
        row = self.table.frame_model.row_of(place)
        if row is not None:
            self.table.selectRow(row)

    def _on_brushed(self, first: int, last: int) -> None:
        run = self.results.run
        if run is not None:
            self.results.show_subset(entered_between(run, self.chart, first, last))

    def _look_at_trades(self) -> None:
        place, run = self._chosen(), self.results.run
        if place is None or run is None:
            return
        drawdown = self._drawdowns[place]
        from ml4t_desktop.analysis.trades.holding import held_between

        mask = held_between(run.result.trades, drawdown.start, drawdown.trough)
        ids = np.sort(run.result.trades["trade_id"].to_numpy()[mask])
        self.look_at(tr("Held in drawdown {place}, from peak to trough", place=place + 1), ids)

    def _show_whole(self) -> None:
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self.chart.show_all()
