"""Make the application's icon for Windows and macOS from resources/icons/app.svg.

    python packaging/icons.py build

Writes app.ico and, where macOS's iconutil is, app.icns.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "app.svg"
_ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
_ICNS_SIZES = (16, 32, 128, 256, 512)
_HEADER, _ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHII")


def main(target: Path) -> int:
    """Write the icons into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "app.ico").write_bytes(ico({size: png(size) for size in _ICO_SIZES}))
    if shutil.which("iconutil"):
        _write_icns(target)
    return 0


def ico(pictures: dict[int, bytes]) -> bytes:
    """Return an icon file of PNG pictures, by their size in pixels."""
    head = _HEADER.pack(0, 1, len(pictures))
    start = _HEADER.size + _ENTRY.size * len(pictures)
    entries = b""
    for size, data in pictures.items():
        side = size % 256  # 0 stands for 256
        entries += _ENTRY.pack(side, side, 0, 0, 1, 32, len(data), start)
        start += len(data)
    return head + entries + b"".join(pictures.values())


def png(size: int) -> bytes:
    """Return the icon as a PNG of a size in pixels."""
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _write_icns(target: Path) -> None:
    folder = target / "app.iconset"
    folder.mkdir(exist_ok=True)
    for size in _ICNS_SIZES:
        (folder / f"icon_{size}x{size}.png").write_bytes(png(size))
        (folder / f"icon_{size}x{size}@2x.png").write_bytes(png(2 * size))
    subprocess.run(
        ["iconutil", "-c", "icns", str(folder), "-o", str(target / "app.icns")], check=True
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build").resolve()))
