"""Walk-forward: the best of a window of the past is run on what follows it, again and again."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.metrics import Metrics, compute_metrics
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.market import Market
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.market.period import between
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.sweep.grid import Grid, Scalar, Variant
from ml4t_desktop.sweep.pool import SweepControl
from ml4t_desktop.sweep.table import best_of
from ml4t_desktop.wording import mark, say

_SPAN: Final = re.compile(r"(\d+)\s*([dwmy])", re.IGNORECASE)
_HOW: Final = mark("Write train:test with d, w, m or y, such as 2y:6m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch to choose in, and the stretch after it to prove it.

    Parameters
    ----------
    train_start, test_start, test_end : int
        Microseconds since the epoch; the first two belong to their stretch, the last does not.
    """

    train_start: int
    test_start: int
    test_end: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """What one window came to.

    Parameters
    ----------
    values : tuple
        Those chosen; empty when no variant had a value of the statistic.
    inside, outside : Metrics or None
        Of the chosen variant in the window it was chosen in, and in the one after.
    equity : DataFrame
        Columns timestamp, equity: the chosen variant in the second window, from the initial capital.
    """

    window: Window
    values: tuple[Scalar, ...]
    inside: Metrics | None
    outside: Metrics | None
    equity: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WalkForward:
    """All windows, one after the other.

    Parameters
    ----------
    steps : DataFrame
        A row for each window: its times, the chosen values, the statistic inside and outside, yearly growth
        inside and outside.
    equity : DataFrame
        Columns timestamp, equity: the second windows joined, each beginning with what the one before left.
    efficiency : float or None
        Mean yearly growth outside over mean yearly growth inside; None when the latter is not positive.
    """

    steps: pl.DataFrame
    equity: pl.DataFrame
    efficiency: float | None


def parse_spans(text: str) -> tuple[str, str]:
    """Return the two spans of ``train:test``.

    Raises
    ------
    InputError
        If they are none.
    """
    train, _, test = (part.strip() for part in text.partition(":"))
    for part in (train, test):
        match = _SPAN.fullmatch(part)
        if match is None or int(match[1]) < 1:
            what = say("'{part}' is no span of time", part=part)
            raise InputError(Problem(where=f"--walk-forward {text}", what=what, fix=_HOW))
    return train, test


def windows(timestamps: NDArray[np.int64], train: str, test: str) -> tuple[Window, ...]:
    """Return the windows that fit into the time there is, each a test span after the one before.

    The last one may be shorter than the others; months and years are those of the calendar.

    Raises
    ------
    InputError
        If not even one fits.
    """
    found: list[Window] = []
    if timestamps.size:
        first = timestamps[0].astype("datetime64[us]").astype("datetime64[D]")
        end = int(timestamps[-1])
        for number in range(timestamps.size):
            start = _later(first, test, number)
            split = _later(start, train, 1)
            if _microseconds(split) > end:
                break
            stop = _later(split, test, 1)
            found.append(
                Window(
                    train_start=_microseconds(start),
                    test_start=_microseconds(split),
                    test_end=_microseconds(stop),
                )
            )
    if not found:
        what = say("the data is shorter than the {train} to choose in", train=train)
        raise InputError(
            Problem(where="--walk-forward", what=what, fix=mark("Take a shorter span"))
        )
    return tuple(found)


def walk_forward(
    request: Request,
    grid: Grid,
    market: Market,
    spans: tuple[str, str],
    metric: str,
    *,
    jobs: int = 1,
    control: SweepControl | None = None,
    on_run: Callable[[], None] | None = None,
) -> WalkForward:
    """Choose and prove the best variant window by window.

    Every run knows the whole past, so that rules that look back have something to look at; it trades
    only in its window, beginning flat with the initial capital.

    Raises
    ------
    InputError
        If a key is of no use, or no window fits.
    """
    if request.strategy.python is not None:
        what = mark("walks forward with rules only")
        fix = mark("Sweep the Python strategy without it")
        raise InputError(Problem(where="--walk-forward", what=what, fix=fix))
    control = control or SweepControl()
    variants = [variant for variant in grid.variants(request) if variant.request is not None]
    steps: list[Step] = []
    with ThreadPoolExecutor(max(1, jobs), thread_name_prefix="ml4t-walk") as pool:
        for window in windows(market.timestamps, *spans):
            if not control.wait():
                break
            steps.append(_stepped(variants, market, window, metric, pool, on_run))
    return WalkForward(
        steps=_table(grid, steps, metric, market.time_zone),
        equity=_joined(steps, request.account.initial_capital),
        efficiency=_efficiency(steps),
    )


