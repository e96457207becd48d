"""What a look at a file finds."""

import polars as pl

from ml4t_desktop.session.work import real_work
from tests.unit.session.fakes import PRICES


def file_of(tmp_path, count: int, first: int):
    """A file of one asset whose prediction begins at a row."""
    days = pl.datetime_range(
        pl.datetime(2020, 1, 1), pl.datetime(2030, 1, 1), "1d", eager=True
    ).head(count)
    frame = pl.DataFrame({"date": days, "symbol": "AAA"}).with_columns(
        *(pl.lit(10.0).alias(name) for name in ("open", "high", "low", "close", "volume")),
        pl.when(pl.int_range(count) >= first).then(0.5).otherwise(float("nan")).alias("ml_pred"),
    )
    path = tmp_path / "p.parquet"
    frame.write_parquet(path)
    return path


def test_rows_are_shown_from_where_the_signals_begin(tmp_path):
    look = real_work().look(file_of(tmp_path, 400, 250))
    assert look.further is not None
    assert look.further.first == 250
    assert look.further.rows.height == 100
    assert look.further.rows["ml_pred"].to_list() == [0.5] * 100
    assert look.levels["ml_pred"].high == 0.5


def test_no_further_rows_are_needed_when_the_first_have_the_signals(tmp_path):
    assert real_work().look(file_of(tmp_path, 400, 30)).further is None
    assert real_work().look(file_of(tmp_path, 400, 1_000)).further is None
    path = tmp_path / "plain.csv"
    PRICES.drop("pred", "exit_signal").write_csv(path)
    assert real_work().look(path).further is None
