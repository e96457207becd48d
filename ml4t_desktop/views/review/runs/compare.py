"""Runs beside each other: curves, statistics, what was asked otherwise, and where they part."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.comparison import ComparisonChart
from ml4t_desktop.session.document.comparison import Comparison
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.runs.compare_table import CompareTable
from ml4t_desktop.views.review.runs.history_text import parting_text
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

_EMPTY = (
    mark("No runs are compared"),
    mark("Choose two or more runs in the history and press Compare there."),
    "view.history",
)
_MOST_LINES = 12


class ComparePanel(SeenPanel):
    """The runs chosen in the history beside each other.

    Signals
    -------
    command_asked : str
        Id of the command that shows the trade that was opened.
    """

    command_asked = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_panel")
        self._session = session
        self._store = session.comparison
        self._theme = theme
        self.chart = ComparisonChart(theme)
        self.table = CompareTable(theme)
        self.empty = EmptyState(*_EMPTY)
        self._build()
        self.table.number_asked.connect(self._on_number_asked)
        self._store.changed.connect(self.draw_when_seen)
        self._store.opened.connect(partial(self.command_asked.emit, "view.trades"))
        self.apply_theme(theme)
        self.draw_when_seen()

    def draw(self) -> None:
        """Show the comparison as far as it is there."""
        found = self._store.comparison
        if found is None:
            is_coming = len(self._store.chosen) > 1
            if is_coming:
                self.empty.tell(tr("Reading the runs"), tr("One moment."))
            else:
                self.empty.tell(*_EMPTY)
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        titles = tuple(tr("Run {number}", number=number) for number in found.numbers)
        curves = found.curves
        self.chart.set_runs(
            curves.times, curves.rebased, curves.drawdowns, titles, is_zoned=curves.is_zoned
        )
        self.table.show_rows(found.rows, titles, is_zoned=curves.is_zoned)
        self._fill_choice(found)
        self._fill_notes(found)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        for part in (self.chart, self.table, self.empty):
            part.apply_theme(theme)

    def notes(self) -> str:
        """Return what is said of the requests and of where the runs part."""
        return "\n".join(label.text() for label in self._notes.findChildren(QLabel))

    def _build(self) -> None:
        self.choice = QComboBox()
        self.choice.setObjectName("compare_with")
        self.choice.setAccessibleName(tr("The run that the others are compared with"))
        self.choice.activated.connect(self._on_chosen)
        self.only_different = QCheckBox(tr("Only what differs"))
        self.only_different.setObjectName("compare_only_different")
        self.only_different.setChecked(True)
        self.only_different.toggled.connect(self._on_toggled)
        label = QLabel(tr("Compared with"))
        label.setBuddy(self.choice)
        bar = QHBoxLayout()
        bar.addWidget(label)
        bar.addWidget(self.choice)
        bar.addStretch(1)
        bar.addWidget(self.only_different)
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        self._area = QScrollArea()
        self._area.setObjectName("compare_notes")
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._notes = QWidget()
        self._area.setWidget(self._notes)
        left = QSplitter(Qt.Orientation.Vertical)
        left.setObjectName("compare_left")
        left.setChildrenCollapsible(False)
        left.addWidget(self.chart)
        left.addWidget(self._area)
        left.setStretchFactor(0, 1)
        left.setSizes([480, 200])
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("compare_split")
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(beside)
        split.setSizes([480, 520])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(split)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _fill_choice(self, found: Comparison) -> None:
        self.choice.blockSignals(True)  # noqa: FBT003 (Qt's)
        self.choice.clear()
        for number in sorted(found.numbers):
            words = self._session.history.words(number)
            self.choice.addItem(tr("Run {number}", number=number), number)
            self.choice.setItemData(self.choice.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.choice.setCurrentIndex(self.choice.findData(found.numbers[0]))
        self.choice.blockSignals(False)  # noqa: FBT003 (Qt's)

    def _fill_notes(self, found: Comparison) -> None:
        """Write what was asked otherwise than of the first run, and where each parts from it."""
        self._notes = QWidget()
        layout = QVBoxLayout(self._notes)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.setSpacing(3)
        first, *others = found.numbers
        for place, number in enumerate(others):
            layout.addWidget(
                _label(
                    tr("Run {number} against run {first}", number=number, first=first), "heading"
                )
            )
            asked = [item.text for item in found.differences[place]]
            lines = asked[:_MOST_LINES] or [tr("The same was asked")]
            if len(asked) > _MOST_LINES:
                lines.append(tr("{count} more", count=len(asked) - _MOST_LINES))
            layout.addWidget(_label("\n".join(f"•  {line}" for line in lines)))
            layout.addLayout(self._parting_row(found, place, first, number))
        layout.addStretch(1)
        self._area.setWidget(self._notes)

    def _parting_row(self, found: Comparison, place: int, first: int, second: int) -> QHBoxLayout:
        parting = found.partings[place]
        row = QHBoxLayout()
        if parting is None:
            row.addWidget(_label(tr("Their trades are all the same.")), 1)
            return row
        row.addWidget(
            _label(
                tr(
                    "They part at {parting_text}.",
                    parting_text=parting_text(parting, first, second),
                )
            ),
            1,
        )
        for number, trade_id in ((first, parting.first), (second, parting.second)):
            if trade_id is not None:
                button = QPushButton(tr("Open in run {number}", number=number))
                button.setObjectName(f"compare.open.{number}")
                button.setProperty("role", "secondary")
                button.clicked.connect(partial(self._on_open, number, trade_id))
                row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def ask_current(self) -> bool:
        """Ask how the number with the cursor is made; say whether there is one."""
        return self.table.ask_current()

    def _on_number_asked(self, name: str, place: int, is_difference: bool, where: QRect) -> None:  # noqa: FBT001 (a signal)
        question = self._store.question(place, name, is_difference=is_difference)
        self._session.making.ask(question, self.table, where)

    def _on_open(self, number: int, trade_id: int, _is_checked: object = None) -> None:
        self._store.open_trade(number, trade_id)

    def _on_chosen(self, _index: int) -> None:
        self._store.compare_with(self.choice.currentData())

    def _on_toggled(self, is_on: bool) -> None:  # noqa: FBT001 (Qt's)
        self.table.set_only_different(is_on=is_on)


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
