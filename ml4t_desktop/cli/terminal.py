"""What the command line says: problems on stderr, a summary on stdout, progress on a terminal."""

import gc
import signal
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from ml4t_desktop.errors import Problem

if TYPE_CHECKING:  # they load with the command that shows them
    from concurrent.futures import Future

    from ml4t_desktop.analysis.leakage import ColumnReport, LeakReport
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.files.quality import QualityReport
    from ml4t_desktop.files.scripts.script import Script
    from ml4t_desktop.project.completed import CompletedRun
    from ml4t_desktop.request.presets import Preset

_FIRST_USE = "Preparing the engine, once after installing: about half a minute"
_POLL_SECONDS = 0.02
_WIDEST = 42  # names of columns; the roles of longer ones do not stand below each other
_PATIENCE_SECONDS = 0.05
_TITLES = {
    "reading": "Reading the files",
    "compiling": "Preparing the engine",
    "running": "Running the backtest",
    "writing": "Writing the run folder",
}


def answer(text: str) -> None:
    """Say what was asked for on stdout."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def tell(problems: Iterable[Problem]) -> None:
    """Say each problem on stderr, in one line that begins with its severity."""
    for problem in problems:
        _line(problem.severity, str(problem))


def tell_error(what: str) -> None:
    """Say an error on stderr, in one line."""
    _line("error", what)


def _line(severity: str, text: str) -> None:
    sys.stderr.write(f"{severity}: {' '.join(text.split())}\n")


def summary(run: "CompletedRun", folder: Path) -> str:
    """Return what a finished run came to, and where it is, in a few lines."""
    metrics = run.metrics
    rows = (
        ("final value", f"{metrics.final_value:,.2f}{_signed_percent(metrics.total_return)}"),
        ("trades", f"{metrics.num_trades:,} closed, {metrics.open_trades:,} open"),
        ("Sharpe", _value(run, "sharpe", "{:.2f}")),
        ("max drawdown", _value(run, "max_drawdown", "{:.2%}")),
        ("saved in", str(folder)),
    )
    return "\n".join(f"{title:<14}{text}" for title, text in rows)


def quality_text(report: "QualityReport") -> str:
    """Return what a file holds, in a few lines; its findings are told apart."""
    if report.kind is None:
        return f"{report.path}: cannot be read"
    assets = "" if report.asset_count is None else f", {_number(report.asset_count, 'asset')}"
    span = f", {report.first} to {report.last}" if report.first else ""
    head = f"{report.path}: {report.kind}, {_number(report.row_count, 'row')}{assets}{span}"
    width = max((len(guess.column) for guess in report.columns), default=0)
    width = min(max(width + 2, 20), _WIDEST)
    columns = (
        f"  {guess.column:<{width}} {guess.role:<10}{guess.reason}" for guess in report.columns
    )
    return "\n".join((head, *columns))


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def preset_text(preset: "Preset") -> str:
    """Return what a preset sets and what it cannot imitate, one line each."""
    from ml4t_desktop.request.preset_catalogue import PRESETS
    from ml4t_desktop.request.presets import value_text

    usual = {setting.key: setting.value for setting in PRESETS[0].settings}
    own = [item for item in preset.settings if usual.get(item.key) != item.value]
    same = [item for item in preset.settings if usual.get(item.key) == item.value]
    lines = [f"{preset.name}: {preset.title}"]
    for title, settings in (("Unlike the defaults", own), ("As by default", same)):
        lines += ["", title] if settings else []
        lines += [f"  {item.line} ({item.key} = {value_text(item.value)})" for item in settings]
    lines += ["", "What to know", *(f"  {limit}" for limit in preset.limits)]
    return "\n".join(lines)


def preset_values(request: Path, name: str, kept: Collection[str]) -> tuple[str, dict[str, Any]]:
    """Return what a preset changes in a request file: in words, and as values by dotted key.

    Parameters
    ----------
    kept : collection of str
        Keys that get a value otherwise, and are left alone.

    Raises
    ------
    InputError
        If there is no such preset, or the file describes no request.
    """
    from copy import deepcopy

    from ml4t_desktop.request import load_request
    from ml4t_desktop.request.preset_catalogue import preset
    from ml4t_desktop.request.presets import apply_preset

    chosen = preset(name)
    _, found = apply_preset(load_request(request), chosen)
    changes = [change for change in found if change.key not in kept]
    count = f"{len(changes)} value{'' if len(changes) == 1 else 's'} changed"
    lines = [f"{'preset':<14}{name}: {count}", *(f"{'':<14}{change}" for change in changes)]
    values = {change.key: deepcopy(change.new) for change in changes}
    return "".join(f"{line}\n" for line in lines), values


def leak_text(report: "LeakReport") -> str:
    """Return what the leak checks found: a line for each column, and its findings below it."""
    if not report.columns:
        return "leaks: there is no column of signals or context to check"
    alarms = sum(column.level == "alarm" for column in report.columns)
    notices = sum(column.level == "notice" for column in report.columns)
    count = _number(len(report.columns), "column")
    head = f"leaks: {count}, {alarms} with an alarm, {notices} with a notice"
    return "\n".join((head, *(_leak_lines(column) for column in report.columns)))


def _leak_lines(column: "ColumnReport") -> str:
    delay = f" ({column.lag_bars} later by request)" if column.lag_bars else ""
    lines = [f"  {column.column}{delay}: {column.level}"]
    for finding in column.findings:
        advice = f" {finding.effect} {finding.remedy}".rstrip() if finding.level != "fine" else ""
        lines.append(f"    {finding.level:<7} {finding.sentence}{advice}")
    return "\n".join(lines)


def _signed_percent(fraction: float | None) -> str:
    return "" if fraction is None else f" ({fraction:+.2%})"


def _value(run: "CompletedRun", name: str, form: str) -> str:
    """Return a statistic as text, or why there is none."""
    value = getattr(run.metrics, name)
    return form.format(value) if value is not None else f"none: {run.metrics.undefined[name]}"


class Progress:
    """A bar on stderr while a run goes on; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._bar = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Bars

            columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
            self._bar = Bars(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=1.0)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, phase: str, share: float) -> None:
        """Show the phase and the share of it that is done, 0 to 1."""
        if self._bar is not None:
            title = _TITLES.get(phase, phase)
            self._bar.update(self._task, description=title, completed=share)


