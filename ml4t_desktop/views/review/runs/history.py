"""The history of runs: what was changed, what came of it, what was noted; chosen ones are compared."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.document.comparison import MOST
from ml4t_desktop.session.document.run_sources import of_source, run_source
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.steps import counted
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.sort_keys import sort_by_keys
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.runs.history_model import (
    DATA,
    DRAWDOWN,
    NOTE,
    NUMBER_ROLE,
    PIN,
    RETURN,
    RUN,
    SHARPE,
    STATISTICS,
    TRADES,
    WHEN,
    WORDS,
    HistoryModel,
    HistoryRows,
)
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

_EMPTY = (
    mark("No runs yet"),
    mark(
        "Every finished run is kept here with its request, its statistics and what you note about it."
    ),
    "run.start",
)
_WIDTHS = {PIN: 3, RUN: 10, WHEN: 11, TRADES: 9, RETURN: 10, SHARPE: 9, DRAWDOWN: 13, DATA: 13}
_HINT = mark(
    "Double-click a run to see it again as it was, with its request; F2 writes its name or note."
)


class HistoryPanel(SeenPanel):
    """All runs; a double-click restores one.

    Signals
    -------
    command_asked : str
        Id of the command that shows the comparison.
    """

    command_asked = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_panel")
        self._session = session
        self._history = session.history
        self.model = HistoryModel(session.history, theme, self)
        self.rows = HistoryRows(self.model, self)
        self.empty = EmptyState(*_EMPTY)
        self.table = HistoryTable()
        self._build()
        session.history.changed.connect(self.draw_when_seen)
        session.history.shown_changed.connect(self._on_shown_changed)
        session.history.states_changed.connect(self.draw_when_seen)
        self.apply_theme(theme)
        self.draw_when_seen()

    def draw(self) -> None:
        """Show the history as it is."""
        chosen = self.chosen()
        self.model.refresh()
        self.rows.invalidate()
        self._choose(chosen)
        self._stack.setCurrentIndex(1 if self._history.entries else 0)
        self._show_count()
        self._on_selection_changed()

    def chosen(self) -> tuple[int, ...]:
        """Return the numbers of the rows that are selected, from top to bottom."""
        rows = sorted(self.table.selectionModel().selectedRows(), key=lambda index: index.row())
        return tuple(index.data(NUMBER_ROLE) for index in rows)

    def choose(self, *numbers: int) -> None:
        """Select runs."""
        self._choose(numbers)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.model.apply_theme(theme)
        self.empty.apply_theme(theme)
        self._count.setStyleSheet(f"color: {theme.muted};")
        self._hint.setStyleSheet(f"color: {theme.muted};")

    def _build(self) -> None:
        self.table.setModel(self.rows)
        self.table.sortByColumn(RUN, Qt.SortOrder.DescendingOrder)
        header = self.table.horizontalHeader()
        width = self.fontMetrics().averageCharWidth()
        for column, characters in _WIDTHS.items():
            self.table.setColumnWidth(column, width * characters + 10)
        header.setMinimumSectionSize(width * 4)
        header.setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(NOTE, width * 18)
        self.table.doubleClicked.connect(self._on_double_clicked)
        self.table.clicked.connect(self._on_clicked)
        self.table.delete_asked.connect(self._on_delete)
        self.table.open_asked.connect(self._on_restore)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self._make_bar()
        self.details = QLabel()
        self.details.setObjectName("history_details")
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._hint = QLabel(shown(_HINT))
        self._hint.setWordWrap(True)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(self._bar)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.details)
        layout.addWidget(self._hint)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _make_bar(self) -> None:
        width = self.fontMetrics().averageCharWidth()
        self.filter = QLineEdit()
        self.filter.setObjectName("history_filter")
        self.filter.setPlaceholderText(tr("Words of a change, name or note"))
        self.filter.setToolTip(tr("Words of a change, name or note"))
        self.filter.setAccessibleName(tr("Show runs whose changes, name or note have these words"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(width * 36)
        self.filter.textChanged.connect(self._on_filter_changed)
        self._count = QLabel()
        self._count.setObjectName("history_count")
        self.compare_button = _button(
            "history.compare",
            tr("Compare"),
            tr("Show the selected runs beside each other; select at least two"),
        )
        self.restore_button = _button(
            "history.restore",
            tr("Restore"),
            tr("Show the selected run as it was, and put its request in place"),
        )
        self.pin_button = _button(
            "history.pin", tr("Pin"), tr("Keep the selected runs whatever is tidied away")
        )
        self.delete_button = _button(
            "history.delete",
            tr("Delete"),
            tr("Delete the selected runs (Del); undo brings them back"),
        )
        self.compare_button.clicked.connect(self._on_compare)
        self.restore_button.clicked.connect(self._on_restore)
        self.pin_button.clicked.connect(self._on_pin)
        self.delete_button.clicked.connect(self._on_delete)
        bar = self._bar = FlowLayout()
        bar.addWidget(self.filter)
        bar.add_gap(8)
        bar.addWidget(self._count)
        bar.add_stretch()
        for button in (
            self.compare_button,
            self.restore_button,
            self.pin_button,
            self.delete_button,
        ):
            bar.addWidget(button)

    def _choose(self, numbers: tuple[int, ...]) -> None:
        wanted = QItemSelection()
        for row in range(self.rows.rowCount()):
            index = self.rows.index(row, 0)
            if index.data(NUMBER_ROLE) in numbers:
                wanted.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().select(wanted, flags.ClearAndSelect | flags.Rows)

    def _show_count(self) -> None:
        entries = self._history.entries
        pinned = sum(entry.is_pinned for entry in entries)
        shown = self.rows.rowCount()
        parts = [
            counted(len(entries), "run")
            if shown == len(entries)
            else tr("{shown} of {count} runs", shown=shown, count=len(entries))
        ]
        if pinned:
            parts.append(tr("{pinned} pinned", pinned=pinned))
        if self._history.unsaved:
            parts.append(tr("{unsaved} not saved", unsaved=self._history.unsaved))
        self._count.setText(", ".join(parts))

    def _on_selection_changed(self, *_: object) -> None:
        chosen = self.chosen()
        self.compare_button.setEnabled(2 <= len(chosen) <= MOST)
        self.restore_button.setEnabled(len(chosen) == 1)
        self.pin_button.setEnabled(bool(chosen))
        self.delete_button.setEnabled(bool(chosen))
        self.pin_button.setText(tr("Unpin") if chosen and self._are_pinned(chosen) else tr("Pin"))
        self.details.setText(self._details(chosen[0]) if len(chosen) == 1 else "")
        self.details.setVisible(bool(self.details.text()))

    def _details(self, number: int) -> str:
        found = self._history.differences(number)
        if not found:
            return ""
        lines = "\n".join(f"•  {item.text}" for item in found[:8])
        more = tr("\n•  {count} more", count=len(found) - 8) if len(found) > 8 else ""
        return tr(
            "Run {number} against the run before it:\n{lines}{more}",
            number=number,
            lines=lines,
            more=more,
        )

    def _are_pinned(self, numbers: tuple[int, ...]) -> bool:
        entries = (self._history.entry(number) for number in numbers)
        return all(entry is not None and entry.is_pinned for entry in entries)

    def _on_shown_changed(self, _number: object) -> None:
        self.draw_when_seen()

    def _on_filter_changed(self, text: str) -> None:
        self.rows.set_filter(text)
        self._show_count()

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.column() not in {PIN, NOTE}:
            self._session.reopening.restore(index.data(NUMBER_ROLE))

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == PIN:
            number = index.data(NUMBER_ROLE)
            entry = self._history.entry(number)
            self._history.pin(number, is_pinned=entry is not None and not entry.is_pinned)
        is_choosing = QGuiApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier
        if not is_choosing and len(self.chosen()) <= 1:
            self.ask_current()

    def ask_current(self) -> bool:
        """Ask how the statistic with the cursor is made; say whether there is one."""
        index = self.table.currentIndex()
        if not index.isValid() or index.column() not in STATISTICS:
            return False
        number: int = index.data(NUMBER_ROLE)
        source = run_source(self._history, self._session.results, number)
        title = tr("Run {number}", number=number)
        question = of_source(source, title, STATISTICS[index.column()][0])
        place = self.table.visualRect(index).translated(self.table.viewport().pos())
        self._session.making.ask(question, self.table, place)
        return True

    def _on_restore(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            self._session.reopening.restore(chosen[0])

    def _on_pin(self) -> None:
        chosen = self.chosen()
        is_pinned = not self._are_pinned(chosen)
        for number in chosen:
            self._history.pin(number, is_pinned=is_pinned)

    def _on_delete(self) -> None:
        self._history.delete(self.chosen())

    def _on_compare(self) -> None:
        self._session.comparison.choose(sorted(self.chosen()))
        self.command_asked.emit("view.compare")

    def _on_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.table.currentIndex().column() in STATISTICS:
            menu.addAction(tr("How it is made")).triggered.connect(self._on_how_asked)
        for button in (
            self.restore_button,
            self.compare_button,
            self.pin_button,
            self.delete_button,
        ):
            action = QAction(button.text(), menu)
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
            menu.addAction(action)
        menu.popup(self.table.viewport().mapToGlobal(place))

    def _on_how_asked(self, _is_checked: object = None) -> None:
        self.ask_current()


class HistoryTable(QTableView):
    """The table of the history.

    Signals
    -------
    delete_asked, open_asked : no value
        For the rows that are selected.
    """

    delete_asked = Signal()
    open_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_table")
        self.setAccessibleName(tr("All runs"))
        self.setSortingEnabled(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        rows = self.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.doubleClicked.connect(self._on_double_clicked)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.column() == NOTE:
            self.edit(index)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        is_editing = self.state() == QAbstractItemView.State.EditingState
        if not is_editing and sort_by_keys(self, event):
            return
        if not is_editing and event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit()
        elif not is_editing and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.open_asked.emit()
        elif not is_editing and event.key() == Qt.Key.Key_F2:
            self.edit(self.currentIndex().siblingAtColumn(self._edited_column()))
        else:
            super().keyPressEvent(event)

    def _edited_column(self) -> int:
        return WORDS if self.currentIndex().column() == WORDS else NOTE


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(shown(tip))
    return button
