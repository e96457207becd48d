"""The picture of a leak: correlation with past and future returns by lag, with its band of chance."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.axes import PlainAxis, ValueAxis
from ml4t_desktop.plots.legend import Legend
from ml4t_desktop.plots.plot import Plot
from ml4t_desktop.plots.style import brush, colour, pen, spoken, style_pane
from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.wording import mark

Values = NDArray[np.float64]
_ERRORS = 2.0
_LEAST_HEIGHT = 0.06
_WIDTH = 0.7
_EMPTY = np.zeros(0)
_TITLES = (mark("Its value"), mark("Its change since the bar before"))
_HINT = mark("left: returns before, right: returns to come; grey: chance")


class LagAxis(PlainAxis):
    """Lags in bars, with their signs."""

    def __init__(self) -> None:
        super().__init__("bottom")

    def tickValues(  # noqa: D102, N802 (pyqtgraph's)
        self,
        minVal: float,  # noqa: N803 (pyqtgraph's)
        maxVal: float,  # noqa: N803 (pyqtgraph's)
        size: float,  # noqa: ARG002 (pyqtgraph's)
    ) -> list[tuple[float, list[float]]]:
        first, last = int(np.ceil(minVal / 5)) * 5, int(np.floor(maxVal / 5)) * 5
        return [(5.0, [float(lag) for lag in range(first, last + 1, 5)])]

    def tickStrings(  # noqa: D102, N802 (pyqtgraph's)
        self,
        values: list[float],
        scale: float,  # noqa: ARG002 (pyqtgraph's)
        spacing: float,  # noqa: ARG002 (pyqtgraph's)
    ) -> list[str]:
        return [f"{value:+.0f}" if value else tr("own bar") for value in values]


@dataclass(eq=False)
class _Pane:
    """One chart: columns by lag over the band in which chance alone would put them."""

    title: str
    plot: Plot
    bars: Any
    band: Any
    lines: tuple[pg.InfiniteLine, ...]
    legend: Legend
    lags: NDArray[np.int64]
    values: Values
    errors: Values


class LagChart(pg.GraphicsLayoutWidget):
    """Correlation of a column's value, and of its change, with returns by lag.

    Lags right of the middle are the future: what stands out of the band there needs an explanation.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # what was clicked is exported
        self._theme = theme
        self.setAccessibleName(tr("Correlation with past and future returns by lag"))
        grid: Any = self.ci
        grid.setContentsMargins(0, 0, 8, 0)
        self._panes = [self._pane(grid, row, title) for row, title in enumerate(_TITLES)]
        scene: Any = self.scene()
        scene.sigMouseMoved.connect(self._on_mouse_moved)
        self.apply_theme(theme)

    def show_curves(
        self, lags: NDArray[np.int64], curves: tuple[tuple[Values, Values], tuple[Values, Values]]
    ) -> None:
        """Show the correlations and standard errors of value and change.

        Parameters
        ----------
        lags : ndarray of int64, shape (n,)
        curves : two pairs of ndarray of float64, shape (n,)
            NaN where nothing is known.
        """
        for pane, (values, errors) in zip(self._panes, curves, strict=True):
            pane.lags, pane.values, pane.errors = lags, values, errors
            self._draw(pane)
        self._point_at(None)
        self.setAccessibleDescription(spoken(*map(_strongest, self._panes)))

    def drawn(self, pane: int) -> tuple[Values, Values]:
        """Return heights of the columns and half-widths of the band of a chart (0 or 1)."""
        shown = self._panes[pane]
        return shown.bars.opts["height"], _ERRORS * np.nan_to_num(shown.errors)

    def legend(self, pane: int) -> str:
        """Return what a chart (0 or 1) says in words."""
        return self._panes[pane].legend.toPlainText()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setBackground(colour(theme.surface))
        for pane in self._panes:
            style_pane(pane.plot, theme)
            pane.legend.set_colours(colour(theme.text), colour(theme.surface))
            self._draw(pane)
        self._point_at(None)

    def _pane(self, grid: Any, row: int, title: str) -> _Pane:
        plot = Plot(ValueAxis("number"), LagAxis())
        plot.getViewBox().setMouseEnabled(x=False, y=False)
        band = pg.BarGraphItem(x=_EMPTY, height=_EMPTY, width=1.0)
        bars = pg.BarGraphItem(x=_EMPTY, height=_EMPTY, width=_WIDTH)
        for item in (band, bars):
            plot.addItem(item, ignoreBounds=True)
        lines = (pg.InfiniteLine(0.0, angle=0), pg.InfiniteLine(0.5, angle=90))
        for line in lines:
            plot.addItem(line, ignoreBounds=True)
        grid.addItem(plot, row=row, col=0)
        none = np.zeros(0, np.int64)
        return _Pane(title, plot, bars, band, lines, Legend(plot), none, _EMPTY, _EMPTY)

    def _draw(self, pane: _Pane) -> None:
        values, errors, lags = np.nan_to_num(pane.values), np.nan_to_num(pane.errors), pane.lags
        theme = self._theme
        for line in pane.lines:
            line.setPen(pen(theme.muted, 0.8, is_dashed=line.angle == 90))
        if not lags.size:
            return
        names = [
            theme.muted if lag < 0 else theme.accent if lag == 0 else theme.loss for lag in lags
        ]
        fill = [brush(name, 0.85) for name in names]
        none = [pen(name, 0.0) for name in names]
        pane.bars.setOpts(x=lags, height=values, brushes=fill, pens=none)
        wide = 2 * _ERRORS * errors
        grey = brush(theme.muted, 0.18)
        pane.band.setOpts(x=lags, y0=-wide / 2, height=wide, brush=grey, pen=pen(theme.muted, 0.0))
        most = max(
            float(np.abs(values).max(initial=0)), float(wide.max(initial=0)) / 2, _LEAST_HEIGHT
        )
        pane.plot.setYRange(-1.15 * most, 1.15 * most, padding=0)
        reach = int(np.abs(lags).max(initial=1))
        pane.plot.setXRange(-reach - 0.7, reach + 0.7, padding=0)

    def _point_at(self, lag: int | None) -> None:
        for pane in self._panes:
            pane.legend.write(_words(pane, lag, self._theme))

    def _on_mouse_moved(self, position: QPointF) -> None:
        for pane in self._panes:
            box: QRectF = pane.plot.sceneBoundingRect()
            if box.contains(position):
                at = round(pane.plot.getViewBox().mapSceneToView(position).x())
                self._point_at(at if at in pane.lags else None)
                return
        self._point_at(None)

    def leaveEvent(self, ev: Any) -> None:  # noqa: D102, N802 (Qt's)
        self._point_at(None)
        super().leaveEvent(ev)


