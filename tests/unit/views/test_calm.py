"""Work that nobody waits for is done when the window has nothing else to do."""

import time

from PySide6.QtCore import QObject, QTimer

from ml4t_desktop.views.calm import WhenCalm


def test_it_is_done_once_however_often_it_was_asked_for(qtbot):
    owner, done = QObject(), []
    calm = WhenCalm(lambda: done.append(1), 1, owner)
    for _ in range(3):
        calm.start()
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    qtbot.wait(20)
    assert done == [1]


def test_it_waits_while_turns_of_the_loop_take_long(qtbot):
    owner, busy, done = QObject(), [], []

    def keep_busy() -> None:
        if len(busy) < 5:
            busy.append(time.sleep(0.015))
            QTimer.singleShot(0, owner, keep_busy)

    calm = WhenCalm(lambda: done.append(len(busy)), 0, owner)
    QTimer.singleShot(0, owner, keep_busy)
    calm.start()
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert done == [5]


def test_it_is_done_all_the_same_when_the_loop_never_comes_to_rest(qtbot, monkeypatch):
    owner, done = QObject(), []
    monkeypatch.setattr("ml4t_desktop.views.calm._PATIENCE", 0.05)

    def keep_busy() -> None:
        if not done:
            time.sleep(0.01)
            QTimer.singleShot(0, owner, keep_busy)

    QTimer.singleShot(0, owner, keep_busy)
    WhenCalm(lambda: done.append(1), 0, owner).start()
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
