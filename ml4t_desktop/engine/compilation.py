"""The machine code of the kernel: compiled once on a machine, by a process of its own, and kept.

Compiling takes half a minute and much of the interpreter: in a process of its own it
neither makes a window stutter nor outlives it. Of all processes that need the code at once, one
compiles and the others wait for it; a lock that its owner did not give back ends with the owner.
"""

import contextlib
import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from ml4t_desktop.errors import Cancelled, RunFailed
from ml4t_desktop.folders import cache_folder
from ml4t_desktop.wording import mark, say

log = logging.getLogger(__name__)
COMMAND = "compile-engine"  # of the application's own command line, so that it works in an installed one too
_PACKAGE = Path(__file__).parents[1]
_POLL_SECONDS = 0.05
_NO_WINDOW = 0x08000000  # on Windows: no console for the child
# They call the machine code, and are no part of it.
_NOT_COMPILED = frozenset({"native.py", "shipped.py"})

Code = tuple[str, bytes]
"""Name of the program's function, and an object file."""


@cache
def program_file() -> Path:
    """Return where the machine code of these sources for this processor is kept.

    ML4T_DESKTOP_CACHE moves the folder.
    """
    import llvmlite
    from llvmlite import binding

    digest = hashlib.sha256(llvmlite.__version__.encode())
    digest.update(binding.get_host_cpu_name().encode())
    digest.update(binding.get_host_cpu_features().flatten().encode())
    for source in sorted((_PACKAGE / "engine" / "kernel").glob("*.py")):
        if source.name not in _NOT_COMPILED:
            digest.update(source.read_bytes())
    chosen = os.environ.get("ML4T_DESKTOP_CACHE")
    base = Path(chosen) if chosen else cache_folder()
    return base / "engine" / f"{digest.hexdigest()[:20]}.o"


def is_compiled() -> bool:
    """Return whether the machine code is on disk, so that the first run need not wait."""
    from ml4t_desktop.engine.kernel.shipped import shipped_library

    return shipped_library() is not None or _kept(program_file()) is not None


def program_code(cancelled: Callable[[], bool]) -> Code:
    """Return the machine code, compiled if it was not yet; waits for another process that does so.

    Parameters
    ----------
    cancelled : callable
        Asked many times a second whether to give up; a compiler started here is ended then.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    RunFailed
        If the compiler failed.
    """
    file = program_file()
    while (found := _kept(file)) is None:
        if cancelled():
            message = "preparing the engine was cancelled"
            raise Cancelled(message)
        with _alone(file) as is_alone:
            if is_alone:
                # Another process may have finished just before.
                return _kept(file) or _compile(file, cancelled)
        time.sleep(_POLL_SECONDS)
    return found


def write_program(target: Path) -> None:
    """Compile the kernel in this process into a file; the process ends early when its input does.

    Its input is a pipe of the process that asked for it, so that the two end together.
    """
    threading.Thread(target=_end_with_input, daemon=True).start()
    from ml4t_desktop.engine.kernel.program import machine_code

    name, code = machine_code()
    target.write_bytes(f"{name} {hashlib.sha256(code).hexdigest()}\n".encode() + code)


def _end_with_input() -> None:
    """End the process when its input ends; a process without input just goes on."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
        os._exit(1)


def _kept(file: Path) -> Code | None:
    """Return the name and code in a file, None when there is none or it is damaged: loading that would crash."""
    try:
        head, _, code = file.read_bytes().partition(b"\n")
        name, digest = head.decode().split()
    except (OSError, ValueError):
        return None
    return (name, code) if hashlib.sha256(code).hexdigest() == digest else None


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[bool]:
    """Say whether nobody else compiles meanwhile; where files cannot be locked, it is taken for granted."""
    from filelock import FileLock, Timeout

    lock = FileLock(file.with_suffix(".lock"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    except (OSError, NotImplementedError) as error:
        log.info("the engine is compiled without a lock: %s", error)
        yield True
        return
    try:
        for left in file.parent.glob(f"{file.stem}-*"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield True
    finally:
        lock.release()


def _compile(file: Path, cancelled: Callable[[], bool]) -> Code:
    """Let a process compile, and keep the code as a whole or not at all; a folder that refuses it is no fault."""
    with _workplace(file) as folder:
        part = folder / file.name
        with tempfile.TemporaryFile() as said:
            code = _run_compiler([*_program_call(), COMMAND, str(part)], said.fileno(), cancelled)
            said.seek(0)
            text = said.read().decode(errors="replace").strip()
        found = _kept(part)
        if code != 0 or found is None:
            log.error("the compiler ended with %d: %s", code, text)
            raise RunFailed(_failure(code, text))
        with contextlib.suppress(OSError):
            part.replace(file)
    return found


@contextlib.contextmanager
def _workplace(file: Path) -> Iterator[Path]:
    """Make a folder for a while beside a file, or where the system has room for passing things.

    It is named after the file: other versions of the application may compile their own meanwhile.
    """
    try:
        folder = tempfile.mkdtemp(prefix=f"{file.stem}-", dir=file.parent)
    except OSError:
        folder = tempfile.mkdtemp(prefix="ml4t-desktop-")
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program_call() -> list[str]:
    """Return how this application is started: by its own program once it is installed as one."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", _PACKAGE.name]


def _run_compiler(command: list[str], output: int, cancelled: Callable[[], bool]) -> int:
    """Run the compiler until it ends, or end it; return its exit code."""
    with subprocess.Popen(  # noqa: S603 (this application)
        command,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=output,
        cwd=_PACKAGE.parent,
        creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
    ) as compiler:
        try:
            while True:
                try:
                    return compiler.wait(_POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    if cancelled():
                        message = "preparing the engine was cancelled"
                        raise Cancelled(message) from None
        finally:
            if compiler.poll() is None:
                compiler.kill()


def _failure(code: int, said: str) -> str:
    """Return in a line what became of the compiler."""
    last = said.splitlines()[-1] if said else mark("it said nothing")
    if code < 0:
        return say(
            "the engine could not be prepared: its compiler ended with signal {number} ({last})",
            number=-code,
            last=last,
        )
    return say(
        "the engine could not be prepared: its compiler ended with exit code {number} ({last})",
        number=code,
        last=last,
    )
