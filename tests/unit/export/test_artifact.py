import json

import polars as pl
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.export import artifact
from tests.unit.analysis.result_builder import STILL_OPEN, at, fill, result, weekdays

LONG = {"slippage": 5.0}
SHORT = {"symbol": "BBB", "direction": "short", "quantity": 4.0, "multiplier": 50.0, "pnl": -42.0}


def some_run(time_zone=None, open_symbol="CCC"):
    return result(
        [100.0, 101.0, 99.0, 100.0, 102.0, 103.0],
        exposure=[(0.0, 0.0, 0), (50.0, 50.0, 1), (60.0, 40.0, 2)] + [(10.0, -10.0, 1)] * 3,
        trades=[LONG, SHORT, {**STILL_OPEN, "symbol": open_symbol}],
        fills=[
            fill(10.0, 100.0, slippage=2.5, commission=1.0),
            fill(4.0, 50.0, symbol="BBB", side="sell", slippage=20.0),
            fill(1.0, 10.0, symbol=open_symbol),
        ],
        time_zone=time_zone,
    )


def read(folder, name):
    return pl.read_parquet(folder / f"{name}.parquet")


def test_quantities_are_signed_and_only_closed_trades_are_written(tmp_path):
    artifact(some_run(), tmp_path / "artifact")
    trades = read(tmp_path / "artifact", "trades")
    assert trades["symbol"].to_list() == ["AAA", "BBB"]
    assert trades["quantity"].to_list() == [10.0, -4.0]
    assert trades["exit_time"].null_count() == 0


def test_slippage_is_written_per_unit(tmp_path):
    artifact(some_run(), tmp_path / "artifact")
    trades = read(tmp_path / "artifact", "trades")
    unit_cost = trades["entry_slippage"] + trades["exit_slippage"]
    money = unit_cost * trades["quantity"].abs() * trades["multiplier"]
    assert money.to_list() == [5.0, 0.0]
    fills = read(tmp_path / "artifact", "fills")
    assert fills["slippage"].to_list() == [0.25, 0.1]
    assert fills["asset"].to_list() == ["AAA", "BBB"]


def test_fills_without_a_closed_trade_of_their_symbol_are_left_out_and_counted(tmp_path):
    artifact(some_run(open_symbol="CCC"), tmp_path / "artifact")
    about = json.loads((tmp_path / "artifact" / "artifact.json").read_text())
    assert about["fills_left_out"] == 1
    assert about["rows"]["fills"] == 2
    artifact(some_run(open_symbol="AAA"), tmp_path / "artifact")
    about = json.loads((tmp_path / "artifact" / "artifact.json").read_text())
    assert (about["fills_left_out"], about["rows"]["fills"]) == (0, 3)


def test_returns_and_portfolio_state_are_those_of_the_run(tmp_path):
    run = some_run()
    artifact(run, tmp_path / "artifact")
    returns = read(tmp_path / "artifact", "daily_returns")
    assert returns.columns == ["timestamp", "daily_return"]
    assert returns["daily_return"][1] == pytest.approx(0.01)
    assert read(tmp_path / "artifact", "portfolio_state").equals(run.equity)
    assert read(tmp_path / "artifact", "equity").equals(run.equity)


def test_times_of_an_aware_market_are_written_naive_in_utc(tmp_path):
    artifact(some_run("UTC"), tmp_path / "artifact")
    for name in ("trades", "fills", "equity", "daily_returns", "portfolio_state"):
        table = read(tmp_path / "artifact", name)
        assert pl.Datetime("us", "UTC") not in table.dtypes
    assert read(tmp_path / "artifact", "trades")["exit_time"][0] == at("2024-01-05")


def test_an_artifact_replaces_an_artifact_but_no_other_folder(tmp_path):
    artifact(some_run(), tmp_path / "artifact")
    artifact(result(trades=[LONG]), tmp_path / "artifact")
    assert read(tmp_path / "artifact", "trades").height == 1
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(InputError, match="not a run artifact"):
        artifact(some_run(), tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"


@pytest.mark.parametrize("time_zone", [None, "UTC"])
def test_the_loader_of_the_package_itself_reads_the_folder(tmp_path, time_zone):
    backtest = pytest.importorskip("ml4t.diagnostic.integration.backtest")
    run = some_run(time_zone)
    artifact(run, tmp_path / "artifact")
    profile = backtest.profile_from_run_artifacts(tmp_path / "artifact")
    loaded = profile.result
    assert [trade.quantity for trade in loaded.trades] == [10.0, -4.0]
    assert loaded.trades[0].total_slippage_cost == pytest.approx(5.0)
    assert [value for _, value in loaded.equity_curve] == run.equity["equity"].to_list()
    assert [moment for moment, _ in loaded.equity_curve] == weekdays(6)
    assert len(loaded.fills) == 2
    assert profile.summary
