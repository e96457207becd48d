"""Whether files fit the memory, told before they are read."""

from pathlib import Path

import polars as pl
import pytest

from ml4t_desktop.files import memory
from ml4t_desktop.files.memory import available_memory, estimated_rows, piece_rows


def test_rows_of_a_parquet_file_are_known_and_those_of_a_text_file_estimated(
    tmp_path: Path,
) -> None:
    frame = pl.DataFrame({"a": range(200_000), "b": [1.5] * 200_000})
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_csv(tmp_path / "a.csv")
    assert estimated_rows(tmp_path / "a.parquet") == 200_000
    assert estimated_rows(tmp_path / "a.csv") == pytest.approx(200_000, rel=0.1)
    assert estimated_rows(tmp_path / "missing.csv") == 0


def test_files_that_do_not_fit_are_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.parquet"
    pl.DataFrame({"a": range(100_000)}).write_parquet(file)
    needed = 100_000 * 8 * (7 + 3) * 2  # time, asset, five of the bar, three signals; twice
    monkeypatch.setattr(memory, "available_memory", lambda: int(needed / 0.6) + 10)
    assert piece_rows([file], 3) is None
    monkeypatch.setattr(memory, "available_memory", lambda: int(needed / 0.6) - 10)
    assert piece_rows([file], 3) == 50_000  # a piece is never smaller
    assert piece_rows([file, file], 3) == 50_000
    monkeypatch.setattr(memory, "available_memory", lambda: None)
    assert piece_rows([file], 3) is None


def test_the_memory_of_this_machine_is_known() -> None:
    free = available_memory()
    assert free is not None
    assert free > 10_000_000
