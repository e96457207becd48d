"""How long the window is busy at a stretch: with a first result of 1.26 million bars, other assets, and moving charts.

    python tests/benchmarks/bench_frames.py

Draws offscreen unless QT_QPA_PLATFORM says otherwise. Time of the GUI thread's processor is shown beside
that of the clock, which other processes lengthen.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from figures import Figure, show
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from ml4t_desktop.app.main import _SWITCH_SECONDS, build, make_application, warm_up
from ml4t_desktop.app.window import MainWindow
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.plots.price.asset_bars import TradeMarks, asset_bars
from ml4t_desktop.plots.price.chart import PriceChart

BARS, MARKS, FRAMES = 1_000_000, 20_000, 60
CHOICES = 12
_PAUSE = 0.0005


def turns(app: QApplication, done: Callable[[], bool], seconds: float) -> list[tuple[float, float]]:
    """Return clock and processor seconds of every turn of the event loop until something is done.

    A turn begins where the one before has ended: a thread that keeps the interpreter stops the loop
    between its turns too.
    """
    taken: list[tuple[float, float]] = []
    clock = time.perf_counter()
    end = clock + seconds
    while not done() and clock < end:
        time.sleep(_PAUSE)
        processor = time.thread_time()
        app.processEvents()
        now = time.perf_counter()
        taken.append((now - clock - _PAUSE, time.thread_time() - processor))
        clock = now
    return taken


def quiet(app: QApplication, window: MainWindow, seconds: float = 0.4) -> list[tuple[float, float]]:
    """Return the turns until nothing is under way and a while after."""
    taken = turns(app, lambda: not window.session.jobs.is_busy, 120.0)
    return taken + turns(app, lambda: False, seconds)


def longest(what: str, taken: list[tuple[float, float]], budget: float) -> list[Figure]:
    """Return the longest turn, by clock and by processor."""
    return [
        Figure(
            what=f"{what}, {of}",
            value=max(pair[i] for pair in taken) * 1e3,
            unit="ms",
            budget=limit,
        )
        for i, (of, limit) in enumerate((("clock", budget), ("processor", None)))
    ]


def stalls(app: QApplication, folder: Path) -> list[Figure]:
    """Return the longest turns while a large request is loaded and run, and while trades are chosen."""
    request = write_sample(folder / "sample", small=False)
    window = build(settings_file=folder / "settings.toml")
    window.resize(1440, 900)
    window.show()
    session = window.session
    warm_up(window)
    quiet(app, window, 1.0)
    window.desk.drop([request])
    loaded = quiet(app, window)
    rows: list[Figure] = longest("opening the request", loaded, 50)
    for name, tab in (
        ("first run", "data"),
        ("second run", "overview"),
        ("run on Trades", "trades"),
    ):
        window.show_panel(tab)
        quiet(app, window, 0.2)
        window.desk.carry_out("run.start")
        rows += longest(name, quiet(app, window), 50)
    run = session.results.run
    assert run is not None
    trades = run.result.trades
    symbols = trades["symbol"].unique(maintain_order=True).to_list()
    chosen: list[tuple[float, float]] = []
    for place in range(CHOICES):
        mine = trades.filter(trades["symbol"] == symbols[(place * 7) % len(symbols)])
        clock, processor = time.perf_counter(), time.thread_time()
        session.results.select_trade(int(mine["trade_id"][0]))
        chosen.append((time.perf_counter() - clock, time.thread_time() - processor))
        chosen += quiet(app, window, 0.15)
    rows += longest("choosing a trade of another asset", chosen, 50)
    window._may_close = True
    window.close()
    return rows


def intake(app: QApplication, folder: Path) -> list[Figure]:
    """Return the longest turns while a large file is dropped, looked at and checked."""
    prices = next((folder / "sample").glob("*.parquet"))
    window = build(settings_file=folder / "other.toml")
    window.resize(1440, 900)
    window.show()
    session = window.session
    warm_up(window)
    quiet(app, window, 1.0)
    window.desk.drop([prices])
    rows = longest("looking at a dropped file", quiet(app, window), 50)
    for name, tab, is_there in (
        ("quality report", "quality", lambda: session.quality.report is not None),
        ("leak report", "leaks", lambda: session.leaks.report is not None),
    ):
        window.show_panel(tab)
        rows += longest(name, turns(app, is_there, 120.0) + quiet(app, window), 50)
    window._may_close = True
    window.close()
    return rows


def chart_frames(app: QApplication) -> list[Figure]:
    """Return the 95th percentile of painting a chart of a million bars while it is moved and zoomed."""
    market = sample_market(assets=1, days=BARS)
    names = tuple(f"signal.{name}" for name in list(market.signals)[:3])
    bars = replace(asset_bars(market, market.symbols[0], names), prices=wandering_prices())
    chart = PriceChart(theme_of("light"))
    chart.resize(960, 700)
    chart.show()
    chart.set_asset(bars, marks_over(bars))
    app.processEvents()
    rows: list[Figure] = []
    for name, width in (("whole history", BARS), ("100,000 bars", 100_000), ("300 bars", 300)):
        for what, step in (
            ("pan", lambda: chart.pan(0.01)),
            ("zoom", lambda: chart.zoom(0.99)),
            ("cursor", cursor_over(chart)),
        ):
            first = BARS * 0.3 if width < BARS else 0
            chart.show_range(first, first + width)
            app.processEvents()
            clock, processor = zip(*(frame(app, step) for _ in range(FRAMES)), strict=True)
            rows += [
                Figure(
                    what=f"{what} over {name}, p95 {of}",
                    value=float(np.percentile(seconds, 95)) * 1e3,
                    unit="ms",
                    budget=budget,
                )
                for of, seconds, budget in (
                    ("clock", clock, 16.0),
                    ("processor", processor, None),
                )
            ]
    chart.close()
    return rows


def cursor_over(chart: PriceChart) -> Callable[[], object]:
    """Return what moves the mouse on by some pixels, as often as it is called."""
    places = iter(range(100, 100 + 12 * FRAMES, 12))

    def move() -> None:
        # As the scene tells it, without the rate limit that keeps it from every event of the mouse.
        chart._on_mouse_moved((QPointF(next(places), 200.0),))
        chart.refresh_legends()

    return move


def frame(app: QApplication, step: Callable[[], object]) -> tuple[float, float]:
    """Return clock and processor seconds of one step and its painting."""
    clock, processor = time.perf_counter(), time.thread_time()
    step()
    app.processEvents()
    return time.perf_counter() - clock, time.thread_time() - processor


def wandering_prices() -> np.ndarray:
    """Return open, high, low, close and volume that stay between 40 and 250, however long the history."""
    rng = np.random.default_rng(1)
    wave = 0.6 * np.sin(np.linspace(0.0, 60.0, BARS)) + 0.2 * np.sin(np.linspace(0.0, 2e4, BARS))
    close = 100.0 * np.exp(wave + rng.normal(0.0, 0.01, BARS))
    opened = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(opened, close) * 1.005, np.minimum(opened, close) * 0.995
    return np.stack([opened, high, low, close, rng.uniform(1e5, 1e6, BARS)])


def marks_over(bars) -> TradeMarks:
    """Return trades spread over the bars of an asset."""
    entry = np.linspace(10, len(bars) - 100, MARKS // 2).astype(np.int64)
    leave = entry + 40
    closes = bars.prices[3]
    places = np.arange(entry.size)
    return TradeMarks(
        trade_id=places,
        is_long=np.ones(entry.size, np.bool_),
        is_open=np.zeros(entry.size, np.bool_),
        entry=entry,
        exit=leave,
        entry_decision=entry - 1,
        exit_decision=leave - 1,
        entry_price=closes[entry],
        exit_price=closes[leave],
        pnl=closes[leave] - closes[entry],
    )


def theme_of(name: str):
    """Return a theme."""
    from ml4t_desktop.app.theming import theme_of as named

    return named(name)


def main() -> None:
    """Measure the window, then the chart."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        show("Longest turn of the event loop, 1.26 million bars", stalls(app, Path(folder)))
        show("The same for a dropped file", intake(app, Path(folder)))
    show(f"A frame of a chart of {BARS:,} bars and {MARKS:,} marks", chart_frames(app))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
