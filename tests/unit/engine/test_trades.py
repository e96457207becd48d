"""Trade rows: excursions, bars held, partial closings, open rows, and what a decision knew."""

import pytest

from tests.unit.engine.trial import FLAT, Script, day, fills, market_of, play, play_rules

HOLD = {0: lambda s: s.submit_order("A", 10)}


def excursions(result):
    return result.trades.select("mfe", "mae").row(0)


def test_excursions_count_the_bars_since_the_entry_the_entry_bar_included():
    bars = [(100, 300, 10, 100), (100, 110, 95, 105), (104, 120, 90, 100), (107, 130, 50, 110)]
    result = play(bars, HOLD | {2: lambda s: s.close_position("A")})
    # Left at the open of bar 3, 107: the high 130 and the low 50 came after.
    assert excursions(result) == pytest.approx((0.20, -0.10))


@pytest.mark.parametrize(("price", "expected"), [(125, (0.25, -0.05)), (80, (0.10, -0.20))])
def test_of_a_bar_left_at_its_open_the_exit_price_counts(price, expected):
    bars = [FLAT, (100, 110, 95, 105), (price, 200, 20, 100)]
    assert excursions(play(bars, HOLD | {1: lambda s: s.close_position("A")})) == pytest.approx(
        expected
    )


def test_of_a_bar_left_inside_its_open_and_the_exit_price_count():
    bars = [FLAT, (100, 110, 95, 105), (122, 140, 80, 90)]
    script = {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.15)}
    assert excursions(play(bars, script)) == pytest.approx((0.22, -0.15))


def test_a_trade_inside_its_entry_bar_saw_only_its_own_prices():
    bars = [FLAT, (100, 140, 80, 120)]
    script = {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.05)}
    result = play(bars, script)
    assert excursions(result) == pytest.approx((0.0, -0.05))
    assert result.trades["bars_held"].to_list() == [0]


def test_of_a_bar_entered_inside_only_the_close_counts():
    script = {
        0: lambda s: s.submit_order("A", 10, "limit", limit_price=90.0),
        1: lambda s: s.close_position("A"),
    }
    result = play([FLAT, (100, 140, 80, 99), (98, 98, 98, 98)], script)
    assert excursions(result) == pytest.approx((0.10, 0.0))


def test_a_bar_left_at_its_close_counts_in_full():
    script = {0: lambda s: s.submit_order("A", 10), 1: lambda s: s.close_position("A")}
    bars = [(90, 200, 20, 100), (100, 110, 95, 105)]
    result = play(bars, script, execution={"fill": "same_close"})
    # Entered at the close of bar 0, whose high and low came before.
    assert excursions(result) == pytest.approx((0.10, -0.05))


def test_excursions_start_from_the_entry_price_with_its_slippage():
    costs = {"slippage": {"model": "percent", "rate": 0.25}}
    result = play([FLAT, (100, 150, 100, 150)], HOLD, costs=costs)
    assert excursions(result) == pytest.approx((0.20, -0.20))


def test_a_trade_that_only_lost_has_no_favourable_excursion():
    result = play(
        [FLAT, (100, 100, 90, 92), (91, 91, 91, 91)], HOLD | {1: lambda s: s.close_position("A")}
    )
    assert excursions(result) == pytest.approx((0.0, -0.10))


def test_bars_held_counts_the_bars_of_the_asset_after_the_entry_bar_the_exit_bar_included():
    script = HOLD | {4: lambda s: s.close_position("A")}
    with_gaps = {"A": [FLAT, FLAT, None, None, FLAT, FLAT], "B": [FLAT] * 6}
    assert play([FLAT] * 6, script).trades["bars_held"].to_list() == [4]
    assert play(with_gaps, script).trades["bars_held"].to_list() == [2]


def test_each_reducing_fill_makes_a_row_with_its_share_of_the_entry_fees():
    costs = {"commission": {"model": "percent", "rate": 0.01}}
    script = HOLD | {1: lambda s: s.submit_order("A", -4), 2: lambda s: s.submit_order("A", -6)}
    result = play([FLAT, FLAT, (110,) * 4, (120,) * 4], script, costs=costs)
    first, second = result.trades.select("position_id", "quantity", "fees", "pnl", "status").rows()
    # Entry fee 10: 4 for the first part, 6 for the second; exit fees 4.40 and 7.20.
    assert first == (0, 4.0, pytest.approx(8.4), pytest.approx(31.6), "closed")
    assert second == (0, 6.0, pytest.approx(13.2), pytest.approx(106.8), "closed")
    assert result.final_value == pytest.approx(100_138.4)


def test_the_entry_price_of_a_position_is_the_average_of_its_purchases():
    script = HOLD | {
        1: lambda s: s.submit_order("A", 30),
        2: lambda s: s.get_unrealized_pnl_pct("A"),
        3: lambda s: s.close_position("A"),
    }
    strategy = Script(script)
    result = play([FLAT, FLAT, (120, 120, 120, 138), (138,) * 4, (115,) * 4], strategy)
    assert result.trades.select("quantity", "entry_price", "pnl").row(0) == (40.0, 115.0, 0.0)
    assert strategy.seen[2] == pytest.approx(0.2)
    assert result.trades["entry_time"].to_list() == [day(1)]


def test_a_new_position_after_a_closed_one_has_an_id_of_its_own():
    script = {
        t: (lambda s: s.submit_order("A", 5)) if t % 2 == 0 else (lambda s: s.close_position("A"))
        for t in range(4)
    }
    assert play([FLAT] * 6, script).trades["position_id"].to_list() == [0, 1]


