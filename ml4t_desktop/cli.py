"""The command line: the window, or one run without it. `run` never imports Qt.

Exit codes: 0 done, 2 bad input, 1 failure (a cancelled run too).
"""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ml4t_desktop import __version__
from ml4t_desktop.errors import Cancelled, InputError, Problem, RunFailed
from ml4t_desktop.option_values import benchmark_values, overrides
from ml4t_desktop.terminal import tell, tell_error

if TYPE_CHECKING:
    from ml4t_desktop.files.quality import QualityReport

OK, FAILED, BAD_INPUT = 0, 1, 2
_NAME = "ml4t-desktop"
_WINDOW, _RUN = "open", "run"
_COMPILE = "compile-engine"  # as `engine.compilation` calls it
# Polars keeps what its tables took for later ones, of which a run has none. Read when polars loads.
_GIVE_MEMORY_BACK = ("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
_SWITCH_SECONDS = 0.0005  # what reads a file does not wait long for what loads the engine
# What a command line raises on wrong arguments; the root of its exceptions is not public.
_USAGE_ERROR = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name=_NAME,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Backtest machine-learning predictions: without a command, the window opens "
    f"({_NAME} [FILE]).",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    What the user can mend, and what the system refuses, is told in a line; any other exception is a
    fault of the program and surfaces with its traceback.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those after the program's name; the process's own when left out.
    """
    given = _with_command(list(sys.argv[1:] if arguments is None else arguments))
    collects = gc.isenabled()
    if given[0] == _RUN:
        gc.disable()  # until everything is loaded: there is nothing to collect in modules
    # Looking for plugins of pydantic reads the description of every package there is.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    try:
        code = typer.main.get_command(app).main(given, prog_name=_NAME, standalone_mode=False)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        failed = _told(error)
        if failed is None:
            raise
        code = failed
    finally:
        if collects:
            gc.enable()
    code = code if isinstance(code, int) else OK
    if arguments is None and given[0] == _RUN:
        # Taking the loaded libraries down in order takes longer than a run.
        sys.stderr.flush()
        os._exit(code)
    return code


def _told(error: BaseException) -> int | None:
    """Tell an error that needs no traceback and return the exit code; None for all others."""
    match error:
        case InputError():
            tell(error.problems)
            return BAD_INPUT
        case Cancelled() | KeyboardInterrupt() | typer.Abort():
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
        case _ if isinstance(error, _USAGE_ERROR):
            # Typer hides the class that has format_message.
            tell_error(f"{error.format_message()} (see {_NAME} --help)")  # pyright: ignore[reportAttributeAccessIssue]
            return BAD_INPUT
        case _:
            return None
    return FAILED


def _with_command(arguments: list[str]) -> list[str]:
    """Return the arguments with the window's command named: it is the one meant without a name."""
    first = arguments[0] if arguments else ""
    if first in {*_commands(), "--help", "--version"}:
        return arguments
    return [_WINDOW, *arguments]


def _commands() -> list[str]:
    return [command.name for command in app.registered_commands if command.name]


def _version(asked: bool) -> None:  # noqa: FBT001 (an option's callback)
    if asked:
        typer.echo(f"{_NAME} {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


@app.command(_WINDOW)
def open_(
    file: Annotated[
        Path | None, typer.Argument(help="A request, or a file of prices and predictions.")
    ] = None,
    *,
    sample: Annotated[bool, typer.Option("--sample", help="Open the sample.")] = False,
    out: Annotated[
        Path, typer.Option("--out", help="Where the sample's results go without a display.")
    ] = Path("ml4t-sample-run"),
) -> int:
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
        f"{_NAME} run REQUEST runs a request, {_NAME} --sample runs the sample"
    )
    return FAILED


@app.command(_RUN)
def run(
    request: Annotated[Path, typer.Argument(help="The request, a TOML file.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The run folder; REQUEST-run here when left out."),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option("--preset", help="Trade as this preset does; see the command presets."),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Replace a value of the request; VALUE is TOML, bare words are text.",
        ),
    ] = None,
    chunk_rows: Annotated[
        int | None,
        typer.Option(
            "--chunk-rows",
            min=1,
            metavar="N",
            help="Read and run about N bars at once; the result is the same. Left out, the memory decides.",
        ),
    ] = None,
    benchmark: Annotated[
        str | None,
        typer.Option(
            "--benchmark",
            help="What it is measured against: a file of prices or returns, or market, none, asset.SYMBOL, "
            "context.COLUMN, signal.COLUMN.",
        ),
    ] = None,
    trust: Annotated[  # noqa: FBT002 (an option of the command line)
        bool,
        typer.Option("--trust", help="Run the Python strategy of the request: you have read it."),
    ] = False,
) -> None:
    """Run a request and write its run folder."""
    os.environ.setdefault(*_GIVE_MEMORY_BACK)
    sys.setswitchinterval(_SWITCH_SECONDS)
    from ml4t_desktop.terminal import run_watched, summary

    folder = out if out is not None else Path(f"{request.stem}-run")
    values = overrides(changes or ())
    if benchmark is not None:
        values = {**benchmark_values(benchmark), **values}
    said = ""
    if preset is not None:
        from ml4t_desktop.terminal import preset_values

        said, of_preset = preset_values(request, preset, set(values))
        values = {**of_preset, **values}
    finished = run_watched(request, folder, values, chunk_rows=chunk_rows, trusts_script=trust)
    tell(finished.problems)
    typer.echo(f"{said}{summary(finished, folder.resolve())}")


