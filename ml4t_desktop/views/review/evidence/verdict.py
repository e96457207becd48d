"""What the evidence says, in sentences: a headline, and the remarks it rests on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.remarks import remark_text
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads polars, after the window is visible
    from ml4t_desktop.analysis.validity.verdict import Verdict

_SIGNS: Final = {"bad": "\N{BALLOT X}", "doubt": "?", "good": "\N{CHECK MARK}"}
_MOST_ROWS: Final = 100
_WORDS: Final = {
    "bad": mark("speaks against it"),
    "doubt": mark("leaves a doubt"),
    "good": mark("speaks for it"),
}


class VerdictView(QWidget):
    """The headline over its remarks.

    Signals
    -------
    remark_asked : str, QRect
        How the figure behind a remark is made was asked for: the name of the remark, and its place.
    """

    remark_asked = Signal(str, QRect)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verdict")
        self._theme = theme
        self._verdict: Verdict | None = None
        self.headline = QLabel()
        self.headline.setObjectName("verdict_headline")
        self.headline.setWordWrap(True)
        self.headline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.headline.setProperty("role", "large_figure")
        self._remarks = QWidget()
        self._grid = QGridLayout(self._remarks)
        self._grid.setContentsMargins(4, 4, 8, 4)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        area = QScrollArea()
        area.setWidget(self._remarks)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.headline)
        layout.addWidget(area, 1)
        self.apply_theme(theme)

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Show a verdict; None while there is none."""
        self._verdict = verdict
        self._draw()

    @property
    def texts(self) -> tuple[str, ...]:
        """The remarks as they are written."""
        return tuple(map(remark_text, self._verdict.remarks)) if self._verdict else ()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self._draw()

    def _colour(self, tone: str) -> str:
        theme = self._theme
        return {"bad": theme.error, "doubt": theme.warning, "good": theme.good}[tone]

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"how_{name}")
        button.setText(tr("How?"))
        button.setAutoRaise(True)
        button.setToolTip(tr("Show how the figure behind it is made"))
        button.setAccessibleName(tr("How the figure behind it is made"))
        button.setStyleSheet(f"color: {self._theme.accent}; border: none; padding: 0; margin: 0;")
        button.clicked.connect(partial(self._on_asked, name, button))
        return button

    def _on_asked(self, name: str, button: QToolButton, _is_checked: object = None) -> None:
        self.remark_asked.emit(
            name, QRect(button.mapTo(self, button.rect().topLeft()), button.size())
        )

    def _draw(self) -> None:
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()  # pyright: ignore[reportOptionalMemberAccess]  (count was not 0)
            if widget is not None:
                widget.deleteLater()
        found, theme = self._verdict, self._theme
        tone = found.headline.tone if found else "doubt"
        self.headline.setText(remark_text(found.headline) if found else "")
        self.headline.setStyleSheet(
            f"background: {theme.surface}; color: {theme.text}; padding: 10px 12px;"
            f" border-left: 5px solid {self._colour(tone)};"
        )
        self.headline.setVisible(found is not None)
        for row, remark in enumerate(found.remarks if found else ()):
            sign = QLabel(_SIGNS[remark.tone])
            sign.setAccessibleName(shown(_WORDS[remark.tone]))
            sign.setToolTip(shown(_WORDS[remark.tone]))
            sign.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
            sign.setStyleSheet(f"color: {self._colour(remark.tone)}; font-weight: 700;")
            text = QLabel(remark_text(remark))
            text.setObjectName(f"remark_{remark.name}")
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(sign, row, 0, Qt.AlignmentFlag.AlignTop)
            text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(text, row, 1)
            self._grid.addWidget(self._button(remark.name), row, 2, Qt.AlignmentFlag.AlignTop)
            self._grid.setRowStretch(row, 0)
        self._grid.setRowStretch(
            _MOST_ROWS, 1
        )  # beyond every remark: a stretch cannot be taken back
