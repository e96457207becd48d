from pathlib import Path

import pytest

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.request.steps import Step
from tests.unit.session.fakes import PRICES, FakeWork, fake_session, price_look, settle


@pytest.fixture
def fake():
    return FakeWork()


@pytest.fixture
def session(qapp, tmp_path, fake):
    return fake_session(tmp_path, fake)


def take(qtbot, session, *paths: Path, purpose="any"):
    session.intake.add_files(paths, purpose)
    settle(qtbot, session)


def test_dropped_files_go_where_they_belong(qtbot, session, tmp_path):
    take(qtbot, session, tmp_path / "context.csv", tmp_path / "a.csv", tmp_path / "b.csv")

    draft = session.request.draft
    assert [Path(name).name for name in draft.files] == ["a.csv", "b.csv"]
    assert Path(draft.context_file).name == "context.csv"
    assert session.why_not_run() == ""


def test_a_file_of_bars_can_be_added_as_context_on_purpose(qtbot, session, tmp_path):
    take(qtbot, session, tmp_path / "vix.csv", purpose="context")

    assert Path(session.request.draft.context_file).name == "vix.csv"
    assert session.request.draft.files == ()


def test_a_file_that_cannot_be_used_is_told_and_not_added(qtbot, session, fake, tmp_path):
    problem = Problem(where="p.csv", what="is not a table")

    def refuse(path):
        raise InputError(problem)

    fake.look = refuse
    take(qtbot, session, tmp_path / "p.csv")

    message = session.notices.message
    assert message.title == "p.csv cannot be used"
    assert [(item.problem, item.step) for item in message.notices] == [(problem, Step.DATA)]
    assert session.request.draft.files == ()


def test_a_file_without_rows_is_told_and_not_added(qtbot, session, fake, tmp_path):
    fake.look = lambda path: price_look(path, PRICES.clear())

    take(qtbot, session, tmp_path / "p.csv")

    assert "p.csv: has no rows" in session.notices.message.text()
    assert session.request.draft.files == ()


def test_a_further_file_that_lacks_a_signal_is_told(qtbot, session, fake, tmp_path):
    take(qtbot, session, tmp_path / "a.csv")
    fake.look = lambda path: price_look(path, PRICES.drop("pred"))

    take(qtbot, session, tmp_path / "b.csv")

    assert "b.csv: has no column pred" in session.notices.message.text()


def test_opening_a_request_looks_at_its_files(qtbot, session, fake, tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('[data]\nfiles = ["p.csv"]\n[context]\nfile = "context.csv"\n')

    take(qtbot, session, path)

    assert fake.looks == [tmp_path / "p.csv", tmp_path / "context.csv"]
    assert session.request.path == path
    assert [look.path.name for look in session.price_looks()] == ["p.csv"]


def test_a_request_that_cannot_be_opened_is_told_with_every_problem(qtbot, session, tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('[data]\nfiles = ["p.csv"]\nx = 1\n[account]\ntype = "y"\n')

    assert not session.intake.open_request(path)

    text = session.notices.message.text()
    assert "r.toml was not opened" in text
    assert "data.x: unknown key" in text
    assert "account.type" in text


def test_a_request_whose_file_is_missing_says_so_at_the_step(qtbot, session, fake, tmp_path):
    def refuse(path):
        raise InputError(Problem(where=str(path), what="is not there"))

    fake.look = refuse
    path = tmp_path / "r.toml"
    path.write_text('[data]\nfiles = ["gone.csv"]\n')
    take(qtbot, session, path)

    assert "is not there" in session.why_not_run()


def test_the_price_file_is_not_taken_for_predictions_too(qtbot, session, tmp_path):
    take(qtbot, session, tmp_path / "book.xlsx")
    before = session.request.draft

    take(qtbot, session, tmp_path / "book.xlsx", purpose="predictions")

    assert session.request.draft == before
    told = session.notices.message.text()
    assert "book.xlsx: is the price file already" in told
    assert "Save the predictions as a file of their own" in told


def test_a_file_that_went_and_came_back_is_looked_at_again(qtbot, session, fake, tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("there")
    take(qtbot, session, path)

    def refuse(path):
        raise InputError(Problem(where=str(path), what="there is no such file"))

    fake.look = refuse
    path.unlink()
    session.intake.look_again()
    settle(qtbot, session)
    assert session.why_not_run() == (
        "Data: In prices.csv: there is no such file. Find it with File > Locate missing data, or put it back "
        "where it was"
    )

    fake.look = None
    path.write_text("back again")
    session.intake.look_again()
    settle(qtbot, session)
    assert session.why_not_run() == ""

    seen = len(fake.looks)
    session.intake.look_again()
    settle(qtbot, session)
    assert len(fake.looks) == seen
