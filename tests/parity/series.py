"""Returns that statistics are computed of here and by other packages, day by day."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from ml4t_desktop.analysis.account.relative import relative_statistics
from ml4t_desktop.analysis.metrics import Metrics, compute_metrics
from ml4t_desktop.analysis.undefined import Statistics
from ml4t_desktop.result.run_result import RunResult
from tests.unit.analysis.result_builder import result, weekdays

CAPITAL = 1_000.0
PER_YEAR = 252
# Years of days, drawn with another spread and drift each; and a handful, most of them losses.
NAMES = ("calm", "wild", "losing", "with days of nothing", "short", "real")


@dataclass(frozen=True)
class Series:
    """Returns of weekdays, and those of a benchmark on the same days."""

    days: tuple[datetime, ...]
    returns: np.ndarray
    other: np.ndarray

    @property
    def run(self) -> RunResult:
        """A run whose equity has these returns."""
        equity = CAPITAL * np.cumprod(1.0 + self.returns)
        return result(equity.tolist(), times=self.days, initial_capital=CAPITAL)

    @property
    def metrics(self) -> Metrics:
        """What this application makes of them."""
        return compute_metrics(self.run)

    @property
    def relative(self) -> Statistics:
        """And of them against the benchmark."""
        return relative_statistics(self.returns, self.other, PER_YEAR)

    def pandas(self):
        """Return both as series of pandas."""
        import pandas as pd

        index = pd.DatetimeIndex(self.days)
        return pd.Series(self.returns, index), pd.Series(self.other, index)


def series(name: str, real_data: Path | None = None) -> Series:
    """Return returns by their name."""
    random = np.random.default_rng(len(name))
    if name == "short":
        own, other = (
            np.array([0.02, -0.01, -0.015, 0.005, -0.02]),
            np.array([0.01, -0.02, 0.0, 0.01, -0.01]),
        )
        return Series(tuple(weekdays(5)), own, other)
    if name == "real":
        return _real(real_data)
    drift, spread, count = {
        "calm": (0.0006, 0.006, 760),
        "wild": (0.0005, 0.025, 1010),
        "losing": (-0.0008, 0.012, 520),
        "with days of nothing": (0.0005, 0.01, 400),
    }[name]
    own = random.standard_t(5, count) * spread * 0.8 + drift
    other = 0.6 * own + random.normal(0.0002, spread / 2, count)
    if name == "with days of nothing":
        own[random.random(count) < 0.3] = 0.0
    return Series(tuple(weekdays(count)), own, other)


def _real(real_data: Path | None) -> Series:
    """Return the run of the real request, against the market in equal weights."""
    if real_data is None:
        pytest.skip("there is no market data")
    from ml4t_desktop.analysis.account.returns import period_returns
    from ml4t_desktop.analysis.benchmark import MARKET, benchmark_returns, make_benchmark
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.engine.rules.rule_run import run_rules
    from ml4t_desktop.files.market_files import read_market
    from ml4t_desktop.request import load_request

    path = real_data / "projects" / "ml_signal_sp500.toml"
    request = load_request(path)
    market = read_market(request.data, request.context, base=path.parent).market
    periods = period_returns(run_rules(market, request, RunControl()))
    other = benchmark_returns(market, make_benchmark(market, MARKET))
    days = periods.days.astype("datetime64[D]").astype("datetime64[s]").tolist()
    return Series(tuple(days), periods.returns, other.returns)
