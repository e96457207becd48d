"""A language nobody speaks: every text accented, 40 % longer and in brackets, so that one sees what was forgotten."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pyqtgraph as pg
from babel.messages.pofile import read_po
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QGraphicsSimpleTextItem,
    QGraphicsTextItem,
    QGraphicsView,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QTabBar,
    QTableView,
    QTextEdit,
    QTreeWidget,
    QWidget,
)

TEMPLATE = Path(__file__).resolve().parents[2] / "resources/translations/ml4t_desktop.pot"
_KEPT = re.compile(
    r"(\{[^}]*\}|<[^>]*>|&[a-z]+;|&|\(\*[^)]*\))"
)  # places, markup, mnemonics, file kinds
_ACCENTS = str.maketrans("aeiouAEIOUcnsyCNSY", "àéîöûÀÉÎÖÛçñšýÇÑŠÝ")
_WORD = 8  # letters that stand together in what makes a text longer: a line can break between
_ROWS = 40  # of a table
_CUT = re.compile(r"⟦[^⟧]*…$")
_BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
_MARKUP = re.compile(r"<[^>]*>|&[a-z]+;")


def pseudo(text: str) -> str:
    """Return a text in the language nobody speaks."""
    parts = _KEPT.split(text)
    said = "".join(
        part if place % 2 else part.translate(_ACCENTS) for place, part in enumerate(parts)
    )
    letters = sum(len(part) for part in parts[::2])
    lead = len(said) - len(said.lstrip("# "))  # headings of the guide stay headings
    more = "~" * max(1, round(letters * 0.4))
    longer = " ".join(more[place : place + _WORD] for place in range(0, len(more), _WORD))
    gap = " " if len(more) > _WORD else ""
    return f"{said[:lead]}⟦{said[lead:]}{gap}{longer}⟧"


class PseudoCatalogue(gettext.NullTranslations):
    """Knows the texts of the template, and no other: what is not extracted is not translated."""

    def __init__(self) -> None:
        super().__init__()
        with TEMPLATE.open("rb") as file:
            messages = list(read_po(file))
        self._known = {message.id for message in messages if isinstance(message.id, str)} - {""}
        self._counted = {message.id for message in messages if isinstance(message.id, tuple)}

    def gettext(self, message: str) -> str:
        return pseudo(message) if message in self._known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        said = msgid1 if n == 1 else msgid2
        return pseudo(said) if (msgid1, msgid2) in self._counted else said

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


def untranslated(text: str) -> str:
    """Return what of a text stands outside of brackets, without markup."""
    text, before = _CUT.sub(" ", text), None
    while before != text:
        before, text = text, _BRACKETED.sub(" ", text)
    return " ".join(_MARKUP.sub(" ", text).split())


def texts_of(root: QWidget) -> Iterator[tuple[str, str]]:
    """Yield every text that a widget and those within it show, with where it is."""
    for widget in (root, *root.findChildren(QWidget)):
        for kind, text in _texts(widget):
            if text:
                yield (
                    f"{type(widget).__name__} {widget.objectName() or _owner(widget)} {kind}",
                    text,
                )
    for action in root.findChildren(QAction):
        yield f"action {action.objectName()} text", action.text()
        yield f"action {action.objectName()} tip", action.toolTip()


def _owner(widget: QWidget) -> str:
    parent = widget.parentWidget()
    while parent is not None and not parent.objectName():
        parent = parent.parentWidget()
    return f"in {parent.objectName()}" if parent is not None else ""


def _texts(widget: QWidget) -> Iterator[tuple[str, str]]:
    yield "tip", widget.toolTip()
    yield "accessible name", widget.accessibleName()
    yield "accessible description", widget.accessibleDescription()
    yield "status tip", widget.statusTip()
    if isinstance(widget, QLabel | QAbstractButton):
        yield "text", widget.text()
    if isinstance(widget, QGroupBox):
        yield "title", widget.title()
    if isinstance(widget, QDockWidget):
        yield "title", widget.windowTitle()
    if isinstance(widget, QLineEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QComboBox):
        for place in range(widget.count()):
            yield "item", widget.itemText(place)
    if isinstance(widget, QTabBar):
        for place in range(widget.count()):
            yield "tab", widget.tabText(place)
    if isinstance(widget, QTextEdit):
        yield "text", widget.toPlainText()
    if isinstance(widget, QPlainTextEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QGraphicsView):
        yield from _of_chart(widget)
    yield from _cells(widget)


def _of_chart(view: QGraphicsView) -> Iterator[tuple[str, str]]:
    """Yield what stands in a chart beside what is painted: labels, legends, marks."""
    for item in view.items():
        if isinstance(item, QGraphicsTextItem):
            yield "chart", item.toPlainText()
        elif isinstance(item, QGraphicsSimpleTextItem):
            yield "chart", item.text()
        elif isinstance(item, pg.AxisItem):
            yield "axis", item.labelText


class Painted:
    """Notes what is painted as text, by delegates, charts and widgets that draw themselves."""

    def __init__(self, monkeypatch) -> None:
        self.texts: set[str] = set()
        monkeypatch.setattr(QPainter, "drawText", self._noting(QPainter.drawText))

    def _noting(self, draw):
        def draw_text(painter, *args):
            self.texts |= {part for part in args if isinstance(part, str)}
            return draw(painter, *args)

        return draw_text


def _cells(widget: QWidget) -> Iterator[tuple[str, str]]:
    if isinstance(widget, QHeaderView) and widget.model() is not None:
        yield from _headers(widget.model(), widget.orientation())
    if isinstance(widget, QTreeWidget):
        yield from _items(widget)
    elif isinstance(widget, QTableView) and widget.model() is not None:
        yield from _rows(widget.model())
    if isinstance(widget, QListWidget):
        for row in range(widget.count()):
            yield "item", widget.item(row).text()
            yield "item tip", widget.item(row).toolTip()


def _headers(model: QAbstractItemModel, side: Qt.Orientation) -> Iterator[tuple[str, str]]:
    if side == Qt.Orientation.Vertical:
        return
    for section in range(model.columnCount()):
        for kind, role in (
            ("header", Qt.ItemDataRole.DisplayRole),
            ("header tip", Qt.ItemDataRole.ToolTipRole),
        ):
            yield kind, str(model.headerData(section, side, role) or "")


def _rows(model: QAbstractItemModel) -> Iterator[tuple[str, str]]:
    for row in range(min(model.rowCount(), _ROWS)):
        for column in range(model.columnCount()):
            for kind, role in (
                ("cell", Qt.ItemDataRole.DisplayRole),
                ("cell tip", Qt.ItemDataRole.ToolTipRole),
            ):
                value = model.index(row, column).data(role)
                yield kind, value if isinstance(value, str) else ""


def _items(tree: QTreeWidget) -> Iterator[tuple[str, str]]:
    waiting = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    while waiting:
        item = waiting.pop()
        waiting += [item.child(row) for row in range(item.childCount())]
        for column in range(tree.columnCount()):
            yield "cell", item.text(column)
            yield "cell tip", item.toolTip(column)
