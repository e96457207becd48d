"""Whole sweeps of the sample: the same as single runs, stopped, walked forward, written."""

import json
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.cli.main import BAD_INPUT, OK, main
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.request import load_request
from ml4t_desktop.sweep.command import SweepOrder, sweep_file
from ml4t_desktop.sweep.grid import Axis, Grid
from ml4t_desktop.sweep.pool import SweepControl, run_grid
from ml4t_desktop.sweep.walk_forward import walk_forward, windows

KEY = "strategy.exits.stop_loss"
PARAM = f"{KEY}=0.05,0.1,0.2"
GRID = Grid((Axis(KEY, (0.05, 0.1, 0.2)),))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


@pytest.fixture(scope="module")
def request_(sample):
    return load_request(sample)


@pytest.fixture(scope="module")
def market(sample, request_):
    return read_market(request_.data, request_.context, base=sample.parent).market


def test_each_variant_is_what_a_run_of_its_own_gives(sample, market, request_):
    trials = run_grid(request_, GRID, market, jobs=2)
    assert [trial.status for trial in trials] == ["done"] * 3
    for trial in trials:
        alone = run_rules(market, load_request(sample, {KEY: trial.values[0]}))
        assert trial.metrics.final_value == alone.final_value


def test_a_sweep_that_is_stopped_keeps_what_is_done(market, request_):
    control = SweepControl()
    trials = run_grid(request_, GRID, market, control=control, on_trial=lambda _t: control.stop())
    assert [trial.status for trial in trials] == ["done", "left out", "left out"]


def test_a_paused_sweep_begins_nothing_until_it_goes_on(market, request_):
    import threading

    control, seen = SweepControl(), []

    def told(trial):
        seen.append(trial.number)
        if len(seen) == 1:
            control.pause()
            threading.Timer(0.2, control.go_on).start()

    trials = run_grid(request_, GRID, market, control=control, on_trial=told)
    assert len(trials) == 3
    assert not control.is_paused


def test_windows_follow_each_other_in_calendar_months():
    days = np.arange(np.datetime64("2020-01-31"), np.datetime64("2020-07-15")).astype(
        "datetime64[us]"
    )
    found = windows(days.astype(np.int64), "2m", "1m")
    shown = [
        tuple(
            datetime.fromtimestamp(us / 1e6, UTC).date().isoformat()
            for us in (w.train_start, w.test_start, w.test_end)
        )
        for w in found
    ]
    assert shown[:2] == [
        ("2020-01-31", "2020-03-31", "2020-04-30"),
        ("2020-02-29", "2020-04-29", "2020-05-29"),
    ]
    assert len(found) == 4
    with pytest.raises(InputError, match="shorter than the 9m"):
        windows(days.astype(np.int64), "9m", "1m")


def test_what_is_proved_was_chosen_without_seeing_it(market, request_):
    found = walk_forward(request_, GRID, market, ("1y", "3m"), "sharpe", jobs=2)
    steps = found.steps
    assert steps.height >= 3
    first, second = steps.row(0, named=True), steps.row(1, named=True)
    times = found.equity["timestamp"]
    assert times.is_sorted()
    assert times.n_unique() == times.len()
    assert times[0] >= first["test_start"].replace(tzinfo=times[0].tzinfo)
    # The best of the first window by hand: every variant run on the past alone.
    from ml4t_desktop.market.period import between
    from ml4t_desktop.units import microseconds

    past = between(market, None, microseconds(first["test_start"]) - 1)
    sharpes = {
        trial.values[0]: trial.metrics.sharpe for trial in run_grid(request_, GRID, past, jobs=2)
    }
    assert first[KEY] == max(sharpes, key=sharpes.get)
    assert first["inside"] == pytest.approx(max(sharpes.values()))
    assert second["train_start"] > first["train_start"]


def test_a_run_that_trades_from_a_time_on_knows_the_past_and_enters_nothing_in_it(market, request_):
    late = run_rules(market, request_, first_time=200)
    assert late.fills.height
    decided = late.orders["decision_time"].min()
    assert decided >= market.moment(200)
    assert late.equity["equity"][199] == request_.account.initial_capital


def test_the_folder_holds_table_returns_and_summary(sample, tmp_path, capsys):
    arguments = ["sweep", str(sample), "--param", PARAM, "--param", "strategy.exits.max_bars=5,10"]
    assert main([*arguments, "--walk-forward", "1y:6m", "--out", str(tmp_path / "sweep")]) == OK
    table = pl.read_parquet(tmp_path / "sweep/sweep.parquet")
    assert table.height == 6
    assert {KEY, "strategy.exits.max_bars", "status", "plateau", "sharpe"} <= set(table.columns)
    told = json.loads((tmp_path / "sweep/summary.json").read_text())
    assert told["best"]["sharpe"] == table["sharpe"].max()
    assert 0.0 <= told["probability_of_overfitting"] <= 1.0
    assert pl.read_parquet(tmp_path / "sweep/daily_returns.parquet").width == 7
    assert pl.read_parquet(tmp_path / "sweep/walk_forward.parquet").height
    assert "6: 6 done" in capsys.readouterr().out
    assert main([*arguments, "--out", str(tmp_path / "sweep")]) == OK  # a sweep is replaced


def test_bad_axes_and_folders_are_told_without_a_traceback(sample, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file.txt").write_text("mine")
    for arguments in (
        ["--param", "data.files=a"],
        ["--param", "nonsense=1"],
        [],
        ["--param", PARAM, "--metric", "sharp"],
        ["--param", PARAM, "--walk-forward", "2y"],
        ["--param", PARAM, "--out", str(tmp_path / "mine")],
    ):
        out = [] if "--out" in arguments else ["--out", str(tmp_path / "new")]
        assert main(["sweep", str(sample), *arguments, *out]) == BAD_INPUT, arguments
        assert "error: " in capsys.readouterr().err
    assert (tmp_path / "mine/file.txt").read_text() == "mine"


def test_a_python_strategy_is_swept_over_its_parameters_once_trusted(sample, tmp_path):
    from tests.unit.project.scripts.strategies import CALM, write

    write(sample.parent, CALM, "calm.py")
    changes = {"strategy": {"python": {"file": "calm.py", "class": "Calm"}}}
    order = SweepOrder(params=["strategy.python.parameters.share=0.1,0.2,3.0"], overrides=changes)
    with pytest.raises(InputError, match="not agreed to trust"):
        sweep_file(sample, tmp_path / "sweep", order)
    found = sweep_file(sample, tmp_path / "sweep", order, may_run=lambda _script: True)
    first, second, third = found.trials
    assert first.metrics.num_trades is not None
    assert first.metrics.final_value != second.metrics.final_value
    assert third.status == "failed"
    assert "at most 1" in third.reason
