"""The quality report: findings with their rows, what they do to a backtest, and the coverage strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from ml4t_desktop.plots.calendar import Calendar
from ml4t_desktop.plots.coverage import CoverageStrip, state_colours
from ml4t_desktop.session.language import in_a_row, shown, tr
from ml4t_desktop.session.request.steps import counted
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.data.check_panel import CheckPanel, CheckTexts
from ml4t_desktop.views.data.quality_detail import QualityDetail
from ml4t_desktop.views.data.quality_rows import QualityRows
from ml4t_desktop.views.data.quality_table import QualityTable
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.files.quality import QualityReport

_TEXTS = CheckTexts(
    title=mark("Nothing checked yet"),
    hint=mark("What is wrong or doubtful in your files appears here. Choose the data first."),
    checking_title=mark("Checking the data"),
    checking=mark("Checking the data…"),
    progress=mark("Progress of the check of the data"),
)
_STATES = (mark("no bar expected"), mark("bars"), mark("bars missing"), mark("doubtful bars"))
_STRIP_HEIGHT = 140


class QualityPanel(CheckPanel):
    """What is wrong or doubtful in the data of the request; checked when the panel is seen."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session.quality, "quality", _TEXTS, parent)
        self.setObjectName("quality_panel")
        self._store = session.quality
        self._shown: QualityReport | None = None
        self._theme = theme
        self.summary.setWordWrap(True)
        self.strip = CoverageStrip(theme)
        self.key = QLabel()
        self.key.setObjectName("quality_key")
        self.key.setWordWrap(True)
        self.table = QualityTable(theme)
        self.detail = QualityDetail(theme)
        self.rows = QualityRows(theme)
        self.build(self._content())
        self.table.chosen.connect(self._show_finding)
        self.detail.repair_asked.connect(self._store.repair)
        self.strip.pointed.connect(self._on_pointed)
        self.strip.clicked.connect(self._on_strip_clicked)
        self.rows.place_shown.connect(self.strip.choose)
        self.apply_theme(theme)
        self.draw_when_seen()

    def show_report(self) -> None:
        """Show the coverage at once, and the findings when it is on screen."""
        report = self._store.report
        is_other = report is not self._shown
        self._shown = report
        if report is None or not is_other:
            return
        self.strip.set_coverage(report.coverage)
        for part in (self.strip, self.key):
            part.setVisible(report.coverage is not None)
        self._on_pointed(None, 0)
        QTimer.singleShot(0, self, self._show_findings)  # the strip is there before its findings

    def summary_text(self) -> str:
        """Return the verdict in a sentence."""
        report = self._store.report
        return "" if report is None else _summary(report, is_current=self._store.is_current)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        for part in (self.strip, self.table, self.detail, self.rows, self.empty):
            part.apply_theme(theme)
        self._on_pointed(None, 0)

    def _content(self) -> QWidget:
        self.strip.setFixedHeight(_STRIP_HEIGHT)
        above = QSplitter(Qt.Orientation.Horizontal)
        above.setObjectName("quality_split")
        above.setChildrenCollapsible(False)
        above.addWidget(self.table)
        above.addWidget(self.detail)
        above.setStretchFactor(0, 1)
        above.setSizes([660, 400])
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setObjectName("quality_parts")
        parts.setChildrenCollapsible(False)
        parts.addWidget(above)
        parts.addWidget(self.rows)
        parts.setStretchFactor(1, 1)
        parts.setSizes([240, 380])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.strip)
        layout.addWidget(self.key)
        layout.addWidget(parts, 1)
        return content

    def _show_findings(self) -> None:
        report = self._shown
        if report is None:
            return
        self.table.show_findings(report.findings)
        if not report.findings:
            self._show_finding(-1)

    def _show_finding(self, index: int) -> None:
        report = self._shown
        if report is None:
            return
        finding = report.findings[index] if 0 <= index < len(report.findings) else None
        self.detail.show_finding(finding)
        self.rows.show_finding(finding, report.subject)

    def _on_pointed(self, symbol: str | None, column: int) -> None:
        """Say what is under the mouse, else what the colours mean."""
        coverage = self.strip.coverage
        if symbol is None or coverage is None:
            pairs = zip(state_colours(self._theme), map(shown, _STATES), strict=True)
            self.key.setText(
                " &nbsp; ".join(
                    f"<span style='color:{shade}'>■</span> {state}" for shade, state in pairs
                )
            )
            return
        state = shown(_STATES[int(coverage.states[coverage.symbols.index(symbol), column])])
        calendar = Calendar(coverage.times, is_zoned=coverage.is_zoned)
        when = calendar.full_text(column)
        if coverage.ends[column] != coverage.times[column]:
            when += tr(
                " to {full_text}",
                full_text=Calendar(coverage.ends, is_zoned=coverage.is_zoned).full_text(column),
            )
        self.key.setText(f"<b>{symbol}</b> &nbsp; {when} &nbsp; {state}")

    def _on_strip_clicked(self, symbol: str, column: int) -> None:
        coverage = self.strip.coverage
        if coverage is not None:
            self.rows.show_place(symbol, int(coverage.times[column]))


def _summary(report: QualityReport, *, is_current: bool) -> str:
    """Return the verdict in a sentence."""
    severities = [finding.severity for finding in report.findings]
    errors, warnings, notes = (severities.count(s) for s in ("error", "warning", "note"))
    said = [
        counted(number, noun)
        for number, noun in ((errors, "error"), (warnings, "warning"), (notes, "note"))
        if number
    ]
    facts = tr(
        "{row_count:,} rows, {asset_count}",
        row_count=report.row_count,
        asset_count=counted(report.asset_count or 0, "asset"),
    )
    verdict = in_a_row(said) if said else tr("Nothing to complain about")
    text = f"{verdict}  ·  {facts}"
    if report.calendar:
        text = tr("{text}  ·  gaps by {calendar}", text=text, calendar=report.calendar)
    return text if is_current else tr("{text}  ·  the data part has changed since", text=text)
