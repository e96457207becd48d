"""A chart as a picture: PNG at twice its size on screen, or SVG."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsView

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.language import shown, tr

IMAGE_SUFFIXES: Final = (".png", ".svg")
_SCALE = 2


def chart_image(chart: QGraphicsView) -> QImage:
    """Return a chart as it is on screen, at twice the resolution."""
    size = chart.viewport().size()
    image = QImage(size * _SCALE, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(_SCALE)
    image.fill(chart.backgroundBrush().color())
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    chart.render(
        painter, QRectF(0, 0, size.width(), size.height()), QRect(0, 0, size.width(), size.height())
    )
    painter.end()
    return image


def save_chart(chart: QGraphicsView, path: Path, title: str) -> None:
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


def _write_svg(chart: QGraphicsView, path: Path, title: str) -> bool:
    from PySide6.QtSvg import QSvgGenerator

    size: QSize = chart.viewport().size()
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(shown(title))
    painter = QPainter()
    if not painter.begin(generator):
        return False
    area = QRectF(0, 0, size.width(), size.height())
    painter.fillRect(area, chart.backgroundBrush())
    chart.render(painter, area, area.toRect(), Qt.AspectRatioMode.IgnoreAspectRatio)
    return painter.end()
