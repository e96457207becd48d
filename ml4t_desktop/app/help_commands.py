"""What the commands of the menu Help do, and the report of a run."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

import ml4t_desktop
from ml4t_desktop.app.desk import Desk
from ml4t_desktop.app.dialogs import REPORT_FILES, Dialogs
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the guide loads when somebody reads it
    from ml4t_desktop.views.shell.guide import GuideWindow

_ABOUT = mark("From a file of predictions to a backtest, and to every trade it made.")
_LICENCES = "licences.txt"


class HelpCommands(QObject):
    """Shows the guide, at the page of the panel that is looked at, and tells what this is."""

    def __init__(
        self,
        session: Session,
        desk: Desk,
        dialogs: Dialogs,
        panel_now: Callable[[], str],
        window: QWidget,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._session, self._desk, self._dialogs = session, desk, dialogs
        self._panel_now, self._window, self._theme = panel_now, window, theme
        self._guide: GuideWindow | None = None
        desk.add(self._handlers())

    @property
    def guide(self) -> "GuideWindow | None":
        """The window of the guide, once somebody has asked for it."""
        return self._guide

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        if self._guide is not None:
            self._guide.apply_theme(theme)

    def close(self) -> None:
        """Close the guide with the window it belongs to."""
        if self._guide is not None:
            self._guide.close()

    def show_page(self, name: str) -> None:
        """Show a page of the guide."""
        if self._guide is None:
            from ml4t_desktop.views.shell.guide import GuideWindow

            self._guide = GuideWindow(self._theme, self._window)
        self._guide.show_page(name)
        self._guide.show()
        self._guide.raise_()
        self._guide.activateWindow()

    def _handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "help.guide": self._show_page_of_panel,
            "help.first": partial(self.show_page, "first_backtest"),
            "help.about": self._tell_version,
            "file.export_report": self._ask_report,
        }

    def _show_page_of_panel(self) -> None:
        from ml4t_desktop.session.guide import page_of_panel

        self.show_page(page_of_panel(self._panel_now()).name)

    def _tell_version(self) -> None:
        version = ml4t_desktop.__version__
        text = tr(
            "<p><b>ML4T Desktop {version}</b><br>{about}</p><p>Under the MIT licence.</p>",
            version=version,
            about=_ABOUT,
        )
        licences = resource_path(_LICENCES)
        if licences.is_file():
            link = licences.as_uri()
            text += tr(
                "<p><a href='{link}'>Licences of everything that is shipped with it</a></p>",
                link=link,
            )
        self._dialogs.tell(tr("About"), text)

    def _ask_report(self) -> None:
        self._dialogs.save_file(
            tr("Export a report"),
            self._desk.proposed("-report.html"),
            REPORT_FILES,
            self._session.reports.write,
        )