def run_watched(
    request: Path,
    folder: Path | None,
    overrides: Mapping[str, Any],
    *,
    chunk_rows: int | None = None,
    trusts_script: bool = False,
) -> "CompletedRun":
    """Run a request file into its folder, or into none, showing progress; Ctrl+C cancels the run.

    Parameters
    ----------
    request, folder, overrides, chunk_rows
        As for `project.run.run_file`.
    trusts_script : bool
        Whether a Python strategy is run that was not agreed to before.

    Raises
    ------
    InputError, Cancelled
        As `project.run.run_file` does.
    """
    from ml4t_desktop.project.head_start import begin_reading

    seen = _Seen()
    begun = None if chunk_rows is not None else begin_reading(request, overrides, seen.read)
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.project.background import in_background

    control = RunControl()

    def work() -> "CompletedRun":
        from ml4t_desktop.project.run import run_file, run_in_memory

        run = run_in_memory if folder is None else partial(run_file, out=folder)
        return run(
            request,
            overrides=overrides,
            control=control,
            on_phase=seen.enter,
            on_read=seen.read,
            chunk_rows=chunk_rows,
            may_run=lambda script: trusts_script or is_trusted(script),
            head_start=begun,
        )

    return _watched(in_background("run", work), seen, control)


def is_trusted(script: "Script") -> bool:
    """Return whether the user has agreed to run a Python file."""
    from ml4t_desktop.project.scripts.trust import TrustList

    return TrustList().allows(script)


def _watched(run: "Future[CompletedRun]", seen: "_Seen", control: "RunControl") -> "CompletedRun":
    """Wait for a run, showing how far it is, until it ends or is cancelled."""
    from concurrent.futures import wait

    with _cancelled_by_signals(control), Progress() as progress:
        while not run.done():
            progress.show(seen.phase, max(seen.share, control.progress))
            wait([run], timeout=_POLL_SECONDS)
            if control.is_cancelled and seen.phase != "writing":
                # Compiling and reading cannot stop at once; they end with the process.
                wait([run], timeout=_PATIENCE_SECONDS)
                control.check()
    return run.result()


class _Seen:
    """How far a run in another thread has come, as its caller last heard."""

    def __init__(self) -> None:
        self.phase = "reading"
        self.share = 0.0

    def enter(self, phase: str) -> None:
        self.phase, self.share = phase, 0.0
        if phase == "compiling":
            _line("note", _FIRST_USE)
        if phase == "running":
            gc.freeze()
            gc.enable()

    def read(self, share: float) -> None:
        if self.phase == "reading":
            self.share = share


@contextmanager
def _cancelled_by_signals(control: "RunControl") -> Iterator[None]:
    """Turn Ctrl+C and a request to end into a cancelled run; the second one ends at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if control.is_cancelled:
            raise KeyboardInterrupt
        control.cancel()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
