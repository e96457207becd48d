"""Commands that are given to the chart one looks at."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.notices import Notice, NoticeStore

if TYPE_CHECKING:  # charts are imported when the first of them is made
    from ml4t_desktop.plots.panes import PaneStack


class ChartCommands(QObject):
    """Finds the chart that is meant: the one with the focus, else the first that is seen.

    Parameters
    ----------
    panels : callable
        Returns the panels of the window that there are.
    """

    def __init__(
        self,
        panels: Callable[[], Iterable[QWidget]],
        notices: NoticeStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panels, self._notices = panels, notices

    def chart(self) -> "PaneStack | None":
        """Return the chart that is meant; None when none is seen."""
        from ml4t_desktop.plots.panes import PaneStack

        focused = QApplication.focusWidget()
        if isinstance(focused, PaneStack):
            return focused
        for panel in self._panels():
            for chart in panel.findChildren(PaneStack):
                if chart.isVisible():
                    return chart
        return None

    def carry_out(self, what: str) -> None:
        """Show the whole history (``whole``) or the chosen trade (``trade``)."""
        from ml4t_desktop.plots.price import PriceChart

        chart = self.chart()
        if chart is None:
            return
        if what == "trade" and isinstance(chart, PriceChart):
            chart.show_trade()
        elif what == "whole":
            chart.show_all()

    def save_image(self, path: Path) -> None:
        """Write the chart as a picture, and tell what became of it."""
        from ml4t_desktop.plots.images import save_chart

        chart = self.chart()
        if chart is None:
            self._notices.show("There is no chart to be seen")
            return
        try:
            save_chart(chart, path, path.stem)
        except InputError as error:
            self._notices.show("The picture was not written", map(Notice, error.problems))
        except OSError as error:
            self._notices.show("The picture was not written", (Notice(Problem(what=str(error))),))
        else:
            self._notices.show(f"The chart was written to {path}")
