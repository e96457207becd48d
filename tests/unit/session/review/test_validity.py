"""What the run on screen is worth, part by part."""

from pathlib import Path

import pytest

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.run import execute
from ml4t_desktop.request import load_request
from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.validity import ValidityStore
from ml4t_desktop.session.runs.results import ResultStore


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    path: Path = write_sample(tmp_path_factory.mktemp("sample"), small=True)
    request = load_request(path)
    return execute(
        request, read_market(request.data, request.context, base=path.parent), RunControl()
    )


@pytest.fixture
def stores(qtbot):
    jobs = JobRunner(ImmediateExecutor())
    results = ResultStore()
    reviews = ReviewStore(jobs, results)
    yield jobs, results, reviews
    jobs.close()


def test_evidence_comes_in_parts_the_quick_ones_first(qtbot, stores, run):
    jobs, results, reviews = stores
    validity = ValidityStore(jobs, results, reviews)
    parts = []
    validity.changed.connect(lambda: parts.append(validity.part))
    results.show_run(run)
    assert validity.evidence is None

    validity.want()
    qtbot.waitUntil(lambda: not jobs.is_busy and validity.part is None, timeout=60_000)

    assert [part for part in parts if part] == ["first", "variants", "luck"]
    assert len(validity.evidence.variants) == 5
    assert validity.evidence.luck.returns.size == 200
    assert validity.evidence.variants[0].total_return == pytest.approx(
        run.result.final_value / run.result.initial_capital - 1
    )


def test_nothing_is_gathered_until_somebody_looks(qtbot, stores, run):
    jobs, results, reviews = stores
    ValidityStore(jobs, results, reviews)

    results.show_run(run)

    assert not jobs.is_busy


def test_another_run_forgets_what_was_known_and_drops_what_is_under_way(qtbot, stores, run):
    jobs, results, reviews = stores
    validity = ValidityStore(jobs, results, reviews)
    results.show_run(run)
    validity.want()

    results.show_run(None)
    qtbot.waitUntil(lambda: not jobs.is_busy)

    assert validity.evidence is None
    assert validity.part is None


def test_trials_that_are_counted_elsewhere_deflate_the_ratio(qtbot, stores, run):
    jobs, results, reviews = stores
    counted = [1]
    validity = ValidityStore(jobs, results, reviews, lambda _run: (counted[0], ()))
    results.show_run(run)
    validity.want()
    qtbot.waitUntil(lambda: validity.evidence is not None)
    alone = validity.evidence.deflated

    counted[0] = 42
    validity.refresh_trials()

    assert (alone.trials, validity.evidence.deflated.trials) == (1, 42)
    assert validity.evidence.deflated.probability < alone.probability
    results.show_run(None)
    qtbot.waitUntil(lambda: not jobs.is_busy)


def test_another_benchmark_changes_what_is_said_of_it(qtbot, stores, run):
    jobs, results, reviews = stores
    validity = ValidityStore(jobs, results, reviews)
    results.show_run(run)
    validity.want()
    qtbot.waitUntil(lambda: validity.evidence is not None)

    reviews.choose_benchmark("none")
    qtbot.waitUntil(lambda: reviews.review is not None)

    assert isinstance(validity.evidence.benchmark, str)
    results.show_run(None)
    qtbot.waitUntil(lambda: not jobs.is_busy)
