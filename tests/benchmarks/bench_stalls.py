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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from figures import Figure, run_python, show
from PySide6.QtWidgets import QApplication

from ml4t_desktop.app.garbage import GarbageOnThisThread
from ml4t_desktop.app.main import _SWITCH_SECONDS, build, make_application, warm_up
from ml4t_desktop.app.window import MainWindow
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.session.worker_threads import come_first

BUDGET_MS = 50.0
PATIENCE = 300.0
CALM = 1.2  # seconds without anything under way, after which a step is over
ASSETS = 500
PANELS = "trades,rolling,drawdowns,breakdowns,months,distribution,excursions,signals,overview"
VALUES = (0.9951, 0.9953, 0.9957)


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


def turns(app: QApplication, window: MainWindow, act: Callable[[], object]) -> list[Turn]:
    """Return the turns of the event loop from an act until nothing happens."""
    began = calm_since = time.perf_counter()
    found = [turn_of(act)]
    while time.perf_counter() - calm_since < CALM:
        found.append(turn_of(app.processEvents))
        if window.session.jobs.is_busy:
            calm_since = time.perf_counter()
        if time.perf_counter() - began > PATIENCE:
            message = "the window did not come to rest"
            raise RuntimeError(message)
        time.sleep(0.0003)
    return found


def steps(
    window: MainWindow, request: Path, garbage: GarbageOnThisThread, panels: Iterable[str]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what an analyst does, in order."""
    yield "engine and charts are loaded", partial(warm_up, window, garbage.spare_what_is_loaded)
    yield "request and files are looked at", partial(window.desk.drop, [request])
    yield "first run", partial(window.desk.carry_out, "run.start")
    yield "second run", partial(window.desk.carry_out, "run.start")
    for key in panels:
        yield f"panel {key}", partial(window.show_panel, key)
    yield "quality report", partial(window.show_panel, "quality")
    yield "leak checks", partial(window.show_panel, "leaks")
    yield "panel trades again", partial(window.show_panel, "trades")
    window.desk.carry_out("run.live")
    for value in VALUES:
        yield f"live re-run at {value}", partial(move, window, value)
    yield "window closed", window.close_unasked


def move(window: MainWindow, value: float) -> None:
    """Set the threshold of the first entry clause."""
    request = window.session.request
    first, *others = request.draft.get("strategy.entry")["all"]
    request.edit("strategy.entry", {"all": ({**first, "value": value}, *others)})


def figures_of(what: str, found: list[Turn]) -> Iterator[Figure]:
    """Return the longest stall of a step, and what it is made of."""
    longest = max(found)
    yield Figure(what=what, value=longest.whole, unit="ms", budget=BUDGET_MS, form=",.1f")
    if longest.whole > BUDGET_MS:
        yield Figure(what="    worked", value=longest.worked, unit="ms", form=",.1f")
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
    parser.add_argument("--panels", default=PANELS)
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
        window = build(settings_file=Path(folder) / "settings.toml")
        window.resize(1440, 900)
        window.show()
        panels = tuple(filter(None, asked.panels.split(",")))
        for what, act in steps(window, request, garbage, panels):
            if what == "first run":
                bars = sum(look.inspection.row_count for look in window.session.price_looks())
                show(f"Longest stall of the event loop, {bars:,} rows", ())
            for figure in figures_of(what, turns(app, window, act)):
                print(figure, flush=True)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
