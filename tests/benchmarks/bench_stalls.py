"""The longest stall of the event loop while a market is loaded, run, checked and looked at in every panel.

    python tests/benchmarks/bench_stalls.py [REQUEST] [--rows N] [--text] [--panels KEY,KEY,…]

The sample of 1.26 million bars without more; ``--rows 10000000`` makes a market of 500 assets and as many
bars, as Parquet or, with ``--text``, as CSV. Beside each stall: how long the thread of the window worked
in it, and how long it waited for a processor (Linux). Draws offscreen unless QT_QPA_PLATFORM says
otherwise. Where Python has not written its bytecode yet, every module is translated anew, and all of it
takes longer.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from cProfile import Profile
from dataclasses import dataclass
from pathlib import Path
from pstats import SortKey, Stats

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from figures import Figure, run_python, show
from PySide6.QtWidgets import QApplication
from stall_steps import PANEL_KEYS, Analyst, Unasked

from ml4t_desktop.app.garbage import GarbageOnThisThread
from ml4t_desktop.app.main import _SWITCH_SECONDS, build, make_application
from ml4t_desktop.app.window import MainWindow
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.session.worker_threads import come_first

BUDGET_MS = 50.0
PATIENCE = 300.0
CALM = 1.2  # seconds without anything under way, after which a step is over
ASSETS = 500
EXPLAINED = 40  # functions, where a turn is explained


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One turn of the event loop, and what the thread of the window did in it; milliseconds."""

    whole: float
    worked: float
    waited: float


def clock() -> Turn:
    """Return the present times of this thread."""
    try:
        text = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat").read_text()
        waited = int(text.split()[1]) / 1e6
    except OSError:
        waited = 0.0
    return Turn(time.perf_counter() * 1e3, time.thread_time() * 1e3, waited)


def turn_of(act: Callable[[], object]) -> Turn:
    """Return what an act takes."""
    began = clock()
    act()
    ended = clock()
    return Turn(ended.whole - began.whole, ended.worked - began.worked, ended.waited - began.waited)


def turns(
    app: QApplication, window: MainWindow, act: Callable[[], object], explain: float
) -> list[Turn]:
    """Return the turns of the event loop from an act until nothing happens."""
    began = calm_since = time.perf_counter()
    found = [explained(act, explain)]
    while time.perf_counter() - calm_since < CALM:
        found.append(explained(app.processEvents, explain))
        if window.session.jobs.is_busy:
            calm_since = time.perf_counter()
        if time.perf_counter() - began > PATIENCE:
            message = "the window did not come to rest"
            raise RuntimeError(message)
        time.sleep(0.0003)
    return found


def explained(act: Callable[[], object], limit: float) -> Turn:
    """Return what an act takes; above a limit in milliseconds print where the time of this thread went."""
    if not limit:
        return turn_of(act)
    profile = Profile(time.thread_time, builtins=True)
    turn = turn_of(lambda: profile.runcall(act))
    if turn.worked > limit:
        print(f"\n---- worked {turn.worked:.1f} ms of {turn.whole:.1f} ms", flush=True)
        Stats(profile).sort_stats(SortKey.CUMULATIVE).print_stats(EXPLAINED)
    return turn


def figures_of(what: str, found: list[Turn]) -> Iterator[Figure]:
    """Return the longest stall of a step and what it is made of, and the most that one turn works itself."""
    longest, busiest = max(found), max(found, key=lambda turn: turn.worked)
    yield Figure(what=what, value=longest.whole, unit="ms", budget=BUDGET_MS, form=",.1f")
    yield Figure(what="    own work of a turn", value=busiest.worked, unit="ms", form=",.1f")
    if longest.whole > BUDGET_MS:
        yield Figure(what="    worked in it", value=longest.worked, unit="ms", form=",.1f")
        yield Figure(
            what="    waited for a processor", value=longest.waited, unit="ms", form=",.1f"
        )


def written(folder: Path, rows: int, *, is_text: bool) -> Path:
    """Write a market and its request in a process of its own, so that nothing of it is loaded here."""
    code = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from bench_large import REQUEST, write_bars
import polars as pl
folder = Path({str(folder)!r})
write_bars(folder / "bars.parquet", {ASSETS}, {max(1, rows // ASSETS)})
name = "bars.csv" if {is_text!r} else "bars.parquet"
if {is_text!r}:
    pl.scan_parquet(folder / "bars.parquet").sink_csv(folder / name)
(folder / "request.toml").write_text(REQUEST.replace("bars.parquet", name))
"""
    run_python(["-c", code])
    return folder / "request.toml"


def main() -> None:
    """Measure the steps in one window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("request", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, help="bars of a market made for it, such as 10000000")
    parser.add_argument("--text", action="store_true", help="as CSV")
    parser.add_argument("--panels", default=",".join(PANEL_KEYS))
    parser.add_argument(
        "--only", default="", help="measure only steps with this in their names, and do the others"
    )
    parser.add_argument(
        "--explain",
        type=float,
        default=0.0,
        metavar="MS",
        help="print the functions of turns that work longer; slows everything down",
    )
    asked = parser.parse_args()
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = make_application()
    come_first()
    garbage = GarbageOnThisThread()
    with tempfile.TemporaryDirectory() as folder, garbage:
        os.environ["XDG_CONFIG_HOME"] = folder
        if asked.rows is not None:
            request = written(Path(folder), asked.rows, is_text=asked.text)
        else:
            request = asked.request or write_sample(Path(folder) / "sample", small=False)
        window = build(
            settings_file=Path(folder) / "settings.toml",
            recovery=Path(folder) / "kept",
            dialogs=Unasked(),
        )
        window.resize(1440, 900)
        window.show()
        analyst = Analyst(window, request, write_sample(Path(folder) / "small", small=True))
        panels = tuple(filter(None, asked.panels.split(",")))
        for what, act in analyst.steps(garbage, panels):
            if what == "first run":
                bars = sum(look.inspection.row_count for look in window.session.price_looks())
                show(f"Longest stall of the event loop, {bars:,} rows", ())
            is_asked = asked.only in what
            found = turns(app, window, act, asked.explain if is_asked else 0.0)
            if is_asked:
                for figure in figures_of(what, found):
                    print(figure, flush=True)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
