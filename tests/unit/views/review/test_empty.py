import pytest
from PySide6.QtGui import QAction, QKeySequence

from ml4t_desktop.views.review.empty import EmptyState


@pytest.fixture
def action(qapp):
    made = QAction("&Run")
    made.setShortcut(QKeySequence("F5"))
    made.setEnabled(False)
    made.setToolTip("Choose the data first")
    return made


@pytest.fixture
def empty(qtbot, action):
    made = EmptyState("No result yet", "Start the run.", "run.start")
    qtbot.addWidget(made)
    made.take_actions({"run.start": action}.__getitem__)
    made.show()
    return made


def test_the_next_step_is_a_button_with_its_key(empty, action):
    done = []
    action.triggered.connect(lambda: done.append(True))
    action.setEnabled(True)

    assert empty.button.text() == "Run (F5)"
    empty.button.click()

    assert len(done) == 1


def test_a_step_that_cannot_be_taken_says_why(empty):
    assert not empty.button.isEnabled()
    assert empty.button.toolTip() == "Choose the data first"


def test_the_button_goes_with_the_step_it_was_for(empty, action):
    empty.tell("This run closed no trade", "Loosen the entry rule.")

    assert not empty.button.isVisible()
    assert empty.text == "This run closed no trade Loosen the entry rule."
    action.setText("Again")  # no longer followed
    assert empty.button.text() == "Run (F5)"


def test_nothing_is_offered_without_a_window_that_can_do_it(qtbot):
    made = EmptyState("No result yet", "Start the run.", "run.start")
    qtbot.addWidget(made)
    made.show()

    assert not made.button.isVisible()
