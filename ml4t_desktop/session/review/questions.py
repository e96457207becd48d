"""The numbers of a run that can be asked about: what each is a number of, made when somebody asks."""

from functools import partial
from typing import TYPE_CHECKING, Literal

from ml4t_desktop.session.clocks import clock_zone
from ml4t_desktop.session.review.making import Question
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars and numba load after the window is visible
    import numpy as np
    from numpy.typing import NDArray

    from ml4t_desktop.analysis.account.drawdowns import Drawdown
    from ml4t_desktop.analysis.making.derivation import Kind, Sample
    from ml4t_desktop.analysis.making.scopes import Scope
    from ml4t_desktop.analysis.review import Review
    from ml4t_desktop.analysis.signals.review import SignalReview
    from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve
    from ml4t_desktop.analysis.stability import Stability
    from ml4t_desktop.analysis.trades.breakdowns import Grouping
    from ml4t_desktop.analysis.trades.excursions import Excursions
    from ml4t_desktop.analysis.validity.verdict import Evidence
    from ml4t_desktop.project.completed import CompletedRun

    Ids = NDArray[np.int64]

Side = Literal["long", "short"]


def of_run(run: "CompletedRun", name: str) -> Question:
    """Ask about a statistic of the run as a whole."""
    return Question(name, partial(_run_scope, run))


def of_side(run: "CompletedRun", side: Side, name: str) -> Question:
    """Ask about a statistic of the trades on one side."""
    return Question(name, partial(_side_scope, run, side))


def of_benchmark(run: "CompletedRun", review: "Review", name: str) -> Question:
    """Ask about a statistic of the benchmark alone."""
    return Question(name, partial(_benchmark_scope, run, review))


def against_benchmark(run: "CompletedRun", review: "Review | None", name: str) -> Question:
    """Ask about a statistic of the run against its benchmark."""
    return Question(name, partial(_against_scope, run, review))


def of_trades(run: "CompletedRun", trade_ids: "Ids", of: str, name: str) -> Question:
    """Ask about a statistic of some trades."""
    return Question(name, partial(_part_scope, run, trade_ids, of))


def of_totals(run: "CompletedRun", trade_ids: "Ids", name: str) -> Question:
    """Ask about what the trades shown in the table add up to."""
    return Question(name, partial(_totals_scope, run, trade_ids))


def of_group(
    run: "CompletedRun", by: "Grouping", group: str, name: str, trade_ids: "Ids | None" = None
) -> Question:
    """Ask about a statistic of a group of the trades, or of a part of them."""
    return Question(name, partial(_group_scope, run, by, group, trade_ids))


def of_span(
    run: "CompletedRun",
    review: "Review | None",
    by: Literal["year", "month"],
    label: str,
    name: str,
) -> Question:
    """Ask about a number of a calendar year or month."""
    return Question(name, partial(_span_scope, run, review, by, label))


def of_window(
    run: "CompletedRun", trade_ids: "Ids | None", place: int, window: tuple[int, int], name: str
) -> Question:
    """Ask about a rolling line at one of the days; `window` are its lengths in days and trades."""
    return Question(name, partial(_window_scope, run, trade_ids, place, window))


def of_drawdown(run: "CompletedRun", fall: "Drawdown", rank: int, name: str) -> Question:
    """Ask about a number of one of the worst drawdowns."""
    return Question(name, partial(_drawdown_scope, run, fall, rank))


def of_values(sample: "Sample", of: str, kind: "Kind", name: str) -> Question:
    """Ask about what describes a distribution."""
    return Question(name, partial(_values_scope, sample, of, kind))


def of_what_if(of: "Excursions", stop: float | None, target: float | None, name: str) -> Question:
    """Ask about what another stop and target would have made of trades."""
    return Question(name, partial(_what_if_scope, of, stop, target))


def of_evidence(run: "CompletedRun", evidence: "Evidence", name: str) -> Question:
    """Ask about a figure behind the verdict."""
    return Question(name, partial(_evidence_scope, run, evidence))


def of_stretch(
    run: "CompletedRun", found: "Stability", place: int, of: str, benchmark: str, name: str
) -> Question:
    """Ask about a number of one of the stretches of a run; `benchmark` is what it is held against."""
    return Question(name, partial(_stretch_scope, run, found, place, of, benchmark))


def of_stretches(run: "CompletedRun", found: "Stability", name: str) -> Question:
    """Ask about what is said of all stretches together."""
    return Question(name, partial(_stretches_scope, run, found))


def of_signal(
    run: "CompletedRun", review: "SignalReview", curve: "ThresholdCurve | None", name: str
) -> Question:
    """Ask about a figure of a signal."""
    return Question(name, partial(_signal_scope, run, review, curve))


def _run_scope(run: "CompletedRun") -> "Scope":
    from ml4t_desktop.analysis.making.scopes import RunScope

    return RunScope(run.result, run.metrics, run.request.strategy.exits.stop_loss)


