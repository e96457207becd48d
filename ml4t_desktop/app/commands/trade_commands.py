"""What the commands about trades do: they act on the table, wherever it is."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.app.dialogs import TABLE_FILES, Dialogs
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.session import Session

if TYPE_CHECKING:  # the table loads after the window is visible
    from ml4t_desktop.views.review.trades.panel import TradesPanel


class TradeCommands(QObject):
    """Steps through the trades, filters and exports them."""

    def __init__(
        self,
        session: Session,
        desk: Desk,
        dialogs: Dialogs,
        show_panel: Callable[[str], QWidget],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._desk, self._dialogs = session, desk, dialogs
        self._show_panel = show_panel
        desk.add(self._handlers())

    def _handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "trade.next": partial(self._step, 1, ""),
            "trade.previous": partial(self._step, -1, ""),
            "trade.next_loser": partial(self._step, 1, "loser"),
            "trade.next_winner": partial(self._step, 1, "winner"),
            "trade.filter": self._filter,
            "trade.export": self._ask_target,
            "trade.all": partial(self._session.results.show_subset, None),
        }

    def _panel(self) -> "TradesPanel":
        from ml4t_desktop.views.review.trades.panel import TradesPanel

        made = self._show_panel("trades")
        assert isinstance(made, TradesPanel)  # noqa: S101 (what the table of panels makes)
        return made

    def _step(self, step: int, outcome: str) -> None:
        self._panel().step(step, outcome)

    def _filter(self) -> None:
        self._panel().show_fields()

    def _ask_target(self) -> None:
        self._dialogs.save_file(
            tr("Export the trades shown"),
            self._desk.proposed("-trades.csv"),
            TABLE_FILES,
            self._export,
        )

    def _export(self, path: Path) -> None:
        shown = self._panel().shown()
        if shown is not None:
            frame, columns, rows = shown
            self._session.exports.write(frame, path, columns=columns, rows=rows)
