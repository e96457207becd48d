"""The composition root: makes the application, the session and the window."""

import importlib
import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

import ml4t_desktop
from ml4t_desktop.app import logs
from ml4t_desktop.app.crash import CrashReporter
from ml4t_desktop.app.crash_reports import CrashReports, reports_folder
from ml4t_desktop.app.dialogs import Dialogs
from ml4t_desktop.app.garbage import GarbageOnThisThread
from ml4t_desktop.app.imports import leave_sources_unread
from ml4t_desktop.app.reports import pdf_writer
from ml4t_desktop.app.theming import system_locale
from ml4t_desktop.app.window import MainWindow
from ml4t_desktop.session.document.recovery import recovery_folder
from ml4t_desktop.session.jobs import JobToken
from ml4t_desktop.session.language import language_of, use_language
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.session.runs.trials import trials_folder
from ml4t_desktop.session.session import make_session
from ml4t_desktop.session.settings import chosen_language, settings_path
from ml4t_desktop.session.work import Work, real_work
from ml4t_desktop.session.worker_threads import come_first, prompt_threads, reading_threads

_WORKERS = 4  # a run, looking at a file beside it, and both while the engine is prepared
_SWITCH_SECONDS = 0.0005  # Python code in the background must not make the window stutter
_WARM_UP_MS = 200
_PANEL_MODULES = (
    "ml4t_desktop.analysis.signals.review",
    "ml4t_desktop.plots.price.chart",
    "ml4t_desktop.views.data.preview",
    "ml4t_desktop.views.review.overview.panel",
    "ml4t_desktop.views.review.trades.panel",
    "ml4t_desktop.views.review.price.panel",
    "ml4t_desktop.views.data.quality",
    "ml4t_desktop.views.data.leaks",
    "ml4t_desktop.views.review.study.breakdowns",
    "ml4t_desktop.views.review.study.months",
    "ml4t_desktop.views.review.study.rolling",
    "ml4t_desktop.views.review.study.drawdowns",
    "ml4t_desktop.views.review.study.excursions",
    "ml4t_desktop.views.review.study.distribution",
    "ml4t_desktop.views.review.why.panel",
    "ml4t_desktop.views.review.evidence.signals",
    "ml4t_desktop.views.review.evidence.validity",
    "ml4t_desktop.views.review.evidence.stability",
    "ml4t_desktop.views.review.runs.history",
    "ml4t_desktop.views.review.runs.compare",
    "ml4t_desktop.views.review.runs.sweep",
    "ml4t_desktop.analysis.account.drawdowns",
    "ml4t_desktop.analysis.account.rolling_lines",
    "ml4t_desktop.analysis.months",
    "ml4t_desktop.analysis.regimes",
)


def build(
    *,
    settings_file: Path | None = None,
    executor: Executor | None = None,
    work: Work | None = None,
    dialogs: Dialogs | None = None,
    recovery: Path | None = None,
    trials: Path | None = None,
) -> MainWindow:
    """Return the window with everything in it, not shown yet; there must be an application.

    Parameters
    ----------
    settings_file : Path or None
        None: in the user's configuration folder.
    executor : Executor or None
        Where work in the background is done; closed with the window.
    work : Work or None
        What is done there; None: reading files and running the engine.
    dialogs : Dialogs or None
        None: those of the window.
    recovery : Path or None
        Where edits and runs are kept while they are made; None keeps none, as where nobody edits.
    trials : Path or None
        Where variants that were tried are counted; None counts for this window alone.
    """
    session = make_session(
        executor or reading_threads(_WORKERS, "ml4t"),
        work or real_work(settings_file and settings_file.with_name("trusted.toml")),
        settings_file or settings_path(),
        prompt=prompt_threads() if executor is None else None,
        recovery=recovery,
        trials=trials,
    )
    session.reports.add_format(".pdf", partial(pdf_writer, session.settings))
    return MainWindow(session, dialogs)


def make_application() -> QApplication:
    """Return the application of this process, made if there is none."""
    leave_sources_unread()
    present = QApplication.instance()
    if isinstance(present, QApplication):
        return present
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    QLocale.setDefault(system_locale())
    app = QApplication(sys.argv[:1])
    app.setOrganizationName("ml4t")
    app.setApplicationName("ml4t_desktop")
    app.setApplicationDisplayName("ML4T Desktop")
    app.setApplicationVersion(ml4t_desktop.__version__)
    app.setStyle("Fusion")
    app.setWindowIcon(QIcon(str(resource_path("icons/app.svg"))))
    return app


def open_window(file: Path | None, *, sample: bool = False) -> int:
    """Open the window and stay until it is closed; return the exit code.

    Parameters
    ----------
    file : Path or None
        A file of prices, of context, or a request, to open.
    sample : bool
        Open the sample and run it.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = make_application()
    come_first()
    use_language(app, language_of(chosen_language(settings_path()), QLocale.system()))
    logs.configure(logs.log_path())
    reports = CrashReports(reports_folder())
    left = reports.take_left()
    reports.watch()
    reporter = CrashReporter(reports, app)
    reporter.install()
    window = build(recovery=recovery_folder(), trials=trials_folder())
    window.show()
    QTimer.singleShot(0, window, partial(begin, window, file, sample=sample, crash=left))
    garbage = GarbageOnThisThread()
    QTimer.singleShot(_WARM_UP_MS, window, partial(warm_up, window, garbage.spare_what_is_loaded))
    with garbage:
        code = app.exec()
    reports.end_watch()
    return code


def begin(
    window: MainWindow, file: Path | None, *, sample: bool = False, crash: Path | None = None
) -> None:
    """Open what the command line asks for, and look for what was left behind.

    Parameters
    ----------
    window : MainWindow
    file : Path or None
    sample : bool
        Whether the sample is opened and run.
    crash : Path or None
        The report of a crash that was found at this start.
    """
    if file is not None:
        window.desk.drop([file])
    elif sample:
        warm_up(window)  # a run that is cancelled must not take it along
        window.desk.open_sample()
        window.desk.carry_out("run.start")
    else:
        window.begin_as_chosen()
    if crash is not None:
        window.help.tell_crash(crash)
    if window.session.autosave is not None:
        window.session.autosave.look()
    window.session.updates.look_if_due()


def warm_up(window: MainWindow, then: Callable[[], None] = lambda: None) -> None:
    """Load the charts and the engine, and make the first panels, while the analyst looks at the window.

    Parameters
    ----------
    then : callable
        Called once all of it is loaded.
    """
    jobs, engine = window.session.jobs, window.session.engine
    if not jobs.is_open:
        return
    loading = {jobs.submit(_load_panels)}

    def look(ended: int = -1, _value: object = None) -> None:
        loading.discard(ended)
        # No sooner: the window would wait for what is being imported. Another process compiles.
        if loading or (jobs.is_busy and not engine.is_preparing):
            return
        window.docks.prepare_panels()
        if not jobs.is_busy:
            for signal in (jobs.finished, jobs.failed, engine.changed):
                signal.disconnect(look)
            then()

    for signal in (jobs.finished, jobs.failed, engine.changed):
        signal.connect(look)
    window.session.warm_up()


def _load_panels(_token: JobToken) -> None:
    """Import what the first panels would hold the window up for."""
    for module in _PANEL_MODULES:
        importlib.import_module(module)
