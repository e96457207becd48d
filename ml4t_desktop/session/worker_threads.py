"""The threads of work in the background, which come after the thread of the window.

A file of ten million rows keeps every processor busy for seconds. Threads of one priority take turns
of some milliseconds, of which the window would wait for several before it draws.
"""

import importlib
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final

_STEPS: Final = 10  # of niceness: a tenth of the processor while the window needs all of it
# Imported by one thread before others import what is inside them: two threads of which one is at the
# package and the other at a module of it would wait for each other.
_PACKAGES: Final = (
    "polars",
    "ml4t_desktop.market",
)
_PROMPT: Final = 2  # a run, and the one before it until it stops
_loading = threading.Lock()


def worker_threads(count: int, name: str) -> ThreadPoolExecutor:
    """Return an executor whose threads come after the one of the window.

    Parameters
    ----------
    count : int
        The most threads of it.
    name : str
        How the names of its threads begin.
    """
    return ThreadPoolExecutor(count, thread_name_prefix=name, initializer=step_back)


def reading_threads(count: int, name: str) -> ThreadPoolExecutor:
    """Return such an executor for what reads files and runs them, ready for both when a task begins."""
    return ThreadPoolExecutor(count, thread_name_prefix=name, initializer=_begin)


def prompt_threads() -> ThreadPoolExecutor:
    """Return an executor for what is short and waited for, as the runs while a slider is dragged.

    Its threads share the processors with the one of the window, and with what else the computer does.
    """
    return ThreadPoolExecutor(_PROMPT, thread_name_prefix="ml4t-live", initializer=_load)


def step_back() -> None:
    """Let the thread of the window go before this one; on Linux before all that this one starts, too.

    Elsewhere threads do not take over what started them: on Windows it is the window that comes
    first (`come_first`), and macOS prefers the thread of the window by itself.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):  # where a sandbox forbids it
            os.setpriority(
                os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _STEPS
            )


def come_first() -> None:
    """Let this thread, the one of the window, go before those in the background."""
    if sys.platform == "win32":
        from PySide6.QtCore import QThread

        QThread.currentThread().setPriority(QThread.Priority.HighPriority)


def _begin() -> None:
    step_back()
    _load()
    start_pool()


def _load() -> None:
    with _loading:
        for package in _PACKAGES:
            importlib.import_module(package)


def start_pool() -> None:
    """Start the threads of polars, which take the priority of who asks for them first."""
    import polars as pl

    pl.thread_pool_size()
