import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QTableWidget, QVBoxLayout, QWidget

from ml4t_desktop.app.focus_ring import FocusRing


@pytest.fixture
def page(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    for name in ("one", "two"):
        part = QPushButton(name)
        part.setObjectName(name)
        column.addWidget(part)
    column.addWidget(QTableWidget(1, 1))
    made.ring = FocusRing(QApplication.instance(), made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made, timeout=10_000)
    button(made, "two").setFocus()
    return made


def button(page, name):
    return page.findChild(QPushButton, name)


def test_what_the_keyboard_comes_to_has_the_ring_alone(page):
    button(page, "one").setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert page.ring.marked is button(page, "one")

    button(page, "two").setFocus(Qt.FocusReason.ShortcutFocusReason)

    assert page.ring.marked is button(page, "two")


def test_nothing_is_marked_before_somebody_uses_the_keyboard(page):
    button(page, "one").setFocus(Qt.FocusReason.OtherFocusReason)

    assert page.ring.marked is None


def test_the_ring_grows_with_its_widget_and_lets_clicks_through(qtbot, page):
    one = button(page, "one")
    one.setFocus(Qt.FocusReason.ShortcutFocusReason)
    page.resize(500, 300)
    qtbot.waitUntil(lambda: one.findChild(QWidget, "focus_ring").size() == one.size())

    with qtbot.waitSignal(one.clicked):
        qtbot.mouseClick(one, Qt.MouseButton.LeftButton)


def test_a_table_is_marked_by_its_border(page):
    page.findChild(QTableWidget).setFocus(Qt.FocusReason.ShortcutFocusReason)

    assert page.ring.marked is None


def test_a_widget_that_goes_takes_its_ring_along(qtbot, page):
    one = button(page, "one")
    one.setFocus(Qt.FocusReason.ShortcutFocusReason)
    one.deleteLater()
    qtbot.waitUntil(lambda: button(page, "one") is None)

    button(page, "two").setFocus(Qt.FocusReason.ShortcutFocusReason)

    assert page.ring.marked is button(page, "two")
