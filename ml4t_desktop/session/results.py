"""The run on screen and the trade chosen in it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.project.completed import CompletedRun


class ResultStore(QObject):
    """Holds the run that is shown and the selected trade.

    Signals
    -------
    run_changed : CompletedRun or None
    trade_selected : int or None
        The `trade_id`; None when nothing is selected.
    """

    run_changed = Signal(object)
    trade_selected = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: CompletedRun | None = None
        self._trade: int | None = None

    @property
    def run(self) -> "CompletedRun | None":
        """The run on screen."""
        return self._run

    @property
    def trade_id(self) -> int | None:
        """The selected trade."""
        return self._trade

    def show_run(self, run: "CompletedRun | None") -> None:
        """Show a run (None clears); the selection of the run before is dropped."""
        if run is self._run:
            return
        self._run = run
        self.select_trade(None)
        self.run_changed.emit(run)

    def select_trade(self, trade_id: int | None) -> None:
        """Select a trade of the run on screen."""
        if trade_id == self._trade:
            return
        self._trade = trade_id
        self.trade_selected.emit(trade_id)
