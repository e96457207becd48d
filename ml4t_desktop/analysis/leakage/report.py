"""All leak checks of a market, column by column."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.by_asset import by_asset
from ml4t_desktop.analysis.leakage.concentrated import (
    asset_finding,
    chosen_finding,
    window_finding,
)
from ml4t_desktop.analysis.leakage.findings import ColumnReport, Finding, LeakReport, in_order
from ml4t_desktop.analysis.leakage.foresight import (
    Evidence,
    future_finding,
    own_bar_finding,
    shift_finding,
)
from ml4t_desktop.analysis.leakage.lag_curves import Sums, lag_sums
from ml4t_desktop.analysis.leakage.panel import Panel, asset_panel, market_panel
from ml4t_desktop.analysis.leakage.publication import period_finding
from ml4t_desktop.analysis.leakage.reruns import LagEffect, lag_effect, watched_run
from ml4t_desktop.analysis.leakage.scale import scale_finding
from ml4t_desktop.analysis.leakage.splits import split_findings, splits
from ml4t_desktop.analysis.leakage.targets import FutureReturns, name_finding, target_finding
from ml4t_desktop.analysis.leakage.watch import Stretch, Unwatched, Watch
from ml4t_desktop.analysis.metrics import Metrics, compute_metrics
from ml4t_desktop.errors import InputError
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.request import Request
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark, say

_SIGNAL, _CONTEXT = "signal", "context"
_ACROSS: Final = mark("the other assets at the same time")
_PAST: Final = mark("its asset's own past")
_MARKET: Final = mark("its own past, against the mean return of all assets")
_SAME_MEAN: Final = 0.02
# Shares of the work after which the run is made, and what columns are compared with.
_COMPARED, _GROUNDED = 0.05, 0.25
_PASSES: Final = 4
_MOST_TEXTS: Final = 8
_RERUN: Final = 0.9  # of the work on a column: the run with it a bar later comes after that
Floats = NDArray[np.float64]


def check_leaks(
    market: Market, request: Request | None = None, watch: Watch | None = None
) -> LeakReport:
    """Return what every signal and context column knows that it should not know.

    Parameters
    ----------
    market : Market
        As it was read; the delays of the request are applied here.
    request : Request, optional
        Its rules are run with each column one bar later, and its fill decides whether knowing the
        own bar matters. Without one (or when it cannot run) the data alone are judged.
    watch : Watch, optional
        Told the progress, and able to cancel.

    Raises
    ------
    Cancelled
        If the watch says so.
    """
    watch = watch or Unwatched()
    delays = dict(request.data.lag or {}) if request is not None else {}
    market = lagged(market, delays)
    baseline = _baseline(market, request, watch)
    watch.advance(_COMPARED)
    with np.errstate(
        all="ignore"
    ):  # columns of huge or constant numbers are judged as far as they go
        checks = _Checks(market, request, delays, baseline, Stretch(watch, _COMPARED, _GROUNDED))
        whole = Stretch(watch, _GROUNDED, 1.0)
        names = [name for name in market.column_names() if not name.startswith("bar.")]
        columns: list[ColumnReport] = []
        for index, name in enumerate(names):
            part = whole.part(index, len(names))
            part.advance(0.0)
            part.check()
            columns.append(checks.report(name, part))
    watch.advance(1.0)
    return LeakReport(columns=tuple(columns))


@dataclass(frozen=True, slots=True, eq=False)
class _Baseline:
    result: RunResult
    metrics: Metrics


def _baseline(market: Market, request: Request | None, watch: Watch) -> _Baseline | None:
    """Return the run to compare with, None where there are no rules or they do not fit the market."""
    if request is None or not any(True for _ in request.strategy.columns()):
        return None
    try:
        result = watched_run(market, request, watch)
    except InputError:  # told by the run itself
        return None
    return _Baseline(result, compute_metrics(result))


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """A panel with what columns are compared with in it: made once, used for every column."""

    panel: Panel
    ranks: Floats
    scores: Floats
    own: Sums
    futures: FutureReturns

    @classmethod
    def of(cls, panel: Panel, watch: Watch) -> "_Ground":
        watch.check()
        ranks = panel.return_ranks(watch.check)
        watch.check()
        own = lag_sums(panel, ranks, ranks, watch)
        scores = panel.return_scores(watch.check)
        watch.check()
        return cls(panel, ranks, scores, own, FutureReturns(panel))

    def evidence(self, part: str, values: Floats, watch: Watch) -> Evidence:
        ranks = self.panel.ranks(values, watch.check)
        watch.check()
        sums = lag_sums(self.panel, ranks, self.ranks, watch)
        assets = None
        if part == "value" and self.panel.segments.size > 2:
            assets = by_asset(self.panel, ranks, self.ranks, watch)
        return Evidence(part=part, sums=sums, own=self.own, assets=assets)  # pyright: ignore[reportArgumentType] (one of the parts)

    def linear(self, values: Floats, watch: Watch) -> Sums:
        """Return the sums of values and returns in deviations."""
        scores = self.panel.scores(values, watch.check)
        watch.check()
        return lag_sums(self.panel, scores, self.scores, watch)


class _Checks:
    """The checks of one market, sharing what they compare with."""

    def __init__(
        self,
        market: Market,
        request: Request | None,
        delays: dict[str, int],
        baseline: _Baseline | None,
        watch: Stretch,
    ) -> None:
        self._market, self._request, self._delays = market, request, delays
        self._baseline = baseline
        self._same_close = request is not None and request.execution.fill == "same_close"
        self._used = {name for _, name in request.strategy.columns()} if request else set[str]()
        self._splits = {f"{_SIGNAL}.{split.column}": split for split in splits(market)}
        panel = asset_panel(market, watch.check)
        self._assets = _Ground.of(panel, watch.part(0, 2))
        self._whole = _Ground.of(market_panel(market, panel), watch.part(1, 2))

    def report(self, name: str, watch: Stretch) -> ColumnReport:
        """Return the report on a column by its full name."""
        if name in self._splits:
            result = self._baseline.result if self._baseline else None
            split = split_findings(self._market, self._splits[name], result)
            return ColumnReport(column=name, compared="", findings=in_order(split))
        kind, _, own = name.partition(".")
        column = self._market.column(name)
        count = _view_count(column)
        looking = Stretch(
            watch.watch, watch.start, watch.start + _RERUN * (watch.end - watch.start)
        )
        views = [
            self._view(name, values, label, looking.part(index, count))
            for index, (label, values) in enumerate(_numbers(column))
        ]
        named = name_finding(name)
        # Of a text, the label that knows most stands for all.
        views.sort(key=lambda view: _gravity(view.findings))
        found = list(views[0].findings) if views else []
        if named is not None and not any(finding.check == "target" for finding in found):
            found.append(named)
        effect = self._effect(name, watch)
        if effect is not None:
            found.append(_effect_finding(name, effect))
        first = views[0] if views else ColumnReport(column=name, compared="")
        return replace(
            first,
            lag_bars=self._delays.get(own, 0),
            effect=effect,
            findings=in_order(found),
            compared=_MARKET if kind == _CONTEXT else first.compared,
        )

    def _view(self, name: str, values: Floats, label: str, watch: Stretch) -> ColumnReport:
        """Return curves and findings of one column of numbers, or of one text of a column of texts."""
        is_context = name.startswith(f"{_CONTEXT}.")
        whole = values if is_context else self._market_wide(values)
        ground = self._assets if whole is None else self._whole
        placed = ground.panel.laid_out(values if whole is None else whole)
        value = ground.evidence("value", placed, watch.part(0, _PASSES))
        change = ground.evidence("change", ground.panel.changes(placed), watch.part(1, _PASSES))
        linear = ground.linear(placed, watch.part(2, _PASSES))
        mean = self._mean(values, watch.part(3, _PASSES)) if whole is None else ()
        evidence = [value, change, *mean]
        watch.check()
        found: list[Finding] = []
        for finding in self._found(name, placed, ground, evidence, watch):
            watch.check()
            found.append(finding)
        if label:
            found = [replace(item, sentence=_of_text(label, item.sentence)) for item in found]
        across = _ACROSS if ground.panel.ranks_across else _PAST
        return ColumnReport(
            column=name,
            compared=across if whole is None else _MARKET,
            value=value.sums.curve(),
            change=change.sums.curve(),
            linear=linear.curve(),
            findings=tuple(found),
        )

    def _found(
        self,
        name: str,
        placed: Floats,
        ground: _Ground,
        evidence: list[Evidence],
        watch: Watch,
    ) -> Iterator[Finding]:
        target = target_finding(name, placed, ground.futures)
        watch.check()
        period = period_finding(
            name, placed, ground.panel, self._market.timestamps, is_delayed=self._is_delayed(name)
        )
        watch.check()
        shift = shift_finding(name, evidence) if target is None else None
        optional = (target, shift, period, scale_finding(name, placed, ground.panel))
        yield from (finding for finding in optional if finding is not None)
        if target is None:
            future = future_finding(name, evidence)
            if shift is None and future.level != "alarm":
                narrow = self._concentrated(name, placed, ground, evidence[0])
                if narrow is not None and (future.level == "fine" or narrow.level == "alarm"):
                    future = narrow
            # A shift says the same, and why.
            if shift is None or future.level == "fine":
                yield future
        if target is None and shift is None:
            yield own_bar_finding(name, evidence, same_close=self._same_close)

    def _concentrated(
        self, name: str, placed: Floats, ground: _Ground, value: Evidence
    ) -> Finding | None:
        """Return what is lost in the mean over all bars."""
        found = window_finding(name, value, self._market)
        if found is None and value.assets is not None:
            found = asset_finding(name, value.assets, self._market)
        return found or chosen_finding(name, placed, ground.panel)

    def _mean(self, values: Floats, watch: Watch) -> list[Evidence]:
        """Return the evidence on the mean of a signal over the assets, where it differs by time."""
        if not self._assets.panel.ranks_across:
            return []
        mean, spread = self._by_time(values)
        if not np.nanstd(mean) > _SAME_MEAN * np.nanmean(spread):
            return []
        panel = self._whole.panel
        return [self._whole.evidence("mean", panel.laid_out(mean), watch)]

    def _market_wide(self, values: Floats) -> Floats | None:
        """Return the values of a signal by time if all assets have the same, else None."""
        if not self._assets.panel.ranks_across:
            return None
        mean, spread = self._by_time(values)
        size = np.nanmax(np.abs(mean)) if np.isfinite(mean).any() else 0.0
        return mean if np.nanmax(np.nan_to_num(spread)) <= 1e-9 * max(size, 1e-300) else None

    def _by_time(self, values: Floats) -> tuple[Floats, Floats]:
        """Return mean and range of a signal at each timestamp, NaN without values."""
        known = np.isfinite(values)
        starts = self._market.row_start[:-1]  # every timestamp has a row
        count = np.add.reduceat(known.astype(np.int64), starts)
        total = np.add.reduceat(np.where(known, values, 0.0), starts)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        high = np.maximum.reduceat(np.where(known, values, -np.inf), starts)
        low = np.minimum.reduceat(np.where(known, values, np.inf), starts)
        return mean, np.where(count > 0, high - low, np.nan)

    def _is_delayed(self, name: str) -> bool:
        kind, _, own = name.partition(".")
        if self._delays.get(own):
            return True
        context = self._request.context if self._request is not None else None
        return kind == _CONTEXT and context is not None and context.lag is not None

    def _effect(self, name: str, watch: Watch) -> LagEffect | None:
        if self._baseline is None or self._request is None or name not in self._used:
            return None
        try:
            return lag_effect(self._market, self._request, name, self._baseline.metrics, watch)
        except InputError:  # such as a confidence that only the delayed column shows
            return None


def _numbers(column: Column) -> Iterator[tuple[str, Floats]]:
    """Yield the column as numbers; a column of texts as one for each of its first texts."""
    if not isinstance(column, TextColumn):
        yield (
            "",
            np.where(np.isfinite(column), column, np.nan) if np.isinf(column).any() else column,
        )
        return
    for code, label in enumerate(column.labels[:_MOST_TEXTS]):
        yield label, np.where(column.codes >= 0, (column.codes == code).astype(np.float64), np.nan)


def _view_count(column: Column) -> int:
    """Return of how many columns of numbers a column is made up."""
    return min(len(column.labels), _MOST_TEXTS) if isinstance(column, TextColumn) else 1


def _gravity(findings: tuple[Finding, ...]) -> tuple[int, int]:
    levels = [finding.level for finding in findings]
    return -levels.count("alarm"), -levels.count("notice")


def _effect_finding(column: str, effect: LagEffect) -> Finding:
    """Return what one bar more does to the result, in words."""
    change = effect.final_after / effect.final_before - 1.0 if effect.final_before else 0.0
    figures = say(
        "final value {final_before:,.0f} becomes {final_after:,.0f} ({change:+.1%})",
        final_before=effect.final_before,
        final_after=effect.final_after,
        change=change,
    )
    if effect.sharpe_before is not None and effect.sharpe_after is not None:
        figures += say(
            ", Sharpe ratio {sharpe_before:.2f} becomes {sharpe_after:.2f}",
            sharpe_before=effect.sharpe_before,
            sharpe_after=effect.sharpe_after,
        )
    if not effect.is_fragile:
        return Finding(
            check="lag_effect",
            level="fine",
            column=column,
            sentence=say("One bar later: {figures}.", figures=figures),
        )
    return Finding(
        check="lag_effect",
        level="notice",
        column=column,
        sentence=say(
            "The result lives on a single bar. One bar later: {figures}.", figures=figures
        ),
        effect=mark(
            "Either the prediction is worthless after a bar, or it knows what it should not know."
        ),
        remedy=mark("If it is meant to hold for days, check how it is stamped."),
    )


def _of_text(label: str, sentence: str) -> str:
    return say("“{label}”: {sentence}", label=label, sentence=sentence)
