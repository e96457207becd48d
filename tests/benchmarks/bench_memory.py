"""The memory of the window while an analyst looks at, runs, checks and judges a large market.

    python tests/benchmarks/bench_memory.py [REQUEST] [--rows N] [--steps WORD,WORD,…]

Ten million bars of 500 assets without more. For every step: the most memory the process had in it, what it
has afterwards, what that is more than before, and the time of the processors it took. The most is the
high-water mark of the kernel, set back before each step, so this runs on Linux alone. ``--steps`` takes
those whose names hold one of the words, and always the look and the run.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench_stalls import written
from PySide6.QtWidgets import QApplication

from ml4t_desktop.app.garbage import GarbageOnThisThread
from ml4t_desktop.app.main import _SWITCH_SECONDS, build, make_application, warm_up
from ml4t_desktop.app.window import MainWindow
from ml4t_desktop.session.worker_threads import come_first

ROWS = 10_000_000
MOST, MORE = 2.2, 0.15  # gigabytes: in a step, and left over after it
CALM = 1.5  # seconds without anything under way, after which a step is over
PATIENCE = 900.0
PANELS = (
    "trades", "overview", "rolling", "drawdowns", "breakdowns", "months", "distribution", "excursions",
    "signals", "quality", "leaks", "validity", "stability",
)  # fmt: skip
GIGABYTE = 1e9


def memory(name: str) -> float:
    """Return a figure of the kernel on this process, ``VmRSS`` or ``VmHWM``, in gigabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / GIGABYTE
    raise KeyError(name)


def forget_most() -> None:
    """Let the high-water mark begin anew."""
    Path("/proc/self/clear_refs").write_text("5")


def come_to_rest(app: QApplication, window: MainWindow) -> None:
    """Let the window work until nothing is under way."""
    began = calm_since = time.perf_counter()
    while time.perf_counter() - calm_since < CALM:
        app.processEvents()
        if window.session.jobs.is_busy:
            calm_since = time.perf_counter()
        if time.perf_counter() - began > PATIENCE:
            message = "the window did not come to rest"
            raise RuntimeError(message)
        time.sleep(0.002)


def steps(
    window: MainWindow, request: Path, other: Path, garbage: GarbageOnThisThread
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what an analyst does, in order."""
    yield "engine and charts are loaded", partial(warm_up, window, garbage.spare_what_is_loaded)
    yield "request and files are looked at", partial(window.desk.drop, [request])
    yield "first run", partial(window.desk.carry_out, "run.start")
    for key in PANELS:
        yield f"panel {key}", partial(window.show_panel, key)
    yield "quality once more", window.session.quality.check_again
    yield "leaks once more", window.session.leaks.check_again
    yield "second run", partial(window.desk.carry_out, "run.start")
    yield "other request over it", partial(window.desk.drop, [other])
    yield "run of the other", partial(window.desk.carry_out, "run.start")
    yield "window closed", window.close_unasked


def main() -> None:
    """Measure the steps in one window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("request", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--steps", default="")
    asked = parser.parse_args()
    words = [*filter(None, asked.steps.split(","))]
    words += ["loaded", "looked", "first run", "closed"] if words else []
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = make_application()
    come_first()
    garbage = GarbageOnThisThread()
    with tempfile.TemporaryDirectory() as folder, garbage:
        os.environ["XDG_CONFIG_HOME"] = folder
        request = asked.request or written(Path(folder), asked.rows, is_text=False)
        other = Path(folder) / "other"
        shutil.copytree(request.parent, other)
        window = build(settings_file=Path(folder) / "settings.toml")
        window.resize(1440, 900)
        window.show()
        title = f"{'':<36}{'most':>9}{'after':>9}{'more':>9}{'processor':>12}"
        print(f"{title}\n{'-' * len(title)}", flush=True)
        for what, act in steps(window, request, other / request.name, garbage):
            if words and not any(word in what for word in words):
                continue
            before, worked = memory("VmRSS"), time.process_time()
            forget_most()
            act()
            come_to_rest(app, window)
            most, after = memory("VmHWM"), memory("VmRSS")
            worked = time.process_time() - worked
            is_missed = most > MOST or (after - before > MORE and what.startswith(("panel", "qua")))
            print(
                f"{what:<36}{most:>6.2f} GB{after:>6.2f} GB{after - before:>+6.2f} GB{worked:>10.1f} s"
                f"{'   MISSED' if is_missed else ''}",
                flush=True,
            )
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
