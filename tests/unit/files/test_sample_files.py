from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import CONTEXT, PRICES, REQUEST, write_sample
from ml4t_desktop.market.market import CLOSE
from ml4t_desktop.market.sample import sample_market
from ml4t_desktop.request import load_request

SHIPPED = Path(__file__).resolve().parents[3] / "resources" / "samples"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("sample") / "new", small=True).parent


def test_the_shipped_sample_is_what_the_generator_writes(folder):
    made, shipped = (pl.read_parquet(where / PRICES) for where in (folder, SHIPPED))
    assert_frame_equal(made, shipped, rel_tol=1e-6, abs_tol=1e-6)
    made, shipped = (pl.read_csv(where / CONTEXT) for where in (folder, SHIPPED))
    assert_frame_equal(made, shipped, rel_tol=1e-6, abs_tol=1e-6)
    assert load_request(folder / REQUEST) == load_request(SHIPPED / REQUEST)


def test_the_shipped_prices_are_small_enough_to_ship():
    assert (SHIPPED / PRICES).stat().st_size < 1_500_000


def test_the_sample_request_reads_its_market_without_a_warning(folder):
    request = load_request(folder / REQUEST)
    loaded = read_market(request.data, request.context, base=folder)
    assert loaded.problems == ()
    assert loaded.market.has_context.all()
    assert loaded.market.row_count > 20_000


def test_the_sample_request_enters_often(folder):
    request = load_request(folder / REQUEST)
    market = read_market(request.data, request.context, base=folder).market
    chosen = (market.signals["ml_pred_5d"] > 0.8) & (market.signals["confidence"] > 0.5)
    calm = market.context["VIX"][market.row_times()] <= 30.0
    assert 500 < int((chosen & calm).sum()) < market.row_count / 5


def test_the_sample_prices_and_context_are_recognised_for_what_they_are(folder):
    prices = inspect_file(folder / PRICES)
    assert prices.kind == "prices"
    assert prices.columns_as("signal") == ("ml_pred_5d", "confidence", "exit_signal")
    assert inspect_file(folder / CONTEXT).kind == "context"


def test_the_sample_in_memory_is_the_one_on_disk(folder):
    request = load_request(folder / REQUEST)
    whole = request.data.model_copy(update={"start": None})
    read = read_market(whole, request.context, base=folder).market
    made = sample_market()
    assert made.symbols == read.symbols
    assert made.timestamps.tolist() == read.timestamps.tolist()
    assert made.prices[CLOSE].tolist() == read.prices[CLOSE].tolist()
    assert made.context["regime"].codes.tolist() == read.context["regime"].codes.tolist()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written to"):
        write_sample(tmp_path / "file" / "below", small=True)
