"""What the commands about charts do: they act on the chart one looks at."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

from ml4t_desktop.app.desk import Desk
from ml4t_desktop.app.dialogs import IMAGE_FILES, Dialogs
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore

if TYPE_CHECKING:  # charts are imported when the first of them is made
    from ml4t_desktop.plots.panes import PaneStack


class ChartCommands(QObject):
    """Finds the chart that is meant: the one with the focus, else the first that is seen.

    Parameters
    ----------
    panels : mapping of str to QWidget
        Those of the window that were made, by key.
    """

    def __init__(
        self,
        panels: Mapping[str, QWidget],
        desk: Desk,
        dialogs: Dialogs,
        notices: NoticeStore,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panels, self._desk, self._dialogs, self._notices = panels, desk, dialogs, notices
        desk.add(
            {
                "chart.trade": self._show_trade,
                "chart.whole": self._show_whole,
                "chart.export_image": self._ask_target,
            }
        )

    def chart(self) -> "PaneStack | None":
        """Return the chart that is meant; None when none is seen."""
        from ml4t_desktop.plots.panes import PaneStack

        focused = QApplication.focusWidget()
        if isinstance(focused, PaneStack):
            return focused
        for panel in self._panels.values():
            for chart in panel.findChildren(PaneStack):
                if chart.isVisible() and not chart.visibleRegion().isEmpty():
                    return chart
        return None

    def _show_trade(self) -> None:
        from ml4t_desktop.plots.price import PriceChart

        for panel in self._panels.values():
            for chart in panel.findChildren(PriceChart):
                if chart.isVisible():
                    chart.show_trade()
                    return

    def _show_whole(self) -> None:
        chart = self.chart()
        if chart is not None:
            chart.show_all()

    def _ask_target(self) -> None:
        chart = self.chart()
        if chart is None:
            self._notices.show(tr("There is no chart to be seen"))
            return
        self._dialogs.save_file(
            tr("Export the chart"),
            self._desk.proposed("-chart.png"),
            IMAGE_FILES,
            partial(self._save, chart),
        )

    def _save(self, chart: "PaneStack", path: Path) -> None:
        from ml4t_desktop.plots.images import save_chart

        try:
            save_chart(chart, path, path.stem)
        except InputError as error:
            self._notices.show(tr("The picture was not written"), map(Notice, error.problems))
        except OSError as error:
            self._notices.show(
                tr("The picture was not written"), (Notice(Problem(what=str(error))),)
            )
        else:
            self._notices.show(tr("The chart was written to {path}", path=path))
