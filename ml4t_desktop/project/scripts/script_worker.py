"""The process a Python strategy runs in: it waits, warm, for one strategy, runs it and ends."""

import faulthandler
import io
import os
import shutil
import signal
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ml4t_desktop.errors import Cancelled, Ml4tDesktopError
from ml4t_desktop.files.scripts.script import Script
from ml4t_desktop.project.scripts.script_panel import ScriptPanel
from ml4t_desktop.request import Request

if TYPE_CHECKING:
    from ml4t_desktop.result.run_result import RunResult

TABLES: Final = ("trades", "fills", "orders", "equity", "cash_flows", "risk_events")
PANEL: Final = "panel"
PRINTED: Final = "printed"
RAW_OUTPUT: Final = "output.txt"
_MOST_PRINTED: Final = 400_000  # characters that are kept with their times


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptJob:
    """What a strategy's process is to do.

    Parameters
    ----------
    market : Path
        As `market_file` writes it.
    folder : Path
        Holds the panel; the tables of the result are put there.
    """

    request: Request
    script: Script
    market: Path
    folder: Path


@dataclass(frozen=True, slots=True)
class Done:
    """The tables are in the folder."""

    initial_capital: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The strategy, the request or the data did not work."""

    error: Ml4tDesktopError


@dataclass(frozen=True, slots=True)
class Fault:
    """The program did not work: a traceback for whoever mends it."""

    text: str


def serve(pipe: Connection, room: Path) -> None:
    """Load the engine, wait for one job, run it and say what became of it.

    Parameters
    ----------
    room : Path
        The folder of what is shared; removed here when the process that asked has died.
    """
    _lead_a_group()
    _live_with_parent(room)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the window decides what is stopped
    _go_first()
    from ml4t_desktop.project.warming import warm_engine

    try:
        warm_engine()
        pipe.send("ready")
        job = pipe.recv()
    except (EOFError, OSError):
        return
    with suppress(BrokenPipeError, OSError):
        pipe.send(_carried_out(job))
    os._exit(0)  # threads of the strategy's own keep nobody waiting


def _carried_out(job: ScriptJob) -> Done | Failed | Fault:
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.project.scripts.market_file import map_market
    from ml4t_desktop.project.scripts.script_run import run_here

    panel = ScriptPanel(job.folder / PANEL)
    printed = _redirect(panel, job.folder / RAW_OUTPUT)
    control = RunControl(panel.cells())
    try:
        market = map_market(job.market)
        result = run_here(job.request, job.script, market, control)
        _write(result, job.folder)
        printed.save(job.folder)
        return Done(result.initial_capital)
    except Cancelled:
        return Failed(Cancelled("the run was cancelled"))
    except Ml4tDesktopError as error:
        return Failed(error)
    except BaseException:  # noqa: BLE001 (it is raised again where the window hears of it)
        return Fault(traceback.format_exc())
    finally:
        sys.stdout.flush()


def _write(result: "RunResult", folder: Path) -> None:
    for name in TABLES:
        getattr(result, name).write_ipc(folder / f"{name}.arrow")


def _redirect(panel: ScriptPanel, raw: Path) -> "_Printed":
    """Let what is printed go to the panel, and what libraries and a crash print to a file."""
    file = os.open(raw, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(file, number)
    os.close(file)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    faulthandler.enable(2)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False))
    printed = _Printed(panel)
    sys.stdout = sys.stderr = printed
    return printed


class _Printed(io.TextIOBase):
    """What is printed, on the panel at once, and kept with the timestamp it was printed at."""

    def __init__(self, panel: ScriptPanel) -> None:
        super().__init__()
        self._panel = panel
        self._kept: dict[int, list[str]] = {}
        self._room = _MOST_PRINTED

    def write(self, text: str) -> int:
        self._panel.write(text)
        if self._room > 0:
            self._room -= len(text)
            done, _ = self._panel.progress  # of timestamps: the index of the present one
            self._kept.setdefault(done, []).append(text)
        return len(text)

    def save(self, folder: Path) -> None:
        """Write what was kept beside the tables of the result."""
        import polars as pl

        from ml4t_desktop.result import schema

        rows = {"t": list(self._kept), "text": ["".join(parts) for parts in self._kept.values()]}
        pl.DataFrame(rows, schema=schema.PRINTED).write_ipc(folder / f"{PRINTED}.arrow")

    def writable(self) -> bool:
        return True


def _live_with_parent(room: Path) -> None:
    """End with the process that asked, whatever the strategy is doing then, and leave nothing behind."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        shutil.rmtree(room, ignore_errors=True)
        end_group(os.getpid())
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


def _lead_a_group() -> None:
    """Let what the strategy starts end with it: the processes of a group can be ended together."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.setpgid(0, 0)


def end_group(leader: int) -> None:
    """End a strategy's process and all that it has started; nothing where that is over or has no group."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.killpg(leader, signal.SIGKILL)


def _go_first() -> None:
    """Let the system end this process, and not the window, when memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
