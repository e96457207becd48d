"""Errors of the program itself: told with a report that can be copied, never swallowed."""

import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    QUrl,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox

from ml4t_desktop.app.crash_reports import CrashReports, head, without_names
from ml4t_desktop.session.language import tr

log = logging.getLogger(__name__)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashReporter(QObject):
    """Shows what went wrong in the program, whichever thread it happened in, and keeps a report of it.

    Parameters
    ----------
    reports : CrashReports
        Where reports are kept.
    """

    _happened = Signal(str, str, str)

    def __init__(self, reports: CrashReports, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reports = reports
        self._box: QMessageBox | None = None
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over what Python and Qt say about errors."""
        sys.excepthook = self.report
        threading.excepthook = self._report_thread
        sys.unraisablehook = _log_unraisable
        qInstallMessageHandler(_log_qt)

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an error, keep a report of it, and show it."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = report_text(kind, error, trace)
        log.error("%s", text)
        if sys.__stderr__ is not None:
            sys.__stderr__.write(text)
        file = self._reports.write(text)
        self._happened.emit(f"{kind.__name__}: {error}", text, str(file or ""))

    def show_report(self, file: Path, what: str) -> None:
        """Show a report that was kept.

        Parameters
        ----------
        file : Path
        what : str
            What it is about.
        """
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        self._show(what, text, str(file))

    def _report_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str, str, str)
    def _show(self, what: str, text: str, file: str) -> None:
        if self._box is not None and self._box.isVisible():
            return  # one report at a time; the folder has the others
        box = QMessageBox(QApplication.activeWindow())
        box.setObjectName("crash")
        box.setIcon(QMessageBox.Icon.Critical)
        box.setWindowTitle(tr("Something went wrong in the program"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        untouched = tr("Your files are untouched. Copy the report to pass it on.")
        box.setText(f"{what}\n\n{untouched}")
        if file:
            box.setInformativeText(
                tr(
                    "It is kept in {file} and was sent to nobody. It holds versions, places in the program "
                    "and the message of the error: look through it before you pass it on.",
                    file=file,
                )
            )
        box.setDetailedText(text)
        copy = box.addButton(tr("Copy report"), QMessageBox.ButtonRole.ActionRole)
        copy.clicked.disconnect()  # copying leaves the box open
        copy.clicked.connect(_Copying(text, box))
        if file:
            show = box.addButton(tr("Open report"), QMessageBox.ButtonRole.ActionRole)
            show.clicked.disconnect()
            show.clicked.connect(_Opening(file, box))
        box.addButton(QMessageBox.StandardButton.Close)
        self._box = box
        box.open()


class _Copying(QObject):
    """Puts a report on the clipboard."""

    def __init__(self, text: str, parent: QObject) -> None:
        super().__init__(parent)
        self._text = text

    def __call__(self, _is_checked: object = None) -> None:
        QApplication.clipboard().setText(self._text)


class _Opening(QObject):
    """Opens the file of a report with the program of the system for texts."""

    def __init__(self, file: str, parent: QObject) -> None:
        super().__init__(parent)
        self._file = file

    def __call__(self, _is_checked: object = None) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._file))


def report_text(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> str:
    """Return the report of an error: versions, system and where it happened, without the user's name."""
    return without_names(f"{head()}\n" + "".join(traceback.format_exception(kind, error, trace)))


def _log_unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    """Log an error that nobody could be told about, as in the end of an object."""
    log.error("ignored in %r", unraisable.object, exc_info=unraisable.exc_value)
    sys.__unraisablehook__(unraisable)


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
