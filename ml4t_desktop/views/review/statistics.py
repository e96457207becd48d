"""Every statistic of the run in groups: of all trades, of each side, and of the benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.statistic_text import NOT_DEFINED, statistic_text, statistic_tip

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.definitions import Definition
    from ml4t_desktop.analysis.metrics import Metrics
    from ml4t_desktop.analysis.return_metrics import ReturnMetrics
    from ml4t_desktop.analysis.review import Review
    from ml4t_desktop.analysis.trade_metrics import TradeMetrics

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_HEADERS: Final = ("Statistic", "All", "Long", "Short", "Benchmark")
_ALL, _LONG, _SHORT, _BENCHMARK = 1, 2, 3, 4
_RELATIVE: Final = "BENCHMARK"  # the group of what the run did against the benchmark
_NAME_OF_BENCHMARK: Final = "benchmark"
_TITLE_WIDTH, _VALUE_WIDTH = 42, 12  # characters
_COMING: Final = "\N{HORIZONTAL ELLIPSIS}"


class StatisticsTable(QTreeWidget):
    """Every statistic by group; the tooltip of each is its formula and what it is made of.

    The sides are shown when there are trades on both, the benchmark when there is one. A side or a
    benchmark has no text where the statistic is one of the account as a whole.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statistics")
        self.setAccessibleName("All statistics of the run")
        self._theme = theme
        self._rows: dict[str, QTreeWidgetItem] = {}
        self.setColumnCount(len(_HEADERS))
        self.setHeaderLabels(_HEADERS)
        self.setRootIsDecorated(False)
        self.setIndentation(10)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(_ALL, len(_HEADERS)):
            self.headerItem().setTextAlignment(column, _RIGHT)

    def show_metrics(self, metrics: Metrics, review: Review | None = None) -> None:
        """Show the statistics of a run; those of sides and benchmark once there is its review."""
        from ml4t_desktop.analysis.definitions import DEFINITIONS

        if not self._rows:
            self._make_rows()
        against = review.benchmark if review is not None else _COMING
        has_benchmark = not isinstance(against, str)
        has_sides = bool(review and _trades(review.long) and _trades(review.short))
        for column, is_shown in (
            (_LONG, has_sides),
            (_SHORT, has_sides),
            (_BENCHMARK, has_benchmark),
        ):
            self.setColumnHidden(column, not is_shown)
        shown = _TITLE_WIDTH + _VALUE_WIDTH * (1 + 2 * has_sides + has_benchmark)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * shown)
        locale = QLocale()
        for definition in DEFINITIONS:
            row = self._rows[definition.name]
            if definition.group == _RELATIVE:
                _show_relative(row, definition, against, locale)
                continue
            _show(row, _ALL, definition, metrics, locale)
            if review is not None and has_sides:
                _show(row, _LONG, definition, review.long, locale)
                _show(row, _SHORT, definition, review.short, locale)
            if not isinstance(against, str):
                _show(row, _BENCHMARK, definition, against, locale)
        self._colour_rows()

    def text_of(self, name: str, column: str = "All") -> str:
        """Return the value of a statistic as it is written, of all trades or in another column."""
        return self._rows[name].text(_HEADERS.index(column))

    def copy_rows(self) -> None:
        """Put the selected rows (all when none is) on the clipboard as tab-separated text."""
        chosen = [row for row in self._rows.values() if row.isSelected()] or list(
            self._rows.values()
        )
        shown = [column for column in range(len(_HEADERS)) if not self.isColumnHidden(column)]
        lines = ["\t".join(_HEADERS[column] for column in shown)]
        lines += ["\t".join(row.text(column) for column in shown) for row in chosen]
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
            for column in range(_ALL, len(_HEADERS)):
                row.setTextAlignment(column, _RIGHT)
            self._rows[definition.name] = row
        self._rows[_NAME_OF_BENCHMARK].setHidden(True)  # its name is too long for a column
        self.expandAll()

    def _colour_rows(self) -> None:
        text, muted = QColor(self._theme.text), QColor(self._theme.muted)
        for row in self._rows.values():
            for column in range(_ALL, len(_HEADERS)):
                is_muted = row.text(column) in {NOT_DEFINED, _COMING}
                row.setForeground(column, muted if is_muted else text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
            return
        super().keyPressEvent(event)


def _trades(side: TradeMetrics) -> int:
    return side.num_trades + side.open_trades


def _show(
    row: QTreeWidgetItem,
    column: int,
    definition: Definition,
    metrics: ReturnMetrics | TradeMetrics,
    locale: QLocale,
) -> None:
    """Show one statistic in one column; its title has the tooltip of the first."""
    text = statistic_text(definition, metrics, locale, is_brief=column != _ALL)
    tip = statistic_tip(definition, metrics) if text else "Only the account as a whole has this."
    row.setText(column, text)
    row.setToolTip(column, tip)
    if column == _ALL:
        row.setToolTip(0, tip)


def _show_relative(
    row: QTreeWidgetItem, definition: Definition, against: ReturnMetrics | str, locale: QLocale
) -> None:
    """Show one statistic against the benchmark, or why there is none."""
    if not isinstance(against, str):
        _show(row, _ALL, definition, against, locale)
        return
    row.setText(_ALL, _COMING if against == _COMING else NOT_DEFINED)
    reason = "It is being computed." if against == _COMING else f"Not defined here: {against}"
    tip = f"{definition.title}: {definition.formula}\n\n{reason}"
    row.setToolTip(0, tip)
    row.setToolTip(_ALL, tip)
