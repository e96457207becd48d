"""The sweep: which numbers vary, how far it is, and the statistic over them, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.heatmap import Heatmap
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.runs.sweeps import METRICS, SweepState
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.runs.sweep_axis import AxisRow
from ml4t_desktop.views.review.runs.sweep_text import summary_text, value_text
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the engine loads after the window is visible
    from ml4t_desktop.sweep.grid import Grid

_FULL = 1000
_HINT = mark("Choose one number or two of the request above, and run the sweep.")


class SweepPanel(SeenPanel):
    """Choice of numbers above; below it the result, of which a click loads a variant.

    Signals
    -------
    command_asked : str
    """

    command_asked = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep_panel")
        self._sweeps = session.sweeps
        self.rows = (
            AxisRow("number", tr("Number"), is_optional=False),
            AxisRow("second", tr("Second"), is_optional=True),
        )
        self.statistic = Choice(width=14)
        self.statistic.setObjectName("sweep_metric")
        self.statistic.setAccessibleName(tr("Statistic"))
        self.statistic.set_options(tuple(METRICS))
        self.steady = QCheckBox(tr("Mean with neighbours"))
        self.steady.setObjectName("sweep_plateau")
        self.steady.setToolTip(
            tr(
                "Show the mean over each cell and those around it: a good value among bad ones is luck"
            )
        )
        self.start = _button("sweep_start", tr("Run the sweep"), "primary")
        self.pause = _button("sweep_pause", tr("Pause"))
        self.stop = _button("sweep_stop", tr("Stop"))
        self.progress = QProgressBar()
        self.progress.setRange(0, _FULL)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress of the sweep"))
        self.count = QLabel()
        self.count.setObjectName("sweep_count")
        self.summary = QLabel()
        self.summary.setObjectName("sweep_summary")
        self.summary.setWordWrap(True)
        self.heatmap = Heatmap(theme)
        self.empty = EmptyState(tr("No sweep yet"), _HINT)
        self._build()
        self._connect()
        self.apply_theme(theme)
        self.draw_when_seen()

    def draw(self) -> None:
        """Show numbers, progress and result."""
        numbers = self._sweeps.numbers()
        for row in self.rows:
            row.offer(numbers)
        state = self._sweeps.state
        self._stack.setCurrentIndex(0 if state is None else 1)
        self._show_state(state)
        if state is not None:
            self.statistic.show_value(state.metric)
            self._show_result(state)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.heatmap.apply_theme(theme)
        self.empty.apply_theme(theme)

    def _show_state(self, state: SweepState | None) -> None:
        sweeps = self._sweeps
        is_running = sweeps.is_running
        reason = sweeps.why_not()
        self.start.setEnabled(not is_running and not reason and self.rows[0].key is not None)
        self.start.setToolTip(reason or tr("Run every combination; each counts as a variant tried"))
        for widget in (self.pause, self.stop, self.progress):
            widget.setVisible(is_running)
        self.pause.setText(tr("Go on") if sweeps.is_paused else tr("Pause"))
        if is_running and state is not None:
            done = len(state.trials)
            self.progress.setValue(int(_FULL * done / state.grid.size))
            self.count.setText(tr("{done:,} of {size:,} variants", done=done, size=state.grid.size))
        else:
            size = int(np.prod([len(row.values()) for row in self.rows if row.key]))
            self.count.setText(tr("{size:,} variants", size=size) if self.rows[0].key else "")
        if sweeps.problems:
            problems = "\n".join(shown(str(item)) for item in sweeps.problems)
            self.empty.tell(tr("The sweep could not be run"), problems)
        elif state is None:
            self.empty.tell(tr("No sweep yet"), reason or _HINT)

    def _show_result(self, state: SweepState) -> None:
        from ml4t_desktop.sweep.table import best_of, plateau, values_of

        values = values_of(state.grid, state.trials, state.metric)
        if self.steady.isChecked():
            values = plateau(state.grid, values)
        best = best_of(values, state.metric)
        shape = (values.shape[0], int(np.prod(values.shape[1:])))
        place = None if best is None else divmod(best, shape[1])
        names = {item.key: item.title for item in self._sweeps.numbers()}
        axes = [
            (names.get(axis.key, axis.key), [f"{value:g}" for value in _floats(axis.values)])
            for axis in state.grid.axes
        ]
        texts = [value_text(state.metric, value) for value in values.ravel()]
        self.heatmap.show_values(values.reshape(shape), texts, axes, place)
        self.summary.setText(summary_text(state, names))

    def _build(self) -> None:
        layout = QVBoxLayout()
        layout.setContentsMargins(12, 10, 12, 12)
        for row in self.rows:
            layout.addWidget(row)
        bar = FlowLayout()
        label = QLabel(tr("Statistic"))
        label.setMinimumWidth(max(64, label.sizeHint().width()))
        label.setBuddy(self.statistic)
        bar.addWidget(label)
        bar.addWidget(self.statistic)
        bar.addWidget(self.steady)
        bar.add_stretch()
        bar.addWidget(self.count)
        self.progress.setFixedWidth(140)
        for widget in (self.progress, self.pause, self.stop, self.start):
            bar.addWidget(widget)
        layout.addLayout(bar)
        result = QWidget()
        inner = QVBoxLayout(result)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.summary)
        inner.addWidget(self.heatmap, 1)
        below = QWidget()
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(result)
        layout.addWidget(below, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        self._sweeps.changed.connect(self.draw_when_seen)
        self.start.clicked.connect(self._on_start)
        self.pause.clicked.connect(self._on_pause)
        self.stop.clicked.connect(self._on_stop)
        self.statistic.activated.connect(self._on_metric)
        self.steady.clicked.connect(self._on_steady)
        self.heatmap.cell_chosen.connect(self._on_cell)
        for row in self.rows:
            row.changed.connect(self._on_row)

    def _grid(self) -> Grid:
        from ml4t_desktop.sweep.grid import Axis, Grid

        found: dict[str, Axis] = {}
        for row in self.rows:
            if row.key is not None and row.key not in found:
                found[row.key] = Axis(row.key, row.values())
        return Grid(tuple(found.values()))

    def _on_start(self) -> None:
        self._sweeps.start(self._grid(), str(self.statistic.value))

    def _on_pause(self) -> None:
        self._sweeps.pause()

    def _on_stop(self) -> None:
        self._sweeps.stop()

    def _on_metric(self, _index: int) -> None:
        self._sweeps.choose_metric(str(self.statistic.value))

    def _on_steady(self, _is_on: object) -> None:
        self.draw_when_seen()

    def _on_row(self) -> None:
        self._show_state(self._sweeps.state)

    def _on_cell(self, row: int, column: int) -> None:
        state = self._sweeps.state
        if state is None or self._sweeps.is_running:
            return
        number = row * int(np.prod(state.grid.shape[1:])) + column
        for trial in state.trials:
            if trial.number == number and trial.status == "done":
                self._sweeps.load(trial)
                self.command_asked.emit("run.start")
                return


def _floats(values: tuple[object, ...]) -> list[float]:
    return [float(value) if isinstance(value, int | float) else 0.0 for value in values]


def _button(name: str, title: str, role: str = "secondary") -> QPushButton:
    button = QPushButton(shown(title))
    button.setObjectName(name)
    button.setProperty("role", role)
    return button
