"""Try a frozen build as somebody does who has neither Python nor Qt: in an empty environment.

    python packaging/smoke.py dist/ml4t-desktop/ml4t-desktop

Standard library only. Prints what it measured and ends with 1 when anything failed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_TIMEOUT_SECONDS = 180
_TABLES = ("trades", "equity", "fills", "orders", "cash_flows", "daily_returns", "portfolio_state")
_NEEDED_BY_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA")
_STRATEGY = """
import heapq, statistics
import numpy as np
import polars as pl
from ml4t_desktop.backtest import Strategy

class Mine(Strategy):
    def on_market_event(self, event, context=None):
        sure = event.signals.get("ml_pred_5d", 0.0) > 0.95
        if sure and not self.get_position(event.asset_id) and not self.open_orders(event.asset_id):
            self.buy_percent(event.asset_id, percent=0.05, price=event.close)
"""


class Failed(Exception):  # noqa: N818 (says what is the case)
    """Something is not as it has to be; the message says what."""


class Trial:
    """A frozen program, started in an environment of its own.

    Parameters
    ----------
    program : Path
    room : Path
        An empty folder: the home of somebody who starts it for the first time.
    """

    def __init__(self, program: Path, room: Path) -> None:
        self.program, self.room = program, room
        self.home = room / "home"
        self.home.mkdir()

    def run(self, *arguments: str, code: int = 0) -> str:
        """Start the program, wait for its end, and return what it said.

        Raises
        ------
        Failed
            If it ends with another exit code, or not at all.
        """
        variables = {name: os.environ[name] for name in _NEEDED_BY_WINDOWS if name in os.environ}
        variables |= {"HOME": str(self.home), "QT_QPA_PLATFORM": "offscreen"}
        if sys.platform == "win32":
            variables |= {"LOCALAPPDATA": str(self.home), "APPDATA": str(self.home)}
        try:
            done = subprocess.run(
                [str(self.program), *arguments],
                cwd=self.room,
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            message = f"{' '.join(arguments)} did not end within {_TIMEOUT_SECONDS} s"
            raise Failed(message) from problem
        if done.returncode != code or "Traceback" in done.stderr:
            tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
            message = f"{' '.join(arguments)} ended with {done.returncode}:\n{tail}"
            raise Failed(message)
        return done.stdout + done.stderr


def main(arguments: list[str]) -> int:
    """Try everything, tell how it went, and return the exit code."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    program = Path(shutil.which(arguments[0]) or arguments[0]).absolute()
    failures = 0
    # A file scanner may still read the program's files on Windows.
    with tempfile.TemporaryDirectory(prefix="ml4t-smoke-", ignore_cleanup_errors=True) as room:
        trial = Trial(program, Path(room))
        for title, step in STEPS.items():
            started = time.perf_counter()
            try:
                said = step(trial)
            except (Failed, OSError, ValueError) as problem:
                failures += 1
                print(f"FAILED  {title}: {problem}", flush=True)
            else:
                seconds = time.perf_counter() - started
                print(f"{seconds:6.2f} s  {title}{f': {said}' if said else ''}", flush=True)
    print(f"{failures} of {len(STEPS)} failed" if failures else f"all {len(STEPS)} passed")
    return 1 if failures else 0


def says_its_version(trial: Trial) -> str:
    """Start for the first time."""
    return trial.run("--version").strip()


def writes_sample(trial: Trial) -> str:
    """Write the sample's files."""
    trial.run("sample", "sample")
    _need(trial.room / "sample", "sample_request.toml")
    return ""


def runs_sample(trial: Trial) -> str:
    """Run it without a window and look for every table."""
    trial.run("run", "sample/sample_request.toml", "--out", "run")
    _need(trial.room / "run", "manifest.json", *(f"{table}.parquet" for table in _TABLES))
    metrics = json.loads((trial.room / "run" / "metrics.json").read_text(encoding="utf-8"))
    if not isinstance(metrics, dict) or not metrics:
        message = "metrics.json is empty"
        raise Failed(message)
    return f"{len(metrics)} statistics"


def checks_data(trial: Trial) -> str:
    """Tell what the sample's files are like."""
    trial.run("check", "sample/sample_request.toml", "--json")
    return ""


