"""The study of a run is computed once, and that of a part when the part changes."""

import numpy as np
import pytest

from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner
from ml4t_desktop.session.results import ResultStore, Subset
from ml4t_desktop.session.studies import StudyStore
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
