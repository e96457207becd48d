"""The choice of a preset on the page of execution and costs."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from ml4t_desktop.request import preset
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.views.setup.panel import SetupPanel
from tests.unit.session.fakes import ready_session


@pytest.fixture
def session(qtbot, tmp_path):
    return ready_session(qtbot, tmp_path)


@pytest.fixture
def panel(qtbot, session):
    panel = SetupPanel(session, LIGHT)
    panel.resize(420, 900)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_step(Step.EXECUTION)
    return panel


def choose(panel, name):
    choice = panel.findChild(Choice, "preset")
    choice.setCurrentIndex(choice.findData(name))
    choice.activated.emit(choice.currentIndex())


def button(panel, name):
    return panel.findChild(QPushButton, name)


def changes(panel):
    return panel.findChild(QLabel, "preset.changes").text()


def test_nothing_is_said_before_a_preset_is_chosen(panel):
    assert not button(panel, "preset.apply").isVisible()
    assert not panel.findChild(QLabel, "preset.changes").isVisible()


def test_choosing_a_preset_shows_what_it_would_change_and_changes_nothing(panel, session):
    before = session.request.draft
    choose(panel, "lean")

    assert "Half a cent per share, at least 1, at most 0.5 % of the value" in changes(panel)
    assert "Buy what is affordable → Refuse the order" in changes(panel)
    assert session.request.draft == before


def test_applying_a_preset_is_one_edit_that_changes_what_was_shown(panel, session):
    edits = []
    session.request.request_changed.connect(edits.append)
    choose(panel, "backtrader")
    button(panel, "preset.apply").click()

    assert len(edits) == 1
    assert session.request.draft.request().execution == preset("backtrader").execution
    assert session.request.draft.get("strategy.exits.evaluate") == "intrabar"
    assert session.request.draft.problems() == ()


def test_after_it_was_applied_there_is_nothing_left_to_change(panel):
    choose(panel, "vectorbt")
    assert button(panel, "preset.apply").isEnabled()
    button(panel, "preset.apply").click()

    assert "The request trades so already" in changes(panel)
    assert not button(panel, "preset.apply").isEnabled()


def test_a_value_edited_afterwards_is_offered_again(panel, session):
    choose(panel, "vectorbt")
    button(panel, "preset.apply").click()
    session.request.edit("execution.lot_size", 10.0)

    assert button(panel, "preset.apply").text() == "Change 1 value"
    assert "Quantities are fractional (10 → 0)" in changes(panel)


def test_what_cannot_be_imitated_unfolds(panel):
    choose(panel, "zipline")
    limits = panel.findChild(QLabel, "preset.limits")
    assert not limits.isVisible()
    button(panel, "preset.more").click()
    assert limits.isVisible()
    assert "zipline never checks the cash" in limits.text()
