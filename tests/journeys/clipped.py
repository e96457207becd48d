"""What of the texts of a window cannot be read: less room than they need, and no tip that says them.

Every function looks at what can be seen below a widget and returns what is wrong in words. A text may
be cut where an ellipsis says so and a tip shows the whole of it.
"""

import re
from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from ml4t_desktop.views.elided import ElidedLabel
from tests.journeys.access import described

SLACK = 2  # pixels that nobody misses


def clipped(root: QWidget) -> Iterator[str]:
    """Yield every text below a widget that is cut silently."""
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        for text, lacking in _cut(widget):
            if lacking > SLACK and not _said(text, _tip(widget)):
                yield f"{lacking} px too little for {text[:60]!r}: {described(widget)}"
        outside = _outside(widget)
        if outside > SLACK:
            yield f"{outside} px outside of what is around it: {described(widget)}"


def _cut(widget: QWidget) -> Iterator[tuple[str, int]]:
    """Yield texts of a widget, and the pixels that they need and do not have."""
    if isinstance(widget, ElidedLabel):
        yield widget.text(), 99 if widget.elided() != widget.text() else 0
    elif isinstance(widget, QLabel):
        yield from _cut_label(widget)
    elif isinstance(widget, QAbstractButton):
        yield from _cut_button(widget)
    elif isinstance(widget, QTabBar):
        yield from _cut_tabs(widget)
    elif isinstance(widget, QHeaderView):
        yield from _cut_sections(widget)
    elif isinstance(widget, QComboBox):
        yield from _cut_choice(widget)
    elif isinstance(widget, QGroupBox):
        yield _plain(widget.title()), _advance(widget, widget.title()) - widget.width()
    elif isinstance(widget, QLineEdit):
        yield from _cut_line(widget)


def _cut_label(label: QLabel) -> Iterator[tuple[str, int]]:
    text = _plain(label.text())
    if not text or not label.pixmap().isNull():
        return
    room = label.contentsRect()
    if label.wordWrap():
        words = max((_advance(label, word) for word in text.split()), default=0)
        yield text, words - room.width()
        yield text, label.heightForWidth(label.width()) - label.height()
    else:
        hint = label.sizeHint()
        yield text, hint.width() - label.width()
        yield text, hint.height() - label.height() - SLACK


def _cut_button(button: QAbstractButton) -> Iterator[tuple[str, int]]:
    text = button.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
    if isinstance(button, QToolButton):
        if button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly and (
            not button.icon().isNull()
        ):
            return
        if button.arrowType() != Qt.ArrowType.NoArrow:
            return
    if not text:
        return
    if isinstance(button, QCheckBox | QRadioButton):
        yield text, button.sizeHint().width() - button.width()
        return
    icon = 0 if button.icon().isNull() else button.iconSize().width() + 4
    yield text, _advance(button, text) + icon + 2 - button.width()
    yield text, button.fontMetrics().ascent() - button.height()


def _cut_tabs(bar: QTabBar) -> Iterator[tuple[str, int]]:
    for place in range(bar.count()):
        if not bar.isTabVisible(place):
            continue
        text, rect = bar.tabText(place), bar.tabRect(place)
        icon = 0 if bar.tabIcon(place).isNull() else bar.iconSize().width() + 4
        lacking = _advance(bar, text) + icon + 4 - rect.width()
        if not _said(text, bar.tabToolTip(place)) or bar.elideMode() == Qt.TextElideMode.ElideNone:
            yield text, lacking
        yield text, rect.right() - bar.width()
        yield text, -rect.left()


def _cut_sections(header: QHeaderView) -> Iterator[tuple[str, int]]:
    model = header.model()
    if model is None or header.orientation() == Qt.Orientation.Vertical:
        return
    for section in range(model.columnCount(QModelIndex())):
        if header.isSectionHidden(section):
            continue
        text = str(model.headerData(section, header.orientation()) or "")
        tip = str(
            model.headerData(section, header.orientation(), Qt.ItemDataRole.ToolTipRole) or ""
        )
        if text and not _said(text, tip):
            lines = max(_advance(header, line) for line in text.splitlines())
            yield text, lines + 6 - header.sectionSize(section)


def _cut_choice(choice: QComboBox) -> Iterator[tuple[str, int]]:
    option = QStyleOptionComboBox()
    choice.initStyleOption(option)
    control = QStyle.ComplexControl.CC_ComboBox
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = choice.style().subControlRect(control, option, part, choice)
    if not choice.isEditable():
        yield choice.currentText(), _advance(choice, choice.currentText()) - room.width()


def _cut_line(line: QLineEdit) -> Iterator[tuple[str, int]]:
    box = line.parentWidget()
    text = line.text() or line.placeholderText()
    is_typed = line.text() and not isinstance(box, QAbstractSpinBox) and not line.isReadOnly()
    if not is_typed:  # what was typed is scrolled by its writer
        yield text, _advance(line, text) + 4 - line.width()


def _advance(widget: QWidget, text: str) -> int:
    return widget.fontMetrics().horizontalAdvance(text.replace("&&", "\0").replace("&", ""))


def _plain(text: str) -> str:
    if "<" in text:
        return QTextDocumentFragment.fromHtml(text).toPlainText()
    return text


def _tip(widget: QWidget) -> str:
    """The tip of a widget, or of what it stands in when it has none."""
    tip, at = "", widget
    while not tip and at is not None and not at.isWindow():
        tip, at = at.toolTip(), at.parentWidget()
    return tip


def _said(text: str, tip: str) -> bool:
    """Whether a tip says the whole of a text, or the text says itself that it is cut."""
    words, asked = _bare(_plain(tip)), _bare(text).rstrip("…")
    return bool(words) and asked in words


def _bare(text: str) -> str:
    """A text without what the language nobody speaks adds to it."""
    return " ".join(re.sub(r"[⟦⟧~]", " ", text).split())


def _outside(widget: QWidget) -> int:
    """The pixels of a widget that lie outside of one around it, where nothing scrolls to them."""
    if not isinstance(widget, QLabel | QAbstractButton | QComboBox | QLineEdit | QTabBar):
        return 0
    place, at, most = widget.rect(), widget, 0
    while not at.isWindow() and (parent := at.parentWidget()) is not None:
        if isinstance(parent.parentWidget(), QAbstractScrollArea):
            return most
        place = QRect(at.mapToParent(place.topLeft()), place.size())
        room = parent.rect()
        gone = max(
            room.left() - place.left(), place.right() - room.right(),
            room.top() - place.top(), place.bottom() - room.bottom(),
        )  # fmt: skip
        most = max(most, gone)
        at = parent
    return most
