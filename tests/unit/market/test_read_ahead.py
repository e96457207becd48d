"""Pieces read one ahead."""

import threading
import time

import numpy as np
import pytest

from ml4t_desktop.errors import Cancelled
from ml4t_desktop.market import Market
from ml4t_desktop.market.read_ahead import ReadAhead
from ml4t_desktop.market.timeline import bare_market


class Slow:
    """Three empty pieces; the last is read only when `gate` is open."""

    def __init__(self) -> None:
        self.timeline = bare_market(np.arange(3), ("A",))
        self.bounds = (0, 1, 2, 3)
        self.read: list[int] = []
        self.gate = threading.Event()

    def piece(self, number: int) -> Market:
        if number == 2:
            self.gate.wait(10)
        self.read.append(number)
        return self.timeline


def test_the_next_piece_is_read_while_one_is_in_use() -> None:
    slow = Slow()
    slow.gate.set()
    ahead = ReadAhead(slow, lambda: None)
    ahead.piece(0)
    deadline = time.monotonic() + 10
    while slow.read != [0, 1] and time.monotonic() < deadline:
        time.sleep(0.001)
    assert slow.read == [0, 1]
    ahead.piece(1)
    ahead.piece(2)
    assert slow.read == [0, 1, 2]


def test_waiting_for_a_piece_ends_when_somebody_stops() -> None:
    slow = Slow()
    stopped = threading.Event()

    def check() -> None:
        if stopped.is_set():
            raise Cancelled

    ahead = ReadAhead(slow, check)
    ahead.piece(0)
    ahead.piece(1)
    stopped.set()
    with pytest.raises(Cancelled):
        ahead.piece(2)
    slow.gate.set()


def test_an_error_of_reading_is_raised_where_the_piece_is_asked_for() -> None:
    class Broken(Slow):
        def piece(self, number: int) -> Market:
            if number == 1:
                message = "gone"
                raise OSError(message)
            return self.timeline

    ahead = ReadAhead(Broken(), lambda: None)
    ahead.piece(0)
    with pytest.raises(OSError, match="gone"):
        ahead.piece(1)
