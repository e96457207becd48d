"""The entry rule of the real request, built on the sample with the mouse alone and with the keyboard alone."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from ml4t_desktop.plots.painted.threshold import Threshold
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.views.setup.editors import Choice, NumberBox
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from ml4t_desktop.views.setup.rules.clause_row import ClauseRow

WANTED = (
    ("signal.ml_pred_5d", ">", 0.9),
    ("signal.confidence", ">", 0.5),
    ("context.VIX", "<=", 30.0),
)


@pytest.fixture
def entry(analyst):
    """The entry rule of the sample, empty, with the page on screen and the data read."""
    analyst.open_sample()
    analyst.session.request.edit("strategy.entry", None)
    analyst.window.setup.show_step(Step.STRATEGY)
    analyst.qtbot.waitUntil(lambda: analyst.session.markets.loaded is not None)
    analyst.wait()
    return analyst.window.findChild(ClauseEditor, "strategy.entry")


def rows(entry):
    return [row for row in entry.findChildren(ClauseRow) if row.isVisible()]


def add(analyst, entry):
    analyst.qtbot.mouseClick(entry.findChild(QPushButton, "add"), Qt.MouseButton.LeftButton)
    analyst.qtbot.waitUntil(lambda: not analyst.session.jobs.is_busy)
    return rows(entry)[-1]


def pick(qtbot, choice, value):
    """Choose an entry of a list with the mouse."""
    if choice.value == value:
        return
    qtbot.mouseClick(choice, Qt.MouseButton.LeftButton)
    qtbot.wait(QApplication.doubleClickInterval() + 50)  # a list just opened takes no click
    view = choice.view()
    place = view.visualRect(choice.model().index(choice.findData(value), 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert choice.value == value


def drag_to(analyst, row, value):
    qtbot, histogram = analyst.qtbot, row.findChild(Threshold)
    qtbot.waitUntil(histogram.isVisible)
    start = QPoint(round(histogram.place_of(histogram.values[0])), 9)
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(histogram, QPoint(round(histogram.place_of(value)), 9))
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton)


def entered(analyst):
    tree = analyst.session.request.draft.get("strategy.entry")
    return [(part["column"], part["op"], part["value"]) for part in tree["all"]]


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)  # the offscreen platform, of lists
def test_the_rule_is_built_and_run_with_the_mouse_alone(analyst, entry):
    for column, op, value in WANTED:
        row = add(analyst, entry)
        pick(analyst.qtbot, row.findChild(Choice, "column"), column)
        pick(analyst.qtbot, row.findChild(Choice, "op"), op)
        analyst.wait()
        drag_to(analyst, row, value)

    for found, wanted in zip(entered(analyst), WANTED, strict=True):
        assert found[:2] == wanted[:2]
        assert found[2] == pytest.approx(wanted[2], rel=0.02)
    analyst.run()
    assert analyst.session.results.run.result.trades.height > 0


def test_the_rule_is_built_and_run_with_the_keyboard_alone(analyst, entry):
    qtbot = analyst.qtbot
    with qtbot.waitActive(analyst.window):
        analyst.window.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(analyst.window, Qt.Key.Key_3, keys)
    for place, (column, op, value) in enumerate(WANTED):
        way = Qt.Key.Key_Backtab if place else Qt.Key.Key_Tab
        tab_to(qtbot, entry.findChild(QPushButton, "add"), way)
        qtbot.keyClick(focus(), Qt.Key.Key_Space)
        row = rows(entry)[place]
        type_choice(qtbot, row.findChild(Choice, "column"), column)
        type_choice(qtbot, row.findChild(Choice, "op"), op)
        box = row.findChild(NumberBox, "value")
        tab_to(qtbot, box)
        box.selectAll()
        qtbot.keyClicks(box, box.locale().toString(value, "g", 12))
        qtbot.keyClick(box, Qt.Key.Key_Return)

    assert entered(analyst) == list(WANTED)
    qtbot.waitUntil(lambda: analyst.can_run, timeout=30_000)
    with qtbot.waitSignal(analyst.session.runs.ended, timeout=120_000):
        qtbot.keyClick(analyst.window, Qt.Key.Key_F5)
    assert analyst.session.results.run.result.trades.height > 0


def focus():
    return QApplication.focusWidget()


def tab_to(qtbot, widget, key=Qt.Key.Key_Tab):
    """Press Tab (or Shift+Tab) until a widget has the focus."""
    for _ in range(200):
        if focus() is widget:
            return
        qtbot.keyClick(focus(), key)
    pytest.fail(f"Tab does not reach {widget.objectName()}")


def type_choice(qtbot, choice, value):
    """Choose an entry of a list with the arrow keys."""
    tab_to(qtbot, choice)
    for _ in range(choice.count()):
        if choice.value == value:
            return
        way = Qt.Key.Key_Down if choice.findData(value) > choice.currentIndex() else Qt.Key.Key_Up
        qtbot.keyClick(choice, way)
    assert choice.value == value
