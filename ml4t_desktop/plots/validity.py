"""Pictures of what a result is worth: the cone of other histories, other assumptions, and luck."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.axes import PlainAxis, ValueAxis, round_levels
from ml4t_desktop.plots.bar_items import LineItem
from ml4t_desktop.plots.legend import Legend
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.plots.plot import Plot
from ml4t_desktop.plots.style import brush, colour, pen, spoken, style_pane
from ml4t_desktop.session.formats import compact
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme

Values = NDArray[np.float64]
_BINS = 24
_PIXELS_PER_LABEL = 60.0
_MICROSECONDS_PER_DAY = 86_400_000_000


class ConeChart(PaneStack):
    """Equity of the run over the ranges that redrawn histories lie in."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(tr("Equity and the range of redrawn histories"))
        self._pane = self.add_pane("money", 3)
        self._edges = [
            pg.PlotCurveItem() for _ in range(5)
        ]  # a band between items that thin out is not drawn
        self._bands = [
            pg.FillBetweenItem(self._edges[0], self._edges[4]),
            pg.FillBetweenItem(self._edges[1], self._edges[3]),
        ]
        for item in (*self._bands, *self._edges):
            self._pane.plot.addItem(item)
        self._own = LineItem()
        self._pane.plot.addItem(self._own)
        self._cone: Values = np.zeros((5, 0))
        self._equity: Values = np.zeros(0)
        self.apply_theme(theme)

    def show_cone(self, days: NDArray[np.int64], cone: Values, equity: Values) -> None:
        """Show equity at some days and the 5th, 25th, 50th, 75th and 95th percentile of other histories.

        Parameters
        ----------
        days : ndarray of int64, shape (m,)
            Days since 1970-01-01.
        cone : ndarray of float64, shape (5, m)
        equity : ndarray of float64, shape (m,)
        """
        self._cone, self._equity = cone, equity
        places = np.arange(days.size)
        for edge, values in zip(self._edges, cone, strict=True):
            edge.setData(places, values)
        self._own.set_values(equity)
        self.set_times(days * _MICROSECONDS_PER_DAY)
        self.show_all()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        super().apply_theme(theme)
        for band, alpha in zip(self._bands, (0.12, 0.22), strict=True):
            band.setBrush(brush(theme.muted, alpha))
        for edge, alpha in zip(self._edges, (0.25, 0.0, 0.9, 0.0, 0.25), strict=True):
            edge.setPen(pen(theme.muted, alpha, is_dashed=alpha > 0.5))
        self._own.set_colour(theme.accent)
        self.refresh_legends()

    def legend_html(self, pane: Pane, ordinal: int) -> str:
        """Return equity and the range of the histories at a point."""
        if ordinal >= self._equity.size:
            return ""
        locale = QLocale()
        low, middle, high = (compact(float(self._cone[i, ordinal]), locale) for i in (0, 2, 4))
        own = pane.values.text_at(float(self._equity[ordinal]))
        muted = self.theme.muted
        return tr(
            "<span style='color:{accent}'>This run</span> <b>{own}</b><br><span "
            "style='color:{muted}'>90 % of histories {low} to {high}<br>half of them below "
            "{middle}</span>",
            accent=self.theme.accent,
            own=own,
            muted=muted,
            low=low,
            high=high,
            middle=middle,
        )


@dataclass(frozen=True, slots=True, eq=False)
class NamedLine:
    """A line of a chart with what it is called."""

    title: str
    values: Values


