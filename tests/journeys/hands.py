"""Keys and clicks of somebody in front of the window, counted."""

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QMenu,
    QStyle,
    QStyleOptionSpinBox,
    QTabBar,
    QWidget,
)

from ml4t_desktop.session.window.commands import command

MENU = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
PATIENCE_SECONDS = 10.0
LEAST_HALF = 10  # pixels from the lower edge of a tab to its middle


def _wait(holds: Callable[[], bool]) -> None:
    """Give what is laid out anew the time to be seen; the caller says what it is when it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < deadline:
        QTest.qWait(10)


class Keyboard:
    """Presses keys where the keyboard is, and never calls anything of the window."""

    def __init__(self, window: QWidget) -> None:
        self.window, self.presses = window, 0
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window, 10_000)

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or QApplication.activeWindow() or self.window

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = MENU) -> None:
        self.presses += 1
        QTest.keyClick(self.focus, key, modifiers)

    def give(self, command_id: str) -> None:
        """Press the shortcut of a command."""
        self.chord(command(command_id).shortcut)

    def chord(self, keys: str) -> None:
        combined = QKeySequence(keys)[0]
        self.press(combined.key(), combined.keyboardModifiers())

    def write(self, text: str) -> None:
        self.presses += len(text)
        QTest.keyClicks(self.focus, text)

    def go_to(self, name: str, most: int = 40) -> QWidget:
        """Press Tab until something has the keyboard."""
        for _ in range(most):
            if self.focus.objectName() == name:
                return self.focus
            self.press(Qt.Key.Key_Tab)
        pytest.fail(f"{name} is not reached by {most} presses of Tab")


class Mouse:
    """Clicks on what is seen, and never calls anything of the window."""

    def __init__(self, window: QWidget) -> None:
        self.window, self.clicks = window, 0

    def click(self, name: str) -> None:
        """Click on the widget with a name, where it is seen."""
        widget = self.window.findChild(QWidget, name)
        assert widget is not None, name
        _wait(lambda: widget.isVisible() and widget.isEnabled())
        assert widget.isVisible(), name
        assert widget.isEnabled(), f"{name} is greyed"
        self.click_at(widget, widget.visibleRegion().boundingRect().center())

    def sees(self, widget: QWidget) -> bool:
        """Whether the whole of a widget is seen."""
        return widget.isVisible() and widget.visibleRegion().contains(widget.rect())

    def click_at(self, widget: QWidget, place: QPoint) -> None:
        """Click on what is seen at a place of a widget."""
        _wait(lambda: widget.visibleRegion().contains(place))
        assert widget.visibleRegion().contains(place), f"{widget.objectName()} is not seen there"
        self.clicks += 1
        top = widget.window()
        hit = top.childAt(widget.mapTo(top, place)) or top
        QTest.mouseClick(hit, LEFT, MENU, hit.mapFrom(top, widget.mapTo(top, place)))

    def click_tab(self, bar_name: str, title: str) -> None:
        """Click on a tab that is seen."""
        for bar in self.window.findChildren(QTabBar, bar_name):
            for place in range(bar.count()):
                if bar.tabText(place) == title and bar.isVisible() and bar.isTabVisible(place):
                    rect = bar.tabRect(place)  # above the titles of panels lie those of groups
                    self.click_at(bar, QPoint(rect.center().x(), rect.bottom() - LEAST_HALF))
                    return
        pytest.fail(f"there is no tab {title}")

    def click_row(self, name: str, row: int, column: int = 0) -> None:
        """Click on a cell of a table."""
        table = self.window.findChild(QAbstractItemView, name)
        place = table.visualRect(table.model().index(row, column)).center()
        viewport = table.viewport()
        self.click_at(viewport, place)

    def click_arrow(self, box: QWidget, *, is_up: bool) -> None:
        """Click on the arrow of a number."""
        option = QStyleOptionSpinBox()
        box.initStyleOption(option)
        part = QStyle.SubControl.SC_SpinBoxUp if is_up else QStyle.SubControl.SC_SpinBoxDown
        control = QStyle.ComplexControl.CC_SpinBox
        self.click_at(box, box.style().subControlRect(control, option, part, box).center())

    def choose_in_menu(self, menu_title: str, entry: str) -> None:
        """Click on a menu of the menu bar and on an entry of it."""
        bar = self.window.menuBar()
        action = next(it for it in bar.actions() if it.text().replace("&", "") == menu_title)
        self.click_at(bar, bar.actionGeometry(action).center())
        menu = action.menu()
        assert isinstance(menu, QMenu)
        assert menu.isVisible()
        found = next(it for it in menu.actions() if it.text().replace("&", "").startswith(entry))
        self.clicks += 1
        QTest.mouseClick(menu, LEFT, MENU, menu.actionGeometry(found).center())
