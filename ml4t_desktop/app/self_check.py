"""The application tries itself: in a real window, with the sample, in a folder of its own.

What a person does is done in steps, each of which is told with the time it took. For somebody who wants
to know whether it works here, and for the builds that are tried before anybody gets them.
"""

import ast
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, cast

from ml4t_desktop.app.offline import Offline
from ml4t_desktop.session.resources import resource_path

if TYPE_CHECKING:
    from ml4t_desktop.app.dialogs import Dialogs
    from ml4t_desktop.app.window import MainWindow

_TIMEOUT_SECONDS: Final = 240
_SIZE: Final = (1440, 900)
_DRAWN: Final = 10_000  # bytes that a picture of a window has at the least
_ALWAYS_SAID: Final = ("propagateSizeHints", "does not support raise")
_STRATEGY: Final = "confident_strategy.py"


class CheckFailed(Exception):  # noqa: N818 (says what is the case)
    """A step did not do what it must; the message says what."""


class Answers:
    """Dialogs that nobody has to answer: a target is taken, a file is trusted, nothing is kept.

    Parameters
    ----------
    target : Path or None
        Where a file that somebody is asked for goes.
    """

    def __init__(self) -> None:
        self.target: Path | None = None

    def save_file(
        self, _title: str, _proposed: Path, _kinds: str, done: Callable[[Path], None]
    ) -> None:
        """Take the target."""
        if self.target is not None:
            done(self.target)

    def ask_trust(self, _script: object, done: Callable[[], None], *, is_changed: bool) -> None:  # noqa: ARG002
        """Agree."""
        done()

    def ask_unsaved(self, _unsaved: object, done: Callable[[str], None]) -> None:
        """Give changes up."""
        done("discard")

    def __getattr__(self, _name: str) -> Callable[..., None]:
        """Leave every other question without an answer."""
        return _leave


def _leave(*_arguments: object, **_named: object) -> None:
    pass


