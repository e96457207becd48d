"""Live: from a slider that moves to the new equity, statistics and trades on screen, 1.26 million bars.

    python tests/benchmarks/bench_live.py [--steps 60]

Drags the threshold of the first entry clause in the real window, as a slider does, with the overview in view
and then with the trades. Draws offscreen unless QT_QPA_PLATFORM says otherwise.
"""

import argparse
import functools
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from figures import Figure, show
from PySide6.QtWidgets import QApplication

from ml4t_desktop.app.garbage import GarbageOnThisThread
from ml4t_desktop.app.main import _SWITCH_SECONDS, build, make_application
from ml4t_desktop.app.window import MainWindow
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.session.request.steps import Step

BUDGET_MS, STALL_MS = 100.0, 50.0
LOW, HIGH = 0.9, 0.998
PATIENCE = 20.0
PACE = 0.016  # seconds between two moves of a mouse
FLUENT_MOVES = 120
# Where the time goes: a name for what is done, and the function that does it.
STAGES = {
    "request checked": ("ml4t_desktop.session.session", "Session.why_not_run"),
    "set-up panel follows": ("ml4t_desktop.views.setup.panel", "SetupPanel._refresh"),
    "commands follow": ("ml4t_desktop.app.actions", "Actions.refresh"),
    "conditions": ("ml4t_desktop.engine.rules.rule_run", "make_plan"),
    "kernel": ("ml4t_desktop.engine.machine", "Machine.run_rules"),
    "tables": ("ml4t_desktop.engine.rules.rule_run", "build_result"),
    "statistics": ("ml4t_desktop.analysis.metrics", "compute_metrics"),
    "run as a whole": ("ml4t_desktop.project.run", "execute"),
    "review (in the background)": ("ml4t_desktop.analysis.review", "review_run"),
    "shown": ("ml4t_desktop.session.runs.results", "ResultStore.show_rerun"),
    "overview drawn": ("ml4t_desktop.views.review.overview.panel", "OverviewPanel.draw"),
    "trades drawn": ("ml4t_desktop.views.review.trades.panel", "TradesPanel.draw"),
    "price chart drawn": ("ml4t_desktop.views.review.price.panel", "PriceChartPanel.draw"),
    "cycles collected": ("ml4t_desktop.app.garbage", "gc.collect"),
    "equity painted": ("ml4t_desktop.plots.equity", "EquityChart.paintEvent"),
    "statistics painted": ("ml4t_desktop.views.review.overview.statistics", "StatisticsTable.paintEvent"),
    "tiles painted": ("ml4t_desktop.views.review.overview.tiles", "StatTile.paintEvent"),
    "trade table painted": ("ml4t_desktop.views.review.trades.trade_table", "TradeTable.paintEvent"),
    "price chart painted": ("ml4t_desktop.plots.price.chart", "PriceChart.paintEvent"),
}  # fmt: skip
# What is painted of a step; the first always is, the others as far as they differ.
SEEN = {
    "overview": ("equity painted", "statistics painted", "tiles painted"),
    "trades": ("price chart painted", "trade table painted"),
}


