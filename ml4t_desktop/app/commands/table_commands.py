"""What the commands about tables do: they act on the table one looks at."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QWidget

from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.app.dialogs import TABLE_FILES, Dialogs
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.session import Session

if TYPE_CHECKING:  # tables load after the window is visible
    from ml4t_desktop.session.plain_tables import PlainTable


class TableCommands(QObject):
    """Copies and writes tables.

    Parameters
    ----------
    panel_in_front : callable
        Returns the panel that is looked at, None when there is none.
    """

    def __init__(
        self,
        session: Session,
        desk: Desk,
        dialogs: Dialogs,
        panel_in_front: Callable[[], QWidget | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._desk, self._dialogs = session, desk, dialogs
        self._panel_in_front = panel_in_front
        desk.add(self._handlers())

    def table(self) -> QWidget | None:
        """Return the table that is meant: the one with the keyboard, else the first that is seen."""
        from ml4t_desktop.plots.images import is_seen
        from ml4t_desktop.session.plain_tables import HasPlainTable

        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractItemView | HasPlainTable):
            return focused
        panel = self._panel_in_front()
        for widget in panel.findChildren(QWidget) if panel is not None else ():
            is_list = isinstance(widget.parent(), QComboBox | QAbstractItemView)
            is_table = isinstance(widget, QAbstractItemView | HasPlainTable) and not is_list
            if is_table and is_seen(widget):
                return widget
        return None

    def _handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "edit.copy": partial(self._copy, only_selected=True),
            "table.copy": partial(self._copy, only_selected=False),
            "table.export": self._ask_target,
        }

    def _copy(self, *, only_selected: bool) -> None:
        table = self.table()
        if table is None:
            self._session.notices.show(tr("There is no table to be seen"))
            return
        own = getattr(table, "copy_selection", None)
        if own is not None and only_selected:
            own()
            return
        found = self._plain(table, only_selected=only_selected)
        QGuiApplication.clipboard().setText(found.text())

    def _ask_target(self) -> None:
        table = self.table()
        if table is None:
            self._session.notices.show(tr("There is no table to be seen"))
            return
        proposed = self._desk.proposed(f"-{table.objectName() or 'table'}.csv")
        write = partial(self._write, self._plain(table, only_selected=False))
        self._dialogs.save_file(tr("Export the table"), proposed, TABLE_FILES, write)

    def _plain(self, table: QWidget, *, only_selected: bool) -> "PlainTable":
        from ml4t_desktop.tables.plain import plain_table

        return plain_table(table, only_selected=only_selected)

    def _write(self, found: "PlainTable", path: Path) -> None:
        import numpy as np

        frame = found.frame()
        rows = np.arange(frame.height)
        self._session.exports.write(frame, path, columns=tuple(frame.columns), rows=rows)
