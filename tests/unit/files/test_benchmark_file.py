"""A benchmark from a file: prices or returns, laid on the times of the bars, with what is missing told."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.benchmark import choices, make_benchmark
from ml4t_desktop.backtest import BacktestResult
from ml4t_desktop.cli.main import OK, main
from ml4t_desktop.cli.option_values import benchmark_values
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.benchmark_file import read_benchmark, with_benchmark
from ml4t_desktop.files.fingerprint import source_files
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.market.timeline import bare_market
from ml4t_desktop.project.variants import variant_id
from ml4t_desktop.request import BenchmarkFile, Request, load_request, parse_request, request_toml
from tests.unit.analysis.result_builder import result, weekdays

DAY = 86_400_000_000
MONDAY = datetime(2024, 1, 1)


def times(count: int, start: datetime = MONDAY) -> np.ndarray:
    days = [start + timedelta(days=i) for i in range(count)]
    return np.array(days, "datetime64[us]").astype(np.int64)


def write(folder, text: str, name: str = "index.csv"):
    (folder / name).write_text(text)
    return BenchmarkFile(file=name)


def line(folder, source: BenchmarkFile, count: int = 4):
    market, problems = with_benchmark(
        bare_market(times(count), ()), read_benchmark(source, folder), source
    )
    return market.benchmark, [str(problem) for problem in problems]


def test_prices_are_laid_on_the_times_of_the_bars(tmp_path):
    source = write(
        tmp_path, "date,close\n2024-01-01,100\n2024-01-02,110\n2024-01-03,99\n2024-01-04,99\n"
    )
    found, problems = line(tmp_path, source)
    assert found.title == "index"
    assert found.values.tolist() == [100, 110, 99, 99]
    assert problems == []


def test_returns_are_compounded_in_the_file_before_they_are_laid_on_bars(tmp_path):
    text = "date,ret\n2024-01-01,0.0\n2024-01-02,0.1\n2024-01-03,0.1\n2024-01-04,-0.5\n"
    source = write(tmp_path, text).model_copy(update={"values": "return"})
    found, _ = line(tmp_path, source)
    assert found.values == pytest.approx([1.0, 1.1, 1.21, 0.605])


def test_between_its_times_a_benchmark_keeps_its_latest_value_and_the_gap_is_told(tmp_path):
    source = write(tmp_path, "date,close\n2024-01-01,100\n2024-01-04,110\n")
    found, problems = line(tmp_path, source)
    assert found.values.tolist() == [100, 100, 100, 110]
    assert "no value of its own at 2 times of the bars (first 2024-01-02)" in problems[0]


def test_matched_exactly_other_times_have_no_value(tmp_path):
    source = write(tmp_path, "date,close\n2024-01-01,100\n2024-01-04,110\n")
    found, _ = line(tmp_path, source.model_copy(update={"match": "exact"}))
    assert np.isnan(found.values).tolist() == [False, True, True, False]
    market, _ = with_benchmark(bare_market(times(4), ()), read_benchmark(source, tmp_path), source)
    assert make_benchmark(market, "file").values.tolist() == [1.0, 1.0, 1.0, 1.1]


def test_a_late_begin_and_an_early_end_are_told(tmp_path):
    source = write(tmp_path, "date,close\n2024-01-02,100\n2024-01-03,110\n")
    found, problems = line(tmp_path, source)
    assert np.isnan(found.values[0])
    assert "begins at 2024-01-02, 1 time of the bars before it" in problems[0]
    assert "ends at 2024-01-03, 1 time of the bars after it" in problems[1]


def test_a_benchmark_of_another_time_is_told_as_such(tmp_path):
    source = write(tmp_path, "date,close\n1999-01-02,100\n1999-01-03,110\n")
    _, problems = line(tmp_path, source)
    assert "shares no time with the bars (2024-01-01 to 2024-01-04)" in problems[0]


def test_closes_stamped_with_their_time_of_day_belong_to_their_day(tmp_path):
    text = "time,close\n2024-01-01 16:00,100\n2024-01-02 16:00,110\n2024-01-03 16:00,120\n2024-01-04 16:00,90\n"
    found, problems = line(tmp_path, write(tmp_path, text))
    assert found.values.tolist() == [100, 110, 120, 90]
    assert "matched by day" in problems[0]


def test_rows_without_a_value_are_left_out_and_counted(tmp_path):
    source = write(
        tmp_path, "date,close\n2024-01-01,100\n2024-01-02,\n2024-01-03,120\n2024-01-04,90\n"
    )
    found, problems = line(tmp_path, source)
    assert found.values.tolist() == [100, 100, 120, 90]
    assert "1 row of the benchmark without a value" in problems[0]


@pytest.mark.parametrize(
    ("text", "changes", "said"),
    [
        ("date,close\n2024-01-01,100\n2024-01-02,0\n", {}, "close is 0 at 2024-01-02"),
        ("date,r\n2024-01-01,0.1\n2024-01-02,-1.5\n", {"values": "return"}, "a return is above -1"),
        ("date,close\n2024-01-01,a\n2024-01-02,b\n", {}, "texts"),
        ("date,a,b\n2024-01-01,1,2\n", {}, 'column = "…" in [data.benchmark]'),
        ("date,close\n2024-01-01,1\n", {"column": "clsoe"}, "clsoe"),
        ("a,close\nx,1\n", {"time": "when"}, "when"),
        ("date,close\n2024-01-01,100\n2024-01-01,101\n", {}, "2024-01-01"),
        ("date,close\n", {}, "there are no rows"),
    ],
)
def test_a_file_that_is_no_benchmark_is_refused_with_what_to_do(tmp_path, text, changes, said):
    source = write(tmp_path, text).model_copy(update=changes)
    with pytest.raises(InputError) as refused:
        read_benchmark(source, tmp_path)
    told = " ".join(map(str, refused.value.problems))
    assert "index.csv" in told
    assert said in told


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.csv"):
        read_benchmark(BenchmarkFile(file="gone.csv"), tmp_path)


def test_negative_prices_are_recognised_as_returns_that_were_meant(tmp_path):
    source = write(tmp_path, "date,ret\n2024-01-01,0.01\n2024-01-02,-0.02\n")
    with pytest.raises(InputError, match='values = "return"'):
        read_benchmark(source, tmp_path)


def test_returns_in_per_cent_raise_a_doubt(tmp_path):
    text = "date,ret\n2024-01-01,1.2\n2024-01-02,0.9\n2024-01-03,2.1\n"
    source = write(tmp_path, text).model_copy(update={"values": "return"})
    _, problems = line(tmp_path, source, 3)
    assert "half of the returns in ret are beyond 50 %" in problems[0]


# In a request


def sample(folder):
    path = write_sample(folder, small=True)
    request = load_request(path)
    market = read_market(request.data, request.context, base=folder).market
    days = market.timestamps.astype("datetime64[us]")
    frame = pl.DataFrame({"date": days, "close": 100.0 * 1.001 ** np.arange(days.size)})
    frame.write_csv(folder / "spy.csv")
    return path, request


def with_file(request: Request, **values) -> Request:
    data = request.data.model_copy(update={"benchmark": BenchmarkFile(file="spy.csv", **values)})
    return request.model_copy(update={"data": data})


def test_a_request_with_a_file_is_measured_against_it_unless_it_names_something_else(tmp_path):
    _, request = sample(tmp_path)
    named = with_file(request)
    assert request.measured_against == "market"
    assert named.measured_against == "file"
    assert named.model_copy(update={"benchmark": "none"}).measured_against == "none"


def test_a_request_keeps_its_benchmark_in_its_file(tmp_path):
    _, request = sample(tmp_path)
    named = with_file(request, column="close", match="exact")
    (tmp_path / "again.toml").write_text(request_toml(named))
    assert load_request(tmp_path / "again.toml") == named


def test_a_request_that_names_a_file_and_has_none_is_refused():
    with pytest.raises(InputError, match=r"name one in \[data\.benchmark\]"):
        parse_request({"format": 1, "benchmark": "file", "data": {"files": ["a.csv"]}}, "r.toml")


def test_a_benchmark_is_no_variant_and_not_part_of_the_data(tmp_path):
    _, request = sample(tmp_path)
    named = with_file(request)
    assert variant_id(named) == variant_id(request)
    files = source_files(named.data, named.context, base=tmp_path)
    assert tmp_path / "spy.csv" not in files


def test_the_market_of_a_request_offers_its_file_by_name(tmp_path):
    _, request = sample(tmp_path)
    named = with_file(request)
    market = read_market(named.data, named.context, base=tmp_path).market
    assert choices(market)[:2] == ("market", "file")
    found = make_benchmark(market, "file")
    assert found.title == "spy"
    assert found.values == pytest.approx(1.001 ** np.arange(market.time_count))


def test_the_command_line_measures_against_a_file_and_says_so_in_the_statistics(tmp_path):
    path, _ = sample(tmp_path)
    out = tmp_path / "out"
    arguments = ["run", str(path), "--out", str(out), "--benchmark", str(tmp_path / "spy.csv")]
    assert main(arguments) == OK
    import json

    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["benchmark"] == "spy"
    times_ = pl.read_parquet(out / "equity.parquet")["timestamp"]
    assert metrics["benchmark_total_return"] == pytest.approx(1.001 ** (times_.len() - 1) - 1)
    assert load_request(out / "request.toml").data.benchmark.file.endswith("spy.csv")


def test_a_name_on_the_command_line_is_a_name_unless_there_is_such_a_file(tmp_path):
    assert benchmark_values("asset.AAA") == {"benchmark": "asset.AAA"}
    assert benchmark_values("none") == {"benchmark": "none"}
    (tmp_path / "spy.csv").touch()
    assert benchmark_values(str(tmp_path / "spy.csv"))["benchmark"] == "file"


def test_a_result_of_python_is_measured_against_a_file_or_a_frame(tmp_path):
    days = weekdays(40)
    run = BacktestResult(result((100.0 * 1.002 ** np.arange(1, 41)).tolist(), times=days))
    frame = pl.DataFrame({"date": days, "close": 50.0 * 1.001 ** np.arange(40)})
    frame.write_csv(tmp_path / "spy.csv")
    of_frame, of_file = run.against(frame), run.against(tmp_path / "spy.csv")
    assert of_frame.total_return == pytest.approx(1.001**39 - 1)
    assert of_file.total_return == pytest.approx(of_frame.total_return)
    assert of_file.benchmark == "spy"
    returns = pl.DataFrame({"date": days, "r": [0.0, *[0.001] * 39]})
    assert run.against(returns, values="return").total_return == pytest.approx(1.001**39 - 1)
