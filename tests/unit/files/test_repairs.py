"""Repairs that the request asks for: they do what they say, to the bars and not to the file."""

from contextlib import closing

import numpy as np
import polars as pl
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.columns.column_map import ColumnMap
from ml4t_desktop.files.digest import files_digest
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.pieces.market_in_pieces import pieces_of_files
from ml4t_desktop.market.market import HIGH, LOW
from ml4t_desktop.request import DataSource, Repairs, Request, load_request, request_toml
from tests.unit.files.quality.planted import DAYS, SYMBOLS, market, planted, row_of

DAY, NEXT = DAYS[40], DAYS[41]


def loaded(tmp_path, frame, **repairs):
    frame.write_parquet(tmp_path / "bars.parquet")
    data = DataSource(files=("bars.parquet",), signals=("pred",), repairs=Repairs(**repairs))
    before = files_digest([tmp_path / "bars.parquet"])
    made = read_market(data, None, base=tmp_path)
    assert files_digest([tmp_path / "bars.parquet"]) == before
    return made


def notes(made):
    return " / ".join(str(problem) for problem in made.problems)


def test_impossible_bars_are_widened_to_all_four_prices_and_nothing_else_changes(tmp_path):
    frame = planted(market(), "BBB", DAY, high=1.0, low=99.0)
    row = row_of("BBB", DAY) - 1
    as_it_is = loaded(tmp_path, frame)
    widened = loaded(tmp_path, frame, impossible_bar="widen")
    four = frame.select("open", "high", "low", "close").row(row)
    assert widened.market.prices[HIGH, row] == max(four) == 99.0
    assert widened.market.prices[LOW, row] == min(four) == 1.0
    others = np.arange(frame.height) != row
    assert np.array_equal(
        widened.market.prices[:, others], as_it_is.market.prices[:, others], equal_nan=True
    )
    assert "1 bar with an impossible range is widened (row 242)" in notes(widened)
    assert row + 1 == 242
    assert "used as they are" in notes(as_it_is)
    assert "used as they are" not in notes(widened)


def test_impossible_bars_are_left_out_on_demand(tmp_path):
    frame = planted(planted(market(), "BBB", DAY, high=1.0), "CCC", NEXT, low=99.0)
    made = loaded(tmp_path, frame, impossible_bar="drop")
    assert made.market.row_count == frame.height - 2
    assert "2 bars with an impossible range are left out" in notes(made)


def test_stale_bars_are_left_out_on_demand(tmp_path):
    close = market().filter((pl.col("symbol") == "BBB") & (pl.col("date") == DAYS[39]))["close"]
    still = dict.fromkeys(("open", "high", "low", "close"), close.item())
    frame = planted(
        planted(market(), "BBB", DAY, **still, volume=0), "BBB", NEXT, **still, volume=0
    )
    assert loaded(tmp_path, frame).market.row_count == frame.height
    made = loaded(tmp_path, frame, stale_bar="drop")
    assert made.market.row_count == frame.height - 2
    symbol = made.market.symbols.index("BBB")
    times = made.market.timestamps[
        np.searchsorted(made.market.row_start, made.market.asset_rows(symbol), side="right") - 1
    ]
    assert times.size == len(DAYS) - 2
    assert f"rows {row_of('BBB', DAY)}, {row_of('BBB', NEXT)}" in notes(made)


def test_infinite_signals_are_taken_as_missing_on_demand(tmp_path):
    frame = planted(market(), "BBB", DAY, pred=float("-inf"))
    row = row_of("BBB", DAY) - 1
    assert np.isinf(loaded(tmp_path, frame).market.signals["pred"][row])
    made = loaded(tmp_path, frame, infinite_signal="null")
    assert np.isnan(made.market.signals["pred"][row])
    assert np.isnan(made.market.signals["pred"]).sum() == 1
    assert "1 infinite value of signals taken as missing" in notes(made)


def test_infinite_predictions_of_their_own_file_are_taken_as_missing_too(tmp_path):
    frame = planted(market(), "BBB", DAY, pred=float("inf"))
    frame.drop("pred").write_parquet(tmp_path / "bars.parquet")
    frame.select("date", "symbol", "pred").write_parquet(tmp_path / "preds.parquet")
    data = DataSource.model_validate(
        {
            "files": ("bars.parquet",),
            "signals": ("pred",),
            "predictions": {"files": ("preds.parquet",)},
            "repairs": {"infinite_signal": "null"},
        }
    )
    made = read_market(data, None, base=tmp_path)
    assert np.isnan(made.market.signals["pred"]).sum() == 1
    assert "1 infinite value" in notes(made)


@pytest.mark.parametrize(
    ("key", "value"),
    [("impossible_bar", "widen"), ("stale_bar", "drop"), ("infinite_signal", "null")],
)
def test_a_sound_market_is_not_touched_by_repairs(tmp_path, key, value):
    made = loaded(tmp_path, market(), **{key: value})
    assert made.problems == ()
    assert made.market.row_count == len(DAYS) * len(SYMBOLS)


def test_repairs_are_kept_in_the_request_file(tmp_path):
    repairs = Repairs(impossible_bar="widen", stale_bar="drop", infinite_signal="null")
    request = Request(data=DataSource(files=("bars.parquet",), repairs=repairs))
    (tmp_path / "r.toml").write_text(request_toml(request))
    assert load_request(tmp_path / "r.toml").data.repairs == repairs


def test_repairs_of_bars_are_the_same_in_pieces_and_stale_ones_are_refused_there(tmp_path):
    frame = planted(planted(market(), "BBB", DAY, high=1.0), "CCC", NEXT, pred=float("inf"))
    whole = loaded(tmp_path, frame, impossible_bar="widen", infinite_signal="null")
    repairs = Repairs(impossible_bar="widen", infinite_signal="null")
    columns = ColumnMap(signals=("pred",), repairs=repairs)
    pieces, said = pieces_of_files([tmp_path / "bars.parquet"], columns, 100)
    with closing(pieces):
        assert {str(note) for note in said} == {str(note) for note in whole.problems}
        assert len(said) == 2
    with pytest.raises(InputError, match="stale bars cannot be left out"):
        pieces_of_files(
            [tmp_path / "bars.parquet"], ColumnMap(repairs=Repairs(stale_bar="drop")), 100
        )
