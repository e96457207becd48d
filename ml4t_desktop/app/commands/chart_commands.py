"""What the commands about charts do: they act on the chart one looks at."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.app.dialogs import IMAGE_FILES, Dialogs
from ml4t_desktop.app.docking.docks import MadePanels
from ml4t_desktop.errors import InputError, Problem, message_of
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore

if TYPE_CHECKING:  # charts are imported when the first of them is made
    from ml4t_desktop.plots.panes import PaneStack


class ChartCommands(QObject):
    """Finds the chart that is meant: the one with the focus, else the first that is seen.

    Parameters
    ----------
    panels : MadePanels
        Those of the window.
    panel_in_front : callable
        Returns the panel one looks at, None when there is none.
    """

    def __init__(
        self,
        panels: MadePanels,
        desk: Desk,
        dialogs: Dialogs,
        notices: NoticeStore,
        panel_in_front: Callable[[], QWidget | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel_in_front = panel_in_front
        self._panels, self._desk, self._dialogs, self._notices = panels, desk, dialogs, notices
        desk.add(
            {
                "chart.trade": self._show_trade,
                "chart.whole": self._show_whole,
                "chart.export_image": self._ask_target,
                "chart.copy_image": self._copy_image,
            }
        )

    def chart(self) -> "PaneStack | None":
        """Return the chart that is meant; None when none is seen."""
        from ml4t_desktop.plots.panes import PaneStack

        focused = QApplication.focusWidget()
        if isinstance(focused, PaneStack):
            return focused
        for panel in self._panels.made():
            for chart in panel.findChildren(PaneStack):
                if chart.isVisible() and not chart.visibleRegion().isEmpty():
                    return chart
        return None

    def _show_trade(self) -> None:
        from ml4t_desktop.plots.price.chart import PriceChart

        for panel in self._panels.made():
            for chart in panel.findChildren(PriceChart):
                if chart.isVisible():
                    chart.show_trade()
                    return

    def _show_whole(self) -> None:
        chart = self.chart()
        if chart is not None:
            chart.show_all()

    def pictured(self) -> "list[QWidget]":
        """Return the charts that a picture is to be made of.

        The one with the focus; where none has it, all that are seen of the panel one looks at.
        """
        from ml4t_desktop.plots.images import CHARTS, charts_in

        focused = QApplication.focusWidget()
        if isinstance(focused, CHARTS):
            return [focused]
        panel = self._panel_in_front()
        found = charts_in(panel) if panel is not None else []
        for other in self._panels.made() if not found else ():
            if other.isVisible() and (found := charts_in(other)):
                break
        return found

    def _copy_image(self) -> None:
        from ml4t_desktop.plots.images import chart_image

        charts = self.pictured()
        if not charts:
            self._notices.show(tr("There is no chart to be seen"))
            return
        QGuiApplication.clipboard().setImage(chart_image(charts[0]))
        self._notices.show(tr("The chart was copied as a picture"))

    def _ask_target(self) -> None:
        charts = self.pictured()
        if not charts:
            self._notices.show(tr("There is no chart to be seen"))
            return
        self._dialogs.save_file(
            tr("Export the chart"),
            self._desk.proposed("-chart.png"),
            IMAGE_FILES,
            partial(self._save, charts),
        )

    def _save(self, charts: "list[QWidget]", path: Path) -> None:
        from ml4t_desktop.plots.images import save_chart

        paths = [
            path.with_stem(f"{path.stem}-{number}") if len(charts) > 1 else path
            for number in range(1, len(charts) + 1)
        ]
        try:
            for chart, target in zip(charts, paths, strict=True):
                save_chart(chart, target, chart.accessibleName() or target.stem)
        except InputError as error:
            self._notices.show(tr("The picture was not written"), map(Notice, error.problems))
        except OSError as error:
            problem = Problem(what=message_of(error))
            self._notices.show(tr("The picture was not written"), (Notice(problem),))
        else:
            self._notices.show(_written(paths))


def _written(paths: list[Path]) -> str:
    if len(paths) == 1:
        return tr("The chart was written to {path}", path=paths[0])
    return tr(
        "{count:count} charts were written, from {first} to {last}",
        count=len(paths),
        first=paths[0],
        last=paths[-1].name,
    )
