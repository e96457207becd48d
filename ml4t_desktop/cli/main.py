"""The command line: the window, or one run without it. `run` never imports Qt.

Exit codes: 0 done, 2 bad input, 1 failure (a cancelled run too).
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop import __version__
from ml4t_desktop.cli.arguments import (
    COMMANDS,
    COMPILE,
    NAME,
    OPEN,
    RUN,
    UsageError,
    help_text,
    parsed,
)
from ml4t_desktop.cli.terminal import answer, tell, tell_error
from ml4t_desktop.errors import Cancelled, InputError, Problem, RunFailed

if TYPE_CHECKING:
    from ml4t_desktop.files.quality import QualityReport

OK, FAILED, BAD_INPUT = 0, 1, 2
_HELP = ("-h", "--help")
# Polars keeps what its tables took for later ones, of which a run has few, and those come at once (taking
# memory anew is slow). Read when polars loads.
_GIVE_MEMORY_BACK = ("_RJEM_MALLOC_CONF", "dirty_decay_ms:100,muzzy_decay_ms:0")
# The threads of numpy's algebra begin with a busy loop of 2 to the power of 26 ticks, beside what reads a file.
_WAIT_ASLEEP = ("OPENBLAS_THREAD_TIMEOUT", "4")
# Looking for plugins of pydantic reads the description of every package there is.
_NO_PLUGINS = ("PYDANTIC_DISABLE_PLUGINS", "1")
_SWITCH_SECONDS = 0.0005  # what reads a file does not wait long for what loads the engine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    What the user can mend, and what the system refuses, is told in a line; any other exception is a
    fault of the program and surfaces with its traceback.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those after the program's name; the process's own when left out.
    """
    name, *given = _with_command(list(sys.argv[1:] if arguments is None else arguments))
    collects = gc.isenabled()
    if name == RUN:
        gc.disable()  # until everything is loaded: there is nothing to collect in modules
    os.environ.setdefault(*_WAIT_ASLEEP)
    os.environ.setdefault(*_NO_PLUGINS)
    try:
        code = _obey(name, given)
    except (Exception, KeyboardInterrupt) as error:
        failed = _told(error)
        if failed is None:
            raise
        code = failed
    finally:
        if collects:
            gc.enable()
    if arguments is None and name == RUN:
        # Taking the loaded libraries down in order takes longer than a run.
        sys.stderr.flush()
        os._exit(code)
    return code


def _obey(name: str, given: Sequence[str]) -> int:
    """Do what the arguments of a command say and return the exit code."""
    if name == "--version":
        answer(f"{NAME} {__version__}")
        return OK
    if name in _HELP:
        answer(help_text().rstrip())
        return OK
    arguments = parsed(name, given)
    if arguments is None:
        return OK
    code = _CALLS[name](**arguments)
    return OK if code is None else code


def _told(error: BaseException) -> int | None:
    """Tell an error that needs no traceback and return the exit code; None for all others."""
    match error:
        case InputError():
            tell(error.problems)
            return BAD_INPUT
        case UsageError():
            tell_error(str(error))
            return BAD_INPUT
        case Cancelled() | KeyboardInterrupt():
            tell_error("cancelled, nothing was written")
        case RunFailed():
            tell_error(str(error))
        case MemoryError():
            tell_error("there is not enough memory: take fewer assets, columns or years")
        case BrokenPipeError():  # whoever read the output has gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            tell_error(f"{where}{error.strerror or error}")
        case _:
            return None
    return FAILED


def _with_command(arguments: list[str]) -> list[str]:
    """Return the arguments with the window's command named: it is the one meant without a name."""
    first = arguments[0] if arguments else ""
    if first in COMMANDS or first in {"--version", *_HELP}:
        return arguments
    return [OPEN, *arguments]


