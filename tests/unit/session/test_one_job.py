"""A store waits for one job: the latest, and nothing of what it gave up."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QObject

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.jobs import JobRunner
from ml4t_desktop.session.one_job import OneJob


@pytest.fixture
def runner(qapp):
    made = JobRunner(ThreadPoolExecutor(1))
    yield made
    made.close()


@pytest.fixture
def owner(qapp):
    return QObject()


def fails_with(error):
    def task(_token):
        raise error

    return task


def test_what_the_task_returned_is_taken_when_nothing_is_waited_for_any_more(qtbot, runner, owner):
    taken = []
    job = OneJob(runner, lambda value: taken.append((value, job.is_busy)), owner)

    job.begin(lambda _token: 42)

    assert job.is_busy
    qtbot.waitUntil(lambda: taken == [(42, False)])


def test_a_task_in_place_of_another_is_the_only_one_that_is_taken(qtbot, runner, owner):
    taken, may_go_on, was_told = [], threading.Event(), []
    job = OneJob(runner, taken.append, owner)

    def first(token):
        may_go_on.wait(10)
        was_told.append(token.is_cancelled)
        return "first"

    job.begin(first)
    job.begin(lambda _token: "second")
    may_go_on.set()

    qtbot.waitUntil(lambda: taken == ["second"] and not runner.is_busy)
    assert was_told in ([True], []), "it was told to stop, or never began"


def test_nothing_is_taken_of_a_task_that_was_dropped(qtbot, runner, owner):
    taken = []
    job = OneJob(runner, taken.append, owner)

    job.begin(lambda _token: 42)
    job.drop()

    assert not job.is_busy
    qtbot.waitUntil(lambda: not runner.is_busy)
    assert taken == []


def test_a_failure_that_its_owner_takes_is_told_to_it(qtbot, runner, owner):
    told, error = [], InputError(Problem(what="the file is gone"))
    job = OneJob(runner, print, owner, fail=told.append)

    job.begin(fails_with(error))

    qtbot.waitUntil(lambda: told == [error])
    assert not job.is_busy


def test_a_failure_that_nobody_takes_is_an_error_of_the_program(qtbot, runner, owner):
    job = OneJob(runner, print, owner)

    with qtbot.captureExceptions() as errors:
        job.begin(fails_with(ZeroDivisionError("no")))
        qtbot.waitUntil(lambda: not runner.is_busy and bool(errors))

    assert errors[0][0] is ZeroDivisionError
    assert not job.is_busy


def test_only_the_progress_of_its_own_task_is_told(qtbot, runner, owner):
    shares, other, may_end = [], [], threading.Event()
    job = OneJob(runner, print, owner, advance=shares.append)
    idle = OneJob(runner, print, owner, advance=other.append)

    def half(token):
        token.advance(0.5)
        may_end.wait(10)

    job.begin(half)
    qtbot.waitUntil(lambda: 0.5 in shares)
    may_end.set()

    qtbot.waitUntil(lambda: not job.is_busy)
    assert not idle.is_busy
    assert other == []
