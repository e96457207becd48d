"""The price chart: candles with trades, volume below, and a pane for each signal or context column."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import CLOSE, HIGH, LOW, OPEN, VOLUME
from ml4t_desktop.plots.asset_bars import AssetBars, TradeMarks
from ml4t_desktop.plots.bar_items import CandleItem, ColumnItem, LineItem
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.plots.pyramid import Bars
from ml4t_desktop.plots.trade_marks import SpanLayer, TradeLayer
from ml4t_desktop.session.theme import Theme

_LEAST_PADDING = 20
_SERIES_STRETCH = 2


@dataclass(eq=False)
class SeriesPane:
    """A pane with one signal or context column."""

    name: str
    pane: Pane
    line: LineItem
    span: SpanLayer
    values: NDArray[np.float64]


class PriceChart(PaneStack):
    """One asset's bars with its trades.

    Signals
    -------
    trade_clicked : int
        The `trade_id` of the mark that was clicked.
    """

    trade_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._bars: AssetBars | None = None
        self._marks: TradeMarks | None = None
        self._place: int | None = None
        self._price_pane = self.add_pane("price", 6)
        self._volume_pane = self.add_pane("number", 1)
        self._series: list[SeriesPane] = []
        self.candles = CandleItem()
        self.volume = ColumnItem()
        self._spans = [SpanLayer(pane.plot) for pane in self.panes]
        self._price_pane.plot.addItem(self.candles)
        self._volume_pane.plot.addItem(self.volume)
        self.trades = TradeLayer(self._price_pane.plot, theme, self)
        self.trades.clicked.connect(self.trade_clicked)
        self.apply_theme(theme)

    @property
    def bars(self) -> AssetBars | None:
        """The asset that is shown."""
        return self._bars

    @property
    def series_panes(self) -> tuple[SeriesPane, ...]:
        """The panes of signals and context, from top to bottom."""
        return tuple(self._series)

    @property
    def chosen_place(self) -> int | None:
        """The place of the chosen trade among the asset's trades."""
        return self._place

    @property
    def chosen_trade(self) -> int | None:
        """The `trade_id` of the chosen trade, None when it is not of this asset."""
        if self._marks is None or self._place is None:
            return None
        return int(self._marks.trade_id[self._place])

    @property
    def trade_count(self) -> int:
        """Number of the asset's trades."""
        return len(self._marks) if self._marks is not None else 0

    def neighbour(self, step: int) -> int | None:
        """Return the `trade_id` so many trades after the chosen one, by entry time.

        Without a chosen trade the first (or last) in view is meant; None when there is none.
        """
        if self._marks is None or not len(self._marks):
            return None
        if self._place is None:
            left, right = self.visible_range()
            seen = np.flatnonzero((self._marks.entry >= left) & (self._marks.entry <= right))
            ends = seen if seen.size else np.arange(len(self._marks))
            return int(self._marks.trade_id[ends[0 if step > 0 else -1]])
        place = self._place + step
        return int(self._marks.trade_id[place]) if 0 <= place < len(self._marks) else None

    def set_asset(self, bars: AssetBars, marks: TradeMarks) -> None:
        """Show an asset with its trades; the part in view stays when the timestamps are the same."""
        is_same = np.array_equal(bars.times, self.calendar.times)
        self._bars, self._marks, self._place = bars, marks, None
        self.set_times(bars.times)
        prices = bars.prices
        self.candles.set_bars(
            Bars(*(np.ascontiguousarray(prices[i]) for i in (OPEN, HIGH, LOW, CLOSE)))
        )
        volume = np.ascontiguousarray(prices[VOLUME])
        self.volume.set_bars(Bars.of_line(volume))
        self._set_series(bars)
        self.trades.set_marks(marks)
        self._show_spans()
        if not is_same:
            self.show_all()
        self.refresh_legends()

    def choose_trade(self, trade_id: int | None) -> None:
        """Stress a trade of the asset; the part in view does not move."""
        if self._marks is None:
            return
        self._place = self._marks.place_of(trade_id)
        self.trades.choose(self._place)
        self._show_spans()

    def show_trade(self) -> None:
        """Show the bars of the chosen trade with as many again around them."""
        if self._marks is None or self._place is None:
            return
        first = int(self._marks.entry[self._place])
        last = int(self._marks.exit[self._place])
        decided = int(self._marks.entry_decision[self._place])
        first = min(first, decided) if decided >= 0 else first
        padding = max(_LEAST_PADDING, (last - first) // 2)
        self.show_range(max(first - padding, -2), min(last + padding, self.count + 1))

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the chart."""
        super().apply_theme(theme)
        self.candles.set_colours(theme.gain, theme.loss, theme.surface)
        self.volume.set_colour(theme.muted)
        self.trades.apply_theme(theme)
        for span in self._all_spans():
            span.apply_theme(theme)
        for number, series in enumerate(self._series):
            series.line.set_colour(theme.series[number % len(theme.series)])
        self.trades.choose(self._place)
        self.refresh_legends()

    def legend_html(self, pane: Pane, ordinal: int) -> str:
        """Return prices, volume or a signal at an ordinal."""
        if self._bars is None:
            return ""
        if pane is self._price_pane:
            return self._price_legend(self._bars, ordinal)
        if pane is self._volume_pane:
            return self._entry(
                "Volume", pane.values.text_at(float(self._bars.prices[VOLUME, ordinal]))
            )
        for series in self._series:
            if series.pane is pane:
                kind, _, name = series.name.partition(".")
                return self._entry(name, pane.values.text_at(float(series.values[ordinal])), kind)
        return ""

    def _price_legend(self, bars: AssetBars, at: int) -> str:
        muted = self.theme.muted
        text = self._price_pane.values.text_at
        parts = [
            f"<span style='color:{muted}'>{letter}</span> {text(float(bars.prices[row, at]))}"
            for letter, row in (("O", OPEN), ("H", HIGH), ("L", LOW), ("C", CLOSE))
        ]
        when = self.calendar.full_text(at)
        return f"<b>{bars.symbol}</b> <span style='color:{muted}'>{when}</span> &nbsp;" + " ".join(
            parts
        )

    def _entry(self, title: str, value: str, kind: str = "") -> str:
        muted = self.theme.muted
        note = f" <span style='color:{muted}'>{kind}</span>" if kind == "context" else ""
        return f"<span style='color:{muted}'>{title}</span> <b>{value}</b>{note}"

    def _set_series(self, bars: AssetBars) -> None:
        """Draw the columns in the panes there are, as far as these go: a new pane takes time."""
        wanted = [(name, _labels(column)) for name, column in bars.series.items()]
        while len(self._series) > len(wanted):
            self._series.pop()
            self.remove_last_pane()
        while len(self._series) < len(wanted):
            self._series.append(self._new_series())
        for series, (name, labels) in zip(self._series, wanted, strict=True):
            series.name = name
            series.values = _numbers(bars.series[name])
            series.pane.values.set_labels(labels)
            series.line.is_stepped = bool(labels)
            series.line.set_values(series.values)

    def _new_series(self) -> SeriesPane:
        pane = self.add_pane("number", _SERIES_STRETCH)
        line, span = LineItem(), SpanLayer(pane.plot)
        line.set_colour(self.theme.series[len(self._series) % len(self.theme.series)])
        span.apply_theme(self.theme)
        pane.plot.addItem(line)
        return SeriesPane("", pane, line, span, np.zeros(0))

    def _all_spans(self) -> list[SpanLayer]:
        return [*self._spans, *(series.span for series in self._series)]

    def _show_spans(self) -> None:
        if self._marks is not None:
            for span in self._all_spans():
                span.show(self._marks, self._place)


def _labels(column: Column) -> tuple[str, ...]:
    return column.labels if isinstance(column, TextColumn) else ()


def _numbers(column: Column) -> NDArray[np.float64]:
    """Return a column as numbers: texts as the places of their labels, NaN where there is no value."""
    if isinstance(column, TextColumn):
        return np.where(column.codes < 0, np.nan, column.codes.astype(np.float64))
    return column
