"""One chart with its two axes, without the widgets that pyqtgraph's own makes for a menu nobody can open.

Its `PlotItem` comes with some sixty check boxes, sliders and menus. They take most of the time in which a
chart is made, and are styled anew with every change of the theme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyqtgraph as pg
from PySide6.QtWidgets import QGraphicsGridLayout, QSizePolicy

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_BOX: Final = (2, 1)
_PLACES: Final = {"left": (2, 0), "bottom": (3, 1)}  # row and column, as in pyqtgraph
_OVER_IMAGES: Final = 0.5
_MARGIN: Final = 1.0
_WIDE: Final = 100


class Plot(pg.GraphicsWidget):
    """A box in which items are drawn, with an axis at its left and one below.

    Parameters
    ----------
    left, bottom : AxisItem, optional
        The axes; those of pyqtgraph without them.
    is_thinned : bool
        Whether lines draw no more points than there are pixels, and only those in view.
    """

    def __init__(
        self,
        left: pg.AxisItem | None = None,
        bottom: pg.AxisItem | None = None,
        *,
        is_thinned: bool = False,
    ) -> None:
        super().__init__()
        self._is_thinned = is_thinned
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        grid = QGraphicsGridLayout()
        grid.setSpacing(0)
        grid.setRowStretchFactor(_BOX[0], _WIDE)
        grid.setColumnStretchFactor(_BOX[1], _WIDE)
        self.setLayout(grid)
        self._grid = grid
        self.leave_above(0.0)
        self._box: Any = pg.ViewBox(parent=self, enableMenu=False)
        grid.addItem(self._box, *_BOX)
        self._axes: dict[str, Any] = {
            "left": left or pg.AxisItem("left"),
            "bottom": bottom or pg.AxisItem("bottom"),
        }
        for side, axis in self._axes.items():
            axis.linkToView(self._box)
            grid.addItem(axis, *_PLACES[side])
            axis.setZValue(_OVER_IMAGES)
            axis.setFlag(axis.GraphicsItemFlag.ItemNegativeZStacksBehindParent)

    def implements(self, interface: str | None = None) -> bool:
        """Return whether it is what pyqtgraph asks for: something with a box that shows its items."""
        return interface == "ViewBoxWrapper"

    def leave_above(self, height: float) -> None:
        """Leave so many pixels free above what is drawn."""
        self._grid.setContentsMargins(_MARGIN, _MARGIN + height, _MARGIN, _MARGIN)

    # What is called as in pyqtgraph can be used as there.

    def getViewBox(self) -> Any:  # noqa: D102, N802 (pyqtgraph's)
        return self._box

    def getAxis(self, name: str) -> Any:  # noqa: D102, N802 (pyqtgraph's)
        return self._axes[name]

    def addItem(self, item: Any, *, ignoreBounds: bool = False) -> None:  # noqa: D102, N802, N803 (pyqtgraph's)
        self._box.addItem(item, ignoreBounds=ignoreBounds)
        if self._is_thinned and isinstance(item, pg.PlotDataItem):
            item.setDownsampling(auto=True, method="peak")
            item.setClipToView(True)

    def removeItem(self, item: Any) -> None:  # noqa: D102, N802 (pyqtgraph's)
        self._box.removeItem(item)

    def setXRange(self, low: float, high: float, padding: float) -> None:  # noqa: D102, N802 (pyqtgraph's)
        self._box.setXRange(low, high, padding=padding)

    def setYRange(self, low: float, high: float, padding: float) -> None:  # noqa: D102, N802 (pyqtgraph's)
        self._box.setYRange(low, high, padding=padding)


class PlotView(pg.GraphicsView):
    """A widget with one plot."""

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.enableMouse(False)  # noqa: FBT003 (pyqtgraph's)
        self.plot = plot
        self.setCentralItem(plot)
