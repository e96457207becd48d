"""Broken files dropped on the real window: told, nothing lost, and the window goes on working."""

import pytest

from tests.broken import packed, texts, typed, values
from tests.journeys.window import Analyst
from tests.unit.files.ugly import frame

FILES = packed.made() | texts.made() | values.made() | typed.made()
NO_TABLES = (
    "nothing.csv",
    "noise.parquet",
    "half.parquet",
    "half.csv.gz",
    "locked.xlsx",
    "locked.parquet",
    "is_json.csv",
    "longer_row.csv",
    "open_quote.csv",
    "extreme_stamps.parquet",
    "several.zip",
)
NO_BARS = (
    "two_bars_at_one_time.csv",
    "high_overflow.csv",
    "no_symbol.csv",
    "words_in_volume.csv",
    "words_in_signal.csv",
)
FILES["high_overflow.csv"] = values.bars(
    "2024-01-30,AAA,10,1e999,9,10,100,0.5", "2024-01-31,AAA,10,11,9,10,100,0.5"
)


@pytest.fixture
def analyst(qtbot, tmp_path):
    made = Analyst(qtbot, tmp_path)
    yield made
    made.leave()


def test_files_that_are_no_tables_are_told_and_leave_the_data_as_they_were(analyst, tmp_path):
    good = tmp_path / "good.parquet"
    frame().write_parquet(good)
    analyst.drop(good)
    before = analyst.session.request.draft
    for name in NO_TABLES:
        path = tmp_path / name
        path.write_bytes(FILES[name])

        analyst.drop(path)

        assert name in analyst.message
        assert analyst.session.request.draft == before
        assert analyst.can_run
    analyst.run()
    assert analyst.session.results.run.market.row_count == 8


def test_tables_whose_bars_cannot_be_run_are_told_and_leave_the_run_before(analyst, tmp_path):
    good = tmp_path / "good.parquet"
    frame().write_parquet(good)
    analyst.drop(good)
    analyst.run()
    before = analyst.session.results.run
    for name in NO_BARS:
        path = tmp_path / name
        path.write_bytes(FILES[name])
        analyst.drop(path)

        analyst.run()

        assert name in analyst.message
        assert analyst.session.results.run is before
    analyst.drop(good)
    analyst.run()
    assert analyst.session.results.run.market.row_count == 8


def test_a_file_that_is_gone_after_the_project_was_saved_is_told(analyst, tmp_path):
    good = tmp_path / "good.parquet"
    frame().write_parquet(good)
    analyst.drop(good)
    analyst.save_as(tmp_path / "kept.toml")
    good.unlink()

    analyst.drop(tmp_path / "kept.toml")
    if analyst.can_run:
        analyst.run()

    assert "good.parquet" in analyst.message


def test_a_file_that_is_broken_after_the_project_was_saved_is_told(analyst, tmp_path):
    good = tmp_path / "good.parquet"
    frame().write_parquet(good)
    analyst.drop(good)
    analyst.save_as(tmp_path / "kept.toml")
    good.write_bytes(FILES["half.parquet"])

    analyst.drop(tmp_path / "kept.toml")
    if analyst.can_run:
        analyst.run()

    assert "good.parquet" in analyst.message