def count_runs(grid: Grid, market: Market, spans: tuple[str, str]) -> int:
    """Return how many runs it takes."""
    return (grid.size + 1) * len(windows(market.timestamps, *spans))


def _stepped(
    variants: list[Variant],
    market: Market,
    window: Window,
    metric: str,
    pool: ThreadPoolExecutor,
    on_run: Callable[[], None] | None,
) -> Step:
    past = between(market, None, window.test_start - 1)

    def tried(variant: Variant) -> Metrics:
        result = _run(variant, past, window.train_start)
        if on_run is not None:
            on_run()
        return compute_metrics(result)

    inside = list(pool.map(tried, variants))
    values = np.array([_number(getattr(item, metric)) for item in inside])
    best = best_of(values, metric)
    if best is None:
        nothing = pl.DataFrame({"timestamp": [], "equity": []})
        return Step(window=window, values=(), inside=None, outside=None, equity=nothing)
    future = between(market, None, window.test_end - 1)
    result = _run(variants[best], future, window.test_start)
    if on_run is not None:
        on_run()
    return Step(
        window=window,
        values=variants[best].values,
        inside=inside[best],
        outside=compute_metrics(result),
        equity=result.equity.select("timestamp", "equity"),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else np.nan


def _run(variant: Variant, market: Market, start_us: int) -> RunResult:
    """Return the run of a variant that trades from a time on, without the points before it."""
    request = variant.request
    assert request is not None  # noqa: S101 (those without were left out)
    first = int(np.searchsorted(market.timestamps, start_us))
    known = lagged(market, request.data.lag)
    result = run_rules(known, request, RunControl(), first_time=first)
    return replace(result, equity=result.equity.slice(first))


def _table(grid: Grid, steps: list[Step], metric: str, zone: str | None) -> pl.DataFrame:
    def times(name: str) -> pl.Series:
        stamps = [getattr(step.window, name) for step in steps]
        return pl.Series(name, stamps, pl.Int64).cast(pl.Datetime("us", zone))

    def statistic(side: str, name: str) -> list[float | None]:
        found = [getattr(getattr(step, side), name, None) for step in steps]
        return [float(v) if isinstance(v, int | float) else None for v in found]

    chosen = {
        axis.key: [step.values[place] if step.values else None for step in steps]
        for place, axis in enumerate(grid.axes)
    }
    return pl.DataFrame(
        {
            "train_start": times("train_start"),
            "test_start": times("test_start"),
            "test_end": times("test_end"),
            **chosen,
            "inside": statistic("inside", metric),
            "outside": statistic("outside", metric),
            "cagr_inside": statistic("inside", "cagr"),
            "cagr_outside": statistic("outside", "cagr"),
            "trades_outside": statistic("outside", "num_trades"),
        },
        strict=False,
    )


def _joined(steps: list[Step], capital: float) -> pl.DataFrame:
    """Return the equity of the windows one after the other, each scaled to where the last one ended."""
    parts: list[pl.DataFrame] = []
    scale = 1.0
    for step in steps:
        if not step.equity.height:
            continue
        parts.append(step.equity.with_columns(pl.col("equity") * scale))
        scale *= float(step.equity["equity"][-1]) / capital
    if not parts:
        return pl.DataFrame({"timestamp": [], "equity": []})
    return pl.concat(parts, rechunk=True)


def _efficiency(steps: list[Step]) -> float | None:
    pairs = list(_growth(steps))
    if not pairs:
        return None
    inside, outside = (float(np.mean(side)) for side in zip(*pairs, strict=True))
    return outside / inside if inside > 0.0 else None


def _growth(steps: list[Step]) -> Iterator[tuple[float, float]]:
    for step in steps:
        if step.inside is None or step.outside is None:
            continue
        if step.inside.cagr is not None and step.outside.cagr is not None:
            yield step.inside.cagr, step.outside.cagr


def _later(day: np.datetime64, span: str, times: int) -> np.datetime64:
    """Return a day some spans later; the 31st becomes the last day of a shorter month."""
    match = _SPAN.fullmatch(span)
    assert match is not None  # noqa: S101 (parse_spans has looked)
    count, unit = int(match[1]) * times, match[2].lower()
    if unit in {"d", "w"}:
        return day + np.timedelta64(count * (7 if unit == "w" else 1), "D")
    month = day.astype("datetime64[M]") + np.timedelta64(count * (12 if unit == "y" else 1), "M")
    within = day - day.astype("datetime64[M]").astype("datetime64[D]")
    last = (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return min(month.astype("datetime64[D]") + within, last)


def _microseconds(day: np.datetime64) -> int:
    return int(day.astype("datetime64[us]").astype(np.int64))