class VariantChart(PaneStack):
    """Equity under several assumptions, in one chart; the first is drawn on top."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setAccessibleName(tr("Equity under other assumptions"))
        self._pane = self.add_pane("money", 3)
        self._lines: tuple[NamedLine, ...] = ()
        self._items: list[LineItem] = []
        self.apply_theme(theme)

    def show_lines(
        self, times: NDArray[np.int64], lines: tuple[NamedLine, ...], *, is_zoned: bool = False
    ) -> None:
        """Show lines over the same timestamps (microseconds since the epoch)."""
        while len(self._items) < len(lines):
            item = LineItem()
            item.setZValue(20 - len(self._items))
            self._pane.plot.addItem(item)
            self._items.append(item)
        self._lines = lines
        for number, item in enumerate(self._items):
            is_used = number < len(lines)
            item.setVisible(is_used)
            if is_used:
                item.set_values(lines[number].values)
        self.set_times(times, is_zoned=is_zoned)
        self._colour()
        self.show_all()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        super().apply_theme(theme)
        self._colour()
        self.refresh_legends()

    def legend_html(self, pane: Pane, ordinal: int) -> str:  # noqa: ARG002 (there is one pane)
        """Return the title of every line with its value at a point."""
        locale = QLocale()
        parts = [
            f"<span style='color:{self._colour_of(number)}'>{_unbroken(shown(line.title))}</span>&nbsp;"
            f"<b>{compact(float(line.values[ordinal]), locale)}</b>&nbsp;&nbsp;&nbsp;"
            for number, line in enumerate(self._lines)
            if ordinal < line.values.size
        ]
        return " ".join(parts)

    def _colour_of(self, number: int) -> str:
        return self.theme.series[number % len(self.theme.series)]

    def _colour(self) -> None:
        for number, item in enumerate(getattr(self, "_items", [])):
            item.set_colour(self._colour_of(number))


class PercentAxis(PlainAxis):
    """Fractions written in per cent, along the bottom."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._texts_of = ValueAxis("percent")

    def tickValues(  # noqa: D102, N802 (pyqtgraph's)
        self,
        minVal: float,  # noqa: N803 (pyqtgraph's)
        maxVal: float,  # noqa: N803 (pyqtgraph's)
        size: float,
    ) -> list[tuple[float, list[float]]]:
        return round_levels(minVal, maxVal, size, _PIXELS_PER_LABEL)

    def tickStrings(  # noqa: D102, N802 (pyqtgraph's)
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        return self._texts_of.tickStrings(values, scale, spacing)


class LuckChart(pg.GraphicsLayoutWidget):
    """How often runs with signals that know nothing made how much, and where the run itself lies."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # what was clicked is exported
        self._theme = theme
        self.setAccessibleName(tr("Total return of runs with signals that know nothing"))
        grid: Any = self.ci
        grid.setContentsMargins(0, 0, 8, 0)
        self._plot = Plot(ValueAxis("number"), PercentAxis())
        self._plot.getViewBox().setMouseEnabled(x=False, y=False)
        grid.addItem(self._plot)
        self._bars: Any = pg.BarGraphItem(x=np.zeros(0), height=np.zeros(0), width=1.0)
        self._own = pg.InfiniteLine(0.0, angle=90, movable=False)
        self._own.setVisible(False)
        self._plot.addItem(self._bars, ignoreBounds=True)
        self._plot.addItem(self._own, ignoreBounds=True)
        self._legend = Legend(self._plot)
        self._returns: Values = np.zeros(0)
        self._text = ""
        self.apply_theme(theme)

    def show_returns(self, returns: Values, own: float, text: str) -> None:
        """Show the total returns of many runs, that of the run itself, and a line of text."""
        self._returns, self._text = returns, text
        self._own.setPos(own)
        self._own.setVisible(bool(returns.size))
        heights = np.zeros(0)
        if returns.size:
            heights, edges = np.histogram(returns, _BINS)
            width = float(edges[1] - edges[0])
            self._bars.setOpts(x=(edges[:-1] + edges[1:]) / 2, height=heights, width=width * 0.92)
            low, high = min(edges[0], own), max(edges[-1], own)
            self._plot.setXRange(low - width, high + width, padding=0)
            self._plot.setYRange(0, max(float(heights.max()) * 1.06, 1.0), padding=0)
        else:
            self._bars.setOpts(x=np.zeros(0), height=np.zeros(0), width=1.0)
        for side in ("left", "bottom"):  # an axis along nothing would only puzzle
            self._plot.getAxis(side).setVisible(bool(returns.size))
        self._show_text()

    @property
    def drawn(self) -> Values:
        """Heights of the columns."""
        return np.asarray(self._bars.opts["height"])

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setBackground(colour(theme.surface))
        style_pane(self._plot, theme)
        self._bars.setOpts(brush=brush(theme.muted, 0.5), pen=pen(theme.muted, 0.0))
        self._own.setPen(pen(theme.accent))
        self._legend.set_colours(colour(theme.text), colour(theme.surface))
        self._show_text()

    def _show_text(self) -> None:
        self._legend.write(self._text)
        self.setAccessibleDescription(spoken(self._legend.toPlainText()))


def _unbroken(text: str) -> str:
    """Return a text that stays on one line."""
    return text.replace(" ", "&nbsp;")
