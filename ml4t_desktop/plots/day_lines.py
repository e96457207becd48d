"""Lines over the days of a run, one pane below the other."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from ml4t_desktop.plots.axes import ValueKind
from ml4t_desktop.plots.bar_items import LineItem
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.session.language import shown, tr
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
    """Panes of the same height over the days of a run.

    Signals
    -------
    value_asked : int, int, QRect
        How the value of a pane at an ordinal is made was asked for: it was clicked.
    """

    value_asked = Signal(int, int, QRect)

    def __init__(self, count: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._lines: tuple[DayLine, ...] = ()
        self._items: list[tuple[Pane, LineItem, LineItem]] = []
        self._wanted = count
        self.setUpdatesEnabled(False)  # until all panes are there
        scene: Any = self.scene()
        scene.sigMouseClicked.connect(self._on_clicked)
        self.menu_asked.connect(self._on_menu_asked)
        self.apply_theme(theme)

    def make_pane(self) -> None:
        """Make one pane more, if one is missing: each takes long."""
        number = len(self._items)
        if number == self._wanted:
            return
        pane = self.add_pane("number", 1.0)
        line, other = LineItem(), LineItem()
        for item in (other, line):
            pane.plot.addItem(item)
        self._items.append((pane, line, other))
        self._colour(number)
        if number + 1 == self._wanted:
            self.share_heights([1.0] * self._wanted)
            self.setUpdatesEnabled(True)

    def set_lines(self, days: NDArray[np.int64], lines: tuple[DayLine, ...]) -> None:
        """Show other lines over days since 1970-01-01; the part in view stays when the days are the same."""
        while len(self._items) < self._wanted:
            self.make_pane()
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
        for number in range(len(self._items)):
            self._colour(number)
        self.refresh_legends()

    def _colour(self, number: int) -> None:
        _, line, other = self._items[number]
        line.set_colour(self.theme.series[number % len(self.theme.series)])
        other.set_colour(self.theme.muted)

    def ask_current(self) -> bool:
        """Ask how the value of the first pane at the cursor, or the last in view, is made."""
        return self.ask_pane(0)

    def ask_pane(self, number: int) -> bool:
        """Ask how the value of a pane at the cursor, or the last in view, is made; say whether there is one."""
        at = self._legend_ordinal()
        if at is None:
            return False
        box = self.panes[number].plot.sceneBoundingRect()
        x = self.panes[number].plot.getViewBox().mapViewToScene(QPointF(at, 0.0)).x()
        x = min(max(x, box.left()), box.right())
        place = self.mapFromScene(QRectF(x - 4, box.top(), 8, box.height())).boundingRect()
        self.value_asked.emit(number, at, place)
        return True

    def _on_clicked(self, event: Any) -> None:
        number = self.pane_at(event.scenePos())
        is_plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if number is None or event.button() != Qt.MouseButton.LeftButton or not is_plain:
            return
        x = self.panes[number].plot.getViewBox().mapSceneToView(event.scenePos()).x()
        self._point_at(min(max(round(x), 0), self.count - 1) if self.count else None)
        self.ask_pane(number)

    def _on_menu_asked(self, number: int, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("How it is made"), partial(self.ask_pane, number))
        menu.popup(place)

    def keyPressEvent(self, ev: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if ev.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        super().keyPressEvent(ev)

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
        when = self.calendar.legend_html(ordinal) if place == 0 else ""
        return f"{text} &nbsp; <span style='color:{muted}'>{when}</span>"


def _at(pane: Pane, values: Values, ordinal: int) -> str:
    return pane.values.text_at(float(values[ordinal]))
