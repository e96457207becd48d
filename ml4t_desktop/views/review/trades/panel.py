"""The trades of the run: table, filters, groups, totals and the detail card of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QLocale, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from ml4t_desktop.errors import message_of
from ml4t_desktop.session.clocks import clock_words, clock_zone
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.questions import of_totals
from ml4t_desktop.session.runs.results import ResultStore, Subset
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.window.arrangements import ArrangementStore, TradeView
from ml4t_desktop.tables.coded_texts import CodedTexts
from ml4t_desktop.tables.filters import FilterError, filter_mask
from ml4t_desktop.tables.trade_columns import has_time_of_day
from ml4t_desktop.tables.trade_rows import trade_mask, trade_row
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.views.review.trades.column_chooser import ColumnChooser
from ml4t_desktop.views.review.trades.trade_bar import TradeBar
from ml4t_desktop.views.review.trades.trade_card import TradeCard
from ml4t_desktop.views.review.trades.trade_menu import ColumnMenu
from ml4t_desktop.views.review.trades.trade_table import TradeTable
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.trades.trade_totals import TradeNumbers
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    mark("No trades yet"),
    mark("Choose the data and the rules, then start the run: every trade appears here."),
    "run.start",
)
_NO_TRADES = (
    mark("This run made no trades"),
    mark(
        "Loosen the entry rule or its filters, or look into the orders for those that were refused."
    ),
)
_WORDS: Final = frozenset({"exit_reason", "entry_reason", "direction", "status", "outcome"})


class TradesPanel(SeenPanel):
    """Every trade of the run on screen; the chosen one is that of the result store.

    Signals
    -------
    command_asked : str
        A command that the window carries out.
    """

    command_asked = Signal(str)

    def __init__(
        self,
        results: ResultStore,
        theme: Theme,
        arrangements: ArrangementStore | None = None,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("trades_panel")
        self._results = results
        self._theme, self._making = theme, making
        self._arrangements = arrangements or ArrangementStore(parent=self)
        self._masks: dict[str, tuple[str, NDArray[np.bool_] | None]] = {}
        self._texts: dict[str, CodedTexts] = {}
        self._numbers: TradeNumbers | None = None
        self.bar = TradeBar(self._arrangements)
        self.table = TradeTable(theme)
        self.card = TradeCard(theme)
        self.empty = EmptyState(*_NO_RUN)
        self.chooser = ColumnChooser(self)
        self.column_menu = ColumnMenu(self)
        self._build()
        self._connect()
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    @property
    def view(self) -> TradeView:
        """What the table shows, and how."""
        columns = self.table.trade_model.columns
        section = self.table.header.sortIndicatorSection()
        shown = self.table.shown_columns()
        is_usual = shown == tuple(column.name for column in columns)
        is_descending = self.table.header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        return TradeView(
            columns=() if is_usual else shown,
            sorted_by=columns[section].name if 0 <= section < len(columns) else "",
            is_descending=is_descending,
            filters=self.table.header.texts() if self.table.header.is_filtering else {},
            group_by=self.bar.group.currentData() or "",
            search=self.bar.search.text(),
            outcome=self.bar.outcome.currentData(),
        )

    def show_view(self, view: TradeView) -> None:
        """Show the table as a view has it."""
        names = [column.name for column in self.table.trade_model.columns]
        self.table.show_columns(view.columns)
        self.bar.search.setText(view.search)
        self.bar.outcome.setCurrentIndex(max(self.bar.outcome.findData(view.outcome), 0))
        self.bar.fields_button.setChecked(bool(view.filters))
        self.table.header.set_texts(dict(view.filters))
        self.bar.choose_group(view.group_by)
        order = Qt.SortOrder.DescendingOrder if view.is_descending else Qt.SortOrder.AscendingOrder
        section = names.index(view.sorted_by) if view.sorted_by in names else -1
        self.table.header.setSortIndicator(section, order)

    def draw(self) -> None:
        """Show the trades of the run on screen and the chosen one."""
        run = self._results.run
        self._masks, self._texts, self._numbers = {}, {}, None
        if run is None or not run.result.trades.height:
            self.table.clear_trades()
        else:
            self.table.set_trades(run.result.trades)
            if not self.table.is_fitted:
                self.then(widths=self.table.fit_rest)
            self.bar.set_columns(self.table.trade_model.columns)
            self._apply_filter()
            self._apply_group()
        self._show_totals()
        self._choose()

    def step(self, step: int, outcome: str = "") -> None:
        """Choose the trade so many rows further down; without a chosen one the first, or the last.

        With an outcome, ``winner`` or ``loser``, only trades that ended so are meant.
        """
        self.is_drawn()
        frame = self.table.trade_model.frame
        if frame is None:
            return
        wanted = None
        if outcome:
            pnl = frame["pnl"].to_numpy()
            is_closed = (frame["status"] == "closed").to_numpy()
            wanted = is_closed & ((pnl > 0) if outcome == "winner" else (pnl < 0))
        trade_id = self.table.neighbour(self._results.trade_id, step, wanted)
        if trade_id is not None:
            self._results.select_trade(trade_id)

    def shown(self) -> tuple[pl.DataFrame, tuple[str, ...], NDArray[np.int64]] | None:
        """Return the trades, the columns that are shown and the rows that are shown; None without any."""
        frame = self.table.trade_model.frame
        if frame is None:
            return None
        return frame, self.table.shown_columns(), self.table.trade_model.shown

    def ask_current(self) -> bool:
        """Ask how a figure of the totals is made; say whether there is one."""
        return self.bar.totals.ask_current()

    def show_fields(self) -> None:
        """Show the fields to filter by, and put the cursor in the first that is seen."""
        self.bar.fields_button.setChecked(True)
        self.table.header.focus_field(max(self.table.header.logicalIndexAt(8), 0))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        for part in (self.table, self.card, self.empty):
            part.apply_theme(theme)
        self._show_totals()

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("trades_split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.card)
        split.setStretchFactor(0, 1)
        split.setSizes([1000, self.fontMetrics().averageCharWidth() * 52])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.bar)
        layout.addWidget(split, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _connect(self) -> None:
        results, table, bar, menu = self._results, self.table, self.bar, self.column_menu
        table.trade_chosen.connect(results.select_trade)
        table.trade_hovered.connect(results.hover_trade)
        table.header.filters_changed.connect(self._on_filter_changed)
        table.header.menu_asked.connect(self._on_menu_asked)
        bar.filter_changed.connect(self._on_filter_changed)
        bar.fields_toggled.connect(self._on_fields_toggled)
        bar.group_chosen.connect(self._on_group_chosen)
        bar.view_chosen.connect(self._on_view_chosen)
        bar.view_removed.connect(self._arrangements.remove_view)
        bar.save_view_asked.connect(self._ask_name)
        bar.columns_asked.connect(self._on_columns_asked)
        bar.copy_asked.connect(table.copy_selection)
        bar.totals.figure_asked.connect(self._on_figure_asked)
        bar.everywhere_asked.connect(self._on_everywhere_asked)
        bar.command_asked.connect(self.command_asked)
        self.chooser.chosen.connect(table.show_columns)
        menu.sort_asked.connect(table.header.setSortIndicator)
        menu.filter_chosen.connect(self._on_filter_chosen)
        menu.field_asked.connect(self._on_field_asked)
        menu.hide_asked.connect(table.hideColumn)
        menu.group_asked.connect(bar.choose_group)
        results.run_changed.connect(self._on_run_changed)
        results.trade_selected.connect(self._on_trade_selected)
        results.subset_changed.connect(self._on_subset_changed)

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        has_trades = run is not None and run.result.trades.height > 0
        self._stack.setCurrentIndex(1 if has_trades else 0)
        if not has_trades:
            self.empty.tell(*(_NO_RUN if run is None else _NO_TRADES))
        self.draw_when_seen()

    def _on_subset_changed(self, _subset: Subset | None) -> None:
        if self._results.run is not None and self.is_drawn():
            self._on_filter_changed()

    def _on_trade_selected(self, _trade_id: int | None) -> None:
        if self.is_drawn():
            self._choose()

    def _choose(self) -> None:
        """Show which trade is chosen, in the table and on the card."""
        run, trade_id = self._results.run, self._results.trade_id
        self.table.choose(trade_id)
        if run is None or trade_id is None:
            self.card.show_trade(None)
            return
        trades = run.result.trades
        row = trade_row(trades["trade_id"].to_numpy(), trade_id)
        trade = None if row is None else trades.row(row, named=True)
        self.card.show_trade(trade, has_clock=has_time_of_day(trades))

    def _on_filter_changed(self) -> None:
        self._apply_filter()
        self._show_totals()
        self.table.choose(self._results.trade_id)

    def _apply_filter(self) -> None:
        frame = self.table.trade_model.frame
        if frame is None:
            return
        search, outcome = self.bar.search.text(), self.bar.outcome.currentData()
        masks = [trade_mask(frame, search, outcome, self._coded)]
        subset = self._results.subset
        if subset is not None:
            masks.append(np.isin(frame["trade_id"].to_numpy(), subset.trade_ids))
        if self.table.header.is_filtering:
            masks += self._column_masks(frame)
        given = [mask for mask in masks if mask is not None]
        self.table.trade_model.set_filter(np.logical_and.reduce(given) if given else None)

    def _column_masks(self, frame: pl.DataFrame) -> list[NDArray[np.bool_] | None]:
        """Return what the fields over the columns let through; those not understood let all through."""
        texts = self.table.header.texts()
        errors: dict[str, str] = {}
        for column in self.table.trade_model.columns:
            text = texts.get(column.name, "")
            if self._masks.get(column.name, ("", None))[0] == text:
                continue  # a letter typed elsewhere
            try:
                values = frame[column.name]
                coded = self._coded(column.name) if text and _is_text(values) else None
                mask = filter_mask(values, column, text, QLocale(), coded)
            except FilterError as error:
                errors[column.name] = shown(message_of(error))
                self._masks.pop(column.name, None)
                continue
            self._masks[column.name] = text, mask
        self.table.header.show_errors(errors, self.table.trade_model.columns)
        return [mask for name, (_, mask) in self._masks.items() if name in texts]

    def _coded(self, name: str) -> CodedTexts:
        """Return a column of texts as numbers of its distinct ones, which are found once."""
        if name not in self._texts:
            frame = self.table.trade_model.frame
            assert frame is not None  # noqa: S101 (somebody filters it)
            self._texts[name] = CodedTexts(frame[name])
        return self._texts[name]

    def _apply_group(self) -> None:
        frame = self.table.trade_model.frame
        key = self.bar.group.currentData() or ""
        if frame is None:
            return
        if not key:
            if self.table.trade_model.is_grouped:
                self.table.trade_model.set_groups(None)
            return
        from ml4t_desktop.analysis.trades.trade_groups import trade_groups

        run = self._results.run
        zone = clock_zone(run) if run is not None else "UTC"
        self.table.trade_model.set_groups(trade_groups(frame, key, zone), is_word=key in _WORDS)

    def _show_totals(self) -> None:
        frame = self.table.trade_model.frame
        if frame is None:
            self.bar.show_totals(None, self._theme)
            return
        from ml4t_desktop.analysis.trades.trade_totals import TradeNumbers

        if self._numbers is None:
            self._numbers = TradeNumbers(frame)
        run = self._results.run
        note = clock_words(run) if run is not None else ""
        totals = self._numbers.totals(self.table.trade_model.shown)
        self.bar.show_totals(totals, self._theme, note)

    def _on_group_chosen(self, _key: str) -> None:
        self._apply_group()
        self.table.choose(self._results.trade_id if not self.table.trade_model.is_grouped else None)

    def _on_fields_toggled(self, is_on: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self.table.header.show_fields(is_on=is_on)

    def _on_field_asked(self, section: int) -> None:
        self.bar.fields_button.setChecked(True)
        self.table.header.focus_field(section)

    def _on_filter_chosen(self, name: str, text: str) -> None:
        self.bar.fields_button.setChecked(True)
        self.table.header.set_texts({**self.table.header.texts(), name: text})

    def _on_menu_asked(self, section: int, place: QPoint) -> None:
        frame, columns = self.table.trade_model.frame, self.table.trade_model.columns
        if frame is not None:
            column = columns[section]
            text = self.table.header.texts().get(column.name, "")
            self.column_menu.ask(section, column, frame[column.name], text, place)

    def _on_columns_asked(self, place: QPoint) -> None:
        self.chooser.offer(self.table.trade_model.columns, self.table.shown_columns())
        self.chooser.open_at(place)

    def _on_view_chosen(self, name: str) -> None:
        view = self._arrangements.view(name)
        if view is not None:
            self.show_view(view)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Save this view"))
        dialog.setLabelText(
            tr("Name of the view: its columns, filters, groups and sorting are kept")
        )
        dialog.textValueSelected.connect(self._save_view)
        dialog.open()

    def _save_view(self, name: str) -> None:
        if name.strip():
            self._arrangements.save_view(name.strip(), self.view)

    def _on_figure_asked(self, name: str, place: QRect) -> None:
        run, frame = self._results.run, self.table.trade_model.frame
        if run is not None and frame is not None and self._making is not None:
            ids = frame["trade_id"].to_numpy()[self.table.trade_model.shown]
            self._making.ask(of_totals(run, ids, name), self.bar.totals, place)

    def _on_everywhere_asked(self) -> None:
        frame, rows = self.table.trade_model.frame, self.table.trade_model.shown
        if frame is not None and rows.size:
            ids = np.sort(frame["trade_id"].to_numpy()[rows])
            self._results.show_subset(Subset(tr("shown in the table"), ids))


def _is_text(values: pl.Series) -> bool:
    return not (values.dtype.is_numeric() or values.dtype.is_temporal())
