"""What the panes below the prices can show, and how each is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.plots.axes import ValueKind
from ml4t_desktop.plots.bar_items import ColumnItem, LineItem
from ml4t_desktop.plots.panes import Pane
from ml4t_desktop.plots.price.trade_marks import SpanLayer
from ml4t_desktop.plots.pyramid import Bars
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.wording import mark

VOLUME: Final = "volume"
POSITION: Final = "position"
EQUITY: Final = "equity"
BENCHMARK: Final = "benchmark"
UNDERWATER: Final = "underwater"
# Title, kind and share of the height of the panes that are not of a signal or context.
TITLES: Final = {
    VOLUME: mark("Volume"),
    POSITION: mark("Position"),
    EQUITY: mark("Equity"),
    BENCHMARK: mark("Benchmark"),
    UNDERWATER: mark("Drawdown"),
}
_KINDS: Final[dict[str, ValueKind]] = {EQUITY: "money", UNDERWATER: "percent"}
_STRETCHES: Final = {VOLUME: 1.0}
SERIES_STRETCH: Final = 2.0
_NONE: NDArray[np.float64] = np.zeros(0)


def usual_stretch(name: str) -> float:
    """Return the share of the height that a pane has unless somebody chose another."""
    return _STRETCHES.get(name, SERIES_STRETCH)


@dataclass(eq=False)
class ValuePane:
    """A pane below the prices: columns for volume, else a line, with another one beside it for equity."""

    name: str
    pane: Pane
    columns: ColumnItem
    line: LineItem
    beside: LineItem
    span: SpanLayer
    values: NDArray[np.float64]
    others: NDArray[np.float64]

    @classmethod
    def in_pane(cls, pane: Pane) -> ValuePane:
        """Return an empty one in a pane of a stack."""
        columns, line, beside = ColumnItem(), LineItem(), LineItem()
        for item in (columns, beside, line):
            pane.plot.addItem(item)
        return cls("", pane, columns, line, beside, SpanLayer(pane.plot), _NONE, _NONE)

    def show(self, name: str, column: Column, beside: NDArray[np.float64] | None = None) -> None:
        """Draw a column; `beside` is a second line over the same times."""
        labels = column.labels if isinstance(column, TextColumn) else ()
        self.name, self.values = name, numbers(column)
        self.others = _NONE if beside is None else beside
        self.pane.values.set_labels(labels)
        self.pane.values.set_kind(_KINDS.get(name, "number"))
        is_volume = name == VOLUME
        self.line.is_stepped = bool(labels) or name == POSITION
        self.line.is_filled = name in {UNDERWATER, POSITION}
        self.columns.set_bars(Bars.of_line(self.values if is_volume else _NONE))
        self.line.set_values(_NONE if is_volume else self.values)
        self.beside.set_values(self.others)

    def apply_theme(self, theme: Theme, number: int) -> None:
        """Recolour; signals and context take the colours of series in turn."""
        tints = {EQUITY: theme.accent, UNDERWATER: theme.loss, POSITION: theme.muted}
        self.columns.set_colour(theme.muted)
        self.line.set_colour(tints.get(self.name, theme.series[number % len(theme.series)]))
        self.beside.set_colour(theme.series[1], 0.9, is_dashed=True)
        self.span.apply_theme(theme)

    def legend_html(self, ordinal: int, theme: Theme) -> str:
        """Return what the pane says about an ordinal."""
        if ordinal >= self.values.size:
            return ""
        kind, _, title = self.name.rpartition(".")
        title = TITLES.get(self.name, title)
        text = _entry(title, self.pane.values.text_at(float(self.values[ordinal])), theme)
        if kind == "context":
            text += tr(" <span style='color:{muted}'>context</span>", muted=theme.muted)
        if ordinal < self.others.size:
            other = self.pane.values.text_at(float(self.others[ordinal]))
            text += f" &nbsp; {_entry(TITLES[BENCHMARK], other, theme)}"
        return text


def numbers(column: Column) -> NDArray[np.float64]:
    """Return a column as numbers: texts as the places of their labels, NaN where there is no value."""
    if isinstance(column, TextColumn):
        return np.where(column.codes < 0, np.nan, column.codes.astype(np.float64))
    return column


def _entry(title: str, value: str, theme: Theme) -> str:
    return f"<span style='color:{theme.muted}'>{shown(title)}</span> <b>{value}</b>"
