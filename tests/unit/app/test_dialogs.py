import pytest
from PySide6.QtWidgets import QMessageBox, QWidget

from ml4t_desktop.app.dialogs import WindowDialogs


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
    WindowDialogs(parent).ask_unsaved(told.append)

    press(qtbot, parent, text)

    assert told == answers


@pytest.mark.parametrize(
    ("text", "answers"), [("Restore", ["restore"]), ("Delete them", ["discard"]), ("Later", [])]
)
def test_changes_left_behind_are_restored_deleted_or_left_there(qtbot, parent, text, answers):
    told = []
    WindowDialogs(parent).ask_recovery("r.toml was left", told.append)

    press(qtbot, parent, text)

    assert told == answers
