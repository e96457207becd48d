import json
import threading
import time
from pathlib import Path

import pytest

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.errors import Cancelled, InputError
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project import warming
from ml4t_desktop.project.background import in_background
from ml4t_desktop.project.run import execute, run_file, save_run
from ml4t_desktop.project.warming import is_compiled, warm_engine
from ml4t_desktop.request import load_request
from ml4t_desktop.result.run_folder import read_run_folder


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


@pytest.fixture(scope="module")
def loaded(sample: Path):
    request = load_request(sample)
    return read_market(request.data, request.context, base=sample.parent)


def test_a_run_in_memory_is_the_run_of_the_file(sample, loaded, tmp_path):
    in_memory = execute(load_request(sample), loaded, RunControl())
    from_file = run_file(sample, tmp_path / "run")
    assert in_memory.run_id == from_file.run_id
    assert in_memory.result.trades.equals(from_file.result.trades)
    assert in_memory.metrics == from_file.metrics


def test_a_saved_run_reads_back_as_it_was(sample, loaded, tmp_path):
    run = execute(load_request(sample), loaded, RunControl(), read_seconds=1.5)
    save_run(run, tmp_path / "run", base=sample.parent)
    saved = read_run_folder(tmp_path / "run")
    assert saved.result.trades.equals(run.result.trades)
    assert saved.result.equity.equals(run.result.equity)
    assert saved.metrics["final_value"] == run.metrics.final_value
    assert saved.manifest.run_id == run.run_id
    assert saved.manifest.phases["read"] == 1.5
    assert saved.manifest.phases["write"] >= run.phases.write
    assert {"ml4t_desktop", "python", "numpy", "llvmlite", "polars"} == set(saved.manifest.versions)


def test_the_engine_phase_is_part_of_the_whole(sample, loaded):
    phases = execute(load_request(sample), loaded, RunControl(), prepare_seconds=2.0).phases
    assert phases.engine > 0.0
    assert phases.prepare >= 2.0
    assert phases.read == 0.0


def test_warnings_of_the_data_stay_with_the_run(sample, loaded):
    assert execute(load_request(sample), loaded, RunControl()).problems == loaded.problems


def test_phases_are_told_in_order(sample, tmp_path):
    warm_engine()
    told: list[str] = []
    run_file(sample, tmp_path / "run", on_phase=told.append)
    assert told == ["reading", "running", "writing"]


def test_a_warm_engine_is_compiled():
    warm_engine()
    assert is_compiled()


def test_reading_is_told_as_a_share_that_grows_to_one(sample, tmp_path):
    shares: list[float] = []
    run_file(sample, tmp_path / "run", on_read=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("phase", ["reading", "running", "writing"])
def test_a_run_cancelled_in_any_phase_leaves_no_folder(sample, tmp_path, phase):
    control = RunControl()

    def cancel(entered: str) -> None:
        if entered == phase:
            control.cancel()

    with pytest.raises(Cancelled):
        run_file(sample, tmp_path / "run", control=control, on_phase=cancel)
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_run_keeps_the_folder_that_was_there(sample, tmp_path):
    run_file(sample, tmp_path / "run")
    before = (tmp_path / "run/manifest.json").read_bytes()
    control = RunControl()
    control.cancel()
    with pytest.raises(Cancelled):
        run_file(sample, tmp_path / "run", control=control)
    assert (tmp_path / "run/manifest.json").read_bytes() == before


def test_a_finished_run_replaces_the_run_folder_as_a_whole(sample, tmp_path):
    run_file(sample, tmp_path / "run")
    (tmp_path / "run/notes.txt").write_text("of the run before")
    overrides = {"account.initial_capital": 1000.0}
    run_file(sample, tmp_path / "run", overrides=overrides)
    assert not (tmp_path / "run/notes.txt").exists()
    assert json.loads((tmp_path / "run/metrics.json").read_text())["initial_capital"] == 1000.0


def test_a_folder_in_the_way_is_told_before_the_run(sample, tmp_path):
    (tmp_path / "run").write_text("a file")
    told: list[str] = []
    with pytest.raises(InputError):
        run_file(sample, tmp_path / "run", on_phase=told.append)
    assert "running" not in told


def test_what_a_call_in_the_background_raises_is_raised_where_it_is_asked_for():
    def fail() -> None:
        raise InputError([])

    with pytest.raises(InputError):
        in_background("fails", fail).result()


def test_a_call_in_the_background_runs_in_a_thread_that_does_not_hold_up_the_end():
    thread = in_background("named", threading.current_thread).result()
    assert (thread.name, thread.daemon) == ("named", True)


@pytest.mark.real_data
def test_the_real_request_runs_and_warns_of_its_five_odd_bars(real_data, tmp_path):
    run = run_file(real_data / "projects/ml_signal_sp500.toml", tmp_path / "run")
    assert run.market.row_count > 400_000
    assert any("5 bars" in problem.what for problem in run.problems)
    assert (tmp_path / "run/trades.parquet").is_file()


def test_a_run_in_pieces_writes_the_bytes_of_a_run_in_one_piece(sample, tmp_path):
    shares: list[float] = []
    whole = run_file(sample, tmp_path / "whole")
    parts = run_file(sample, tmp_path / "parts", chunk_rows=3_000, on_read=shares.append)
    assert parts.run_id == whole.run_id
    assert parts.problems == whole.problems
    assert parts.metrics == whole.metrics
    assert shares[-1] == pytest.approx(1.0)
    tables = sorted((tmp_path / "whole").glob("*.parquet"))
    assert len(tables) == 7
    for table in tables:
        assert (tmp_path / "parts" / table.name).read_bytes() == table.read_bytes()


def test_a_file_that_does_not_fit_the_memory_is_run_in_pieces_by_itself(
    sample, tmp_path, monkeypatch
):
    from ml4t_desktop.files.pieces import memory

    whole = run_file(sample, tmp_path / "run")
    assert whole.market.row_count > 0
    monkeypatch.setattr(memory, "available_memory", lambda: 1_000_000)
    parts = run_file(sample, tmp_path / "run")
    assert parts.market.row_count == 0  # a timeline without its rows
    assert parts.result.trades.equals(whole.result.trades)


def test_a_bad_confidence_is_named_with_file_and_row_in_pieces_too(tmp_path):
    import polars as pl

    days = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 30), eager=True)
    pl.DataFrame(
        {
            "date": days,
            **dict.fromkeys(("open", "high", "low", "close"), 10.0),
            "confidence": [0.5] * 20 + [1.5] + [0.5] * 9,
        }
    ).write_parquet(tmp_path / "bars.parquet")
    (tmp_path / "request.toml").write_text(
        """
        [data]
        files = ["bars.parquet"]
        signals = ["confidence"]
        [strategy]
        entry = { column = "bar.close", op = ">", value = 0 }
        sizing = { helper = "size_by_confidence", confidence = "signal.confidence", max_percent = 0.5 }
        """
    )
    for rows in (None, 7):
        with pytest.raises(InputError, match=r"bars.parquet, row 21, column 'confidence'"):
            run_file(tmp_path / "request.toml", tmp_path / "run", chunk_rows=rows)
    assert not (tmp_path / "run").exists()