def test_open_positions_stay_open_rows_marked_at_the_last_close_net_of_entry_fees():
    costs = {"commission": {"model": "percent", "rate": 0.01}}
    result = play([FLAT, FLAT, (110, 115, 95, 112)], HOLD, costs=costs)
    (row,) = result.trades.rows(named=True)
    assert (row["status"], row["exit_reason"], row["entry_reason"]) == ("open", "open", "order")
    assert (row["exit_time"], row["exit_decision_time"]) == (None, None)
    assert (row["exit_price"], row["pnl"], row["fees"]) == (112.0, 110.0, 10.0)
    assert (row["bars_held"], row["mfe"], row["mae"]) == (
        1,
        pytest.approx(0.15),
        pytest.approx(-0.05),
    )
    assert result.final_value == 100_110.0


def test_a_partly_closed_position_leaves_a_closed_and_an_open_row():
    result = play([FLAT] * 3, HOLD | {1: lambda s: s.submit_order("A", -4)})
    assert result.trades.select("status", "quantity", "position_id").rows() == [
        ("closed", 4.0, 0),
        ("open", 6.0, 0),
    ]


def test_an_asset_whose_data_ended_stays_marked_at_its_last_close():
    bars = {"A": [FLAT, (100, 100, 100, 90), None, None], "B": [FLAT] * 4}
    result = play(bars, HOLD)
    assert result.equity["equity"].to_list() == [100_000.0, 99_900.0, 99_900.0, 99_900.0]
    assert result.trades.select("status", "exit_price", "bars_held").row(0) == ("open", 90.0, 0)


SIGNALS = {"s": [0.1, 0.2, 0.3, 0.4, 0.5], "t": [None, 2.0, None, 4.0, None]}


def captured(result):
    (row,) = result.trades.rows(named=True)
    return {name: row[name] for name in row if "signal__" in name}


def test_signals_are_those_of_the_decision_and_not_of_the_fill():
    script = {1: lambda s: s.submit_order("A", 10), 3: lambda s: s.close_position("A")}
    result = play(market_of([FLAT] * 5, signals=SIGNALS), script)
    assert captured(result) == {
        "entry_signal__s": 0.2,
        "entry_signal__t": 2.0,
        "exit_signal__s": 0.4,
        "exit_signal__t": 4.0,
    }
    times = result.trades.select(
        "entry_decision_time", "entry_time", "exit_decision_time", "exit_time"
    ).row(0)
    assert times == (day(1), day(2), day(3), day(4))


def test_a_protective_exit_was_decided_on_the_bar_before_the_one_that_touched_it():
    bars = [FLAT, FLAT, FLAT, FLAT, (99, 100, 90, 92)]
    script = {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.05)}
    result = play(market_of(bars, signals=SIGNALS), script)
    assert captured(result) == {
        "entry_signal__s": 0.1,
        "entry_signal__t": None,
        "exit_signal__s": 0.4,
        "exit_signal__t": 4.0,
    }
    assert result.trades.select("exit_decision_time", "exit_time").row(0) == (day(3), day(4))


def test_the_bar_before_is_the_assets_own():
    bars = {"A": [FLAT, FLAT, None, None, (99, 100, 90, 92)], "B": [FLAT] * 5}
    signals = {"s": {"A": SIGNALS["s"], "B": SIGNALS["s"]}}
    script = {0: lambda s: s.submit_bracket("A", 10, stop_loss=0.05)}
    result = play(market_of(bars, signals=signals), script)
    assert captured(result)["exit_signal__s"] == 0.2
    assert result.trades["exit_decision_time"].to_list() == [day(1)]


def test_a_protective_order_of_a_rule_captures_the_bar_before_as_well():
    market = market_of([FLAT, FLAT, FLAT, (99, 100, 90, 92)], signals={"s": [1.0, 0.0, 0.25, 0.0]})
    result = play_rules(
        market,
        {
            "entry": {"column": "signal.s", "op": "==", "value": 1},
            "sizing": {"helper": "fixed_quantity", "quantity": 10.0},
            "exits": {"stop_loss": 0.05, "evaluate": "intrabar"},
        },
    )
    assert fills(result)[1:] == [(3, "A", -10.0, 95.0)]
    assert captured(result) == {"entry_signal__s": 1.0, "exit_signal__s": 0.25}
    assert result.trades["entry_reason"].to_list() == ["entry"]


def test_an_open_trade_tells_what_is_known_so_far():
    costs = {"commission": {"model": "percent", "rate": 0.01}}
    script = Script(
        {
            0: lambda s: (s.open_trade("A"), s.submit_order("A", 10))[0],
            2: lambda s: s.open_trade("A"),
            3: lambda s: s.open_trade("B"),
        }
    )
    bars = [FLAT, (100, 105, 98, 101), (102, 120, 95, 110), FLAT]
    market = market_of(
        {"A": bars, "B": [FLAT] * 4}, signals={"s": {"A": [0.5, 0.6, 0.7, 0.8], "B": [0.0] * 4}}
    )
    play(market, script, costs=costs)
    assert script.seen[0] is None
    assert script.seen[3] is None
    trade = script.seen[2]
    assert (trade.asset_id, trade.direction, trade.status, trade.quantity) == (
        "A",
        "long",
        "open",
        10.0,
    )
    assert (trade.entry_price, trade.entry_time, trade.entry_decision_time) == (
        100.0,
        day(1),
        day(0),
    )
    assert (trade.pnl, trade.pnl_percent, trade.fees) == pytest.approx((90.0, 0.09, 10.0))
    assert (trade.mfe, trade.mae, trade.bars_held) == (pytest.approx(0.2), pytest.approx(-0.05), 1)
    assert (trade.exit_time, trade.exit_price, trade.exit_reason) == (None, None, "open")
    assert trade.entry_signals == {"s": 0.5}
    assert trade.entry_context == {}
