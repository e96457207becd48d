"""How far trades went for and against: what another stop and target would have made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.painted.scatter_chart import ScatterChart
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.questions import of_what_if
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.review.study.study_panel import StudyPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.study import Study
    from ml4t_desktop.analysis.trades.excursions import Excursions, WhatIf
    from ml4t_desktop.project.completed import CompletedRun

_HINT = mark("Start a run: how far its trades went for and against appears here.")
_USUAL_STOP, _USUAL_TARGET = 0.05, 0.10
_ABOUT = mark(
    "An approximation from excursions alone: a trade that reached the stop is left exactly there, one that "
    "reached the target likewise; which came first inside its life is not known, so one that reached both "
    "counts as stopped. Money set free buys nothing else. The run itself knows better."
)


class ExcursionsPanel(StudyPanel):
    """MAE and MFE of every closed trade against its result, with a stop and a target that can be dragged.

    Signals
    -------
    command_asked : str
        A command that the window carries out.
    """

    command_asked = Signal(str)

    def __init__(
        self,
        results: ResultStore,
        studies: StudyStore,
        request: RequestStore,
        theme: Theme,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(results, studies, _HINT, parent)
        self.setObjectName("excursions_panel")
        self._request, self._making = request, making
        self._theme = theme
        self._has_levels = False
        self.worst = ScatterChart(tr("Worst on the way (MAE) and result"), theme)
        self.best = ScatterChart(tr("Best on the way (MFE) and result"), theme)
        self.stop_on, self.stop = self._level(tr("&Stop"), "stop", _USUAL_STOP)
        self.target_on, self.target = self._level(tr("&Target"), "target", _USUAL_TARGET)
        self.told = QLabel()
        self.told.setObjectName("what_if")
        self.told.setAccessibleName(tr("What this stop and target would have made of the trades"))
        self.told.setWordWrap(True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.about = QLabel(shown(_ABOUT))
        self.about.setWordWrap(True)
        self.run_button = QPushButton(tr("&Run with these"))
        self.run_button.setObjectName("run_with_levels")
        self.run_button.setToolTip(
            tr("Put this stop and target into the request, and run it: exact")
        )
        self._lay_out()
        self._connect()
        self.apply_theme(theme)

    def show_study(self, study: Study, run: CompletedRun) -> None:
        """Show the trades, and the stop and target of the request to begin with."""
        if not self._has_levels:
            self._has_levels = True
            exits = run.request.strategy.exits
            for box, is_on, level in (
                (self.stop, self.stop_on, exits.stop_loss),
                (self.target, self.target_on, exits.take_profit),
            ):
                if level is not None:
                    box.setValue(level * 100)
                    is_on.setChecked(True)
        of = study.excursions
        front = self.in_front(of.trade_id)
        self.worst.set_points(of.worst, of.percent, front)
        self.best.set_points(of.best, of.percent, front)
        self._show_levels()

    @property
    def levels(self) -> tuple[float | None, float | None]:
        """The stop and the target as fractions of the entry price; None where there is none."""
        stop = self.stop.value() / 100 if self.stop_on.isChecked() else None
        target = self.target.value() / 100 if self.target_on.isChecked() else None
        return stop, target

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        super().apply_theme(theme)
        self._theme = theme
        self.about.setStyleSheet(f"color: {theme.muted};")
        for chart in (self.worst, self.best):
            chart.apply_theme(theme)
        self._show_levels()

    def _level(self, title: str, name: str, usual: float) -> tuple[QCheckBox, QDoubleSpinBox]:
        box = QDoubleSpinBox()
        box.setObjectName(f"what_if_{name}")
        box.setAccessibleName(tr("What-if {name} in per cent of the entry price", name=name))
        box.setRange(0.1, 99.9)
        box.setDecimals(1)
        box.setSingleStep(0.5)
        box.setSuffix(" %")
        box.setKeyboardTracking(False)
        box.setValue(usual * 100)
        is_on = QCheckBox(shown(title))
        is_on.setObjectName(f"what_if_{name}_on")
        return is_on, box

    def _lay_out(self) -> None:
        above = FlowLayout()
        for widget in (self.stop_on, self.stop, self.target_on, self.target, self.run_button):
            above.addWidget(widget)
        charts = QHBoxLayout()
        charts.setSpacing(8)
        charts.addWidget(self.worst)
        charts.addWidget(self.best)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(above)
        layout.addWidget(self.told)
        layout.addLayout(charts, 1)
        layout.addWidget(self.about)
        self.begin(content)

    def _connect(self) -> None:
        for box in (self.stop, self.target):
            box.valueChanged.connect(self._show_levels)
        for is_on in (self.stop_on, self.target_on):
            is_on.toggled.connect(self._show_levels)
        self.worst.line_dragged.connect(self._on_stop_dragged)
        self.best.line_dragged.connect(self._on_target_dragged)
        for chart in (self.worst, self.best):
            chart.brushed.connect(self._on_brushed)
            chart.point_clicked.connect(self._on_point_clicked)
            chart.point_hovered.connect(self._on_point_hovered)
        self.told.linkActivated.connect(self._on_figure_asked)
        self.told.linkHovered.connect(self._on_figure_hovered)
        self.run_button.clicked.connect(self._run_with_levels)

    def _show_levels(self, _value: object = None) -> None:
        """Draw the lines, and say what the levels would have made of the trades."""
        stop, target = self.levels
        self.worst.set_line(None if stop is None else -stop, tr("stop"), is_gain=False)
        self.best.set_line(target, tr("target"), is_gain=True)
        self.stop.setEnabled(stop is not None)
        self.target.setEnabled(target is not None)
        of = self._looked_at()
        if of is None:
            return
        from ml4t_desktop.analysis.trades.excursions import what_if

        self.told.setText(_html(what_if(of, stop, target), self._theme))

    def _looked_at(self) -> Excursions | None:
        """Return the excursions of the trades that are looked at."""
        study = self.studies.study
        if study is None:
            return None
        from ml4t_desktop.analysis.trades.excursions import part_of

        front = self.in_front(study.excursions.trade_id)
        return study.excursions if front is None else part_of(study.excursions, front)

    def ask_current(self) -> bool:
        """Ask how the profit with these levels is made; say whether there is one."""
        is_there = self._looked_at() is not None
        if is_there:
            self._on_figure_asked("pnl_after")
        return is_there

    def _on_figure_asked(self, name: str) -> None:
        of = self._looked_at()
        if of is not None and self._making is not None:
            self._making.ask(of_what_if(of, *self.levels, name), self.told, self.told.rect())

    def _on_figure_hovered(self, name: str) -> None:
        self.told.setToolTip(tr("Click to see how it is made") if name else "")

    def _on_stop_dragged(self, at: float) -> None:
        self.stop.setValue(max(-at * 100, self.stop.minimum()))

    def _on_target_dragged(self, at: float) -> None:
        self.target.setValue(max(at * 100, self.target.minimum()))

    def _on_brushed(self, inside: NDArray[np.bool_]) -> None:
        study = self.studies.study
        if study is not None:
            self.look_at(
                tr("Chosen by their excursions"), np.sort(study.excursions.trade_id[inside])
            )

    def _on_point_clicked(self, place: int) -> None:
        study = self.studies.study
        if study is not None:
            self.results.select_trade(int(study.excursions.trade_id[place]))

    def _on_point_hovered(self, place: int) -> None:
        study = self.studies.study
        if study is not None:
            found = int(study.excursions.trade_id[place]) if place >= 0 else None
            self.results.hover_trade(found)

    def _run_with_levels(self) -> None:
        """Put the levels into the request and run it."""
        stop, target = self.levels
        self._request.edit("strategy.exits.stop_loss", stop)
        self._request.edit("strategy.exits.take_profit", target)
        self.command_asked.emit("run.start")


def _html(found: WhatIf, theme: Theme) -> str:
    locale = QLocale()

    def link(name: str, text: str, tone: str = theme.text) -> str:
        return f"<a href='{name}' style='color:{tone}; text-decoration:none'>{text}</a>"

    def money(name: str, value: float) -> str:
        tone = theme.gain if value >= 0 else theme.loss
        return link(name, f"<b>{format_value(value, 'money', locale)}</b>", tone)

    def rate(name: str, value: float | None) -> str:
        return link(name, "n/a" if value is None else format_value(value, "percent", locale))

    def count(name: str, value: int) -> str:
        return link(name, format_value(value, "count", locale))

    return tr(
        "P&amp;L {money} → {money2} &nbsp;·&nbsp; won {rate} → {rate2} &nbsp;·&nbsp; of "
        "{count} trades {count2} stopped, {count3} at the target, {count4} reached both",
        money=money("pnl_before", found.pnl_before),
        money2=money("pnl_after", found.pnl_after),
        rate=rate("win_rate_before", found.win_rate_before),
        rate2=rate("win_rate_after", found.win_rate_after),
        count=count("trades", found.trades),
        count2=count("stopped", found.stopped),
        count3=count("taken", found.taken),
        count4=count("doubtful", found.doubtful),
    )
