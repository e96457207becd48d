import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.errors import Cancelled
from ml4t_desktop.session.jobs import ImmediateExecutor, JobRunner, JobToken


@pytest.fixture
def runner(qapp):
    made = JobRunner(ThreadPoolExecutor(2))
    yield made
    made.close()


def test_a_task_gives_its_value_to_who_waits_in_the_gui_thread(qtbot, runner):
    threads = []
    runner.finished.connect(lambda *_: threads.append(threading.current_thread()))

    with qtbot.waitSignal(runner.finished) as told:
        job = runner.submit(lambda token: 6 * 7)

    assert told.args == [job, 42]
    assert threads == [threading.main_thread()]
    assert not runner.is_busy


def test_the_end_of_a_task_is_never_told_before_its_id_is_known(qtbot, qapp):
    runner = JobRunner(ImmediateExecutor())
    told = []
    runner.finished.connect(lambda job, value: told.append((job, value)))

    job = runner.submit(lambda token: "done")

    assert told == []
    qtbot.waitUntil(lambda: told == [(job, "done")])


def test_an_error_of_a_task_arrives_as_that_error(qtbot, runner):
    error = ValueError("no")

    def fails(token):
        raise error

    with qtbot.waitSignal(runner.failed) as told:
        job = runner.submit(fails)

    assert told.args == [job, error]


def test_a_task_that_checks_its_token_stops_when_it_is_cancelled(qtbot, runner):
    begun = threading.Event()

    def works(token: JobToken):
        begun.set()
        while True:
            token.check()

    job = runner.submit(works)
    assert begun.wait(5)
    with qtbot.waitSignal(runner.cancelled) as told:
        runner.cancel(job)

    assert told.args == [job]


def test_a_task_that_waits_for_its_turn_never_begins_when_it_is_cancelled(qtbot, qapp):
    runner = JobRunner(ThreadPoolExecutor(1))
    go_on, done = threading.Event(), []
    runner.submit(lambda token: go_on.wait(5))
    waiting = runner.submit(lambda token: done.append("ran"))

    with qtbot.waitSignal(runner.cancelled) as told:
        runner.cancel(waiting)
    go_on.set()
    runner.close()

    assert told.args == [waiting]
    assert done == []


def test_phase_and_progress_are_told_while_a_task_works(qtbot, runner):
    go_on = threading.Event()

    def works(token: JobToken):
        token.phase = "Reading"
        token.advance(0.25)
        go_on.wait(5)

    with qtbot.waitSignal(
        runner.progressed, check_params_cb=lambda *args: args[1] == "Reading"
    ) as told:
        job = runner.submit(works)
    go_on.set()
    qtbot.waitUntil(lambda: not runner.is_busy)

    assert told.args == [job, "Reading", 0.25]


def test_a_hundred_tasks_all_tell_their_ends_once(qtbot, runner):
    told = []
    runner.finished.connect(lambda job, value: told.append(value))

    for number in range(100):
        runner.submit(lambda token, number=number: number)
    qtbot.waitUntil(lambda: not runner.is_busy)

    assert sorted(told) == list(range(100))


def test_closing_stops_the_work_and_refuses_more(qtbot, qapp):
    runner = JobRunner(ThreadPoolExecutor(1))
    ended = []

    def works(token: JobToken):
        try:
            while True:
                token.check()
        except Cancelled:
            ended.append("stopped")
            raise

    runner.submit(works)
    runner.close()

    assert ended in (["stopped"], [])
    assert not runner.is_open
    with pytest.raises(RuntimeError, match="closed"):
        runner.submit(works)


def test_cancelling_a_token_cancels_the_run_attached_to_it_before_and_after():
    early, late = JobToken(), JobToken()
    before, after = RunControl(), RunControl()

    early.attach(before)
    early.cancel()
    late.cancel()
    late.attach(after)

    assert before.is_cancelled
    assert after.is_cancelled


def test_the_progress_of_an_attached_run_is_that_of_the_token():
    token, control = JobToken(), RunControl()
    token.advance(0.9)
    token.attach(control)
    control.start(4)
    control.cells[1] = 3

    assert token.progress == 0.75


def test_a_prompt_task_does_not_wait_behind_a_long_one(qtbot):
    goes_on = threading.Event()
    runner = JobRunner(ThreadPoolExecutor(1), prompt=ThreadPoolExecutor(1))
    try:
        runner.submit(lambda token: goes_on.wait())

        with qtbot.waitSignal(runner.finished) as told:
            job = runner.submit(lambda token: "soon", is_prompt=True)

        assert told.args == [job, "soon"]
    finally:
        goes_on.set()
        runner.close()


def test_closing_waits_for_prompt_tasks_too(qapp):
    ended = []
    begun = threading.Event()

    def works(token: JobToken) -> None:
        begun.set()
        while not token.is_cancelled:
            begun.wait(0.001)
        ended.append(True)

    runner = JobRunner(ThreadPoolExecutor(1), prompt=ThreadPoolExecutor(1))
    runner.submit(works, is_prompt=True)
    begun.wait()

    runner.close()

    assert ended == [True]
