"""The same window without a display: opens the sample, runs it, and leaves pictures and results."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import InputError

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType

    from ml4t_desktop.app.window import MainWindow

_TIMEOUT_MS = 300_000
_SIZE_HINTS = "This plugin does not support propagateSizeHints()"
_SIZE = (1440, 900)


def show_sample(folder: Path) -> int:
    """Run the sample in a window nobody sees; return the exit code.

    Writes the run folder to ``folder/run``, and the window to ``folder/overview.png`` and
    ``folder/trades.png``.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import qInstallMessageHandler

    from ml4t_desktop.app.main import build, make_application

    app = make_application()
    qInstallMessageHandler(_tell_qt)
    window = build()
    window.resize(*_SIZE)
    window.show()
    try:
        written = _run_and_save(window, folder.resolve())
    except (InputError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    finally:
        window.close_unasked()
        app.processEvents()
    for path in written:
        sys.stdout.write(f"{path}\n")
    return 0 if written else 1


def _tell_qt(_kind: "QtMsgType", _context: "QMessageLogContext", message: str) -> None:
    """Write what Qt says on stderr, but for what it always says without a display."""
    if message != _SIZE_HINTS:
        sys.stderr.write(f"{message}\n")


def _run_and_save(window: "MainWindow", folder: Path) -> tuple[Path, ...]:
    """Return what was written; nothing when the sample could not be run, which is told."""
    from PySide6.QtCore import QEventLoop, QTimer

    session = window.session
    window.desk.open_sample()
    loop = QEventLoop()
    session.runs.ended.connect(loop.quit)
    QTimer.singleShot(_TIMEOUT_MS, loop, loop.quit)
    if not session.why_not_run():
        window.desk.carry_out("run.start")
        loop.exec()
    run = session.results.run
    if run is None:
        sys.stderr.write(f"error: {window.messages.text() or session.why_not_run()}\n")
        return ()
    folder.mkdir(parents=True, exist_ok=True)
    session.work.save(run, folder / "run", base=session.request.base)
    overview = _picture(window, folder, "overview")
    trades = run.result.trades
    if trades.height:
        session.results.select_trade(int(trades["trade_id"][0]))
    return (folder / "run", overview, _picture(window, folder, "trades"))


def _picture(window: "MainWindow", folder: Path, panel: str) -> Path:
    """Write the window with one of its panels as a picture."""
    from PySide6.QtWidgets import QApplication

    window.show_panel(panel)
    for _ in range(5):  # charts lay themselves out in several turns
        QApplication.processEvents()
    path = folder / f"{panel}.png"
    if not window.grab().save(str(path)):
        message = f"cannot write {path}"
        raise OSError(message)
    return path