@app.command("report")
def report(
    request: Annotated[Path, typer.Argument(help="The request, a TOML file.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The file, .html or .pdf; REQUEST-report.pdf here when left out."
        ),
    ] = None,
    paper: Annotated[
        str, typer.Option("--paper", help="a4 or letter; as usual in the country when left out.")
    ] = "",
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a value of the request."),
    ] = None,
    *,
    trades: Annotated[bool, typer.Option("--trades", help="List every trade in a PDF.")] = False,
    trust: Annotated[
        bool,
        typer.Option("--trust", help="Run the Python strategy of the request: you have read it."),
    ] = False,
) -> None:
    """Run a request and write a report of it: charts, statistics, and whether it can be believed."""
    from ml4t_desktop.app.report_file import check_order, write_report
    from ml4t_desktop.terminal import Progress, run_watched

    target = out if out is not None else Path(f"{request.stem}-report.pdf")
    check_order(target, paper)
    finished = run_watched(request, None, overrides(changes or ()), trusts_script=trust)
    tell(finished.problems)
    with Progress() as progress:
        write_report(finished, target, paper=paper, has_trades=trades, show=progress.show)
    typer.echo(f"Written to {target}")


@app.command("export-code")
def export_code(
    request: Annotated[Path, typer.Argument(help="The request, a TOML file.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The Python file; REQUEST.py here when left out."),
    ] = None,
) -> None:
    """Write the rules of a request as a Python script, run it, and certify that it trades alike."""
    from ml4t_desktop.project.written_code import write_code

    target = out if out is not None else Path(f"{request.stem}.py")
    written = write_code(request, target)
    typer.echo(f"Written to {target}: {written.fills:,} fills, the same to the last bit")


@app.command("sweep")
def sweep(
    request: Annotated[Path, typer.Argument(help="The request, a TOML file.")],
    params: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            metavar="KEY=VALUES",
            help="Values of a key: a,b,c or low:high:step; given again, every combination is run.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The folder of the sweep; REQUEST-sweep here when left out."),
    ] = None,
    metric: Annotated[
        str, typer.Option("--metric", help="The statistic the variants are compared by.")
    ] = "sharpe",
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", min=1, metavar="N", help="Run N at once; as many as there are cores."
        ),
    ] = None,
    walk_forward: Annotated[
        str | None,
        typer.Option(
            "--walk-forward",
            metavar="TRAIN:TEST",
            help="Choose the best of a span and run it on the next, such as 2y:6m.",
        ),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Replace a value of the request."),
    ] = None,
    trust: Annotated[  # noqa: FBT002 (an option of the command line)
        bool,
        typer.Option("--trust", help="Run the Python strategy of the request: you have read it."),
    ] = False,
) -> None:
    """Run a request with every combination of some values; Ctrl+C keeps what is done."""
    from ml4t_desktop.sweep.command import SweepOrder
    from ml4t_desktop.sweep_text import sweep_text, sweep_watched

    folder = out if out is not None else Path(f"{request.stem}-sweep")
    order = SweepOrder(
        params=params or (),
        metric=metric,
        jobs=jobs,
        walk_forward=walk_forward,
        overrides=overrides(changes or ()),
    )
    finished = sweep_watched(request, folder, order, trusts_script=trust)
    typer.echo(sweep_text(finished, folder.resolve()))


