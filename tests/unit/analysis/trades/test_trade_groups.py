"""Trades in groups by any column, and what groups and tables add up to; worked out by hand."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.trades.trade_groups import group_sums, trade_groups
from ml4t_desktop.analysis.trades.trade_totals import TradeNumbers
from tests.unit.analysis.result_builder import trades_frame

TRADES = pl.DataFrame(
    {
        "symbol": ["MSFT", "AAPL", "MSFT", "NVDA"],
        "status": ["closed", "closed", "closed", "open"],
        "exit_time": [datetime(2020, 3, 2, 10), datetime(2019, 12, 31), datetime(2020, 3, 9), None],
        "pnl": [30.0, -10.0, 0.0, 5.0],
        "pnl_percent": [0.03, -0.01, 0.0, 0.005],
        "bars_held": [2, 4, 6, 8],
        "fees": [1.0, 2.0, 3.0, 4.0],
        "slippage": [0.5, 0.5, 0.5, 0.5],
        "entry_signal__a": [0.9, None, float("nan"), 0.1],
    }
)


def grouped(by: str) -> list[str]:
    groups = trade_groups(TRADES, by)
    return [groups.labels[code] for code in groups.codes]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("symbol", ["MSFT", "AAPL", "MSFT", "NVDA"]),
        ("year:exit_time", ["2020", "2019", "2020", "none"]),
        ("quarter:exit_time", ["2020 Q1", "2019 Q4", "2020 Q1", "none"]),
        ("month:exit_time", ["2020-03", "2019-12", "2020-03", "none"]),
        ("weekday:exit_time", ["Monday", "Tuesday", "Monday", "none"]),
        ("hour:exit_time", ["10:00", "00:00", "00:00", "none"]),
        ("outcome", ["won", "lost", "even", "open"]),
        ("bars_held", ["2", "4", "6", "8"]),
        ("entry_signal__a", ["0.9", "none", "none", "0.1"]),
    ],
)
def test_every_row_is_in_the_group_of_its_value(by, expected):
    assert grouped(by) == expected


def test_groups_are_in_the_order_of_their_values_and_those_without_one_come_last():
    assert trade_groups(TRADES, "symbol").labels == ("AAPL", "MSFT", "NVDA")
    assert trade_groups(TRADES, "weekday:exit_time").labels == ("Monday", "Tuesday", "none")
    assert trade_groups(TRADES, "entry_signal__a").labels == ("0.1", "0.9", "none")


def test_many_numbers_are_put_in_five_groups_of_the_same_size():
    frame = pl.DataFrame({"x": np.arange(100.0)[::-1]})
    groups = trade_groups(frame, "x")
    assert groups.labels == ("0 to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 99")
    assert np.bincount(groups.codes).tolist() == [20] * 5


def test_equal_numbers_are_never_in_different_groups():
    frame = pl.DataFrame({"x": [1.0] * 90 + [float(number) for number in range(2, 20)]})
    groups = trade_groups(frame, "x")
    assert len({int(code) for code in groups.codes[:90]}) == 1


def test_sums_and_means_leave_out_what_has_no_value():
    values = np.array([1.0, 2.0, np.nan, np.nan])
    codes = np.array([0, 0, 0, 1], np.int32)
    assert group_sums(values, codes, 2, "sum")[0] == 3.0
    assert group_sums(values, codes, 2, "mean")[0] == 1.5
    assert np.isnan(group_sums(values, codes, 2, "sum")[1])


def test_totals_are_those_of_the_rows_shown_and_rates_those_of_the_closed_ones():
    totals = TradeNumbers(TRADES).totals(np.array([0, 1, 3]))
    assert (totals.shown, totals.of, totals.closed) == (3, 4, 2)
    assert totals.pnl == 25.0
    assert totals.fees == 7.0
    assert totals.win_rate == 0.5
    assert totals.mean_percent == pytest.approx(0.01)
    assert totals.mean_bars == 3.0
    assert totals.profit_factor == 3.0


def test_what_is_undefined_is_said_to_be():
    totals = TradeNumbers(TRADES).totals(np.array([3]))
    assert totals.win_rate is None
    assert totals.profit_factor is None
    assert TradeNumbers(TRADES).totals(np.array([0])).profit_factor is None  # no loser


def test_parts_of_times_are_those_of_the_clocks_of_a_zone():
    late = datetime(2024, 1, 31, 23, 45, tzinfo=UTC)
    trades = trades_frame([{"exit_time": late}], "UTC")
    assert trade_groups(trades, "month:exit_time", "Asia/Tokyo").labels == ("2024-02",)
    assert trade_groups(trades, "day:exit_time", "America/New_York").labels == ("2024-01-31",)
    assert trade_groups(trades, "hour:exit_time", "Asia/Tokyo").labels == ("08:00",)
