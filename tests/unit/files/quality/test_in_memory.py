"""Data in memory is checked without reading its files again, and nothing else is found."""

import gc

import polars as pl
import pytest

from ml4t_desktop.files.bar_checks import stale_bars
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.quality import QualityReport, check_data
from ml4t_desktop.files.quality.neighbourhood import neighbourhood
from ml4t_desktop.files.quality.seen import MarketBars, ReadBars
from ml4t_desktop.market.market import PREVIOUS
from ml4t_desktop.request import DataSource, Repairs
from tests.unit.files.quality.planted import DAYS, SYMBOLS, at, market, planted


def both(tmp_path, frame, **data):
    frame.write_parquet(tmp_path / "bars.parquet")
    source = DataSource(files=("bars.parquet",), signals=("pred",), **data)
    loaded = read_market(source, None, base=tmp_path)
    again = check_data(source, None, base=tmp_path, loaded=loaded)
    return loaded, again, check_data(source, None, base=tmp_path)


def told(report: QualityReport):
    return [
        (f.kind, f.severity, f.where, f.what, f.places.to_dicts(), f.actions)
        for f in report.findings
    ]


def doubtful():
    frame = market()
    frame = planted(frame, SYMBOLS[0], DAYS[40], high=1.0)
    return frame.filter(~at(SYMBOLS[1], DAYS[50]))


@pytest.mark.parametrize("keys", [("date", "symbol"), ("symbol", "date"), None])
def test_the_report_is_that_of_the_files_in_whatever_order_their_rows_are(tmp_path, keys):
    frame = doubtful()
    frame = frame.sort(keys) if keys else frame.sample(fraction=1.0, shuffle=True, seed=1)

    _, memory, files = both(tmp_path, frame)

    assert isinstance(memory.subject, MarketBars)
    assert isinstance(files.subject, ReadBars)
    assert len(memory.findings) > 1
    assert told(memory) == told(files)
    assert (memory.row_count, memory.asset_count, memory.first, memory.last) == (
        files.row_count,
        files.asset_count,
        files.first,
        files.last,
    )
    for finding in memory.findings:
        for symbol, time in finding.places.select("symbol", "time").head(2).rows():
            us = int(pl.Series([time]).to_physical()[0])
            near = neighbourhood(memory.subject, symbol, us)
            assert near.equals(neighbourhood(files.subject, symbol, us))


def test_files_of_which_rows_were_left_out_are_read_again(tmp_path):
    frame = market()
    frame = pl.concat([frame, frame.head(1)])

    _, memory, files = both(tmp_path, frame)

    assert isinstance(memory.subject, ReadBars)
    assert told(memory) == told(files)
    assert any(finding.kind == "identical_rows" for finding in memory.findings)


def test_a_report_keeps_no_market_in_memory(tmp_path):
    loaded, memory, _ = both(tmp_path, doubtful())
    del loaded
    gc.collect()

    assert memory.subject is not None
    assert memory.subject.market is None
    assert neighbourhood(memory.subject, SYMBOLS[0], 0).is_empty()


def test_stale_bars_are_the_same_whoever_says_which_bar_was_before(tmp_path):
    frame = market().sort("date", "symbol")
    price = {name: pl.lit(10.0) for name in ("open", "high", "low", "close")}
    still = pl.col("date") > DAYS[30]
    frame = frame.with_columns(
        **{name: pl.when(still).then(value).otherwise(name) for name, value in price.items()},
        volume=pl.when(still).then(0.0).otherwise("volume"),
    )
    loaded, _, _ = both(tmp_path, frame, repairs=Repairs())
    assert loaded.origin is not None
    bars = loaded.origin.bars(loaded.market)

    found = stale_bars(bars, loaded.market.rows[PREVIOUS])

    assert found.max() > 10
    assert found.tolist() == stale_bars(bars).tolist()
