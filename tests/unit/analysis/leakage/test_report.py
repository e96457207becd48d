"""What the checks say of honest columns and of leaks planted on purpose; the benchmark has more seeds."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pytest

from ml4t_desktop.analysis.leakage import check_leaks
from ml4t_desktop.errors import Cancelled
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.market import TextColumn
from ml4t_desktop.request import DataSource, Request, load_request, parse_request
from tests.architecture.translated import left_in_english
from tests.benchmarks import planted

SEEDS = (1, 2)


def levels(report):
    said = [it for column in report.columns for it in column.findings]
    texts = [text for it in said for text in (it.sentence, it.effect, it.remedy)]
    assert left_in_english(texts) == []
    return {column.name: column.level for column in report.columns}


def alarms(report):
    return {name for name, level in levels(report).items() if level == "alarm"}


def checks_of(report, name, level="alarm"):
    column = next(column for column in report.columns if column.name == name)
    return {finding.check for finding in column.findings if finding.level == level}


@pytest.mark.parametrize("where", ["one asset", "a tenth of the time"])
def test_a_leak_in_a_part_is_found_and_the_part_named(where):
    grid = planted.sample(3, assets=60)
    close = grid.close
    random = np.random.default_rng(3)
    column = random.standard_normal(close.shape)
    part = (slice(None), 7) if where == "one asset" else (slice(225, 300), slice(None))
    known = (planted.ahead(close, 1) / close - 1.0) / 0.01
    column[part] = (known + random.standard_normal(close.shape))[part]
    (report,) = check_leaks(grid.with_signals({"prediction": column})).columns
    (finding,) = [found for found in report.findings if found.level == "alarm"]
    symbol = grid.market.symbols[7]
    assert (f"({symbol})" if where == "one asset" else "In a part of the time") in finding.sentence


def test_a_mark_on_assets_that_did_well_in_the_end_is_found():
    grid = planted.sample(3, assets=60)
    close = grid.close
    earned = close[-1] / close[0]
    mark = np.broadcast_to((earned > np.nanmedian(earned)).astype(float), close.shape)
    sectors = np.broadcast_to(np.arange(60.0) % 7, close.shape)
    found = levels(check_leaks(grid.with_signals({"mark": mark, "sector": sectors})))
    assert found == {"mark": "alarm", "sector": "fine"}


def test_a_state_that_comes_but_once_is_no_target():
    """The fifteen days before a fall of the index are marked by chance once in a history."""
    market = planted.sample(4).market
    found = levels(check_leaks(market))
    assert found["regime"] == "fine"


@pytest.mark.parametrize("seed", SEEDS)
def test_honest_signals_are_left_in_peace(seed):
    random = np.random.default_rng(seed)
    for grid in (planted.sample(seed), planted.sample(seed, assets=1)):
        report = check_leaks(grid.with_signals(planted.honest_signals(grid, random)))
        assert set(levels(report).values()) == {"fine"}


@pytest.mark.parametrize("seed", SEEDS)
def test_honest_context_is_left_in_peace(seed):
    grid = planted.sample(seed)
    context = planted.honest_context(grid, np.random.default_rng(seed))
    found = levels(check_leaks(grid.with_context(context)))

    assert "alarm" not in found.values()
    assert {name for name, level in found.items() if level != "fine"} <= {"month_before"}


@pytest.mark.parametrize("ic", [0.02, 0.05, 0.08])
def test_a_real_edge_is_no_leak(ic):
    assert levels(check_leaks(planted.edge_market(3, ic))) == {"prediction": "fine"}


def test_prices_between_bid_and_ask_make_no_alarm():
    assert alarms(check_leaks(planted.bounce_market(1))) == set()
    assert alarms(check_leaks(planted.bounce_market(1, assets=20, days=400))) == set()


def test_planted_signals_are_found_among_assets():
    grid = planted.sample(1)
    leaks = planted.planted_signals(grid, np.random.default_rng(1))
    weak = {name for name in leaks if name.endswith((" 0.1", " 0.05"))}

    assert alarms(check_leaks(grid.with_signals(leaks))) >= leaks.keys() - weak


def test_planted_signals_are_found_in_a_single_asset():
    grid = planted.sample(1, assets=1)
    leaks = planted.planted_signals(grid, np.random.default_rng(1))
    weak = {name for name in leaks if name.endswith((" 0.2", " 0.1", " 0.05", "noise"))}

    assert alarms(check_leaks(grid.with_signals(leaks))) >= leaks.keys() - weak


def test_planted_context_is_found():
    grid = planted.sample(2)
    leaks = planted.planted_context(grid, np.random.default_rng(2))
    weak = {"tomorrow's fear", "mean return of the month, from its first day"}

    assert alarms(check_leaks(grid.with_context(leaks))) >= leaks.keys() - weak


def test_a_target_is_called_by_its_name_and_horizon():
    grid = planted.sample(1)
    future = planted.ahead(grid.close, 5) / grid.close - 1.0
    report = check_leaks(grid.with_signals({"x": future, "up": np.where(future > 0, 1.0, 0.0)}))

    first = report.columns[0].findings[0]
    assert (first.check, first.level) == ("target", "alarm")
    assert "It is the return of the next 5 bars (close to close)" in first.sentence
    assert "target" in checks_of(report, "up")


def test_a_name_alone_is_a_notice_and_a_prediction_of_a_target_is_none():
    grid = planted.sample(1)
    noise = np.random.default_rng(0).standard_normal(grid.close.shape)
    report = check_leaks(grid.with_signals({"target_5d": noise, "pred_fwd_5d": noise}))

    assert levels(report) == {"target_5d": "notice", "pred_fwd_5d": "fine"}


def test_what_is_stamped_two_bars_early_is_to_be_used_two_bars_later():
    grid = planted.sample(1)
    early = planted.ahead(planted.honest_signals(grid, np.random.default_rng(0))["momentum_5"], 2)
    market = grid.with_signals({"x": early})
    finding = check_leaks(market).columns[0].findings[0]

    assert finding.check == "shift"
    assert "Use it 2 bars later" in finding.remedy
    assert check_leaks(market, asking({"x": 1})).level == "alarm"
    assert check_leaks(market, asking({"x": 2})).level == "fine"


def test_knowing_the_own_bar_matters_when_orders_fill_at_its_close():
    grid = planted.sample(1)
    market = grid.with_signals({"momentum": grid.returns})

    assert check_leaks(market, asking()).level == "fine"
    assert checks_of(check_leaks(market, asking(fill="same_close")), "momentum", "notice") == {
        "own_bar"
    }


def test_a_value_of_the_day_known_in_its_morning_is_an_alarm():
    day = planted.intraday(planted.sample(1).market)
    early = planted.day_values(day, known_early=True)
    before = planted.day_values(day, known_early=False)
    report = check_leaks(planted.Grid.of(day).with_context({"early": early, "before": before}))

    assert "day" in checks_of(report, "early")
    assert checks_of(report, "before") == set()
    assert checks_of(report, "before", "notice") == {"day"}


def test_daily_values_that_the_request_delays_are_fine():
    day = planted.intraday(planted.sample(1).market)
    market = planted.Grid.of(day).with_context({"x": planted.day_values(day, known_early=False)})
    context = {"file": "c.csv", "columns": ["x"], "lag": "1d"}
    request = parse_request({"data": {"files": ["p.csv"]}, "context": context})

    assert check_leaks(market, request).level == "fine"


def test_training_rows_in_the_period_are_an_alarm_with_their_dates():
    report = check_leaks(planted.trained_market(1))
    split = next(column for column in report.columns if column.name == "split")

    assert split.level == "alarm"
    assert "marked as training data, 2015-01-05 to " in split.findings[0].sentence
    assert "0 bars" in split.findings[1].sentence
    assert split.findings[1].level == "notice"


def test_training_and_test_mixed_in_time_are_an_alarm():
    grid = planted.sample(1)
    random = np.random.default_rng(1)
    flags = (random.random(grid.close.shape) < 0.7).astype(float)
    split = check_leaks(grid.with_signals({"is_train": flags})).columns[0]

    assert [finding.level for finding in split.findings] == ["alarm", "alarm"]
    assert "mixed in time" in split.findings[1].sentence


def test_a_period_without_training_rows_is_fine():
    grid = planted.sample(1)
    codes = np.ones(grid.market.row_count, np.int32)
    market = replace(
        grid.market, signals=MappingProxyType({"fold": TextColumn(codes, ("train", "test"))})
    )

    assert check_leaks(market).columns[0].level == "fine"


def test_scaling_over_the_whole_history_is_a_notice():
    grid = planted.sample(1)
    hidden = planted.hidden_signals(grid)
    report = check_leaks(grid.with_signals(hidden))

    assert checks_of(report, "scaled over all history: mean and deviation", "notice") == {"scale"}
    by_day = grid.with_signals({"z": planted._noisy(np.random.default_rng(0), grid.returns, 1.0)})
    assert check_leaks(by_day).level == "fine"


def test_one_bar_later_is_a_run_with_the_column_delayed():
    grid = planted.sample(1)
    leak = planted.planted_signals(grid, np.random.default_rng(0))[
        "next bar + noise, correlation 0.5"
    ]
    market = grid.with_signals({"x": leak, "unused": grid.returns})
    entry = {"all": [{"column": "signal.x", "op": ">", "value": 1.0}]}
    leave = {"any": [{"column": "signal.x", "op": "<", "value": 0.0}]}
    strategy = {"entry": entry, "exit": leave, "sizing": {"helper": "buy_percent", "percent": 0.05}}
    now, later = (asking(lag, strategy=strategy, fill="same_close") for lag in (None, {"x": 1}))
    first, other = check_leaks(market, now).columns
    second = check_leaks(market, later).columns[0]

    assert first.effect is not None
    assert second.effect is not None
    assert other.effect is None
    assert first.effect.final_after == second.effect.final_before
    assert first.effect.sharpe_before > 3 > abs(first.effect.sharpe_after)
    assert "lag_effect" in {f.check for f in first.findings if f.level == "notice"}
    assert (first.lag_bars, second.lag_bars) == (0, 1)


def test_too_few_bars_are_said_to_be_too_few():
    report = check_leaks(planted.sample(1, assets=1, days=30).market)

    assert {finding.check for finding in report.columns[0].findings} >= {"too_short"}
    assert report.level == "notice"


def test_columns_of_nothing_or_of_one_value_are_no_fault():
    grid = planted.sample(1)
    constant, nothing = np.full(grid.close.shape, 3.0), np.full(grid.close.shape, np.nan)
    huge = np.where(grid.returns > 0, 1e300, -np.inf)
    report = check_leaks(
        grid.with_signals({"constant": constant, "nothing": nothing, "huge": huge})
    )

    assert alarms(report) == set()


def test_the_check_can_be_cancelled():
    class Impatient:
        def advance(self, share):
            self.share = share

        def check(self):
            if getattr(self, "share", 0.0) > 0.3:
                raise Cancelled

    with pytest.raises(Cancelled):
        check_leaks(planted.sample(1, assets=6, days=100).market, None, Impatient())


@pytest.mark.real_data
def test_the_real_predictions_are_left_in_peace(real_data):
    path = real_data / "projects/ml_signal_sp500.toml"
    request = load_request(path)
    data = request.data.model_copy(update={"start": date(2020, 1, 1)})
    market = read_market(data, request.context, base=path.parent).market

    assert set(levels(check_leaks(market)).values()) == {"fine"}


def asking(lag=None, *, strategy=None, fill="next_open") -> Request:
    raw = {
        "data": DataSource(files=("p.csv",), signals=("x", "unused"), lag=lag).model_dump(),
        "strategy": strategy or {},
        "execution": {"fill": fill},
    }
    return parse_request(raw)
