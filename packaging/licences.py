"""Gather the licences of everything that is shipped into one text.

python packaging/licences.py build/licences.txt
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN = "ml4t-desktop"
# Needed to build, not shipped.
_LEFT_OUT = frozenset({"numba", "llvmlite"})
_FILES = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


def main(target: Path) -> int:
    """Write the licences of the application and of all that it needs."""
    parts = [_own()]
    parts += [_part(name) for name in sorted(shipped(OWN) - {OWN}, key=str.lower)]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n\n".join(parts), encoding="utf-8")
    return 0


def shipped(name: str) -> set[str]:
    """Return a distribution and everything it needs, without what only extras ask for.

    What the application itself needs is read from the sources: an environment may have been made for an
    older version of them.
    """
    found: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in found or name in _LEFT_OUT:
            continue
        try:
            needed = _stated() if name == OWN else metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # only for another system
            continue
        found.add(name)
        waiting += [
            _plain(match[0])
            for line in needed
            if "extra ==" not in line and (match := _NAME.match(line))
        ]
    return found


def modules_left_out() -> list[str]:
    """Return the modules of this environment that are not among what is shipped, such as those of tests.

    What would slip in because some library uses it where it happens to be there is in no bill.
    """
    kept = shipped(OWN)
    owners = metadata.packages_distributions()
    return sorted(
        module
        for module, names in owners.items()
        if module != "ml4t_desktop" and not kept & set(map(_plain, names))
    )


def _stated() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(project["project"]["dependencies"])


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def short_licence(name: str) -> str:
    """Return the name of a distribution's licence as it gives it; empty when it gives none."""
    about = metadata.metadata(name)
    stated = next(
        (text for key in ("License-Expression", "License") for text in about.get_all(key) or ()), ""
    ).strip()
    if stated:
        return stated.splitlines()[0]
    kinds = [kind for kind in about.get_all("Classifier") or () if kind.startswith("License ::")]
    return ", ".join(kind.rpartition(" :: ")[2] for kind in kinds)


def _own() -> str:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    return f"ML4T Desktop {metadata.version(OWN)}\n{'=' * 40}\n{text}"


def _part(name: str) -> str:
    found = metadata.distribution(name)
    texts = [
        path.read_text(encoding="utf-8", errors="replace").strip()
        for file in found.files or ()
        if _FILES.search(file.name)
        and file.suffix.lower() in {"", ".txt", ".md", ".rst"}
        and (path := Path(str(file.locate()))).is_file()
    ]
    head = f"{found.metadata['Name']} {found.version}"
    return "\n\n".join([f"{head}\n{'=' * 40}\n{short_licence(name)}".strip(), *texts])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/licences.txt").resolve()))
