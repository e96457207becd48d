"""What a user hands to the scripting interface by mistake, or in another form than the usual one."""

import logging
from datetime import date, datetime

import polars as pl
import pytest

from ml4t_desktop.backtest import BacktestEngine, CashDividend, Strategy
from ml4t_desktop.backtest.data import DataFrameFeed, ParquetDataFeed
from ml4t_desktop.errors import InputError

DAYS = [datetime(2024, 1, day, hour) for day in (1, 2, 3) for hour in (9, 15)]
BARS = pl.DataFrame(
    {
        "timestamp": DAYS,
        "open": [10.0] * 6,
        "high": [10.0] * 6,
        "low": [10.0] * 6,
        "close": [10.0] * 6,
        "score": [0.5] * 6,
    }
)
PANEL = pl.concat([BARS.with_columns(symbol=pl.lit(name)) for name in ("A", "B")])
SECOND_DAY = DAYS[2:4]


class Seen(Strategy):
    def __init__(self):
        self.times: list[datetime] = []

    def on_market_event(self, event, context=None):
        self.times.append(event.timestamp)


def times(feed, **period):
    strategy = Seen()
    BacktestEngine(feed, strategy).run(**period)
    return strategy.times


@pytest.mark.parametrize("day", [date(2024, 1, 2), "2024-01-02"])
def test_a_day_may_be_a_text_and_includes_all_of_it(day):
    assert times(DataFrameFeed(BARS, start=day, end=day)) == SECOND_DAY
    assert times(DataFrameFeed(BARS), start_date=day, end_date=day) == SECOND_DAY


def test_a_text_with_a_time_of_day_is_that_moment():
    until = "2024-01-02T09:00"
    assert times(DataFrameFeed(BARS, start="2024-01-02T09:00", end=until)) == DAYS[2:3]


@pytest.mark.parametrize("wrong", ["January", "2024-13-01", 20240102])
def test_what_is_no_date_is_refused_by_its_name(wrong):
    with pytest.raises(InputError, match=rf"^start: '?{wrong}'? is no date"):
        DataFrameFeed(BARS, start=wrong)
    with pytest.raises(InputError, match=rf"^end_date: '?{wrong}'? is no date"):
        BacktestEngine(DataFrameFeed(BARS), Seen()).run(end_date=wrong)


def test_one_asset_of_several_is_taken_by_its_name(tmp_path):
    PANEL.write_parquet(tmp_path / "panel.parquet")
    for feed in (DataFrameFeed(PANEL, "B"), ParquetDataFeed(tmp_path / "panel.parquet", "B")):
        assert feed.market.symbols == ("B",)
        assert feed.market.row_count == len(DAYS)
        assert list(feed.market.signals) == ["score"]
    with pytest.raises(InputError, match=r"^asset_id: there is no asset 'C'; there are A, B"):
        DataFrameFeed(PANEL, "C")


def test_one_asset_of_several_is_not_read_in_pieces(tmp_path):
    PANEL.write_parquet(tmp_path / "panel.parquet")
    with pytest.raises(InputError, match=r"^asset_id: one of several assets"):
        ParquetDataFeed(tmp_path / "panel.parquet", "B", chunk_rows=4)


def test_one_signal_needs_no_list_and_a_lazy_frame_is_a_frame():
    market = DataFrameFeed(BARS.lazy(), signal_columns="score").market
    assert (market.symbols, list(market.signals)) == (("asset",), ["score"])


def test_one_corporate_action_needs_no_list():
    engine = BacktestEngine(
        DataFrameFeed(PANEL), Seen(), corporate_actions=CashDividend("A", date(2024, 1, 2), 0.5)
    )
    assert engine.market.actions.size == 1


@pytest.mark.parametrize("frame", [{"close": [1.0]}, [1.0], "prices.parquet"])
def test_a_frame_that_is_none_is_refused(frame):
    with pytest.raises(InputError, match=r"^frame: \w+ is no frame of polars"):
        DataFrameFeed(frame)


def test_rows_of_a_frame_are_told_as_such():
    with pytest.raises(InputError, match=r"^frame, column 'low', row 1: asset at 2024-01-01"):
        DataFrameFeed(BARS.with_columns(low=pl.lit(-1.0)))


@pytest.mark.parametrize("wrong", [{"data_feed": BARS, "strategy": Seen, "context_data": BARS}])
def test_a_feed_a_strategy_and_a_context_that_are_none_are_told_together(wrong):
    with pytest.raises(InputError) as caught:
        BacktestEngine(**wrong)
    assert [problem.where for problem in caught.value.problems] == [
        "data_feed",
        "strategy",
        "context_data",
    ]
    assert "the class Seen is no strategy" in str(caught.value)


@pytest.mark.parametrize("wrong", ["much", -1, float("nan")])
def test_capital_that_is_no_amount_is_refused(wrong):
    with pytest.raises(InputError, match=r"^account\.initial_capital: "):
        BacktestEngine(DataFrameFeed(BARS), Seen(), initial_capital=wrong)


def test_a_bar_that_is_used_though_it_is_doubtful_is_told(caplog):
    with caplog.at_level(logging.WARNING, logger="ml4t_desktop"):
        feed = DataFrameFeed(BARS.with_columns(high=pl.lit(9.0)))
    assert feed.market.row_count == len(DAYS)
    assert [record.getMessage() for record in caplog.records] == [str(feed.problems[0])]
    assert "does not contain open and close" in caplog.text


def test_a_trade_still_open_counts_its_bars_with_a_whole_number():
    class Holds(Strategy):
        def on_market_event(self, event, context=None):
            if self.get_position(event.asset_id) == 0:
                self.submit_order(event.asset_id, 1)
            else:
                trade = self.open_trade(event.asset_id)
                self.held = trade and trade.bars_held

    strategy = Holds()
    BacktestEngine(DataFrameFeed(BARS), strategy).run()
    assert (strategy.held, type(strategy.held)) == (4, int)
