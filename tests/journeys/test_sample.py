"""The sample: opened, run, looked into."""

from PySide6.QtCore import Qt

from ml4t_desktop.request import load_request
from ml4t_desktop.session.resources import sample_request_path


def test_the_sample_is_run_and_every_trade_can_be_looked_at(analyst):
    analyst.open_sample()
    assert analyst.can_run
    assert analyst.tab == "Data"

    analyst.run()

    run = analyst.session.results.run
    assert analyst.tab == "Overview"
    assert analyst.message == ""
    assert analyst.status.startswith("Finished in")
    assert run.result.trades.height > 100
    assert f"{run.result.trades.height:,} trades" in analyst.status

    analyst.window.show_panel("trades")
    trade = run.result.trades.row(10, named=True)
    analyst.session.results.select_trade(trade["trade_id"])
    analyst.look()

    assert analyst.window.panels["trades"].isVisible()
    assert analyst.window.panels["price"].isVisible()
    assert analyst.window.panels["price"].symbol == trade["symbol"]


def test_the_window_gives_the_same_run_as_the_request_file(analyst):
    analyst.open_sample()
    analyst.run()
    request = load_request(sample_request_path())

    run = analyst.session.results.run

    assert run.request.strategy == request.strategy
    assert run.request.costs == request.costs
    assert run.result.initial_capital == request.account.initial_capital


def test_a_run_after_an_edit_replaces_the_one_on_screen_and_reads_no_file(analyst):
    analyst.open_sample()
    analyst.run()
    first = analyst.session.results.run

    analyst.type_number("account.initial_capital", 50_000)
    assert analyst.status.startswith("The set-up has changed")
    analyst.press(Qt.Key.Key_F5)
    analyst.wait()

    second = analyst.session.results.run
    assert second.result.initial_capital == 50_000
    assert second.market is first.market


def test_a_run_is_exported_as_a_folder(analyst, tmp_path):
    analyst.open_sample()
    analyst.run()
    analyst.dialogs.target = tmp_path / "out"

    analyst.window.desk.carry_out("file.export_run")
    analyst.wait()

    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {
        "trades.parquet",
        "equity.parquet",
        "metrics.json",
        "request.toml",
        "manifest.json",
    } <= names
    assert str(tmp_path / "out") in analyst.message


def test_the_sample_saved_elsewhere_is_the_same_request(analyst, qtbot, tmp_path):
    analyst.open_sample()
    analyst.save_as(tmp_path / "mine.toml")
    saved = analyst.session.request.draft.request()
    analyst.type_number("account.initial_capital", 1_234)

    analyst.drop(tmp_path / "mine.toml")

    assert load_request(tmp_path / "mine.toml") == saved
    assert analyst.session.request.draft.request() == saved
    assert analyst.can_run


def test_j_and_k_go_from_trade_to_trade(analyst):
    analyst.open_sample()
    analyst.run()
    ids = analyst.session.results.run.result.trades["trade_id"].to_list()

    analyst.press(Qt.Key.Key_J)
    assert analyst.tab == "Trades"
    assert analyst.session.results.trade_id == ids[0]
    analyst.press(Qt.Key.Key_J)
    assert analyst.session.results.trade_id == ids[1]
    analyst.press(Qt.Key.Key_K)

    assert analyst.session.results.trade_id == ids[0]
    assert analyst.window.panels["price"].chart.chosen_trade == ids[0]
