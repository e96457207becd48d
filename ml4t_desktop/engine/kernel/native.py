"""The compiled program: loaded from disk, or compiled the first time, and called.

Loading needs no compiler and takes some hundredths of a second; compiling takes the better part of a
minute, once per version and processor.
"""

import contextlib
import ctypes
import hashlib
import os
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from ml4t_desktop.engine.kernel import operations as op
from ml4t_desktop.errors import RunFailed

_FUNCTION = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, *(ctypes.c_void_p,) * 4)
# What numba's wrapper names for errors and memory; the kernel raises nothing and owns no memory.
_NEVER_CALLED = (
    "NRT_Free", "NRT_MemInfo_call_dtor", "numba_do_raise", "numba_gil_ensure", "numba_gil_release",
    "numba_runtime_build_excinfo_struct", "numba_unpickle",
)  # fmt: skip
_FREE_NUMBERS = 8
_COMPILING = threading.Lock()


@ctypes.CFUNCTYPE(None)
def _never() -> None:
    """Stand where a function is named that is never called."""


@cache
def _program_file() -> Path:
    """Return where the machine code of these sources for this processor is kept.

    ML4T_DESKTOP_CACHE moves the folder.
    """
    import llvmlite
    from llvmlite import binding

    digest = hashlib.sha256(llvmlite.__version__.encode())
    digest.update(binding.get_host_cpu_name().encode())
    digest.update(binding.get_host_cpu_features().flatten().encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    chosen = os.environ.get("ML4T_DESKTOP_CACHE")
    base = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("ml4t_desktop"))
    return base / "engine" / f"{digest.hexdigest()[:20]}.o"


def is_compiled() -> bool:
    """Return whether the machine code is on disk, so that the first run need not wait."""
    return _program_file().is_file()


@cache
def _program() -> Any:
    """Return the program's function, compiled if it was not yet."""
    with _COMPILING:
        file = _program_file()
        name, code = _kept(file) or _compile(file)
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
    function = _FUNCTION(address)
    _KEPT.extend((code, program, engine))
    return function


_KEPT: list[object] = []  # what the running code still points into


def _kept(file: Path) -> tuple[str, bytes] | None:
    """Return the name and code in a file, None when there is none or it is damaged: loading that would crash."""
    try:
        head, _, code = file.read_bytes().partition(b"\n")
        name, digest = head.decode().split()
    except (OSError, ValueError):
        return None
    return (name, code) if hashlib.sha256(code).hexdigest() == digest else None


def _compile(file: Path) -> tuple[str, bytes]:
    """Compile the program and keep it, as a whole or not at all; a folder that cannot be written is no fault."""
    from ml4t_desktop.engine.kernel.program import machine_code

    name, code = machine_code()
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(f"{name} {hashlib.sha256(code).hexdigest()}\n".encode() + code)
        Path(part).replace(file)
    return name, code


class Call:
    """The argument list of operations over the same arrays.

    Parameters
    ----------
    arrays : sequence of (place, array)
        C-contiguous arrays by their place among the addresses; they must outlive the calls.
    """

    def __init__(self, arrays: Sequence[tuple[int, Any]]) -> None:
        self._program = _program()
        self._addresses = np.zeros(op.PLACES, np.int64)
        self._sizes = np.zeros(op.PLACES, np.int64)
        self.wholes = np.zeros(_FREE_NUMBERS, np.int64)
        self.reals = np.zeros(_FREE_NUMBERS, np.float64)
        self._arrays: dict[int, Any] = {}
        self.hold(arrays)
        self._pointers = tuple(
            numbers.ctypes.data
            for numbers in (self._addresses, self._sizes, self.wholes, self.reals)
        )

    def hold(self, arrays: Sequence[tuple[int, Any]]) -> None:
        """Use other arrays at the places given."""
        for place, array in arrays:
            if not array.flags.c_contiguous:
                message = f"the array at place {place} is not contiguous"
                raise ValueError(message)
            self._arrays[place] = array
            self._addresses[place] = array.ctypes.data
            self._sizes[place] = array.size

    def __call__(self, operation: int) -> int:
        """Carry out an operation; the numbers in `wholes` and `reals` are its other arguments."""
        return self._program(operation, *self._pointers)
