"""Why this trade, why not that bar: one decision explained, and what became of every signal."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt, QTime, QTimeZone
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.clocks import clock_words, clock_zone, has_times_of_day
from ml4t_desktop.session.direction import back, onwards
from ml4t_desktop.session.formats import date_format, format_value, moment_of_clock, on_clock
from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.review.why import WhyStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.words import word
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.evidence_tables import FigureTable
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.views.review.why.why_text import answer_html
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    mark("Nothing to explain yet"),
    mark(
        "Start a run, then choose a trade: here you read why it was made, and why other bars had none."
    ),
    "run.start",
)
_CHOOSE: Final = mark(
    "Choose a trade, or an asset and a day, to read what was decided there and why."
)
_FATES: Final = {
    "filled": mark("Became a trade"),
    "reduced": mark("Became a smaller trade"),
    "rejected": mark("Order refused"),
    "cancelled": mark("Order cancelled"),
    "expired": mark("Order expired"),
    "held": mark("Held already"),
    "pause": mark("In the pause after an exit"),
    "no_place": mark("Every place taken"),
    "no_order": mark("No size, or an order worked already"),
}
_ORDERS: Final = {
    "filled": mark("Filled"),
    "reduced": mark("Filled in part"),
    "rejected": mark("Refused"),
    "cancelled": mark("Cancelled"),
    "expired": mark("Expired"),
}
_LAST_SECOND: Final = 86_399  # of a day
_RULE_HEAD: Final = mark("Bars at which the entry rule held")
_ORDER_HEAD: Final = mark("Orders of the strategy")


class WhyPanel(SeenPanel):
    """The decision of the selected trade, or of any bar, explained."""

    def __init__(
        self, results: ResultStore, why: WhyStore, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("why_panel")
        self._results, self._why, self._theme = results, why, theme
        self.symbol, self.day = QComboBox(), QDateTimeEdit()
        self.entry, self.exit = (
            QPushButton(tr("Entry of the trade")),
            QPushButton(tr("Exit of the trade")),
        )
        self.before, self.after = (
            QPushButton(tr("{back} Bar", back=back())),
            QPushButton(tr("Bar {onwards}", onwards=onwards())),
        )
        self.clocks = QLabel()
        self.text = QTextBrowser()
        self.fates = FigureTable(
            (tr("Bars at which the entry rule held"), tr("Bars"), tr("Share")),
            tr("What became of every signal"),
        )
        self.fates_heading = QLabel(tr("What became of every signal"))
        self.fates_note = QLabel()
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        self.symbol.activated.connect(self._on_bar_chosen)
        self.day.editingFinished.connect(self._on_bar_chosen)
        self.entry.clicked.connect(partial(why.explain_decision, "entry"))
        self.exit.clicked.connect(partial(why.explain_decision, "exit"))
        self.before.clicked.connect(partial(why.step, -1))
        self.after.clicked.connect(partial(why.step, 1))
        results.run_changed.connect(self._on_run_changed)
        why.changed.connect(self.draw_when_seen)
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show what is known; it is asked for when it is not there."""
        self._why.want()
        run, answer = self._results.run, self._why.answer
        has_trade = self._results.trade_id is not None
        for button in (self.entry, self.exit):
            button.setEnabled(has_trade)
        for button in (self.before, self.after):
            button.setEnabled(answer is not None)
        if run is None:
            return
        self._show_bar(run)
        if answer is not None:
            self.text.setHtml(answer_html(answer, run, self._theme))
        elif self._why.bar is None:
            self.text.setPlainText(shown(_CHOOSE))
        self._show_fates()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.empty.apply_theme(theme)
        for label in (self.fates_note, self.clocks):
            label.setStyleSheet(f"color: {theme.muted};")
        self.draw_when_seen()

    def _build(self) -> None:
        self.symbol.setObjectName("why_symbol")
        self.symbol.setAccessibleName(tr("Asset whose bar is explained"))
        self.symbol.setEditable(True)
        self.symbol.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.day.setObjectName("why_day")
        self.day.setAccessibleName(tr("Day or time whose bar is explained"))
        self.day.setTimeZone(QTimeZone.utc())
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat(date_format(self.day.locale()))
        self.before.setToolTip(tr("Explain the bar before"))
        self.after.setToolTip(tr("Explain the bar after"))
        self.setFocusProxy(self.text)
        self.text.setObjectName("why_text")
        self.text.setAccessibleName(tr("What was decided at the bar, and why"))
        self.text.document().setDocumentMargin(12)
        self.fates.setObjectName("fates")
        self.fates_note.setWordWrap(True)
        bar = FlowLayout()
        for widget in (self.entry, self.exit, self.symbol, self.day, self.before, self.after):
            bar.addWidget(widget)
        bar.addWidget(self.clocks)
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        self.fates_heading.setProperty("role", "heading")
        column.addWidget(self.fates_heading)
        column.addWidget(self.fates_note)
        column.addWidget(self.fates, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.text)
        split.addWidget(beside)
        split.setSizes([560, 400])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(bar)
        layout.addWidget(split, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _show_bar(self, run: CompletedRun) -> None:
        """Show which bar is explained in the fields it is chosen with."""
        symbols = list(run.market.symbols)
        if self.symbol.count() != len(symbols) or self.symbol.itemText(0) != symbols[0]:
            self.symbol.clear()
            self.symbol.addItems(symbols)
        has_clock = has_times_of_day(run)
        day = date_format(self.day.locale())
        self.day.setDisplayFormat(f"{day} HH:mm" if has_clock else day)
        self.clocks.setText(clock_words(run))
        self.clocks.setVisible(has_clock)
        first, last = (_on_clock(run, t) for t in (0, run.market.time_count - 1))
        self.day.setDateTimeRange(first, last if has_clock else last.addSecs(_LAST_SECOND))
        answer = self._why.answer
        if answer is not None:
            self.symbol.setCurrentText(answer.explanation.symbol)
            self.day.setDateTime(_on_clock(run, answer.explanation.t))

    def _show_fates(self) -> None:
        from ml4t_desktop.analysis.undefined import Undefined

        found = self._why.fates
        self.fates.clear()
        if found is None or isinstance(found, Undefined):
            self.fates_note.setText(
                capitalised(shown(found.reason)) if found is not None else tr("Counting…")
            )
            return
        locale = QLocale()
        total = format_value(int(found["bars"].sum()), "count", locale)
        run = self._results.run
        is_python = run is not None and run.request.strategy.python is not None
        self.fates_heading.setText(
            tr("What became of every order") if is_python else tr("What became of every signal")
        )
        first, count = (_ORDER_HEAD, tr("Orders")) if is_python else (_RULE_HEAD, tr("Bars"))
        self.fates.set_headings([shown(first), count, tr("Share")])
        self.fates_note.setText(
            tr("The strategy sent {total} orders; each is counted once.", total=total)
            if is_python
            else tr("The entry rule held at {total} bars; each is counted once.", total=total)
        )
        for row in found.iter_rows(named=True):
            reason = tr(": {reason}", reason=word(row["reason"])) if row["reason"] else ""
            texts = (
                format_value(row["bars"], "count", locale),
                format_value(row["share"], "percent", locale),
            )
            name = shown((_ORDERS if is_python else _FATES)[row["fate"]])
            self.fates.add_row(f"{name}{reason}", texts, values=(row["bars"], row["share"]))

    def _on_bar_chosen(self, _index: int = 0) -> None:
        """Explain the bar of the asset in the fields that is the last by the day or time in them."""
        run, symbol = self._results.run, self.symbol.currentText().strip()
        if run is None or symbol not in run.market.symbols:
            return
        wanted, has_clock = self.day.dateTime(), has_times_of_day(run)
        answer = self._why.answer
        known = answer.explanation if answer is not None else None
        if known is not None and known.symbol == symbol:
            at = _on_clock(run, known.t)
            if at == wanted if has_clock else at.date() == wanted.date():
                return
        day, clock = wanted.date(), wanted.time()
        if not has_clock:
            clock = QTime(0, 0)
        shown = datetime(  # noqa: DTZ001 (what the clocks on screen show)
            day.year(), day.month(), day.day(), clock.hour(), clock.minute(), clock.second()
        )
        moment = moment_of_clock(shown, is_zoned=clock_zone(run) != "UTC")
        rest = 1_000_000 if has_clock else MICROSECONDS_PER_DAY  # to the end of the second, or day
        self._why.explain(symbol, moment + rest - 1)

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        self._stack.setCurrentIndex(1 if run is not None and self._why.can_explain else 0)
        self.draw_when_seen()


def _on_clock(run: CompletedRun, t: int) -> QDateTime:
    """Return what the clocks on screen show at a time of the market."""
    moment = run.market.moment(t)
    shown = on_clock(moment) if clock_zone(run) != "UTC" else moment
    day = QDate(shown.year, shown.month, shown.day)
    return QDateTime(day, QTime(shown.hour, shown.minute, shown.second), QTimeZone.utc())
