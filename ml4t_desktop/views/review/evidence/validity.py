"""Is the result any good: the verdict, the figures and the pictures behind it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QRect, Qt
from PySide6.QtWidgets import (
    QLabel,
    QProgressBar,
    QSplitter,
    QStackedLayout,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.painted.waterfall import Waterfall
from ml4t_desktop.plots.validity import ConeChart, LuckChart, NamedLine, VariantChart
from ml4t_desktop.session.clocks import is_zoned
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.review.evidence_words import ASSUMPTIONS, COST_STEPS
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.questions import of_evidence
from ml4t_desktop.session.review.validity import ValidityStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.evidence.verdict import VerdictView
from ml4t_desktop.views.review.evidence_tables import EvidenceTable, VariantTable
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.analysis.validity.costs import CostStep
    from ml4t_desktop.analysis.validity.verdict import Evidence
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = (
    mark("No result to judge yet"),
    mark("Start a run: here it is held against luck, other assumptions and its costs."),
    "run.start",
)
# The figure that each remark of the verdict rests on.
_FIGURES: Final = {
    "luck": "luck", "count": "num_trades", "interval": "sharpe.low", "deflated": "deflated",
    "record": "track_record", "benchmark": "total_return", "late": "one_bar_late.total_return",
    "same_bar": "same_bar.total_return", "costs": "break_even",
}  # fmt: skip
_DOING: Final = {
    "first": mark("Redrawing the history…"),
    "variants": mark("Running under other assumptions…"),
    "luck": mark("Running with signals that know nothing…"),
}


class ValidityPanel(SeenPanel):
    """Whether what the run on screen earned can be believed."""

    def __init__(
        self,
        results: ResultStore,
        validity: ValidityStore,
        theme: Theme,
        making: MakingStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("validity_panel")
        self._results, self._validity, self._making = results, validity, making
        self._shown: Evidence | None = None
        self.verdict = VerdictView(theme)
        self.figures, self.variants = EvidenceTable(), VariantTable()
        self._theme = theme
        self._rooms: list[QVBoxLayout] = []  # of the charts, from left to right
        self._charts: list[ConeChart | VariantChart | LuckChart] = []
        self.costs = Waterfall(tr("From gross to net"), theme)
        self.doing = QLabel()
        self.progress = QProgressBar()
        self.empty = EmptyState(*_NO_RUN)
        self._build()
        for table in (self.figures, self.variants):
            table.number_asked.connect(partial(self._on_number_asked, table))
        self.verdict.remark_asked.connect(self._on_remark_asked)
        results.run_changed.connect(self._on_run_changed)
        validity.changed.connect(self.draw_when_seen)
        validity.progressed.connect(self._on_progressed)
        self.apply_theme(theme)
        self._on_run_changed(results.run)

    def draw(self) -> None:
        """Show what is known; it is asked for when it is not there."""
        self._validity.want()
        self._show_progress()
        evidence = self._validity.evidence
        if evidence is self._shown:
            return
        before, self._shown = self._shown, evidence
        self._show_verdict(evidence)
        if evidence is None:
            return
        if before is None or before.redrawn is not evidence.redrawn:
            self.then(cone=partial(self._show_cone, evidence))
        if before is None or before.deflated is not evidence.deflated:
            self.then(figures=partial(self._show_figures, evidence))
        is_told = before is not None and before.why_no_reruns == evidence.why_no_reruns
        if before is None or before.variants is not evidence.variants or not is_told:
            self.then(variants=partial(self._show_variants, evidence))
        self.then(luck=partial(self._show_luck, evidence))

    def ask_current(self) -> bool:
        """Ask how the figure with the cursor is made; say whether there is one."""
        table = self.variants if self.variants.hasFocus() else self.figures
        return table.ask_current()

    def _on_number_asked(self, table: QWidget, name: str, place: QRect) -> None:
        run, evidence = self._results.run, self._validity.evidence
        if run is not None and evidence is not None and self._making is not None:
            self._making.ask(of_evidence(run, evidence, name), table, place)

    def _on_remark_asked(self, remark: str, place: QRect) -> None:
        self._on_number_asked(self.verdict, _FIGURES[remark], place)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        for part in (self.verdict, *self._charts, self.costs, self.empty):
            part.apply_theme(theme)
        self.doing.setStyleSheet(f"color: {theme.muted};")

    def _build(self) -> None:
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(tr("How much of the runs with other signals is done"))
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.verdict, 1)
        column.addWidget(self.doing)
        column.addWidget(self.progress)
        tables = QTabWidget()
        tables.setObjectName("validity_tables")
        tables.setDocumentMode(True)
        tables.addTab(self.figures, tr("How sure"))
        tables.addTab(self.variants, tr("Other assumptions"))
        tables.addTab(self.costs, tr("Gross to net"))
        tables.setUsesScrollButtons(False)
        tables.setElideMode(Qt.TextElideMode.ElideRight)
        for place in range(tables.count()):
            tables.setTabToolTip(place, tables.tabText(place))
        above = QSplitter(Qt.Orientation.Horizontal)
        above.addWidget(left)
        above.addWidget(tables)
        above.setSizes([520, 440])
        below = QSplitter(Qt.Orientation.Horizontal)
        for title in (
            tr("What else could have come out"),
            tr("Under other assumptions"),
            tr("With signals that know nothing"),
        ):
            box = _titled(title)
            below.addWidget(box)
            room = box.layout()
            assert isinstance(room, QVBoxLayout)  # noqa: S101 (made with it)
            self._rooms.append(room)
        self.make_later(self._make_cone, self._make_lines, self._make_luck)
        split = QSplitter(Qt.Orientation.Vertical)
        for part in (above, below, split):
            part.setChildrenCollapsible(False)
        split.addWidget(above)
        split.addWidget(below)
        split.setSizes([400, 320])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(split)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _make_cone(self) -> None:
        self.cone = ConeChart(self._theme)
        self._take(self.cone)

    def _make_lines(self) -> None:
        self.lines = VariantChart(self._theme)
        self._take(self.lines)

    def _make_luck(self) -> None:
        self.luck = LuckChart(self._theme)
        self._take(self.luck)

    def _take(self, chart: ConeChart | VariantChart | LuckChart) -> None:
        """Put a chart into the next room."""
        self._rooms[len(self._charts)].addWidget(chart, 1)
        self._charts.append(chart)

    def _show_verdict(self, evidence: Evidence | None) -> None:
        if evidence is None:
            self.verdict.show_verdict(None)
            return
        from ml4t_desktop.analysis.validity.verdict import verdict

        self.verdict.show_verdict(verdict(evidence))

    def _show_cone(self, evidence: Evidence) -> None:
        run, redrawn = self._results.run, evidence.redrawn
        if run is None or redrawn is None:
            return
        from ml4t_desktop.analysis.account.returns import period_returns

        periods = period_returns(run.result)
        at = periods.days.searchsorted(redrawn.days)
        self.cone.show_cone(redrawn.days, redrawn.cone, periods.equity[at])

    def _show_figures(self, evidence: Evidence) -> None:
        self.figures.show_evidence(evidence)
        steps = [step for step in evidence.costs.steps if _is_told(step)]
        self.costs.show_steps(
            tuple(shown(COST_STEPS[step.name]) for step in steps),
            tuple(step.amount for step in steps),
        )

    def _show_variants(self, evidence: Evidence) -> None:
        run = self._results.run
        self.variants.show_variants(evidence.variants, evidence.why_no_reruns)
        if run is None:
            return
        lines = tuple(
            NamedLine(ASSUMPTIONS[item.assumption], item.equity) for item in evidence.variants
        )
        times = run.result.equity["timestamp"].to_physical().to_numpy()
        self.lines.show_lines(times, lines, is_zoned=is_zoned(run))

    def _show_luck(self, evidence: Evidence) -> None:
        import numpy as np

        from ml4t_desktop.analysis.undefined import Undefined

        found = evidence.luck
        if found is None or isinstance(found, Undefined):
            text = capitalised(shown(found.reason)) if found is not None else ""
            self.luck.show_returns(np.zeros(0), 0.0, text)
            return
        locale = QLocale()
        own = format_value(found.total_return, "percent", locale)
        count = format_value(found.returns.size, "count", locale)
        self.luck.show_returns(
            found.returns,
            found.total_return,
            tr("Total return of {count} runs<br>Line: this run, {own}", count=count, own=own),
        )

    def _show_progress(self) -> None:
        part = self._validity.part
        self.doing.setText(shown(_DOING[part] if part else ""))
        self.doing.setVisible(part is not None)
        self.progress.setVisible(part is not None)
        self.progress.setRange(0, 1000 if part == "luck" else 0)

    def _on_progressed(self, share: float) -> None:
        self.progress.setValue(round(share * 1000))

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        self._stack.setCurrentIndex(0 if run is None else 1)
        self.draw_when_seen()


def _is_told(step: CostStep) -> bool:
    return bool(step.amount) or step.name in {"before", "net"}


def _titled(title: str) -> QWidget:
    """Return room for a chart below its title."""
    label = QLabel(shown(title))
    label.setProperty("role", "heading")
    label.setWordWrap(True)
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 4, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(label)
    return box
