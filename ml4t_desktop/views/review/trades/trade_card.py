"""The detail card of the chosen trade."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.trade_text import Trade, trade_html
from ml4t_desktop.wording import mark

_HINT = mark("Choose a trade to see why it was made and what became of it.")


class TradeCard(QScrollArea):
    """Why the chosen trade was made, at what prices, and what became of it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trade_card")
        self.setAccessibleName(tr("Details of the chosen trade"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._label = QLabel()
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setWordWrap(True)
        self._label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._label.setMargin(12)
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setWidget(self._label)
        self._trade: Trade | None = None
        self._has_clock = False
        self.apply_theme(theme)

    def show_trade(self, trade: Trade | None, *, has_clock: bool = False) -> None:
        """Show a row of the trades table, None for the hint what to do."""
        self._trade, self._has_clock = trade, has_clock
        self._render()

    @property
    def html(self) -> str:
        """What the card says, as rich text."""
        return self._label.text()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setStyleSheet(
            f"TradeCard, TradeCard QLabel {{ background: {theme.surface}; color: {theme.text}; }}"
        )
        self._render()

    def _render(self) -> None:
        if self._trade is None:
            self._label.setText(f"<p style='color:{self._theme.muted}'>{shown(_HINT)}</p>")
        else:
            text = trade_html(self._trade, self._theme, QLocale(), has_clock=self._has_clock)
            self._label.setText(text)
