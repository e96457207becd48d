"""A signal in tables: by market context, and year by year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QRect, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.menus import open_menu
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    import polars as pl

    from ml4t_desktop.analysis.signals.context_grid import ContextGrid

_FIFTHS: Final = (
    mark("lowest fifth"),
    mark("2nd"),
    mark("3rd"),
    mark("4th"),
    mark("highest fifth"),
)
_DRIFT: Final = ("missing", "low", "middle", "high", "stability")
_CENTRE = Qt.AlignmentFlag.AlignCenter


class PlainTable(QTableWidget):
    """A table of texts that fills its width."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabKeyNavigation(False)  # Tab leads on, arrow keys go from cell to cell
        self.setAccessibleName(name)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def fill(self, rows: list[str], columns: list[str], texts: list[list[str]]) -> None:
        """Show texts under and beside their headings."""
        self.setRowCount(len(rows))
        self.setColumnCount(len(columns))
        self.setVerticalHeaderLabels(rows)
        self.setHorizontalHeaderLabels(columns)
        for column, title in enumerate(columns):
            heading = self.horizontalHeaderItem(column)
            if heading is not None:
                heading.setToolTip(title)
        for row, line in enumerate(texts):
            for column, text in enumerate(line):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_CENTRE)
                self.setItem(row, column, item)


class AskedTable(PlainTable):
    """A table whose every cell tells how it is made: by a click, Enter, or its menu.

    Signals
    -------
    number_asked : str, QRect
        How a cell is made was asked for, as `analysis.making.signals` calls it.
    """

    number_asked = Signal(str, QRect)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.cellClicked.connect(self._on_cell_clicked)

    def ask_current(self) -> bool:
        """Ask how the cell with the cursor is made; say whether there is one."""
        item = self.currentItem()
        question = self.question(self.currentRow(), self.currentColumn())
        if item is None or not question:
            return False
        place = self.visualItemRect(item).translated(self.viewport().pos())
        self.number_asked.emit(question, place)
        return True

    def question(self, row: int, column: int) -> str:
        """Return what a cell is called where it is made; nothing where none is shown."""
        raise NotImplementedError

    def _on_cell_clicked(self, _row: int, _column: int) -> None:
        self.ask_current()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        open_menu(self, event.globalPos(), ((tr("How it is made"), self.ask_current),))


class ContextTable(AskedTable):
    """Mean return by part of the context and fifth of the signal, tinted by its size."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("Return after the signal, by market context"), parent)
        self.setObjectName("context_grid")
        self._theme = theme
        self._grid: ContextGrid | None = None

    def question(self, row: int, column: int) -> str:
        """Return what a cell is called where it is made; nothing where none is shown."""
        return f"context.{self._grid.context}.{row}.{column}" if self._grid is not None else ""

    def show_grid(self, grid: ContextGrid | None) -> None:
        """Show another context column; None empties the table."""
        self._grid = grid
        if grid is None:
            self.fill([], [], [])
            return
        locale = QLocale()
        rows = list(grid.labels) or [
            tr(
                "{low} to {high}",
                low=format_value(low, "number", locale),
                high=format_value(high, "number", locale),
            )
            for low, high in grid.bounds or ()
        ]
        texts = [
            [format_value(float(value), "percent", locale) for value in line] for line in grid.mean
        ]
        self.fill(rows, [shown(title) for title in _FIFTHS], texts)
        for row in range(grid.mean.shape[0]):
            for column in range(grid.mean.shape[1]):
                count = format_value(int(grid.count[row, column]), "count", locale)
                self._item(row, column).setToolTip(tr("{count} bars", count=count))
        self._tint()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self._tint()

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        assert item is not None  # noqa: S101 (every cell was filled)
        return item

    def _tint(self) -> None:
        grid = self._grid
        if grid is None:
            return
        most = max(
            (abs(float(value)) for value in grid.mean.flat if not math.isnan(value)), default=0
        )
        for row in range(grid.mean.shape[0]):
            for column in range(grid.mean.shape[1]):
                value = float(grid.mean[row, column])
                shade = QColor(self._theme.loss if value < 0 else self._theme.gain)
                known = most > 0 and not math.isnan(value)
                shade.setAlphaF(0.45 * abs(value) / most if known else 0.0)
                self._item(row, column).setBackground(shade)


class DriftTable(AskedTable):
    """The distribution of a signal year by year."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("The signal year by year"), parent)
        self.setObjectName("drift")

    def question(self, row: int, column: int) -> str:
        """Return what a cell is called where it is made; nothing where none is shown."""
        year = self.verticalHeaderItem(row)
        return f"drift.{year.text()}.{_DRIFT[column]}" if year is not None else ""

    def show_drift(self, frame: pl.DataFrame) -> None:
        """Show a frame of `analysis.signals.drift.DRIFT`."""
        from ml4t_desktop.analysis.signals.drift import LITTLE, MUCH

        locale = QLocale()
        columns = [tr("Without value"), "10 %", tr("Median"), "90 %", tr("Stability index")]
        rows: list[str] = []
        texts: list[list[str]] = []
        for row in frame.iter_rows(named=True):
            index = row["stability"]
            word = "" if index is None else _drift_word(index, LITTLE, MUCH)
            rows.append(str(row["year"]))
            texts.append(
                [
                    format_value(row["missing"], "percent", locale),
                    *(
                        format_value(row[name], "number", locale)
                        for name in ("low", "middle", "high")
                    ),
                    f"{format_value(index, 'ratio', locale)} {word}".strip() or "n/a",
                ]
            )
        self.fill(rows, columns, texts)
        last = self.horizontalHeaderItem(len(columns) - 1)
        if last is not None:
            tip = tr(
                "Population stability index against the first year: below 0.1 little has changed, above 0.25 much."
            )
            last.setToolTip(f"{last.text()}\n{tip}")


def _drift_word(index: float, little: float, much: float) -> str:
    if index < little:
        return tr("(as before)")
    return tr("(other than before)") if index > much else tr("(somewhat changed)")
