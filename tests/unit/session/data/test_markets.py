import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from ml4t_desktop.errors import Cancelled, InputError, Problem
from ml4t_desktop.session.data.shared_reading import SharedReading
from ml4t_desktop.session.jobs import JobToken
from tests.unit.session.fakes import FakeWork, ready_session, settle


def read(qtbot, session):
    qtbot.waitUntil(lambda: not session.markets.is_reading)
    settle(qtbot, session)


def test_the_market_is_read_before_anybody_runs_and_a_run_reads_it_no_more(qtbot, tmp_path):
    fake = FakeWork()
    session = ready_session(qtbot, tmp_path, fake)
    read(qtbot, session)

    assert session.markets.loaded.market.row_count == 4
    with qtbot.waitSignal(session.runs.ended):
        session.runs.start_run()

    assert fake.reads == 1
    assert session.results.run.market is session.markets.loaded.market


def test_a_run_that_starts_while_the_market_is_read_waits_for_it(qtbot, tmp_path):
    go_on, fake = threading.Event(), FakeWork()

    def slow(*_args, **_watch):
        go_on.wait(10)
        return SimpleNamespace(market=SimpleNamespace(row_count=4), problems=())

    fake.read = slow
    session = ready_session(qtbot, tmp_path, fake, ThreadPoolExecutor(3))
    qtbot.waitUntil(lambda: fake.reads == 1)
    session.runs.start_run()
    go_on.set()
    qtbot.waitUntil(lambda: session.results.run is not None)
    session.jobs.close()

    assert fake.reads == 1


def test_another_number_of_the_rules_does_not_read_anew_and_other_data_does(qtbot, tmp_path):
    fake = FakeWork()
    session = ready_session(qtbot, tmp_path, fake)
    read(qtbot, session)
    session.request.edit("strategy.sizing.percent", 0.3)
    read(qtbot, session)
    assert fake.reads == 1

    session.request.edit("data.signals", ("pred",))
    read(qtbot, session)

    assert fake.reads == 2
    assert session.markets.loaded is not None


def test_data_that_cannot_be_read_is_no_market_and_says_why(qtbot, tmp_path):
    problem = Problem(where="prices.csv, row 7", what="is not a number")

    def refuse(*_args, **_watch):
        raise InputError([problem])

    session = ready_session(qtbot, tmp_path, FakeWork(read=refuse))
    read(qtbot, session)

    assert session.markets.loaded is None
    assert session.markets.problems == (problem,)
    assert session.notices.message is None


def test_what_may_not_fit_the_memory_is_left_for_the_run(qtbot, tmp_path):
    fake = FakeWork(fits_memory=False)
    session = ready_session(qtbot, tmp_path, fake)
    read(qtbot, session)

    assert fake.reads == 0
    assert "may not fit the memory" in session.markets.problems[0].what


def test_when_the_one_that_reads_is_cancelled_the_other_takes_over():
    first, second = JobToken(), JobToken()
    begun = threading.Event()
    calls = []

    def read_market(progress, cancelled):
        calls.append(None)
        if len(calls) > 1:
            return "market"
        progress(0.5)
        begun.set()
        while not cancelled():
            pass
        raise Cancelled

    reading = SharedReading(read_market)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(reading.get, first)
        begun.wait(10)
        other = pool.submit(reading.get, second)
        first.cancel()
        with pytest.raises(Cancelled):
            one.result(10)
        assert other.result(10) == "market"
