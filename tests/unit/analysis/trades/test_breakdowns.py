from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.account.returns import PeriodReturns, period_returns
from ml4t_desktop.analysis.account.rolling import rolling_statistics, rolling_trades
from ml4t_desktop.analysis.calendar import calendar_breakdown, monthly_table
from ml4t_desktop.analysis.definitions import DEFINITION_OF
from ml4t_desktop.analysis.metrics import compute_metrics
from ml4t_desktop.analysis.months import entered_in, moment_profits
from ml4t_desktop.analysis.trades.breakdowns import (
    BREAKDOWN,
    GROUPING_DEFINITIONS,
    GROUPINGS,
    breakdown,
    group_trades,
)
from ml4t_desktop.analysis.trades.trade_statistics import trade_statistics
from tests.unit.analysis.account.test_relative import BENCHMARK
from tests.unit.analysis.result_builder import STILL_OPEN, at, result, trades_frame
from tests.unit.analysis.test_metrics import RETURNS, compounded

ROWS = [
    {"symbol": "BBB", "pnl": 10.0, "entry_time": at("2024-01-01 09:30"), "exit_time": at("2024-01-05")},
    {"symbol": "AAA", "pnl": -5.0, "entry_time": at("2023-12-29 15:00"), "exit_time": at("2023-12-31")},
    {"symbol": "BBB", "pnl": -4.0, "entry_time": at("2024-01-08 09:00"), "exit_time": at("2024-02-05"),
     "direction": "short", "exit_reason": "stop_loss"},
    {**STILL_OPEN, "symbol": "CCC", "pnl": 99.0},
]  # fmt: skip


def groups(by, rows=ROWS):
    return breakdown(trades_frame(rows), by)


@pytest.mark.parametrize(
    ("by", "names", "profits"),
    [
        ("year", ["2023", "2024"], [-5.0, 6.0]),
        ("month", ["2023-12", "2024-01", "2024-02"], [-5.0, 10.0, -4.0]),
        ("asset", ["AAA", "BBB"], [-5.0, 6.0]),
        ("exit_reason", ["signal", "stop_loss"], [5.0, -4.0]),
        ("entry_reason", ["entry"], [1.0]),
        ("weekday", ["Monday", "Friday"], [6.0, -5.0]),
        ("hour", ["09:00", "15:00"], [6.0, -5.0]),
        ("direction", ["long", "short"], [5.0, -4.0]),
    ],
)
def test_closed_trades_are_grouped_in_the_order_of_the_groups(by, names, profits):
    found = groups(by)
    assert found["group"].to_list() == names
    assert found["trades_pnl"].to_list() == profits


def test_an_undefined_statistic_of_a_group_is_null_and_not_zero():
    found = groups("asset")
    row = found.row(0, named=True)
    assert (row["num_trades"], row["win_rate"], row["profit_factor"]) == (1, 0.0, 0.0)
    assert row["payoff_ratio"] is None
    assert row["sqn"] is None


def test_without_closed_trades_there_are_no_groups_but_the_same_columns():
    found = groups("asset", [STILL_OPEN])
    assert (found.height, found.columns) == (0, list(BREAKDOWN))


@pytest.mark.parametrize("by", GROUPINGS)
def test_every_group_has_the_statistics_of_its_trades_alone(by):
    random = np.random.default_rng(5)
    rows = [
        {
            "symbol": str(random.choice(["AAA", "BBB"])),
            "direction": str(random.choice(["long", "short"])),
            "pnl": float(np.round(random.normal(), 1)),
            "exit_reason": str(random.choice(["signal", "stop_loss"])),
            "entry_time": (start := at("2023-06-01 08:00") + timedelta(hours=int(hours))),
            "exit_time": start + timedelta(days=1),
        }
        for hours in random.integers(0, 9_000, 60)
    ]
    found = groups(by, rows)
    frame = trades_frame(rows)
    labels = {
        "year": pl.col("exit_time").dt.year().cast(pl.String),
        "month": pl.col("exit_time").dt.to_string("%Y-%m"),
        "asset": pl.col("symbol"),
        "weekday": pl.col("entry_time").dt.to_string("%A"),
        "hour": pl.col("entry_time").dt.to_string("%H:00"),
    }
    assert found["num_trades"].sum() == 60
    for row in found.iter_rows(named=True):
        own = trade_statistics(frame.filter(labels.get(by, pl.col(by)) == row["group"]), 1.0)
        for name in ("num_trades", "trades_pnl", "win_rate", "expectancy", "average_bars_held"):
            assert row[name] == pytest.approx(own[name]), (row["group"], name)


