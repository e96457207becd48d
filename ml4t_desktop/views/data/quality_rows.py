"""The rows a finding concerns, and of the chosen one its neighbours and the chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.price.asset_bars import asset_bars
from ml4t_desktop.plots.price.bar_chart import BarChart
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.tables.column import Column, Kind
from ml4t_desktop.tables.frame_model import FrameModel
from ml4t_desktop.wording import mark, meant

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

    from ml4t_desktop.files.quality import Finding
    from ml4t_desktop.files.quality.seen import SeenBars

_MEASURES: dict[str, Kind] = {
    mark("Change"): "percent",
    mark("Outside by"): "percent",
    mark("Price"): "price",
}
_CHART_AND_ROWS = [240, 170]
_CENTRE = QAbstractItemView.ScrollHint.PositionAtCenter
_DAY = 86_400_000_000
_ROW = Column(name="row", header=mark("Row"), kind="count", tip=mark("Row of the file, from 1"))
_PRICES = (
    Column(name="open", header=meant("a price", "Open"), kind="price"),
    Column(name="high", header=meant("a price", "High"), kind="price"),
    Column(name="low", header=meant("a price", "Low"), kind="price"),
    Column(name="close", header=meant("a price", "Close"), kind="price"),
    Column(name="volume", header=mark("Volume"), kind="quantity"),
)
_LEAST_CHART = 110


class QualityRows(QWidget):
    """Places of a finding on the left; neighbours and chart of the chosen one on the right.

    Signals
    -------
    place_shown : str, int
        Symbol and time of the place that is looked at.
    """

    place_shown = Signal(str, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject: SeenBars | None = None
        self._wanted: tuple[str, int] | None = None
        self._due = QTimer(self)  # the rows are there before the chart of the first
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._on_due)
        self.places = FrameModel(self)
        self.neighbours = FrameModel(self)
        self.place_table = _table("quality_rows", tr("Rows of the finding"), self.places)
        self.neighbour_table = _table("quality_neighbours", tr("Rows around it"), self.neighbours)
        self.title = QLabel()
        self.title.setObjectName("quality_place")
        self._theme = theme
        self._chart: BarChart | None = None
        self._right = right = QSplitter(Qt.Orientation.Vertical)
        right.setChildrenCollapsible(False)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.neighbour_table, 1)
        right.addWidget(below)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("quality_rows_split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.place_table)
        split.addWidget(right)
        split.setSizes([430, 600])
        split.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        selection = self.place_table.selectionModel()
        selection.currentRowChanged.connect(self._on_place)

    def show_finding(self, finding: Finding | None, subject: SeenBars | None) -> None:
        """Show the rows of a finding, and the first of them."""
        self._subject = subject
        self.places.set_frame(*_places(finding))
        self._fit(self.place_table)
        self._clear()
        if finding is not None and finding.places.height:
            self.place_table.selectRow(0)
            self.place_table.setCurrentIndex(self.places.index(0, 0))

    @property
    def chart(self) -> BarChart:
        """The chart of an asset around a place, made when the first is shown."""
        if self._chart is None:
            self._chart = BarChart(self._theme)
            self._chart.apply_theme(self._theme)
            self._chart.setMinimumHeight(_LEAST_CHART)
            self._right.insertWidget(0, self._chart)
            self._right.setSizes(_CHART_AND_ROWS)
        return self._chart

    @property
    def is_due(self) -> bool:
        """Whether the chosen place is still to be shown."""
        return self._wanted is not None

    def show_place(self, symbol: str, time_us: int) -> None:
        """Show an asset around a time."""
        from ml4t_desktop.files.quality.neighbourhood import neighbourhood

        self._wanted = None
        if self._subject is None:
            return
        frame = neighbourhood(self._subject, symbol, time_us)
        day: Kind = "date" if _are_days(frame["time"]) else "time"
        when = Column(name="time", header=tr("Time"), kind=day)
        self.neighbours.set_frame(frame, (_ROW, when, *_PRICES))
        self._fit(self.neighbour_table)
        at = [index for index, us in enumerate(_microseconds(frame)) if us == time_us]
        self.neighbour_table.clearSelection()
        if at:
            self.neighbour_table.selectRow(at[0])
        market = self._subject.market
        has_bars = market is not None and symbol in market.symbols
        if self._chart is not None:
            self._chart.setVisible(has_bars)
        if market is not None and has_bars:
            if self.chart.bars is None or self.chart.bars.symbol != symbol:
                self.chart.show_bars(asset_bars(market, symbol, ()))
            self.chart.mark(time_us)
        self.title.setText(tr("{symbol}: rows of the file around it", symbol=symbol))
        QTimer.singleShot(0, self, self._scroll)  # once the chart beside it has its place
        self.place_shown.emit(symbol, time_us)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        if self._chart is not None:
            self._chart.apply_theme(theme)

    def _clear(self) -> None:
        self._wanted = None
        self.neighbours.set_frame(None, ())
        self.title.setText("")
        if self._chart is not None:
            self._chart.setVisible(False)

    def _on_place(self, current: QModelIndex, _before: QModelIndex) -> None:
        frame = self.places.frame
        if frame is None or not current.isValid():
            return
        row = int(self.places.order[current.row()])
        symbol, when = frame["symbol"][row], frame["time"][row]
        market = self._subject.market if self._subject is not None else None
        if when is None or market is None:
            self._clear()
            return
        time_us = int(frame["time"].to_physical()[row])
        self._wanted = symbol or market.symbols[0], time_us
        self._due.start(0)

    def _on_due(self) -> None:
        if self._wanted is None:
            return
        if self._chart is None and self._has_bars(self._wanted[0]):
            self.chart.setVisible(False)  # made in a turn of its own
            self._due.start(0)
        else:
            self.show_place(*self._wanted)

    def _has_bars(self, symbol: str) -> bool:
        market = self._subject.market if self._subject is not None else None
        return market is not None and symbol in market.symbols

    def _scroll(self) -> None:
        for index in self.neighbour_table.selectionModel().selectedRows():
            self.neighbour_table.scrollTo(index, _CENTRE)

    def _fit(self, table: QTableView) -> None:
        table.resizeColumnsToContents()


def _table(name: str, title: str, model: FrameModel) -> QTableView:
    table = QTableView()
    table.setTabKeyNavigation(False)
    table.setObjectName(name)
    table.setAccessibleName(shown(title))
    table.setModel(model)
    table.setSortingEnabled(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
    table.horizontalHeader().setResizeContentsPrecision(100)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    return table


def _places(finding: Finding | None) -> tuple[pl.DataFrame | None, tuple[Column, ...]]:
    if finding is None or not finding.places.height:
        return None, ()
    frame = finding.places
    day: Kind = "date" if _are_days(frame["time"]) else "time"
    columns = [
        Column(name="symbol", header=tr("Symbol")),
        Column(name="time", header=tr("Time"), kind=day),
        _ROW,
    ]
    if finding.measure:
        kind = _MEASURES.get(finding.measure, "number")
        columns.append(Column(name="value", header=finding.measure, kind=kind))
    if frame["file"].n_unique() > 1:
        columns.append(Column(name="file", header=tr("File")))
    kept = [column for column in columns if frame[column.name].null_count() < frame.height]
    return frame, tuple(kept)


def _are_days(times: pl.Series) -> bool:
    return not (times.drop_nulls().to_physical() % _DAY != 0).any()


def _microseconds(frame: pl.DataFrame) -> list[int]:
    return frame["time"].to_physical().to_list()
