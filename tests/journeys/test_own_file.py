"""An analyst's own file: dropped, corrected, run; and what happens when something is wrong with it."""

from datetime import date, timedelta

import polars as pl
import pytest

from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from ml4t_desktop.views.setup.rules.clause_row import ClauseRow

DAYS = [date(2024, 1, 1) + timedelta(days=day) for day in range(30)]


def prices() -> pl.DataFrame:
    """One rising asset whose prediction is high on every third day."""
    close = [100.0 + day for day in range(30)]
    return pl.DataFrame(
        {
            "date": DAYS,
            "symbol": ["AAA"] * 30,
            "open": [price - 0.5 for price in close],
            "high": [price + 1 for price in close],
            "low": [price - 1 for price in close],
            "close": close,
            "settlement": [price - 0.25 for price in close],
            "volume": [1e6] * 30,
            "prediction": [0.9 if day % 3 == 0 else 0.1 for day in range(30)],
        }
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.parquet"
    prices().write_parquet(path)
    return path


def test_a_dropped_file_can_be_run_at_once(analyst, file):
    analyst.drop(file)
    assert analyst.can_run

    analyst.run()

    trades = analyst.session.results.run.result.trades
    assert trades.height > 0
    assert set(trades["entry_reason"]) == {"entry"}
    assert set(trades["entry_signal__prediction"]) == {0.9}


def test_a_column_is_corrected_a_clause_added_and_the_run_follows_both(analyst, file):
    analyst.drop(file)
    analyst.choose("data.close", "settlement")
    analyst.add_clause("strategy.entry", "bar.close", ">", 115)

    analyst.run()

    run = analyst.session.results.run
    assert run.request.data.close == "settlement"
    decided = run.result.trades["entry_decision_time"].dt.date()
    # The settlement first exceeds 115 on the seventeenth day, whose close is 116.
    assert decided.min() >= DAYS[16]
    assert run.result.trades.height > 0


def test_a_file_that_is_no_table_is_told_in_place(analyst, tmp_path):
    path = tmp_path / "letter.parquet"
    path.write_bytes(bytes(range(256)) * 8)

    analyst.drop(path)

    assert "letter.parquet cannot be used" in analyst.message
    assert analyst.window.welcome.isVisible()
    assert not analyst.can_run


def test_a_bad_row_is_told_with_its_place_and_can_be_repaired_where_the_message_leads(
    analyst, tmp_path
):
    path = tmp_path / "mine.parquet"
    frame = prices().with_columns(
        pl.when(pl.col("date") == DAYS[4]).then(-1.0).otherwise(pl.col("close")).alias("close")
    )
    frame.write_parquet(path)
    analyst.drop(path)

    analyst.run()
    assert analyst.session.results.run is None
    assert "mine.parquet" in analyst.message
    assert "close" in analyst.message
    analyst.window.show_step(Step.STRATEGY)
    analyst.click("messages.step.data")
    assert analyst.window.setup.current_step == Step.DATA
    analyst.choose("data.repairs.bad_price", "drop")
    analyst.run()

    assert analyst.session.results.run.market.row_count == 29


def test_a_run_that_cannot_be_done_leaves_the_one_before_on_screen(analyst, file):
    analyst.drop(file)
    analyst.run()
    before = analyst.session.results.run
    file.unlink()
    analyst.session.request.edit("data.start", DAYS[3])

    with analyst.qtbot.waitSignal(analyst.session.runs.ended, timeout=60_000):
        analyst.start()  # before the window has seen that the file is gone
    analyst.wait()

    assert analyst.session.results.run is before
    assert "mine.parquet" in analyst.message


def test_context_is_added_beside_the_prices_and_used_by_a_rule(analyst, file, tmp_path):
    context = tmp_path / "context.csv"
    pl.DataFrame({"date": DAYS, "VIX": [15.0] * 20 + [35.0] * 10}).write_csv(context)

    analyst.drop(file, context)
    analyst.add_clause("strategy.entry", "context.VIX", ">", 30)
    analyst.run()

    trades = analyst.session.results.run.result.trades
    assert set(trades["entry_context__VIX"]) == {35.0}


def test_a_clause_taken_away_leaves_a_set_up_that_says_what_it_lacks(analyst, file):
    analyst.drop(file)
    analyst.window.show_step(Step.STRATEGY)
    entry = analyst.window.findChild(ClauseEditor, "strategy.entry")
    [row] = entry.findChildren(ClauseRow)

    row.actions_["remove"].trigger()

    assert not analyst.can_run
    assert analyst.status == "Strategy: No entry rule. Add a clause"


def test_the_request_is_saved_and_opened_again_as_it_was(analyst, file, tmp_path):
    analyst.drop(file)
    analyst.add_clause("strategy.filter", "bar.volume", ">=", 1000)
    analyst.choose("strategy.sizing.helper", "fixed_quantity")
    analyst.save_as(tmp_path / "mine.toml")
    saved = analyst.session.request.draft

    analyst.window.desk.carry_out("file.new")
    assert analyst.window.welcome.isVisible()
    analyst.drop(tmp_path / "mine.toml")

    assert analyst.session.request.draft == saved
    analyst.run()
    assert analyst.session.results.run is not None
