"""Compile the engine into shared libraries, one for each kind of processor of this architecture.

    python packaging/engine.py build/engine

Needs the environment of a checkout, and a C compiler to link with (cc, or cl on Windows).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ml4t_desktop.engine.kernel.shipped import LIBRARY_FUNCTION, kinds_here, library_name

_EMIT = """
import sys
from pathlib import Path
from ml4t_desktop.engine.kernel.program import machine_code
Path(sys.argv[1]).write_bytes(machine_code(sys.argv[2])[1])
"""
# What numba names for errors and memory; the kernel raises nothing and owns no memory.
_STUBS = """
void NRT_Free(void) {} void NRT_MemInfo_call_dtor(void) {} void numba_do_raise(void) {}
void numba_gil_ensure(void) {} void numba_gil_release(void) {}
void numba_runtime_build_excinfo_struct(void) {} void numba_unpickle(void) {}
"""


class CannotLinkError(Exception):
    """The library cannot be made; the message says why."""


def main(target: Path) -> int:
    """Write the libraries into a folder that is made anew."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    work = target / "parts"
    work.mkdir()
    for kind, _ in kinds_here():
        print(f"Compiling the engine for {kind}", flush=True)
        compiled = work / f"{kind}.o"
        variables = {**os.environ, "NUMBA_CPU_NAME": kind, "NUMBA_CPU_FEATURES": ""}
        subprocess.run(
            [sys.executable, "-c", _EMIT, str(compiled), LIBRARY_FUNCTION],
            env=variables,
            check=True,
        )
        _link(compiled, target / library_name(kind))
    shutil.rmtree(work)
    return 0


def _link(compiled: Path, library: Path) -> None:
    stubs = compiled.with_suffix(".c")
    stubs.write_text(_STUBS, encoding="utf-8")
    parts = [str(compiled), str(stubs)]
    if sys.platform == "win32":
        command = [
            "cl",
            "/nologo",
            "/LD",
            *parts,
            f"/Fe:{library}",
            "/link",
            f"/EXPORT:{LIBRARY_FUNCTION}",
        ]
    elif sys.platform == "darwin":
        command = ["cc", "-dynamiclib", "-O1", "-o", str(library), *parts]
    else:
        command = ["cc", "-shared", "-fPIC", "-O1", "-s", "-o", str(library), *parts, "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=compiled.parent)
    if done.returncode != 0:
        message = f"{command[0]} ended with {done.returncode}: {done.stdout}{done.stderr}"
        raise CannotLinkError(message)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/engine").resolve()))
