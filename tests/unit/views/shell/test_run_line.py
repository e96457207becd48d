"""The line above the results."""

import pytest

from ml4t_desktop.views.shell.run_line import RunLine
from tests.unit.session.fakes import fake_session, ready_session, settle


@pytest.fixture
def session(qtbot, tmp_path):
    made = ready_session(qtbot, tmp_path)
    with qtbot.waitSignal(made.runs.ended):
        made.runs.start_run()
    return made


@pytest.fixture
def line(qtbot, session):
    line = RunLine(session)
    qtbot.addWidget(line)
    line.resize(1400, 40)
    line.show()
    return line


def test_there_is_none_without_a_run(qtbot, tmp_path):
    line = RunLine(fake_session(tmp_path))
    qtbot.addWidget(line)
    assert line.isHidden()


def test_a_result_of_the_set_up_as_it_is_says_so(line):
    assert line.text == "This run is that of the set-up as it is now."
    assert line.run_button.isHidden()


def test_a_change_since_is_named_and_the_run_is_offered(line, session):
    session.request.edit("execution.fill", "same_close")
    assert line.text == (
        "The set-up has changed since this run: Fill of market orders: At the next open → At the same close."
    )
    asked = []
    line.command_asked.connect(asked.append)
    line.run_button.click()
    assert asked == ["run.start"]

    session.request.undo()
    assert line.text == "This run is that of the set-up as it is now."


def test_saving_is_no_change_though_paths_count_from_the_file_then(line, session, tmp_path):
    before = session.request.draft.get("data.files")
    session.document.save(tmp_path / "mine.toml", lambda: None)
    assert session.request.draft.get("data.files") != before
    assert line.text == "This run is that of the set-up as it is now."
    session.request.edit("execution.fill", "same_close")
    assert line.text.endswith("Fill of market orders: At the next open → At the same close.")


def test_a_set_up_that_cannot_be_run_says_so_without_offering_it(line, session):
    session.request.edit("account.initial_capital", -5.0)
    assert "not complete" in line.text
    assert line.run_button.isHidden()


def test_live_says_what_the_result_is_compared_with(line, session, qtbot):
    session.live.switch()
    session.request.edit("execution.fill", "same_close")
    settle(qtbot, session)

    assert line.text == (
        "This run is that of the set-up as it is now. It is compared with the run before: "
        "Fill of market orders: At the next open → At the same close."
    )
    assert not line.end_button.isHidden()
    session.results.compare_with(session.results.run)
    assert line.text.endswith("The runs that follow are compared with this one.")
    session.results.compare_with(None)
    assert line.end_button.isHidden()


def test_what_there_is_no_room_for_is_in_the_tooltip(line, session):
    session.request.edit("execution.fill", "same_close")
    line.resize(300, 40)
    assert line.standing.elided().endswith("…")
    assert line.standing.toolTip() == line.text
