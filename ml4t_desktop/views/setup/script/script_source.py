"""The source of a Python file, with numbers of lines; to be read, not to be written."""

import re
from typing import Final, cast

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.theme import Theme

_PARTS: Final = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<text>\"\"\".*?(?:\"\"\"|$)|'''.*?(?:'''|$)|\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?)"
    r"|(?P<word>\b(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for"
    r"|from|if|import|in|is|lambda|None|not|or|pass|raise|return|self|True|False|try|while|with|yield)\b)"
    r"|(?P<number>\b\d[\d_.]*(?:e[+-]?\d+)?\b)"
)


class _Colours(QSyntaxHighlighter):
    """Words, texts, numbers and comments in colours of the theme."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._forms: dict[str, QTextCharFormat] = {}
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        colours = {
            "comment": theme.muted,
            "text": theme.good,
            "word": theme.accent,
            "number": theme.warning,
        }
        self._forms = {}
        for name, colour in colours.items():
            form = QTextCharFormat()
            form.setForeground(QColor(colour))
            self._forms[name] = form
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:  # noqa: N802 (Qt's)
        for match in _PARTS.finditer(text):
            first, last = match.span()
            self.setFormat(first, last - first, self._forms[str(match.lastgroup)])


class SourceView(QPlainTextEdit):
    """Source with its line numbers; one line can be marked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("script_source")
        self.setAccessibleName(tr("Source of the Python file"))
        self.setReadOnly(True)
        # The keyboard can walk through it, so that it can be read aloud.
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._theme = theme
        self._line = 0
        self._colours = _Colours(self.document(), theme)
        self._numbers = _Numbers(self)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._on_update)
        self._make_room()

    def show_source(self, text: str) -> None:
        """Show a text; the place that is read stays when little has changed."""
        if text == self.toPlainText():
            return
        place = self.verticalScrollBar().value()
        self.setPlainText(text)
        self.verticalScrollBar().setValue(place)
        self.mark_line(0)

    def mark_line(self, line: int) -> None:
        """Mark a line and show it, from 1; 0 marks none."""
        self._line = line
        block = self.document().findBlockByNumber(line - 1)
        if line < 1 or not block.isValid():
            self.setExtraSelections([])
            return
        marked = cast("QTextEdit.ExtraSelection", QTextEdit.ExtraSelection())
        marked.format.setBackground(QColor(self._theme.border))
        whole_width = True
        marked.format.setProperty(QTextFormat.Property.FullWidthSelection, whole_width)
        cursor = self.textCursor()
        cursor.setPosition(block.position())
        marked.cursor = cursor
        self.setTextCursor(cursor)
        self.setExtraSelections([marked])
        self.centerCursor()

    @property
    def marked_line(self) -> int:
        """The marked line, 0 for none."""
        return self._line

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self._colours.apply_theme(theme)
        self.mark_line(self._line) if self._line else None
        self._numbers.update()

    def numbers_width(self) -> int:
        """Return how wide the numbers of lines are."""
        digits = len(str(max(1, self.blockCount())))
        return 16 + self.fontMetrics().horizontalAdvance("9") * max(3, digits)

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines that are seen."""
        painter = QPainter(self._numbers)
        painter.fillRect(event.rect(), QColor(self._theme.raised))
        painter.setPen(QColor(self._theme.muted))
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        width, height = self._numbers.width() - 8, self.fontMetrics().height()
        while block.isValid() and top <= event.rect().bottom():
            where = QRect(0, int(top), width, height)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight, str(block.blockNumber() + 1))
            top += self.blockBoundingRect(block).height()
            block = block.next()
        painter.end()

    def _make_room(self, _count: int = 0) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)

    def _on_update(self, _rect: QRect, _dy: int) -> None:
        self._numbers.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().resizeEvent(event)
        inside = self.contentsRect()
        self._numbers.setGeometry(
            QRect(inside.left(), inside.top(), self.numbers_width(), inside.height())
        )


class _Numbers(QWidget):
    def __init__(self, view: SourceView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's)
        return QSize(self._view.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's)
        self._view.paint_numbers(event)
