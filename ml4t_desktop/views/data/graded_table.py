"""The base of tables whose rows have a grade: one word in its colour, and figures beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ml4t_desktop.session.language import shown
from ml4t_desktop.session.theme import Theme

NAME: Final = Qt.ItemDataRole.UserRole  # of its first column: what the row stands for
_GRADE: Final = Qt.ItemDataRole.UserRole + 1
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class GradedTable(QTreeWidget):
    """Rows of which one column is a grade.

    Parameters
    ----------
    headers : sequence of pairs
        Title and explanation of each column.
    graded : int
        The column with the grade.
    shades : mapping
        The colour of the theme, by its name, for each grade.
    numbers : collection of int
        Columns to be aligned at the right.
    wide : int
        The column that takes the room there is.
    """

    def __init__(
        self,
        theme: Theme,
        headers: Sequence[tuple[str, str]],
        *,
        graded: int,
        shades: Mapping[str, str],
        numbers: Collection[int],
        wide: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._graded, self._shades, self._numbers = theme, graded, shades, numbers
        self.setColumnCount(len(headers))
        self.setHeaderLabels([shown(title) for title, _ in headers])
        for column, (title, tip) in enumerate(headers):
            self.headerItem().setToolTip(column, f"{shown(title)}\n{shown(tip)}")
            if column in numbers:
                self.headerItem().setTextAlignment(column, _RIGHT)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.header()
        is_last = wide == len(headers) - 1
        header.setStretchLastSection(is_last)
        for column in range(len(headers)):
            if column != wide:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        if not is_last:
            header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        self.setStyleSheet("QTreeView::item { padding: 3px 6px; }")
        self.currentItemChanged.connect(self._on_current_changed)

    def add_row(self, texts: Sequence[str], name: str | int, grade: str) -> QTreeWidgetItem:
        """Add a row: what its columns say, what it stands for, and its grade."""
        item = QTreeWidgetItem(self, list(texts))
        item.setData(0, NAME, name)
        item.setData(0, _GRADE, grade)
        for column in self._numbers:
            item.setTextAlignment(column, _RIGHT)
        return item

    def name_chosen(self, name: str | int) -> None:
        """Take the choice of a row, by what it stands for."""
        raise NotImplementedError

    def choose(self, name: str | int) -> None:
        """Choose the row that stands for something."""
        for item in self.items():
            if item.data(0, NAME) == name:
                with QSignalBlocker(self):
                    self.setCurrentItem(item)
                self.name_chosen(name)
                return

    def items(self) -> Iterator[QTreeWidgetItem]:
        """Give the rows from above."""
        for index in range(self.topLevelItemCount()):
            item = self.topLevelItem(index)
            if item is not None:
                yield item

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the grades."""
        self._theme = theme
        self.colour()

    def colour(self) -> None:
        """Give the grades of all rows their colours."""
        for item in self.items():
            shade = getattr(self._theme, self._shades[item.data(0, _GRADE)])
            item.setForeground(self._graded, QColor(shade))

    def _on_current_changed(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None:
            self.name_chosen(item.data(0, NAME))
