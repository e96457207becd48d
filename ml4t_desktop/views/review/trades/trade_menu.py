"""The menu of a column of the trades table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.words import as_words
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.filters import exact_values, exactly

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

_MOST_CHOICES: Final = 40


class ColumnMenu(QObject):
    """Sorts, filters, groups by and hides a column.

    Signals
    -------
    sort_asked : int, Qt.SortOrder
    filter_chosen : str, str
        A column and what its field is to hold.
    field_asked, hide_asked : int
    group_asked : str
    """

    sort_asked = Signal(int, object)
    filter_chosen = Signal(str, str)
    field_asked = Signal(int)
    hide_asked = Signal(int)
    group_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.menu = QMenu(parent)

    def ask(
        self, section: int, column: Column, values: pl.Series, text: str, place: QPoint
    ) -> None:
        """Open the menu of a column with its values and its present filter."""
        menu = self.menu
        menu.clear()
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        menu.addAction(tr("Sort, lowest first"), partial(self.sort_asked.emit, section, up))
        menu.addAction(tr("Sort, highest first"), partial(self.sort_asked.emit, section, down))
        menu.addSeparator()
        menu.addAction(tr("Filter…"), partial(self.field_asked.emit, section))
        self._add_choices(column, values, text)
        clear = menu.addAction(
            tr("Clear this filter"), partial(self.filter_chosen.emit, column.name, "")
        )
        clear.setEnabled(bool(text))
        menu.addSeparator()
        key = f"month:{column.name}" if column.kind in {"time", "date"} else column.name
        title = (
            tr("Group by its month")
            if column.kind in {"time", "date"}
            else tr("Group by this column")
        )
        menu.addAction(shown(title), partial(self.group_asked.emit, key))
        menu.addAction(tr("Hide this column"), partial(self.hide_asked.emit, section))
        menu.popup(place)

    def _add_choices(self, column: Column, values: pl.Series, text: str) -> None:
        """Offer the distinct values of a column of texts, if these are not too many."""
        if values.dtype.is_numeric() or values.dtype.is_temporal():
            return
        distinct = sorted(values.drop_nulls().unique())
        if not 1 < len(distinct) <= _MOST_CHOICES:
            return
        choices = self.menu.addMenu(tr("Only"))
        chosen = exact_values(text)
        for value in distinct:
            title = as_words(value) if column.kind == "word" else value
            action = choices.addAction(title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(value in chosen)
            others = tuple(name for name in chosen if name != value)
            wanted = others if value in chosen else (*chosen, value)
            action.triggered.connect(partial(self._on_choice, column.name, exactly(wanted)))

    def _on_choice(self, name: str, text: str, _is_checked: object = None) -> None:
        self.filter_chosen.emit(name, text)
