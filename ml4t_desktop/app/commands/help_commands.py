"""What the commands of the menu Help do, and the report of a run."""

import errno
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

import ml4t_desktop
from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.app.dialogs import FOLDERS, PDF_FILES, REPORT_FILES, Dialogs
from ml4t_desktop.errors import Problem
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.wording import mark, say

if TYPE_CHECKING:  # they load when somebody reads them
    from ml4t_desktop.app.crash import CrashReporter
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
        self._crashes: CrashReporter | None = None
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

    def show_page(self, name: str, heading: str = "") -> None:
        """Show a page of the guide, from a heading on when one is given."""
        if self._guide is None:
            from ml4t_desktop.views.shell.guide import GuideWindow

            self._guide = GuideWindow(self._theme, self._window)
            self._guide.command_asked.connect(self._desk.carry_out)
        self._guide.show_page(name, heading)
        self._guide.show()
        self._guide.raise_()
        self._guide.activateWindow()

    def tell_crash(self, report: Path) -> None:
        """Tell that the program ended unexpectedly the last time, with the report about it."""
        problem = Problem(
            what=say(
                "A library crashed and took the program along; a report is in {file}", file=report
            ),
            fix=say("What was not saved is in the menu File, Recover unsaved changes"),
            severity="warning",
        )
        notice = Notice(problem, command="help.crash_report")
        self._session.notices.show(tr("The program ended unexpectedly the last time"), (notice,))

    def _handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "help.guide": self._show_page_of_panel,
            "help.first": partial(self.show_page, "first_backtest"),
            "help.examples": self._ask_for_examples,
            "help.updates": self._session.updates.look,
            "help.newer_version": self._open_download_page,
            "help.crash_report": self._show_crash_report,
            "help.about": self._tell_version,
            "file.export_report": partial(self._ask_report, "-report.html", REPORT_FILES),
            "file.export_pdf": partial(self._ask_report, "-report.pdf", PDF_FILES),
        }

    def _show_page_of_panel(self) -> None:
        from ml4t_desktop.session.window.guide import place_of_panel

        page, heading = place_of_panel(self._panel_now())
        self.show_page(page.name, heading)

    def _ask_for_examples(self) -> None:
        self._dialogs.save_file(
            tr("Save the examples in a folder"),
            self._desk.proposed("-examples").with_name("ml4t-examples"),
            FOLDERS,
            self._save_examples,
        )

    def _save_examples(self, folder: Path) -> None:
        """Copy the examples into a folder, unless some of them are there."""
        examples = sorted(path for path in resource_path("examples").iterdir() if path.is_file())
        there = [path.name for path in examples if (folder / path.name).exists()]
        try:
            if there:
                raise FileExistsError(errno.EEXIST, tr("is there already"), ", ".join(there))
            folder.mkdir(parents=True, exist_ok=True)
            for path in examples:
                shutil.copyfile(path, folder / path.name)
        except OSError as error:
            problem = Problem(
                where=str(error.filename or folder),
                what=error.strerror or str(error),
                fix=tr("Choose another folder"),
            )
            self._session.notices.show(tr("The examples were not saved"), (Notice(problem),))
            return
        self._session.notices.show(tr("The examples were written to {folder}", folder=folder))

    def _open_download_page(self) -> None:
        """Open the page of the newer version with the browser; look for one when none is known."""
        found = self._session.updates.found
        if found is None:
            self._session.updates.look()
        else:
            QDesktopServices.openUrl(QUrl(found.page))

    def _show_crash_report(self) -> None:
        from ml4t_desktop.app.crash import CrashReporter
        from ml4t_desktop.app.crash_reports import CrashReports, reports_folder

        reports = CrashReports(reports_folder())
        kept = reports.all()
        if not kept:
            self._session.notices.show(
                tr("There is no report: nothing went wrong in the program yet")
            )
            return
        if self._crashes is None:
            self._crashes = CrashReporter(reports, self)
        moment = QLocale().toString(_written(kept[0]), QLocale.FormatType.ShortFormat)
        told = tr("This is what went wrong last, on {moment}", moment=moment)
        self._crashes.show_report(kept[0], told)

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

    def _ask_report(self, ending: str, kinds: str) -> None:
        write = self._session.reports.write
        self._dialogs.save_file(tr("Export a report"), self._desk.proposed(ending), kinds, write)


def _written(file: Path) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(file.stat().st_mtime))