@app.command("presets")
def presets_(
    name: Annotated[
        str | None, typer.Argument(help="One of them; all are listed when left out.")
    ] = None,
) -> None:
    """List the presets, or say what one of them sets and what it cannot imitate."""
    from ml4t_desktop.request.preset_catalogue import PRESETS, preset
    from ml4t_desktop.terminal import preset_text

    if name is not None:
        typer.echo(preset_text(preset(name)))
        return
    for item in PRESETS:
        typer.echo(f"{item.name:<14}{item.title}")


@app.command("check")
def check(
    files: Annotated[
        list[Path], typer.Argument(help="Files of prices, predictions or context, or a request.")
    ],
    rows: Annotated[  # noqa: FBT002 (an option of the command line)
        bool, typer.Option("--rows", help="List every row that a finding concerns.")
    ] = False,
    as_json: Annotated[  # noqa: FBT002 (an option of the command line)
        bool, typer.Option("--json", help="Write the report as JSON.")
    ] = False,
) -> int:
    """Say what files hold, what is wrong with them, and what leaks from the future."""
    from ml4t_desktop.quality_text import quality_json, quality_reports, rows_text
    from ml4t_desktop.terminal import quality_text

    reports = quality_reports(files)
    if as_json:
        typer.echo(quality_json(reports, has_rows=rows))
    for report in () if as_json else reports:
        typer.echo(quality_text(report))
        sys.stdout.flush()
        tell(finding.problem for finding in report.findings)
        for finding in report.findings if rows else ():
            if finding.places.height:
                typer.echo(rows_text(finding))
    if not as_json:
        _check_requests_for_leaks(files, reports)
    return OK if all(report.is_usable for report in reports) else BAD_INPUT


def _check_requests_for_leaks(files: list[Path], reports: "list[QualityReport]") -> None:
    """Say what leaks in requests with their rules, or in files as they were recognised."""
    from ml4t_desktop.project.leaks import check_request
    from ml4t_desktop.request import load_request
    from ml4t_desktop.terminal import leak_text

    requests = [file for file in files if file.suffix.lower() == ".toml"]
    if not requests:
        _check_for_leaks(reports)
    for path, report in zip(requests, reports, strict=False):
        if report.is_usable:
            typer.echo(leak_text(check_request(load_request(path), path.parent)))


def _check_for_leaks(reports: "list[QualityReport]") -> None:
    """Say what leaks in files that were looked at; nothing where there is no signal or context."""
    from ml4t_desktop.project.leaks import check_request, request_of_files
    from ml4t_desktop.terminal import leak_text

    request = request_of_files(reports)
    if request is None or not (request.data.signals or request.context):
        return
    try:
        leaks = check_request(request, Path())
    except InputError as error:  # files that cannot be one market, each of which is good
        tell(Problem(where=item.where, what=item.what, severity="note") for item in error.problems)
        return
    typer.echo(leak_text(leaks))


@app.command("sample")
def sample_(
    folder: Annotated[Path, typer.Argument(help="Where to write it.")],
    *,
    large: Annotated[
        bool, typer.Option("--large", help="500 assets over ten years instead of 40 over three.")
    ] = False,
) -> None:
    """Write sample data and a request that runs on it."""
    from ml4t_desktop.files.sample_files import write_sample

    request = write_sample(folder, small=not large)
    typer.echo(f"Written to {folder}. Run it: {_NAME} run {request}")


@app.command("self-check")
def self_check(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Keep the pictures, the project and the report of the trial."),
    ] = None,
) -> int:
    """Try whether the window, the engine and everything else works on this machine."""
    import tempfile

    from ml4t_desktop.app.self_check import check_self

    def say(line: str) -> None:
        typer.echo(line)
        sys.stdout.flush()

    if out is not None:
        return OK if check_self(out, say) else FAILED
    # On Windows a file scanner may still read what was written.
    with tempfile.TemporaryDirectory(prefix="ml4t-", ignore_cleanup_errors=True) as room:
        return OK if check_self(Path(room), say) else FAILED


@app.command(_COMPILE, hidden=True)
def compile_engine(target: Annotated[Path, typer.Argument()]) -> None:
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

    close = difflib.get_close_matches(str(file), _commands(), n=1)
    fix = f"Did you mean the command '{close[0]}'?" if close else ""
    return Problem(where=str(file), what="there is no such file or command", fix=fix)
