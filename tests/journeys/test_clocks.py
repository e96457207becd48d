"""Somebody abroad reads a run of hourly bars: times, hours and weekdays are those of the clocks chosen."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ml4t_desktop.session.formats import use_time_zone
from tests.journeys.window import Analyst

REQUEST = """
format = 1
name = "hours"
[data]
files = ["hours.parquet"]
time = "time"
asset = "symbol"
open = "open"
high = "high"
low = "low"
close = "close"
volume = "volume"
signals = ["go"]
[strategy]
direction = "long"
[strategy.entry]
all = [{ column = "signal.go", op = ">", value = 0.5 }]
[strategy.exit]
any = [{ column = "signal.go", op = "<", value = 0.5 }]
[strategy.sizing]
helper = "buy_percent"
percent = 0.5
"""
FIRST = datetime(2024, 1, 8, 20, tzinfo=UTC)  # a Monday


@pytest.fixture
def analyst(qtbot, tmp_path):
    """A window with a run of bars from 20:00 to 23:00 UTC, entered at 21:00 on each of ten days."""
    rows = [
        {
            "time": FIRST + timedelta(days=day, hours=hour),
            "symbol": "AAA",
            **dict.fromkeys(("open", "high", "low", "close"), 100.0 + (day + hour) % 3),
            "volume": 1e6,
            "go": 1.0 if hour == 0 else 0.0,
        }
        for day in range(10)
        for hour in range(4)
    ]
    pl.DataFrame(rows).write_parquet(tmp_path / "hours.parquet")
    (tmp_path / "hours.toml").write_text(REQUEST)
    made = Analyst(qtbot, tmp_path)
    made.drop(tmp_path / "hours.toml")
    made.run()
    yield made
    made.leave()
    use_time_zone("UTC")


def test_hours_and_weekdays_follow_the_zone_that_is_chosen(analyst):
    months = analyst.window.show_panel("months")
    analyst.wait()
    analyst.qtbot.waitUntil(lambda: months.hours.labels == ("21:00",), timeout=10_000)

    analyst.session.settings.choose("time_zone", "Asia/Tokyo")

    analyst.qtbot.waitUntil(lambda: months.hours.labels == ("06:00",), timeout=10_000)
    assert months.tip.text().endswith("Times are on the clocks of Asia/Tokyo.")
    tuesday = months.weekdays.labels.index("Tuesday")
    months.weekdays.chosen.emit(tuesday, tuesday)
    subset = analyst.session.results.subset
    chosen = analyst.session.results.run.result.trades.filter(
        pl.col("trade_id").is_in(subset.trade_ids.tolist())
    )
    assert set(chosen["entry_time"].dt.weekday()) == {1}  # Monday in UTC, Tuesday in Tokyo


def test_groups_statistics_and_drawdowns_are_on_the_same_clocks(analyst):
    analyst.session.settings.choose("time_zone", "Asia/Tokyo")
    groups = analyst.window.show_panel("breakdowns")
    groups.choose("hour")
    analyst.wait()
    analyst.qtbot.waitUntil(
        lambda: (
            groups.table.frame_model.frame is not None
            and groups.table.frame_model.frame["group"].to_list() == ["06:00"]
        ),
        timeout=10_000,
    )
    assert "Asia/Tokyo" in groups.note.text()

    overview = analyst.window.show_panel("overview")
    analyst.wait()
    assert overview.statistics.text_of("start").endswith("05:00")
    assert analyst.session.results.run.metrics.start == "2024-01-08 20:00:00"  # in files it is UTC


def test_the_bar_that_is_explained_is_chosen_by_its_time_on_these_clocks(analyst):
    analyst.session.settings.choose("time_zone", "Asia/Tokyo")
    trades = analyst.session.results.run.result.trades
    why = analyst.window.show_panel("why")
    analyst.session.results.select_trade(int(trades["trade_id"][0]))
    analyst.wait()
    analyst.qtbot.waitUntil(lambda: why.day.dateTime().time().hour() == 5, timeout=10_000)

    why.day.setDateTime(why.day.dateTime().addSecs(3600))
    why.day.editingFinished.emit()
    analyst.wait()

    answer = analyst.session.why.answer
    market = analyst.session.results.run.market
    assert market.moment(answer.explanation.t) == FIRST + timedelta(hours=1)
    assert "Asia/Tokyo" in why.clocks.text()
