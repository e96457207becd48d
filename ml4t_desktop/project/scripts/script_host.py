"""Python strategies run in processes of their own, so that none can take the window with it."""

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ml4t_desktop.errors import Cancelled, StrategyFailed
from ml4t_desktop.files.scripts.script import Script
from ml4t_desktop.project.scripts.script_panel import ScriptPanel
from ml4t_desktop.project.scripts.script_worker import (
    PANEL,
    PRINTED,
    RAW_OUTPUT,
    TABLES,
    Done,
    Failed,
    Fault,
    ScriptJob,
    end_group,
    serve,
)
from ml4t_desktop.request import Request
from ml4t_desktop.scratch import ScratchFolder
from ml4t_desktop.wording import mark, say

if TYPE_CHECKING:  # the engine loads in the background
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.market import Market
    from ml4t_desktop.result.run_result import RunResult

_POLL_SECONDS: Final = 0.01
_PATIENCE_SECONDS: Final = 5.0
_CRASHES_OF_WINDOWS: Final = 0xC0000000  # exit codes from here on, such as 0xc0000005
_LONGEST: Final = 400_000  # characters of output that are kept
_CRASHED: Final = mark(
    "the process of the strategy crashed ({how}); what it said last is in its output"
)


class _Worker:
    """A process, and the pipe to it."""

    def __init__(self, scratch: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=serve, args=(theirs, scratch), name="ml4t strategy", daemon=True
        )
        self.process.start()
        theirs.close()

    def end(self) -> None:
        """End the process, whatever it does, and what it has started."""
        if self.process.pid is not None:
            end_group(self.process.pid)
        self.process.kill()
        self.process.join(_PATIENCE_SECONDS)
        self.pipe.close()
        with suppress(ValueError):  # it would not die
            self.process.close()


