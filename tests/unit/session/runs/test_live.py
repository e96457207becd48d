"""Live: a change of the request is run at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from ml4t_desktop.errors import InputError, Problem
from tests.unit.session.fakes import FakeWork, ready_session, settle


@pytest.fixture
def fake():
    return FakeWork()


@pytest.fixture
def session(qtbot, tmp_path, fake):
    """A session with a result on screen and Live on."""
    made = ready_session(qtbot, tmp_path, fake)
    run(qtbot, made)
    made.live.switch()
    return made


@pytest.fixture
def threaded(qtbot, tmp_path, fake):
    made = ready_session(qtbot, tmp_path, fake, ThreadPoolExecutor(2))
    run(qtbot, made)
    made.live.switch()
    yield made
    made.jobs.close()


def run(qtbot, session):
    with qtbot.waitSignal(session.runs.ended):
        session.runs.start_run()


def change(qtbot, session, capital):
    session.request.edit("account.initial_capital", capital)
    settle(qtbot, session)


def capital_shown(session):
    return session.results.run.request.account.initial_capital


class Gate:
    """An engine that waits until a test lets it go on, run by run."""

    def __init__(self) -> None:
        self.begun: list[float] = []
        self.open = threading.Semaphore(0)
        self.controls = []

    def execute(self, request, loaded, control):
        self.begun.append(request.account.initial_capital)
        self.controls.append(control)
        while not self.open.acquire(timeout=0.005):
            control.check()
        if control.is_cancelled:  # this turn was not for a run that is given up
            self.open.release()
        control.check()
        return SimpleNamespace(request=request, problems=(), market=loaded.market)


def test_a_change_is_run_and_shown_without_being_asked_for(qtbot, session):
    change(qtbot, session, 5_000.0)

    assert capital_shown(session) == 5_000.0
    assert not session.results.is_kept
    assert not session.live.is_running


def test_with_live_off_a_change_waits_for_the_run_to_be_started(qtbot, session):
    session.live.switch()
    change(qtbot, session, 5_000.0)

    assert capital_shown(session) != 5_000.0


def test_what_changed_before_live_was_turned_on_is_run_when_it_is(qtbot, session):
    session.live.switch()
    change(qtbot, session, 5_000.0)
    session.live.switch()
    settle(qtbot, session)

    assert capital_shown(session) == 5_000.0


def test_live_is_remembered(qtbot, session, tmp_path):
    again = ready_session(qtbot, tmp_path)

    assert again.live.is_on


def test_the_run_before_the_changes_began_is_what_the_others_are_compared_with(qtbot, session):
    kept = session.results.run
    for capital in (5_000.0, 6_000.0, 7_000.0):
        change(qtbot, session, capital)

    assert session.results.ghost is kept


def test_saving_meanwhile_leaves_the_run_that_the_others_are_compared_with(
    qtbot, session, tmp_path
):
    kept = session.results.run
    session.request.save(tmp_path / "request.toml")  # its paths count from there now
    change(qtbot, session, 5_000.0)

    assert session.results.run.request.data.files == ("prices.csv",) != kept.request.data.files
    assert session.results.ghost is kept


def test_after_a_run_that_was_asked_for_the_next_changes_are_compared_with_that(qtbot, session):
    change(qtbot, session, 5_000.0)
    run(qtbot, session)
    kept = session.results.run
    change(qtbot, session, 6_000.0)

    assert session.results.ghost is kept


def test_what_the_analyst_chose_to_compare_with_stays(qtbot, session):
    change(qtbot, session, 5_000.0)
    chosen = session.results.run
    session.results.compare_with(chosen)
    run(qtbot, session)
    change(qtbot, session, 6_000.0)

    assert session.results.ghost is chosen


def test_without_a_result_nothing_is_run_until_one_is_asked_for(qtbot, tmp_path, fake):
    session = ready_session(qtbot, tmp_path, fake)
    session.live.switch()
    change(qtbot, session, 5_000.0)

    assert fake.runs == []


def test_a_request_that_cannot_be_run_leaves_the_last_result_and_says_why(qtbot, session):
    before = session.results.run
    session.request.edit("strategy.entry", None)
    settle(qtbot, session)

    assert session.results.run is before
    assert "No entry rule" in session.live.text
    assert session.notices.message is None

    session.request.undo()
    settle(qtbot, session)
    assert session.live.text == ""


def test_what_goes_wrong_in_a_re_run_is_said_without_a_message(qtbot, session, fake):
    before = session.results.run

    def refuse(*args):
        raise InputError([Problem(where="strategy.sizing.confidence", what="is 3")])

    fake.execute = refuse
    change(qtbot, session, 5_000.0)

    assert session.results.run is before
    assert session.live.text == "Strategy, confidence of the sizing: is 3"
    assert session.notices.message is None


def test_an_error_of_the_program_is_not_hidden(qtbot, session, fake):
    def fails(*args):
        message = "a bug"
        raise ZeroDivisionError(message)

    fake.execute = fails
    with qtbot.captureExceptions() as raised:
        change(qtbot, session, 5_000.0)
        settle(qtbot, session)

    assert [kind for kind, *_ in raised] == [ZeroDivisionError]
    assert not session.live.is_running


def test_going_back_to_what_is_shown_runs_nothing(qtbot, session, fake):
    session.request.edit("account.initial_capital", 5_000.0)
    settle(qtbot, session)
    count = len(fake.runs)
    session.live.switch()
    change(qtbot, session, 6_000.0)
    change(qtbot, session, 5_000.0)
    session.live.switch()
    settle(qtbot, session)

    assert len(fake.runs) == count


def test_of_many_changes_during_a_re_run_only_the_newest_follows(qtbot, threaded, fake):
    gate = Gate()
    fake.execute = gate.execute
    for capital in (5_000.0, 6_000.0, 7_000.0, 8_000.0):
        threaded.request.edit("account.initial_capital", capital)
    qtbot.waitUntil(lambda: len(gate.begun) == 1)
    for _ in range(2):
        gate.open.release()
    qtbot.waitUntil(lambda: capital_shown(threaded) == 8_000.0)

    assert gate.begun == [5_000.0, 8_000.0]


def test_a_re_run_that_takes_long_is_given_up_for_a_newer_value(qtbot, threaded, fake):
    gate = Gate()
    fake.execute = gate.execute
    threaded.request.edit("account.initial_capital", 5_000.0)
    qtbot.waitUntil(lambda: len(gate.begun) == 1)
    threaded.request.edit("account.initial_capital", 6_000.0)
    qtbot.waitUntil(lambda: len(gate.begun) == 2)

    assert gate.controls[0].is_cancelled
    gate.open.release()
    qtbot.waitUntil(lambda: capital_shown(threaded) == 6_000.0)


def test_what_was_dragged_away_and_back_is_shown_as_it_was(qtbot, threaded, fake):
    gate = Gate()
    fake.execute = gate.execute
    before = capital_shown(threaded)
    threaded.request.edit("account.initial_capital", 5_000.0)
    qtbot.waitUntil(lambda: len(gate.begun) == 1)
    threaded.request.edit("account.initial_capital", before)
    for _ in range(2):
        gate.open.release()
    settle(qtbot, threaded)

    assert capital_shown(threaded) == before


def test_cancelling_keeps_the_last_result_until_the_next_change(qtbot, threaded, fake):
    gate = Gate()
    fake.execute = gate.execute
    before = threaded.results.run
    threaded.request.edit("account.initial_capital", 5_000.0)
    qtbot.waitUntil(lambda: len(gate.begun) == 1)
    threaded.live.cancel()
    settle(qtbot, threaded)

    assert threaded.results.run is before
    assert "Cancelled" in threaded.live.text
    assert threaded.live.is_on
    threaded.request.edit("account.initial_capital", 6_000.0)
    gate.open.release()
    qtbot.waitUntil(lambda: capital_shown(threaded) == 6_000.0)


def test_starting_a_run_gives_the_re_run_up(qtbot, threaded, fake):
    gate = Gate()
    fake.execute = gate.execute
    threaded.request.edit("account.initial_capital", 5_000.0)
    qtbot.waitUntil(lambda: len(gate.begun) == 1)
    threaded.runs.start_run()

    assert gate.controls[0].is_cancelled
    assert not threaded.live.is_running
    gate.open.release()
    qtbot.waitUntil(lambda: capital_shown(threaded) == 5_000.0)
    assert threaded.results.is_kept


def test_other_files_are_read_once_and_are_not_compared_with_those_before(
    qtbot, session, fake, tmp_path
):
    reads = fake.reads
    session.intake.add_files([tmp_path / "more_prices.csv"])
    settle(qtbot, session)
    qtbot.waitUntil(lambda: not session.markets.is_reading)
    settle(qtbot, session)

    assert fake.reads == reads + 1
    assert len(session.results.run.request.data.files) == 2
    assert session.results.ghost is None


def test_a_change_of_a_number_does_not_read_the_files_again(qtbot, session, fake):
    reads = fake.reads
    for capital in (5_000.0, 6_000.0):
        change(qtbot, session, capital)

    assert fake.reads == reads
