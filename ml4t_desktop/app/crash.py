"""Errors of the program itself: told with a report that can be copied, never swallowed."""

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

import PySide6
from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox

import ml4t_desktop

log = logging.getLogger(__name__)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class CrashReporter(QObject):
    """Shows what went wrong in the program, whichever thread it happened in."""

    _happened = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._box: QMessageBox | None = None
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over what Python and Qt say about errors."""
        sys.excepthook = self.report
        threading.excepthook = self._report_thread
        qInstallMessageHandler(_log_qt)

    def report(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log an error and show it."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = report_text(kind, error, trace)
        log.error("%s", text)
        if sys.__stderr__ is not None:
            sys.__stderr__.write(text)
        self._happened.emit(f"{kind.__name__}: {error}", text)

    def _report_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str, str)
    def _show(self, what: str, text: str) -> None:
        if self._box is not None and self._box.isVisible():
            return  # one report at a time; the log has the others
        box = QMessageBox(QApplication.activeWindow())
        box.setObjectName("crash")
        box.setIcon(QMessageBox.Icon.Critical)
        box.setWindowTitle("Something went wrong in the program")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"{what}\n\nYour files are untouched. Copy the report to pass it on.")
        box.setDetailedText(text)
        copy = box.addButton("Copy report", QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Close)
        copy.clicked.disconnect()  # copying leaves the box open
        copy.clicked.connect(_Copying(text, box))
        self._box = box
        box.open()


class _Copying(QObject):
    """Puts a report on the clipboard."""

    def __init__(self, text: str, parent: QObject) -> None:
        super().__init__(parent)
        self._text = text

    def __call__(self, _is_checked: object = None) -> None:
        QApplication.clipboard().setText(self._text)


def report_text(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> str:
    """Return the report of an error: versions, system and where it happened."""
    head = (
        f"ml4t_desktop {ml4t_desktop.__version__}, Python {platform.python_version()}, "
        f"PySide6 {PySide6.__version__}, {platform.platform()}\n"
    )
    return head + "".join(traceback.format_exception(kind, error, trace))


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    log.log(_LEVELS.get(kind, logging.WARNING), "Qt: %s", message)
