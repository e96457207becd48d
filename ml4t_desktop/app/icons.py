"""Icons, drawn in the colours of the theme."""

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ml4t_desktop.session.resources import resource_path

_INK = b"#000000"
_SIZES = (20, 40)
_DIRECTED = frozenset({"undo", "redo", "float"})  # mirrored where one reads from the right


def icon(name: str, colour: str, disabled: str) -> QIcon:
    """Return a shipped icon in a colour; an icon that is not there is empty."""
    path = resource_path(f"icons/{name}.svg")
    if not path.is_file():
        return QIcon()
    drawing = path.read_bytes()
    made = QIcon()
    is_mirrored = name in _DIRECTED and QGuiApplication.isRightToLeft()
    for mode, ink in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        renderer = QSvgRenderer(QByteArray(drawing.replace(_INK, ink.encode())))
        for size in _SIZES:
            made.addPixmap(_drawn(renderer, size, is_mirrored=is_mirrored), mode)
    return made


def _drawn(renderer: QSvgRenderer, size: int, *, is_mirrored: bool) -> QPixmap:
    image = QPixmap(size, size)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    if is_mirrored:
        painter.translate(size, 0)
        painter.scale(-1, 1)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image
