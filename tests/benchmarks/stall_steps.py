"""What an analyst does in the window, one step after the other: what `bench_stalls.py` measures."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtWidgets import QWidget

from ml4t_desktop.app.dialogs import WindowDialogs
from ml4t_desktop.app.docking.panels import PANELS
from ml4t_desktop.app.garbage import GarbageOnThisThread
from ml4t_desktop.app.main import warm_up
from ml4t_desktop.app.window import MainWindow
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.runs.results import Subset

Act = Callable[[], object]

OF_RUNS: Final = ("compare", "sweep", "script")  # measured with something in them
PANEL_KEYS: Final = (
    "trades",
    *(
        item.key
        for item in PANELS
        if item.key not in {"setup", "data", "quality", "leaks", "trades", "overview", *OF_RUNS}
    ),
    "overview",
)
VALUES: Final = (0.9951, 0.9953, 0.9957)
FOLLOWERS: Final = ("overview", "months", "rolling", "distribution", "excursions", "trades")


class Unasked(WindowDialogs):
    """The dialogs of the window, without the question what becomes of changes."""

    def __init__(self) -> None:
        super().__init__(QWidget())

    def ask_unsaved(self, unsaved, done):
        done("discard")


class Analyst:
    """Somebody who looks at everything once."""

    def __init__(self, window: MainWindow, request: Path, other: Path) -> None:
        self._window, self._session = window, window.session
        self._request, self._other = request, other

    def steps(
        self, garbage: GarbageOnThisThread, panels: Iterable[str]
    ) -> Iterator[tuple[str, Act]]:
        """Yield the name of every step and what is done in it, in order."""
        window, desk = self._window, self._window.desk
        yield "engine and charts are loaded", partial(warm_up, window, garbage.spare_what_is_loaded)
        yield "request and files are looked at", partial(desk.drop, [self._request])
        yield "panel data", partial(window.show_panel, "data")
        for step in Step:
            yield f"step {step.value}", partial(window.show_step, step)
        yield "first run", partial(desk.carry_out, "run.start")
        yield "second run", partial(desk.carry_out, "run.start")
        for key in panels:
            yield f"panel {key}", partial(window.show_panel, key)
        yield from self._of_trades()
        yield from self._of_runs()
        yield from self._of_window()
        yield "quality report", partial(window.show_panel, "quality")
        yield "leak checks", partial(window.show_panel, "leaks")
        yield "panel trades again", partial(window.show_panel, "trades")
        yield "live", partial(desk.carry_out, "run.live")
        yield "rules in front", partial(window.show_step, Step.STRATEGY)
        for value in VALUES:
            yield f"live re-run at {value}", partial(self._move, value)
        yield "change taken back", partial(desk.carry_out, "edit.undo")
        yield "change done again", partial(desk.carry_out, "edit.redo")
        yield "live no longer", partial(desk.carry_out, "run.live")
        yield "rule changed", self._add_clause
        yield "rule taken back", partial(desk.carry_out, "edit.undo")
        yield "another request", partial(desk.drop, [self._other])
        yield "run of the other", partial(desk.carry_out, "run.start")
        yield "window closed", window.close_unasked

    def _of_trades(self) -> Iterator[tuple[str, Act]]:
        """Yield looks at single trades, and at parts of them."""
        window, results = self._window, self._session.results
        yield "trades in front", partial(window.show_panel, "trades")
        yield "a trade is selected", partial(self._select, 10)
        yield "a trade of another asset", partial(self._select, -1)
        yield "the whole asset", partial(window.desk.carry_out, "chart.whole")
        yield "why in front", partial(window.show_panel, "why")
        yield "why: another trade", partial(self._select, 5)
        for key in FOLLOWERS:
            yield f"{key} in front", partial(window.show_panel, key)
            yield f"part of the trades, {key}", self._look_at_part
            yield f"all trades, {key}", partial(results.show_subset, None)
        yield "part of the trades", self._look_at_part
        yield "run without them", partial(self._session.without.run, "trades")
        yield "all trades", partial(results.show_subset, None)
        yield "compared no longer", partial(results.compare_with, None)

    def _of_runs(self) -> Iterator[tuple[str, Act]]:
        """Yield what is done with several runs."""
        window, session = self._window, self._session
        yield "overview in front", partial(window.show_panel, "overview")
        yield "a number is changed", partial(self._move, 0.97)
        yield "third run", partial(window.desk.carry_out, "run.start")
        yield "runs compared", partial(session.comparison.choose, (1, 2))
        yield "panel compare", partial(window.show_panel, "compare")
        yield "panel sweep", partial(window.show_panel, "sweep")
        yield "a sweep", self._sweep
        yield "panel script", partial(window.show_panel, "script")

    def _of_window(self) -> Iterator[tuple[str, Act]]:
        """Yield what is opened over the window, and how it looks."""
        window, desk, settings = self._window, self._window.desk, self._session.settings
        yield "overview again", partial(window.show_panel, "overview")
        yield "how a number is made", partial(window.making.ask_statistic, "sharpe")
        yield "and is closed", self._session.making.close
        yield "palette", partial(desk.carry_out, "help.palette")
        yield "closed", self._close_others
        yield "preferences", partial(desk.carry_out, "edit.preferences")
        yield "closed again", self._close_others
        yield "sheet of shortcuts", partial(desk.carry_out, "help.shortcuts")
        yield "closed once more", self._close_others
        yield "guide", partial(desk.carry_out, "help.guide")
        yield "guide closed", window.help.close
        yield "dark", partial(settings.choose, "theme", "dark")
        yield "light", partial(settings.choose, "theme", "light")
        yield "larger text", partial(desk.carry_out, "view.larger")
        yield "text as before", partial(desk.carry_out, "view.proposed_size")

    def _close_others(self) -> None:
        """Close what is open over the window."""
        for widget in self._window.findChildren(QWidget):
            if widget.isWindow() and widget.isVisible():
                widget.close()

    def _select(self, place: int) -> None:
        """Select a trade by its place in the table of the run."""
        run = self._session.results.run
        assert run is not None
        trades = run.result.trades
        if trades.height > abs(place):
            self._session.results.select_trade(int(trades["trade_id"][place]))

    def _look_at_part(self) -> None:
        """Look at every third trade."""
        run = self._session.results.run
        assert run is not None
        ids = run.result.trades["trade_id"].to_numpy()[::3]
        self._session.results.show_subset(Subset("every third", ids.astype(np.int64)))

    def _move(self, value: float) -> None:
        """Set the threshold of the first entry clause."""
        request = self._session.request
        first, *others = request.draft.get("strategy.entry")["all"]
        request.edit("strategy.entry", {"all": ({**first, "value": value}, *others)})

    def _add_clause(self) -> None:
        """Add a clause to the entry."""
        request = self._session.request
        clauses = request.draft.get("strategy.entry")["all"]
        more = {"column": "bar.close", "op": ">", "value": 1.0}
        request.edit("strategy.entry", {"all": (*clauses, more)})

    def _sweep(self) -> None:
        """Try some thresholds."""
        from ml4t_desktop.sweep.grid import Axis, Grid

        key = next(
            item.key
            for item in self._session.sweeps.numbers()
            if item.key.startswith("strategy.entry.all.0")
        )
        self._session.sweeps.start(Grid((Axis(key, (0.95, 0.96, 0.97)),)), "sharpe")
