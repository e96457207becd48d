import errno
import hashlib
import json
import os
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ml4t_desktop.analysis.account.returns import daily_returns
from ml4t_desktop.analysis.metrics import compute_metrics, metrics_dict
from ml4t_desktop.errors import InputError, RunFailed
from ml4t_desktop.result.run_folder import (
    TABLES,
    check_run_folder,
    parquet_bytes,
    read_run_folder,
    write_run_folder,
)
from ml4t_desktop.result.schema import NOTE_COLUMNS
from tests.unit.analysis.result_builder import STILL_OPEN, fill, order, result

FILES = {f"{table}.parquet" for table in TABLES} | {"metrics.json", "request.toml", "manifest.json"}
REQUEST = 'format = 1\nname = "Größe"\n'


def some_result(time_zone=None):
    flow = {"timestamp": None, "symbol": "AAA", "kind": "dividend", "amount": 1 / 3}
    captured = {"entry_signal__ml": 0.1 + 0.2, "exit_context__regime": "bär"}
    return result(
        [100.0, 101.0, 99.5],
        trades=[captured, STILL_OPEN],
        fills=[fill(10.0, 100.1)],
        orders=[order("filled"), order("rejected", filled=0.0, reason="no cash left")],
        cash_flows=[flow],
        time_zone=time_zone,
    )


def save(folder, run=None, **changed):
    run = run or some_result()
    metrics = compute_metrics(run)
    values = {
        "daily_returns": daily_returns(run),
        "metrics": metrics_dict(metrics),
        "undefined": metrics.undefined,
        "request_toml": REQUEST,
        "run_id": "abc",
        "phases": {"read": 1.0, "prepare": 0.5, "engine": 0.25, "write": 0.0},
        "versions": {"ml4t_desktop": "0.1.0"},
    }
    return write_run_folder(folder, run, **(values | changed))


def names(folder):
    return {path.name for path in folder.iterdir()}


def fail_on_sync(monkeypatch, code):
    def refuse(_handle):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)


def test_a_run_folder_holds_exactly_the_declared_files(tmp_path):
    save(tmp_path / "run")
    assert names(tmp_path / "run") == FILES
    assert names(tmp_path) == {"run"}


@pytest.mark.parametrize("time_zone", [None, "UTC"])
def test_what_is_written_is_read_back_to_the_last_digit(tmp_path, time_zone):
    run = some_result(time_zone)
    manifest = save(tmp_path / "run", run)
    saved = read_run_folder(tmp_path / "run")
    for table in ("trades", "fills", "orders", "equity", "cash_flows"):
        assert_frame_equal(getattr(saved.result, table), getattr(run, table), check_exact=True)
    assert_frame_equal(saved.daily_returns, daily_returns(run), check_exact=True)
    assert saved.result.initial_capital == run.initial_capital
    assert saved.metrics == metrics_dict(compute_metrics(run))
    assert saved.undefined == compute_metrics(run).undefined
    assert saved.request_toml == REQUEST
    assert saved.manifest == manifest


def test_metrics_are_json_with_null_and_a_reason_where_undefined(tmp_path):
    run = result([110.0])
    save(tmp_path / "run", run)
    document = json.loads((tmp_path / "run" / "metrics.json").read_text(encoding="utf-8"))
    assert document["final_value"] == 110.0
    assert document["num_trades"] == 0
    assert document["sharpe"] is None
    assert document["undefined"]["sharpe"] == "fewer than 2 returns"
    assert {name for name, value in document.items() if value is None} == set(document["undefined"])


def test_a_statistic_that_is_not_finite_is_written_as_undefined(tmp_path):
    save(tmp_path / "run", metrics={"sharpe": float("inf"), "omega": float("nan")}, undefined={})
    saved = read_run_folder(tmp_path / "run")
    assert (saved.metrics["sharpe"], saved.metrics["omega"]) == (None, None)
    assert set(saved.undefined) == {"sharpe", "omega"}


