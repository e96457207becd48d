"""The request of the S&P 500, as its analyst uses it."""

import pytest


@pytest.mark.real_data
def test_the_request_of_real_data_is_opened_run_and_understood(analyst, real_data):
    path = real_data / "projects" / "ml_signal_sp500.toml"
    before = path.read_bytes()

    analyst.drop(path)
    assert analyst.can_run
    assert analyst.window.panels["data"].facts.text().startswith("578,223 rows  ·  470 assets")
    analyst.run()

    run = analyst.session.results.run
    assert analyst.tab == "Overview"
    assert run.result.trades.height > 1_000
    analyst.window.show_panel("trades")
    analyst.session.results.select_trade(int(run.result.trades["trade_id"][500]))
    analyst.look()
    assert analyst.window.panels["price"].symbol == run.result.trades["symbol"][500]
    assert not analyst.session.request.is_modified
    assert path.read_bytes() == before


@pytest.mark.real_data
def test_the_price_file_alone_is_guessed_and_can_be_run_at_once(analyst, real_data):
    analyst.drop(real_data / "data" / "sp500_2016_2021.parquet")

    draft = analyst.session.request.draft
    assert draft.get("data.close") == "close"
    assert draft.get("data.signals") == ("ml_pred_5d", "confidence", "exit_signal")
    assert analyst.can_run
    analyst.run()

    assert analyst.session.results.run.result.trades.height > 100