class SelfCheck:
    """Everything that is tried, in order.

    Parameters
    ----------
    room : Path
        A folder for settings, pictures, a project and a report.
    """

    def __init__(self, room: Path) -> None:
        self.room = room
        self.offline = Offline()
        self.answers = Answers()
        self._window: MainWindow | None = None
        self._faults: list[str] = []

    @property
    def window(self) -> "MainWindow":
        """The window, once it is shown."""
        if self._window is None:
            message = "there is no window"
            raise CheckFailed(message)
        return self._window

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """Return what is tried, with its title; a step returns what is worth telling."""
        yield "shows its window", self.shows_window
        yield "finds icons, pages and examples", self.finds_resources
        yield "runs the sample in the window", self.runs_sample
        yield "opens the guide at the panel", self.opens_guide
        yield "writes tables and reads them again", self.writes_tables
        yield "writes a report", self.writes_report
        yield "saves a project and opens it again", self.keeps_project
        yield "runs a strategy in a process of its own", self.runs_strategy
        yield "asked for no network", self.asked_for_nothing

    def shows_window(self) -> str:
        """Make the window and show it."""
        from PySide6.QtCore import qInstallMessageHandler
        from PySide6.QtWidgets import QApplication

        from ml4t_desktop.app.main import build, make_application

        make_application()
        sys.excepthook = self._note_fault
        qInstallMessageHandler(_note_qt)
        self.offline.is_closed = True
        window = build(
            settings_file=self.room / "settings.toml",
            dialogs=cast("Dialogs", self.answers),
            recovery=self.room / "recovery",
        )
        self._window = window
        window.resize(*_SIZE)
        window.show()
        QApplication.processEvents()
        _need(condition=window.isVisible(), otherwise="the window is not visible")
        return ""

    def finds_resources(self) -> str:
        """Load every file that ships with the application."""
        from PySide6.QtGui import QIcon

        from ml4t_desktop.session.language import ENGLISH, LANGUAGES, catalogue_of
        from ml4t_desktop.session.window.guide import pages

        icons = sorted(resource_path("icons").glob("*.svg"))
        empty = [path.name for path in icons if QIcon(str(path)).pixmap(32).toImage().isNull()]
        empty += [page.name for page in pages() if not page.text.strip()]
        examples = sorted(resource_path("examples").iterdir())
        for path in examples:
            if path.suffix == ".py":
                ast.parse(path.read_text(encoding="utf-8"))
        languages = [name for name in LANGUAGES if name != ENGLISH]
        empty += [f"{name}.mo" for name in languages if not catalogue_of(name).info()]
        _need(condition=not empty, otherwise=f"cannot be used: {', '.join(empty)}")
        _need(condition=bool(icons and examples), otherwise="there are no icons or no examples")
        return f"{len(icons)} icons, {len(pages())} pages, {len(examples)} examples, {len(languages)} translations"

    def runs_sample(self) -> str:
        """Open the sample, run it, and look at panels."""
        self.window.desk.open_sample()
        self._settle()
        self._run()
        trades = self.window.session.results.run
        assert trades is not None  # noqa: S101 (`_run` has looked)
        self.window.session.results.select_trade(int(trades.result.trades["trade_id"][0]))
        for panel in ("overview", "trades", "price"):
            self.window.show_panel(panel)
            self._turn()
            _save(self.window, self.room / f"{panel}.png")
        return f"{trades.result.trades.height:,} trades"

    def opens_guide(self) -> str:
        """Open the guide at the panel that is looked at, and search in it."""
        self.window.show_panel("overview")
        self.window.desk.carry_out("help.guide")
        guide = self.window.help.guide
        if guide is None:
            message = "the guide did not open"
            raise CheckFailed(message)
        self._turn()
        shown = guide.page_name
        guide.words.setText("sharpe")
        found = guide.contents.count()
        _save(guide, self.room / "guide.png")
        guide.words.clear()
        guide.close()
        _need(condition=found > 1, otherwise="a search in the guide found nothing")
        return f"page {shown}"

    def writes_tables(self) -> str:
        """Write the trades in every format, and read each of the files."""
        from ml4t_desktop.files.formats.tables import read_table

        run = self.window.session.results.run
        _need(condition=run is not None, otherwise="there is no run")
        assert run is not None  # noqa: S101 (just looked at)
        sizes: list[int] = []
        for suffix in ("csv", "parquet", "xlsx"):
            self.answers.target = self.room / f"trades.{suffix}"
            self.window.desk.carry_out("trade.export")
            self._settle()
            sizes.append(read_table(self.answers.target).height)
        rows = run.result.trades.height
        _need(condition=sizes == [rows] * 3, otherwise=f"{rows} trades were read as {sizes}")
        return ""

    def writes_report(self) -> str:
        """Write the run as one HTML file."""
        self.answers.target = self.room / "report.html"
        self.window.desk.carry_out("file.export_report")
        self._settle()
        text = self.answers.target.read_text(encoding="utf-8")
        _need(condition="<script" in text and "<style" in text, otherwise="it has no charts")
        return f"{len(text) / 1e3:.0f} kB"

    def keeps_project(self) -> str:
        """Save request and runs as a project, begin anew, and open it."""
        session = self.window.session
        asked, runs = session.request.draft.request(), len(session.history.entries)
        self.answers.target = self.room / "sample.ml4t"
        self.window.desk.carry_out("file.save_as")
        self._settle()
        self.window.desk.carry_out("file.new")
        self._settle()
        _need(condition=not session.history.entries, otherwise="a new request has runs")
        self.window.desk.drop([self.answers.target])
        self._settle()
        opened = session.request.draft.request()
        _need(condition=opened.strategy == asked.strategy, otherwise="other rules were opened")
        _need(
            condition=len(session.history.entries) == runs > 0,
            otherwise=f"{len(session.history.entries)} runs were opened instead of {runs}",
        )
        return f"{runs} run of {self.answers.target.stat().st_size / 1e3:.0f} kB"

    def runs_strategy(self) -> str:
        """Run the example of a strategy in Python."""
        script = self.room / _STRATEGY
        shutil.copyfile(resource_path(f"examples/{_STRATEGY}"), script)
        self.window.desk.drop([script])
        self._settle()
        return f"{self._run():,} trades"

    def asked_for_nothing(self) -> str:
        """Say what asked for the network."""
        asked = self.offline.asked
        _need(condition=not asked, otherwise="; ".join(asked))
        return ""

    def close(self) -> None:
        """Close the window, and whatever it started."""
        from PySide6.QtWidgets import QApplication

        if self._window is not None:
            self._window.close_unasked()
            QApplication.processEvents()

    def fault(self) -> str:
        """Return what went wrong behind the scenes since it was last asked."""
        faults, self._faults = self._faults, []
        return "; ".join(faults)

    def _run(self) -> int:
        """Run what is asked for and return the number of trades."""
        session = self.window.session
        before = session.results.run
        reason = session.why_not_run()
        _need(condition=not reason, otherwise=reason or "it cannot be run")
        self.window.desk.carry_out("run.start")
        self._settle()
        run = session.results.run
        if run is None or run is before or not run.result.trades.height:
            raise CheckFailed(self.window.messages.text() or "the run made no trades")
        return int(run.result.trades.height)

    def _settle(self) -> None:
        """Wait until nothing is done in the background any more."""
        session = self.window.session
        self._turn()
        self._wait(
            lambda: (
                not (
                    session.jobs.is_busy
                    or session.document.is_busy
                    or session.runs.is_running
                    or session.reports.is_writing
                )
            )
        )
        self._turn()

    def _wait(self, until: Callable[[], bool]) -> None:
        from PySide6.QtCore import QEventLoop
        from PySide6.QtWidgets import QApplication

        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while not until():
            if time.monotonic() > deadline:
                message = f"it did not end within {_TIMEOUT_SECONDS} s"
                raise CheckFailed(message)
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.005)

    def _turn(self) -> None:
        """Let panels lay themselves out, which takes them several turns."""
        from PySide6.QtWidgets import QApplication

        for _ in range(5):
            QApplication.processEvents()

    def _note_fault(
        self, _kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._faults.append(f"{type(error).__name__}: {error}")
        sys.__excepthook__(_kind, error, trace)


def check_self(room: Path, tell: Callable[[str], Any]) -> bool:
    """Try everything and tell how it went, a line for each step.

    Parameters
    ----------
    room : Path
        Where files of the trial go; what is there of an earlier one is replaced.
    tell : callable
        Takes a line.

    Returns
    -------
    bool
        Whether all of it worked.
    """
    if not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    room.mkdir(parents=True, exist_ok=True)
    trial = SelfCheck(room.resolve())
    failures = 0
    try:
        for title, step in trial.steps():
            started = time.perf_counter()
            try:
                told = step()
                _need(condition=not (fault := trial.fault()), otherwise=fault)
            except Exception as error:  # noqa: BLE001 (what it tries may fail in any way: that is told)
                failures += 1
                kind = "" if isinstance(error, CheckFailed) else f"{type(error).__name__}: "
                tell(f"FAILED  {title}: {kind}{error}")
            else:
                seconds = time.perf_counter() - started
                tell(f"{seconds:6.2f} s  {title}{f': {told}' if told else ''}")
    finally:
        trial.close()
    tell("everything works" if not failures else f"{failures} of these do not work here")
    return not failures


def _note_qt(_kind: object, _context: object, message: str) -> None:
    """Tell what Qt says, but for what it always says without a display."""
    if not any(words in message for words in _ALWAYS_SAID):
        sys.stderr.write(f"{message}\n")


def _save(widget: Any, path: Path) -> None:
    if not widget.grab().save(str(path)) or path.stat().st_size < _DRAWN:
        message = f"{path.name} could not be written, or nothing is drawn"
        raise CheckFailed(message)


def _need(*, condition: bool, otherwise: str) -> None:
    if not condition:
        raise CheckFailed(otherwise)
