"""What any table of the window shows, as plain values in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QAbstractItemModel, QLocale, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView, QTreeView, QWidget

from ml4t_desktop.session.plain_tables import HasPlainTable, Plain, PlainTable, plain_value
from ml4t_desktop.tables.frame_model import PLAIN_ROLE


def plain_table(widget: QWidget, *, only_selected: bool = False) -> PlainTable:
    """Return the columns and rows that a table shows, in their order.

    Parameters
    ----------
    widget : QWidget
        A table or tree of Qt, or one that `HasPlainTable`.
    only_selected : bool
        Only the selected rows, where there are any.
    """
    if isinstance(widget, HasPlainTable):
        return widget.plain_table()
    assert isinstance(widget, QAbstractItemView)  # noqa: S101 (nothing else is a table)
    model, columns = widget.model(), _columns(widget)
    titles = [str(model.headerData(c, Qt.Orientation.Horizontal) or "") for c in columns]
    every = list(_rows(widget, model, columns))
    if only_selected:
        chosen = [line for line in every if line[2]]
        every = chosen or every
    heads = any(line[0] for line in every)
    rows = tuple((*((line[0],) if heads else ()), *line[1]) for line in every)
    return PlainTable(headers=(*(("",) if heads else ()), *titles), rows=rows)


def _columns(view: QAbstractItemView) -> list[int]:
    """Return the columns that are shown, as they stand."""
    if isinstance(view, QTableView):
        header = view.horizontalHeader()
    elif isinstance(view, QTreeView):
        header = view.header()
    else:
        return [0]
    order = [header.logicalIndex(place) for place in range(header.count())]
    return [column for column in order if not header.isSectionHidden(column)]


def _rows(
    view: QAbstractItemView, model: QAbstractItemModel, columns: Sequence[int]
) -> Iterator[tuple[str, tuple[Plain, ...], bool]]:
    """Yield the title, the values, and whether it is selected, of every row.

    The title is that of the row's header or of the heading above it.
    """
    locale, selection = view.locale(), view.selectionModel()
    named = isinstance(view, QTableView) and not view.verticalHeader().isHidden()
    heading = ""
    for index in _walk(view, model, QModelIndex()):
        cells = [index.siblingAtColumn(column) for column in columns]
        if not index.flags() & Qt.ItemFlag.ItemIsSelectable or model.rowCount(index):
            heading = str(index.data() or "")
            continue
        title = model.headerData(index.row(), Qt.Orientation.Vertical) if named else heading
        values = tuple(_plain(cell, locale) for cell in cells)
        yield (
            title if isinstance(title, str) else "",
            values,
            selection.isRowSelected(index.row(), index.parent()),
        )


def _walk(
    view: QAbstractItemView, model: QAbstractItemModel, parent: QModelIndex
) -> Iterator[QModelIndex]:
    for row in range(model.rowCount(parent)):
        if isinstance(view, QTreeView) and view.isRowHidden(row, parent):
            continue
        if isinstance(view, QTableView) and view.isRowHidden(row):
            continue
        index = model.index(row, 0, parent)
        yield index
        yield from _walk(view, model, index)


def _plain(index: QModelIndex, locale: QLocale) -> Plain:
    value = index.data(PLAIN_ROLE)
    if value is not None:
        return value
    text = index.data()
    return plain_value(text, locale) if isinstance(text, str) else text
