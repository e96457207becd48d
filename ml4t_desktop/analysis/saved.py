"""The statistics of a run as one flat table of names, for its folder."""

from typing import Final

from ml4t_desktop.analysis.benchmark import (
    RELATIVE_STATISTICS,
    SAVED_STATISTICS,
    benchmark_metrics,
    make_benchmark,
    saved_name,
)
from ml4t_desktop.analysis.metrics import (
    TRADE_STATISTICS,
    Metrics,
    metrics_dict,
    side_metrics,
)
from ml4t_desktop.analysis.undefined import Number, Undefined
from ml4t_desktop.market.market import Market
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark

Values = dict[str, Number | None]
Reasons = dict[str, str]
_NO_MARKET: Final = mark("a result without its market has no benchmark")


def saved_statistics(
    result: RunResult, metrics: Metrics, market: Market | None = None, benchmark: str = "none"
) -> tuple[Values, Reasons]:
    """Return every statistic of a run by name, and the reasons of undefined ones.

    Those of `Metrics` keep their names; the sides are ``long_<name>`` and ``short_<name>``; what the
    benchmark did alone is ``benchmark_<name>``.

    Parameters
    ----------
    result, metrics : RunResult, Metrics
    market : Market, optional
        What the run ran on; without it there is no benchmark.
    benchmark : str
        As for `benchmark.make_benchmark`.
    """
    values: Values = dict(metrics_dict(metrics))
    reasons: Reasons = dict(metrics.undefined)
    for side in ("long", "short"):
        found = side_metrics(result, side)
        values |= {f"{side}_{name}": getattr(found, name) for name in TRADE_STATISTICS}
        reasons |= {f"{side}_{name}": reason for name, reason in found.undefined.items()}
    found_values, found_reasons = _of_benchmark(result, metrics, market, benchmark)
    return values | found_values, reasons | found_reasons


def _of_benchmark(
    result: RunResult, metrics: Metrics, market: Market | None, name: str
) -> tuple[Values, Reasons]:
    names = {name: name for name in RELATIVE_STATISTICS}
    names |= {name: saved_name(name) for name in SAVED_STATISTICS}
    if market is None:
        return dict.fromkeys(names.values()), dict.fromkeys(names.values(), _NO_MARKET)
    line = make_benchmark(market, name)
    if isinstance(line, Undefined):
        return dict.fromkeys(names.values()), dict.fromkeys(names.values(), line.reason)
    found = benchmark_metrics(result, metrics, market, line)
    return (
        {saved: getattr(found, name) for name, saved in names.items()},
        {saved: found.undefined[name] for name, saved in names.items() if name in found.undefined},
    )
