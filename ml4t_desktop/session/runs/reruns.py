"""Running a request again under other circumstances: its rules here, its Python strategy in a process of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ml4t_desktop.session.jobs import JobToken
from ml4t_desktop.wording import mark, say

if TYPE_CHECKING:  # polars and numba load after the window is visible
    from ml4t_desktop.analysis.validity.stress import Runner
    from ml4t_desktop.files.scripts.script import Script
    from ml4t_desktop.market import Market
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.request import Request
    from ml4t_desktop.result.run_result import RunResult

MayRun = Callable[["Script"], bool]
FEWEST: Final = 19  # the run itself is then one of twenty: none as good says 5 %
_MOST: Final = 200
_USUAL_SECONDS: Final = 60.0
_LONGEST_SECONDS: Final = 600.0


def may_run_none(_script: "Script") -> bool:
    """Return that no Python file may be run, where nobody was asked."""
    return False


def why_not_again(run: "CompletedRun", may_run: MayRun) -> str:
    """Return why a run cannot be made again under other circumstances; empty when it can."""
    strategy = run.request.strategy
    if not run.market.row_count:
        return mark("The data was read in pieces, so it is not there to run again.")
    if strategy.python is None:
        has_rules = strategy.entry is not None or strategy.short_entry is not None
        return "" if has_rules else mark("There is no entry rule to run again.")
    if run.script is None:
        return mark(
            "The Python file that this run was made with is not known any more: run it again."
        )
    if not may_run(run.script):
        return mark(
            "You have not agreed to run the text of the Python file that this run was made with."
        )
    return ""


def script_runs(run: "CompletedRun") -> int | str:
    """Return how often a Python strategy is run with signals that know nothing, or why that takes too long."""
    seconds = max(run.phases.engine, 0.2)
    if seconds * FEWEST > _LONGEST_SECONDS:
        return say(
            "A run of this strategy takes {seconds:.0f} seconds; the {count} it would need take {minutes:.0f} "
            "minutes.",
            seconds=seconds,
            count=FEWEST,
            minutes=seconds * FEWEST / 60,
        )
    return max(FEWEST, min(_MOST, int(_USUAL_SECONDS / seconds)))


@contextmanager
def runner_of(run: "CompletedRun", token: JobToken) -> "Iterator[Runner]":
    """Give what runs requests like that of a run: `why_not_again` has said that it may.

    A Python strategy gets processes of its own, so that what the last run printed stays.
    """
    from ml4t_desktop.engine.control import RunControl

    script = run.script
    if run.request.strategy.python is None or script is None:
        from ml4t_desktop.engine.rules.rule_run import run_rules

        yield run_rules
        return
    from ml4t_desktop.project.scripts.script_host import ScriptHost

    class Watched(RunControl):
        """Stops when nobody waits for the job any more."""

        def check(self) -> None:
            token.check()

    host = ScriptHost()

    def again(market: "Market", request: "Request", control: RunControl | None) -> "RunResult":
        del control
        return host.run(request, script, market, Watched())

    try:
        yield again
    finally:
        host.close()
