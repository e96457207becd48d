"""The package for Debian and Ubuntu: a menu entry, an icon, file types, and a clean removal."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "packaging" / "linux"
NAME = "ml4t-desktop"
HOME = f"opt/{NAME}"
# Where the desktop looks for each file of packaging/linux, and for the icon.
PLACES = {
    PARTS / "ml4t-desktop.desktop": f"usr/share/applications/{NAME}.desktop",
    PARTS / "ml4t-desktop.xml": f"usr/share/mime/packages/{NAME}.xml",
    ROOT / "resources" / "icons" / "app.svg": f"usr/share/icons/hicolor/scalable/apps/{NAME}.svg",
    ROOT / "LICENSE": f"usr/share/doc/{NAME}/copyright",
}
SCRIPTS = ("postinst", "postrm")


def build(folder: Path, target: Path, version: str) -> Path:
    """Pack a frozen folder as a .deb and return its path."""
    package = target / f"{NAME}_{version}_{architecture()}.deb"
    with tempfile.TemporaryDirectory(dir=target) as room:
        root = Path(room) / "root"
        lay_out(folder, root, version)
        # Read while it is installed, once; the highest compression takes minutes for a tenth less.
        command = ["dpkg-deb", "--build", "--root-owner-group", "-Zxz", "-z3"]
        subprocess.run([*command, str(root), str(package)], check=True, stdout=subprocess.DEVNULL)
    return package


def lay_out(folder: Path, root: Path, version: str) -> None:
    """Put everything where it will lie on the system, and say what the package is."""
    root.mkdir(mode=0o755)
    shutil.copytree(folder, root / HOME, symlinks=True)
    for source, place in PLACES.items():
        file = root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, file)
        file.chmod(0o644)
    link = root / "usr" / "bin" / NAME
    link.parent.mkdir(parents=True)
    link.symlink_to(f"/{HOME}/{NAME}")
    about = root / "DEBIAN"
    about.mkdir()
    for script in SCRIPTS:
        shutil.copyfile(PARTS / script, about / script)
        (about / script).chmod(0o755)
    files = (file for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    kilobytes = sum(file.stat().st_size for file in files) // 1024
    text = (PARTS / "control").read_text(encoding="utf-8")
    facts = {"VERSION": version, "ARCHITECTURE": architecture(), "SIZE": str(kilobytes)}
    for name, value in facts.items():
        text = text.replace(f"@{name}@", value)
    (about / "control").write_text(text, encoding="utf-8")


def architecture() -> str:
    """Return what Debian calls the architecture of this machine."""
    asked = ["dpkg", "--print-architecture"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
