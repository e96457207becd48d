"""How kernel functions are compiled. Only the program is kept: see `program` and `native`."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., object])

# Without numba's own memory management: the arrays belong to the caller, and counting references to
# them at every call would take most of the time. Such a function cannot make arrays.
_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}


def compiled(function: Function) -> Function:
    """Compile a function of the kernel that is large or called from many places."""
    return cast("Function", numba.njit(**_OPTIONS)(function))


def inlined(function: Function) -> Function:
    """Compile a kernel function into its callers.

    A call hands over every array of the books, which costs more than what a small function does.
    """
    return cast("Function", numba.njit(forceinline=True, **_OPTIONS)(function))


@inlined
def wide(value: int) -> int:
    """Return an index as int64, whatever its width was."""
    return np.int64(value)  # pyright: ignore[reportReturnType] (an int to its callers)
