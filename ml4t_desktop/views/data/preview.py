"""The columns of each file with what they are taken for, and its first rows."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.looks import Look
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import ROLE_TITLES, ROLES, guessed
from ml4t_desktop.session.request.steps import counted
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.column import Column, Kind
from ml4t_desktop.tables.frame_model import FrameModel
from ml4t_desktop.tables.grouped_header import GroupedHeader
from ml4t_desktop.tables.trade_rows import wide_values
from ml4t_desktop.views.data.column_table import NOT_USED, ColumnTable
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    import polars as pl

    from ml4t_desktop.files.inspection import ColumnInfo, FileInspection

_WIDEST = 240
_HEAD_ROWS = 10  # before the rows that have every signal
_ROOM = 20  # beside the words of a cell
_KINDS: dict[str, Kind] = {"number": "number", "time": "time"}
_SIGNAL = mark("Signal")
_CONTEXT = mark("Context")
_OF_ROLE: dict[str, Kind] = {
    "Open": "price",
    "High": "price",
    "Low": "price",
    "Close": "price",
    "Volume": "quantity",
}
_NEXT = mark(
    "Open a file with Ctrl+O, or drop it on the window: its columns and first rows appear here."
)


class DataPanel(QWidget):
    """The columns and the first rows of the chosen file."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_panel")
        self._session = session
        self._shown: object = None
        self._chosen = ""
        self.files = QComboBox()
        self.files.setObjectName("data_files")
        self.files.setAccessibleName(tr("File"))
        self.facts = QLabel()
        self.facts.setObjectName("data_facts")
        self.facts.setWordWrap(True)
        self.notes = QLabel()
        self.notes.setObjectName("data_notes")
        self.notes.setProperty("role", "hint")
        self.notes.setWordWrap(True)
        self.columns = ColumnTable()
        self.empty = EmptyState(tr("No data yet"), _NEXT, "file.open")
        self.model = FrameModel(self)
        self.table = QTableView()
        self.table.setTabKeyNavigation(False)
        self.table.setObjectName("data_table")
        self.table.setAccessibleName(tr("First rows of the file"))
        self.table.setModel(self.model)
        self._header = GroupedHeader(self.table)
        self.table.setHorizontalHeader(self._header)
        self.files.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._build()
        self.files.activated.connect(self._on_chosen)
        session.request.request_changed.connect(self._refresh)
        session.data.looked_at.connect(self._refresh)
        self.apply_theme(theme)
        self._refresh()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.empty.apply_theme(theme)
        self._header.set_colours(ground=theme.raised, text=theme.muted, line=theme.border)

    def _build(self) -> None:
        self._header.setSortIndicatorShown(False)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(False)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        bar = QHBoxLayout()
        bar.addWidget(self.files)
        bar.addSpacing(8)
        bar.addWidget(self.facts, 1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.addWidget(self.columns)
        self._parts.addWidget(self.table)
        self._parts.setChildrenCollapsible(False)
        self._parts.setStretchFactor(1, 1)
        layout.addLayout(bar)
        layout.addWidget(self.notes)
        layout.addWidget(self._parts, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _looks(self) -> tuple[Look, ...]:
        context = self._session.context_look()
        prices = self._session.price_looks()
        extra = [context] if context is not None and context not in prices else []
        return (*prices, *self._session.prediction_looks(), *extra)

    def _refresh(self, _value: object = None) -> None:
        looks = self._looks()
        names = [look.path.name for look in looks]
        if names != [self.files.itemText(i) for i in range(self.files.count())]:
            self.files.clear()
            self.files.addItems(names)
            self.files.setCurrentIndex(max(self.files.findText(self._chosen), 0 if names else -1))
        self._stack.setCurrentIndex(1 if looks else 0)
        self._show_file(self.files.currentIndex())

    def _on_chosen(self, index: int) -> None:
        self._chosen = self.files.itemText(index)
        self._show_file(index)

    def _show_file(self, index: int) -> None:
        looks = self._looks()
        if not 0 <= index < len(looks):
            return
        look = looks[index]
        inspection = look.inspection
        titles = self._titles_of(look)
        drawn = (inspection, titles)
        if drawn == self._shown:
            return
        self._shown = drawn
        self.facts.setText(_facts(look))
        notes = tr("; ").join(shown(note.what) for note in inspection.notes)
        self.notes.setText(tr("{sentence}.", sentence=capitalised(notes)))
        self.notes.setVisible(bool(notes))
        self.columns.show_columns(inspection, titles)
        height = self.columns.wanted_height()
        self._parts.setSizes([height, max(self.height() - height, height)])
        frame, numbers = _preview(look)
        columns = _columns(inspection, titles)
        self.model.set_frame(frame, columns, numbers)
        for section, column in enumerate(columns):
            self.table.setColumnWidth(section, self._width(column, frame[column.name]))

    def _titles_of(self, look: Look) -> dict[str, str]:
        """Return what the columns of a file are used as."""
        draft, inspection = self._session.request.draft, look.inspection
        if look in self._session.price_looks():
            titles = _titles(inspection, draft)
            context = self._session.context_look()
            if context is look:
                titles |= dict.fromkeys(draft.get("context.columns", ()), _CONTEXT)
            return titles
        if look in self._session.prediction_looks():
            return _prediction_titles(inspection, draft)
        return _context_titles(inspection, draft)

    def _width(self, column: Column, values: "pl.Series") -> int:
        metrics = self.fontMetrics()
        cells = (format_value(item, column.kind, self.locale()) for item in wide_values(values))
        texts = (column.header, shown(column.group), *cells)
        widest = max(metrics.horizontalAdvance(text) for text in texts)
        return min(widest + _ROOM, _WIDEST)


def _titles(inspection: "FileInspection", draft: Draft) -> dict[str, str]:
    """Return what the columns of a price file are used as."""
    titles = dict.fromkeys(draft.get("data.signals", ()), _SIGNAL)
    for role in ROLES:
        column = draft.get(f"data.{role}") or guessed(inspection, role)
        if column is not None:
            titles[column] = ROLE_TITLES[role]
    return titles


def _prediction_titles(inspection: "FileInspection", draft: Draft) -> dict[str, str]:
    """Return what the columns of a file of predictions are used as."""
    titles = dict.fromkeys(draft.get("data.signals", ()), _SIGNAL)
    for role in ("time", "clock", "asset"):
        column = draft.get(f"data.predictions.{role}") or guessed(inspection, role)
        if column is not None:
            titles[column] = ROLE_TITLES[role]
    return titles


def _context_titles(inspection: "FileInspection", draft: Draft) -> dict[str, str]:
    """Return what the columns of a context file are used as."""
    titles = dict.fromkeys(draft.get("context.columns", ()), _CONTEXT)
    time = draft.get("context.time") or guessed(inspection, "time")
    return titles | ({time: ROLE_TITLES["time"]} if time else {})


def _columns(inspection: "FileInspection", titles: dict[str, str]) -> tuple[Column, ...]:
    return tuple(_column(info, titles.get(info.name, NOT_USED)) for info in inspection.columns)


def _column(info: "ColumnInfo", title: str) -> Column:
    missing = (
        tr(", {null_count} without value", null_count=counted(info.null_count, "row"))
        if info.null_count
        else ""
    )
    kind = _KINDS.get(info.kind, "text")
    return Column(
        name=info.name,
        header=info.name,
        kind=_OF_ROLE.get(title, kind) if kind == "number" else kind,
        group=title,
        tip=f"{info.dtype}{missing}",
    )


def _preview(look: Look) -> "tuple[pl.DataFrame, list[str]]":
    """Return the rows to show with their numbers in the file; a row without values marks a gap."""
    import polars as pl

    first, further = look.inspection.preview, look.further
    if further is None:
        return first, [f"{row + 1:,}" for row in range(first.height)]
    head = first.head(_HEAD_ROWS)
    gap = pl.DataFrame({name: [None] for name in first.columns}, schema=first.schema)
    numbers = [*range(1, head.height + 1), None]
    numbers += range(further.first + 1, further.first + further.rows.height + 1)
    frame = pl.concat([head, gap, further.rows])
    return frame, ["⋯" if number is None else f"{number:,}" for number in numbers]


def _facts(look: Look) -> str:
    inspection = look.inspection
    facts = [counted(inspection.row_count, "row")]
    if inspection.asset_count is not None:
        facts.append(counted(inspection.asset_count, "asset"))
    if inspection.first:
        facts.append(tr("{first} to {last}", first=inspection.first, last=inspection.last))
    if look.further is not None:
        facts.append(tr("the first rows are shown, then those with every signal"))
    elif inspection.preview.height < inspection.row_count:
        facts.append(tr("the first {height:,} are shown", height=inspection.preview.height))
    return "  ·  ".join(facts)
