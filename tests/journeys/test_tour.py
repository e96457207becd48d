"""The tour of a first start: taken by doing what it says, by the keyboard alone, and left."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from ml4t_desktop.plots.painted.threshold import Threshold
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.window.tour import TOUR
from ml4t_desktop.views.review.trades.trade_table import TradeTable
from ml4t_desktop.views.setup.step_bar import StepBar
from tests.journeys.window import PATIENCE_MS

KEYS = [step.key for step in TOUR]


@pytest.fixture
def tour(analyst):
    analyst.click("tour_offer.take")
    return analyst.window.tour


def arrive(analyst, key):
    """Wait for a step, and for what it points at."""
    store, desk = analyst.session.tour, analyst.window.tour
    analyst.qtbot.waitUntil(lambda: store.step and store.step.key == key, timeout=PATIENCE_MS)
    analyst.wait()
    analyst.qtbot.waitUntil(desk.frame.isVisible, timeout=PATIENCE_MS)
    desk.place()
    assert desk.callout.isVisible()
    assert desk.callout.accessibleName().startswith(f"Tour, step {KEYS.index(key) + 1} of 9")
    window = analyst.window.rect()
    assert window.contains(desk.callout.geometry())
    assert window.contains(desk.frame.geometry())


def pointed_at(analyst, widget):
    """Whether the frame lies around a widget."""
    frame = analyst.window.tour.frame.geometry()
    middle = widget.mapTo(analyst.window, widget.rect().center())
    return frame.contains(middle)


def test_the_tour_goes_on_as_its_reader_does_what_it_says(analyst, tour):
    qtbot, window = analyst.qtbot, analyst.window
    arrive(analyst, "sample")
    assert pointed_at(analyst, window.findChild(QPushButton, "welcome.sample"))
    analyst.click("welcome.sample")

    arrive(analyst, "strategy")
    steps = window.findChild(StepBar)
    assert pointed_at(analyst, steps)
    place = steps.tabRect(list(Step).index(Step.STRATEGY)).center()
    qtbot.mouseClick(steps, Qt.MouseButton.LeftButton, pos=place)

    arrive(analyst, "threshold")
    qtbot.waitUntil(lambda: bool(shown_histograms(window)), timeout=PATIENCE_MS)
    tour.place()
    histogram = shown_histograms(window)[0]
    assert pointed_at(analyst, histogram)
    start = QPoint(round(histogram.place_of(histogram.values[0])), 9)
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(histogram, QPoint(round(histogram.place_of(0.7)), 9))
    assert analyst.session.tour.step.key == "threshold"  # not while the hand is on it
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton)

    arrive(analyst, "run")
    analyst.run()

    arrive(analyst, "overview")
    assert analyst.tab == "Overview"
    analyst.click("tour_next")

    arrive(analyst, "trade")
    assert analyst.tab == "Trades"
    table = window.findChild(TradeTable)
    cell = table.visualRect(table.model().index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)

    arrive(analyst, "why")
    assert analyst.tab == "Why"
    window.desk.carry_out("view.validity")  # ahead of the tour, which follows

    arrive(analyst, "validity")
    assert pointed_at(analyst, window.panels["validity"])
    analyst.click("tour_next")

    arrive(analyst, "live")
    assert window.findChild(QPushButton, "tour_next").text() == "Finish"
    analyst.click("tour_next")

    assert analyst.session.tour.step is None
    assert not tour.callout.isVisible()
    assert not tour.frame.isVisible()
    assert analyst.session.settings.settings.tour == "done"


def shown_histograms(window):
    return [part for part in window.findChildren(Threshold) if part.isVisible()]


def test_the_whole_tour_can_be_taken_with_the_enter_key(analyst, tour):
    with analyst.qtbot.waitActive(analyst.window):
        analyst.window.activateWindow()
    for key in KEYS:
        arrive(analyst, key)
        assert QApplication.focusWidget() is tour.callout.next, key
        analyst.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)

    assert analyst.session.tour.step is None
    assert analyst.session.results.run is not None
    assert analyst.session.results.trade_id is not None


def test_go_there_gives_the_keyboard_to_what_is_pointed_at_and_a_key_brings_it_back(analyst, tour):
    with analyst.qtbot.waitActive(analyst.window):
        analyst.window.activateWindow()
    arrive(analyst, "sample")

    analyst.click("tour_go")
    assert QApplication.focusWidget().objectName() == "welcome.sample"
    shift = Qt.KeyboardModifier.ShiftModifier
    analyst.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F1, shift)

    assert QApplication.focusWidget() is tour.callout.next
    assert analyst.session.tour.step.key == "sample"


@pytest.mark.parametrize("steps", [0, 2, 5, 8])
def test_escape_leaves_the_tour_at_any_step(analyst, tour, steps):
    for key in KEYS[:steps]:
        arrive(analyst, key)
        analyst.click("tour_next")
    arrive(analyst, KEYS[steps])
    analyst.session.live.switch()  # then the command Cancel has the same key

    analyst.qtbot.keyClick(analyst.window, Qt.Key.Key_Escape)

    assert analyst.session.tour.step is None
    assert analyst.session.settings.settings.tour == ("done" if steps == 8 else "left")
    analyst.wait()


def test_escape_during_a_run_stops_the_run_and_not_the_tour(analyst, tour):
    for key in KEYS[:3]:
        arrive(analyst, key)
        analyst.click("tour_next")
    arrive(analyst, "run")
    analyst.start()
    assert analyst.session.runs.is_running

    analyst.qtbot.keyClick(analyst.window, Qt.Key.Key_Escape)
    analyst.wait()

    assert analyst.session.tour.step is not None


def test_the_tour_starts_again_from_the_menu_on_what_is_open(analyst):
    analyst.open_sample()
    analyst.window.actions_["help.tour"].trigger()

    arrive(analyst, "sample")  # points at the menu: the welcome is gone
    files = analyst.session.request.draft.files
    analyst.click("tour_next")

    arrive(analyst, "strategy")
    assert analyst.session.request.draft.files == files
    analyst.click("tour_back")
    arrive(analyst, "sample")
