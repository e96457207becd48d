"""The run on screen, the trade chosen in it, and the part of its trades that is looked at."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:  # polars and numba load after the window is visible
    import numpy as np
    from numpy.typing import NDArray

    from ml4t_desktop.project.completed import CompletedRun


@dataclass(frozen=True, slots=True, eq=False)
class Subset:
    """A part of the trades of the run on screen, which every panel shows while it is chosen.

    Parameters
    ----------
    name : str
        What it is, in words, such as ``entered in March 2020`` or ``largest loss 5 % to 10 %``.
    trade_ids : ndarray of int64
        Ascending.
    """

    name: str
    trade_ids: "NDArray[np.int64]"


class ResultStore(QObject):
    """Holds the run that is shown, the selected trade and the chosen part of the trades.

    Signals
    -------
    run_changed : CompletedRun or None
    trade_selected : int or None
        The `trade_id`; None when nothing is selected.
    subset_changed : Subset or None
        None: all trades.
    trade_hovered : int or None
        The `trade_id` under the mouse, in whatever panel.
    """

    run_changed = Signal(object)
    trade_selected = Signal(object)
    subset_changed = Signal(object)
    trade_hovered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: CompletedRun | None = None
        self._trade: int | None = None
        self._subset: Subset | None = None
        self._hovered: int | None = None

    @property
    def run(self) -> "CompletedRun | None":
        """The run on screen."""
        return self._run

    @property
    def trade_id(self) -> int | None:
        """The selected trade."""
        return self._trade

    @property
    def subset(self) -> Subset | None:
        """The part of the trades that is looked at; None: all."""
        return self._subset

    def show_run(self, run: "CompletedRun | None") -> None:
        """Show a run (None clears); what was selected in the run before is dropped."""
        if run is self._run:
            return
        self._run = run
        self.select_trade(None)
        self.show_subset(None)
        self.run_changed.emit(run)

    def select_trade(self, trade_id: int | None) -> None:
        """Select a trade of the run on screen."""
        if trade_id == self._trade:
            return
        self._trade = trade_id
        self.trade_selected.emit(trade_id)

    def hover_trade(self, trade_id: int | None) -> None:
        """Tell that the mouse is over a trade; None: over none."""
        if trade_id == self._hovered:
            return
        self._hovered = trade_id
        self.trade_hovered.emit(trade_id)

    def show_subset(self, subset: Subset | None) -> None:
        """Look at a part of the trades; None shows all again."""
        if subset is self._subset:
            return
        self._subset = subset
        self.subset_changed.emit(subset)