def sweeps(trial: Trial) -> str:
    """Run variants."""
    trial.run("sweep", "sample/sample_request.toml", "--param", "strategy.sizing.percent=0.04,0.08",
              "--out", "sweep")  # fmt: skip
    return ""


def shows_window(trial: Trial) -> str:
    """Open the window, run the sample in it, and draw two of its panels."""
    trial.run("--sample", "--out", "window")
    _need(trial.room / "window", "overview.png", "trades.png", "run")
    size = (trial.room / "window" / "overview.png").stat().st_size
    if size < 20_000:
        message = f"overview.png has {size} bytes: nothing is drawn"
        raise Failed(message)
    return f"picture of {size / 1e3:.0f} kB"


def runs_python_strategy(trial: Trial) -> str:
    """Run a strategy in Python in its process, which imports what people import."""
    folder = trial.room / "sample"
    (folder / "mine.py").write_text(_STRATEGY, encoding="utf-8")
    text = (folder / "sample_request.toml").read_text(encoding="utf-8")
    before, _, rest = text.partition("[strategy]")
    after = rest[rest.index("[execution]") :]
    own = f'{before}[strategy.python]\nfile = "mine.py"\nclass = "Mine"\n\n{after}'
    (folder / "own.toml").write_text(own, encoding="utf-8")
    trial.run("run", "sample/own.toml", "--trust", "--out", "own-run")
    _need(trial.room / "own-run", "trades.parquet")
    return ""


def writes_code(trial: Trial) -> str:
    """Write the rules as Python and prove, in a process of its own, that they trade alike."""
    trial.run("export-code", "sample/sample_request.toml", "--out", "rules.py")
    _need(trial.room, "rules.py")
    return ""


def tells_mistakes(trial: Trial) -> str:
    """Tell a user's mistake in a line, without a traceback."""
    said = trial.run("run", "nothing.toml", code=2)
    if "nothing.toml" not in said:
        message = f"the missing file is not named: {said}"
        raise Failed(message)
    return ""


def brings_guide(trial: Trial) -> str:
    """Look for the guide, the examples and the licences among what is shipped."""
    roots = list(_bundle(trial.program).rglob("ml4t_desktop/_resources"))
    if not roots:
        message = "there is no folder of resources"
        raise Failed(message)
    _need(roots[0], "licences.txt", "help/first_backtest.md", "icons/app.svg", "examples")
    pages = list((roots[0] / "help").glob("*.md"))
    empty = [page.name for page in pages if not page.read_text(encoding="utf-8").strip()]
    if empty:
        message = f"empty pages: {', '.join(empty)}"
        raise Failed(message)
    return f"{len(pages)} pages"


def starts_again(trial: Trial) -> str:
    """Start once more: nothing may be prepared a second time."""
    trial.run("run", "sample/sample_request.toml", "--out", "again")
    return ""


def compiled_nothing(trial: Trial) -> str:
    """Look into the home folder: an engine compiled there would be one that was not shipped."""
    files = [path for path in trial.home.rglob("*") if path.is_file()]
    compiled = [path.name for path in files if path.suffix in {".o", ".nbi", ".nbc"}]
    compiled += [path.name for path in files if "engine" in path.name]
    if compiled:
        message = f"compiled on this machine: {', '.join(compiled)}"
        raise Failed(message)
    return f"{len(files)} files in the home folder"


STEPS: dict[str, Callable[[Trial], str]] = {
    "says its version": says_its_version,
    "writes the sample": writes_sample,
    "runs the sample without a window": runs_sample,
    "checks the sample's data": checks_data,
    "runs variants": sweeps,
    "runs the sample in the window": shows_window,
    "runs a strategy in Python": runs_python_strategy,
    "writes the rules as Python": writes_code,
    "tells a mistake": tells_mistakes,
    "brings the guide": brings_guide,
    "starts again": starts_again,
    "compiled nothing": compiled_nothing,
}


def _bundle(program: Path) -> Path:
    """Return the folder of the program; the whole bundle on macOS."""
    folder = program.resolve().parent
    return folder.parent if folder.name == "MacOS" else folder


def _need(folder: Path, *names: str) -> None:
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        message = f"{', '.join(missing)} missing in {folder.name}"
        raise Failed(message)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
