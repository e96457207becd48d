"""Sorting a table with the keyboard: by the column of the cell the arrow keys have come to."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

_ORDERS: Final = {
    Qt.Key.Key_Up: Qt.SortOrder.AscendingOrder,
    Qt.Key.Key_Down: Qt.SortOrder.DescendingOrder,
}


def sort_by_keys(table: QTableView, event: QKeyEvent) -> bool:
    """Sort by the present column, Alt+Up lowest first, Alt+Down highest first; return whether that was asked."""
    order = _ORDERS.get(Qt.Key(event.key()))
    column = table.currentIndex().column()
    if order is None or column < 0 or event.modifiers() != Qt.KeyboardModifier.AltModifier:
        return False
    table.horizontalHeader().setSortIndicator(column, order)
    return True
