"""The order in which Tab goes through widgets: that in which they are read, not that of their making."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QLayout,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QWidget,
)


def order_tabs(*roots: QWidget) -> None:
    """Let Tab go through widgets, and what is in them, one after the other as they are laid out."""
    stops = [
        widget
        for root in roots
        for widget in reading_order(root)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
    ]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def reading_order(root: QWidget) -> Iterator[QWidget]:
    """Return a widget and those laid out in it, from top to bottom and along the lines."""
    yield root
    for inner in _inner(root):
        yield from reading_order(inner)


def _inner(root: QWidget) -> Iterator[QWidget]:
    if isinstance(root, QTabWidget):
        yield root.tabBar()
        yield from _there(root.widget(place) for place in range(root.count()))
    elif isinstance(root, QSplitter):
        yield from _there(root.widget(place) for place in range(root.count()))
    elif isinstance(root, QScrollArea):
        yield from _there([root.widget()])
    else:
        layout = root.layout()
        if layout is not None:
            yield from _laid_out(layout)


def _there(widgets: Iterable[QWidget | None]) -> Iterator[QWidget]:
    return (widget for widget in widgets if widget is not None)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    places = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        places.sort(key=lambda place: _cell(layout, place))
    for place in places:
        item = layout.itemAt(place)
        widget, below = item.widget(), item.layout()  # pyright: ignore[reportOptionalMemberAccess] (the place is within the count)
        if widget is not None:
            yield widget
        elif below is not None:
            yield from _laid_out(below)


def _cell(layout: QGridLayout, place: int) -> tuple[int, int]:
    row, column, *_ = layout.getItemPosition(place)  # pyright: ignore[reportGeneralTypeIssues] (the stub does not know the tuple)
    return row, column