def test_every_grouping_is_explained():
    assert [definition.name for definition in GROUPING_DEFINITIONS] == list(GROUPINGS)
    assert all(definition.formula.endswith(".") for definition in GROUPING_DEFINITIONS)
    assert set(BREAKDOWN) - {"group"} <= set(DEFINITION_OF)


TIMES = [at("2023-12-28"), at("2023-12-29"), at("2024-01-02"), at("2024-01-03"), at("2024-02-01")]
EQUITY = [100.0, 120.0, 90.0, 108.0, 162.0]
RUN = result(
    EQUITY,
    times=TIMES,
    trades=ROWS,
    exposure=[(0, 0, 0), (1, 1, 1), (1, 1, 1), (0, 0, 0), (0, 0, 0)],
)


def test_a_year_starts_from_the_equity_at_the_end_of_the_year_before():
    found = calendar_breakdown(RUN, "year").rows(named=True)
    assert [row["group"] for row in found] == ["2023", "2024"]
    assert [row["total_return"] for row in found] == pytest.approx([0.2, 0.35])
    assert [row["max_drawdown"] for row in found] == pytest.approx([0.0, -0.25])
    assert [row["exposure"] for row in found] == pytest.approx([1 / 2, 1 / 3])
    assert found[1]["best_month"] == pytest.approx(0.5)
    assert found[1]["worst_month"] == pytest.approx(-0.1)
    returns = [-0.25, 0.2, 0.5]
    assert found[1]["volatility"] == pytest.approx(
        np.std(returns, ddof=1) * period_returns(RUN).per_year ** 0.5
    )
    assert [row["num_trades"] for row in found] == [1, 2]


def test_a_month_without_trades_has_none_and_no_win_rate():
    later = result([*EQUITY, 170.0], times=[*TIMES, at("2024-03-01")], trades=ROWS)
    march = calendar_breakdown(later, "month").row(-1, named=True)
    assert (march["group"], march["num_trades"], march["trades_pnl"]) == ("2024-03", 0, 0.0)
    assert march["win_rate"] is None
    assert march["sharpe"] is None
    assert "best_month" not in march


def test_the_benchmark_of_a_year_is_compounded_over_its_days():
    days = np.array([at("2023-12-29").toordinal(), at("2024-01-02").toordinal()]) - 719_163
    benchmark = PeriodReturns(
        days=days, equity=np.ones(2), returns=np.array([0.1, 0.2]), per_year=252
    )
    found = calendar_breakdown(RUN, "year", benchmark)
    assert found["benchmark_return"].to_list() == pytest.approx([0.1, 0.2])
    assert found["excess_return"].to_list() == pytest.approx([0.1, 0.15])


def test_the_table_of_months_compounds_to_its_years():
    table = monthly_table(RUN)
    assert table["year"].to_list() == ["2023", "2024"]
    assert table["dec"].to_list() == [pytest.approx(0.2), None]
    assert table["jan"].to_list() == [None, pytest.approx(-0.1)]
    assert table["ytd"].to_list() == pytest.approx([0.2, 0.35])


def test_a_run_without_bars_has_no_years():
    assert calendar_breakdown(result([]), "year").height == 0
    assert monthly_table(result([])).height == 0


