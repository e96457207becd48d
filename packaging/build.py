"""Build what people download: one folder with the application and all it needs, packed for this system.

    python packaging/build.py             the folder in dist/, its archive, on Linux a .deb, sums, materials
    python packaging/build.py --compile   the same, compiling the engine though it is there
    python packaging/build.py --folder    the folder only
    python packaging/build.py --sums      the SHA-256 sums again, of what is in dist/ by now
    python packaging/build.py --version   say the version

Needs an environment with the project and its extra `installer`; on Linux binutils and dpkg-deb, and when
the engine is compiled a C compiler. ML4T_UPDATE_ADDRESS is where the build will look for a newer version.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from importlib import metadata
from pathlib import Path

import bill
import debian
import engine
import icons
import licences

ROOT = Path(__file__).resolve().parent.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
NAME = "ml4t-desktop"
_LINUX, _MACOS = sys.platform.startswith("linux"), sys.platform == "darwin"
_MB = 1e6
_DOWNLOADS = (".tar.xz", ".zip", ".deb", ".dmg", "-setup.exe", ".bom.json")
# Libraries that come with the names of their functions. Those of numpy.libs break without them.
_TO_STRIP = ("_polars_runtime*/*.so", "pyarrow/*.so*", "fastexcel/*.so", "pydantic_core/*.so", "libpython*",
             "python3*/lib-dynload/*.so")  # fmt: skip


def main(arguments: list[str]) -> int:
    """Do what the command line asks for and return the exit code."""
    if arguments == ["--version"]:
        print(version())
        return 0
    if arguments == ["--sums"]:
        write_sums()
        return 0
    if unknown := set(arguments) - {"--compile", "--folder"}:
        print(f"{__doc__}\nerror: {', '.join(sorted(unknown))} is not known", file=sys.stderr)
        return 2
    make_engine(anew="--compile" in arguments)
    note_address(os.environ.get("ML4T_UPDATE_ADDRESS", ""))
    licences.main(BUILD / "licences.txt")
    icons.main(BUILD)
    folder = freeze()
    strip(folder)
    print(bill.sizes(folder), flush=True)
    if "--folder" not in arguments:
        bill.write(folder, DIST / f"{artefact()}.bom.json")
        pack(folder)
        write_sums()
    return 0


def version() -> str:
    """Return the version of the application that is installed here."""
    return metadata.version(NAME)


def system() -> str:
    """Return the system and architecture that this build is for, as file names say it."""
    kinds = {"AMD64": "x86_64", "aarch64": "arm64", "ARM64": "arm64"}
    machine = kinds.get(platform.machine(), platform.machine())
    return f"{'linux' if _LINUX else 'macos' if _MACOS else 'windows'}-{machine}"


def artefact() -> str:
    """Return the first part of the name of every file that is made."""
    return f"{NAME}-{version()}-{system()}"


def make_engine(*, anew: bool) -> None:
    """Compile the engine unless the libraries of these very sources are there."""
    folder, stamp = BUILD / "engine", BUILD / "engine.sha256"
    sources = sorted((ROOT / "ml4t_desktop" / "engine" / "kernel").glob("*.py"))
    wanted = hashlib.sha256(b"".join(map(Path.read_bytes, sources))).hexdigest()
    there = all((folder / engine.library_name(kind)).is_file() for kind, _ in engine.kinds_here())
    if anew or not there or not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        stamp.unlink(missing_ok=True)
        engine.main(folder)
        stamp.write_text(wanted, encoding="utf-8")


def note_address(address: str) -> None:
    """Write where the build looks for a newer version when its user wants that; nowhere without one."""
    file = BUILD / "update_address.txt"
    file.unlink(missing_ok=True)
    if address:
        BUILD.mkdir(exist_ok=True)
        file.write_text(f"{address}\n", encoding="utf-8")


def freeze() -> Path:
    """Run PyInstaller and return the folder it made; on macOS the application's bundle."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(DIST), "--workpath", str(BUILD / "pyinstaller")]
    subprocess.run([*command, str(ROOT / "packaging" / "ml4t_desktop.spec")], check=True)
    return DIST / ("ML4T Desktop.app" if _MACOS else NAME)


def strip(folder: Path) -> None:
    """Take the names of their functions out of libraries, which need them only to be debugged."""
    if _LINUX:
        for pattern in _TO_STRIP:
            for file in (folder / "_internal").glob(pattern):
                if not file.is_symlink():
                    subprocess.run(["strip", "--strip-unneeded", str(file)], check=True)


def pack(folder: Path) -> None:
    """Pack the folder for people who install nothing, and on Linux as a package too."""
    if _MACOS:  # by packaging/macos/build_dmg.sh
        return
    if not _LINUX:
        shutil.make_archive(str(DIST / artefact()), "zip", folder.parent, folder.name)
        return
    portable = DIST / f"{artefact()}.tar.xz"
    with tarfile.open(portable, "w:xz", preset=3) as archive:
        archive.add(folder, f"{NAME}-{version()}", filter=_of_nobody)
    debian.build(folder, DIST, version())


def write_sums() -> None:
    """Write the SHA-256 of every file in dist that people download, and print their sizes."""
    made = sorted(file for file in DIST.iterdir() if file.name.endswith(_DOWNLOADS))
    sums = DIST / f"SHA256SUMS-{system()}.txt"
    sums.write_text("".join(f"{digest(file)}  {file.name}\n" for file in made), encoding="utf-8")
    for file in (*made, sums):
        print(f"{file.stat().st_size / _MB:8.1f} MB  {file.name}")


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
