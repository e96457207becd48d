"""The findings about the data, the gravest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.data.graded_table import GradedTable
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.files.quality import Finding

SEVERITIES = {"error": mark("▲ Error"), "warning": mark("● Warning"), "note": mark("· Note")}
_HEADERS = (
    (
        mark("Severity"),
        mark("An error stops a run, a warning may bend its result, a note is worth knowing"),
    ),
    (mark("Finding"), mark("What was found")),
    (mark("Rows"), mark("How many rows, bars or times it concerns")),
    (mark("In words"), mark("What it is, and where")),
)
_SHADES = {"error": "error", "warning": "warning", "note": "muted"}
_ROWS, _WORDS = 2, 3


class QualityTable(GradedTable):
    """Findings.

    Signals
    -------
    chosen : int
        Place of the finding that was chosen.
    """

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            _HEADERS,
            graded=0,
            shades=_SHADES,
            numbers=(_ROWS,),
            wide=_WORDS,
            parent=parent,
        )
        self.setObjectName("quality_table")
        self.setAccessibleName(tr("Findings about the data"))

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show findings; the kind and place that was chosen stays chosen, else the first is."""
        before = self.currentItem().toolTip(1) if self.currentItem() is not None else ""
        chosen = 0
        with QSignalBlocker(self):
            self.clear()
            for index, finding in enumerate(findings):
                count = QLocale().toString(finding.places.height) if finding.places.height else ""
                words = capitalised(shown(finding.what))
                texts = [shown(SEVERITIES[finding.severity]), shown(finding.title), count, words]
                item = self.add_row(texts, index, finding.severity)
                item.setToolTip(1, tr("{title}: {text}", title=finding.title, text=finding.where))
                item.setToolTip(
                    _WORDS, tr("{title}: {text}", title=finding.where, text=finding.what)
                )
                if item.toolTip(1) == before:
                    chosen = index
        self.colour()
        if findings:
            self.choose(chosen)

    def name_chosen(self, name: str | int) -> None:
        """Say which finding was chosen."""
        self.chosen.emit(int(name))
