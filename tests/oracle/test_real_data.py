"""The engine and the reference agree on the real request, from the files to the last trade."""

import polars as pl
import pytest

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.request import load_request
from tests.oracle import reference
from tests.oracle.agreement import difference_of
from tests.oracle.history import Bar


def _bars(request, base) -> list[Bar]:
    """Return the bars read plainly, without the application's own reader."""
    frame = pl.read_parquet(base / request.data.files[0]).filter(
        pl.col("date") >= request.data.start
    )
    return [
        Bar(
            time=row["date"],
            symbol=row["symbol"],
            open=row["open"],
            high=row["high"],
            low=row["low"],
            close=row["close"],
            volume=float(row["volume"]),
            signals={name: row[name] for name in request.data.signals},
        )
        for row in frame.with_columns(pl.col("date").cast(pl.Datetime("us"))).iter_rows(named=True)
    ]


def _context(request, base) -> dict:
    frame = pl.read_csv(base / request.context.file, try_parse_dates=True)
    rows = frame.with_columns(pl.col("date").cast(pl.Datetime("us"))).iter_rows(named=True)
    return {row["date"]: {name: row[name] for name in request.context.columns} for row in rows}


@pytest.mark.real_data
@pytest.mark.slow
def test_engine_and_reference_agree_on_the_real_request(real_data):
    path = real_data / "projects" / "ml_signal_sp500.toml"
    request = load_request(path)
    market = read_market(request.data, request.context, base=path.parent).market
    engine = run_rules(market, request)
    expected = reference.run(_bars(request, path.parent), _context(request, path.parent), request)
    assert engine.trades.height > 2000
    assert difference_of(engine, expected, request.account.initial_capital) is None
