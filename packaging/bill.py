"""What a build consists of: its bill of materials, and its size by part."""

from __future__ import annotations

import json
import platform
import sys
from importlib import metadata
from pathlib import Path

import licences

_INSIDE = "_internal"
_MB = 1e6
# What a part of the folder is there for; what is not named is a library of the system.
_PARTS = {
    "_polars_runtime_32": "Polars: reads, joins and sorts tables",
    "polars": "Polars: reads, joins and sorts tables",
    "pyarrow": "Arrow: Parquet, Feather and Arrow files, compression",
    "PySide6": "Qt: the window",
    "shiboken6": "Qt: the window",
    "pyqtgraph": "pyqtgraph: charts",
    "numpy": "numpy: arrays, linear algebra",
    "numpy.libs": "numpy: arrays, linear algebra",
    "fastexcel": "fastexcel: workbooks",
    "pydantic_core": "pydantic: checks requests",
    "ml4t_desktop": "The engine, the sample and the guide",
    "base_library.zip": "Python",
    "python3.11": "Python",
    "lib-dynload": "Python",
    "libpython": "Python",
    "ml4t-desktop": "Python code of everything",
}


def sizes(folder: Path) -> str:
    """Return the size of a frozen folder by part, the largest first, as lines of text."""
    by_part: dict[str, int] = {}
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            part = _part(file.relative_to(folder))
            by_part[part] = by_part.get(part, 0) + file.stat().st_size
    lines = [
        f"{size / _MB:8.1f} MB  {part}"
        for part, size in sorted(by_part.items(), key=lambda item: -item[1])
    ]
    return "\n".join([*lines, f"{sum(by_part.values()) / _MB:8.1f} MB  in all"])


def write(folder: Path, target: Path) -> None:
    """Write what is shipped: distributions, Python itself, and libraries of the system, with licences."""
    names = sorted(licences.shipped(licences.OWN), key=str.lower)
    libraries = sorted(
        file.name
        for file in folder.rglob("*")
        if ".so" in file.suffixes and not file.is_symlink() and file.parent.name == _INSIDE
    )
    document = {
        "name": licences.OWN,
        "version": metadata.version(licences.OWN),
        "system": f"{platform.system()} {platform.machine()}",
        "components": [
            {
                "name": "python",
                "version": platform.python_version(),
                "licence": "PSF-2.0",
            },
            *[_component(name) for name in names],
        ],
        "system_libraries": libraries,
    }
    target.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _component(name: str) -> dict[str, str]:
    about = metadata.metadata(name)
    return {
        "name": about["Name"],
        "version": metadata.version(name),
        "licence": licences.short_licence(name),
    }


def _part(path: Path) -> str:
    inside = path.parts[1:] if path.parts[0] == _INSIDE else path.parts
    if path.parts[0] == "Contents":  # of a bundle on macOS
        inside = path.parts[2:]
    first = inside[0] if inside else path.name
    if first.startswith(("libpython", "python3")):
        first = "libpython"
    if len(inside) == 1 and first not in _PARTS:
        return "Libraries of the system that Qt and Python are linked with"
    return _PARTS.get(first, "Smaller packages")


if __name__ == "__main__":
    print(sizes(Path(sys.argv[1])))
