"""A Python strategy held against luck and other assumptions, in processes of its own."""

from dataclasses import replace

import pytest

from ml4t_desktop.analysis.undefined import Undefined
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.files.loaded import LoadedMarket
from ml4t_desktop.project.completed import Phases
from ml4t_desktop.project.run import execute
from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.validity import ValidityStore
from ml4t_desktop.session.runs.reruns import FEWEST, script_runs, why_not_again
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.views.review.evidence.validity import ValidityPanel
from tests.unit.project.scripts.strategies import CALM, asked, two_assets, write


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("script"), CALM)
    request, script = asked(path, "Calm")
    loaded = LoadedMarket(market=two_assets(60), problems=(), digest="d")
    made = execute(request, loaded, RunControl(), script=script)
    return replace(made, phases=Phases(engine=30.0))  # as if it took long: few runs


@pytest.fixture
def stores(qtbot):
    jobs = JobRunner(ImmediateExecutor())
    results = ResultStore()
    yield jobs, results, ReviewStore(jobs, results)
    jobs.close()


def test_a_strategy_one_agreed_to_is_run_again_and_again(qtbot, stores, run):
    jobs, results, reviews = stores
    validity = ValidityStore(jobs, results, reviews, may_run=lambda script: script is run.script)
    results.show_run(run)

    validity.want()
    qtbot.waitUntil(lambda: validity.part is None and not jobs.is_busy, timeout=240_000)
    found = validity.evidence

    assert found.variants[0].assumption == "as_asked"
    by_name = {item.assumption: item for item in found.variants}
    assert by_name["same_bar"].total_return > by_name["as_asked"].total_return  # prices rise
    assert found.luck.returns.size == FEWEST
    # It never looks at a signal, so that others change nothing.
    assert found.luck.returns == pytest.approx([found.luck.total_return] * FEWEST)


def test_one_that_nobody_agreed_to_says_so_in_place_of_the_figures(qtbot, stores, run):
    jobs, results, reviews = stores
    validity = ValidityStore(jobs, results, reviews)
    panel = ValidityPanel(results, validity, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    results.show_run(run)

    qtbot.waitUntil(lambda: validity.evidence is not None and not jobs.is_busy, timeout=60_000)
    panel.draw()
    panel.complete()

    assert isinstance(validity.evidence.luck, Undefined)
    assert "not agreed" in panel.variants.topLevelItem(0).text(0)


def test_why_a_run_cannot_be_made_again_is_said(run):
    assert why_not_again(run, lambda _script: True) == ""
    assert "not agreed" in why_not_again(run, lambda _script: False)
    assert "not known" in why_not_again(replace(run, script=None), lambda _script: True)


def test_a_slow_strategy_is_run_less_often_and_a_very_slow_one_not_at_all(run):
    def runs(seconds):
        return script_runs(replace(run, phases=Phases(engine=seconds)))

    assert runs(0.1) == 200
    assert runs(1.0) == 60
    assert runs(10.0) == FEWEST
    assert "60 seconds" in runs(60.0)
