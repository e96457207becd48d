import os
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QThread

from ml4t_desktop.session import worker_threads as module
from ml4t_desktop.session.worker_threads import (
    come_first,
    prompt_threads,
    reading_threads,
    step_back,
    worker_threads,
)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="priorities of threads are Linux's")


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@on_linux
@pytest.mark.parametrize("make", [worker_threads, reading_threads])
def test_work_in_the_background_comes_after_the_window(make):
    with make(2, "test") as threads:
        assert threads.submit(niceness).result() > niceness()


@on_linux
def test_a_run_while_a_slider_is_dragged_is_no_nicer_than_the_window():
    with prompt_threads() as threads:
        assert threads.submit(niceness).result() == niceness()


@on_linux
def test_threads_that_work_in_the_background_starts_come_after_the_window_too():
    found = []

    def starts_another() -> None:
        other = threading.Thread(target=lambda: found.append(niceness()))
        other.start()
        other.join()

    with worker_threads(1, "test") as threads:
        threads.submit(starts_another).result()

    assert found[0] > niceness()


@on_linux
def test_the_threads_of_polars_come_after_the_window():
    code = (
        "import os, pathlib\n"
        "from ml4t_desktop.session.worker_threads import reading_threads\n"
        "reading_threads(1, 'test').submit(int).result()\n"
        "tasks = pathlib.Path('/proc/self/task').iterdir()\n"
        "own = os.getpriority(os.PRIO_PROCESS, 0)\n"
        "pool = [int(t.name) for t in tasks if (t / 'comm').read_text().startswith('polars-')]\n"
        "print(bool(pool) and all(os.getpriority(os.PRIO_PROCESS, t) > own for t in pool))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "True"


def test_what_a_sandbox_forbids_is_done_without(monkeypatch):
    def forbidden(*_args: int) -> None:
        raise PermissionError

    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module.os, "setpriority", forbidden, raising=False)
    monkeypatch.setattr(module.os, "getpriority", lambda *_: 0, raising=False)
    monkeypatch.setattr(module.os, "PRIO_PROCESS", 0, raising=False)

    step_back()


class StandIn:
    def __init__(self) -> None:
        self.priorities: list[QThread.Priority] = []

    def setPriority(self, priority: QThread.Priority) -> None:  # noqa: N802 (Qt's)
        self.priorities.append(priority)


@pytest.mark.parametrize(
    ("platform", "priorities"),
    [("win32", [QThread.Priority.HighPriority]), ("darwin", []), ("linux", [])],
)
def test_on_windows_it_is_the_window_that_comes_first(monkeypatch, platform, priorities):
    thread = StandIn()
    monkeypatch.setattr(module.sys, "platform", platform)
    monkeypatch.setattr(QThread, "currentThread", lambda: thread)

    come_first()

    assert thread.priorities == priorities
