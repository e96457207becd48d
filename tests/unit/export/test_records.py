from datetime import timedelta

import pytest

from ml4t_desktop.export import trade_records
from tests.unit.analysis.result_builder import STILL_OPEN, at, result

NOON = at("2024-01-02 12:00")
LONG = {"entry_signal__ml": 0.9, "exit_signal__ml": 0.1, "entry_context__VIX": 18.5}
SHORT = {
    "symbol": "BBB",
    "direction": "short",
    "entry_price": 50.0,
    "exit_price": 45.0,
    "quantity": 4.0,
    "pnl": 19.0,
    "fees": 1.0,
}
SAME_BAR = {"entry_time": NOON, "exit_time": NOON, "bars_held": 0}
FUTURE = {"multiplier": 50.0, "quantity": 2.0, "pnl": 998.0}
REBATE = {"fees": -1.0, "pnl": 101.0}
WORTHLESS = {"exit_price": 0.0, "pnl": -1002.0, "exit_reason": "delisted"}
SPUN_OFF = {"pnl": 40.0}
PARTS = ({"position_id": 7, "quantity": 4.0, "pnl": 39.2, "fees": 0.8}, {"position_id": 7})
EVERY_KIND = (LONG, SHORT, SAME_BAR, FUTURE, REBATE, WORTHLESS, SPUN_OFF, *PARTS, STILL_OPEN)


def assert_follows_the_rules_of_a_trade_record(record):
    assert record["symbol"]
    assert record["entry_price"] > 0
    assert record["exit_price"] > 0
    assert record["duration"] > timedelta(0)
    assert record["entry_timestamp"] < record["timestamp"]
    assert record["timestamp"] - record["entry_timestamp"] == record["duration"]
    assert record["direction"] in ("long", "short")
    assert record.get("fees", 0.0) >= 0
    assert record.get("slippage") is None
    if "quantity" in record:
        assert record["quantity"] > 0
        sign = 1 if record["direction"] == "long" else -1
        move = record["exit_price"] - record["entry_price"]
        expected = sign * move * record["quantity"] - record.get("fees", 0.0)
        assert abs(record["pnl"] - expected) <= abs(expected) * 0.01 + 0.01


@pytest.mark.parametrize("time_zone", [None, "UTC"])
def test_every_kind_of_closed_trade_follows_the_rules(time_zone):
    records = trade_records(result(trades=EVERY_KIND, time_zone=time_zone))
    assert len(records) == len(EVERY_KIND) - 1
    for record in records:
        assert_follows_the_rules_of_a_trade_record(record)


def test_every_kind_of_closed_trade_is_accepted_by_the_package_itself():
    contract = pytest.importorskip("ml4t.diagnostic.integration.backtest_contract")
    for record in trade_records(result(trades=EVERY_KIND)):
        accepted = contract.TradeRecord(**record)
        assert accepted.pnl == record["pnl"]


def test_an_open_trade_makes_no_record():
    assert trade_records(result(trades=[STILL_OPEN])) == []


def test_a_record_carries_the_values_of_the_trade():
    (record,) = trade_records(result(trades=[SHORT]))
    assert record["timestamp"] == at("2024-01-05")
    assert record["entry_timestamp"] == at("2024-01-02")
    assert record["duration"] == timedelta(days=3)
    assert (record["entry_price"], record["exit_price"]) == (50.0, 45.0)
    assert (record["quantity"], record["pnl"], record["fees"]) == (4.0, 19.0, 1.0)
    assert record["direction"] == "short"
    assert "adjusted" not in record["metadata"]


def test_a_record_carries_signals_and_context_of_both_decisions_without_the_absent_ones():
    trade = {
        "entry_signal__ml": 0.9,
        "exit_signal__ml": None,
        "entry_context__VIX": 18.5,
        "entry_context__regime": "bull",
        "exit_context__regime": "bear",
    }
    (record,) = trade_records(result(trades=[trade]))
    metadata = record["metadata"]
    assert metadata["entry_signals"] == {"ml": 0.9}
    assert metadata["exit_signals"] == {}
    assert metadata["entry_context"] == {"VIX": 18.5, "regime": "bull"}
    assert metadata["exit_context"] == {"regime": "bear"}
    assert record["regime_info"] == {"regime": "bull"}
    assert metadata["entry_decision_time"] == at("2024-01-01")
    assert metadata["exit_reason"] == "signal"


def test_a_trade_of_one_bar_is_entered_one_microsecond_earlier_and_says_so():
    (record,) = trade_records(result(trades=[SAME_BAR]))
    assert record["timestamp"] == NOON
    assert record["entry_timestamp"] == NOON - timedelta(microseconds=1)
    assert "1 microsecond" in record["metadata"]["adjusted"][0]


def test_contracts_with_a_multiplier_keep_their_quantity_in_metadata():
    (record,) = trade_records(result(trades=[FUTURE]))
    assert "quantity" not in record
    assert record["metadata"]["quantity"] == 2.0
    assert record["metadata"]["multiplier"] == 50.0


def test_slippage_stands_in_metadata_because_the_prices_hold_it_already():
    (record,) = trade_records(result(trades=[{"slippage": 3.0}]))
    assert "slippage" not in record
    assert record["metadata"]["slippage"] == 3.0


def test_a_rebate_is_kept_in_metadata():
    (record,) = trade_records(result(trades=[REBATE]))
    assert "fees" not in record
    assert record["metadata"]["fees"] == -1.0
    assert record["pnl"] == 101.0


def test_records_come_in_the_order_of_their_ids():
    trades = [{"trade_id": 2}, {"trade_id": 0}, {"trade_id": 1}]
    records = trade_records(result(trades=trades))
    assert [record["metadata"]["trade_id"] for record in records] == [0, 1, 2]


def test_notes_stand_in_the_metadata():
    note = "gap: opened beyond the stop, filled at the open"
    (record,) = trade_records(result(trades=[{"exit_note": note}]))
    assert record["metadata"]["entry_note"] is None
    assert record["metadata"]["exit_note"] == note
