"""The Python file of a request in the window's state: looked at, trusted, followed."""

import pytest

from ml4t_desktop.errors import StrategyFailed
from ml4t_desktop.project.scripts.trust import TrustList
from tests.unit.project.scripts.strategies import CALM, HEAD, write
from tests.unit.session.fakes import FakeWork, fake_session, ready_session, settle


@pytest.fixture
def session(qtbot, tmp_path):
    made = ready_session(qtbot, tmp_path)
    yield made
    made.close()


def opened(qtbot, session, tmp_path, text=CALM):
    session.scripts.open(write(tmp_path, text))
    settle(qtbot, session)


def test_a_file_that_is_opened_decides_with_its_first_class(qtbot, session, tmp_path):
    opened(qtbot, session, tmp_path)
    assert session.request.draft.get("strategy.python.class") == "Calm"
    assert session.scripts.is_python
    assert session.why_not_run() == ""
    assert session.request.draft.request().strategy.python.file == session.request.named(
        tmp_path / "strategy.py"
    )


def test_rules_come_back_when_python_is_switched_off(qtbot, session, tmp_path):
    before = session.request.draft.get("strategy")
    opened(qtbot, session, tmp_path)
    with_python = session.request.draft.get("strategy")
    session.scripts.use_python(is_on=False)
    assert session.request.draft.get("strategy") == before
    session.scripts.use_python(is_on=True)
    assert session.request.draft.get("strategy") == with_python
    session.request.undo()
    assert session.request.draft.get("strategy") == before


def test_python_without_a_file_says_what_is_missing(session):
    session.scripts.use_python(is_on=True)
    assert session.why_not_run().startswith("Strategy: No Python file yet")


def test_a_value_outside_its_bounds_keeps_the_run_from_starting(qtbot, session, tmp_path):
    opened(qtbot, session, tmp_path)
    session.request.edit("strategy.python.parameters.share", 2.0)
    assert "must be at most 1" in session.why_not_run()
    session.scripts.use_defaults()
    assert session.why_not_run() == ""


def test_a_parameter_of_the_request_that_the_file_does_not_have_is_told(qtbot, session, tmp_path):
    opened(qtbot, session, tmp_path)
    session.request.edit("strategy.python.parameters.other", 2.0)
    assert "declares no parameter 'other'. It has share" in session.why_not_run()


def test_nothing_is_trusted_before_the_user_agrees_and_a_change_asks_again(
    qtbot, session, tmp_path
):
    opened(qtbot, session, tmp_path)
    assert not session.scripts.is_trusted
    session.scripts.agree()
    assert session.scripts.is_trusted
    write(tmp_path, f"{CALM}\n# another text\n")
    qtbot.waitUntil(lambda: not session.scripts.is_trusted)
    assert session.scripts.was_trusted
    write(tmp_path, CALM)
    qtbot.waitUntil(lambda: session.scripts.is_trusted)


def test_an_agreement_is_remembered_for_place_and_text(qtbot, session, tmp_path):
    opened(qtbot, session, tmp_path)
    session.scripts.agree()
    script = session.scripts.script
    other = TrustList(tmp_path / "trusted.toml")
    assert other.allows(script)
    (tmp_path / "elsewhere").mkdir()
    from ml4t_desktop.files.scripts.script import read_script

    assert not other.allows(read_script(write(tmp_path / "elsewhere", CALM)))
    (tmp_path / "trusted.toml").write_text("not [ toml")
    assert not other.allows(script)


def test_a_file_saved_by_putting_another_in_its_place_is_noticed(qtbot, session, tmp_path):
    opened(qtbot, session, tmp_path)
    new = write(tmp_path, CALM.replace("Calm", "Other"), "new.py")
    new.replace(tmp_path / "strategy.py")
    qtbot.waitUntil(lambda: session.scripts.script.class_called("Other") is not None)
    assert "has no strategy called Calm. There are Other" in session.why_not_run()


def test_a_broken_file_is_told_and_mends_itself_when_it_is_saved(qtbot, session, tmp_path):
    opened(qtbot, session, tmp_path, "def (:")
    assert "strategy.py, line 1" in str(session.scripts.problems[0].problem)
    write(tmp_path, CALM)
    qtbot.waitUntil(lambda: session.scripts.script is not None)
    session.scripts.choose_class("Calm")
    assert session.why_not_run() == ""


def test_another_class_keeps_the_values_both_have(qtbot, session, tmp_path):
    text = CALM + "\n\nclass Second(Calm):\n    more = Parameter(1)\n"
    opened(qtbot, session, tmp_path, text)
    session.request.edit("strategy.python.parameters", {"share": 0.25})
    session.scripts.choose_class("Second")
    session.request.edit("strategy.python.parameters.more", 3)
    session.scripts.choose_class("Calm")
    assert session.request.draft.get("strategy.python.parameters") == {"share": 0.25}


def test_a_strategy_that_fails_is_kept_with_its_lines(qtbot, tmp_path):
    def execute(request, loaded, control):
        message = "ZeroDivisionError: division by zero"
        raise StrategyFailed(message)

    made = ready_session(qtbot, tmp_path, FakeWork(execute=execute))
    opened(qtbot, made, tmp_path)
    made.runs.start_run()
    settle(qtbot, made)
    assert made.scripts.failure.what == "ZeroDivisionError: division by zero"
    made.close()


def test_a_request_file_with_python_opens_with_its_file(qtbot, tmp_path):
    write(tmp_path, f"{HEAD}class Own(Strategy):\n    pass\n")
    request = tmp_path / "request.toml"
    request.write_text(
        '[data]\nfiles = ["prices.csv"]\n[strategy.python]\nfile = "strategy.py"\nclass = "Own"\n'
    )
    made = fake_session(tmp_path)
    made.request.open(request)
    settle(qtbot, made)
    assert made.scripts.chosen.name == "Own"
    made.close()
