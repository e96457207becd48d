"""The study of a run and of a part of its trades; the run is that of the review tests."""

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.analysis.account.exposure_lines import exposure_lines
from ml4t_desktop.analysis.account.rolling_lines import rolling_lines
from ml4t_desktop.analysis.months import moment_profits, month_grid
from ml4t_desktop.analysis.study import study_part, study_run
from ml4t_desktop.analysis.trades.breakdowns import breakdown
from tests.unit.views.review.conftest import build_market, build_result


@pytest.fixture(scope="module")
def result():
    return build_result(build_market())


def nothing() -> None:
    """Nobody gives up."""


def test_the_study_holds_the_closed_trades_and_every_one_is_in_a_bin(result):
    study = study_run(result, nothing)
    closed = result.trades.filter(status="closed")
    assert study.trade_id.tolist() == closed["trade_id"].to_list()
    assert study.returns.counts.sum() == study.holding.counts.sum() == closed.height
    assert study.wins.sum() == (closed["pnl"] > 0).sum()
    assert study.losses.sum() == (closed["pnl"] < 0).sum()


def test_trades_are_found_by_the_return_of_the_day_on_which_they_closed(result):
    study = study_run(result, nothing)
    day = int(study.closed_on[0])
    chosen = study.periods.days == day
    expected = sorted(study.trade_id[study.closed_on == day])
    assert study.closed_on_days(chosen).tolist() == expected


def test_a_part_has_the_breakdowns_and_statistics_of_its_trades_alone(result):
    ids = result.trades.filter(symbol="AAA")["trade_id"].to_numpy()
    part = study_part(result, ids, nothing)
    mine = result.trades.filter(symbol="AAA")
    closed = mine.filter(status="closed")
    assert part.metrics.num_trades == closed.height
    assert part.metrics.trades_pnl == pytest.approx(closed["pnl"].sum())
    assert part.metrics.exposure is None
    assert "whole" in part.metrics.undefined["exposure"]
    assert part.breakdowns["year"].equals(breakdown(mine, "year"))


def test_exposure_is_over_equity_and_turnover_half_the_value_traded(result):
    lines = exposure_lines(result)
    assert lines.gross == pytest.approx(np.full(lines.days.size, 0.6))
    assert set(lines.positions) == {2.0}
    first = result.equity.row(0, named=True)
    fill = {
        "fill_id": 1, "order_id": 1, "timestamp": first["timestamp"], "symbol": "AAA", "side": "buy",
        "quantity": 10.0, "price": 100.0, "commission": 0.0, "slippage": 0.0,
    }  # fmt: skip
    from dataclasses import replace

    traded = replace(result, fills=pl.DataFrame([fill], schema=result.fills.schema))
    lines = exposure_lines(traded)
    assert lines.turnover[0] == pytest.approx(500.0 / first["equity"])
    assert not lines.turnover[1:].any()


def test_months_are_those_in_which_trades_closed_and_the_last_column_is_the_year(result):
    trades = result.trades
    grid = month_grid(result, trades, "pnl")
    closed = trades.filter(status="closed")
    for row, year in enumerate(grid.years):
        mine = closed.filter(pl.col("exit_time").dt.year() == int(year))
        assert grid.values[row, 12] == pytest.approx(mine["pnl"].sum())
        assert np.nansum(grid.values[row, :12]) == pytest.approx(mine["pnl"].sum())
        march = mine.filter(pl.col("exit_time").dt.month() == 3)
        if march.height:
            counts = month_grid(result, trades, "trades").values
            rates = month_grid(result, trades, "win_rate").values
            assert counts[row, 2] == march.height
            assert rates[row, 2] == pytest.approx((march["pnl"] > 0).mean())
        else:
            assert np.isnan(grid.values[row, 2])


def test_profits_by_weekday_and_season_are_those_of_the_entries(result):
    closed = result.trades.filter(status="closed")
    for by in ("weekday", "month", "hour"):
        profits = moment_profits(result.trades, by)
        assert profits.pnl.sum() == pytest.approx(closed["pnl"].sum())
        assert profits.counts.sum() == closed.height


def test_the_rolling_share_of_wins_at_a_day_is_that_of_the_last_trades_closed_until_then(result):
    study = study_run(result, nothing)
    lines = rolling_lines(study.periods, result.trades, 20, 10)
    day = int(study.periods.days[-1])
    closed = result.trades.filter(status="closed")
    assert lines.win_rate[-1] == pytest.approx((closed.tail(10)["pnl"] > 0).mean())
    assert study.closed_on[-1] <= day
    assert np.isnan(lines.win_rate[0])
    assert np.isnan(lines.sharpe[:19]).all()
    assert np.isfinite(lines.sharpe[20])
