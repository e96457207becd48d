"""Every statistic of the run in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.statistic_text import NOT_DEFINED, statistic_text, statistic_tip

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.metrics import Metrics

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class StatisticsTable(QTreeWidget):
    """Every statistic by group; the tooltip of each is its formula."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statistics")
        self.setAccessibleName("All statistics of the run")
        self._theme = theme
        self._rows: dict[str, QTreeWidgetItem] = {}
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(10)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def show_metrics(self, metrics: Metrics) -> None:
        """Show the statistics of a run."""
        from ml4t_desktop.analysis.definitions import DEFINITIONS

        if not self._rows:
            self._make_rows()
        locale = QLocale()
        for definition in DEFINITIONS:
            row = self._rows[definition.name]
            row.setText(1, statistic_text(definition, metrics, locale))
            for column in (0, 1):
                row.setToolTip(column, statistic_tip(definition, metrics))
        self._colour_rows()

    def text_of(self, name: str) -> str:
        """Return the value of a statistic as it is written."""
        return self._rows[name].text(1)

    def copy_rows(self) -> None:
        """Put the selected rows (all when none is) on the clipboard as tab-separated text."""
        chosen = [row for row in self._rows.values() if row.isSelected()] or list(
            self._rows.values()
        )
        lines = [f"{row.text(0)}\t{row.text(1)}" for row in chosen]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setStyleSheet("QTreeView::item { padding: 2px 4px; }")
        self._colour_rows()

    def _make_rows(self) -> None:
        from ml4t_desktop.analysis.definitions import DEFINITIONS

        groups: dict[str, QTreeWidgetItem] = {}
        for definition in DEFINITIONS:
            if definition.group not in groups:
                group = QTreeWidgetItem(self, [definition.group])
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setFirstColumnSpanned(True)
                groups[definition.group] = group
            row = QTreeWidgetItem(groups[definition.group], [definition.title])
            row.setTextAlignment(1, _RIGHT)
            self._rows[definition.name] = row
        self.expandAll()

    def _colour_rows(self) -> None:
        text, muted = QColor(self._theme.text), QColor(self._theme.muted)
        for row in self._rows.values():
            row.setForeground(1, muted if row.text(1) == NOT_DEFINED else text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
            return
        super().keyPressEvent(event)
