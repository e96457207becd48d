import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from ml4t_desktop.errors import InputError, Problem, RunFailed
from ml4t_desktop.session.request.steps import Step
from tests.unit.session.fakes import FakeWork, ready_session, settle


@pytest.fixture
def fake():
    return FakeWork()


@pytest.fixture
def session(qtbot, tmp_path, fake):
    return ready_session(qtbot, tmp_path, fake)


@pytest.fixture
def threaded(qtbot, tmp_path, fake):
    made = ready_session(qtbot, tmp_path, fake, ThreadPoolExecutor(2))
    yield made
    made.jobs.close()


def run(qtbot, session):
    with qtbot.waitSignal(session.runs.ended):
        session.runs.start_run()


def test_a_finished_run_is_put_on_screen(qtbot, session):
    run(qtbot, session)

    assert session.results.run.request == session.request.draft.request()
    assert not session.runs.is_running
    assert session.notices.message is None


def test_a_second_run_over_the_same_files_does_not_read_them_again(qtbot, session, fake):
    run(qtbot, session)
    session.request.edit("account.initial_capital", 5_000.0)
    run(qtbot, session)
    session.request.edit("data.signals", ("pred",))
    session.request.edit("strategy.exit", None)
    run(qtbot, session)

    assert len(fake.runs) == 3
    assert fake.reads == 2


def test_problems_of_the_input_are_told_with_their_steps_and_the_old_run_stays(
    qtbot, session, fake
):
    run(qtbot, session)
    before = session.results.run
    bad_row = Problem(where="prices.csv, column 'close', row 7", what="is not a number")
    bad_share = Problem(where="strategy.sizing.confidence", what="is 3")

    def refuse(*args):
        raise InputError([bad_row, bad_share])

    fake.execute = refuse
    run(qtbot, session)

    told = session.notices.message
    assert [(item.problem, item.step) for item in told.notices] == [
        (bad_row, Step.DATA),
        (bad_share, Step.STRATEGY),
    ]
    assert session.results.run is before


def test_remarks_of_a_run_are_told_beside_its_result(qtbot, session, fake):
    remark = Problem(what="3 rows twice", severity="warning")
    fake.execute = lambda request, loaded, control: SimpleNamespace(
        request=request, problems=(remark,)
    )

    run(qtbot, session)

    assert session.results.run is not None
    assert not session.notices.message.is_error
    assert "3 rows twice" in session.notices.message.text()


def test_a_run_that_failed_for_its_own_reason_says_so(qtbot, session, fake):
    def fails(*args):
        message = "out of memory"
        raise RunFailed(message)

    fake.execute = fails
    run(qtbot, session)

    assert session.notices.message.text() == "The run failed\nout of memory"


def test_an_error_of_the_program_ends_the_run_and_is_not_hidden(qtbot, session, fake):
    def fails(*args):
        message = "a bug"
        raise ZeroDivisionError(message)

    fake.execute = fails
    with qtbot.captureExceptions() as raised:
        run(qtbot, session)
        settle(qtbot, session)

    assert [kind for kind, *_ in raised] == [ZeroDivisionError]
    assert not session.runs.is_running


def test_cancelling_reaches_the_engine_and_keeps_what_was_on_screen(qtbot, threaded, fake):
    run(qtbot, threaded)
    before, seen, begun = threaded.results.run, [], threading.Event()

    def works(request, loaded, control):
        begun.set()
        while not control.is_cancelled:
            time.sleep(0.001)
        seen.append("cancelled")
        control.check()

    fake.execute = works
    threaded.runs.start_run()
    assert begun.wait(5)
    with qtbot.waitSignal(threaded.runs.ended):
        threaded.runs.cancel()
    settle(qtbot, threaded)

    assert seen == ["cancelled"]
    assert threaded.results.run is before
    assert "cancelled" in threaded.notices.message.text()


def test_cancelling_while_a_file_is_read_stops_the_reading(qtbot, threaded, fake):
    begun = threading.Event()

    def reads(data, context, *, progress, cancelled):
        begun.set()
        while not cancelled():
            progress(0.5)
        raise InputError(Problem(what="stopped"))

    fake.read = reads
    threaded.runs.start_run()
    assert begun.wait(5)
    threaded.runs.cancel()
    settle(qtbot, threaded)

    assert threaded.results.run is None
    assert "stopped" not in threaded.notices.message.text()


def test_phases_are_told_in_their_order(qtbot, threaded, fake):
    steps = [threading.Event() for _ in range(4)]
    phases = []
    threaded.runs.progressed.connect(
        lambda phase, share: phases.append(phase) if phase not in phases else None
    )

    def reads(data, context, *, progress, cancelled):
        progress(0.5)
        assert steps[0].wait(5)
        return SimpleNamespace(market=None, problems=())

    def works(request, loaded, control):
        assert steps[1].wait(5)
        control.start(2)
        control.cells[1] = 1
        assert steps[2].wait(5)
        control.cells[1] = 2
        assert steps[3].wait(5)
        return SimpleNamespace(request=request, problems=())

    fake.read, fake.execute = reads, works
    threaded.runs.start_run()
    for event, phase in zip(steps, ("Reading", "Preparing", "Running", "Finishing"), strict=True):
        qtbot.waitUntil(lambda phase=phase: phase in phases)
        event.set()
    settle(qtbot, threaded)

    assert phases == ["Reading", "Preparing", "Running", "Finishing"]


def test_the_result_of_a_run_that_was_given_up_for_another_is_dropped(qtbot, threaded, fake):
    first, shown = threading.Event(), []
    threaded.results.run_changed.connect(shown.append)

    def works(request, loaded, control):
        if request.name == "first":
            assert first.wait(5)
        return SimpleNamespace(request=request, problems=())

    fake.execute = works
    threaded.request.edit("name", "first")
    threaded.runs.start_run()
    threaded.request.edit("name", "second")
    with qtbot.waitSignal(threaded.runs.ended):
        threaded.runs.start_run()
    first.set()
    settle(qtbot, threaded)

    assert [item.request.name for item in shown] == ["second"]


def test_the_run_on_screen_is_saved_with_the_folder_its_paths_count_from(
    qtbot, session, fake, tmp_path
):
    run(qtbot, session)
    shown = session.results.run
    base = session.request.base

    with qtbot.waitSignal(session.runs.saved) as told:
        session.runs.save_run(tmp_path / "out")

    assert told.args == [tmp_path / "out"]
    assert fake.saves == [(shown, tmp_path / "out", base)]
