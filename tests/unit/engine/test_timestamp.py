"""The order of one timestamp: matching, marking, deciding, the equity point."""

from tests.unit.engine.trial import FLAT, Script, day, play


def test_positions_are_marked_at_the_close_after_the_fills_of_the_bar_and_before_the_decisions():
    script = Script(
        {
            0: lambda s: s.submit_order("A", 10),
            1: lambda s: (s.get_position("A"), s.get_cash(), s.get_portfolio_value()),
        }
    )
    play([FLAT, (101, 106, 100, 105)], script)
    assert script.seen[1] == (10.0, 98_990.0, 100_040.0)


def test_one_equity_point_is_recorded_per_timestamp_after_all_its_fills():
    bars = {"A": [FLAT, (101, 106, 100, 105), None, FLAT], "B": [FLAT] * 4}
    script = {
        0: lambda s: (s.submit_order("A", 10), s.submit_order("B", -5)),
        2: lambda s: s.close_position("A"),
    }
    result = play(bars, script, account={"type": "margin"})
    assert result.equity.rows() == [
        (day(0), 100_000.0, 100_000.0, 0.0, 0.0, 0),
        (day(1), 100_040.0, 99_490.0, 1_550.0, 550.0, 2),
        (day(2), 100_040.0, 99_490.0, 1_550.0, 550.0, 2),
        (day(3), 99_990.0, 100_490.0, 500.0, -500.0, 1),
    ]


def test_fills_at_the_close_are_in_the_equity_point_of_that_close():
    costs = {"commission": {"model": "fixed", "amount": 3.0}}
    result = play(
        [FLAT] * 2,
        {0: lambda s: s.submit_order("A", 10)},
        execution={"fill": "same_close"},
        costs=costs,
    )
    assert result.equity["equity"].to_list() == [99_997.0, 99_997.0]
    assert result.equity["open_positions"].to_list() == [1, 1]


def test_at_the_close_reducing_orders_are_matched_first():
    script = {
        0: lambda s: s.submit_order("A", 10),
        1: lambda s: (s.submit_order("B", 10), s.close_position("A")),
    }
    result = play(
        {"A": [FLAT] * 2, "B": [FLAT] * 2},
        script,
        execution={"fill": "same_close"},
        account={"initial_capital": 1_000.0},
    )
    assert result.fills["symbol"].to_list() == ["A", "A", "B"]


def test_an_order_decided_on_the_last_bar_expires_with_the_data():
    result = play([FLAT] * 2, {1: lambda s: s.submit_order("A", 10)})
    assert result.orders.select("status", "reason").rows() == [("expired", "end of data")]


def test_an_entry_at_the_close_is_matched_against_no_bar_before():
    script = {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.05)}
    bars = [(100, 100, 50, 100), (99, 100, 96, 97), (97, 98, 90, 91)]
    result = play(bars, script, execution={"fill": "same_close"})
    assert result.fills.select("timestamp", "price").rows() == [(day(0), 100.0), (day(2), 95.0)]
