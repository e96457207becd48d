"""What the window needs from a Linux system: shared libraries of Qt, and a font."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Shared library -> package on Debian and Ubuntu. The first ones are needed without a display too.
DRAWING = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
}
DISPLAY = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
FONT = "fonts-dejavu-core"
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_FONT_SUFFIXES = {".ttf", ".otf", ".ttc", ".pfb"}


class LibrariesMissing(Exception):  # noqa: N818 (says what is the case)
    """Libraries that cannot be done without are missing; the message says what to do."""


def provide(*, display: bool) -> None:
    """Install what is missing, or raise with the command that does.

    Parameters
    ----------
    display : bool
        Whether a window will be opened: without one, less is needed.

    Raises
    ------
    LibrariesMissing
        If something needed is still missing.
    """
    if not sys.platform.startswith("linux"):
        return
    packages = missing_packages(display=True)
    if not packages:
        return
    install(packages)
    needed = missing_packages(display=display)
    if needed:
        raise LibrariesMissing(_advice(needed, display=display))
    left = missing_packages(display=True)
    if left:
        print(f"note: for a window, later: {_by_hand(left)}", flush=True)


def missing_packages(*, display: bool) -> list[str]:
    """Return the Debian names of what is missing."""
    wanted = {**DRAWING, **DISPLAY} if display else DRAWING
    packages = [package for library, package in wanted.items() if not _loads(library)]
    if not has_font():
        packages.append(FONT)
    return packages


def install(packages: list[str]) -> None:
    """Install packages where that needs no question; what cannot be installed is told."""
    command = install_command(packages)
    if command is not None:
        print(f"Installing from the system's packages: {' '.join(packages)}", flush=True)
        _install(command, packages)


def install_command(packages: list[str]) -> list[str] | None:
    """Return the command that installs packages without asking, None where that is not possible."""
    if shutil.which("apt-get") is None:
        return None
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() == 0:
        return install
    if shutil.which("sudo") and _quietly(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n", *install]
    return None


def has_font() -> bool:
    """Return whether the system has any font: without one, texts are empty boxes."""
    return any(
        path.suffix.lower() in _FONT_SUFFIXES
        for folder in _FONT_FOLDERS
        for path in Path(folder).expanduser().rglob("*")
    )


def _install(command: list[str], packages: list[str]) -> None:
    update = [*command[: command.index("apt-get")], "apt-get", "update"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (update, command):
        done = subprocess.run(
            step, capture_output=True, text=True, env=environment, check=False, errors="replace"
        )
        if done.returncode != 0 and step is command:
            tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
            print(f"note: {' '.join(packages)} could not be installed:\n{tail}", flush=True)


def _advice(packages: list[str], *, display: bool) -> str:
    wanted = {**DRAWING, **DISPLAY} if display else DRAWING
    libraries = [library for library, package in wanted.items() if package in packages]
    if FONT in packages:
        libraries.append("a font")
    return f"Qt needs from the system: {', '.join(libraries)}. {_by_hand(packages)}"


def _by_hand(packages: list[str]) -> str:
    if shutil.which("apt-get") is None:
        return "Install them with the package tool of this system, then run this again"
    names = " ".join(packages)
    return f"Run: sudo apt-get update && sudo apt-get install -y {names}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _quietly(command: list[str]) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode
