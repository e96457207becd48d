from datetime import date

import pytest

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.request import Request
from ml4t_desktop.session.data.data_store import market_key
from tests.unit.session.fakes import FakeWork, fake_session, settle

PROBLEM = Problem(where="p.csv", what="is not a table")


@pytest.fixture
def fake():
    return FakeWork()


@pytest.fixture
def session(qapp, tmp_path, fake):
    return fake_session(tmp_path, fake)


def test_a_file_is_looked_at_once_until_it_changes(qtbot, session, fake, tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("a")
    for _ in range(3):
        session.data.look_at(path)
        settle(qtbot, session)

    path.write_text("changed")
    session.data.look_at(path)
    settle(qtbot, session)

    assert fake.looks == [path, path]


def test_a_look_is_told_when_it_is_there(qtbot, session, tmp_path):
    with qtbot.waitSignal(session.data.looked_at) as told:
        session.data.look_at(tmp_path / "p.csv")

    assert told.args == [tmp_path / "p.csv"]
    assert session.data.look(tmp_path / "p.csv").inspection.row_count == 4
    assert not session.data.is_looking


def test_what_prevents_a_look_is_kept_with_the_file(qtbot, session, fake, tmp_path):
    def refuse(path):
        raise InputError(PROBLEM)

    fake.look = refuse
    with qtbot.waitSignal(session.data.looked_at):
        session.data.look_at(tmp_path / "p.csv")

    assert session.data.look(tmp_path / "p.csv") is None
    assert session.data.problems(tmp_path / "p.csv") == (PROBLEM,)


def test_an_error_of_the_program_is_not_taken_for_a_bad_file(qtbot, session, fake, tmp_path):
    def fails(path):
        message = "a bug"
        raise KeyError(message)

    fake.look = fails
    with qtbot.captureExceptions() as raised:
        session.data.look_at(tmp_path / "p.csv")
        settle(qtbot, session)

    assert [kind for kind, *_ in raised] == [KeyError]
    assert session.data.problems(tmp_path / "p.csv") == ()


def test_the_market_of_another_period_file_or_state_of_a_file_is_another_one(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("a")
    raw = {"data": {"files": ["p.csv"]}, "account": {"initial_capital": 5.0}}
    request = Request.model_validate(raw)
    key = market_key(request, tmp_path)

    richer = Request.model_validate(raw | {"account": {"initial_capital": 6.0}})
    later = Request.model_validate({"data": {"files": ["p.csv"], "end": date(2024, 1, 1)}})

    assert market_key(richer, tmp_path) == key
    assert market_key(later, tmp_path) != key
    path.write_text("changed")
    assert market_key(request, tmp_path) != key