def _side_scope(run: "CompletedRun", side: Side) -> "Scope":
    from ml4t_desktop.analysis.making.scopes import SideScope

    return SideScope(run.result, side)


def _benchmark_scope(run: "CompletedRun", review: "Review") -> "Scope":
    from ml4t_desktop.analysis.making.scopes import BenchmarkScope, UnknownScope

    if review.line is None or isinstance(review.benchmark, str):
        return UnknownScope("", str(review.benchmark))
    return BenchmarkScope(run.market, review.line, review.benchmark)


def _against_scope(run: "CompletedRun", review: "Review | None") -> "Scope":
    from ml4t_desktop.analysis.making.scopes import AgainstScope, UnknownScope

    if review is None:
        return UnknownScope("", mark("the benchmark is being computed"))
    if review.line is None or isinstance(review.benchmark, str):
        return UnknownScope("", str(review.benchmark))
    return AgainstScope(run.result, run.metrics, run.market, review.line, review.benchmark)


def _part_scope(run: "CompletedRun", trade_ids: "Ids", of: str) -> "Scope":
    import numpy as np

    from ml4t_desktop.analysis.making.scopes import PartScope

    trades = run.result.trades
    chosen = trades.filter(np.isin(trades["trade_id"].to_numpy(), trade_ids))
    return PartScope(run.result, chosen, of)


def _totals_scope(run: "CompletedRun", trade_ids: "Ids") -> "Scope":
    import numpy as np

    from ml4t_desktop.analysis.making.totals import TotalsScope

    trades = run.result.trades
    return TotalsScope(run.result, trades.filter(np.isin(trades["trade_id"].to_numpy(), trade_ids)))


def _group_scope(
    run: "CompletedRun", by: "Grouping", group: str, trade_ids: "Ids | None"
) -> "Scope":
    import numpy as np

    from ml4t_desktop.analysis.making.scopes import PartScope
    from ml4t_desktop.analysis.trades.breakdowns import group_trades

    trades = run.result.trades
    if trade_ids is not None:
        trades = trades.filter(np.isin(trades["trade_id"].to_numpy(), trade_ids))
    return PartScope(run.result, group_trades(trades, by, group, clock_zone(run)), group)


def _span_scope(
    run: "CompletedRun", review: "Review | None", by: Literal["year", "month"], label: str
) -> "Scope":
    from ml4t_desktop.analysis.benchmark import benchmark_returns
    from ml4t_desktop.analysis.making.spans import SpanScope

    line = review.line if review is not None else None
    theirs = benchmark_returns(run.market, line) if line is not None else None
    return SpanScope(run.result, by, label, theirs)


def _window_scope(
    run: "CompletedRun", trade_ids: "Ids | None", place: int, window: tuple[int, int]
) -> "Scope":
    import numpy as np

    from ml4t_desktop.analysis.making.spans import WindowScope

    trades = run.result.trades
    if trade_ids is not None:
        trades = trades.filter(np.isin(trades["trade_id"].to_numpy(), trade_ids))
    return WindowScope(run.result, trades, place, *window)


def _drawdown_scope(run: "CompletedRun", fall: "Drawdown", rank: int) -> "Scope":
    from ml4t_desktop.analysis.making.spans import DrawdownScope

    return DrawdownScope(run.result, fall, rank)


def _values_scope(sample: "Sample", of: str, kind: "Kind") -> "Scope":
    from ml4t_desktop.analysis.making.distribution import DistributionScope

    return DistributionScope(sample, of, kind)


def _what_if_scope(of: "Excursions", stop: float | None, target: float | None) -> "Scope":
    from ml4t_desktop.analysis.making.what_if import WhatIfScope

    return WhatIfScope(of, stop, target)


def _evidence_scope(run: "CompletedRun", evidence: "Evidence") -> "Scope":
    from ml4t_desktop.analysis.making.validity import EvidenceScope

    return EvidenceScope(run.result, evidence)


def _stretch_scope(
    run: "CompletedRun", found: "Stability", place: int, of: str, benchmark: str
) -> "Scope":
    from ml4t_desktop.analysis.benchmark import benchmark_returns, make_benchmark
    from ml4t_desktop.analysis.making.stretches import StretchScope
    from ml4t_desktop.analysis.undefined import Undefined

    line = make_benchmark(run.market, benchmark)
    theirs = None if isinstance(line, Undefined) else benchmark_returns(run.market, line)
    return StretchScope(run.result, run.market, found, place, of, theirs)


def _stretches_scope(run: "CompletedRun", found: "Stability") -> "Scope":
    from ml4t_desktop.analysis.making.stretches import StretchesScope

    return StretchesScope(run.result, run.market, found)


def _signal_scope(
    run: "CompletedRun", review: "SignalReview", curve: "ThresholdCurve | None"
) -> "Scope":
    from ml4t_desktop.analysis.making.signals import SignalScope

    return SignalScope(review, run.market, run.result.trades, run.result.initial_capital, curve)