def test_the_manifest_knows_every_file_its_hash_and_its_rows(tmp_path):
    save(tmp_path / "run")
    document = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert {entry["name"] for entry in document["files"]} == FILES - {"manifest.json"}
    for entry in document["files"]:
        content = (tmp_path / "run" / entry["name"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    assert document["rows"] == {
        "trades": 2,
        "fills": 1,
        "orders": 2,
        "equity": 3,
        "daily_returns": 3,
        "portfolio_state": 3,
        "cash_flows": 1,
    }
    assert (document["run_id"], document["status"]) == ("abc", "finished")
    assert document["versions"] == {"ml4t_desktop": "0.1.0"}


def test_the_time_of_writing_is_added_to_its_phase(tmp_path):
    manifest = save(tmp_path / "run", phases={"read": 1.0, "write": 5.0})
    assert set(manifest.phases) == {"read", "prepare", "engine", "write"}
    assert manifest.phases["read"] == 1.0
    assert manifest.phases["engine"] == 0.0
    assert manifest.phases["write"] > 5.0


def test_the_same_result_gives_the_same_bytes(tmp_path):
    run = some_result()
    pieces = {
        name: pl.concat([getattr(run, name)[:1], getattr(run, name)[1:]], rechunk=False)
        for name in ("trades", "fills", "orders", "equity", "cash_flows")
    }
    again = type(run)(initial_capital=run.initial_capital, **pieces)
    save(tmp_path / "one", run)
    save(tmp_path / "two", again)
    for name in FILES - {"manifest.json"}:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_symbols_and_other_texts_are_plain_strings(tmp_path):
    save(tmp_path / "run")
    for table in TABLES:
        frame = pl.read_parquet(tmp_path / "run" / f"{table}.parquet")
        assert not {pl.Categorical, pl.Enum} & set(frame.dtypes), table
    assert pl.read_parquet(tmp_path / "run" / "trades.parquet").schema["symbol"] == pl.String


def test_missing_parents_are_made(tmp_path):
    save(tmp_path / "a" / "b" / "run")
    assert names(tmp_path / "a" / "b" / "run") == FILES


def test_a_run_without_a_request_is_saved_and_read_without_one(tmp_path):
    save(tmp_path / "run", request_toml=None)
    assert "request.toml" not in names(tmp_path / "run")
    assert read_run_folder(tmp_path / "run").request_toml is None


def test_a_run_folder_is_replaced_as_a_whole(tmp_path):
    save(tmp_path / "run")
    (tmp_path / "run" / "left over.txt").write_text("from the run before")
    save(tmp_path / "run", run_id="new")
    assert names(tmp_path / "run") == FILES
    assert names(tmp_path) == {"run"}
    assert read_run_folder(tmp_path / "run").manifest.run_id == "new"


def test_an_empty_folder_is_used(tmp_path):
    (tmp_path / "run").mkdir()
    save(tmp_path / "run")
    assert names(tmp_path / "run") == FILES


def test_a_link_to_a_run_folder_keeps_pointing_to_it(tmp_path):
    save(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    save(tmp_path / "link", run_id="new")
    assert (tmp_path / "link").is_symlink()
    assert read_run_folder(tmp_path / "real").manifest.run_id == "new"


def test_a_folder_with_other_content_is_not_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    for attempt in (save, check_run_folder):
        with pytest.raises(InputError, match="not a run folder") as refused:
            attempt(tmp_path)
        (problem,) = refused.value.problems
        assert problem.where == str(tmp_path)
        assert problem.fix
    assert names(tmp_path) == {"thesis.txt"}


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "run").write_text("a file")
    for place in (tmp_path / "run", tmp_path / "run" / "below"):
        with pytest.raises(InputError, match=str(place)):
            save(place)
    assert (tmp_path / "run").read_text() == "a file"


def test_a_free_place_an_empty_folder_and_a_run_folder_may_be_written(tmp_path):
    save(tmp_path / "run")
    (tmp_path / "empty").mkdir()
    for place in ("run", "empty", "new", "a/b"):
        check_run_folder(tmp_path / place)


def test_a_full_disk_leaves_the_run_before_and_nothing_half_written(tmp_path, monkeypatch):
    save(tmp_path / "run")
    fail_on_sync(monkeypatch, errno.ENOSPC)
    with pytest.raises(RunFailed, match="run"):
        save(tmp_path / "run", run_id="new")
    assert names(tmp_path) == {"run"}
    assert read_run_folder(tmp_path / "run").manifest.run_id == "abc"


def test_a_full_disk_leaves_no_folder_where_there_was_none(tmp_path, monkeypatch):
    fail_on_sync(monkeypatch, errno.ENOSPC)
    with pytest.raises(RunFailed):
        save(tmp_path / "run")
    assert names(tmp_path) == set()


def test_a_place_without_permission_is_bad_input(tmp_path, monkeypatch):
    fail_on_sync(monkeypatch, errno.EACCES)
    with pytest.raises(InputError, match="cannot be written") as refused:
        save(tmp_path / "run")
    assert refused.value.problems[0].where == str(tmp_path / "run")
    assert names(tmp_path) == set()


def test_when_the_finished_folder_cannot_take_its_name_the_one_before_keeps_it(
    tmp_path, monkeypatch
):
    save(tmp_path / "run")
    rename = Path.rename

    def refuse_the_new_one(self, target):
        if self.suffix == ".part":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_the_new_one)
    with pytest.raises(RunFailed):
        save(tmp_path / "run", run_id="new")
    assert names(tmp_path) == {"run"}
    assert read_run_folder(tmp_path / "run").manifest.run_id == "abc"


def test_an_interrupted_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupt(_handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "run")
    assert names(tmp_path) == set()


def test_every_missing_and_every_changed_file_is_named(tmp_path):
    save(tmp_path / "run")
    (tmp_path / "run" / "fills.parquet").unlink()
    with (tmp_path / "run" / "trades.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(InputError) as refused:
        read_run_folder(tmp_path / "run")
    told = {Path(problem.where).name: problem.what for problem in refused.value.problems}
    assert set(told) == {"fills.parquet", "trades.parquet"}
    assert "missing" in told["fills.parquet"]
    assert "not as the run wrote it" in told["trades.parquet"]


def test_a_table_that_the_manifest_does_not_name_is_missing(tmp_path):
    save(tmp_path / "run")
    path = tmp_path / "run" / "manifest.json"
    document = json.loads(path.read_text())
    document["files"] = [one for one in document["files"] if one["name"] != "equity.parquet"]
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match=r"equity\.parquet: the file is missing"):
        read_run_folder(tmp_path / "run")


def test_a_folder_that_is_no_run_folder_cannot_be_read(tmp_path):
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match=r"no readable manifest\.json"):
            read_run_folder(place)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run_id": 1}'])
