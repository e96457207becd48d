"""The signal that is looked at."""

import pytest

from ml4t_desktop.analysis.signals.review import SignalReview
from ml4t_desktop.analysis.signals.thresholds import ThresholdCurve
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.run import execute
from ml4t_desktop.request import load_request
from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner
from ml4t_desktop.session.review.signals import SignalStore
from ml4t_desktop.session.runs.results import ResultStore


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    path = write_sample(tmp_path_factory.mktemp("sample"), small=True)
    request = load_request(path)
    return execute(
        request, read_market(request.data, request.context, base=path.parent), RunControl()
    )


@pytest.fixture
def stores(qtbot):
    jobs = JobRunner(ImmediateExecutor())
    results = ResultStore()
    yield jobs, SignalStore(jobs, results), results
    jobs.close()


def settled(qtbot, jobs):
    qtbot.waitUntil(lambda: not jobs.is_busy, timeout=60_000)


def test_the_signal_that_decides_entries_is_looked_at_first(qtbot, stores, run):
    jobs, signals, results = stores
    assert (signals.name, signals.names) == ("", ())

    results.show_run(run)
    signals.want()
    settled(qtbot, jobs)

    assert signals.name == "ml_pred_5d"
    assert signals.horizon == 5
    assert isinstance(signals.review, SignalReview)
    assert isinstance(signals.curve, ThresholdCurve)


def test_another_horizon_keeps_the_runs_over_thresholds(qtbot, stores, run):
    jobs, signals, results = stores
    results.show_run(run)
    signals.want()
    settled(qtbot, jobs)
    curve = signals.curve

    signals.choose_horizon(10)
    settled(qtbot, jobs)

    assert signals.review.sample.horizon == 10
    assert signals.curve is curve


def test_another_signal_is_looked_at_from_the_start(qtbot, stores, run):
    jobs, signals, results = stores
    results.show_run(run)
    signals.want()
    settled(qtbot, jobs)

    signals.choose("confidence")
    assert signals.review is None
    settled(qtbot, jobs)

    assert signals.review.sample.name == "confidence"


def test_another_run_is_looked_at_anew_and_only_when_asked(qtbot, stores, run):
    jobs, signals, results = stores
    results.show_run(run)
    signals.want()
    settled(qtbot, jobs)

    results.show_run(None)

    assert signals.review is None
    assert signals.curve is None
    assert not jobs.is_busy
