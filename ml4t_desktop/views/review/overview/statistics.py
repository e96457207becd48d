"""Every statistic of the run in groups: of all trades, of each side, and of the benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QLocale, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.frame_model import PLAIN_ROLE
from ml4t_desktop.tables.plain import plain_table
from ml4t_desktop.views.review.menus import open_menu
from ml4t_desktop.views.review.statistic_change import statistic_change
from ml4t_desktop.views.review.statistic_text import (
    NOT_DEFINED,
    Tone,
    statistic_text,
    statistic_tip,
)
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.account.return_metrics import ReturnMetrics
    from ml4t_desktop.analysis.definitions import Definition
    from ml4t_desktop.analysis.metrics import Metrics
    from ml4t_desktop.analysis.review import Review
    from ml4t_desktop.analysis.trades.trade_metrics import TradeMetrics

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_HEADERS: Final = (
    mark("Statistic"),
    mark("All"),
    mark("Change"),
    mark("Long"),
    mark("Short"),
    mark("Benchmark"),
)
_ALL, _CHANGE, _LONG, _SHORT, _BENCHMARK = 1, 2, 3, 4, 5
_RELATIVE: Final = "BENCHMARK"  # the group of what the run did against the benchmark
_NAME_OF_BENCHMARK: Final = "benchmark"
_TITLE_WIDTH, _LEAST_TITLE, _MOST_WIDTH = 32, 24, 100  # characters
_SAMPLE: Final = "-100.00 %"
_ROOM: Final = 16  # beside the words of a cell
_COMING: Final = "\N{HORIZONTAL ELLIPSIS}"
_ONLY_WHOLE: Final = mark("Only the account as a whole has this.")
_IS_COMING: Final = mark("It is being computed.")


class StatisticsTable(QTreeWidget):
    """Every statistic by group; the tooltip of each is its formula and what it is made of.

    Signals
    -------
    number_asked : str, str, QRect
        How a statistic is made, and in which column, was asked for at a place of the table.

    The sides are shown when there are trades on both, the benchmark when there is one, and the change
    while the run is compared with another. A side or a benchmark has no text where the statistic is
    one of the account as a whole.
    """

    number_asked = Signal(str, str, QRect)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statistics")
        self.setAccessibleName(tr("All statistics of the run"))
        self._theme = theme
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._groups: dict[str, QTreeWidgetItem] = {}
        self._cells: dict[tuple[str, int], tuple[str, Tone, str]] = {}
        self._tones: dict[tuple[str, int], Tone] = {}
        self._tips: dict[tuple[str, str | None], str] = {}
        self._fitted: set[int] = set()
        self._widest: dict[int, int] = {}  # pixels of the longest value so far, by column
        self._values_width = 0
        self._had_sides = self._is_zoned = False
        self.setColumnCount(len(_HEADERS))
        self.setHeaderLabels([shown(title) for title in _HEADERS])
        self.setRootIsDecorated(False)
        self.setIndentation(10)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        tips = {_CHANGE: tr("How the run differs from the one it is compared with")}
        for column, title in enumerate(_HEADERS):
            tip = "\n".join(filter(None, (shown(title), tips.get(column, ""))))
            self.headerItem().setToolTip(column, tip)
        for column in range(_ALL, len(_HEADERS)):
            self.headerItem().setTextAlignment(column, _RIGHT)
            self.setColumnHidden(column, column != _ALL)
        self.itemClicked.connect(self._on_item_clicked)

    def ask(self, name: str, column: str = "All") -> None:
        """Ask how a statistic is made."""
        row = self._rows[name]
        self.scrollToItem(row)
        index = self.indexFromItem(row, _HEADERS.index(column))
        title = self.visualRect(self.indexFromItem(row, 0))
        place = title.united(self.visualRect(index))
        self.number_asked.emit(name, column, place.translated(self.viewport().pos()))

    def ask_current(self) -> bool:
        """Ask how the statistic with the cursor is made; say whether there is one."""
        name, column = self._name_of(self.currentItem()), self.currentColumn()
        if name is None:
            return False
        is_value = column > 0 and not self.isColumnHidden(column) and self._rows[name].text(column)
        self.ask(name, _HEADERS[column] if is_value else _HEADERS[_ALL])
        return True

    def _name_of(self, item: QTreeWidgetItem | None) -> str | None:
        return next((name for name, row in self._rows.items() if row is item), None)

    def _on_item_clicked(self, item: QTreeWidgetItem, _column: int) -> None:
        is_choosing = QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier
        if not is_choosing and len(self.selectedItems()) <= 1 and self._name_of(item) is not None:
            self.ask_current()

    def show_metrics(
        self,
        metrics: Metrics,
        review: Review | None = None,
        *,
        ghost: Metrics | None = None,
        is_current: bool = True,
        is_zoned: bool = False,
    ) -> None:
        """Show the statistics of a run; those of sides and benchmark once there is its review.

        Parameters
        ----------
        ghost : Metrics, optional
            Those of the run it is compared with.
        is_current : bool
            Whether the review is of this run; one of the run before tells what the benchmark did, and
            which columns there will be.
        is_zoned : bool
            Whether the times of the run carry a zone.
        """
        from ml4t_desktop.analysis.definitions import DEFINITIONS

        if not self._rows:
            self._make_rows()
        self._is_zoned = is_zoned
        against = review.benchmark if review is not None else _COMING
        if review is not None and is_current:
            self._had_sides = bool(_trades(review.long) and _trades(review.short))
        self._show_columns(has_change=ghost is not None, has_benchmark=not isinstance(against, str))
        sides = (review.long, review.short) if review is not None and is_current else None
        relative = against if is_current or isinstance(against, str) else _COMING
        locale = QLocale()
        for definition in DEFINITIONS:
            if definition.group == _RELATIVE:
                self._show_relative(definition, relative, locale)
                continue
            self._show(_ALL, definition, metrics, locale)
            if ghost is not None:
                self._show_change(definition, metrics, ghost, locale)
            if self._had_sides:
                self._show_sides(definition, sides, locale)
            if not isinstance(against, str):
                self._show(_BENCHMARK, definition, against, locale)
        self._fit()

    def _show_columns(self, *, has_change: bool, has_benchmark: bool) -> None:
        """Show the columns that have something to say."""
        shown = {
            _CHANGE: has_change,
            _LONG: self._had_sides,
            _SHORT: self._had_sides,
            _BENCHMARK: has_benchmark,
        }
        for column, is_shown in shown.items():
            if self.isColumnHidden(column) == is_shown:
                self.setColumnHidden(column, not is_shown)

    def _fit(self) -> None:
        """Give columns the room their values need: a little more than at most so far, never less."""
        measure = self.fontMetrics()
        widths = 0
        for column in range(_ALL, len(_HEADERS)):
            if self.isColumnHidden(column):
                continue
            words = max(map(measure.horizontalAdvance, (_SAMPLE, shown(_HEADERS[column]))))
            needed = max(words, self._widest.get(column, 0)) + _ROOM
            if needed > self.columnWidth(column) or column not in self._fitted:
                self._fitted.add(column)
                self.setColumnWidth(column, needed)
            widths += self.columnWidth(column)
        titles = measure.averageCharWidth() * _TITLE_WIDTH
        least = min(widths + titles, measure.averageCharWidth() * _MOST_WIDTH)
        if self.minimumWidth() != least:
            self.setMinimumWidth(least)
        self._values_width = widths
        self._stretch_titles()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()
            self._fit()

    def _measure(self) -> None:
        """Measure what is shown with letters of another size."""
        measure = self.fontMetrics()
        self._fitted.clear()
        self._widest.clear()
        for (name, column), (text, _, _) in self._cells.items():
            if not self._rows[name].isHidden():
                width = measure.horizontalAdvance(text)
                self._widest[column] = max(self._widest.get(column, 0), width)

    def _stretch_titles(self) -> None:
        """Give the titles what the values leave; where that is too little, the table scrolls sideways."""
        least = self.fontMetrics().averageCharWidth() * _LEAST_TITLE
        width = max(self.viewport().width() - self._values_width, least)
        if self.columnWidth(0) != width:
            self.setColumnWidth(0, width)

    def _show_sides(
        self,
        definition: Definition,
        sides: tuple[TradeMetrics, TradeMetrics] | None,
        locale: QLocale,
    ) -> None:
        from ml4t_desktop.analysis.metrics import TRADE_STATISTICS

        for number, column in enumerate((_LONG, _SHORT)):
            if sides is not None:
                self._show(column, definition, sides[number], locale)
            elif definition.name in TRADE_STATISTICS:
                self._write(definition.name, column, _COMING, "muted", _IS_COMING)

    def text_of(self, name: str, column: str = mark("All")) -> str:
        """Return the value of a statistic as it is written, of all trades or in another column."""
        return self._rows[name].text(_HEADERS.index(column))

    def copy_rows(self) -> None:
        """Put the selected rows (all when none is) on the clipboard as tab-separated text."""
        QGuiApplication.clipboard().setText(plain_table(self, only_selected=True).text())

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setStyleSheet("QTreeView::item { padding: 2px 4px; }")
        for (name, column), tone in self._tones.items():
            self._rows[name].setForeground(column, self._colour(tone))
        for group in self._groups.values():
            group.setForeground(0, QColor(theme.muted))

    def _make_rows(self) -> None:
        from ml4t_desktop.analysis.definitions import DEFINITIONS

        groups = self._groups
        for definition in DEFINITIONS:
            if definition.group not in groups:
                group = QTreeWidgetItem(self, [shown(definition.group)])
                font = group.font(0)
                font.setBold(True)
                group.setFont(0, font)
                group.setForeground(0, QColor(self._theme.muted))
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                group.setFirstColumnSpanned(True)
                groups[definition.group] = group
            row = QTreeWidgetItem(groups[definition.group], [shown(definition.title)])
            for column in range(_ALL, len(_HEADERS)):
                row.setTextAlignment(column, _RIGHT)
            self._rows[definition.name] = row
        self._rows[_NAME_OF_BENCHMARK].setHidden(True)  # its name is too long for a column
        self.expandAll()

    def _show(
        self,
        column: int,
        definition: Definition,
        metrics: ReturnMetrics | TradeMetrics,
        locale: QLocale,
    ) -> None:
        """Show one statistic in one column; its title has the tooltip of the first."""
        text = statistic_text(
            definition, metrics, locale, is_brief=column != _ALL, is_zoned=self._is_zoned
        )
        tip = self._tip(definition, metrics) if text else _ONLY_WHOLE
        self._write(definition.name, column, text, "muted" if text == NOT_DEFINED else "text", tip)
        row, value = self._rows[definition.name], getattr(metrics, definition.name, None)
        if row.data(column, PLAIN_ROLE) != value:
            row.setData(column, PLAIN_ROLE, value)
        if column == _ALL:
            row.setToolTip(0, shown(tip))

    def _tip(self, definition: Definition, metrics: ReturnMetrics | TradeMetrics) -> str:
        """Return the tooltip of a statistic, which every run has in the same words."""
        key = definition.name, metrics.undefined.get(definition.name)
        if key not in self._tips:
            self._tips[key] = statistic_tip(definition, metrics)
        return self._tips[key]

    def _show_change(
        self, definition: Definition, metrics: Metrics, ghost: Metrics, locale: QLocale
    ) -> None:
        change = statistic_change(definition, metrics, ghost, locale)
        self._write(definition.name, _CHANGE, change.text, change.tone, change.tip)

    def _show_relative(
        self, definition: Definition, against: ReturnMetrics | str, locale: QLocale
    ) -> None:
        """Show one statistic against the benchmark, or why there is none."""
        if not isinstance(against, str):
            self._show(_ALL, definition, against, locale)
            return
        text = _COMING if against == _COMING else NOT_DEFINED
        reason = (
            shown(_IS_COMING)
            if against == _COMING
            else tr("Not defined here: {against}", against=against)
        )
        tip = tr(
            "{title}: {text}\n\n{reason}",
            title=definition.title,
            text=definition.formula,
            reason=reason,
        )
        self._write(definition.name, _ALL, text, "muted", tip)
        self._rows[definition.name].setToolTip(0, shown(tip))

    def _write(self, name: str, column: int, text: str, tone: Tone, tip: str) -> None:
        """Write one cell, as far as it differs from what is there: a cell that is set is painted anew."""
        row = self._rows[name]
        if self._cells.get((name, column)) == (text, tone, tip):
            return
        self._cells[name, column] = (text, tone, tip)
        if row.text(column) != text:
            row.setText(column, text)
            if not row.isHidden():
                width = self.fontMetrics().horizontalAdvance(text)
                self._widest[column] = max(self._widest.get(column, 0), width)
        if self._tones.get((name, column)) != tone:
            self._tones[name, column] = tone
            row.setForeground(column, self._colour(tone))
        row.setToolTip(column, shown(tip))

    def _colour(self, tone: Tone) -> QColor:
        theme = self._theme
        tones = {"gain": theme.gain, "loss": theme.loss, "muted": theme.muted, "text": theme.text}
        return QColor(tones[tone])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().resizeEvent(event)
        self._stretch_titles()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._name_of(self.currentItem()) is not None:
            actions = ((tr("How it is made"), self.ask_current), (tr("Copy"), self.copy_rows))
            open_menu(self, event.globalPos(), actions)


def _trades(side: TradeMetrics) -> int:
    return side.num_trades + side.open_trades
