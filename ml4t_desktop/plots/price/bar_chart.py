"""The price chart without trades, with one bar marked."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.price.asset_bars import AssetBars, TradeMarks
from ml4t_desktop.plots.price.chart import PriceChart
from ml4t_desktop.plots.style import brush, pen
from ml4t_desktop.session.theme import Theme

_AROUND = 40


class BarChart(PriceChart):
    """One asset's bars around a time that is marked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._mark: Any = pg.LinearRegionItem(movable=False)
        super().__init__(theme, parent)
        self._mark.setZValue(-50)
        self._mark.setVisible(False)
        self.panes[0].plot.addItem(self._mark, ignoreBounds=True)

    @property
    def marked(self) -> tuple[float, float] | None:
        """The stretch of ordinals that is marked."""
        return self._mark.getRegion() if self._mark.isVisible() else None

    def show_bars(self, bars: AssetBars) -> None:
        """Show an asset."""
        self.set_asset(bars, _NO_MARKS)

    def mark(self, time_us: int) -> None:
        """Mark a time and show the bars around it; between two bars when there is none at it."""
        if self.bars is None:
            return
        times = self.bars.times
        place = int(np.searchsorted(times, time_us))
        is_there = place < times.size and int(times[place]) == time_us
        middle = float(place) if is_there else place - 0.5
        self._mark.setRegion((middle - 0.5, middle + 0.5))
        self._mark.setVisible(True)
        self.show_range(max(middle - _AROUND, -1), min(middle + _AROUND, times.size))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the chart."""
        super().apply_theme(theme)
        self._mark.setBrush(brush(theme.warning, 0.25))
        for line in self._mark.lines:
            line.setPen(pen(theme.warning))


def _no_marks() -> TradeMarks:
    whole, flags, numbers = np.zeros(0, np.int64), np.zeros(0, np.bool_), np.zeros(0)
    return TradeMarks(
        trade_id=whole,
        is_long=flags,
        is_open=flags,
        entry=whole,
        exit=whole,
        entry_decision=whole,
        exit_decision=whole,
        entry_price=numbers,
        exit_price=numbers,
        pnl=numbers,
    )


_NO_MARKS = _no_marks()
