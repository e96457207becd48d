"""The equity chart: equity above its drawdown."""

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.bar_items import LineItem
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.plots.style import pen
from ml4t_desktop.session.theme import Theme

Values = NDArray[np.float64]


class EquityChart(PaneStack):
    """Equity, with its drawdown below; the dashed line is the capital at the start."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._equity: Values = np.zeros(0)
        self._drawdown: Values = np.zeros(0)
        self._equity_pane = self.add_pane("money", 3)
        self._drawdown_pane = self.add_pane("percent", 1)
        self._equity_line = LineItem()
        self._drawdown_area = LineItem(is_filled=True)
        self._capital = pg.InfiniteLine(angle=0, movable=False)
        self._equity_pane.plot.addItem(self._capital, ignoreBounds=True)
        self._equity_pane.plot.addItem(self._equity_line)
        self._drawdown_pane.plot.addItem(self._drawdown_area)
        self.apply_theme(theme)

    def set_curves(
        self, times: NDArray[np.int64], equity: Values, drawdown: Values, capital: float
    ) -> None:
        """Show another run; the part in view stays when the timestamps are the same.

        Parameters
        ----------
        times : ndarray of int64, shape (n,)
            Microseconds since the epoch.
        equity, drawdown : ndarray of float64, shape (n,)
            Money, and fractions of zero or less.
        capital : float
            Money at the start.
        """
        is_same = np.array_equal(times, self.calendar.times)
        self._equity, self._drawdown = equity, drawdown
        self._equity_line.set_values(equity)
        self._drawdown_area.set_values(drawdown)
        self._capital.setPos(capital)
        if is_same:
            self.refresh_legends()
            return
        self.set_times(times)
        self.show_all()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the chart."""
        super().apply_theme(theme)
        self._equity_line.set_colour(theme.accent)
        self._drawdown_area.set_colour(theme.loss)
        self._capital.setPen(pen(theme.muted, 0.7, is_dashed=True))
        self.refresh_legends()

    def legend_html(self, pane: Pane, ordinal: int) -> str:
        """Return equity or drawdown at an ordinal, and its time."""
        values, title = (
            (self._equity, "Equity") if pane is self._equity_pane else (self._drawdown, "Drawdown")
        )
        when = self.calendar.full_text(ordinal)
        muted = self.theme.muted
        return (
            f"<span style='color:{muted}'>{title}</span> <b>{pane.values.text_at(float(values[ordinal]))}</b>"
            f" <span style='color:{muted}'>{when}</span>"
        )
