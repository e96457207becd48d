"""How kernel functions are compiled, and where the compiled code is kept.

Numba notices a change of the function's own file only, not of the functions it calls. The cache
folder therefore carries a digest of all kernel sources: a changed kernel never meets old code.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba
import numpy as np
import platformdirs
from numba.core import config

Function = TypeVar("Function", bound=Callable[..., object])


def _cache_folder() -> Path:
    """Return the folder of compiled code for these sources; NUMBA_CACHE_DIR moves it."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    base = (
        Path(chosen) if chosen else Path(platformdirs.user_cache_dir("ml4t_desktop")) / "compiled"
    )
    return base / digest.hexdigest()[:16]


CACHE_FOLDER = _cache_folder()
config.CACHE_DIR = str(CACHE_FOLDER)  # pyright: ignore[reportAttributeAccessIssue] (made at run time)


def compiled(function: Function) -> Function:
    """Compile a function of the kernel that is called often or from Python; its code is kept on disk.

    Without numba's own memory management: the arrays belong to the caller, and counting references
    to them at every call would take most of the time. Such a function cannot make arrays.
    """
    options = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
    return cast("Function", numba.njit(**options)(function))


def inlined(function: Function) -> Function:
    """Compile a kernel function into its callers.

    A call hands over every array of the books, which costs more than what a small function does.
    """
    options = {"nogil": True, "error_model": "numpy", "_nrt": False, "forceinline": True}
    return cast("Function", numba.njit(**options)(function))


@inlined
def wide(value: int) -> int:
    """Return an index as int64, whatever its width was."""
    return np.int64(value)  # pyright: ignore[reportReturnType] (an int to its callers)


def compiled_column(function: Function) -> Function:
    """Compile a function that makes a new column."""
    return cast("Function", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def is_compiled() -> bool:
    """Return whether compiled code of these sources is on disk, so that the first run need not wait."""
    return CACHE_FOLDER.is_dir() and any(CACHE_FOLDER.rglob("*.nbi"))
