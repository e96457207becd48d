"""A chart as a picture: PNG at twice its size on screen, or SVG."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QGraphicsView, QWidget

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.plots.painted.chart import PaintedChart
from ml4t_desktop.plots.painted.month_heatmap import MonthHeatmap
from ml4t_desktop.session.language import shown, tr

IMAGE_SUFFIXES: Final = (".png", ".svg")
CHARTS: Final = (QGraphicsView, PaintedChart, MonthHeatmap)
_SCALE = 2


def is_seen(widget: QWidget) -> bool:
    """Return whether any of a widget is on screen; what a scroll area shows is drawn on its viewport."""
    drawn = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    return widget.isVisible() and not drawn.visibleRegion().isEmpty()


def charts_in(panel: QWidget) -> list[QWidget]:
    """Return the charts of a panel that are seen, as one reads them: by rows."""
    found = [
        chart
        for chart in panel.findChildren(QWidget)
        if isinstance(chart, CHARTS) and is_seen(chart) and not isinstance(chart.parent(), CHARTS)
    ]

    def place(chart: QWidget) -> tuple[int, int]:
        at = chart.mapTo(panel, QPoint(0, 0))
        return at.y(), at.x()

    return sorted(found, key=place)


def chart_image(chart: QWidget) -> QImage:
    """Return a chart as it is on screen, at twice the resolution."""
    size = _size(chart)
    image = QImage(size * _SCALE, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(_SCALE)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint(chart, painter)
    painter.end()
    return image


def save_chart(chart: QWidget, path: Path, title: str) -> None:
    """Write a chart as it is on screen; the ending of the name, one of `IMAGE_SUFFIXES`, says as what.

    Raises
    ------
    InputError
        If the ending is another one.
    OSError
        If the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in IMAGE_SUFFIXES:
        what = (
            tr("the name ends with {suffix!r}", suffix=suffix)
            if suffix
            else tr("the name has no ending")
        )
        raise InputError(Problem(what=what, where=path.name, fix=tr("end it with .png or .svg")))
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{suffix}")
    try:
        if suffix == ".png":
            is_written = chart_image(chart).save(str(temporary))
        else:
            is_written = _write_svg(chart, temporary, title)
        if not is_written:
            message = tr("cannot write {path}", path=path)
            raise OSError(message)
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _size(chart: QWidget) -> QSize:
    return chart.viewport().size() if isinstance(chart, QGraphicsView) else chart.size()


def _paint(chart: QWidget, painter: QPainter) -> None:
    size = _size(chart)
    area = QRectF(0, 0, size.width(), size.height())
    if isinstance(chart, QGraphicsView):
        painter.fillRect(area, chart.backgroundBrush())
        chart.render(painter, area, area.toRect())
    else:
        chart.render(painter, QPoint(0, 0))


def _write_svg(chart: QWidget, path: Path, title: str) -> bool:
    from PySide6.QtSvg import QSvgGenerator

    size = _size(chart)
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(shown(title))
    painter = QPainter()
    if not painter.begin(generator):
        return False
    _paint(chart, painter)
    return painter.end()