def test_a_damaged_manifest_is_named(tmp_path, text):
    save(tmp_path / "run")
    (tmp_path / "run" / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=r"manifest\.json: .*damaged"):
        read_run_folder(tmp_path / "run")


def test_a_file_name_in_a_manifest_does_not_lead_out_of_the_folder(tmp_path):
    save(tmp_path / "run")
    (tmp_path / "secret").write_bytes(b"s")
    path = tmp_path / "run" / "manifest.json"
    document = json.loads(path.read_text())
    digest = hashlib.sha256(b"s").hexdigest()
    document["files"].append({"name": "../secret", "sha256": digest, "rows": None})
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="damaged"):
        read_run_folder(tmp_path / "run")


def test_a_run_of_another_version_is_refused_as_such(tmp_path):
    save(tmp_path / "run")
    path = tmp_path / "run" / "equity.parquet"
    pl.read_parquet(path).rename({"cash": "money"}).write_parquet(path)
    manifest = tmp_path / "run" / "manifest.json"
    document = json.loads(manifest.read_text())
    for entry in document["files"]:
        content = (tmp_path / "run" / entry["name"]).read_bytes()
        entry["sha256"] = hashlib.sha256(content).hexdigest()
    manifest.write_text(json.dumps(document))
    with pytest.raises(InputError, match="version that this one cannot read"):
        read_run_folder(tmp_path / "run")


def without_notes(table, content):
    """The bytes of a table as versions before there were notes wrote it."""
    frame = pl.read_parquet(content)
    return parquet_bytes(
        frame.drop([name for name in NOTE_COLUMNS[table] if name in frame.columns])
    )


def test_a_run_written_before_there_were_notes_is_read_without_any(tmp_path):
    run = some_result()
    save(tmp_path / "run", run)
    manifest = tmp_path / "run" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    for table in NOTE_COLUMNS:
        path = tmp_path / "run" / f"{table}.parquet"
        before = path.read_bytes()
        path.write_bytes(without_notes(table, before))
        text = text.replace(
            hashlib.sha256(before).hexdigest(), hashlib.sha256(path.read_bytes()).hexdigest()
        )
    manifest.write_text(text, encoding="utf-8")
    saved = read_run_folder(tmp_path / "run").result
    assert_frame_equal(saved.trades, run.trades, check_exact=True)
    assert_frame_equal(saved.orders, run.orders, check_exact=True)


def test_notes_are_read_back_as_they_were_written(tmp_path):
    note = "gap: opened beyond the stop, filled at the open; in the bar of the entry"
    run = result([100.0], trades=[{"exit_note": note}], orders=[order("filled", note=note)])
    save(tmp_path / "run", run)
    saved = read_run_folder(tmp_path / "run").result
    assert saved.trades.select("entry_note", "exit_note").rows() == [(None, note)]
    assert saved.orders["note"].to_list() == [note]
