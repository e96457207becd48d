"""The command line, in this process."""

import inspect
import json
import signal
import threading
import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ml4t_desktop import __version__
from ml4t_desktop.cli.arguments import COMMANDS, parser_of
from ml4t_desktop.cli.main import _CALLS, BAD_INPUT, FAILED, OK, main
from ml4t_desktop.cli.option_values import overrides
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.sample_files import write_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The request of a small sample."""
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_leaves_a_folder_and_says_what_it_came_to(sample, here, capsys):
    assert main(["run", str(sample), "--out", "result"]) == OK
    said = capsys.readouterr()
    metrics = json.loads((here / "result/metrics.json").read_text())
    assert f"{metrics['final_value']:,.2f}" in said.out
    assert f"{metrics['num_trades']:,} closed" in said.out
    assert str(here / "result") in said.out
    equity = pl.read_parquet(here / "result/equity.parquet")
    assert equity["equity"][-1] == metrics["final_value"]


def test_without_out_the_folder_is_named_after_the_request(sample, here):
    assert main(["run", str(sample)]) == OK
    assert (here / f"{sample.stem}-run/manifest.json").is_file()


def test_the_request_in_a_run_folder_runs_again_to_the_same_tables(sample, here):
    main(["run", str(sample), "--out", "first"])
    assert main(["run", "first/request.toml", "--out", "second"]) == OK
    first, second = (
        json.loads((here / f"{n}/manifest.json").read_text()) for n in ("first", "second")
    )
    assert first["run_id"] == second["run_id"]
    tables = {
        entry["name"]: entry["sha256"] for entry in first["files"] if "parquet" in entry["name"]
    }
    assert len(tables) == 7
    assert tables.items() <= {entry["name"]: entry["sha256"] for entry in second["files"]}.items()


def test_a_report_of_a_request_is_written_as_pdf_or_web_page(sample, here, capsys, qapp):
    assert main(["report", str(sample), "--out", "run.pdf", "--paper", "letter"]) == OK
    assert main(["report", str(sample), "--out", "run.html"]) == OK

    assert (here / "run.pdf").read_bytes().startswith(b"%PDF")
    assert '"verdict"' in (here / "run.html").read_text(encoding="utf-8")
    assert "Written to run.pdf" in capsys.readouterr().out
    assert sorted(path.name for path in here.iterdir()) == ["run.html", "run.pdf"]


def test_a_report_that_cannot_be_written_is_told_before_anything_is_run(sample, here, capsys):
    arguments = ["--out", "nowhere/run.doc", "--paper", "a5"]

    assert main(["report", str(sample), *arguments]) == BAD_INPUT

    said = capsys.readouterr().err
    assert all(word in said for word in ("'.doc'", "a5", "nowhere"))


def test_set_replaces_values_of_the_request(sample, here):
    changes = ["--set", "account.initial_capital=50_000.0", "--set", "execution.fill=same_close"]
    assert main(["run", str(sample), "--out", "result", *changes]) == OK
    asked = tomllib.loads((here / "result/request.toml").read_text())
    assert asked["account"]["initial_capital"] == 50_000.0
    assert asked["execution"]["fill"] == "same_close"
    assert json.loads((here / "result/metrics.json").read_text())["initial_capital"] == 50_000.0


def test_every_problem_of_a_request_is_told_in_a_line_of_its_own(sample, here, capsys):
    changes = ["--set", "strategy.exits.stop_loss=2.0", "--set", "strategy.exits.stop_los=0.1"]
    assert main(["run", str(sample), *changes]) == BAD_INPUT
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("error: ") for line in lines)
    assert any("strategy.exits.stop_loss" in line and "2.0" in line for line in lines)
    assert any("strategy.exits.stop_los" in line and "unknown key" in line for line in lines)
    assert list(here.iterdir()) == []


def test_a_request_that_does_not_exist_is_bad_input(here, capsys):
    assert main(["run", "nowhere.toml"]) == BAD_INPUT
    assert capsys.readouterr().err.startswith("error: nowhere.toml: cannot be read")


def test_a_file_the_request_names_and_nobody_has_is_bad_input(here, capsys):
    (here / "request.toml").write_text('[data]\nfiles = ["missing.parquet"]\n')
    assert main(["run", "request.toml"]) == BAD_INPUT
    assert "missing.parquet" in capsys.readouterr().err


def test_a_folder_that_is_no_run_folder_is_not_replaced(sample, here, capsys):
    (here / "result").mkdir()
    (here / "result/thesis.txt").write_text("dear to me")
    assert main(["run", str(sample), "--out", "result"]) == BAD_INPUT
    assert (here / "result/thesis.txt").read_text() == "dear to me"
    assert "result" in capsys.readouterr().err


def test_a_confidence_outside_0_to_1_is_told_with_file_column_and_row(here, capsys):
    days = [date(2024, 1, day) for day in (2, 3, 4)]
    prices = dict.fromkeys(("open", "high", "low", "close"), 10.0)
    frame = pl.DataFrame({"date": days, **prices, "sure": [0.5, 1.5, 0.5]})
    frame.write_csv(here / "ABC.csv")
    (here / "request.toml").write_text(
        '[data]\nfiles = ["ABC.csv"]\nsignals = ["sure"]\n'
        '[strategy]\nentry = {column = "signal.sure", op = ">", value = 0.0}\n'
        "[strategy.sizing]\n"
        'helper = "size_by_confidence"\nconfidence = "signal.sure"\nmax_percent = 0.5\n'
    )
    assert main(["run", "request.toml"]) == BAD_INPUT
    said = capsys.readouterr().err
    assert "ABC.csv, row 2" in said
    assert "'sure'" in said
    assert not (here / "request-run").exists()


def test_warnings_of_the_data_are_told_beside_a_good_result(here, capsys):
    days = [date(2024, 1, day) for day in (2, 3, 4)]
    frame = pl.DataFrame(
        {"date": days, "open": 10.0, "high": [11.0, 9.0, 11.0], "low": 9.0, "close": 10.0}
    )
    frame.write_csv(here / "ABC.csv")
    (here / "request.toml").write_text('[data]\nfiles = ["ABC.csv"]\n')
    assert main(["run", "request.toml"]) == OK
    warnings = [line for line in capsys.readouterr().err.splitlines() if line]
    assert warnings
    assert all(line.startswith(("warning: ", "note: ")) for line in warnings)
    assert any("ABC.csv, row 2" in line for line in warnings)


def test_a_cancelled_run_says_so_and_leaves_nothing(sample, here, capsys, monkeypatch):
    from ml4t_desktop.project import run as run_module

    started = threading.Event()

    def cancelled_while_running(*args, **kwargs):
        control = args[2]
        started.set()
        while not control.is_cancelled:
            started.wait(0.001)
        control.check()

    monkeypatch.setattr(run_module, "execute", cancelled_while_running)
    interrupt = threading.Timer(0.0, lambda: (started.wait(30), signal.raise_signal(signal.SIGINT)))
    interrupt.start()
    assert main(["run", str(sample), "--out", "result"]) == FAILED
    interrupt.join()
    assert capsys.readouterr().err == "error: cancelled, nothing was written\n"
    assert list(here.iterdir()) == []


def test_after_a_run_ctrl_c_does_again_what_it_did_before(sample, here):
    before = signal.getsignal(signal.SIGINT)
    main(["run", str(sample)])
    assert signal.getsignal(signal.SIGINT) is before


def test_a_fault_of_the_program_keeps_its_traceback(sample, here, monkeypatch):
    from ml4t_desktop.project import run as run_module

    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(run_module, "execute", broken)
    with pytest.raises(ZeroDivisionError):
        main(["run", str(sample)])
    assert list(here.iterdir()) == []


def test_check_says_what_columns_are_taken_for(sample, capsys):
    prices = next(sample.parent.glob("*prices*"))
    assert main(["check", str(prices)]) == OK
    said = capsys.readouterr().out
    assert "40 assets" in said
    for role in ("time", "asset", "close", "signal"):
        assert role in said


def test_check_says_what_leaks_from_the_future(sample, here, capsys):
    import polars as pl

    prices = next(sample.parent.glob("*prices*"))
    future = (pl.col("close").shift(-5).over("symbol") / pl.col("close") - 1).alias("alpha")
    frame = pl.read_parquet(prices).sort("symbol", "date").with_columns(future)
    frame.write_parquet(here / "prices.parquet")
    assert main(["check", "prices.parquet"]) == OK
    said = capsys.readouterr().out
    assert "leaks: 4 columns, 1 with an alarm" in said
    assert "signal.alpha: alarm" in said
    assert "the return of the next 5 bars" in said


def test_check_of_a_request_runs_it_with_each_column_a_bar_later(sample, capsys):
    assert main(["check", str(sample)]) == OK
    said = capsys.readouterr().out
    assert "sample_prices.parquet: prices" in said
    assert "One bar later: final value" in said
    assert main(["check", str(sample), "other.csv"]) == BAD_INPUT


def test_a_column_is_delayed_by_an_option(sample, here):
    assert main(["run", str(sample), "--out", "late", "--set", "data.lag.ml_pred_5d=1"]) == OK
    assert "[data.lag]\nml_pred_5d = 1" in (here / "late/request.toml").read_text()
    assert main(["run", str(sample), "--set", "data.lag.nothing=1"]) == BAD_INPUT


def test_check_ends_with_2_when_a_file_cannot_be_used(here, capsys):
    (here / "prices.csv").write_text("date,open,high,low,close\n2024-01-02,10,11,9,-1\n")
    assert main(["check", "prices.csv", "missing.csv"]) == BAD_INPUT
    errors = capsys.readouterr().err.splitlines()
    assert any("prices.csv" in line and "close" in line for line in errors)
    assert any("missing.csv" in line for line in errors)


def test_a_written_sample_runs_by_the_command_that_is_said(here, capsys):
    assert main(["sample", "trial"]) == OK
    command = capsys.readouterr().out.rpartition("ml4t-desktop ")[2].split()
    assert main(command) == OK
    assert json.loads(next(here.glob("*-run/metrics.json")).read_text())["num_trades"] > 0


def test_version_is_said(capsys):
    assert main(["--version"]) == OK
    assert capsys.readouterr().out == f"ml4t-desktop {__version__}\n"


def test_help_names_every_command(capsys):
    assert main(["--help"]) == OK
    said = capsys.readouterr().out
    for command in ("open", "run", "check", "sample"):
        assert f"  {command}" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_what_carries_out_a_command_takes_what_its_arguments_are_called(name, capsys):
    parser = parser_of(name)
    taken = {action.dest for action in parser._actions} - {"help"}
    assert taken == {*inspect.signature(_CALLS[name]).parameters}
    assert main([name, "--help"]) == OK
    said = capsys.readouterr().out
    assert f"usage: ml4t-desktop {name}" in said
    assert all(option in said for action in parser._actions for option in action.option_strings)


def test_options_may_stand_between_the_files_of_a_check(here, capsys):
    assert main(["check", "a.csv", "--json", "b.csv"]) == BAD_INPUT
    reports = json.loads(capsys.readouterr().out)["reports"]
    assert [report["file"] for report in reports] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    "arguments", [["run"], ["run", "a.toml", "--colour"], ["check"], ["--nothing"]]
)
def test_wrong_arguments_are_told_in_one_line(arguments, capsys):
    assert main(arguments) == BAD_INPUT
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1


def test_a_mistyped_command_is_guessed(capsys):
    assert main(["chekc"]) == BAD_INPUT
    assert "Did you mean the command 'check'?" in capsys.readouterr().err


@pytest.mark.parametrize("platform", ["", "offscreen", "minimal:enable_fonts"])
def test_without_a_display_the_way_out_is_told(platform, monkeypatch, capsys):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.setattr("sys.platform", "linux")
    assert main([]) == FAILED
    assert "ml4t-desktop --sample" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("a.b=1", 1),
        ("a.b=1.5", 1.5),
        ("a.b = true", True),
        ("a.b=2020-01-31", date(2020, 1, 31)),
        ("a.b=[1, 2]", [1, 2]),
        ('a.b="1"', "1"),
        ("a.b=same_close", "same_close"),
        ("a.b=signal.x", "signal.x"),
        ("a.b=x=y", "x=y"),
        ("a.b=C:\\data", "C:\\data"),
        ("a.b=1\nc = 2", "1\nc = 2"),
        ("a.b=", ""),
    ],
)
def test_a_set_value_is_toml_and_a_bare_word_is_text(change, value):
    assert overrides([change]) == {"a.b": value}


def test_all_changes_that_cannot_be_read_are_told_at_once():
    with pytest.raises(InputError) as caught:
        overrides(["a", "=1", "a..b=1", "b=[1", "c='x", "d=1"])
    assert [problem.where for problem in caught.value.problems] == [
        "--set a", "--set =1", "--set a..b=1", "--set b=[1", "--set c='x",
    ]  # fmt: skip


def test_a_preset_is_applied_said_and_written_into_the_saved_request(sample, here, capsys):
    assert main(["run", str(sample), "--out", "result", "--preset", "backtrader"]) == OK
    said = capsys.readouterr().out
    assert "backtrader: 6 values changed" in said
    assert "execution.insufficient_cash: shrink -> reject" in said
    saved = tomllib.loads((here / "result/request.toml").read_text())
    assert saved["execution"]["insufficient_cash"] == "reject"
    assert saved["strategy"]["exits"]["evaluate"] == "intrabar"


def test_set_wins_over_a_preset_and_may_change_a_part_of_its_costs(sample, here, capsys):
    changes = ["--set", "execution.lot_size=10.0", "--set", "costs.commission.rate=0.01"]
    assert main(["run", str(sample), "--out", "r", "--preset", "realistic", *changes]) == OK
    saved = tomllib.loads((here / "r/request.toml").read_text())
    assert saved["execution"]["lot_size"] == 10.0
    assert saved["costs"]["commission"] == {
        "model": "per_share", "rate": 0.01, "minimum": 1.0, "cap": 0.01,
    }  # fmt: skip


def test_an_unknown_preset_is_bad_input_that_lists_those_there_are(sample, here, capsys):
    assert main(["run", str(sample), "--preset", "quantopian"]) == BAD_INPUT
    assert main(["presets", "quantopian"]) == BAD_INPUT
    assert capsys.readouterr().err.count("there is no such preset") == 2
    assert list(here.iterdir()) == []


def test_presets_are_listed_and_described(capsys):
    assert main(["presets"]) == OK
    assert "zipline       zipline with its default models" in capsys.readouterr().out
    assert main(["presets", "vectorbt"]) == OK
    said = capsys.readouterr().out
    assert "Quantities are fractional (execution.lot_size = 0)" in said
    assert "vectorbt's stops and targets fill without slippage" in said


def test_a_run_in_chunks_is_the_same_run(sample, here, capsys):
    assert main(["run", str(sample), "--out", "whole"]) == OK
    whole = capsys.readouterr()
    assert main(["run", str(sample), "--out", "parts", "--chunk-rows", "5000"]) == OK
    parts = capsys.readouterr()
    assert parts.out.replace("parts", "whole") == whole.out
    assert parts.err == whole.err
    assert main(["run", str(sample), "--chunk-rows", "0"]) == BAD_INPUT
    assert "--chunk-rows" in capsys.readouterr().err


def test_check_names_no_period_where_the_times_cannot_be_read(here, capsys):
    rows = "".join(f"2024-01-{day:02d},1.0,2.0,0.5,1.5\n" for day in range(2, 12))
    text = f"date,open,high,low,close\n{rows}20zz-01-12,1.0,2.0,0.5,1.5\n"
    (here / "cut.csv").write_text(text, encoding="utf-8")

    assert main(["check", "cut.csv"]) == BAD_INPUT
    told = capsys.readouterr()
    assert told.out.splitlines()[0] == "cut.csv: prices, 11 rows, 1 asset"
    assert "row 11: '20zz-01-12' is no time like the others" in told.err


def test_check_tells_a_request_as_json_with_all_rows(here, capsys):
    from tests.unit.files.quality.planted import DAYS, market, planted, row_of

    frame = planted(market(), "BBB", DAYS[40], close=0.0)
    frame.write_parquet(here / "bars.parquet")
    (here / "r.toml").write_text('format = 1\n[data]\nfiles = ["bars.parquet"]\n')
    assert main(["check", "r.toml", "--json", "--rows"]) == BAD_INPUT
    (report,) = json.loads(capsys.readouterr().out)["reports"]
    (finding,) = [item for item in report["findings"] if item["kind"] == "zero_price"]
    assert not report["usable"]
    assert finding["repairs"] == [{"key": "data.repairs.bad_price", "value": "drop"}]
    assert [row["row"] for row in finding["rows"]] == [row_of("BBB", DAYS[40])]


def test_check_lists_all_rows_on_demand_and_obeys_repairs(here, capsys):
    from tests.unit.files.quality.planted import DAYS, market, planted, row_of

    frame = planted(market(), "BBB", DAYS[40], close=0.0)
    frame.write_parquet(here / "bars.parquet")
    text = 'format = 1\n[data]\nfiles = ["bars.parquet"]\nrepairs = { bad_price = "drop" }\n'
    (here / "r.toml").write_text(text)
    assert main(["check", "r.toml", "--rows"]) == OK
    out, err = capsys.readouterr()
    assert f"BBB  {DAYS[40]}  bars.parquet row {row_of('BBB', DAYS[40])}" in out
    assert "note: bars.parquet, column 'close': 1 row has a price of zero" in err


def test_check_refuses_a_file_beside_a_request(here, capsys):
    (here / "r.toml").write_text("")
    assert main(["check", "r.toml", "other.csv"]) == BAD_INPUT
    assert "other.csv: is given beside a request" in capsys.readouterr().err


def python_request(sample: Path, folder: Path) -> Path:
    """A request on the sample with a strategy of its own that is Python."""
    head = sample.read_text().partition("[strategy]")[0]
    for file in sample.parent.glob("sample_*"):
        if file.suffix != ".toml":
            head = head.replace(f'"{file.name}"', f'"{file.as_posix()}"')
    (folder / "mine.py").write_text(
        "from ml4t_desktop.backtest import Parameter, Strategy\n\n\n"
        "class Mine(Strategy):\n    share = Parameter(0.02, low=0.0, high=0.05)\n\n"
        "    def on_event(self, event):\n"
        "        if not self.get_position(event.asset_id):\n"
        "            self.buy_percent(event.asset_id, self.share, event.close)\n"
    )
    request = folder / "python.toml"
    request.write_text(f'{head}[strategy.python]\nfile = "mine.py"\nclass = "Mine"\n')
    return request


def test_python_is_run_only_when_somebody_trusts_it(sample, here, capsys):
    request = python_request(sample, here)
    assert main(["run", str(request), "--out", "result"]) == BAD_INPUT
    assert "not agreed to trust" in capsys.readouterr().err
    assert not (here / "result").exists()
    assert main(["run", str(request), "--out", "result", "--trust"]) == OK
    first = json.loads((here / "result/manifest.json").read_text())["run_id"]
    assert main(["run", "result/request.toml", "--out", "again", "--trust"]) == OK
    assert json.loads((here / "again/manifest.json").read_text())["run_id"] == first
    with (here / "mine.py").open("a") as file:
        file.write("# another text\n")
    assert main(["run", str(request), "--out", "other", "--trust"]) == OK
    assert json.loads((here / "other/manifest.json").read_text())["run_id"] != first


def test_an_agreement_of_the_window_counts_for_the_command_line(sample, here):
    from ml4t_desktop.files.scripts.script import read_script
    from ml4t_desktop.project.scripts.trust import TrustList

    request = python_request(sample, here)
    TrustList().remember(read_script(here / "mine.py"))
    assert main(["run", str(request), "--out", "result"]) == OK


def test_what_is_wrong_with_a_python_strategy_is_told_all_at_once(sample, here, capsys):
    request = python_request(sample, here)
    changes = ["strategy.python.parameters.share=1", "strategy.python.parameters.no=2"]
    given = [word for change in changes for word in ("--set", change)]
    assert main(["run", str(request), "--trust", *given]) == BAD_INPUT
    told = capsys.readouterr().err
    assert "must be at most 0.05" in told
    assert "declares no parameter 'no'" in told


def test_a_python_strategy_that_fails_says_where(sample, here, capsys):
    request = python_request(sample, here)
    script = here / "mine.py"
    script.write_text(script.read_text().replace("self.share, event", "self.shre, event"))
    assert main(["run", str(request), "--trust", "--out", "result"]) == FAILED
    assert "mine.py, line 9, in on_event: AttributeError" in capsys.readouterr().err
    assert not (here / "result").exists()
