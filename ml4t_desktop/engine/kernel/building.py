"""From numba's functions to one object file.

Left to itself numba optimises every function and makes machine code of it, together with all that it
calls, which takes four times as long as doing so once for the whole program. Nothing of it is public in
numba: whoever raises its version runs `tests/unit/engine/test_compilation.py`.
"""

import ctypes
from collections.abc import Callable
from typing import Any, cast

from llvmlite import binding
from numba import cfunc
from numba.core import codegen, registry


@ctypes.CFUNCTYPE(None)
def _never() -> None:
    """Stand where numba wants the address of a function that is never called."""


_NOWHERE = ctypes.cast(_never, ctypes.c_void_p).value


class _Part(codegen.JITCodeLibrary):
    """The unoptimised code of one function, linked to others later."""

    _linking_libraries: list["_Part"]

    def _optimize_functions(self, ll_module: Any) -> None:
        pass

    def finalize(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int | None:  # noqa: ARG002
        return _NOWHERE


class _Parts(codegen.JITCPUCodegen):
    """Makes parts instead of machine code."""

    _library_class = _Part

    def set_env(self, env_name: str, env: Any) -> None:
        pass


def object_file(
    function: Callable[..., object], signature: Any, library_name: str = ""
) -> tuple[str, bytes]:
    """Compile a function and all that it calls; return its name in the object file, and the file.

    Parameters
    ----------
    library_name : str
        What the function is called in an object file that a linker makes a shared library of, for the
        processor that NUMBA_CPU_NAME says; empty: the file is for this process and this processor.
    """
    context = cast("Any", registry.cpu_target.target_context)
    usual = context._internal_codegen  # noqa: SLF001
    parts = cast("Any", _Parts("program"))
    context._internal_codegen = parts  # noqa: SLF001
    try:
        program = cast("Any", cfunc)(signature, error_model="numpy", _nrt=False)(function)
    finally:
        context._internal_codegen = usual  # noqa: SLF001
    name = program.native_name
    module = _linked(cast("Any", program)._library, name)  # noqa: SLF001
    module.data_layout = str(parts.target_data)
    machine = parts._tm  # noqa: SLF001
    if library_name:
        cast("Any", module.get_function(name)).name = name = library_name
        machine = _library_machine(parts)
    _optimise(module, machine)
    return name, machine.emit_object(module)


def _library_machine(parts: Any) -> Any:
    """Return a machine whose code may lie anywhere in memory, as that of a shared library must."""
    return binding.Target.from_triple(binding.get_process_triple()).create_target_machine(
        cpu=parts._get_host_cpu_name(),  # noqa: SLF001
        features=parts._tm_features,  # noqa: SLF001
        opt=3,
        reloc="pic",
        codemodel="default",
    )


def _linked(part: _Part, name: str) -> Any:
    """Return everything that a part needs as one module, in which only `name` is seen from outside."""
    parts: dict[int, _Part] = {}
    _gather(part, parts)
    first, *others = (cast("Any", part)._final_module for part in parts.values())  # noqa: SLF001
    for other in others:
        first.link_in(other)
    for symbol in (*first.functions, *first.global_variables):
        if not symbol.is_declaration and symbol.name != name:
            symbol.linkage = "internal"
    return first


def _gather(part: _Part, parts: dict[int, _Part]) -> None:
    if id(part) not in parts:
        parts[id(part)] = part
        for other in part._linking_libraries:  # noqa: SLF001
            _gather(other, parts)


def _optimise(module: Any, machine: Any) -> None:
    options = binding.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    passes = binding.create_pass_builder(machine, options)
    passes.getModulePassManager().run(module, passes)
