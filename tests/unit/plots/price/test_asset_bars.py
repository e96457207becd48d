"""The bars and trades of one asset, taken from a market."""

import numpy as np
import polars as pl

from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.plots.price.asset_bars import asset_bars, trade_marks

DAY = 86_400_000_000


def market() -> Market:
    """A on days 0, 1, 2, 3 and B on days 1 and 3; close is 10 x day for A, 100 x day for B."""
    asset = np.array([0, 0, 1, 0, 0, 1], np.int32)
    day = np.array([0, 1, 1, 2, 3, 3])
    close = np.where(asset == 0, 10.0, 100.0) * (day + 1)
    built = Market.build(
        timestamp=day * DAY,
        asset=asset,
        symbols=("A", "B"),
        prices=np.stack([close] * 5),
        signals={"score": np.arange(6.0)},
    )
    context = {"regime": TextColumn(np.array([0, 1, 0, 1], np.int32), ("bull", "bear"))}
    fields = {
        name: getattr(built, name)
        for name in ("timestamps", "row_start", "symbols", "prices", "rows", "signals")
    }
    return Market(**fields, context=context)


def trades(**changes) -> pl.DataFrame:
    columns = {
        "trade_id": [1, 0],
        "symbol": ["B", "A"],
        "direction": ["short", "long"],
        "status": ["open", "closed"],
        "entry_decision_time": [None, 0],
        "entry_time": [DAY, DAY],
        "exit_decision_time": [None, 2 * DAY],
        "exit_time": [None, 3 * DAY],
        "entry_price": [200.0, 20.0],
        "exit_price": [None, 40.0],
        "pnl": [1.0, -2.0],
    }
    frame = pl.DataFrame({**columns, **changes})
    return frame.with_columns(pl.col("^.*_time$").cast(pl.Datetime("us")))


def test_bars_signals_and_context_are_those_of_the_asset_alone():
    bars = asset_bars(market(), "B", ("signal.score", "context.regime"))
    assert bars.times.tolist() == [DAY, 3 * DAY]
    assert bars.prices[3].tolist() == [200, 400]
    assert bars.series["signal.score"].tolist() == [2, 5]
    regime = bars.series["context.regime"]
    assert [regime.value(bar) for bar in range(2)] == ["bear", "bear"]


def test_a_trade_stands_at_the_ordinals_of_its_asset():
    marks = trade_marks(trades(), asset_bars(market(), "A", ()))
    assert marks.trade_id.tolist() == [0]
    assert (marks.entry_decision[0], marks.entry[0]) == (0, 1)
    assert (marks.exit_decision[0], marks.exit[0]) == (2, 3)


def test_an_open_trade_ends_at_the_last_bar_and_its_close():
    marks = trade_marks(trades(), asset_bars(market(), "B", ()))
    assert marks.is_open.tolist() == [True]
    assert marks.entry_decision.tolist() == marks.exit_decision.tolist() == [-1]
    assert (marks.exit[0], marks.exit_price[0]) == (1, 400.0)


def test_trades_are_in_the_order_of_their_entries():
    both = trades(symbol=["A", "A"], entry_time=[3 * DAY, DAY])
    assert trade_marks(both, asset_bars(market(), "A", ())).trade_id.tolist() == [0, 1]


def test_an_asset_without_trades_has_no_marks():
    none = trade_marks(trades().clear(), asset_bars(market(), "A", ()))
    assert len(none) == 0
    assert none.place_of(0) is None
