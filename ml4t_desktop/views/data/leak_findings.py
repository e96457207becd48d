"""What was found about one column, and the buttons that take it later."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.data.leak_table import VERDICTS
from ml4t_desktop.views.growing import GrowingColumn

if TYPE_CHECKING:
    from ml4t_desktop.analysis.leakage import ColumnReport, Finding


class LeakFindings(QWidget):
    """The findings about a column, each with what it does and what to do.

    Signals
    -------
    later_asked : int
        Use the column so many bars later than it is stamped.
    """

    later_asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._column: ColumnReport | None = None
        self._lag = 0
        self.text = QLabel()
        self.text.setObjectName("leak_findings")
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.later = QPushButton(tr("Use it one bar later"))
        self.later.setObjectName("leak_later")
        self.later.setProperty("role", "secondary")
        self.later.setToolTip(
            tr(
                "The request takes the value of the bar before (of the timestamp before, for context)"
            )
        )
        self.back = QPushButton(tr("Use it as stamped"))
        self.back.setObjectName("leak_back")
        self.back.setProperty("role", "secondary")
        self.back.setToolTip(tr("Take the delay out of the request again"))
        self._build()
        self.later.clicked.connect(self._on_later)
        self.back.clicked.connect(self._on_back)

    def show_column(self, column: ColumnReport, lag: int) -> None:
        """Show the findings about a column; `lag` is by how many bars the request delays it now."""
        self._column, self._lag = column, lag
        self.later.setText(tr("Use it one more bar later") if lag else tr("Use it one bar later"))
        self.back.setVisible(lag > 0)
        self._write()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the verdicts."""
        self._theme = theme
        self._write()

    def _build(self) -> None:
        inner = QWidget()
        within = GrowingColumn(inner)
        within.setContentsMargins(2, 0, 8, 0)
        within.addWidget(self.text)
        within.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QHBoxLayout()
        buttons.addWidget(self.later)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.addLayout(buttons)
        layout.addWidget(area, 1)

    def _write(self) -> None:
        column = self._column
        if column is None:
            self.text.clear()
            return
        compared = (
            tr("Compared with {compared}.", compared=column.compared) if column.compared else ""
        )
        delay = {0: "", 1: tr("The request takes it one bar later. ")}.get(
            self._lag, tr("The request takes it {lag} bars later. ", lag=self._lag)
        )
        head = (
            f"<p><b>{html.escape(column.name)}</b><br>"
            f"<span style='color:{self._theme.muted}'>{html.escape(delay + compared)}</span></p>"
        )
        self.text.setText(head + "".join(self._paragraph(item) for item in column.findings))

    def _paragraph(self, finding: Finding) -> str:
        theme = self._theme
        shade = {"alarm": theme.error, "notice": theme.warning, "fine": theme.good}[finding.level]
        verdict = f"<b style='color:{shade}'>{shown(VERDICTS[finding.level])}</b>"
        advice = " ".join(shown(part) for part in (finding.effect, finding.remedy) if part)
        below = (
            f"<br><span style='color:{theme.muted}'>{html.escape(advice)}</span>" if advice else ""
        )
        return f"<p>{verdict}&nbsp; {html.escape(shown(finding.sentence))}{below}</p>"

    def _on_later(self) -> None:
        self.later_asked.emit(self._lag + 1)

    def _on_back(self) -> None:
        self.later_asked.emit(0)
