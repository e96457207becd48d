"""The compiled program: loaded into this process, and called.

Loading needs no compiler and takes some hundredths of a second; see `compilation` for the first time.
"""

import ctypes
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml4t_desktop.engine.compilation import is_compiled, program_code
from ml4t_desktop.engine.kernel import operations as op
from ml4t_desktop.engine.kernel.shipped import LIBRARY_FUNCTION, shipped_library
from ml4t_desktop.errors import RunFailed

log = logging.getLogger(__name__)
_FUNCTION = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)
# What numba's wrapper names for errors and memory; the kernel raises nothing and owns no memory.
_NEVER_CALLED = (
    "NRT_Free", "NRT_MemInfo_call_dtor", "numba_do_raise", "numba_gil_ensure", "numba_gil_release",
    "numba_runtime_build_excinfo_struct", "numba_unpickle",
)  # fmt: skip
_FREE_NUMBERS = 8
_LOADING = threading.Lock()


@ctypes.CFUNCTYPE(None)
def _never() -> None:
    """Stand where a function is named that is never called."""


_LOADED: list[Any] = []  # the program's function, and what its code points into


def load_program(cancelled: Callable[[], bool] | None = None) -> Any:
    """Return the program's function, loaded once for this process and compiled once on the machine.

    Parameters
    ----------
    cancelled : callable, optional
        Asked while it is compiled whether to give up.

    Raises
    ------
    Cancelled, RunFailed
        As `compilation.program_code` does.
    """
    if _LOADED:
        return _LOADED[0]
    library = shipped_library()
    if library is not None:
        with _LOADING:
            if not _LOADED:
                _LOADED.extend(_shipped(library))
        return _LOADED[0]
    if cancelled is None:
        if not is_compiled():
            log.warning("Preparing the engine, once after installing: about half a minute")
        cancelled = bool
    name, code = program_code(cancelled)
    with _LOADING:
        if not _LOADED:
            _LOADED.extend(_linked(name, code))
    return _LOADED[0]


def _shipped(file: Path) -> tuple[Any, ...]:
    """Return the function of the shared library that came with the application, and the library."""
    library = ctypes.CDLL(str(file))
    return _FUNCTION((LIBRARY_FUNCTION, library)), library


def _linked(name: str, code: bytes) -> tuple[Any, ...]:
    """Return the function of an object file, and what must live as long as it."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    for unused in _NEVER_CALLED:
        binding.add_symbol(unused, ctypes.cast(_never, ctypes.c_void_p).value)
    machine = binding.Target.from_default_triple().create_target_machine()
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)
    program = binding.ObjectFileRef.from_data(code)
    engine.add_object_file(program)
    engine.finalize_object()
    address = engine.get_function_address(name)
    if not address:
        message = f"the compiled engine has no function {name}"
        raise RunFailed(message)
    return _FUNCTION(address), code, program, engine


class Call:
    """The argument list of operations over the same arrays.

    Parameters
    ----------
    arrays : sequence of (place, array)
        C-contiguous arrays by their place among the addresses; they must outlive the calls.
    """

    def __init__(self, arrays: Sequence[tuple[int, Any]]) -> None:
        self._program = load_program()
        self._table = np.zeros((op.PLACES, 2), np.int64)
        self.wholes = np.zeros(_FREE_NUMBERS, np.int64)
        self.reals = np.zeros(_FREE_NUMBERS, np.float64)
        self._arrays: dict[int, Any] = {}
        self.hold(arrays)
        self.hold(list(enumerate((self.wholes, self.reals), op.NUMBERS_AT)))
        self._address = self._table.ctypes.data

    def hold(self, arrays: Sequence[tuple[int, Any]]) -> None:
        """Use other arrays at the places given."""
        for place, array in arrays:
            if not array.flags.c_contiguous:
                message = f"the array at place {place} is not contiguous"
                raise ValueError(message)
            self._arrays[place] = array
            self._table[place] = array.ctypes.data, array.shape[-1]

    def __call__(self, operation: int) -> int:
        """Carry out an operation; the numbers in `wholes` and `reals` are its other arguments."""
        return self._program(operation, self._address)
