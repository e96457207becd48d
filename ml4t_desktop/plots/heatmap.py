"""A statistic over one or two numbers: cells to click, or a line."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from ml4t_desktop.plots.plot import Plot, PlotView
from ml4t_desktop.plots.style import brush, colour, ink_on, pen
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.plain_tables import PlainTable
from ml4t_desktop.session.theme import Theme

_MOST_TEXTS = 400
_MOST_TICKS = 14


class Heatmap(PlotView):
    """Cells with their values written in them; of one axis alone a line with its points.

    Arrow keys go from cell to cell, Enter chooses one as a click does.

    Signals
    -------
    cell_chosen : int, int
        Place along the first and along the second axis.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Plot(), parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # what was clicked is exported
        self.setObjectName("sweep_heatmap")
        self.setAccessibleName(tr("The statistic over the numbers that vary"))
        self._theme = theme
        self._values: NDArray[np.float64] = np.zeros((0, 0))
        self._texts: list[str] = []
        self._axes: tuple[tuple[str, Sequence[str]], ...] = ()
        self._best: tuple[int, int] | None = None
        self._at: tuple[int, int] | None = None
        self._items: list[Any] = []
        scene: Any = self.scene()
        self.plot.getViewBox().setMouseEnabled(x=False, y=False)
        scene.sigMouseClicked.connect(self._on_clicked)
        self.apply_theme(theme)

    def show_values(
        self,
        values: NDArray[np.float64],
        texts: Sequence[str],
        axes: Sequence[tuple[str, Sequence[str]]],
        best: tuple[int, int] | None,
    ) -> None:
        """Show values.

        Parameters
        ----------
        values : ndarray of float64, shape (n, m)
            NaN where there is none; m is 1 for one axis alone.
        texts : sequence of str
            The values in words, row by row.
        axes : sequence of (str, sequence of str)
            Title and ticks of each axis.
        best : tuple of int or None
            The cell that is marked.
        """
        if values.shape != self._values.shape:
            self._at = None
        self._values, self._texts, self._best = values, list(texts), best
        self._axes = tuple((title, list(ticks)) for title, ticks in axes)
        self.setAccessibleDescription(self._described())
        self._draw()

    @property
    def values(self) -> NDArray[np.float64]:
        """What is shown."""
        return self._values

    def plain_table(self) -> PlainTable:
        """Return the values, a row for each value of the first number that was varied."""
        first = self._axes[0] if self._axes else ("", ())
        second = self._axes[1][1] if len(self._axes) > 1 else ("",)
        rows = zip(first[1], self._values.tolist(), strict=True)
        return PlainTable(
            headers=(first[0], *second), rows=tuple((name, *values) for name, values in rows)
        )

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setBackground(QColor(theme.surface))
        for name in ("left", "bottom"):
            axis = self.plot.getAxis(name)
            axis.setPen(pen(theme.grid))
            axis.setTextPen(pen(theme.muted))
            axis.setStyle(tickLength=0)
        self._draw()

    @property
    def cell(self) -> tuple[int, int] | None:
        """The cell the arrow keys have come to."""
        return self._at

    def _described(self) -> str:
        """Return the cell the keys have come to, the one that is marked, and the range in words."""
        known = self._values[np.isfinite(self._values)]
        if not known.size or not self._axes:
            return ""
        told = [self._told(cell) for cell in (self._at, self._best) if cell is not None]
        ends = [self._told(self._place_of(end(known))) for end in (np.min, np.max)]
        return ". ".join(dict.fromkeys((*told, *ends)))

    def _place_of(self, value: float) -> tuple[int, int]:
        row, column = np.argwhere(self._values == value)[0]
        return int(row), int(column)

    def _told(self, cell: tuple[int, int]) -> str:
        places = [
            f"{title} {ticks[place]}"
            for (title, ticks), place in zip(self._axes, cell, strict=False)
        ]
        text = self._texts[cell[0] * self._values.shape[1] + cell[1]]
        return f"{', '.join(places)}: {text}"

    def _draw(self) -> None:
        pane = self.plot
        for item in self._items:
            pane.removeItem(item)
        self._items = []
        if not self._values.size or not self._axes:
            return
        self._label("bottom", self._axes[0])
        if self._values.shape[1] == 1:
            self._draw_line()
        else:
            self._label("left", self._axes[1])
            self._draw_cells()

    def _draw_line(self) -> None:
        theme, values = self._theme, self._values[:, 0]
        places = np.arange(values.size, dtype=float)
        known = np.isfinite(values)
        if self._at is not None:
            line = pg.InfiniteLine(self._at[0], angle=90, movable=False)
            line.setPen(pen(theme.muted, is_dashed=True))
            self._add(line)
        points = pg.PlotDataItem(
            places[known],
            values[known],
            pen=pen(theme.accent),
            symbol="o",
            symbolSize=9,
            symbolBrush=brush(theme.accent),
            symbolPen=pen(theme.surface),
        )
        if known.any():  # a scatter of nothing has no bounds
            self._add(points)
        if self._best is not None:
            place = self._best[0]
            mark = pg.ScatterPlotItem(
                [place], [values[place]], symbol="o", size=17, brush=None, pen=pen(theme.text)
            )
            self._add(mark)
        pane = self.plot
        pane.getAxis("left").setTicks(None)
        pane.getAxis("left").setLabel("")
        pane.setXRange(-0.5, values.size - 0.5, padding=0.0)
        if known.any():
            low, high = float(values[known].min()), float(values[known].max())
            room = max(high - low, 1e-9) * 0.12
            pane.setYRange(low - room, high + room, padding=0.0)

    def _draw_cells(self) -> None:
        theme, values = self._theme, self._values
        image = pg.ImageItem(self._colours(), axisOrder="col-major")
        image.setRect(QRectF(-0.5, -0.5, values.shape[0], values.shape[1]))
        self._add(image)
        if values.size <= _MOST_TEXTS:
            for place, text in enumerate(self._texts):
                row, column = divmod(place, values.shape[1])
                self._add(self._text_of(text, row, column))
        for cell, is_dashed in ((self._best, False), (self._at, True)):
            if cell is None:
                continue
            row, column = cell
            x = [row - 0.5, row + 0.5, row + 0.5, row - 0.5, row - 0.5]
            y = [column - 0.5, column - 0.5, column + 0.5, column + 0.5, column - 0.5]
            frame = pen(theme.text, is_dashed=is_dashed)
            frame.setWidth(2)
            self._add(pg.PlotDataItem(x, y, pen=frame))
        pane = self.plot
        pane.setXRange(-0.5, values.shape[0] - 0.5, padding=0.0)
        pane.setYRange(-0.5, values.shape[1] - 0.5, padding=0.0)

    def _text_of(self, text: str, row: int, column: int) -> Any:
        ground = QColor(*(int(part) for part in self._colours()[row, column][:3]))
        item = pg.TextItem(text, color=ink_on(ground, self._theme), anchor=(0.5, 0.5))
        item.setPos(row, column)
        return item

    def _share(self, value: float) -> float:
        known = self._values[np.isfinite(self._values)]
        if not known.size or not np.isfinite(value):
            return 0.0
        low, high = float(known.min()), float(known.max())
        return 0.5 if high <= low else (float(value) - low) / (high - low)

    def _colours(self) -> NDArray[np.uint8]:
        """Return the colours of the cells, from the surface to the accent of the theme."""
        ends = [
            np.array([ink.red(), ink.green(), ink.blue()], float)
            for ink in (colour(self._theme.surface), colour(self._theme.accent))
        ]
        shown = np.zeros((*self._values.shape, 4), np.uint8)
        for place, value in np.ndenumerate(self._values):
            share = 0.08 + 0.92 * self._share(value)
            shown[place][:3] = ends[0] + (ends[1] - ends[0]) * share
            shown[place][3] = 255 if np.isfinite(value) else 0
        return shown

    def _label(self, side: str, axis: tuple[str, Sequence[str]]) -> None:
        title, ticks = axis
        every = max(1, -(-len(ticks) // _MOST_TICKS))
        written = [(place, text) for place, text in enumerate(ticks) if place % every == 0]
        item = self.plot.getAxis(side)
        item.setTicks([written])
        item.setLabel(shown(title), color=self._theme.muted)
        if side == "left":
            font = QFontMetricsF(QApplication.font())
            width = max((font.horizontalAdvance(text) for text in ticks), default=0.0)
            item.setWidth(int(width + font.height() + 22))

    def _add(self, item: Any) -> None:
        self.plot.addItem(item)
        self._items.append(item)

    def _on_clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._values.size:
            return
        point = self.plot.getViewBox().mapSceneToView(event.scenePos())
        row = int(np.clip(round(point.x()), 0, self._values.shape[0] - 1))
        column = int(np.clip(round(point.y()), 0, self._values.shape[1] - 1))
        self.cell_chosen.emit(row, column if self._values.shape[1] > 1 else 0)

    # Qt

    def keyPressEvent(self, ev: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        keys = Qt.Key
        steps = {
            keys.Key_Left: (-1, 0),
            keys.Key_Right: (1, 0),
            keys.Key_Down: (0, -1),
            keys.Key_Up: (0, 1),
        }
        step = steps.get(Qt.Key(ev.key()))
        if not self._values.size:
            super().keyPressEvent(ev)
        elif step is not None:
            at = self._at or self._best or (0, 0)
            ends = self._values.shape
            moved = [min(max(a + b, 0), end - 1) for a, b, end in zip(at, step, ends, strict=True)]
            self._at = (moved[0], moved[1]) if self._at is not None else at
            self.setAccessibleDescription(self._described())
            self._draw()
        elif ev.key() in (keys.Key_Return, keys.Key_Enter) and self._at is not None:
            self.cell_chosen.emit(*self._at)
        else:
            super().keyPressEvent(ev)
