"""What the menu Help does beside the guide."""

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from ml4t_desktop.app.commands import help_commands
from ml4t_desktop.app.crash_reports import CrashReports, reports_folder
from ml4t_desktop.app.main import begin
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.releases import Release
from ml4t_desktop.session.request.steps import Step
from tests.unit.app.fakes import FakeDialogs, window_of


@pytest.fixture
def dialogs():
    return FakeDialogs()


@pytest.fixture
def window(qtbot, tmp_path, dialogs):
    made = window_of(qtbot, tmp_path, executor=ImmediateExecutor(), dialogs=dialogs)
    yield made
    made.close()


def crash_box(window) -> QMessageBox | None:
    return next(
        (box for box in window.findChildren(QMessageBox) if box.objectName() == "crash"), None
    )


def test_the_examples_are_written_into_a_folder(window, dialogs, tmp_path):
    dialogs.target = tmp_path / "mine" / "examples"

    window.desk.carry_out("help.examples")

    names = {path.name for path in dialogs.target.iterdir()}
    assert {"predictions_to_trades.ipynb", "confident_strategy.py", "run_strategy.py"} <= names
    assert str(dialogs.target) in window.session.notices.message.title


def test_an_example_that_somebody_has_changed_is_not_replaced(window, dialogs, tmp_path):
    (tmp_path / "run_strategy.py").write_text("mine")
    dialogs.target = tmp_path

    window.desk.carry_out("help.examples")

    assert (tmp_path / "run_strategy.py").read_text() == "mine"
    assert not (tmp_path / "confident_strategy.py").exists()
    assert "run_strategy.py: is there already" in window.session.notices.message.text()


def test_the_guide_gives_the_command_of_a_link(qtbot, window, dialogs, tmp_path):
    dialogs.target = tmp_path / "examples"
    window.help.show_page("scripting")

    window.help.guide.command_asked.emit("help.examples")

    assert (tmp_path / "examples" / "predictions_to_trades.ipynb").is_file()


def test_the_guide_opens_at_the_step_of_the_set_up(window):
    for step, page in (
        (Step.STRATEGY, "rules"),
        (Step.EXECUTION, "execution"),
        (Step.CONTEXT, "assumptions"),
    ):
        window.docks.focus_panel("setup")
        window.show_step(step)
        window.desk.carry_out("help.guide")
        assert window.help.guide.page_name == page


def test_the_page_of_a_newer_version_is_opened_in_the_browser(window, monkeypatch):
    opened = []
    monkeypatch.setattr(help_commands.QDesktopServices, "openUrl", opened.append)
    window.session.updates._found = Release(version="9.0", page="https://example.org/9")

    window.desk.carry_out("help.newer_version")

    assert [url.toString() for url in opened] == ["https://example.org/9"]


def test_without_a_newer_version_one_is_looked_for(window, monkeypatch):
    asked = []
    monkeypatch.setattr(window.session.updates, "look", lambda: asked.append(True))

    window.desk.carry_out("help.newer_version")

    assert asked == [True]


def test_nothing_is_looked_for_by_itself(window):
    begin(window, None)

    assert not window.session.updates.is_asking
    assert window.session.settings.settings.updates_asked == ""


def test_a_crash_is_told_at_the_next_start_with_its_report(qtbot, window):
    report = CrashReports(reports_folder()).write("Fatal Python error: Segmentation fault")

    begin(window, None, crash=report)
    assert "ended unexpectedly" in window.messages.text()
    assert str(report) in window.messages.text()
    window.messages.findChild(QPushButton, "messages.help.crash_report").click()

    box = crash_box(window)
    assert box is not None
    assert "Segmentation fault" in box.detailedText()
    box.close()


def test_where_nothing_crashed_that_is_said(window):
    window.desk.carry_out("help.crash_report")

    assert "nothing went wrong in the program yet" in window.messages.text()
    assert crash_box(window) is None
