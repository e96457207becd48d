"""A call in a thread of its own, whose outcome is asked for later."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Outcome = TypeVar("Outcome")


def in_background(name: str, call: Callable[[], Outcome]) -> Future[Outcome]:
    """Start a call in a thread and return its future.

    The thread does not keep the process alive: a caller that gives up may simply end.
    """
    future: Future[Outcome] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 (raised where the result is asked for)
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
