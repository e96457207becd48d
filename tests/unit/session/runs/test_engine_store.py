import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ml4t_desktop.session.jobs import JobRunner
from ml4t_desktop.session.notices import NoticeStore
from ml4t_desktop.session.runs.engine_store import EngineStore
from tests.unit.session.fakes import FakeWork


@pytest.fixture
def jobs(qapp):
    made = JobRunner(ThreadPoolExecutor(1))
    yield made
    made.close()


@pytest.fixture
def notices(qapp):
    return NoticeStore()


def test_the_first_use_is_told_while_it_lasts(qtbot, jobs, notices):
    go_on = threading.Event()
    work = replace(
        FakeWork().work(),
        is_compiled=lambda: False,
        warm_up=lambda cancelled: go_on.wait(10) and None,
    )
    engine = EngineStore(jobs, work, notices)
    with qtbot.waitSignal(engine.changed):
        engine.warm_up()
    assert engine.is_preparing
    with qtbot.waitSignal(engine.changed):
        go_on.set()
    assert not engine.is_preparing


def test_an_engine_that_is_compiled_is_not_spoken_of(qtbot, jobs, notices):
    engine = EngineStore(jobs, FakeWork().work(), notices)
    told = []
    engine.changed.connect(lambda: told.append(1))
    engine.warm_up()
    qtbot.waitUntil(lambda: not jobs.is_busy)
    assert told == []


def test_an_engine_that_cannot_be_prepared_is_told_and_does_not_stay_in_preparation(
    qtbot, jobs, notices
):
    begun = threading.Event()

    def fails(cancelled):
        begun.wait(10)
        message = "no disk"
        raise OSError(message)

    work = replace(FakeWork().work(), is_compiled=lambda: False, warm_up=fails)
    engine = EngineStore(jobs, work, notices)
    with qtbot.waitSignal(engine.changed):
        engine.warm_up()
    with qtbot.waitSignal(engine.changed):
        begun.set()
    assert not engine.is_preparing
    assert "no disk" in notices.message.text()


def test_closing_gives_the_preparation_up(qtbot, jobs, notices):
    begun = threading.Event()
    given_up = threading.Event()

    def prepare(cancelled):
        begun.set()
        while not cancelled():
            pass
        given_up.set()

    work = replace(FakeWork().work(), is_compiled=lambda: False, warm_up=prepare)
    EngineStore(jobs, work, notices).warm_up()
    assert begun.wait(10)
    jobs.close()
    assert given_up.is_set()
