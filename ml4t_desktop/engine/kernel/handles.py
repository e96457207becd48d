"""Tuples of arrays as one pointer inside the compiled program.

A function that takes `Books` gets the address of a table with the address and the length of every array,
instead of some hundred words that describe them all. That keeps calls cheap and the program small: with
arrays by value every function had to be compiled into its callers, which took most of three minutes.
"""

from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    register_model,
)
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import from_dtype

from ml4t_desktop.engine.kernel.records import Table, dtype_of

_WORD = ir.IntType(64)


class Handle(types.Type):
    """The type of a tuple of arrays whose descriptions stand in the table from place `first` on."""

    def __init__(self, arrays: type, first: int) -> None:
        self.columns: dict[str, tuple[int, int, types.Array]] = {}
        hints = get_type_hints(arrays, include_extras=True)
        for place, (name, hint) in enumerate(hints.items(), first):
            dtype, rows = _kind_of(hint)
            kind = types.Array(from_dtype(dtype), 2 if rows else 1, "C")
            self.columns[name] = place, rows, kind
        super().__init__(name=f"{arrays.__name__} at {first}")


def _kind_of(hint: Any) -> tuple[np.dtype[Any], int]:
    """Return the dtype of an array by its annotation, and its number of rows, 0 for one dimension."""
    rows = 0
    if get_origin(hint) is Annotated:
        hint, rows = get_args(hint)
    if get_origin(hint) is Table:
        return dtype_of(get_args(hint)[0]), rows
    _, dtype = get_args(hint)
    return np.dtype(get_args(dtype)[0]), rows


@register_model(Handle)
class _HandleModel(models.OpaqueModel):
    """A bare pointer."""


@infer_getattr
class _Columns(AttributeTemplate):
    key = Handle

    def generic_resolve(self, typ: Handle, attr: str) -> types.Array | None:
        """Return the type of an array by its name."""
        found = typ.columns.get(attr)
        return found[2] if found else None


@cast("Any", lower_getattr_generic)(Handle)
def _column(context: Any, builder: Any, handle: Handle, pointer: Any, name: str) -> Any:
    """Describe an array to the compiler, from where its address and its length stand."""
    place, rows, kind = handle.columns[name]
    table = builder.bitcast(pointer, _WORD.as_pointer())
    address = _word(builder, table, 2 * place)
    length = _word(builder, table, 2 * place + 1)
    array = context.make_array(kind)(context, builder)
    size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    shape, strides = [length], [_WORD(size)]
    if rows:
        shape = [_WORD(rows), length]
        strides = [builder.mul(length, _WORD(size)), _WORD(size)]
    populate_array(
        array,
        data=builder.inttoptr(address, array.data.type),
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=_WORD(size),
        meminfo=None,
    )
    return array._getvalue()  # noqa: SLF001 (how every extension of numba returns an array)


def _word(builder: Any, table: Any, place: int) -> Any:
    """Read a number of the table, which nothing changes while the program runs."""
    word = builder.load(builder.gep(table, [_WORD(place)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word


def handle_of(arrays: type, first: int) -> Any:
    """Return a compiled function from the address of the table to the arrays from place `first` on."""
    handle = Handle(arrays, first)

    def held(_typing: Any, table: Any) -> Any:
        def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], ir.IntType(8).as_pointer())

        return handle(table), build

    return cast("Any", intrinsic)(held)
