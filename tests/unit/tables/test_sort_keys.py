import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem

from ml4t_desktop.tables.sort_keys import sort_by_keys


@pytest.fixture
def table(qtbot):
    made = QTableWidget(3, 2)
    qtbot.addWidget(made)
    for row, texts in enumerate([("b", "1"), ("c", "3"), ("a", "2")]):
        for column, text in enumerate(texts):
            made.setItem(row, column, QTableWidgetItem(text))
    made.setSortingEnabled(True)
    return made


def pressed(table, key, modifier=Qt.KeyboardModifier.AltModifier):
    return sort_by_keys(table, QKeyEvent(QKeyEvent.Type.KeyPress, key, modifier))


@pytest.mark.parametrize(("key", "order"), [(Qt.Key.Key_Up, "123"), (Qt.Key.Key_Down, "321")])
def test_alt_and_an_arrow_sort_by_the_column_of_the_cell(table, key, order):
    table.setCurrentCell(0, 1)

    assert pressed(table, key)
    assert [table.item(row, 1).text() for row in range(3)] == list(order)


def test_arrows_alone_and_other_keys_do_not_sort(table):
    table.setCurrentCell(0, 1)

    assert not pressed(table, Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier)
    assert not pressed(table, Qt.Key.Key_Left)


def test_nothing_is_sorted_as_long_as_no_cell_was_come_to(table):
    assert not pressed(table, Qt.Key.Key_Up)
