"""Tables written as files for other programs."""

from datetime import UTC, datetime

import fastexcel
import numpy as np
import polars as pl
import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.export.tables import write_table

FRAME = pl.DataFrame(
    {
        "symbol": ["AAPL", "MSFT", "NVDA"],
        "pnl": [1.0 / 3.0, -2.5, None],
        "entry_time": [datetime(2020, 3, day, tzinfo=UTC) for day in (2, 3, 4)],
    }
)
ROWS = np.array([2, 0])


def written(folder, name: str):
    path = folder / name
    assert write_table(FRAME, path, columns=("pnl", "symbol", "entry_time"), rows=ROWS) == 2
    return path


def test_csv_holds_the_rows_and_columns_in_their_order_at_full_precision(tmp_path):
    lines = written(tmp_path, "trades.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "pnl,symbol,entry_time"
    assert lines[1].startswith(",NVDA,2020-03-04T00:00:00")
    assert float(lines[2].split(",")[0]) == 1.0 / 3.0


def test_parquet_holds_the_same_with_its_types(tmp_path):
    frame = pl.read_parquet(written(tmp_path, "trades.parquet"))
    assert frame.equals(FRAME.select("pnl", "symbol", "entry_time")[ROWS])


def test_a_workbook_can_be_read_again(tmp_path):
    path = written(tmp_path, "trades.xlsx")
    sheet = fastexcel.read_excel(path).load_sheet(0).to_polars()
    assert sheet["symbol"].to_list() == ["NVDA", "AAPL"]
    assert sheet["pnl"].to_list() == [None, 1.0 / 3.0]
    assert sheet["entry_time"].to_list()[1] == datetime(2020, 3, 2)


def test_another_ending_is_refused_with_what_would_do(tmp_path):
    with pytest.raises(InputError, match=r"\.csv, \.parquet, \.xlsx"):
        written(tmp_path, "trades.doc")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_behind_when_writing_fails(tmp_path):
    target = tmp_path / "trades.csv"
    target.mkdir()
    with pytest.raises(OSError):  # noqa: PT011 (which one depends on the system)
        write_table(FRAME, target, columns=("pnl",), rows=ROWS)
    assert [path.name for path in tmp_path.iterdir()] == ["trades.csv"]
