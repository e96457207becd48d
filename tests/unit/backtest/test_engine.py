"""The scripting interface: a strategy written as users write it, from every kind of feed."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from ml4t_desktop.backtest import (
    Account,
    BacktestEngine,
    BacktestResult,
    Costs,
    Execution,
    Strategy,
)
from ml4t_desktop.backtest.data import CSVDataFeed, DataFrameFeed, ParquetDataFeed
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.invariants import check_identities
from ml4t_desktop.errors import Cancelled, InputError

DAYS = [datetime(2024, 1, d) for d in range(15, 20)]
BARS = pl.DataFrame(
    {
        "timestamp": DAYS,
        "open": [99.0, 101.0, 111.0, 124.0, 121.0],
        "high": [101.0, 111.0, 126.0, 127.0, 122.0],
        "low": [98.0, 100.0, 110.0, 123.0, 119.0],
        "close": [100.0, 110.0, 125.0, 126.0, 120.0],
        "volume": [1e6] * 5,
        "ml_pred_5d": [0.8, 0.5, 0.9, 0.5, 0.5],
        "confidence": [0.9, 0.9, 0.95, 0.9, 0.9],
        "exit_signal": [0.0] * 5,
    }
)
SIGNALS = ["ml_pred_5d", "confidence", "exit_signal"]
CONTEXT = {
    DAYS[0]: {"VIX": 18.5, "SPY": 485.0, "regime": "bull"},
    DAYS[1]: {"VIX": 22.3, "SPY": 482.0, "regime": "bull"},
    DAYS[2]: {"VIX": 31.5, "SPY": 470.0, "regime": "bear"},
}


class MLStrategy(Strategy):
    def on_market_event(self, event, context=None):
        if context and context.get("VIX", 0) > 30:
            return
        if (
            event.signals.get("ml_pred_5d", 0.0) > 0.7
            and event.signals.get("confidence", 0.0) > 0.8
        ):
            self.size_by_confidence(
                event.asset_id,
                confidence=event.signals["confidence"],
                max_percent=0.20,
                price=event.close,
            )
        pnl = self.get_unrealized_pnl_pct(event.asset_id)
        if pnl and pnl > 0.20:
            self.close_position(event.asset_id)


def parquet_feed(folder, frame=BARS):
    frame.write_parquet(folder / "AAPL.parquet")
    return ParquetDataFeed(folder / "AAPL.parquet", signal_columns=SIGNALS)


def csv_feed(folder, frame=BARS):
    frame.write_csv(folder / "AAPL.csv")
    return CSVDataFeed(str(folder / "AAPL.csv"), signal_columns=SIGNALS)


def frame_feed(folder, frame=BARS):
    return DataFrameFeed(frame, asset_id="AAPL", signal_columns=SIGNALS)


def backtest(feed, strategy=None, **parts):
    options = {
        "initial_capital": 100_000,
        "context_data": CONTEXT,
        "execution": {"lot_size": 0},
    } | parts
    result = BacktestEngine(data_feed=feed, strategy=strategy or MLStrategy(), **options).run()
    check_identities(result.run)
    return result


@pytest.mark.parametrize("feed", [parquet_feed, csv_feed, frame_feed])
def test_the_strategy_makes_its_one_trade_from_every_feed(feed, tmp_path):
    result = backtest(feed(tmp_path))
    (trade,) = result.iter_trades()
    assert (trade.asset_id, trade.direction, trade.status) == ("AAPL", "long", "closed")
    assert (trade.quantity, trade.entry_price, trade.exit_price) == (
        pytest.approx(180.0, rel=1e-12),
        101.0,
        121.0,
    )
    assert (trade.entry_time, trade.exit_time) == (DAYS[1], DAYS[4])
    assert (trade.entry_decision_time, trade.exit_decision_time) == (DAYS[0], DAYS[3])
    assert trade.pnl == pytest.approx(3_600.0, rel=1e-12)
    assert result.final_value == pytest.approx(103_600.0, rel=1e-12)
    assert trade.entry_signals == {"ml_pred_5d": 0.8, "confidence": 0.9, "exit_signal": 0.0}
    assert trade.exit_signals == {"ml_pred_5d": 0.5, "confidence": 0.9, "exit_signal": 0.0}
    assert trade.entry_context == CONTEXT[DAYS[0]]
    assert trade.exit_context == {}
    assert (trade.entry_reason, trade.exit_reason, trade.bars_held) == ("order", "order", 3)


def test_with_asof_the_panic_never_ends_and_the_position_stays():
    result = backtest(frame_feed(None), context_match="asof")
    (trade,) = result.iter_trades()
    assert (trade.status, trade.exit_time) == ("open", None)
    assert result.final_value == pytest.approx(103_420.0, rel=1e-12)


def test_the_order_of_the_rows_in_the_file_changes_nothing():
    frame = pl.concat([BARS.with_columns(symbol=pl.lit(name)) for name in ("MSFT", "AAPL", "IBM")])
    sorted_, shuffled = (
        backtest(DataFrameFeed(f, signal_columns=SIGNALS))
        for f in (frame, frame.sample(fraction=1.0, shuffle=True, seed=3))
    )
    assert sorted_.fills.height == 6
    for table in ("trades", "fills", "orders", "equity"):
        assert getattr(sorted_, table).equals(getattr(shuffled, table))


def test_an_aware_feed_gives_aware_times_and_takes_naive_context():
    frame = BARS.with_columns(pl.col("timestamp").dt.replace_time_zone("UTC"))
    result = backtest(frame_feed(None, frame))
    assert result.trades["entry_time"].to_list() == [DAYS[1].replace(tzinfo=UTC)]
    assert result.final_value == pytest.approx(103_600.0)


def test_a_naive_feed_takes_aware_context():
    aware = {time.replace(tzinfo=UTC): values for time, values in CONTEXT.items()}
    assert backtest(frame_feed(None), context_data=aware).final_value == pytest.approx(103_600.0)


def test_running_an_engine_twice_gives_equal_results():
    engine = BacktestEngine(
        frame_feed(None),
        MLStrategy(),
        context_data=CONTEXT,
        costs={"commission": {"model": "percent", "rate": 0.001}},
    )
    first, second = engine.run(), engine.run()
    for table in ("trades", "fills", "orders", "equity", "cash_flows"):
        assert getattr(first, table).equals(getattr(second, table))
    assert first.run_id == second.run_id
    assert first.metrics == second.metrics


class Recorder(Strategy):
    def __init__(self):
        self.days, self.contexts = [], []

    def on_bar_end(self, timestamp, context=None):
        self.days.append(timestamp.day)
        self.contexts.append(context)


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ({}, [15, 16, 17, 18, 19]),
        ({"start_date": date(2024, 1, 16)}, [16, 17, 18, 19]),
        ({"end_date": date(2024, 1, 17)}, [15, 16, 17]),
        ({"start_date": DAYS[1], "end_date": DAYS[2]}, [16, 17]),
        ({"start_date": datetime(2024, 1, 16, 1)}, [17, 18, 19]),
        ({"start_date": date(2025, 1, 1)}, []),
    ],
)
def test_a_run_has_a_start_and_an_end_both_included(period, days):
    recorder = Recorder()
    result = BacktestEngine(frame_feed(None), recorder).run(**period)
    assert recorder.days == days
    assert result.equity.height == len(days)


def test_an_end_that_is_a_date_includes_its_whole_day():
    times = (
        [datetime(2024, 1, 15, h) for h in (9, 15)]
        + [datetime(2024, 1, 16, h) for h in (9, 15)]
        + [datetime(2024, 1, 17)]
    )
    recorder = Recorder()
    BacktestEngine(frame_feed(None, BARS.with_columns(timestamp=pl.Series(times))), recorder).run(
        end_date=date(2024, 1, 16)
    )
    assert recorder.days == [15, 15, 16, 16]


def test_a_run_over_a_part_starts_with_its_capital_and_knows_its_context():
    recorder = Recorder()
    result = BacktestEngine(
        frame_feed(None), recorder, context_data=CONTEXT, context_match="asof"
    ).run(start_date=DAYS[3])
    assert recorder.contexts[0]["VIX"] == 31.5
    assert result.initial_capital == 100_000.0


def test_settings_are_taken_as_values_or_as_dicts():
    by_dict = backtest(
        frame_feed(None),
        execution={"lot_size": 10.0},
        costs={"commission": {"model": "fixed", "amount": 5.0}},
        account={"type": "margin"},
    )
    by_value = backtest(
        frame_feed(None),
        execution=Execution(lot_size=10.0),
        costs=Costs(commission={"model": "fixed", "amount": 5.0}),
        account=Account(type="margin"),
    )
    assert by_dict.fills.equals(by_value.fills)
    assert by_dict.final_value == pytest.approx(103_590.0)


def test_initial_capital_wins_over_that_of_the_account():
    feed, account = frame_feed(None), Account(initial_capital=5_000.0)
    assert BacktestEngine(feed, Strategy(), account=account).run().initial_capital == 5_000.0
    assert (
        BacktestEngine(feed, Strategy(), account=account, initial_capital=7_000)
        .run()
        .initial_capital
        == 7_000.0
    )
    assert BacktestEngine(feed, Strategy()).run().initial_capital == 100_000.0


def test_settings_that_are_wrong_are_refused_with_their_keys():
    with pytest.raises(InputError) as caught:
        BacktestEngine(
            frame_feed(None), Strategy(), execution={"lot_sise": 1.0, "fill": "yesterday"}
        )
    assert {problem.where for problem in caught.value.problems} == {
        "execution.lot_sise",
        "execution.fill",
    }
    with pytest.raises(InputError, match=r"^costs\.commission\.rate: is missing\. Add it$"):
        BacktestEngine(frame_feed(None), Strategy(), costs={"commission": {"model": "percent"}})
    with pytest.raises(ValueError, match=r"account\.initial_capital"):
        BacktestEngine(frame_feed(None), Strategy(), initial_capital=0)


@pytest.mark.parametrize("context", [CONTEXT, {}, None])
def test_an_unknown_way_to_match_context_is_refused(context):
    with pytest.raises(ValueError, match="'nearest'"):
        BacktestEngine(frame_feed(None), Strategy(), context_data=context, context_match="nearest")


def test_a_run_can_be_cancelled_by_a_control_or_a_function_and_tells_its_progress():
    engine, control, told = BacktestEngine(frame_feed(None), Strategy()), RunControl(), []
    engine.run(progress=told.append)
    assert told == [0.2, 0.4, 0.6, 0.8, 1.0]
    control.cancel()
    with pytest.raises(Cancelled):
        engine.run(cancel=control)
    with pytest.raises(Cancelled):
        engine.run(cancel=lambda: True)
    engine.run(cancel=lambda: False)


def test_metrics_are_those_of_the_run():
    metrics = backtest(frame_feed(None)).metrics
    assert metrics.final_value == pytest.approx(103_600.0)
    assert metrics.num_trades == 1


def test_a_saved_result_loads_with_the_same_tables(tmp_path):
    result = backtest(frame_feed(None))
    result.save(tmp_path / "run")
    loaded = BacktestResult.load(tmp_path / "run")
    for table in ("trades", "fills", "orders", "equity"):
        assert getattr(loaded, table).equals(getattr(result, table))
    assert list(loaded.iter_trades()) == list(result.iter_trades())
    assert loaded.initial_capital == 100_000.0


def test_the_run_id_changes_with_what_makes_another_result():
    first = backtest(frame_feed(None))
    assert backtest(frame_feed(None), execution={"lot_size": 1.0}).run_id != first.run_id
    assert (
        backtest(frame_feed(None, BARS.with_columns(pl.col("close") + 0.5))).run_id != first.run_id
    )
    assert backtest(frame_feed(None), context_match="asof").run_id != first.run_id
    renamed = {
        time: values | {"regime": values["regime"].upper()} for time, values in CONTEXT.items()
    }
    assert backtest(frame_feed(None), context_data=renamed).run_id != first.run_id
    assert (
        backtest(DataFrameFeed(BARS, asset_id="IBM", signal_columns=SIGNALS)).run_id != first.run_id
    )


def test_the_run_id_knows_the_parameters_of_a_strategy():
    class Threshold(Strategy):
        def __init__(self, least):
            self.least = least

    ids = [backtest(frame_feed(None), Threshold(least)).run_id for least in (0.5, 0.5, 0.6)]
    assert ids[0] == ids[1] != ids[2]


def test_feeds_and_results_introduce_themselves_in_one_line(tmp_path):
    feed = frame_feed(tmp_path)
    result = backtest(feed)

    closed = result.trades.filter(pl.col("status") == "closed").height
    assert repr(feed) == (
        "DataFrameFeed(assets=1, timestamps=5, signals=['ml_pred_5d', 'confidence', 'exit_signal'])"
    )
    assert repr(result) == (
        f"BacktestResult(initial_capital=100000.00, final_value={result.final_value:.2f}, "
        f"closed_trades={closed}, open_trades={result.trades.height - closed}, timestamps=5)"
    )