CLOSES = """
[data]
files = ["closes.parquet"]
signals = ["score"]
[strategy]
entry = { column = "signal.score", op = ">", value = 0.5 }
sizing = { helper = "buy_percent", percent = 0.5 }
exits = { stop_loss = 0.05, evaluate = "intrabar" }
"""


def write_closes(folder):
    import polars as pl

    days = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 30), eager=True)
    closes = [100.0 + day % 7 for day in range(30)]
    scores = [day % 3 / 2 for day in range(30)]
    bars = pl.DataFrame({"date": days, "close": closes, "score": scores})
    bars.write_parquet(folder / "closes.parquet")
    return bars


def test_stops_inside_bars_of_closes_only_are_warned_of_in_pieces_too(tmp_path):
    write_closes(tmp_path)
    (tmp_path / "request.toml").write_text(CLOSES)
    whole, parts = (
        run_file(tmp_path / "request.toml", tmp_path / "run", chunk_rows=rows) for rows in (None, 7)
    )
    assert parts.market.row_count == 0  # a timeline without its rows
    assert parts.problems == whole.problems
    assert any(problem.where == "strategy.exits.evaluate" for problem in parts.problems)


def test_what_cannot_be_read_in_the_pieces_asked_for_is_run_in_one_with_a_warning(tmp_path):
    bars = write_closes(tmp_path)
    bars.select("date", "score").write_parquet(tmp_path / "model.parquet")
    bars.drop("score").write_parquet(tmp_path / "closes.parquet")
    predictions = 'predictions = { files = ["model.parquet"] }'
    (tmp_path / "request.toml").write_text(
        CLOSES.replace("[strategy]", f"{predictions}\n[strategy]")
    )
    run = run_file(tmp_path / "request.toml", tmp_path / "run", chunk_rows=7)
    assert run.market.row_count == 30
    (warning,) = (p for p in run.problems if "one piece" in p.what)
    assert (warning.where, warning.severity) == ("model.parquet", "warning")


def test_a_run_in_pieces_ends_when_it_is_cancelled(sample, tmp_path):
    control = RunControl()

    def cancel(phase: str) -> None:
        if phase == "running":
            control.cancel()

    with pytest.raises(Cancelled):
        run_file(sample, tmp_path / "run", chunk_rows=3_000, control=control, on_phase=cancel)
    assert not (tmp_path / "run").exists()


def test_bad_data_is_told_before_the_engine_is_compiled(tmp_path, monkeypatch):
    sample = write_sample(tmp_path / "sample", small=True)

    def never_ready(cancelled):
        deadline = time.monotonic() + 20
        while not cancelled() and time.monotonic() < deadline:
            time.sleep(0.01)
        raise Cancelled

    monkeypatch.setattr(warming, "is_compiled", lambda: False)
    monkeypatch.setattr(warming, "warm_engine", never_ready)
    (sample.parent / "sample_prices.parquet").write_bytes(b"no table")
    told = []
    with pytest.raises(InputError, match="sample_prices"):
        run_file(sample, tmp_path / "run", on_phase=told.append)
    assert told == ["reading", "compiling"]
