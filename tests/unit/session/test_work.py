"""What a look at a file finds."""

from datetime import date

import polars as pl
import pytest

from ml4t_desktop.errors import Cancelled
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
    assert look.signals_begin == date(2020, 9, 7)  # the 251st day of a leap year


def test_the_first_day_with_every_signal_is_found_whatever_the_order_and_the_format(tmp_path):
    dates = {"date": pl.Series(["2024-01-04", "2024-01-03", "2024-01-02", "2024-01-05"])}
    frame = PRICES.with_columns(
        **dates, symbol=pl.lit("AAA"), pred=pl.Series([0.1, 0.9, None, 0.8])
    )
    frame.write_csv(tmp_path / "p.csv")
    frame.drop("pred", "exit_signal").write_csv(tmp_path / "none.csv")

    assert real_work().look(tmp_path / "p.csv").signals_begin == date(2024, 1, 3)
    assert real_work().look(tmp_path / "none.csv").signals_begin is None


def test_no_further_rows_are_needed_when_the_first_have_the_signals(tmp_path):
    assert real_work().look(file_of(tmp_path, 400, 30)).further is None
    assert real_work().look(file_of(tmp_path, 400, 1_000)).further is None
    path = tmp_path / "plain.csv"
    PRICES.drop("pred", "exit_signal").write_csv(path)
    assert real_work().look(path).further is None


def test_a_look_tells_how_far_it_is_while_columns_are_counted_too(tmp_path):
    told: list[float] = []

    real_work().look(file_of(tmp_path, 400, 30), progress=told.append)

    assert told == sorted(told)
    assert len({share for share in told if 0.6 < share < 0.9}) > 5


@pytest.mark.parametrize("share", [0.3, 0.65, 0.75, 0.86])
def test_a_look_stops_wherever_it_is(tmp_path, share):
    told: list[float] = [0.0]

    with pytest.raises(Cancelled):
        real_work().look(
            file_of(tmp_path, 400, 30), progress=told.append, cancelled=lambda: told[-1] >= share
        )


@pytest.mark.parametrize("rows", [1, 2, 5, 10, 11, 101])
def test_the_levels_of_a_signal_are_values_that_it_has(tmp_path, rows):
    path = file_of(tmp_path, rows, 0)
    made = pl.read_parquet(path).with_columns(
        ml_pred=((pl.int_range(rows) * 37) % rows).cast(pl.Float64)
    )
    made.write_parquet(path)

    levels = real_work().look(path).levels["ml_pred"]

    assert levels.middle == made["ml_pred"].quantile(0.5)
    assert levels.high == made["ml_pred"].quantile(0.9)