class ScriptHost:
    """Runs each Python strategy in a fresh process; the next one is kept warm.

    A process is used once: nothing a strategy leaves behind reaches the next run. Any thread may call;
    one strategy runs at a time.
    """

    def __init__(self) -> None:
        self._warm: _Worker | None = None
        self._running: _Worker | None = None
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._making = threading.Lock()
        self._is_open = True
        self._scratch: ScratchFolder | None = None
        self._shared: tuple[Market, Path] | None = None
        self._output: list[str] = []
        self._length = 0

    def warm(self) -> None:
        """Start the next process, unless it is there."""
        with self._guard:
            if self._is_open and (self._warm is None or self._warm.process.exitcode is not None):
                self._warm = _Worker(self._own_folder())

    def run(
        self, request: Request, script: Script, market: "Market", control: "RunControl"
    ) -> "RunResult":
        """Run the strategy of a request; see `project.scripts.script_run.ScriptRunner`.

        The process is ended, whatever it does, a few hundredths of a second after `control` was cancelled.
        """
        while not self._turn.acquire(timeout=_POLL_SECONDS):
            control.check()
        try:
            self._clear_output()
            control.check()
            worker = self._taken()
            folder = Path(tempfile.mkdtemp(prefix="run-", dir=self._own_folder()))
            try:
                return self._carried_out(worker, folder, request, script, market, control)
            finally:
                with self._guard:
                    self._running = None
                worker.end()
                shutil.rmtree(folder, ignore_errors=True)
                self.warm()
        finally:
            self._turn.release()

    @property
    def output(self) -> str:
        """What the strategy that ran last has printed, the last of it when that is much."""
        with self._guard:
            return "".join(self._output)

    @property
    def running_pid(self) -> int | None:
        """The id of the process in which a strategy runs now."""
        with self._guard:
            return self._running.process.pid if self._running is not None else None

    def close(self) -> None:
        """End all processes and remove what was shared with them."""
        with self._guard:
            self._is_open = False
            workers = [worker for worker in (self._warm,) if worker is not None]
            self._warm, self._shared = None, None
        for worker in workers:
            worker.end()
        with self._turn:
            if self._scratch is not None:
                self._scratch.close()
                self._scratch = None

    def _taken(self) -> _Worker:
        with self._guard:
            if not self._is_open:
                message = "the run was cancelled"
                raise Cancelled(message)
            warm, self._warm = self._warm, None
            is_usable = warm is not None and warm.process.exitcode is None
            worker = warm if warm is not None and is_usable else _Worker(self._own_folder())
            self._running = worker
        if warm is not None and warm is not worker:
            warm.end()
        return worker

    def _carried_out(
        self,
        worker: _Worker,
        folder: Path,
        request: Request,
        script: Script,
        market: "Market",
        control: "RunControl",
    ) -> "RunResult":
        panel = ScriptPanel.create(folder / PANEL)
        job = ScriptJob(
            request=request, script=script, market=self._handed_over(market), folder=folder
        )
        try:
            self._awaited(worker, panel, control)  # that it is ready
            worker.pipe.send(job)
            answer = self._awaited(worker, panel, control)
        except (EOFError, BrokenPipeError, ConnectionError):
            worker.process.join(_PATIENCE_SECONDS)
            self._take_output(panel, folder)
            raise StrategyFailed(_end_of(worker.process.exitcode)) from None
        self._take_output(panel, folder)
        control.check()
        if isinstance(answer, Failed):
            raise answer.error
        if isinstance(answer, Fault):
            message = f"in the strategy's process:\n{answer.text}"
            raise RuntimeError(message)  # noqa: TRY004 (a fault of the program, not of a type)
        assert isinstance(answer, Done)  # noqa: S101 (there is no other answer)
        return _read(folder, answer.initial_capital)

    def _awaited(self, worker: _Worker, panel: ScriptPanel, control: "RunControl") -> object:
        """Return the next answer, showing progress and output meanwhile."""
        while not worker.pipe.poll(_POLL_SECONDS):
            done, total = panel.progress
            if total:
                control.cells[1], control.cells[2] = done, total
            self._add_output(panel.new_text())
            control.check()
        return worker.pipe.recv()

    def _handed_over(self, market: "Market") -> Path:
        """Return the file of a market, which is written once."""
        from ml4t_desktop.project.scripts.market_file import write_market

        if self._shared is None or self._shared[0] is not market:
            old = self._shared[1] if self._shared is not None else None
            descriptor, name = tempfile.mkstemp(prefix="market-", dir=self._own_folder())
            os.close(descriptor)
            write_market(Path(name), market)
            self._shared = (market, Path(name))
            if old is not None:
                old.unlink(missing_ok=True)
        return self._shared[1]

    def _own_folder(self) -> Path:
        with self._making:
            if self._scratch is None:
                self._scratch = ScratchFolder("strategy")
            return self._scratch.path

    def _clear_output(self) -> None:
        with self._guard:
            self._output, self._length = [], 0

    def _take_output(self, panel: ScriptPanel, folder: Path) -> None:
        """Take the last of what was printed, and what was printed past Python."""
        self._add_output(panel.new_text())
        with suppress(OSError):
            raw = (folder / RAW_OUTPUT).read_bytes()[-_LONGEST:]
            self._add_output(raw.decode("utf-8", "replace"))

    def _add_output(self, text: str) -> None:
        if not text:
            return
        with self._guard:
            self._output.append(text)
            self._length += len(text)
            if self._length > 2 * _LONGEST:
                kept = "".join(self._output)[-_LONGEST:]
                self._output, self._length = [kept], len(kept)


def _read(folder: Path, initial_capital: float) -> "RunResult":
    import polars as pl

    from ml4t_desktop.result.run_result import RunResult

    # The files are removed: their bytes are taken before.
    tables = {
        name: pl.read_ipc((folder / f"{name}.arrow").read_bytes()) for name in (*TABLES, PRINTED)
    }
    return RunResult(initial_capital=initial_capital, **tables)


def _end_of(code: int | None) -> str:
    """Return in words how a process ended that said nothing."""
    if sys.platform == "win32" and code is not None and code >= _CRASHES_OF_WINDOWS:
        return say(_CRASHED, how=hex(code))
    if code is None or code >= 0:
        return say("the strategy ended its process itself, with exit code {code}", code=code or 0)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    if name == "SIGKILL" or sys.platform == "win32":
        return mark(
            "the process of the strategy was ended from outside (SIGKILL), "
            "as the system does when memory runs out"
        )
    return say(_CRASHED, how=name)
