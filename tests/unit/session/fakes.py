"""A session whose background work is done at once, by functions that a test can look into."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl

from ml4t_desktop.analysis.rules.rule_views import RuleViews
from ml4t_desktop.files.inspection import inspect_frame
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.looks import Levels, Look
from ml4t_desktop.session.session import Session, make_session
from ml4t_desktop.session.sizing_view import SizingView
from ml4t_desktop.session.work import Work

PRICES = pl.DataFrame(
    {
        "date": ["2024-01-02", "2024-01-02", "2024-01-03", "2024-01-03"],
        "symbol": ["AAA", "BBB", "AAA", "BBB"],
        "open": [10.0, 20.0, 11.0, 21.0],
        "high": [12.0, 22.0, 13.0, 23.0],
        "low": [9.0, 19.0, 10.0, 20.0],
        "close": [11.0, 21.0, 12.0, 22.0],
        "volume": [100.0, 200.0, 110.0, 210.0],
        "pred": [0.1, 0.9, 0.2, 0.8],
        "exit_signal": [0.0, 0.5, 1.0, 0.25],
    }
)
CONTEXT = pl.DataFrame(
    {"date": ["2024-01-02", "2024-01-03"], "VIX": [15.0, 31.0], "regime": ["bull", "bear"]}
)
LEVELS = {"pred": Levels(0.5, 0.87), "exit_signal": Levels(0.375, 0.85)}


def price_look(path: Path, frame: pl.DataFrame = PRICES) -> Look:
    return Look(inspect_frame(frame, path), LEVELS)


def context_look(path: Path) -> Look:
    return Look(inspect_frame(CONTEXT, path))


@dataclass
class FakeWork:
    """Records what was asked; `look`, `read` and `execute` can be replaced by a test."""

    looks: list[Path] = field(default_factory=list)
    reads: int = 0
    runs: list[Any] = field(default_factory=list)
    saves: list[tuple[Any, Path, Path]] = field(default_factory=list)
    look: Callable[[Path], Look] | None = None
    execute: Callable[..., Any] | None = None
    read: Callable[..., Any] | None = None
    fits_memory: bool = True
    seen: list[Any] = field(default_factory=list)
    see: Callable[..., Any] | None = None
    size: SizingView | None = None

    def work(self) -> Work:
        return Work(
            look=self._look,
            read=self._read,
            execute=self._execute,
            save=self._save,
            warm_up=lambda cancelled: None,
            fits_memory=lambda data, base: self.fits_memory,
            size=lambda market, request, number: self.size or SizingView(),
            lens=lambda market, lag: SimpleNamespace(look=self._see),
        )

    def _look(self, path, _columns=None, **_watch):
        self.looks.append(path)
        if self.look is not None:
            return self.look(path)
        return context_look(path) if "context" in path.name else price_look(path)

    def _read(self, data, context, *, base, progress=None, cancelled=None):
        self.reads += 1
        if self.read is not None:
            return self.read(data, context, progress=progress, cancelled=cancelled)
        return SimpleNamespace(market=SimpleNamespace(row_count=4), problems=())

    def _execute(self, request, loaded, control, *, base=None, read_seconds=0.0):
        if self.execute is not None:
            return self.execute(request, loaded, control)
        run = SimpleNamespace(
            request=request,
            problems=(),
            market=loaded.market,
            result=SimpleNamespace(trades=SimpleNamespace(height=2)),
            phases=SimpleNamespace(read=0.5, prepare=0.25, engine=0.25),
            said="",
        )
        self.runs.append(run)
        return run

    def _see(self, trees, columns, check):
        self.seen.append(trees)
        if self.see is not None:
            return self.see(trees, columns)
        return RuleViews()

    def _save(self, run, folder, *, base):
        self.saves.append((run, folder, base))


def fake_session(tmp_path: Path, fake: FakeWork | None = None, executor=None) -> Session:
    work = (fake or FakeWork()).work()
    return make_session(executor or ImmediateExecutor(), work, tmp_path / "settings.toml")


def settle(qtbot, session: Session) -> None:
    """Wait until nothing is done in the background any more."""
    qtbot.waitUntil(lambda: not session.jobs.is_busy)


def ready_session(qtbot, tmp_path: Path, fake: FakeWork | None = None, executor=None) -> Session:
    """A session with a price file, which brought its columns and first rules."""
    session = fake_session(tmp_path, fake, executor)
    session.intake.add_files([tmp_path / "prices.csv"])
    settle(qtbot, session)
    return session
