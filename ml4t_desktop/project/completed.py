"""What a finished run leaves in memory, for the window and for the run folder alike."""

from dataclasses import dataclass

from ml4t_desktop.analysis.metrics import Metrics
from ml4t_desktop.errors import Problem
from ml4t_desktop.files.scripts.script import Script
from ml4t_desktop.market import Market
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """Seconds each phase took; `engine` is from market in memory to result in memory."""

    read: float = 0.0
    prepare: float = 0.0
    engine: float = 0.0
    write: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompletedRun:
    """One finished run: what was asked, what it ran on, what came out.

    Parameters
    ----------
    run_id : str
        Hash of version, request and data: equal inputs have the same.
    problems : tuple of Problem
        Warnings of the data and of the run.
    digest : str
        Hash of the contents of the data files; empty where nobody took it.
    script : Script or None
        The Python file as it was run.
    said : str
        What is said of it where the run on screen is compared with it; empty for runs as asked for.
    """

    run_id: str
    request: Request
    market: Market
    result: RunResult
    metrics: Metrics
    problems: tuple[Problem, ...] = ()
    phases: Phases = Phases()
    digest: str = ""
    script: Script | None = None
    said: str = ""
