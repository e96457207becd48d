"""The equity chart: equity above its drawdown, with a benchmark and the run it is compared with behind."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.bar_items import LineItem
from ml4t_desktop.plots.drawdown_marks import Band, BandItem
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.plots.style import pen
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme

Values = NDArray[np.float64]
_NONE: Values = np.zeros(0)
_GHOST_ALPHA, _BENCHMARK_ALPHA = 0.75, 0.9
_BENCHMARK_SERIES = 1
_LEAST_MARGIN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A line beside the equity.

    Parameters
    ----------
    title : str
    equity : ndarray of float64, shape (n,)
        Money, at the timestamps of the run; NaN where it has no value.
    drawdown : ndarray of float64, shape (n,)
        Fractions of zero or less; empty when it is not drawn.
    """

    title: str
    equity: Values
    drawdown: Values


class EquityChart(PaneStack):
    """Equity, with its drawdown below; the dashed line is the capital at the start.

    Signals
    -------
    band_clicked : int
        The place of a drawdown among those that are marked, 0 for the worst.
    """

    band_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._equity: Values = _NONE
        self._drawdown: Values = _NONE
        self._ghost: Curve | None = None
        self._benchmark: Curve | None = None
        self._capital_at = 0.0
        self._is_log = False
        self._bands: tuple[Band, ...] = ()
        self._equity_pane = self.add_pane("money", 3)
        self._drawdown_pane = self.add_pane("percent", 1)
        self._equity_line, self._ghost_line, self._benchmark_line = (LineItem() for _ in range(3))
        self._drawdown_area, self._ghost_area = LineItem(is_filled=True), LineItem()
        self._capital = pg.InfiniteLine(angle=0, movable=False)
        self._marks = BandItem(), BandItem(is_numbered=True)
        self._equity_pane.plot.addItem(self._capital, ignoreBounds=True)
        for item in (self._ghost_line, self._benchmark_line, self._equity_line):
            self._equity_pane.plot.addItem(item)
        for item in (self._ghost_area, self._drawdown_area):
            self._drawdown_pane.plot.addItem(item)
        for pane, mark in zip(self.panes, self._marks, strict=True):
            pane.plot.addItem(mark, ignoreBounds=True)
        scene: Any = self.scene()
        scene.sigMouseClicked.connect(self._on_clicked)
        self.apply_theme(theme)

    @property
    def is_log(self) -> bool:
        """Whether equal distances are equal factors."""
        return self._is_log

    def set_curves(
        self,
        times: NDArray[np.int64],
        equity: Values,
        drawdown: Values,
        capital: float,
        ghost: Curve | None = None,
        *,
        is_zoned: bool = False,
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
        ghost : Curve, optional
            The run it is compared with.
        is_zoned : bool
            As `Calendar` takes it.
        """
        is_same = np.array_equal(times, self.calendar.times)
        self._equity, self._drawdown, self._capital_at = equity, drawdown, capital
        self._ghost = ghost
        if self._benchmark is not None and len(self._benchmark.equity) != len(times):
            self._benchmark = None
        self._draw_lines()
        if is_same:
            self.refresh_legends()
            return
        self.set_times(times, is_zoned=is_zoned)
        self.show_all()

    def set_benchmark(self, benchmark: Curve | None) -> None:
        """Show what the run is measured against; None shows nothing."""
        if benchmark is None and self._benchmark is None:
            return
        self._benchmark = benchmark
        self._benchmark_line.set_values(self._scaled(benchmark.equity if benchmark else _NONE))
        self.refresh_legends()

    def set_log(self, *, is_log: bool) -> None:
        """Draw equal factors, or equal amounts, as equal distances."""
        self._is_log = is_log
        self._equity_pane.values.set_log(is_log=is_log)
        self._draw_lines()
        self._equity_pane.plot.getViewBox().updateAutoRange()

    def set_bands(self, bands: tuple[Band, ...], chosen: int | None = None) -> None:
        """Mark drawdowns, the worst first, and stress one of them."""
        self._bands = bands
        for mark in self._marks:
            mark.set_bands(bands, chosen)

    def show_span(self, band: Band) -> None:
        """Show the bars of a drawdown with some room around it."""
        margin = max((band.last - band.first) // 5, _LEAST_MARGIN)
        self.show_range(band.first - margin, band.last + margin)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the chart."""
        super().apply_theme(theme)
        self._equity_line.set_colour(theme.accent)
        self._ghost_line.set_colour(theme.muted, _GHOST_ALPHA)
        self._ghost_area.set_colour(theme.muted, _GHOST_ALPHA)
        self._benchmark_line.set_colour(
            theme.series[_BENCHMARK_SERIES], _BENCHMARK_ALPHA, is_dashed=True
        )
        self._drawdown_area.set_colour(theme.loss)
        self._capital.setPen(pen(theme.muted, 0.7, is_dashed=True))
        for mark in self._marks:
            mark.set_colours(theme.loss, theme.muted)
        self.refresh_legends()

    def legend_html(self, pane: Pane, ordinal: int) -> str:
        """Return equity or drawdown at an ordinal with those beside it, and its time."""
        is_equity = pane is self._equity_pane
        values, title = (
            (self._equity, tr("Equity")) if is_equity else (self._drawdown, tr("Drawdown"))
        )
        parts = [(title, values, self.theme.accent if is_equity else self.theme.loss)]
        for curve, tint in (
            (self._benchmark, self.theme.series[_BENCHMARK_SERIES]),
            (self._ghost, self.theme.muted),
        ):
            if curve is not None:
                parts.append(
                    (shown(curve.title), curve.equity if is_equity else curve.drawdown, tint)
                )
        muted = self.theme.muted
        text = " &nbsp; ".join(
            f"<span style='color:{tint}'>{name}</span> <b>{pane.values.text_at(float(line[ordinal]))}</b>"
            for name, line, tint in parts
            if ordinal < len(line)
        )
        return (
            f"{text} &nbsp; <span style='color:{muted}'>{self.calendar.legend_html(ordinal)}</span>"
        )

    def summary(self) -> str:
        """Return where the equity began and ended, its highest value, and the worst drawdown."""
        if not self._equity.size or self._equity.size != self.count:
            return ""
        money, percent = self._equity_pane.values.text_at, self._drawdown_pane.values.text_at
        first, last = (self.calendar.full_text(place) for place in (0, self.count - 1))
        begun, ended, most = self._equity[0], self._equity[-1], np.nanmax(self._equity)
        worst = np.nanmin(self._drawdown) if self._drawdown.size else 0.0
        return tr(
            "Equity from {begun} on {first} to {ended} on {last}, {most} at its highest, "
            "worst drawdown {worst}",
            begun=money(float(begun)),
            first=first,
            ended=money(float(ended)),
            last=last,
            most=money(float(most)),
            worst=percent(float(worst)),
        )

    def _draw_lines(self) -> None:
        ghost, benchmark = self._ghost, self._benchmark
        self._equity_line.set_values(self._scaled(self._equity))
        self._ghost_line.set_values(self._scaled(ghost.equity if ghost else _NONE))
        self._benchmark_line.set_values(self._scaled(benchmark.equity if benchmark else _NONE))
        self._ghost_area.set_values(ghost.drawdown if ghost else _NONE)
        self._drawdown_area.set_values(self._drawdown)
        self._capital.setPos(
            np.log10(self._capital_at)
            if self._is_log and self._capital_at > 0
            else self._capital_at
        )

    def _scaled(self, values: Values) -> Values:
        """Return what is drawn for values; on a log scale those that are not positive are gaps."""
        if not self._is_log:
            return values
        return np.log10(values, out=np.full(len(values), np.nan), where=values > 0)

    def _on_clicked(self, event: Any) -> None:
        """Tell which drawdown was clicked, in the chart of drawdowns."""
        plot = self._drawdown_pane.plot
        is_inside = plot.sceneBoundingRect().contains(event.scenePos())
        if event.button() != Qt.MouseButton.LeftButton or not is_inside:
            return
        at = plot.getViewBox().mapSceneToView(event.scenePos()).x()
        for place, band in enumerate(self._bands):
            if band.first <= at <= band.last:
                event.accept()
                self.band_clicked.emit(place)
                return
