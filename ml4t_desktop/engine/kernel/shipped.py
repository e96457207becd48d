"""The machine code that comes with an installed application, as shared libraries for kinds of processor.

A checkout compiles the kernel for the very processor it runs on; an installed application brings it
compiled, so that neither a compiler nor the sources have to be there.
"""

import platform
import sys
from functools import cache
from pathlib import Path
from typing import Final

LIBRARY_FUNCTION: Final = "ml4t_desktop_engine"
# By architecture, the best first: the name of a processor as the compiler knows it, and what it must offer.
KINDS: Final[dict[str, tuple[tuple[str, frozenset[str]], ...]]] = {
    "x86_64": (
        ("x86-64-v3", frozenset({"AVX2", "FMA3", "F16C"})),
        ("x86-64", frozenset()),
    ),
    "arm64": (("generic", frozenset()),),
}
_SAME: Final = {"AMD64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "ARM64": "arm64"}
_SUFFIX: Final = {"win32": ".dll", "darwin": ".dylib"}


def library_name(kind: str) -> str:
    """Return the file name of the library for a kind of processor."""
    return f"engine-{kind}{_SUFFIX.get(sys.platform, '.so')}"


def kinds_here() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the kinds of processor of this architecture, the best first."""
    machine = platform.machine()
    return KINDS.get(_SAME.get(machine, machine), ())


@cache
def shipped_library(folder: Path = Path(__file__).parent) -> Path | None:
    """Return the library that came with the application for this processor; None in a checkout.

    Parameters
    ----------
    folder : Path
        Where the libraries are.
    """
    offered = _features()
    for kind, needed in kinds_here():
        file = folder / library_name(kind)
        if needed <= offered and file.is_file():
            return file
    return None


def _features() -> frozenset[str]:
    """Return what this processor offers, as numpy found out when it was imported."""
    try:
        from numpy._core._multiarray_umath import __cpu_features__
    except ImportError:
        return frozenset()
    return frozenset(name for name, is_there in __cpu_features__.items() if is_there)
