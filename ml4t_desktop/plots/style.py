"""The look of every chart: options set once before the first widget, panes in the colours of the theme."""

import os
from typing import Any

os.environ.setdefault(
    "PYQTGRAPH_QT_LIB", "PySide6"
)  # pyqtgraph would take PyQt6 where it is installed

import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF, QPen
from PySide6.QtWidgets import QApplication

from ml4t_desktop.plots.colours import brush, colour, ink_on, mixed, pen, spoken
from ml4t_desktop.session.theme import Theme

__all__ = ["brush", "colour", "ink_on", "mixed", "pen", "prepare_pane", "spoken", "style_pane"]

pg.setConfigOptions(antialias=False, useOpenGL=False, exitCleanup=False)

_GRID_ALPHA = 255
_AXIS_SAMPLE = "-000.00k"


def style_pane(pane: Any, theme: Theme) -> None:
    """Give a plot item the colours of a theme, and axes of one width so that panes line up."""
    pane.getViewBox().setBackgroundColor(None)
    width = QFontMetricsF(QApplication.font()).horizontalAdvance(_AXIS_SAMPLE) + 12
    for name in ("left", "bottom"):
        axis = pane.getAxis(name)
        axis.setPen(QPen(colour(theme.grid)))
        axis.setTextPen(QPen(colour(theme.muted)))
        axis.setTickPen(QPen(colour(theme.grid)))
        axis.setGrid(_GRID_ALPHA)
        axis.setStyle(tickLength=0)
        axis.setZValue(-100)  # the grid lies behind the data
    pane.getAxis("left").setWidth(width)


def prepare_pane(pane: Any, padding: float) -> None:
    """Set how a pane moves: the wheel and the mouse act along time, the value axis follows what is seen.

    `padding` is the share of the height left free above and below.
    """
    box = pane.getViewBox()
    box.setMouseEnabled(x=True, y=False)
    box.setAutoVisible(y=True)
    box.enableAutoRange(y=True, x=False)
    box.setDefaultPadding(padding)
