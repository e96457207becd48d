"""The findings about the data, the gravest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.files.quality import Finding

SEVERITIES = {"error": mark("▲ Error"), "warning": mark("● Warning"), "note": mark("· Note")}
_HEADERS = (
    (
        mark("Severity"),
        mark("An error stops a run, a warning may bend its result, a note is worth knowing"),
    ),
    (mark("Finding"), mark("What was found")),
    (mark("Rows"), mark("How many rows, bars or times it concerns")),
    (mark("In words"), mark("What it is, and where")),
)
_INDEX = Qt.ItemDataRole.UserRole
_SEVERITY = Qt.ItemDataRole.UserRole + 1
_ROWS, _WORDS = 2, 3
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class QualityTable(QTreeWidget):
    """Findings.

    Signals
    -------
    chosen : int
        Place of the finding that was chosen.
    """

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quality_table")
        self.setAccessibleName(tr("Findings about the data"))
        self._theme = theme
        self.setColumnCount(len(_HEADERS))
        self.setHeaderLabels([shown(title) for title, _ in _HEADERS])
        for column, (title, tip) in enumerate(_HEADERS):
            self.headerItem().setToolTip(column, f"{shown(title)}\n{shown(tip)}")
        self.headerItem().setTextAlignment(_ROWS, _RIGHT)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setStretchLastSection(True)
        for column in range(_WORDS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setStyleSheet("QTreeView::item { padding: 3px 6px; }")
        self.currentItemChanged.connect(self._on_current_changed)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show findings; the kind and place that was chosen stays chosen, else the first is."""
        before = self.currentItem().toolTip(1) if self.currentItem() is not None else ""
        chosen = 0
        with QSignalBlocker(self):
            self.clear()
            for index, finding in enumerate(findings):
                count = QLocale().toString(finding.places.height) if finding.places.height else ""
                words = capitalised(shown(finding.what))
                texts = [shown(SEVERITIES[finding.severity]), shown(finding.title), count, words]
                item = QTreeWidgetItem(self, texts)
                item.setTextAlignment(_ROWS, _RIGHT)
                item.setData(0, _INDEX, index)
                item.setData(0, _SEVERITY, finding.severity)
                item.setToolTip(1, tr("{title}: {text}", title=finding.title, text=finding.where))
                item.setToolTip(
                    _WORDS, tr("{title}: {text}", title=finding.where, text=finding.what)
                )
                if item.toolTip(1) == before:
                    chosen = index
        self._colour()
        if findings:
            self.choose(chosen)

    def choose(self, index: int) -> None:
        """Choose a finding by its place."""
        item = self.topLevelItem(index)
        if item is not None:
            with QSignalBlocker(self):
                self.setCurrentItem(item)
            self.chosen.emit(index)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the severities."""
        self._theme = theme
        self._colour()

    def _colour(self) -> None:
        theme = self._theme
        shades = {"error": theme.error, "warning": theme.warning, "note": theme.muted}
        for index in range(self.topLevelItemCount()):
            item = self.topLevelItem(index)
            if item is not None:
                item.setForeground(0, QColor(shades[item.data(0, _SEVERITY)]))

    def _on_current_changed(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None:
            self.chosen.emit(int(item.data(0, _INDEX)))
