"""The study of a run is computed once, and that of a part when the part changes."""

from dataclasses import replace

import numpy as np
import pytest

from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore, Subset
from tests.unit.views.review.conftest import build_market, build_result, build_run


@pytest.fixture(scope="module")
def runs():
    market = build_market()
    return [build_run(market, build_result(market)) for _ in range(2)]


@pytest.fixture
def stores(qtbot):
    jobs, results = JobRunner(ImmediateExecutor()), ResultStore()
    yield results, StudyStore(jobs, results)
    qtbot.waitUntil(lambda: not jobs.is_busy)
    jobs.close()


def test_a_study_is_there_once_it_was_wanted_and_again_when_one_comes_back(stores, runs, qtbot):
    results, studies = stores
    results.show_run(runs[0])
    assert studies.study is None
    with qtbot.waitSignal(studies.changed):
        studies.want()
    first = studies.study
    assert first is not None
    results.show_run(runs[1])
    assert studies.study is None
    results.show_run(runs[0])
    assert studies.study is first


def test_the_study_of_a_part_goes_with_the_part(stores, runs, qtbot):
    results, studies = stores
    results.show_run(runs[0])
    results.show_subset(Subset("two", np.array([1, 2])))
    with qtbot.waitSignal(studies.part_changed):
        studies.want_part()
    assert studies.part.metrics.num_trades == 2
    results.show_subset(Subset("three", np.array([1, 2, 3])))
    assert studies.part is None
    with qtbot.waitSignal(studies.part_changed):
        studies.want_part()
    assert studies.part.metrics.num_trades == 3
    results.show_subset(None)
    assert studies.part is None


def test_while_a_value_is_dragged_no_study_is_begun_and_the_last_run_gets_its_own(
    stores, runs, qtbot
):
    results, studies = stores
    kept = runs[0]
    results.show_run(kept)
    begun = []
    submit = studies._jobs.submit
    studies._jobs.submit = lambda task: begun.append(results.run) or submit(task)
    for _ in range(3):
        results.show_rerun(replace(kept, result=replace(kept.result)))
        studies.want()
        assert begun == []
    qtbot.waitUntil(lambda: studies.study is not None, timeout=10_000)
    assert begun == [results.run]


def test_the_study_of_a_part_rests_while_a_value_is_dragged_too(stores, runs, qtbot):
    results, studies = stores
    results.show_run(runs[0])
    results.show_rerun(replace(runs[0], result=replace(runs[0].result)))
    results.show_subset(Subset("two", np.array([1, 2])))
    studies.want_part()
    assert not studies._jobs.is_busy
    qtbot.waitUntil(lambda: studies.part is not None, timeout=10_000)
    assert studies.part.metrics.num_trades == 2
