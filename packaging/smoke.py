"""Try a frozen build as somebody does who has neither Python nor Qt: in an empty environment.

    python packaging/smoke.py dist/ml4t-desktop/ml4t-desktop

Standard library only. Prints what it measured and ends with 1 when anything failed. On Linux the program
has no network, where the system lets that be taken away.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TIMEOUT_SECONDS = 600  # a busy machine takes its time; a hang is found all the same
_TABLES = ("trades", "equity", "fills", "orders", "cash_flows", "daily_returns", "portfolio_state")
_NEEDED_BY_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA")
_NOT_SHIPPED = (".po", ".pot")  # what translations are made from
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
        self.without_network = _without_network()
        self.starts: list[float] = []

    def run(self, *arguments: str, code: int = 0) -> str:
        """Start the program, wait for its end, and return what it said.

        Raises
        ------
        Failed
            If it ends with another exit code, or not at all.
        """
        return "".join(line for _, line in self.lines(*arguments, code=code))

    def lines(self, *arguments: str, code: int = 0) -> list[tuple[float, str]]:
        """Start the program, and return what it said by the seconds since its start.

        Raises
        ------
        Failed
            If it ends with another exit code, or not at all.
        """
        process = subprocess.Popen(
            [*self.without_network, str(self.program), *arguments],
            cwd=self.room,
            env=self._variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        started = time.perf_counter()
        late = threading.Event()
        clock = threading.Timer(_TIMEOUT_SECONDS, lambda: (late.set(), process.kill()))
        clock.start()
        with process:
            lines = process.stdout or ()
            said = [(time.perf_counter() - started, line) for line in lines]
        clock.cancel()
        text = "".join(line for _, line in said)
        if late.is_set():
            message = f"{' '.join(arguments)} did not end within {_TIMEOUT_SECONDS} s:\n{text}"
            raise Failed(message)
        if process.returncode != code or "Traceback" in text:
            tail = "\n".join(text.strip().splitlines()[-12:])
            message = f"{' '.join(arguments)} ended with {process.returncode}:\n{tail}"
            raise Failed(message)
        return said

    def _variables(self) -> dict[str, str]:
        variables = {name: os.environ[name] for name in _NEEDED_BY_WINDOWS if name in os.environ}
        variables |= {"HOME": str(self.home), "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
        if sys.platform == "win32":
            variables |= {"LOCALAPPDATA": str(self.home), "APPDATA": str(self.home)}
        return variables


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
        print("without a network" if trial.without_network else "with the network of this machine")
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


def tries_itself(trial: Trial) -> str:
    """Have it try its window: the guide, tables, a report, a project, a strategy in its process."""
    said = trial.lines("self-check", "--out", f"self-{len(trial.starts)}")
    trial.starts.append(next(at for at, line in said if "shows its window" in line))
    _need(trial.room / f"self-{len(trial.starts) - 1}", "guide.png", "sample.ml4t", "report.html")
    return "\n" + "".join(f"             {line}" for _, line in said).rstrip()


def starts_again(trial: Trial) -> str:
    """Start once more: nothing may be prepared a second time."""
    tries_itself(trial)
    trial.run("run", "sample/sample_request.toml", "--out", "again")
    first, second = trial.starts
    return f"the window was there after {first:.2f} s at the first start, {second:.2f} s now"


def brings_resources(trial: Trial) -> str:
    """Compare every resource with that of the sources, and look for the licences."""
    roots = list(_bundle(trial.program).rglob("ml4t_desktop/_resources"))
    if not roots:
        message = "there is no folder of resources"
        raise Failed(message)
    _need(roots[0], "licences.txt")
    source = ROOT / "resources"
    files = [
        path
        for path in source.rglob("*")
        if path.is_file() and path.parent != source and path.suffix not in _NOT_SHIPPED
    ]
    other = [
        path.relative_to(source).as_posix()
        for path in files
        if not (there := roots[0] / path.relative_to(source)).is_file()
        or there.read_bytes() != path.read_bytes()
    ]
    if other or not files:
        message = f"missing or not as in the sources: {', '.join(other) or 'everything'}"
        raise Failed(message)
    return f"{len(files)} files"


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
    "tries itself": tries_itself,
    "says its version": says_its_version,
    "writes the sample": writes_sample,
    "runs the sample without a window": runs_sample,
    "checks the sample's data": checks_data,
    "runs variants": sweeps,
    "runs the sample in the window": shows_window,
    "runs a strategy in Python": runs_python_strategy,
    "writes the rules as Python": writes_code,
    "tells a mistake": tells_mistakes,
    "brings every resource": brings_resources,
    "starts again": starts_again,
    "compiled nothing": compiled_nothing,
}


def _without_network() -> list[str]:
    """Return what starts a program without a network; nothing where the system does not allow that."""
    prefix = ["unshare", "--map-root-user", "--net", "--"]
    if shutil.which("unshare") is None:
        return []
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else []


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
