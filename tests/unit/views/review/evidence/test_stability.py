"""The panel of the stretches of a run."""

import pytest

from ml4t_desktop.analysis.stability import Stability
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.run import execute
from ml4t_desktop.request import load_request
from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.stability import StabilityStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.review.evidence.period_dialog import PeriodDialog
from ml4t_desktop.views.review.evidence.stability import StabilityPanel, stability_words


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    path = write_sample(tmp_path_factory.mktemp("sample"), small=True)
    request = load_request(path)
    return execute(
        request, read_market(request.data, request.context, base=path.parent), RunControl()
    )


@pytest.fixture
def jobs(qapp):
    runner = JobRunner(ImmediateExecutor())
    yield runner
    runner.close()


@pytest.fixture
def seen(qtbot, run, jobs):
    results = ResultStore()
    store = StabilityStore(jobs, results, ReviewStore(jobs, results))
    panel = StabilityPanel(results, store, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    results.show_run(run)
    qtbot.waitUntil(lambda: store.stability is not None and not panel.is_due, timeout=60_000)
    return panel, store, results


def test_a_run_is_divided_and_the_table_says_what_each_stretch_made(seen, run):
    panel, store, _ = seen
    model = panel.table.frame_model

    assert model.frame["num_trades"].sum() == run.metrics.num_trades
    assert panel.choice.currentData() == store.stability.division
    assert "stretches" in panel.verdict.text()


def test_it_is_divided_by_something_else_when_that_is_chosen(qtbot, seen):
    panel, store, _ = seen
    place = panel.choice.findData("month")

    panel.choice.setCurrentIndex(place)
    panel.choice.activated.emit(place)
    qtbot.waitUntil(lambda: store.stability is not None and not panel.is_due, timeout=60_000)

    assert store.stability.division == "month"
    assert panel.table.frame_model.rowCount() == store.stability.table.height
    panel.apply_theme(DARK)


def test_a_row_shows_its_trades_everywhere(seen):
    panel, _, results = seen

    panel.table.selectRow(0)
    row = panel.table.frame_model.frame.row(0, named=True)

    assert results.subset.name == row["stretch"]
    assert results.subset.trade_ids.size == row["num_trades"]


@pytest.mark.parametrize(
    ("gap", "words"),
    [(3.0, "only what is outside counts"), (-3.0, "worse where it knew"), (0.4, "chance makes")],
)
def test_what_a_split_says_is_put_in_words(seen, gap, words):
    table = seen[1].stability.table.head(2)
    table = table.with_columns(stretch=table["stretch"].scatter([0, 1], ["trained", "tested"]))
    found = Stability(division="split", table=table, gained=1, chance=None, gap=gap)

    assert words in stability_words(found)


def test_a_number_of_a_stretch_and_a_figure_of_the_verdict_tell_how_they_are_made(
    qtbot, seen, jobs
):
    panel, store, results = seen
    making = MakingStore(jobs, results)
    panel._making = making
    model = panel.table.frame_model
    columns = [column.name for column in model.columns]
    panel.table.setCurrentIndex(model.index(0, columns.index("sharpe_low")))

    assert panel.ask_current()
    qtbot.waitUntil(lambda: making.making is not None, timeout=60_000)
    assert making.making.made.value == pytest.approx(model.frame["sharpe_low"][0])
    assert making.making.made.of == model.frame["stretch"][0]

    assert "href='gained'" in panel.verdict.text()
    panel.verdict.linkActivated.emit("gained")
    qtbot.waitUntil(lambda: making.making is not None, timeout=60_000)
    assert making.making.made.value == store.stability.gained
    making.close()


def test_a_time_gets_a_name_and_loses_it_again(seen, qtbot):
    panel, store, results = seen
    panel.add_button.click()
    dialog = panel.findChild(PeriodDialog)
    assert dialog.problem.text() == "Write a name."
    dialog.name.setText("Mine")
    dialog.last.setDate(dialog.first.date().addDays(40))
    dialog.accept()

    qtbot.waitUntil(
        lambda: store.stability is not None and store.stability.division == "periods",
        timeout=60_000,
    )
    qtbot.waitUntil(
        lambda: "Mine" in panel.table.frame_model.frame["stretch"].to_list(), timeout=10_000
    )
    names = panel.table.frame_model.frame["stretch"].to_list()
    assert names[-1] == "All other times"
    panel.table.selectRow(names.index("Mine"))
    assert results.subset.name == "Mine"
    assert panel.remove_button.isEnabled()

    panel.remove_button.click()

    assert store.periods.own == ()


def test_what_a_run_can_be_divided_by_has_a_title(seen):
    panel, store, _ = seen
    titles = [panel.choice.itemText(place) for place in range(panel.choice.count())]
    assert len(titles) == len(store.divisions)
    assert "VIX" in titles