class Stages:
    """Seconds of every stage since the last reset, and when each ended last."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.ended: dict[str, float] = {}
        self.painted: list[float] = []

    def reset(self) -> None:
        """Begin anew."""
        self.spent.clear()
        self.ended.clear()

    def timed(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """Return a function that takes note of what it takes."""

        @functools.wraps(function)
        def wrapped(*args: object, **kwargs: object) -> object:
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.ended[name] = time.perf_counter()
                self.spent[name] += self.ended[name] - began

        return wrapped

    def watch(self, patches: ExitStack) -> None:
        """Put the clock around every stage; before there is a window."""
        for name, (module, path) in STAGES.items():
            owner: object = sys.modules.get(module) or __import__(module, fromlist=["_"])
            *above, last = path.split(".")
            for part in above:
                owner = getattr(owner, part)
            patches.enter_context(patch.object(owner, last, self.timed(name, getattr(owner, last))))


def wait_until(
    app: QApplication,
    done: Callable[[], bool],
    turns: list[float] | None = None,
    why: Callable[[], str] | None = None,
) -> None:
    """Turn the event loop until something is the case; take note of the length of every turn."""
    end = time.perf_counter() + PATIENCE
    while not done():
        began = time.perf_counter()
        if began > end:
            message = f"the window did not answer: {why()}" if why else "the window did not answer"
            raise RuntimeError(message)
        app.processEvents()
        if turns is not None:
            turns.append(time.perf_counter() - began)
        time.sleep(0.0002)


def settle(app: QApplication, window: MainWindow, seconds: float = 0.4) -> None:
    """Wait until nothing is under way, and a while after."""
    wait_until(app, lambda: not window.session.jobs.is_busy)
    end = time.perf_counter() + seconds
    wait_until(app, lambda: time.perf_counter() > end and not window.session.jobs.is_busy)


def move(window: MainWindow, value: float) -> None:
    """Set the threshold of the first entry clause."""
    request = window.session.request
    rule = request.draft.get("strategy.entry")
    first, *others = rule["all"]
    request.edit("strategy.entry", {"all": ({**first, "value": value}, *others)})


def drag(
    app: QApplication, window: MainWindow, stages: Stages, tab: str, steps: int
) -> list[Figure]:
    """Return what every stage takes at a step that waits for the one before to be seen."""
    taken: defaultdict[str, list[float]] = defaultdict(list)
    turns: list[float] = []
    window.session.request.begin_drag()
    for value in LOW + (HIGH - LOW) * np.abs(np.linspace(-1.0, 0.97, steps)):
        shown = window.session.results.run
        stages.reset()
        began = time.perf_counter()
        move(window, round(float(value), 6))
        turns.append(time.perf_counter() - began)
        is_seen = partial(_is_seen, window, stages, tab, shown)
        wait_until(app, is_seen, turns, lambda: f"{window.session.live.text} {stages.ended}")
        taken["slider to paint"].append(max(stages.painted) - began)
        for name, seconds in stages.spent.items():
            taken[name].append(seconds)
        time.sleep(0.004)
    window.session.request.end_drag()
    return [*_rows(taken), _longest(turns, "longest stall of the event loop")]


def _is_seen(window: MainWindow, stages: Stages, tab: str, before: object) -> bool:
    """Return whether another run came and was painted, and a turn of the event loop found no more to paint."""
    if window.session.results.run is before:
        return False
    came = stages.ended.get("shown", 0.0)
    painted = [stages.ended.get(name, 0.0) for name in SEEN[tab]]
    is_first_painted = came > 0 and painted[0] > came
    is_settled = is_first_painted and stages.painted == painted
    stages.painted = painted
    return is_settled


def race(app: QApplication, window: MainWindow) -> list[Figure]:
    """Return how a drag feels that does not wait: moves every 16 ms, of which only the newest count."""
    shown: list[float] = []
    window.session.results.run_changed.connect(lambda _run: shown.append(time.perf_counter()))
    turns: list[float] = []
    window.session.request.begin_drag()
    began = time.perf_counter()
    for number in range(FLUENT_MOVES):
        due = began + number * PACE
        wait_until(app, lambda due=due: time.perf_counter() >= due, turns)
        at = time.perf_counter()
        move(window, round(LOW + (HIGH - LOW) * number / FLUENT_MOVES, 6))
        turns.append(time.perf_counter() - at)
    last = time.perf_counter()
    wanted = window.session.request.draft.request()
    wait_until(app, lambda: getattr(window.session.results.run, "request", None) == wanted, turns)
    window.session.request.end_drag()
    seconds = last - began
    return [
        Figure(what="moves of the mouse", value=FLUENT_MOVES / seconds, unit="1/s", form=",.0f"),
        Figure(what="new results on screen", value=len(shown) / seconds, unit="1/s", form=",.0f"),
        Figure(
            what="last move to its result on screen",
            value=(shown[-1] - last) * 1e3,
            unit="ms",
            budget=BUDGET_MS,
            form=",.1f",
        ),
        _longest(turns, "longest stall of the event loop"),
    ]


def _rows(taken: dict[str, list[float]]) -> Iterable[Figure]:
    for name in (*STAGES, "slider to paint"):
        if name not in taken:
            continue
        milliseconds = np.array(taken[name]) * 1e3
        is_total = name == "slider to paint"
        for share in (50, 95):
            yield Figure(
                what=f"{name}, p{share}",
                value=float(np.percentile(milliseconds, share)),
                unit="ms",
                budget=BUDGET_MS if is_total and share == 95 else None,
                form=",.1f",
            )


def _longest(turns: list[float], what: str) -> Figure:
    return Figure(what=what, value=max(turns) * 1e3, unit="ms", budget=STALL_MS, form=",.1f")


def main() -> None:
    """Measure the overview, then the trades."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument(
        "--request", type=Path, help="another request than the sample of 1.26 million bars"
    )
    asked = parser.parse_args()
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = make_application()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as patches:
        os.environ["XDG_CONFIG_HOME"] = folder
        patches.enter_context(GarbageOnThisThread())
        stages = Stages()
        stages.watch(patches)
        request = asked.request or write_sample(Path(folder) / "sample", small=False)
        window = build(settings_file=Path(folder) / "settings.toml")
        window.resize(1440, 900)
        window.show()
        window.session.warm_up()
        settle(app, window)
        window.desk.drop([request])
        settle(app, window)
        window.desk.carry_out("run.start")
        settle(app, window)
        window.desk.carry_out("run.live")
        window.setup.show_step(Step.STRATEGY)
        run = window.session.results.run
        assert run is not None
        for tab in SEEN:
            window.show_panel(tab)
            settle(app, window)
            move(window, 0.95)  # the first re-run pins what it is compared with
            settle(app, window)
            title = f"{tab.capitalize()} in view, {run.market.row_count:,} bars"
            show(title, drag(app, window, stages, tab, asked.steps))
            settle(app, window)
            show(f"{title}: a drag that does not wait", race(app, window))
            settle(app, window)
        window.close_unasked()
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
