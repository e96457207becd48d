"""Parameters of a strategy: plain numbers for its code, declarations for everybody else."""

import polars as pl
import pytest

from ml4t_desktop.backtest import BacktestEngine, Parameter, Strategy
from ml4t_desktop.backtest.data import DataFrameFeed


class Tuned(Strategy):
    level = Parameter(0.5, low=0.0, high=1.0)
    mode = Parameter("fast", choices=["fast", "slow"])


class Wider(Tuned):
    level = Parameter(3.0, low=0.0, high=10.0)


def test_a_parameter_is_its_default_until_somebody_sets_it():
    first, second = Tuned(), Tuned()
    first.level = 0.7
    assert (first.level, second.level) == (0.7, 0.5)
    assert Tuned.level.default == 0.5
    assert Wider().level == 3.0


def test_an_engine_refuses_values_outside_their_bounds_all_at_once():
    frame = pl.DataFrame({"date": ["2024-01-02"], "symbol": ["A"], "open": [1.0], "high": [1.0],
                          "low": [1.0], "close": [1.0], "volume": [1.0]})  # fmt: skip
    strategy = Tuned()
    strategy.level, strategy.mode = 2.0, "odd"
    with pytest.raises(ValueError, match=r"at most 1, it is 2\.0; mode must be one of"):
        BacktestEngine(DataFrameFeed(frame), strategy)
    strategy.level, strategy.mode = 1.0, "slow"
    assert BacktestEngine(DataFrameFeed(frame), strategy).run().final_value == 100_000.0


def test_the_identity_of_a_run_does_not_depend_on_who_reads_a_parameter_first():
    frame = pl.DataFrame({"date": ["2024-01-02"], "symbol": ["A"], "open": [1.0], "high": [1.0],
                          "low": [1.0], "close": [1.0], "volume": [1.0]})  # fmt: skip
    read, unread = Tuned(), Tuned()
    assert read.level
    ids = {BacktestEngine(DataFrameFeed(frame), item).run().run_id for item in (read, unread)}
    assert len(ids) == 1
