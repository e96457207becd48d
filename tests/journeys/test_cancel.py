"""A run given up."""

import threading

from PySide6.QtCore import Qt

from ml4t_desktop.errors import Cancelled
from ml4t_desktop.files import market_files


def test_escape_stops_the_reading_and_the_result_before_stays(analyst, monkeypatch):
    analyst.open_sample()
    analyst.run()
    before = analyst.session.results.run
    begun, stopped = threading.Event(), threading.Event()

    def read_for_ever(data, context, *, base, progress=None, cancelled=None):
        begun.set()
        while not cancelled():
            progress(0.5)
        stopped.set()
        message = "stopped"
        raise Cancelled(message)

    monkeypatch.setattr(market_files, "read_market", read_for_ever)
    analyst.session.request.edit("data.start", None)
    analyst.start()
    assert begun.wait(10)
    analyst.press(Qt.Key.Key_Escape)
    analyst.wait()

    assert stopped.is_set()
    assert analyst.session.results.run is before
    assert "cancelled" in analyst.message
    assert analyst.can_run
