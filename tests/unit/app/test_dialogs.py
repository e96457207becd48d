import pytest
from PySide6.QtWidgets import QMessageBox, QWidget

from ml4t_desktop.app.dialogs import Unsaved, WindowDialogs, unsaved_text


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def press(qtbot, parent, text):
    """Press the button of the box that is open; what stands on it is what a reader goes by."""
    [box] = parent.findChildren(QMessageBox)
    [button] = [item for item in box.buttons() if item.text().replace("&", "") == text]
    button.click()
    qtbot.waitUntil(lambda: not parent.findChildren(QMessageBox))


@pytest.mark.parametrize(
    ("text", "answers"), [("Save", ["save"]), ("Don't save", ["discard"]), ("Cancel", [])]
)
def test_unsaved_changes_are_saved_given_up_or_kept_on_screen(qtbot, parent, text, answers):
    told = []
    WindowDialogs(parent).ask_unsaved(Unsaved(is_request_changed=True), told.append)

    press(qtbot, parent, text)

    assert told == answers


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Save project…", ["save"]),
        ("Save the request alone", ["save_request"]),
        ("Don't save", ["discard"]),
        ("Cancel", []),
    ],
)
def test_runs_can_be_saved_in_a_project_and_the_request_without_them(qtbot, parent, text, answers):
    unsaved = Unsaved(is_request_changed=True, runs=3, has_request_file=True)
    told = []
    WindowDialogs(parent).ask_unsaved(unsaved, told.append)

    press(qtbot, parent, text)

    assert told == answers


def test_a_question_whose_window_is_closed_has_no_answer(qtbot, parent):
    unsaved = Unsaved(is_request_changed=True, runs=3, has_request_file=True)
    told = []
    WindowDialogs(parent).ask_unsaved(unsaved, told.append)
    [box] = parent.findChildren(QMessageBox)

    box.close()
    qtbot.waitUntil(lambda: not parent.findChildren(QMessageBox))

    assert told == []


@pytest.mark.parametrize(
    ("unsaved", "told"),
    [
        (Unsaved(is_request_changed=True), "The request has changes that are not saved."),
        (Unsaved(is_request_changed=False, runs=1), "The history of 1 run is in no project yet."),
        (
            Unsaved(is_request_changed=False, runs=2, is_project=True),
            "2 runs of the project are new",
        ),
        (Unsaved(is_request_changed=True, runs=2, is_project=True), "The project has changes"),
        (Unsaved(is_request_changed=True, runs=2), "its history of 2 runs is in no project"),
    ],
)
def test_what_would_be_lost_is_said(unsaved, told):
    assert told in unsaved_text(unsaved)[0]


@pytest.mark.parametrize(
    ("text", "answers"), [("Restore", ["restore"]), ("Delete them", ["discard"]), ("Later", [])]
)
def test_changes_left_behind_are_restored_deleted_or_left_there(qtbot, parent, text, answers):
    told = []
    WindowDialogs(parent).ask_recovery("r.toml was left", told.append)

    press(qtbot, parent, text)

    assert told == answers
