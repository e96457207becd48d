"""What the trades shown in the table add up to; each figure tells how it is made."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent, QTextDocumentFragment
from PySide6.QtWidgets import QLabel, QWidget

from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import tr, tr_count
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.menus import open_menu

if TYPE_CHECKING:  # polars loads after the window is visible
    from ml4t_desktop.analysis.trades.trade_totals import TradeTotals

_FIRST: Final = "pnl"
_ROOM: Final = 16  # characters around a click, which the card beside it leaves in view


class TotalsLine(QLabel):
    """The figures of the trades shown, in one line that wraps.

    Signals
    -------
    figure_asked : str, QRect
        How a figure is made was asked for: its name, and its place in the line.
    """

    figure_asked = Signal(str, QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered = ""
        self._pressed: QPoint | None = None
        self.setObjectName("trade_totals")
        self.setAccessibleName(tr("What the trades shown add up to"))
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.linkActivated.connect(self._on_link)
        self.linkHovered.connect(self._on_hovered)

    def show_totals(self, totals: TradeTotals | None, theme: Theme, note: str = "") -> None:
        """Say what the trades shown add up to, and a note behind it; None says nothing."""
        self._hovered = ""
        said = "" if totals is None else _totals_html(totals, theme)
        if said and note:
            said += f" &nbsp;·&nbsp; <span style='color:{theme.muted}'>{escape(note)}</span>"
        self.setText(said)

    def ask_current(self) -> bool:
        """Ask how the figure under the mouse is made, else the profit; say whether there is one."""
        if not self.text():
            return False
        self._ask(self._hovered or _FIRST, None)
        return True

    def _ask(self, name: str, at: QPoint | None) -> None:
        place = self.rect()
        if at is not None:
            room = self.fontMetrics().averageCharWidth() * _ROOM
            place = QRect(at.x() - room, at.y(), 2 * room, 1).intersected(place)
        self.figure_asked.emit(name, place)

    def _on_link(self, name: str) -> None:
        self._ask(name, self._pressed)

    def _on_hovered(self, name: str) -> None:
        self._hovered = name
        self.setToolTip(tr("Click to see how it is made") if name else "")

    def _copy(self) -> None:
        plain = QTextDocumentFragment.fromHtml(self.text()).toPlainText()
        QGuiApplication.clipboard().setText(self.selectedText() or plain)

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().mouseReleaseEvent(event)
        self._pressed = None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self.text():
            actions = (
                (tr("How it is made"), self.ask_current),
                (tr("Copy"), self._copy),
            )
            open_menu(self, event.globalPos(), actions)


def _totals_html(totals: TradeTotals, theme: Theme) -> str:
    locale = QLocale()

    def written(value: float | None, kind: Kind) -> str:
        return "n/a" if value is None else format_value(value, kind, locale)

    tone = theme.gain if totals.pnl >= 0 else theme.loss
    if totals.shown < totals.of:
        number = tr_count(
            "<b>{seen:,} of {n}</b> trade",
            "<b>{seen:,} of {n:,}</b> trades",
            totals.of,
            seen=totals.shown,
        )
    else:
        number = tr_count("<b>{n}</b> trade", "<b>{n:,}</b> trades", totals.of)
    fields = (
        ("shown", number),
        (
            "pnl",
            tr(
                "P&amp;L <b style='color:{tone}'>{written}</b>",
                tone=tone,
                written=written(totals.pnl, "money"),
            ),
        ),
        ("win_rate", tr("won {written}", written=written(totals.win_rate, "percent"))),
        (
            "expectancy_percent",
            tr("mean {written}", written=written(totals.mean_percent, "percent")),
        ),
        (
            "profit_factor",
            tr("profit factor {written}", written=written(totals.profit_factor, "ratio")),
        ),
        ("average_bars_held", tr("bars {written}", written=written(totals.mean_bars, "ratio"))),
        ("fees", tr("fees {written}", written=written(totals.fees, "money"))),
        ("slippage", tr("slippage {written}", written=written(totals.slippage, "money"))),
    )
    style = f"color:{theme.text}; text-decoration:none"
    links = (f"<a href='{name}' style='{style}'>{text}</a>" for name, text in fields)
    return " &nbsp;·&nbsp; ".join(links)
