"""The bar that is explained."""

import pytest

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.run import execute
from ml4t_desktop.request import load_request
from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner
from ml4t_desktop.session.review.why import WhyStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.views.review.why.panel import WhyPanel


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    path = write_sample(tmp_path_factory.mktemp("sample"), small=True)
    request = load_request(path)
    return execute(
        request, read_market(request.data, request.context, base=path.parent), RunControl()
    )


@pytest.fixture
def stores(qtbot, run):
    jobs = JobRunner(ImmediateExecutor())
    results = ResultStore()
    why = WhyStore(jobs, results)
    results.show_run(run)
    yield jobs, why, results
    jobs.close()


def settled(qtbot, jobs, why):
    why.want()
    qtbot.waitUntil(lambda: not jobs.is_busy)


def test_a_selected_trade_is_explained_by_the_bar_it_was_decided_on(qtbot, stores, run):
    jobs, why, results = stores
    trade = run.result.trades.row(3, named=True)

    results.select_trade(trade["trade_id"])
    settled(qtbot, jobs, why)
    found = why.answer.explanation

    assert found.symbol == trade["symbol"]
    assert run.market.moment(found.t) == trade["entry_decision_time"]
    assert found.outcome == "ordered"
    assert found.orders["filled"].to_list()[0] >= trade["quantity"]


def test_its_exit_is_explained_by_the_bar_that_decided_it(qtbot, stores, run):
    jobs, why, results = stores
    trade = run.result.trades.row(3, named=True)
    results.select_trade(trade["trade_id"])

    why.explain_decision("exit")
    settled(qtbot, jobs, why)

    assert run.market.moment(why.answer.explanation.t) == trade["exit_decision_time"]
    assert why.answer.explanation.exit_reason == trade["exit_reason"]


def test_the_bar_after_is_the_next_one_of_the_same_asset(qtbot, stores, run):
    jobs, why, results = stores
    results.select_trade(int(run.result.trades["trade_id"][3]))
    settled(qtbot, jobs, why)
    before = why.answer.explanation

    why.step(1)
    settled(qtbot, jobs, why)

    assert why.answer.explanation.symbol == before.symbol
    assert why.answer.explanation.t > before.t
    assert why.answer.explanation.outcome == "held"


def test_a_bar_that_is_not_there_leaves_nothing_to_explain(qtbot, stores):
    jobs, why, _ = stores

    why.explain("NOBODY", 0)
    settled(qtbot, jobs, why)

    assert why.answer is None
    assert why.bar is None


def test_what_became_of_signals_is_counted_once_a_run(qtbot, stores, run):
    jobs, why, results = stores
    settled(qtbot, jobs, why)
    assert why.fates["bars"].sum() > run.result.trades.height

    results.show_run(None)

    assert why.fates is None
    assert not why.can_explain


def test_the_panel_reads_like_an_answer(qtbot, stores, run):
    jobs, why, results = stores
    panel = WhyPanel(results, why, LIGHT)
    qtbot.addWidget(panel)
    panel.show()

    results.select_trade(int(run.result.trades["trade_id"][3]))
    qtbot.waitUntil(lambda: not jobs.is_busy and why.answer is not None)
    text = panel.text.toPlainText()

    assert "An entry was ordered." in text
    assert "Quantity before rounding" in text
    assert "filled" in text
    assert panel.fates.text_of("Became a trade") != ""


def test_another_day_chosen_in_the_panel_is_explained(qtbot, stores, run):
    jobs, why, results = stores
    panel = WhyPanel(results, why, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: not jobs.is_busy)
    symbol = run.market.symbols[2]

    panel.symbol.setCurrentText(symbol)
    panel.day.setDate(panel.day.maximumDate())
    panel.symbol.activated.emit(2)
    qtbot.waitUntil(lambda: not jobs.is_busy and why.answer is not None)

    assert why.answer.explanation.symbol == symbol
    assert panel.symbol.currentText() == symbol
