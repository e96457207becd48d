"""How kernel functions are compiled. Only the program is kept: see `program` and `native`."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

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


@cast("Any", intrinsic)
def fetch_ahead(_typing: Any, array: Any, index: Any) -> Any:
    """Ask the processor for an element of an array (flat index) that will be read soon; any index is harmless."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, whole = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, whole, whole, whole])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        place = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        # To be read, as near as possible, data.
        builder.call(prefetch, [place, whole(0), whole(3), whole(1)])
        return context.get_dummy_value()

    return types.void(array, index), build