def _strongest(pane: _Pane) -> str:
    """Return the largest correlation of a chart in words."""
    known = np.flatnonzero(np.isfinite(pane.values))
    if not known.size:
        return ""
    place = known[np.argmax(np.abs(pane.values[known]))]
    lag, value, error = int(pane.lags[place]), pane.values[place], pane.errors[place]
    return tr(
        "{title}: the strongest correlation is {value:+.3f} ± {error:.3f}, "
        "with the return {lag:+d} bars away",
        title=shown(pane.title),
        value=float(value),
        error=float(error),
        lag=lag,
    )


def _words(pane: _Pane, lag: int | None, theme: Theme) -> str:
    """Return the title of a chart and what it shows at a lag, or how to read it."""
    title = f"<b>{shown(pane.title)}</b>"
    if lag is None:
        hint = _HINT if pane.title == _TITLES[0] else ""
        return f"{shown(title)} <span style='color:{theme.muted}'>{shown(hint)}</span>"
    place = int(np.flatnonzero(pane.lags == lag)[0])
    if lag == 0:
        when = tr("its own bar")
    elif lag > 0:
        when = tr_count("{n} bar later", "{n:,} bars later", lag)
    else:
        when = tr_count("{n} bar before", "{n:,} bars before", -lag)
    value, error = pane.values[place], pane.errors[place]
    known = f"<b>{value:+.3f}</b> ± {error:.3f}" if np.isfinite(value) else tr("unknown")
    return tr(
        "{title} <span style='color:{muted}'>and the return of {when}:</span> {known}",
        title=title,
        muted=theme.muted,
        when=when,
        known=known,
    )
