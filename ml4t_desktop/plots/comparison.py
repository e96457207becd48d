"""Several runs in one chart: equity as if each had begun with 100, and the drawdowns below it."""

from typing import Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.bar_items import LineItem
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.plots.style import pen
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.theme import Theme

Values = NDArray[np.float64]
# Lines are told apart by their dashes, too: pixels drawn and left out, and how that looks in a legend.
_DASHES: Final = (
    ((), "━━"),
    ((7, 3), "╍╍"),
    ((2, 2), "┅┅"),
    ((9, 3, 2, 3), "━·"),
    ((14, 4), "━ ━"),
    ((2, 4), "··"),
)
_BASE: Final = 100.0


class RunLine(LineItem):
    """The line of one run.

    Parameters
    ----------
    place : int
        Of the run among those compared, from 0.
    """

    def __init__(self, place: int) -> None:
        self._dashes = _DASHES[place % len(_DASHES)][0]
        super().__init__()

    def set_colour(self, name: str, alpha: float = 1.0, *, is_dashed: bool = False) -> None:
        """Set the colour of the line; its dashes are those of its place."""
        super().set_colour(name, alpha, is_dashed=is_dashed)
        if self._dashes:
            self._pen.setDashPattern([float(part) for part in self._dashes])
        self.update()


class ComparisonChart(PaneStack):
    """Equity of runs, rebased to 100, above their drawdowns; the first run is drawn over the others."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._titles: tuple[str, ...] = ()
        self._curves: dict[int, tuple[Values, ...]] = {}
        self._lines: list[tuple[RunLine, RunLine]] = []
        self._equity_pane = self.add_pane("number", 3)
        self._drawdown_pane = self.add_pane("percent", 2)
        self._base = pg.InfiniteLine(pos=_BASE, angle=0, movable=False)
        self._equity_pane.plot.addItem(self._base, ignoreBounds=True)
        self.apply_theme(theme)

    def set_runs(
        self,
        times: NDArray[np.int64],
        equity: tuple[Values, ...],
        drawdowns: tuple[Values, ...],
        titles: tuple[str, ...],
        *,
        is_zoned: bool = False,
    ) -> None:
        """Show other runs; the part in view stays when the timestamps are the same.

        Parameters
        ----------
        times : ndarray of int64, shape (n,)
            Microseconds since the epoch.
        equity, drawdowns : tuple of ndarray of float64, shape (n,)
            100 at the start, and fractions of zero or less; NaN where a run has none.
        titles : tuple of str
            What the runs are called.
        is_zoned : bool
            Whether the times are moments of UTC.
        """
        is_same = np.array_equal(times, self.calendar.times)
        self._titles = titles
        self._curves = {id(self._equity_pane): equity, id(self._drawdown_pane): drawdowns}
        self._make_lines(len(titles))
        for (above, below), values, depths in zip(self._lines, equity, drawdowns, strict=True):
            above.set_values(values)
            below.set_values(depths)
        self._colour_lines()
        if is_same:
            self.refresh_legends()
            return
        self.set_times(times, is_zoned=is_zoned)
        self.show_all()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the chart."""
        super().apply_theme(theme)
        self._base.setPen(pen(theme.muted, 0.7, is_dashed=True))
        self._colour_lines()
        self.refresh_legends()

    def legend_html(self, pane: Pane, ordinal: int) -> str:
        """Return the value of every run at an ordinal, and its time."""
        muted = self.theme.muted
        title = tr("Equity from 100") if pane is self._equity_pane else tr("Drawdown")
        head = (
            f"<span style='color:{muted}'>{title}, {self.calendar.legend_html(ordinal)}</span><br>"
        )
        parts: list[str] = []
        curves = self._curves.get(id(pane), ())
        for place, (name, values) in enumerate(zip(self._titles, curves, strict=True)):
            mark = _DASHES[place % len(_DASHES)][1]
            value = self._text(pane, float(values[ordinal]))
            parts.append(
                f"<span style='color:{self._colour(place)}'>{mark}</span> {name} <b>{value}</b>"
            )
        return head + " &nbsp; ".join(parts)

    def _text(self, pane: Pane, value: float) -> str:
        if pane is not self._equity_pane or np.isnan(value):
            return pane.values.text_at(value)
        return QLocale().toString(value, "f", 1)

    def _colour(self, place: int) -> str:
        return self.theme.series[place % len(self.theme.series)]

    def _make_lines(self, count: int) -> None:
        panes = (self._equity_pane, self._drawdown_pane)
        while len(self._lines) > count:
            for pane, line in zip(panes, self._lines.pop(), strict=True):
                pane.plot.removeItem(line)
        while len(self._lines) < count:
            place = len(self._lines)
            pair = (RunLine(place), RunLine(place))
            for pane, line in zip(panes, pair, strict=True):
                line.setZValue(20 - place)
                pane.plot.addItem(line)
            self._lines.append(pair)

    def _colour_lines(self) -> None:
        for place, pair in enumerate(self._lines):
            for line in pair:
                line.set_colour(self._colour(place))
