"""The card that says how a number is made, beside the number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, QRect, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.review.making import Making, MakingStore
from ml4t_desktop.session.review.making_text import MakingText, making_text
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.making_html import STATISTIC, TRADE, making_html, part_text

if TYPE_CHECKING:
    from ml4t_desktop.analysis.making.derivation import Part

_WIDTH, _LEAST_HEIGHT = 62, 200  # characters; pixels
_GAP, _EDGE = 6, 8
_MOST_SHARE = 0.82  # of the height of the window
_COMING = "\N{HORIZONTAL ELLIPSIS}"


class MakingCard(QFrame):
    """Says of the number that is asked about what it means, its formula, its inputs and its trades.

    It lies over the window beside the number, and goes with Esc, its cross, or a click elsewhere.
    """

    def __init__(self, store: MakingStore, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("making_card")
        self.setAccessibleName(tr("How the number is made"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._store, self._theme = store, theme
        self._home = parent
        self._place = QRect()
        self._before: QWidget | None = None
        self.title, self.of, self.value = QLabel(), QLabel(), QLabel()
        self.body = QTextBrowser()
        self.back_button, self.copy_button = QToolButton(), QToolButton()
        self.close_button = QToolButton()
        self.trades_button = QPushButton()
        self._build()
        self.hide()
        store.asked.connect(self._on_asked)
        store.changed.connect(self._show)
        store.closed.connect(self._leave)
        self.apply_theme(theme)

    def text(self) -> str:
        """Return what the card says, as plain text."""
        head = "\t".join(part for part in (self.title.text(), self.of.text()) if part)
        return f"{head}\t{self.value.text()}\n{self.body.toPlainText()}"

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setStyleSheet(
            f"QFrame#making_card {{ background: {theme.surface}; border: 1px solid {theme.accent};"
            " border-radius: 8px; }"
            f" QFrame#making_card QLabel {{ background: transparent; color: {theme.text}; }}"
            f" QFrame#making_card QLabel#making_of {{ color: {theme.muted}; }}"
            f" QFrame#making_card QTextBrowser {{ background: {theme.surface}; color: {theme.text}; border: none; }}"
        )
        self._write()

    def _build(self) -> None:
        self.title.setProperty("role", "heading")
        self.value.setProperty("role", "large_figure")
        self.of.setObjectName("making_of")
        for button, text, name, tip in (
            (
                self.back_button,
                "\N{LEFTWARDS ARROW}",
                "making_back",
                tr("Back to the number before"),
            ),
            (
                self.copy_button,
                tr("Copy"),
                "making_copy",
                tr("Copy all of it as text"),
            ),
            (self.close_button, "\N{MULTIPLICATION X}", "making_close", tr("Close (Esc)")),
        ):
            button.setObjectName(name)
            button.setText(text)
            button.setAutoRaise(True)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
        head = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.of)
        head.addWidget(self.back_button)
        head.addLayout(names, 1)
        for part in (self.value, self.copy_button, self.close_button):
            head.addWidget(part)
        self.body.setOpenLinks(False)
        self.body.setObjectName("making_body")
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.document().setDocumentMargin(2)
        self.body.setAccessibleName(tr("Definition, formula and inputs"))
        self.trades_button.setObjectName("making_trades")
        self.trades_button.setProperty("role", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 10, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.body, 1)
        layout.addWidget(self.trades_button, 0, Qt.AlignmentFlag.AlignLeft)
        shade = QGraphicsDropShadowEffect(self)
        shade.setBlurRadius(24)
        shade.setOffset(0, 4)
        self.setGraphicsEffect(shade)
        self.body.anchorClicked.connect(self._on_link)
        self.back_button.clicked.connect(self._store.back)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self._store.close)
        self.trades_button.clicked.connect(self._store.look_at_trades)

    def _on_asked(self, widget: object, place: QRect) -> None:
        assert isinstance(widget, QWidget)  # noqa: S101 (what asks is on screen)
        window = widget.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        if not self.isVisible():
            self._before = QApplication.focusWidget()
            _application().installEventFilter(self)
        self._place = QRect(widget.mapTo(window, place.topLeft()), place.size())
        self._arrange()
        self.show()
        self.raise_()
        self.body.setFocus()

    def _show(self) -> None:
        self._write()
        if self.isVisible():
            self._arrange()

    def _leave(self) -> None:
        """Go, and give the keyboard back."""
        _application().removeEventFilter(self)
        focused = QApplication.focusWidget()
        had_focus = self.isVisible() and focused is not None and self.isAncestorOf(focused)
        self.hide()
        if self.parentWidget() is not self._home:
            self.setParent(self._home)
        before, self._before = self._before, None
        if had_focus and before is not None:
            before.setFocus()

    def _write(self) -> None:
        making = self._store.making
        self.back_button.setVisible(self._store.can_go_back)
        self.copy_button.setEnabled(making is not None)
        if making is None:
            self.value.setText(_COMING)
            return
        made = making.made
        text = making_text(made, QLocale(), is_zoned=self._store.is_zoned)
        self.title.setText(shown(made.title))
        self.of.setText(shown(made.of))
        self.of.setVisible(bool(made.of))
        self.value.setText(text.value)
        self.setAccessibleDescription(f"{shown(made.title)} {text.value}")
        self.body.setHtml(self._html(making, text))
        self._show_button(made.part)

    def _html(self, making: Making, text: MakingText) -> str:
        return making_html(
            making.made, text, making.behind, self._theme, is_zoned=self._store.is_zoned
        )

    def _show_button(self, part: Part | None) -> None:
        has_trades = part is not None and part.trade_ids is not None and part.count > 0
        self.trades_button.setVisible(has_trades)
        if part is not None and has_trades:
            said = tr_count(
                "Look at this trade everywhere", "Look at these {n:,} trades everywhere", part.count
            )
            self.trades_button.setText(said)
            self.trades_button.setToolTip(part_text(part))

    def _arrange(self) -> None:
        """Lie beside the number, within the window, as high as the text asks for."""
        window = self.parentWidget() or self._home
        width = min(self.fontMetrics().averageCharWidth() * _WIDTH, window.width() - 2 * _EDGE)
        most = int(window.height() * _MOST_SHARE)
        self.resize(width, most)
        self._activate()
        wanted = int(self.body.document().size().height()) + most - self.body.height() + 6
        self.resize(width, min(max(wanted, _LEAST_HEIGHT), most))
        self._activate()
        height = self.height()
        self.move(_beside(self._place, width, height, window.rect()))

    def _activate(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    def _on_link(self, link: QUrl) -> None:
        address = link.toString()
        if address.startswith(STATISTIC):
            self._store.follow(address.removeprefix(STATISTIC))
        elif address.startswith(TRADE):
            self._store.select_trade(int(address.removeprefix(TRADE)))

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102, N802 (Qt's)
        if not isinstance(event, QMouseEvent | QKeyEvent | QResizeEvent):
            return False  # as most are, of the whole application: what follows would hold it up
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            is_ours = watched is self or self.isAncestorOf(watched)
            if not is_ours and watched.window() is self.window() and isinstance(event, QMouseEvent):
                self._store.close()
        elif kind == QEvent.Type.Resize and watched is self.parentWidget():
            self._arrange()
        elif kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _ends(event):
            # The window has a command of its own for Esc.
            event.accept()
            return True
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _ends(event):
            self._store.close()
            return True
        return False


def _ends(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Escape


def _beside(place: QRect, width: int, height: int, around: QRect) -> QPoint:
    """Return where a card lies beside a place: to the right or left of it, or where there is most room."""
    right = place.right() + _GAP
    left = place.left() - _GAP - width
    fits_right = right + width <= around.right() - _EDGE
    x = right if fits_right or left < _EDGE else left
    x = min(max(x, _EDGE), around.width() - width - _EDGE)
    covers = x < place.right() and x + width > place.left()
    y = place.center().y() - height // 3
    if covers:
        below = place.bottom() + _GAP
        y = below if below + height <= around.height() - _EDGE else place.top() - _GAP - height
    return QPoint(x, min(max(y, _EDGE), around.height() - height - _EDGE))


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101 (there are widgets)
    return app
