import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.views.tab_order import order_tabs


def field(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    return made


def visited(qtbot, root: QWidget, first: QWidget, count: int) -> list[str]:
    """What presses of Tab come to, from the first widget on."""
    root.show()
    root.activateWindow()
    first.setFocus()
    qtbot.waitUntil(first.hasFocus, timeout=10_000)
    names = []
    for _ in range(count):
        names.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    return names


@pytest.fixture
def page(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_tab_goes_as_widgets_are_laid_out_and_not_as_they_were_made(qtbot, page):
    parts = {name: field(name) for name in "fedcba"}
    line = QHBoxLayout()
    for name in "bc":
        line.addWidget(parts[name])
    column = QVBoxLayout(page)
    column.addWidget(parts["a"])
    column.addLayout(line)
    for name in "def":
        column.addWidget(parts[name])

    order_tabs(page)

    assert visited(qtbot, page, parts["a"], 7) == list("abcdefa")


def test_tab_goes_into_what_scrolls_splits_and_has_pages(qtbot, page):
    parts = {name: field(name) for name in "cba"}
    area, split, pages = QScrollArea(), QSplitter(), QTabWidget()
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    pages.tabBar().setObjectName("tabs")
    area.setWidget(parts["a"])
    split.addWidget(parts["b"])
    pages.addTab(parts["c"], "C")
    column = QVBoxLayout(page)
    for part in (area, split, pages):
        column.addWidget(part)

    order_tabs(page)

    assert visited(qtbot, page, parts["a"], 4) == ["a", "b", "tabs", "c"]


def test_tab_goes_along_the_lines_of_forms_and_grids(qtbot, page):
    parts = {name: field(name) for name in "dcba"}
    form, grid = QFormLayout(), QGridLayout()
    form.addRow(QLabel("A"), parts["a"])
    form.addRow(QLabel("B"), parts["b"])
    grid.addWidget(parts["d"], 0, 1)
    grid.addWidget(parts["c"], 0, 0)
    column = QVBoxLayout(page)
    column.addLayout(form)
    column.addLayout(grid)

    order_tabs(page)

    assert visited(qtbot, page, parts["a"], 4) == list("abcd")