def open_(*, file: Path | None, sample: bool, out: Path) -> int:
    """Open the window (the command meant when none is named)."""
    if file is not None and not file.exists():
        raise InputError(_no_such_file(file))
    if _has_display():
        from ml4t_desktop.app.main import open_window

        return open_window(file, sample=sample)
    if sample:
        from ml4t_desktop.app.headless import show_sample

        return show_sample(out)
    tell_error(
        "there is no display to open a window on. Log in to a desktop, or without one: "
        f"{NAME} run REQUEST runs a request, {NAME} --sample runs the sample"
    )
    return FAILED


def run(
    *,
    request: Path,
    out: Path | None,
    preset: str | None,
    changes: list[str] | None,
    chunk_rows: int | None,
    benchmark: str | None,
    trust: bool,
) -> None:
    """Run a request and write its run folder."""
    os.environ.setdefault(*_GIVE_MEMORY_BACK)
    sys.setswitchinterval(_SWITCH_SECONDS)
    from ml4t_desktop.cli.option_values import benchmark_values, overrides
    from ml4t_desktop.cli.terminal import run_watched, summary

    folder = out if out is not None else Path(f"{request.stem}-run")
    values = overrides(changes or ())
    if benchmark is not None:
        values = {**benchmark_values(benchmark), **values}
    said = ""
    if preset is not None:
        from ml4t_desktop.cli.terminal import preset_values

        said, of_preset = preset_values(request, preset, set(values))
        values = {**of_preset, **values}
    finished = run_watched(request, folder, values, chunk_rows=chunk_rows, trusts_script=trust)
    tell(finished.problems)
    answer(f"{said}{summary(finished, folder.resolve())}")


def report(
    *,
    request: Path,
    out: Path | None,
    paper: str,
    changes: list[str] | None,
    trades: bool,
    trust: bool,
) -> None:
    """Run a request and write a report of it: charts, statistics, and whether it can be believed."""
    from ml4t_desktop.app.report_file import check_order, write_report
    from ml4t_desktop.cli.option_values import overrides
    from ml4t_desktop.cli.terminal import Progress, run_watched

    target = out if out is not None else Path(f"{request.stem}-report.pdf")
    check_order(target, paper)
    finished = run_watched(request, None, overrides(changes or ()), trusts_script=trust)
    tell(finished.problems)
    with Progress() as progress:
        write_report(finished, target, paper=paper, has_trades=trades, show=progress.show)
    answer(f"Written to {target}")


def export_code(*, request: Path, out: Path | None) -> None:
    """Write the rules of a request as a Python script, run it, and certify that it trades alike."""
    from ml4t_desktop.project.written_code import write_code

    target = out if out is not None else Path(f"{request.stem}.py")
    written = write_code(request, target)
    answer(f"Written to {target}: {written.fills:,} fills, the same to the last bit")


def sweep(
    *,
    request: Path,
    params: list[str] | None,
    out: Path | None,
    metric: str,
    jobs: int | None,
    walk_forward: str | None,
    changes: list[str] | None,
    trust: bool,
) -> None:
    """Run a request with every combination of some values; Ctrl+C keeps what is done."""
    from ml4t_desktop.cli.option_values import overrides
    from ml4t_desktop.cli.sweep_text import sweep_text, sweep_watched
    from ml4t_desktop.sweep.command import SweepOrder

    folder = out if out is not None else Path(f"{request.stem}-sweep")
    order = SweepOrder(
        params=params or (),
        metric=metric,
        jobs=jobs,
        walk_forward=walk_forward,
        overrides=overrides(changes or ()),
    )
    finished = sweep_watched(request, folder, order, trusts_script=trust)
    answer(sweep_text(finished, folder.resolve()))


def presets_(*, name: str | None) -> None:
    """List the presets, or say what one of them sets and what it cannot imitate."""
    from ml4t_desktop.cli.terminal import preset_text
    from ml4t_desktop.request.preset_catalogue import PRESETS, preset

    if name is not None:
        answer(preset_text(preset(name)))
        return
    for item in PRESETS:
        answer(f"{item.name:<14}{item.title}")


