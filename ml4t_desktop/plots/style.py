"""The look of every chart: options set once before the first widget, pens and colours from the theme."""

import os
from typing import Any

os.environ.setdefault(
    "PYQTGRAPH_QT_LIB", "PySide6"
)  # pyqtgraph would take PyQt6 where it is installed

import pyqtgraph as pg
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPen
from PySide6.QtWidgets import QApplication

from ml4t_desktop.session.theme import Theme

pg.setConfigOptions(antialias=False, useOpenGL=False, exitCleanup=False)

_GRID_ALPHA = 255
_AXIS_SAMPLE = "-000.00k"


def colour(name: str, alpha: float = 1.0) -> QColor:
    """Return a colour of the theme with a share of opacity, 0 to 1."""
    shade = QColor(name)
    shade.setAlphaF(alpha)
    return shade


def pen(name: str, alpha: float = 1.0, *, is_dashed: bool = False) -> QPen:
    """Return a pen one pixel wide at any zoom; wider ones cost many times the drawing time."""
    line = QPen(colour(name, alpha))
    line.setCosmetic(True)
    line.setWidth(1)
    if is_dashed:
        line.setDashPattern([4, 4])
    return line


def brush(name: str, alpha: float = 1.0) -> QBrush:
    """Return a filling."""
    return QBrush(colour(name, alpha))


def ink_on(ground: QColor, theme: Theme) -> QColor:
    """Return the colour in which words are read best on a ground: that of texts, or that of surfaces."""
    inks = QColor(theme.text), QColor(theme.surface)
    return max(inks, key=lambda ink: _contrast(ink, ground))


def mixed(below: QColor, above: QColor) -> QColor:
    """Return what is seen of a colour that lets through some of another one below it."""
    share = above.alphaF()
    pairs = zip(_parts(below), _parts(above), strict=True)
    return QColor.fromRgbF(*(low + (high - low) * share for low, high in pairs))


def spoken(*parts: str) -> str:
    """Return parts of what a chart says as one text that can be read aloud."""
    texts = (" ".join(part.split()) for part in parts)
    return ". ".join(text.rstrip(".") for text in texts if text)


def _contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2 defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _parts(shade: QColor) -> tuple[float, float, float]:
    return shade.redF(), shade.greenF(), shade.blueF()


def _luminance(shade: QColor) -> float:
    parts = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(shade)
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


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
    box.setMenuEnabled(False)
    pane.setMenuEnabled(False)
    pane.hideButtons()
