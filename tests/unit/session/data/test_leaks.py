import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.data.leaks import without_unused_lags
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.session import make_session
from tests.unit.session.fakes import FakeWork, settle


class Checks:
    """Counts the checks, and does what a test wants in one."""

    def __init__(self):
        self.requests = []
        self.act = lambda watch: SimpleNamespace(columns=())

    def __call__(self, request, base, *, loaded=None, watch=None):
        self.requests.append(request)
        return self.act(watch)


@pytest.fixture
def checks():
    return Checks()


def session_with(qtbot, tmp_path, checks, executor=None, fake=None):
    work = replace((fake or FakeWork()).work(), check_leaks=checks)
    session = make_session(executor or ImmediateExecutor(), work, tmp_path / "settings.toml")
    session.intake.add_files([tmp_path / "prices.csv"])
    settle(qtbot, session)
    return session


@pytest.fixture
def session(qtbot, tmp_path, checks):
    return session_with(qtbot, tmp_path, checks)


def check(qtbot, session):
    session.leaks.check()
    settle(qtbot, session)


def test_a_request_is_checked_once_and_again_after_an_edit(qtbot, session, checks):
    check(qtbot, session)
    check(qtbot, session)
    assert len(checks.requests) == 1
    assert session.leaks.report is not None
    assert session.leaks.is_current

    session.request.edit("account.initial_capital", 5.0)
    assert not session.leaks.is_current
    check(qtbot, session)
    assert len(checks.requests) == 2


def test_check_again_checks_what_was_checked(qtbot, session, checks):
    check(qtbot, session)
    session.leaks.check_again()
    settle(qtbot, session)

    assert len(checks.requests) == 2


def test_the_market_is_read_once_for_checks_and_runs(qtbot, tmp_path, checks):
    fake = FakeWork()
    session = session_with(qtbot, tmp_path, checks, fake=fake)
    check(qtbot, session)
    session.leaks.use_later("pred", 1)
    check(qtbot, session)
    session.runs.start_run()
    settle(qtbot, session)

    assert fake.reads == 1
    assert fake.runs[0].request.data.lag == {"pred": 1}


def test_one_click_takes_a_column_later_and_another_takes_that_back(session):
    before = session.request.draft
    session.leaks.use_later("pred", 1)
    assert session.request.draft.request().data.lag == {"pred": 1}
    assert session.leaks.lag_of("pred") == 1

    session.leaks.use_later("pred", 0)
    assert session.request.draft == before


def test_a_column_that_is_not_used_any_more_loses_its_delay(session):
    session.leaks.use_later("pred", 2)
    session.leaks.use_later("exit_signal", 1)
    draft = session.request.draft.edited("data.signals", ("exit_signal",))

    assert without_unused_lags(draft).get("data.lag") == {"exit_signal": 1}
    assert without_unused_lags(draft.edited("data.signals", ())).get("data.lag") is None


def test_an_incomplete_request_is_not_checked(session, checks):
    session.request.edit("data.files", None)
    session.leaks.check()

    assert checks.requests == []
    assert not session.leaks.can_check


def test_what_prevents_a_check_is_told_once_and_not_tried_again_by_itself(qtbot, session, checks):
    def refuse(_watch):
        raise InputError(Problem(where="prices.csv", what="is gone"))

    checks.act = refuse
    check(qtbot, session)
    check(qtbot, session)

    assert [problem.what for problem in session.leaks.problems] == ["is gone"]
    assert len(checks.requests) == 1


def test_a_cancelled_check_leaves_what_was_found_before(qtbot, tmp_path, checks):
    begun, session = threading.Event(), None

    def wait(watch):
        begun.set()
        while True:
            watch.check()

    session = session_with(qtbot, tmp_path, checks, ThreadPoolExecutor(2))
    check(qtbot, session)
    report = session.leaks.report
    checks.act = wait
    session.request.edit("account.initial_capital", 5_000.0)
    session.leaks.check()
    assert begun.wait(5)
    session.leaks.cancel()

    assert not session.leaks.is_checking
    assert session.leaks.report is report
    assert not session.leaks.is_current  # it is of the request before the change
    settle(qtbot, session)
    session.jobs.close()