def check(*, files: list[Path], rows: bool, as_json: bool) -> int:
    """Say what files hold, what is wrong with them, and what leaks from the future."""
    from ml4t_desktop.cli.quality_text import quality_json, quality_reports, rows_text
    from ml4t_desktop.cli.terminal import quality_text

    reports = quality_reports(files)
    if as_json:
        answer(quality_json(reports, has_rows=rows))
    for report in () if as_json else reports:
        answer(quality_text(report))
        tell(finding.problem for finding in report.findings)
        for finding in report.findings if rows else ():
            if finding.places.height:
                answer(rows_text(finding))
    if not as_json:
        _check_requests_for_leaks(files, reports)
    return OK if all(report.is_usable for report in reports) else BAD_INPUT


def _check_requests_for_leaks(files: list[Path], reports: "list[QualityReport]") -> None:
    """Say what leaks in requests with their rules, or in files as they were recognised."""
    from ml4t_desktop.cli.terminal import leak_text
    from ml4t_desktop.project.leaks import check_request
    from ml4t_desktop.request import load_request

    requests = [file for file in files if file.suffix.lower() == ".toml"]
    if not requests:
        _check_for_leaks(reports)
    for path, report in zip(requests, reports, strict=False):
        if report.is_usable:
            answer(leak_text(check_request(load_request(path), path.parent)))


def _check_for_leaks(reports: "list[QualityReport]") -> None:
    """Say what leaks in files that were looked at; nothing where there is no signal or context."""
    from ml4t_desktop.cli.terminal import leak_text
    from ml4t_desktop.project.leaks import check_request, request_of_files

    request = request_of_files(reports)
    if request is None or not (request.data.signals or request.context):
        return
    try:
        leaks = check_request(request, Path())
    except InputError as error:  # files that cannot be one market, each of which is good
        tell(Problem(where=item.where, what=item.what, severity="note") for item in error.problems)
        return
    answer(leak_text(leaks))


def sample_(*, folder: Path, large: bool) -> None:
    """Write sample data and a request that runs on it."""
    from ml4t_desktop.files.sample_files import write_sample

    request = write_sample(folder, small=not large)
    answer(f"Written to {folder}. Run it: {NAME} run {request}")


def self_check(*, out: Path | None) -> int:
    """Try whether the window, the engine and everything else works on this machine."""
    from ml4t_desktop.app.self_check import check_self
    from ml4t_desktop.scratch import ScratchFolder

    if out is not None:
        return OK if check_self(out, answer) else FAILED
    with ScratchFolder("trial") as scratch:
        return OK if check_self(scratch.path, answer) else FAILED


def compile_engine(*, target: Path) -> None:
    """Compile the engine into a file, as a process of its own that another one waits for."""
    from ml4t_desktop.engine.compilation import write_program

    write_program(target)


def _has_display() -> bool:
    """Return whether somebody can see a window; a platform chosen by hand counts, unless it shows nothing."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform.partition(":")[0] in {"offscreen", "minimal"}:
        return False
    if platform or not sys.platform.startswith(("linux", "freebsd")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _no_such_file(file: Path) -> Problem:
    """Return the problem of a file that is not there, or of a mistyped command."""
    import difflib

    listed = [name for name, command in COMMANDS.items() if command.does]
    close = difflib.get_close_matches(str(file), listed, n=1)
    fix = f"Did you mean the command '{close[0]}'?" if close else ""
    return Problem(where=str(file), what="there is no such file or command", fix=fix)


_CALLS: dict[str, Callable[..., int | None]] = {
    OPEN: open_,
    RUN: run,
    "report": report,
    "export-code": export_code,
    "sweep": sweep,
    "presets": presets_,
    "check": check,
    "sample": sample_,
    "self-check": self_check,
    COMPILE: compile_engine,
}
