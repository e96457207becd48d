"""The longest stall of the event loop while 1.26 million bars are loaded, run and checked.

    python tests/benchmarks/bench_stalls.py [REQUEST]

Draws offscreen unless QT_QPA_PLATFORM says otherwise. Where Python has not written its bytecode yet, every
module is translated anew, and all of it takes longer.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from figures import Figure, show
from PySide6.QtWidgets import QApplication

from ml4t_desktop.app.garbage import GarbageOnThisThread
from ml4t_desktop.app.main import _SWITCH_SECONDS, build, make_application, warm_up
from ml4t_desktop.app.window import MainWindow
from ml4t_desktop.files.sample_files import write_sample

BUDGET_MS = 50.0
PATIENCE = 60.0
CALM = 1.2  # seconds without anything under way, after which a step is over


def longest(app: QApplication, window: MainWindow, act: Callable[[], object]) -> float:
    """Return the milliseconds of the longest turn of the event loop from an act until nothing happens."""
    turns: list[float] = []
    began = calm_since = time.perf_counter()
    act()
    turns.append(time.perf_counter() - began)
    while time.perf_counter() - calm_since < CALM:
        at = time.perf_counter()
        app.processEvents()
        turns.append(time.perf_counter() - at)
        if window.session.jobs.is_busy:
            calm_since = time.perf_counter()
        if time.perf_counter() - began > PATIENCE:
            message = "the window did not come to rest"
            raise RuntimeError(message)
        time.sleep(0.0003)
    return max(turns) * 1e3


def steps(
    window: MainWindow, request: Path, garbage: GarbageOnThisThread
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what an analyst does, in order."""
    yield "engine and charts are loaded", partial(warm_up, window, garbage.spare_what_is_loaded)
    yield "request and files are looked at", partial(window.desk.drop, [request])
    yield "first run", partial(window.desk.carry_out, "run.start")
    yield "second run", partial(window.desk.carry_out, "run.start")
    yield "quality report", partial(window.show_panel, "quality")
    yield "leak checks", partial(window.show_panel, "leaks")


def main() -> None:
    """Measure the steps in one window."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = make_application()
    garbage = GarbageOnThisThread()
    with tempfile.TemporaryDirectory() as folder, garbage:
        os.environ["XDG_CONFIG_HOME"] = folder
        given = sys.argv[1:]
        request = Path(given[0]) if given else write_sample(Path(folder) / "sample", small=False)
        window = build(settings_file=Path(folder) / "settings.toml")
        window.resize(1440, 900)
        window.show()
        found = [
            Figure(
                what=what,
                value=longest(app, window, act),
                unit="ms",
                budget=BUDGET_MS,
                form=",.1f",
            )
            for what, act in steps(window, request, garbage)
        ]
        assert window.session.results.run is not None
        bars = window.session.results.run.market.row_count
        show(f"Longest stall of the event loop, {bars:,} bars", found)
        window.close_unasked()
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
