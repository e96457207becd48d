from itertools import product

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.session.window.tour import TOUR
from ml4t_desktop.views.shell.tour import TourCallout, TourFrame, beside, framed
from ml4t_desktop.views.shell.welcome import Welcome
from tests.unit.session.fakes import fake_session

WINDOW = QRect(0, 0, 1280, 720)
SIZE = QSize(360, 160)


@pytest.mark.parametrize("place", tuple(product((0, 400, 1180), (0, 300, 680))))
def test_a_callout_lies_beside_a_small_widget_wherever_that_is(place):
    target = QRect(QPoint(*place), QSize(100, 40))

    callout = QRect(beside(target, SIZE, WINDOW), SIZE)

    assert WINDOW.contains(callout)
    assert not callout.intersects(target)


def test_over_a_panel_that_fills_the_window_it_lies_in_the_corner():
    callout = QRect(beside(WINDOW.adjusted(5, 5, -5, -5), SIZE, WINDOW), SIZE)

    assert WINDOW.contains(callout)
    assert callout.center().x() > WINDOW.center().x()
    assert callout.center().y() > WINDOW.center().y()


def test_without_a_target_it_lies_in_the_middle():
    callout = QRect(beside(None, SIZE, WINDOW), SIZE)

    assert abs(callout.center().x() - WINDOW.center().x()) <= 1


def test_a_frame_does_not_leave_the_window():
    assert framed(QRect(0, 0, 50, 50), WINDOW) == QRect(0, 0, 55, 55)


@pytest.fixture
def callout(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(800, 600)
    made = TourCallout(parent)
    parent.show()
    made.show()
    yield made
    parent.close()  # kept until here: it owns the callout


def test_a_step_is_said_to_those_who_do_not_see_it(callout):
    callout.show_step(TOUR[1], 2, 9)

    assert callout.accessibleName() == f"Tour, step 2 of 9: {TOUR[1].title}"
    assert callout.accessibleDescription() == TOUR[1].text
    assert TOUR[1].text in callout.next.accessibleDescription()


@pytest.mark.parametrize("step", TOUR, ids=lambda step: step.key)
def test_every_text_fits_the_callout(callout, step):
    callout.show_step(step, 1, 9)
    callout.resize(callout.proposed_size())
    callout.layout().activate()

    label = callout.text
    assert label.height() >= label.heightForWidth(label.width())


def test_escape_and_enter_do_what_they_do_in_a_dialog(qtbot, callout):
    callout.show_step(TOUR[0], 1, 9)
    with qtbot.waitSignal(callout.leave_asked):
        qtbot.keyClick(callout.next, Qt.Key.Key_Escape)
    callout.next.setFocus()
    with qtbot.waitSignal(callout.next_asked):
        qtbot.keyClick(callout, Qt.Key.Key_Return)


def test_the_mouse_goes_through_the_frame(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    button = QPushButton(parent)
    frame = TourFrame(LIGHT, parent)
    frame.resize(100, 100)
    parent.show()
    frame.show()
    frame.raise_()

    assert parent.childAt(5, 5) is button


def test_the_welcome_offers_the_tour_until_it_is_declined(qtbot, tmp_path):
    session = fake_session(tmp_path)
    welcome = Welcome(session.settings, session.tour)
    qtbot.addWidget(welcome)
    welcome.show()
    offer = welcome.findChild(QWidget, "tour_offer")
    assert offer.isVisible()
    with qtbot.waitSignal(welcome.command_asked) as asked:
        welcome.findChild(QPushButton, "tour_offer.take").click()
    assert asked.args == ["help.tour"]

    welcome.findChild(QPushButton, "tour_offer.decline").click()

    assert not offer.isVisible()
    assert SettingsStore(tmp_path / "settings.toml").settings.tour == "declined"
