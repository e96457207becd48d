"""Days told apart by the state of the market and by times that have a name."""

from datetime import date, datetime

import numpy as np
import polars as pl

from ml4t_desktop.analysis.account.returns import period_returns
from ml4t_desktop.analysis.day_states import (
    KNOWN_PERIODS,
    OTHER_TIMES,
    Period,
    context_states,
    period_states,
)
from ml4t_desktop.analysis.stability import days_of, divisions, stability, trades_of
from ml4t_desktop.files.context.match import with_context_values
from tests.unit.analysis.result_builder import result, weekdays
from tests.unit.engine.trial import FLAT, day, market_of

VIX = [10.0, 20.0, 30.0, 11.0, 21.0, 31.0]
REGIME = ["bull", "bull", "bear", "bull", None, "bear"]


def market():
    rows = {
        day(t): {"VIX": vix, "regime": regime}
        for t, (vix, regime) in enumerate(zip(VIX, REGIME, strict=True))
    }
    return with_context_values(market_of([FLAT] * 6), rows)


def run():
    times = [day(t) for t in range(6)]
    trades = [
        {"pnl": 5.0, "entry_time": times[0], "exit_time": times[2]},
        {"pnl": -2.0, "entry_time": times[2], "exit_time": times[3]},
    ]
    return result([100.0, 110.0, 99.0, 108.9, 108.9, 98.01], times=times, trades=trades)


def test_a_text_is_the_state_of_its_days_and_those_without_are_apart():
    days = period_returns(run()).days
    states = context_states(market(), days, "regime")
    assert [states.labels[code] for code in states.codes] == [
        "bull", "bull", "bear", "bull", "no value", "bear",
    ]  # fmt: skip


def test_numbers_are_in_three_parts_of_as_many_days():
    days = period_returns(run()).days
    states = context_states(market(), days, "VIX")
    assert states.codes.tolist() == [0, 1, 2, 0, 1, 2]
    assert states.labels[0] == "VIX 10 to 11"


def test_a_column_that_never_changes_tells_no_days_apart():
    flat = with_context_values(market_of([FLAT] * 2), {day(t): {"VIX": 1.0} for t in range(2)})
    days = np.array([0, 1]) + period_returns(run()).days[0]
    assert context_states(flat, days, "VIX") is None
    assert context_states(flat, days, "unknown") is None


def test_of_two_named_times_at_once_the_later_counts_and_one_day_is_too_short():
    days = np.arange(10) + np.datetime64("2020-01-01").astype(np.int64)
    periods = (
        Period("late", date(2020, 1, 4), date(2020, 1, 6)),
        Period("early", date(2020, 1, 2), date(2020, 1, 5)),
        Period("single", date(2020, 1, 9), date(2020, 1, 9)),
    )
    states = period_states(days, periods)
    assert [states.labels[code] for code in states.codes] == [
        OTHER_TIMES, "early", "early", "late", "late", "late", *[OTHER_TIMES] * 4,
    ]  # fmt: skip
    assert period_states(days, ()) is None


def test_one_named_time_and_the_others_are_told_apart_but_not_a_time_of_all_days():
    days = np.arange(4) + np.datetime64("2020-01-01").astype(np.int64)
    half = period_states(days, [Period("half", date(2020, 1, 1), date(2020, 1, 2))])
    assert [half.labels[code] for code in half.codes] == ["half", "half", OTHER_TIMES, OTHER_TIMES]
    assert period_states(days, [Period("all", date(2020, 1, 1), date(2020, 1, 4))]) is None


def test_two_states_tell_days_apart():
    two = {day(t): {"regime": name} for t, name in enumerate(["bull", "bear", "bull"])}
    days = np.arange(3) + np.datetime64("2024-01-01").astype(np.int64)
    found = context_states(with_context_values(market_of([FLAT] * 3), two), days, "regime")
    assert [found.labels[code] for code in found.codes] == ["bull", "bear", "bull"]


def test_known_times_are_in_order_and_end_after_they_begin():
    assert all(period.first < period.last for period in KNOWN_PERIODS)
    assert list(KNOWN_PERIODS) == sorted(KNOWN_PERIODS, key=lambda period: period.first)


def test_a_run_is_divided_by_the_state_in_which_trades_were_entered():
    made, of = run(), market()
    assert "context.regime" in divisions(of, made)
    found = stability(made, of, "context.regime")
    rows = {row["stretch"]: row for row in found.table.iter_rows(named=True)}
    # Returns of the days: 0, 10 %, -10 %, 10 %, 0 and -10 %.
    assert np.isclose(rows["bull"]["total_return"], 1.1 * 1.1 - 1)
    assert np.isclose(rows["bear"]["total_return"], 0.9 * 0.9 - 1)
    assert (rows["bull"]["num_trades"], rows["bear"]["num_trades"]) == (1, 1)
    place = found.table["stretch"].to_list().index("bear")
    assert days_of(made, of, found, place).days.size == 2
    chosen = trades_of(made, of, found, place)
    assert made.trades.filter(pl.col("trade_id").is_in(chosen.tolist()))["pnl"].to_list() == [-2.0]


def test_a_run_is_divided_by_times_that_have_a_name():
    times = weekdays(40, datetime(2020, 2, 3))
    equity = np.linspace(100.0, 80.0, 40).tolist()
    made, of = result(equity, times=times), market_of([FLAT] * 40)
    assert "periods" in divisions(of, made)
    found = stability(made, of, "periods")
    assert found.table["stretch"].to_list() == ["COVID crash", OTHER_TIMES]
    assert found.table["first"][0] == date(2020, 2, 19)
    assert found.table["last"][0] == date(2020, 3, 23)
    own = (Period("mine", date(2020, 2, 3), date(2020, 2, 7)),)
    assert stability(made, of, "periods", periods=own).table["days"].to_list() == [5, 35]
