"""The run in groups: by year, month, asset, reason, weekday, hour or side, and month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.clocks import clock_words
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.making import MakingStore, Question
from ml4t_desktop.session.review.questions import of_group, of_span
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.breakdown_columns import breakdown_columns, month_columns
from ml4t_desktop.views.review.breakdown_table import BreakdownTable
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

    from ml4t_desktop.analysis.trades.breakdowns import Grouping, GroupingDefinition
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    mark("No result yet"),
    mark(
        "Choose the data and the rules, then start the run: its years, assets and reasons appear here."
    ),
    "run.start",
)
_MONTHS: Final = "months"
# What can be chosen, in the order of the list; the analysis says what each holds.
CHOICES: Final = (
    ("year", mark("Year")), ("month", mark("Month")), (_MONTHS, mark("Year \N{MULTIPLICATION SIGN} month")),
    ("asset", mark("Asset")),
    ("exit_reason", mark("Exit reason")), ("entry_reason", mark("Entry reason")), ("weekday", mark("Weekday")),
    ("hour", mark("Hour")), ("direction", mark("Side")),
)  # fmt: skip
_WORDS: Final = frozenset({"exit_reason", "entry_reason", "direction"})
_ON_CLOCKS: Final = frozenset({"weekday", "hour"})
_MONTHS_TIP: Final = mark("Return of the account in every month, and in the year.")


class BreakdownsPanel(SeenPanel):
    """The run on screen in groups of one's choice."""

    def __init__(
        self,
        results: ResultStore,
        reviews: ReviewStore,
        theme: Theme,
        studies: StudyStore | None = None,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("breakdowns_panel")
        self._results, self._reviews, self._studies = results, reviews, studies
        self._making = making
        self.choice = QComboBox()
        self.note = QLabel()
        self.table = BreakdownTable(theme)
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        self.choice.currentIndexChanged.connect(self._on_chosen)
        self.table.number_asked.connect(self._on_number_asked)
        results.run_changed.connect(self._on_run_changed)
        reviews.changed.connect(self.draw_when_seen)
        if studies is not None:
            studies.part_changed.connect(self.draw_when_seen)
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show the groups of the run on screen; they are asked for when they are not there."""
        self._reviews.want()
        self._show_table()

    def choose(self, name: str) -> None:
        """Group by something else, one of `CHOICES`."""
        self.choice.setCurrentIndex(self.choice.findData(name))

    def ask_current(self) -> bool:
        """Ask how the number with the cursor is made; say whether there is one."""
        return self.table.ask_current()

    def _on_number_asked(self, row: int, column: str, place: QRect) -> None:
        run, frame = self._results.run, self.table.frame_model.frame
        if run is None or frame is None or self._making is None:
            return
        question = self._question(run, frame, row, column)
        if question is not None:
            self._making.ask(question, self.table, place)

    def _question(
        self, run: CompletedRun, frame: pl.DataFrame, row: int, column: str
    ) -> Question | None:
        by, label = self.choice.currentData(), str(frame[row, 0])
        if by == _MONTHS:
            return self._month_question(run, label, column)
        subset = self._results.subset
        if by in ("year", "month") and subset is None:
            return of_span(run, self._reviews.review, by, label, column)
        return of_group(run, by, label, column, None if subset is None else subset.trade_ids)

    def _month_question(self, run: CompletedRun, year: str, column: str) -> Question:
        from ml4t_desktop.analysis.calendar import MONTH_NAMES

        review = self._reviews.review
        if column not in MONTH_NAMES:
            return of_span(run, review, "year", year, "total_return")
        label = f"{year}-{MONTH_NAMES.index(column) + 1:02d}"
        return of_span(run, review, "month", label, "total_return")

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.note.setStyleSheet(f"color: {theme.muted};")
        for part in (self.table, self.empty):
            part.apply_theme(theme)

    def _build(self) -> None:
        self.choice.setObjectName("breakdown_choice")
        self.choice.setAccessibleName(tr("What trades are grouped by"))
        for name, title in CHOICES:
            self.choice.addItem(shown(title), name)
        self.note.setWordWrap(True)
        label = QLabel(tr("&By"))
        label.setBuddy(self.choice)
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(label)
        above.addWidget(self.choice)
        above.addSpacing(12)
        above.addWidget(self.note, 1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(above)
        layout.addWidget(self.table, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _show_table(self) -> None:
        review = self._reviews.review
        name = self.choice.currentData()
        if review is None:
            self.note.setText("")
            self.table.show_frame(None, ())
            return
        if name == _MONTHS:
            self.note.setText(shown(_MONTHS_TIP))
            self.table.show_frame(review.months, month_columns(review.months))
            return
        from ml4t_desktop.analysis.trades.breakdowns import GROUPING_DEFINITIONS

        frame = self._part_frame(name)
        if frame is None:
            frame = review.breakdowns[name]
        definition = next(item for item in GROUPING_DEFINITIONS if item.name == name)
        self.note.setText(self._note(definition))
        self.table.show_frame(
            frame, breakdown_columns(frame, definition.title, is_word=name in _WORDS)
        )

    def _note(self, definition: GroupingDefinition) -> str:
        """Return which trades are in a group, and on whose clocks."""
        run, said = self._results.run, shown(definition.formula)
        if run is None or definition.name not in _ON_CLOCKS:
            return said
        return " ".join(filter(None, (said, clock_words(run))))

    def _part_frame(self, name: Grouping) -> pl.DataFrame | None:
        """Return the groups of the trades that are looked at; None when these are all of them."""
        if self._studies is None or self._results.subset is None:
            return None
        self._studies.want_part()
        part = self._studies.part
        return part.breakdowns[name] if part is not None else None

    def _on_chosen(self, _index: int) -> None:
        self.draw_when_seen()

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        self._stack.setCurrentIndex(0 if run is None else 1)
        self.draw_when_seen()
