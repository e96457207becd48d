"""The history as a table model: notes and names are edited in place, pins are ticked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QFont

from ml4t_desktop.project.documents.entry import Entry
from ml4t_desktop.session.direction import onwards
from ml4t_desktop.session.document.history import HistoryStore
from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.frame_model import PLAIN_ROLE
from ml4t_desktop.views.review.runs.history_text import moment_text, state_text
from ml4t_desktop.wording import mark

Index = QModelIndex | QPersistentModelIndex
NUMBER_ROLE: Final = Qt.ItemDataRole.UserRole
SORT_ROLE: Final = Qt.ItemDataRole.UserRole + 1
PIN, RUN, WHEN, WORDS, TRADES, RETURN, SHARPE, DRAWDOWN, DATA, NOTE = range(10)
_HEADERS: Final = (
    "★", mark("Run"), mark("When"), mark("Changed since the run before"), mark("Trades"), mark("Return"),
    mark("Sharpe"), mark("Drawdown"), mark("Data"), mark("Note"),
)  # fmt: skip
_TIPS: Final = {
    PIN: mark("Pinned runs are kept whatever is tidied away"),
    WORDS: mark(
        "What was asked otherwise than of the run before, or the name you gave the run (F2)"
    ),
    DRAWDOWN: mark("The maximum drawdown: lowest equity over the highest before it"),
    SHARPE: mark("Annual Sharpe ratio of the daily returns"),
    DATA: mark("Whether the data files are as they were when the run was made"),
    NOTE: mark("Press F2, or double-click, to write a note"),
}
STATISTICS: Final[dict[int, tuple[str, Kind]]] = {
    TRADES: ("num_trades", "count"),
    RETURN: ("total_return", "percent"),
    SHARPE: ("sharpe", "ratio"),
    DRAWDOWN: ("max_drawdown", "percent"),
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TOP: Final = QModelIndex()


class HistoryModel(QAbstractTableModel):
    """Runs in rows, in the order of their numbers."""

    def __init__(self, history: HistoryStore, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._entries: tuple[Entry, ...] = ()
        self._words: dict[int, str] = {}
        self._theme = theme
        self._bold = QFont()
        self._bold.setBold(True)
        self.refresh()

    def refresh(self) -> None:
        """Show the history as it is now; rows stay the same ones where only their values differ."""
        entries = self._history.entries
        if [entry.number for entry in entries] != [entry.number for entry in self._entries]:
            self.beginResetModel()
            self._take(entries)
            self.endResetModel()
            return
        self._take(entries)
        self.repaint()

    def repaint(self) -> None:
        """Say that values may have changed."""
        if self._entries:
            last = self.index(len(self._entries) - 1, NOTE)
            self.dataChanged.emit(self.index(0, 0), last)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.repaint()

    def entry(self, row: int) -> Entry:
        """Return the run of a row."""
        return self._entries[row]

    def matches(self, row: int, text: str) -> bool:
        """Return whether a row has all the words of a text."""
        entry = self._entries[row]
        state = state_text(self._history.state(entry.number))
        there = tr(
            "run {number} {words} {note} {state}",
            number=entry.number,
            words=self._words[entry.number],
            note=entry.note,
            state=state,
        ).lower()
        return all(word in there for word in text.lower().split())

    def _take(self, entries: tuple[Entry, ...]) -> None:
        self._entries = entries
        self._words = {entry.number: self._history.words(entry.number) for entry in entries}

    def _text(self, entry: Entry, column: int) -> str:
        if column in STATISTICS:
            name, kind = STATISTICS[column]
            return format_value(entry.statistics.get(name), kind, QLocale()) or "n/a"
        shown = f"{onwards()} " if entry.number == self._history.shown else ""
        texts: dict[int, Callable[[], str]] = {
            PIN: lambda: "★" if entry.is_pinned else "",
            RUN: lambda: f"{shown}{entry.number}",
            WHEN: lambda: moment_text(entry.moment, is_brief=True),
            WORDS: lambda: self._words[entry.number],
            DATA: lambda: state_text(self._history.state(entry.number)),
            NOTE: lambda: entry.note.replace("\n", " "),
        }
        return texts[column]()

    def _sort_value(self, entry: Entry, column: int) -> float | str:
        if column in STATISTICS:
            value = entry.statistics.get(STATISTICS[column][0])
            return float(value) if isinstance(value, int | float) else float("-inf")
        if column == PIN:
            return float(entry.is_pinned)
        if column in {RUN, WHEN}:
            return float(entry.number) if column == RUN else entry.moment.timestamp()
        return self._text(entry, column).lower()

    def _tip(self, entry: Entry, column: int) -> str | None:
        if column == WORDS:
            found = self._history.differences(entry.number)
            return "\n".join(item.text for item in found) or None
        if column == DATA:
            return "\n".join(file.path for file in entry.files) or None
        if column == NOTE:
            return entry.note or None
        if column == WHEN:
            return moment_text(entry.moment)
        if column == RUN and not entry.has_tables:
            return tr(
                "Its trades and equity are not kept any more; restore its request and run it again"
            )
        return None

    def _colour(self, entry: Entry, column: int) -> QColor | None:
        if column == RETURN:
            value = entry.statistics.get("total_return")
            if isinstance(value, int | float) and value:
                return QColor(self._theme.gain if value > 0 else self._theme.loss)
        if column == PIN:
            return QColor(self._theme.accent)
        if column == DATA and self._history.state(entry.number) in {"changed", "missing"}:
            return QColor(self._theme.warning)
        if column in {WHEN, DATA} or not entry.has_tables:
            return QColor(self._theme.muted)
        return None

    # Qt

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: D102, N802 (Qt's)
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: D102, N802 (Qt's)
        return 0 if parent.isValid() else len(_HEADERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: D102, PLR0911 (Qt's; one for each role)
        if not index.isValid():
            return None
        entry, column = self._entries[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(entry, column)
            case Qt.ItemDataRole.EditRole:
                return entry.note if column == NOTE else entry.name
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column in STATISTICS or column == RUN else _LEFT
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(entry, column)
            case Qt.ItemDataRole.FontRole:
                return self._bold if entry.number == self._history.shown else None
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(entry, column)
        if role == PLAIN_ROLE:
            return self._sort_value(entry, column) if column in STATISTICS else None
        if role == NUMBER_ROLE:
            return entry.number
        return self._sort_value(entry, column) if role == SORT_ROLE else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: D102, N802 (Qt's)
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        number = self._entries[index.row()].number
        if index.column() == NOTE:
            self._history.write_note(number, str(value))
        else:
            self._history.rename(number, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:  # noqa: D102 (Qt's)
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in {WORDS, NOTE} else flags

    def headerData(  # noqa: D102, N802 (Qt's)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return shown(_HEADERS[section])
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(
                filter(None, (shown(_HEADERS[section]), shown(_TIPS.get(section, ""))))
            )
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in STATISTICS or section == RUN else _LEFT
        return None


class HistoryRows(QSortFilterProxyModel):
    """The history sorted by any column, and those rows that have the words of a filter."""

    def __init__(self, model: HistoryModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words = ""
        self.setSortRole(SORT_ROLE)
        self.setSourceModel(model)

    def set_filter(self, text: str) -> None:
        """Show the rows that have all the words of a text."""
        self.beginFilterChange()
        self._words = text
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: ARG002, D102, N802 (Qt's)
        return self._model.matches(source_row, self._words)
