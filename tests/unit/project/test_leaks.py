from pathlib import Path

import polars as pl
import pytest

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.errors import Cancelled, InputError
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.quality import check_file
from ml4t_desktop.files.sample_files import CONTEXT, PRICES, write_sample
from ml4t_desktop.project.identity import run_id
from ml4t_desktop.project.leaks import check_request, request_of_files
from ml4t_desktop.project.run import execute, run_file
from ml4t_desktop.request import load_request


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


def test_a_delayed_column_is_that_of_a_file_written_with_the_delay(sample, tmp_path):
    frame = pl.read_parquet(sample.parent / PRICES).sort("symbol", "date")
    request = load_request(sample, {"data.start": None}).model_copy(update={})
    first = str(request.data.signals[0])
    frame = frame.with_columns(pl.col(first).shift(1).over("symbol"))
    frame.write_parquet(tmp_path / PRICES)
    (tmp_path / CONTEXT).write_bytes((sample.parent / CONTEXT).read_bytes())
    (tmp_path / sample.name).write_bytes(sample.read_bytes())

    whole = {"data.start": frame["date"].min()}
    delayed = run_file(sample, tmp_path / "a", overrides={**whole, f"data.lag.{first}": 1})
    shifted = run_file(tmp_path / sample.name, tmp_path / "b", overrides=whole)

    assert delayed.result.trades.height > 50
    assert delayed.result.trades.equals(shifted.result.trades)
    assert delayed.result.equity.equals(shifted.result.equity)


def test_a_delay_makes_another_run_and_is_kept_in_its_folder(sample, tmp_path):
    plain = run_file(sample, tmp_path / "plain")
    delayed = run_file(sample, tmp_path / "late", overrides={"data.lag.VIX": 1})
    again = load_request(tmp_path / "late/request.toml")

    assert plain.run_id != delayed.run_id
    assert again.data.lag == {"VIX": 1}
    assert run_file(tmp_path / "late/request.toml", tmp_path / "x").run_id == delayed.run_id
    assert run_id(plain.request, "d") != run_id(delayed.request, "d")


def test_entry_signals_of_trades_are_the_delayed_ones(sample):
    request = load_request(sample, {"data.lag.ml_pred_5d": 1})
    loaded = read_market(request.data, request.context, base=sample.parent)
    run = execute(request, loaded, RunControl())
    trade = run.result.trades.row(0, named=True)
    bars = pl.read_parquet(sample.parent / PRICES).filter(pl.col("symbol") == trade["symbol"])
    before = bars.sort("date").filter(pl.col("date") < trade["entry_decision_time"].date())

    assert trade["entry_signal__ml_pred_5d"] == pytest.approx(before["ml_pred_5d"][-1])


def test_the_columns_of_the_sample_are_fine_and_each_used_one_was_run_a_bar_later(sample):
    report = check_request(load_request(sample), sample.parent)

    assert {column.level for column in report.columns} == {"fine"}
    used = {column.name for column in report.columns if column.effect is not None}
    assert used == {"ml_pred_5d", "confidence", "exit_signal", "VIX"}


def test_a_split_column_is_looked_at_though_the_request_does_not_name_it(sample, tmp_path):
    frame = pl.read_parquet(sample.parent / PRICES)
    early = pl.col("date") < frame["date"].median()
    split = pl.when(early).then(pl.lit("train")).otherwise(pl.lit("test")).alias("split")
    frame.with_columns(split).write_parquet(tmp_path / PRICES)
    (tmp_path / CONTEXT).write_bytes((sample.parent / CONTEXT).read_bytes())
    report = check_request(load_request(sample), tmp_path)

    found = next(column for column in report.columns if column.name == "split")
    assert found.level == "alarm"
    assert "Sharpe ratio" in found.findings[0].sentence


def test_files_without_a_request_are_checked_with_the_columns_as_recognised(sample):
    reports = [check_file(sample.parent / name) for name in (CONTEXT, PRICES)]
    request = request_of_files(reports)

    assert request is not None
    assert request.data.signals == ("ml_pred_5d", "confidence", "exit_signal")
    assert request.context is not None
    assert len(check_request(request, Path()).columns) == 6
    assert request_of_files(reports[:1]) is None


def test_a_missing_file_is_told_and_a_cancelled_check_stops(sample, tmp_path):
    class Impatient:
        def advance(self, share):
            pass

        def check(self):
            raise Cancelled

    with pytest.raises(InputError, match="sample_prices"):
        check_request(load_request(sample), tmp_path)
    with pytest.raises(Cancelled):
        check_request(load_request(sample), sample.parent, watch=Impatient())
