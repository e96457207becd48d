"""The price chart: candles with trades, and below them volume, signals, context, position and equity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Signal
from PySide6.QtWidgets import QWidget

from ml4t_desktop.market.market import CLOSE, HIGH, LOW, OPEN
from ml4t_desktop.market.market import VOLUME as VOLUME_ROW
from ml4t_desktop.plots.bar_items import CandleItem
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.plots.price.asset_bars import AssetBars, TradeMarks
from ml4t_desktop.plots.price.shading import Shading, ShadingItem, state_colours
from ml4t_desktop.plots.price.trade_marks import SpanLayer, TradeLayer
from ml4t_desktop.plots.price.value_panes import (
    BENCHMARK,
    EQUITY,
    SERIES_STRETCH,
    VOLUME,
    ValuePane,
    numbers,
    usual_stretch,
)
from ml4t_desktop.plots.pyramid import Bars
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme

_LEAST_PADDING = 20
PRICE: Final = "price"
_PRICE_STRETCH = 6.0


class PriceChart(PaneStack):
    """One asset's bars with its trades.

    Signals
    -------
    trade_clicked : int
        The `trade_id` of the mark that was clicked.
    trade_hovered : int or None
        The `trade_id` of the mark under the mouse.
    """

    trade_clicked = Signal(int)
    trade_hovered = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._bars: AssetBars | None = None
        self._marks: TradeMarks | None = None
        self._place: int | None = None
        self._hovered: int | None = None
        self._is_log = False
        self._shading: Shading | None = None
        self._heights_chosen: dict[str, float] = {}
        self._price_pane = self.add_pane("price", _PRICE_STRETCH)
        self._slots: list[ValuePane] = []
        self.shading = ShadingItem()
        self.candles = CandleItem()
        self._span = SpanLayer(self._price_pane.plot)
        self.shading.setZValue(-50)
        self._price_pane.plot.addItem(self.shading, ignoreBounds=True)
        self._price_pane.plot.addItem(self.candles)
        self.trades = TradeLayer(self._price_pane.plot, theme, self)
        self.trades.clicked.connect(self.trade_clicked)
        scene: Any = self.scene()
        scene.sigMouseMoved.connect(self._on_mouse_over)
        self.heights_changed.connect(self._keep_heights)
        self.apply_theme(theme)

    @property
    def bars(self) -> AssetBars | None:
        """The asset that is shown."""
        return self._bars

    @property
    def value_panes(self) -> tuple[ValuePane, ...]:
        """The panes below the prices, from top to bottom."""
        return tuple(self._slots)

    @property
    def series_panes(self) -> tuple[ValuePane, ...]:
        """Those of them that show something else than volume."""
        return tuple(slot for slot in self._slots if slot.name != VOLUME)

    @property
    def pane_names(self) -> tuple[str, ...]:
        """The names of all panes, from top to bottom."""
        return (PRICE, *(slot.name for slot in self._slots))

    @property
    def heights_chosen(self) -> Mapping[str, float]:
        """The shares of the height that panes were given with the mouse, by name."""
        return dict(self._heights_chosen)

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

    def trades_between(self, first: int, last: int) -> NDArray[np.int64]:
        """Return the `trade_id` of the trades that were entered from one ordinal to another, ascending."""
        if self._marks is None:
            return np.zeros(0, np.int64)
        chosen = (self._marks.entry >= first) & (self._marks.entry <= last)
        return np.sort(self._marks.trade_id[chosen])

    def set_asset(
        self, bars: AssetBars, marks: TradeMarks, panes: tuple[str, ...] | None = None
    ) -> None:
        """Show an asset with its trades; the part in view stays when the timestamps are the same.

        `panes` are those below the prices from top to bottom, ``volume`` or a name of `bars.series`;
        without, volume and all of these but the benchmark, which is drawn with the equity.
        """
        is_same = np.array_equal(bars.times, self.calendar.times)
        self._bars, self._marks, self._place = bars, marks, None
        wanted = (VOLUME, *(name for name in bars.series if name != BENCHMARK))
        self._set_slots(bars, wanted if panes is None else panes)  # before legends are written
        self.set_times(bars.times, is_zoned=bars.is_zoned)
        self._set_candles(bars)
        self._hovered = None
        self.trades.set_marks(marks, is_log=self._is_log)
        self._show_spans()
        if not is_same:
            self.show_all()
        self.refresh_legends()

    def set_marks(self, marks: TradeMarks) -> None:
        """Show other trades of the same asset; the part in view does not move."""
        chosen = self.chosen_trade
        self._marks, self._place, self._hovered = marks, None, None
        self.trades.set_marks(marks, is_log=self._is_log)
        self.choose_trade(chosen)

    def set_log(self, *, is_log: bool) -> None:
        """Draw equal factors, or equal amounts, of the prices as equal distances."""
        if is_log == self._is_log:
            return
        self._is_log = is_log
        self._price_pane.values.set_log(is_log=is_log)
        if self._bars is not None and self._marks is not None:
            self._set_candles(self._bars)
            self.trades.set_marks(self._marks, is_log=is_log)
            self.trades.choose(self._place)
        self._price_pane.plot.getViewBox().updateAutoRange()
        self.refresh_legends()

    def set_shading(self, shading: Shading | None) -> None:
        """Shade the states of the market behind the prices; None shades nothing."""
        self._shading = shading
        if shading is not None:
            self.shading.set_colours(state_colours(self.theme, shading.labels))
        self.shading.set_codes(np.zeros(0, np.int32) if shading is None else shading.codes)
        self.refresh_legends()

    def prepare_series(self) -> None:
        """Add an empty pane below, for the next asset that is shown."""
        self._slots.append(self._new_slot())

    def set_heights(self, heights: Mapping[str, float]) -> None:
        """Set the shares of the height of panes by name, as somebody chose them before."""
        self._heights_chosen = dict(heights)
        self._apply_heights()

    def choose_trade(self, trade_id: int | None) -> None:
        """Stress a trade of the asset; the part in view does not move."""
        if self._marks is None:
            return
        self._place = self._marks.place_of(trade_id)
        self.trades.choose(self._place)
        self._show_spans()

    def hover_trade(self, trade_id: int | None) -> None:
        """Join entry and exit of a trade of the asset, the one under the mouse somewhere."""
        if self._marks is not None:
            self._hovered = self._marks.place_of(trade_id)
            self.trades.hover(self._hovered)

    def show_levels(self, levels: Mapping[str, NDArray[np.float64]]) -> None:
        """Draw where the chosen trade was to be left, from its entry on: ``stop``, ``target``, ``trail``."""
        if self._marks is not None and self._place is not None:
            self.trades.show_levels(levels, int(self._marks.entry[self._place]))

    def chosen_bars(self) -> slice | None:
        """Return the bars from the entry to the exit of the chosen trade; None without one."""
        if self._marks is None or self._place is None:
            return None
        return slice(int(self._marks.entry[self._place]), int(self._marks.exit[self._place]) + 1)

    def show_trade(self) -> None:
        """Show the bars of the chosen trade with as many again around them, and of a short one what led to it."""
        if self._marks is None or self._place is None:
            return
        first, last = self._extent(self._marks, self._place)
        padding = max(_LEAST_PADDING, (last - first) // 2)
        self.show_range(max(first - padding, -2), min(last + padding, self.count + 1))

    def centre_trade(self) -> None:
        """Bring the chosen trade to the middle with as many bars in view as before, or more if it is longer."""
        if self._marks is None or self._place is None:
            return
        first, last = self._extent(self._marks, self._place)
        left, right = self.visible_range()
        width = right - left
        if width > self.count * 0.98 or last - first > width:
            self.show_trade()  # nothing is to be told apart in the whole history
            return
        start = min(max((first + last) / 2 - width / 2, -2.0), self.count + 1 - width)
        self.show_range(start + 0.5, start + width - 0.5)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the chart."""
        super().apply_theme(theme)
        self.candles.set_colours(theme.gain, theme.loss, theme.surface)
        if self._shading is not None:
            self.shading.set_colours(state_colours(theme, self._shading.labels))
        self.trades.apply_theme(theme)
        self._span.apply_theme(theme)
        self._colour_slots()
        self.trades.choose(self._place)
        self.refresh_legends()

    def legend_html(self, pane: Pane, ordinal: int) -> str:
        """Return prices, volume or a signal at an ordinal."""
        if self._bars is None:
            return ""
        if pane is self._price_pane:
            return self._price_legend(self._bars, ordinal)
        found = next((slot for slot in self._slots if slot.pane is pane), None)
        return found.legend_html(ordinal, self.theme) if found is not None else ""

    def summary(self) -> str:
        """Return the asset, its first and last price, and how many trades it had."""
        bars = self._bars
        if bars is None or not self.count:
            return ""
        text, prices = self._price_pane.values.text_at, bars.prices[CLOSE]
        first, last = (self.calendar.full_text(place) for place in (0, self.count - 1))
        return tr(
            "{symbol} from {begun} on {first} to {ended} on {last}, trades: {trades:,}",
            symbol=bars.symbol,
            begun=text(float(prices[0])),
            first=first,
            ended=text(float(prices[-1])),
            last=last,
            trades=self.trade_count,
        )

    def _price_legend(self, bars: AssetBars, at: int) -> str:
        muted = self.theme.muted
        text = self._price_pane.values.text_at
        parts = [
            f"<span style='color:{muted}'>{letter}</span> {text(float(bars.prices[row, at]))}"
            for letter, row in (("O", OPEN), ("H", HIGH), ("L", LOW), ("C", CLOSE))
        ]
        when = self.calendar.legend_html(at)
        legend = f"<b>{bars.symbol}</b> <span style='color:{muted}'>{when}</span> &nbsp;"
        return legend + " ".join(parts) + self._shading_legend(at)

    def _shading_legend(self, at: int) -> str:
        """Return the state of the market at a bar with its tint."""
        shading = self._shading
        if shading is None or at >= shading.codes.size or shading.codes[at] < 0:
            return ""
        code = int(shading.codes[at])
        tints = state_colours(self.theme, shading.labels)
        return (
            f" &nbsp; <span style='color:{self.theme.muted}'>{shown(shading.title)}</span> "
            f"<span style='color:{tints[code % len(tints)]}'>■</span> <b>{shading.labels[code]}</b>"
        )

    def _set_candles(self, bars: AssetBars) -> None:
        rows = [np.ascontiguousarray(bars.prices[row]) for row in (OPEN, HIGH, LOW, CLOSE)]
        self.candles.set_bars(Bars(*(np.log10(row) if self._is_log else row for row in rows)))

    def _set_slots(self, bars: AssetBars, names: tuple[str, ...]) -> None:
        """Draw the columns in the panes there are, as far as these go: a new pane takes time."""
        wanted = [name for name in names if name == VOLUME or name in bars.series]
        while len(self._slots) > len(wanted):
            self._slots.pop()
            self.remove_last_pane()
        while len(self._slots) < len(wanted):
            self._slots.append(self._new_slot())
        for slot, name in zip(self._slots, wanted, strict=True):
            if name == VOLUME:
                slot.show(name, np.ascontiguousarray(bars.prices[VOLUME_ROW]))
                continue
            other = bars.series.get(BENCHMARK) if name == EQUITY else None
            slot.show(name, bars.series[name], None if other is None else numbers(other))
        self._colour_slots()
        self._apply_heights()

    def _new_slot(self) -> ValuePane:
        slot = ValuePane.in_pane(self.add_pane("number", SERIES_STRETCH))
        slot.span.apply_theme(self.theme)
        return slot

    def _colour_slots(self) -> None:
        for number, slot in enumerate(self.series_panes):
            slot.apply_theme(self.theme, number)
        for slot in self._slots:
            if slot.name == VOLUME:
                slot.apply_theme(self.theme, 0)

    def _apply_heights(self) -> None:
        """Give panes the heights that were chosen for them, else their usual ones."""
        names = self.pane_names
        usual = [_PRICE_STRETCH, *(usual_stretch(name) for name in names[1:])]
        if not any(name in self._heights_chosen for name in names):
            usual[0] = max(usual[0], sum(usual[1:]))  # half of the height or more
            self.share_heights(usual)
            return
        total = sum(usual)
        shares = [stretch / total for stretch in usual]
        chosen = [
            self._heights_chosen.get(name, share) for name, share in zip(names, shares, strict=True)
        ]
        self.share_heights(chosen)

    def _keep_heights(self) -> None:
        total = sum(pane.stretch for pane in self.panes)
        for name, pane in zip(self.pane_names, self.panes, strict=True):
            self._heights_chosen[name] = pane.stretch / total

    def _extent(self, marks: TradeMarks, place: int) -> tuple[int, int]:
        """Return the first and last bar of a trade, that of its decision included."""
        first, decided = int(marks.entry[place]), int(marks.entry_decision[place])
        return min(first, decided) if decided >= 0 else first, int(marks.exit[place])

    def _show_spans(self) -> None:
        if self._marks is not None:
            for span in (self._span, *(slot.span for slot in self._slots)):
                span.show(self._marks, self._place)

    def _on_mouse_over(self, position: QPointF) -> None:
        """Tell the trade whose mark is under the mouse."""
        place = None
        if self._marks is not None and self.pane_at(position) == 0:
            at = self._price_pane.plot.getViewBox().mapSceneToView(position)
            place = self.trades.near(at.x(), at.y())
        if place == self._hovered:
            return
        self._hovered = place
        self.trades.hover(place)
        trade_id = None
        if place is not None and self._marks is not None:
            trade_id = int(self._marks.trade_id[place])
        self.trade_hovered.emit(trade_id)
