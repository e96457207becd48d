"""Whether files fit the memory, told before they are read."""

import bz2
import gzip
import lzma
import random
from pathlib import Path

import polars as pl
import pytest

from ml4t_desktop.files.pieces import memory
from ml4t_desktop.files.pieces.memory import TableSize, available_memory, estimated_size, piece_rows


def test_rows_of_a_parquet_file_are_known_and_those_of_a_text_file_estimated(
    tmp_path: Path,
) -> None:
    frame = pl.DataFrame({"a": range(200_000), "b": [1.5] * 200_000})
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_csv(tmp_path / "a.csv")
    assert estimated_size(tmp_path / "a.parquet") == TableSize(200_000, 2)
    text = estimated_size(tmp_path / "a.csv")
    assert text.rows == pytest.approx(200_000, rel=0.1)
    assert text.columns == 2
    assert estimated_size(tmp_path / "missing.csv") == TableSize()


def test_bars_that_do_not_fit_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = 100_000 * 8 * (7 + 3) * 2  # time, asset, five of the bar, three signals; twice
    monkeypatch.setattr(memory, "available_memory", lambda: int(needed / 0.6) + 10)
    assert piece_rows(100_000, 3) is None
    monkeypatch.setattr(memory, "available_memory", lambda: int(needed / 0.6) - 10)
    assert piece_rows(100_000, 3) == 50_000  # a piece is never smaller
    assert piece_rows(200_000, 3) == 50_000
    monkeypatch.setattr(memory, "available_memory", lambda: None)
    assert piece_rows(100_000, 3) is None


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz"])
def test_the_rows_of_a_packed_text_file_are_estimated(packing: str, tmp_path: Path) -> None:
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[packing]
    prices = random.Random(1).choices(range(100_000), k=50_000)
    rows = "".join(f"2024-01-01,A,{price / 100}\n" for price in prices)
    (tmp_path / f"a.csv.{packing}").write_bytes(pack(f"date,symbol,close\n{rows}".encode()))
    assert 25_000 < estimated_size(tmp_path / f"a.csv.{packing}").rows < 100_000


def test_the_memory_of_this_machine_is_known() -> None:
    free = available_memory()
    assert free is not None
    assert free > 10_000_000