def test_a_rolling_window_over_everything_gives_the_statistics_of_the_run():
    run = result(compounded(RETURNS))
    metrics = compute_metrics(run)
    last = rolling_statistics(period_returns(run), len(RETURNS)).row(-1, named=True)
    for name in ("total_return", "volatility", "sharpe", "sortino"):
        assert last[name] == pytest.approx(getattr(metrics, name), rel=1e-9), name


def test_rolling_statistics_agree_with_the_established_libraries():
    # empyrical-reloaded 0.7.1: roll_sharpe_ratio, roll_annual_volatility, roll_sortino_ratio, roll_beta.
    periods = period_returns(result(compounded(RETURNS)))
    other = period_returns(result(compounded(BENCHMARK)))
    found = rolling_statistics(periods, 10, other)
    assert found["sharpe"].null_count() == 9
    last = found.row(-1, named=True)
    assert last["sharpe"] == pytest.approx(4.277422714366558, rel=1e-9)
    assert last["volatility"] == pytest.approx(0.20619893307192452, rel=1e-9)
    assert last["sortino"] == pytest.approx(8.730533902472526, rel=1e-9)
    assert last["beta"] == pytest.approx(1.759322033898305, rel=1e-9)


def test_rolling_trades_have_no_profit_factor_without_a_loser():
    rows = [{"pnl": value} for value in (2.0, -1.0, 3.0, 4.0)]
    found = rolling_trades(trades_frame(rows), 2)
    assert found["win_rate"].to_list() == [None, 0.5, 0.5, 1.0]
    assert found["profit_factor"].to_list() == [None, 2.0, 3.0, None]
    with pytest.raises(ValueError, match="at least 2"):
        rolling_trades(trades_frame(rows), 1)


LATE = [
    {"pnl": 5.0, "entry_time": at("2024-01-08 23:30"), "exit_time": at("2024-01-31 23:45")},
    {"pnl": -2.0, "entry_time": at("2024-01-09 00:30"), "exit_time": at("2024-02-01 01:00")},
]  # fmt: skip


def late_trades():
    rows = [{key: moment_of(value) for key, value in row.items()} for row in LATE]
    return trades_frame(rows, "UTC")


def moment_of(value):
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def test_hours_and_weekdays_are_those_of_the_clocks_of_a_zone():
    trades = late_trades()
    assert breakdown(trades, "hour")["group"].to_list() == ["00:00", "23:00"]
    tokyo = breakdown(trades, "hour", "Asia/Tokyo")
    assert dict(tokyo.select("group", "trades_pnl").iter_rows()) == {"08:00": 5.0, "09:00": -2.0}
    assert breakdown(trades, "weekday", "Asia/Tokyo")["group"].to_list() == ["Tuesday"]
    assert breakdown(trades, "weekday", "America/New_York")["group"].to_list() == ["Monday"]


def test_months_are_those_of_the_account_on_whatever_clocks():
    trades = late_trades()
    assert breakdown(trades, "month", "Asia/Tokyo").equals(breakdown(trades, "month"))


def test_the_trades_of_a_group_are_those_it_counts():
    trades = late_trades()
    assert group_trades(trades, "hour", "08:00", "Asia/Tokyo")["pnl"].to_list() == [5.0]
    assert group_trades(trades, "weekday", "Monday", "Asia/Tokyo").is_empty()


def test_what_was_entered_at_some_hours_is_found_on_the_same_clocks():
    trades = late_trades()
    assert entered_in(trades, "hour", (9,), "Asia/Tokyo")["pnl"].to_list() == [-2.0]
    assert entered_in(trades, "weekday", (1,), "America/New_York").height == 2
    profits = moment_profits(trades, "hour", "Asia/Tokyo")
    assert (profits.labels, profits.pnl.tolist()) == (("08:00", "09:00"), [5.0, -2.0])


def test_times_without_a_zone_stay_as_they_are():
    trades = trades_frame(LATE)
    assert breakdown(trades, "hour", "Asia/Tokyo").equals(breakdown(trades, "hour"))
