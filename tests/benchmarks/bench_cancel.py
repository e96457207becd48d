"""From the wish to stop until everything has stopped: in memory, and by Ctrl+C on the command line.

python tests/benchmarks/bench_cancel.py
"""

import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench_rules import RANKED, request_of
from figures import Figure, best_seconds, show

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import Cancelled
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.market import Market
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.project.background import in_background
from ml4t_desktop.request import Request

POINTS = 20


def main() -> None:
    """Measure at points spread over a run."""
    market = sample_market(assets=500, days=10_000)
    request = request_of(RANKED)
    run_rules(market, request)
    whole = best_seconds(lambda: run_rules(market, request), 2)
    waits = [stopped_after(market, request, whole * point / POINTS) for point in range(POINTS)]
    figures = [
        Figure(
            what=f"a run of {market.row_count:,} bars ({whole * 1e3:,.0f} ms), longest of {POINTS}",
            value=max(waits) * 1e3,
            unit="ms",
            budget=100,
            form=",.0f",
        )
    ]
    if sys.platform != "win32":
        with tempfile.TemporaryDirectory() as folder:
            figures.append(interrupted(Path(folder)))
    show("Cancel", figures)


def stopped_after(market: Market, request: Request, delay: float) -> float:
    """Return the seconds from cancelling a run to its end."""
    control = RunControl()
    run = in_background("run", lambda: run_rules(market, request, control))
    time.sleep(delay)
    began = time.perf_counter()
    control.cancel()
    error = run.exception()
    seconds = time.perf_counter() - began
    if error is not None and not isinstance(error, Cancelled):
        raise error
    return seconds


def interrupted(folder: Path) -> Figure:
    """Return how long the command line takes to end after Ctrl+C, the longest of several moments."""
    request = write_sample(folder / "sample", small=False)
    command = [
        sys.executable,
        "-m",
        "ml4t_desktop",
        "run",
        str(request),
        "--out",
        str(folder / "out"),
    ]
    longest = 0.0
    for delay in (0.3, 0.5, 0.7, 0.9, 1.1):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        threading.Event().wait(delay)
        began = time.perf_counter()
        process.send_signal(signal.SIGINT)
        process.wait()
        longest = max(longest, time.perf_counter() - began)
    left = [path.name for path in folder.iterdir() if path.name not in {"sample", "out"}]
    what = f"Ctrl+C on the command line, longest of 5 ({len(left)} files left over)"
    return Figure(what=what, value=longest * 1e3, unit="ms", budget=100, form=",.0f")


if __name__ == "__main__":
    main()
