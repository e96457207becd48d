"""What a finding means, and the repairs it offers."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.growing import GrowingColumn

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.files.quality import Finding

_NARROWEST = 300


class QualityDetail(QWidget):
    """A finding in sentences, with a button for each repair.

    Signals
    -------
    repair_asked : RepairChoice
        The request shall ask for it.
    """

    repair_asked = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._finding: Finding | None = None
        self.text = QLabel()
        self.text.setObjectName("quality_words")
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.repairs: list[QPushButton] = []
        self.copy = QPushButton(tr("Copy as corporate actions"))
        self.copy.setObjectName("quality_copy_actions")
        self.copy.setProperty("role", "secondary")
        self.copy.setToolTip(
            tr(
                "Copies rows for a file of corporate actions, to be looked through before they are used"
            )
        )
        self.copy.clicked.connect(self._on_copy)
        inner = QWidget()
        self._column = GrowingColumn(inner)
        self._column.setContentsMargins(2, 0, 8, 0)
        self._column.addWidget(self.text)
        self._column.addWidget(self.copy)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 0, 0)
        layout.addWidget(area)
        self.setMinimumWidth(_NARROWEST)
        self.show_finding(None)

    def show_finding(self, finding: Finding | None) -> None:
        """Show a finding, or nothing."""
        self._finding = finding
        for button in self.repairs:
            self._column.removeWidget(button)
            button.hide()  # it is deleted only with the next turn of the event loop
            button.deleteLater()
        self.repairs = []
        self.copy.setVisible(finding is not None and bool(finding.actions))
        choices = finding.repairs if finding is not None else ()
        if finding is not None and finding.undo is not None:
            choices = (*choices, finding.undo)
        for place, choice in enumerate(choices, start=1):
            button = QPushButton(shown(choice.title))
            button.setObjectName(f"{choice.key}.{choice.value}")
            button.setProperty("role", "secondary")
            button.setToolTip(tr("Sets {choice}; the file stays as it is", choice=choice))
            button.clicked.connect(partial(self.repair_asked.emit, choice))
            self._column.insertWidget(place, button)
            self.repairs.append(button)
        self._write()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the words."""
        self._theme = theme
        self._write()

    def _write(self) -> None:
        finding = self._finding
        if finding is None:
            self.text.clear()
            return
        theme = self._theme
        muted = f"<span style='color:{theme.muted}'>"
        where = f"{muted}{html.escape(shown(finding.where))}</span>"
        parts = [
            f"<p><b>{html.escape(shown(finding.title))}</b><br>{where}</p>",
            f"<p>{_sentence(finding.what)}</p>",
        ]
        if finding.effect:
            parts.append(
                tr(
                    "<p>{muted}In a backtest</span><br>{sentence}</p>",
                    muted=muted,
                    sentence=_sentence(finding.effect),
                )
            )
        if finding.advice:
            parts.append(
                tr(
                    "<p>{muted}What to do</span><br>{sentence}</p>",
                    muted=muted,
                    sentence=_sentence(finding.advice),
                )
            )
        self.text.setText("".join(parts))

    def _on_copy(self) -> None:
        if self._finding is not None:
            QGuiApplication.clipboard().setText(self._finding.actions)


def _sentence(text: str) -> str:
    """Return a fact as a sentence, safe to be shown as rich text."""
    whole = capitalised(shown(text))
    return html.escape(whole if whole.endswith((".", "…")) else f"{whole}.")
