"""The run on screen, the one it is compared with, and what of its trades is looked at."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.session.runs.carrying import carried_trade, carried_trades

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
    """Holds the run that is shown, what it is compared with, the selected trade and the chosen part of the trades.

    Signals
    -------
    run_changed : CompletedRun or None
    ghost_changed : CompletedRun or None
        The run that the one on screen is compared with.
    trade_selected : int or None
        The `trade_id`; None when nothing is selected.
    subset_changed : Subset or None
        None: all trades.
    trade_hovered : int or None
        The `trade_id` under the mouse, in whatever panel.
    """

    run_changed = Signal(object)
    ghost_changed = Signal(object)
    trade_selected = Signal(object)
    subset_changed = Signal(object)
    trade_hovered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: CompletedRun | None = None
        self._reference: CompletedRun | None = None
        self._is_pinned = False
        self._is_kept = True
        self._is_rerun = False
        self._trade: int | None = None
        self._subset: Subset | None = None
        self._hovered: int | None = None

    @property
    def run(self) -> "CompletedRun | None":
        """The run on screen."""
        return self._run

    @property
    def is_kept(self) -> bool:
        """Whether the run on screen was asked for as such, and is not one on the way while a value changes."""
        return self._is_kept

    @property
    def is_rerun(self) -> bool:
        """Whether the run on screen took the place of one of the same data, so that views stay where they are."""
        return self._is_rerun

    @property
    def reference(self) -> "CompletedRun | None":
        """The run that those on screen are compared with; it may be on screen itself."""
        return self._reference

    @property
    def is_pinned(self) -> bool:
        """Whether the analyst chose what runs are compared with."""
        return self._is_pinned

    @property
    def ghost(self) -> "CompletedRun | None":
        """The run that the one on screen is compared with; None when there is no other."""
        return self._reference if self._reference is not self._run else None

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
        had_ghost = self.ghost
        self._run, self._is_kept, self._is_rerun = run, True, False
        if run is None:
            self._reference, self._is_pinned = None, False
        self.select_trade(None)
        self.show_subset(None)
        self.run_changed.emit(run)
        if self.ghost is not had_ghost:
            self.ghost_changed.emit(self.ghost)

    def show_rerun(self, run: "CompletedRun", *, is_kept: bool = False) -> None:
        """Show what became of the run on screen with other values; trades that are still there stay chosen.

        Parameters
        ----------
        is_kept : bool
            Whether it was asked for as such.
        """
        before, had_trade, had_subset = self._run, self._trade, self._subset
        if before is None or before is run:
            self.show_run(run)
            return
        had_ghost = self.ghost
        if had_trade is not None:
            self._trade = carried_trade(before.result.trades, run.result.trades, had_trade)
        if had_subset is not None:
            ids = carried_trades(before.result.trades, run.result.trades, had_subset.trade_ids)
            self._subset = replace(had_subset, trade_ids=ids)
        self._run, self._is_kept, self._is_rerun = run, is_kept, True
        self.run_changed.emit(run)
        if self.ghost is not had_ghost:
            self.ghost_changed.emit(self.ghost)
        if self._trade != had_trade:
            self.trade_selected.emit(self._trade)
        if had_subset is not None:
            self.subset_changed.emit(self._subset)

    def compare_with(self, run: "CompletedRun | None", *, is_pinned: bool = True) -> None:
        """Compare what is on screen, now and from now on, with a run; None ends that.

        Parameters
        ----------
        is_pinned : bool
            Whether the analyst chose it; what is not pinned makes way when other changes begin.
        """
        if run is self._reference and is_pinned == self._is_pinned:
            return
        self._reference, self._is_pinned = run, is_pinned and run is not None
        self.ghost_changed.emit(self.ghost)

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
