"""The number that is asked about: told in the background, in digits that give exactly what is on screen."""

import numpy as np
import pytest
from PySide6.QtCore import QLocale, QObject, QRect

from ml4t_desktop.analysis.making.derivation import Derivation
from ml4t_desktop.analysis.making.formula import carried_out
from ml4t_desktop.analysis.making.measuring import given
from ml4t_desktop.analysis.making.scopes import RunScope
from ml4t_desktop.analysis.metrics import STATISTICS, compute_metrics
from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.making_text import making_text, value_text
from ml4t_desktop.session.review.questions import of_run, of_trades
from ml4t_desktop.session.runs.results import ResultStore
from tests.unit.analysis.making.runs import EDGE_RUNS, random_run
from tests.unit.views.review.conftest import build_market, build_result, build_run

ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)


@pytest.fixture
def run():
    market = build_market()
    return build_run(market, build_result(market))


@pytest.fixture
def store(qtbot, run):
    jobs = JobRunner(ImmediateExecutor())
    results = ResultStore()
    made = MakingStore(jobs, results)
    results.show_run(run)
    yield made, results
    qtbot.waitUntil(lambda: not jobs.is_busy)
    jobs.close()


def ask(qtbot, store: MakingStore, question):
    store.ask(question, QObject(), QRect())
    qtbot.waitUntil(lambda: store.making is not None)
    return store.making.made


def test_an_answer_names_the_trades_and_makes_them_the_part_that_is_looked_at(qtbot, store, run):
    making, results = store
    made = ask(qtbot, making, of_run(run, "win_rate"))
    making.look_at_trades()
    won = run.result.trades.filter(
        (run.result.trades["pnl"] > 0) & (run.result.trades["status"] == "closed")
    )
    assert made.value == run.metrics.win_rate
    assert results.subset.name == "Winning trades"
    assert results.subset.trade_ids.tolist() == sorted(won["trade_id"])


def test_one_goes_on_to_an_input_and_back_again(qtbot, store, run):
    making, _ = store
    ask(qtbot, making, of_run(run, "profit_factor"))
    making.follow("gross_profit")
    qtbot.waitUntil(lambda: making.making is not None)
    assert making.making.made.value == pytest.approx(run.metrics.gross_profit)
    assert making.can_go_back
    making.back()
    qtbot.waitUntil(lambda: making.making is not None)
    assert making.making.made.name == "profit_factor"
    assert not making.can_go_back


def test_the_largest_values_behind_a_sum_are_named_with_their_share(qtbot, store, run):
    making, _ = store
    ask(qtbot, making, of_run(run, "gross_profit"))
    behind = making.making.behind
    pnl = run.result.trades.filter(run.result.trades["status"] == "closed")["pnl"].to_numpy()
    won = np.sort(pnl[pnl > 0])[::-1]
    assert [item.value for item in behind.largest] == pytest.approx(won[:5])
    assert behind.largest[0].share == pytest.approx(won[0] / won.sum())
    assert behind.count == won.size


def test_another_run_ends_the_question(qtbot, store, run):
    making, results = store
    ask(qtbot, making, of_run(run, "sharpe"))
    with qtbot.waitSignal(making.closed):
        results.show_run(None)
    assert making.question is None
    assert making.making is None


def test_a_part_of_the_trades_has_statistics_of_its_own(qtbot, store, run):
    making, _ = store
    ids = run.result.trades["trade_id"].to_numpy()[:7]
    made = ask(qtbot, making, of_trades(run, ids, "the first seven", "num_trades"))
    assert made.value == 7
    assert made.of == "the first seven"


RUNS = {**EDGE_RUNS, **{f"random {seed}": random_run(seed) for seed in range(6)}}


@pytest.mark.parametrize("kind", RUNS)
def test_the_inputs_as_they_are_written_give_exactly_the_number_on_screen(kind):
    run = RUNS[kind]
    scope = RunScope(run, compute_metrics(run, stop_loss=0.05), 0.05)
    for name in STATISTICS:
        made = scope.explain(name)
        text = making_text(made, ENGLISH)
        if made.value is None:
            assert text.value == "n/a"
            assert not text.worked
            continue
        assert text.value == value_text(made.value, made.kind, ENGLISH)
        said = {
            item.name: written[2] for item, written in zip(made.inputs, text.inputs, strict=True)
        }
        numbers = {item.name: _number(said[item.name], item) for item in made.inputs}
        again = carried_out(made.formula, numbers)
        assert value_text(again, made.kind, ENGLISH) == text.value, f"{name}: {text.worked}"


def _number(text: str, item):
    """Return the number that somebody reads who has only what is written."""
    if item.kind in {"text", "moment"} or text == "n/a":
        return item.value
    plain = text.replace(",", "").removesuffix(" d")
    return float(plain.removesuffix(" %")) / 100 if plain.endswith(" %") else float(plain)


def test_a_formula_is_written_with_names_and_with_values():
    inputs = (given("won", "Winners", "count", 3), given("all_trades", "Trades", "count", 4))
    made = Derivation(
        name="x", title="Rate", of="", kind="percent", meaning="m", source="s",
        formula="won / all_trades", inputs=inputs,
    )  # fmt: skip
    text = making_text(made, ENGLISH)
    assert (text.formula, text.worked, text.value) == ("won / all trades", "3 / 4", "75.00 %")
