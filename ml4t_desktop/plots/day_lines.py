"""Lines over the days of a run, one pane below the other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from ml4t_desktop.plots.axes import ValueKind
from ml4t_desktop.plots.bar_items import LineItem
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.session.language import shown
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.units import MICROSECONDS_PER_DAY

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DayLine:
    """A line in a pane.

    Parameters
    ----------
    title : str
    kind : str
        How its values are written.
    values : ndarray of float64, shape (n,)
        NaN where there is none.
    other : ndarray of float64, shape (n,), optional
        A second line in the same pane, called by `other_title`.
    is_filled : bool
        Whether the area down to zero is tinted.
    """

    title: str
    kind: ValueKind
    values: Values
    other: Values | None = None
    other_title: str = ""
    is_filled: bool = False


class DayLines(PaneStack):
    """Panes of the same height over the days of a run."""

    def __init__(self, count: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._lines: tuple[DayLine, ...] = ()
        self._items: list[tuple[Pane, LineItem, LineItem]] = []
        for _ in range(count):
            pane = self.add_pane("number", 1.0)
            line, other = LineItem(), LineItem()
            for item in (other, line):
                pane.plot.addItem(item)
            self._items.append((pane, line, other))
        self.share_heights([1.0] * count)
        self.apply_theme(theme)

    def set_lines(self, days: NDArray[np.int64], lines: tuple[DayLine, ...]) -> None:
        """Show other lines over days since 1970-01-01; the part in view stays when the days are the same."""
        times = days * MICROSECONDS_PER_DAY
        is_same = np.array_equal(times, self.calendar.times)
        self._lines = lines
        for (pane, line, other), given in zip(self._items, lines, strict=True):
            pane.values.set_kind(given.kind)
            line.is_filled = given.is_filled
            line.set_values(given.values)
            other.set_values(np.zeros(0) if given.other is None else given.other)
        if is_same:
            self.refresh_legends()
            return
        self.set_times(times)
        self.show_all()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        super().apply_theme(theme)
        for number, (_, line, other) in enumerate(self._items):
            line.set_colour(theme.series[number % len(theme.series)])
            other.set_colour(theme.muted)
        self.refresh_legends()

    def legend_html(self, pane: Pane, ordinal: int) -> str:
        """Return the values of a pane at an ordinal."""
        place = next(
            (number for number, item in enumerate(self._items) if item[0] is pane), len(self._lines)
        )
        if place >= len(self._lines) or ordinal >= self._lines[place].values.size:
            return ""
        line, muted = self._lines[place], self.theme.muted
        text = f"<span style='color:{muted}'>{shown(line.title)}</span> <b>{_at(pane, line.values, ordinal)}</b>"
        if line.other is not None:
            text += f" &nbsp; <span style='color:{muted}'>{line.other_title}</span> "
            text += f"<b>{_at(pane, line.other, ordinal)}</b>"
        when = self.calendar.full_text(ordinal) if place == 0 else ""
        return f"{text} &nbsp; <span style='color:{muted}'>{when}</span>"


def _at(pane: Pane, values: Values, ordinal: int) -> str:
    return pane.values.text_at(float(values[ordinal]))
