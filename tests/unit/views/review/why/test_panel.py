"""The panel that explains a decision, drawn with the run of the sample."""

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


def test_the_decision_of_a_trade_is_explained_with_its_rank_and_what_was_known(qtbot, run):
    results, jobs = ResultStore(), JobRunner(ImmediateExecutor())
    panel = WhyPanel(results, WhyStore(jobs, results), LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    results.show_run(run)
    results.select_trade(int(run.result.trades["trade_id"][0]))

    qtbot.waitUntil(lambda: "candidates" in panel.text.toPlainText(), timeout=30_000)

    said = panel.text.toPlainText()
    assert "An entry was ordered." in said
    assert "What was known at this close" in said
    assert "ml_pred_5d" in said
    jobs.close()
