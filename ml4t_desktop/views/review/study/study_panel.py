"""The base of panels that show the study of a run, or why there is none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout, QWidget

from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore, Subset
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import numpy as np
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.study import Study
    from ml4t_desktop.project.completed import CompletedRun

_NO_RUN = mark("No result yet")
_NO_TRADES = (
    mark("This run closed no trade"),
    mark(
        "Loosen the entry rule or its filters, or look into the orders for those that were refused."
    ),
)


class StudyPanel(SeenPanel):
    """Shows the study of the run on screen as soon as it is there, and anew when another part is looked at.

    Parameters
    ----------
    hint : str
        What will be here once there is a run.
    """

    needs_trades = True

    def __init__(
        self,
        results: ResultStore,
        studies: StudyStore,
        hint: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.results, self.studies = results, studies
        self._hint = hint
        self.empty = EmptyState(_NO_RUN, hint, "run.start")
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.empty)

    def show_study(self, study: Study, run: CompletedRun) -> None:
        """Show the study of the run on screen."""
        raise NotImplementedError

    def begin(self, content: QWidget) -> None:
        """Show the content from now on, whenever there is something to be shown."""
        self.stack.addWidget(content)
        self.results.run_changed.connect(self._on_run_changed)
        self.results.subset_changed.connect(self._on_subset_changed)
        self.studies.changed.connect(self.draw_when_seen)
        self._on_run_changed(self.results.run)

    def draw(self) -> None:
        """Show the study; it is asked for when it is not there."""
        run = self.results.run
        if run is None:
            return
        self.studies.want()
        study = self.studies.study
        if study is not None:
            self.show_study(study, run)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour what says that there is nothing yet."""
        self.empty.apply_theme(theme)

    def look_at(self, name: str, trade_ids: NDArray[np.int64]) -> None:
        """Look at a part of the trades everywhere."""
        self.results.show_subset(Subset(name, trade_ids))

    def in_front(self, trade_ids: NDArray[np.int64]) -> NDArray[np.bool_] | None:
        """Return which trades are in the part that is looked at; None when all are."""
        subset = self.results.subset
        if subset is None:
            return None
        import numpy as np

        return np.isin(trade_ids, subset.trade_ids)

    def _on_run_changed(self, run: CompletedRun | None) -> None:
        has_any = run is not None and (not self.needs_trades or run.metrics.num_trades > 0)
        if run is None:
            self.empty.tell(_NO_RUN, self._hint, "run.start")
        else:
            self.empty.tell(*_NO_TRADES)
        self.stack.setCurrentIndex(1 if has_any else 0)
        self.draw_when_seen()

    def _on_subset_changed(self, _subset: Subset | None) -> None:
        self.draw_when_seen()
