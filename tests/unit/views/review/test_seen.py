"""Panels that draw in parts: one part in a turn of the event loop, and never an old one over a new one."""

import pytest

from ml4t_desktop.views.review.seen import SeenPanel


class Panel(SeenPanel):
    """Draws a heading at once, and two parts after it."""

    def __init__(self):
        super().__init__()
        self.content = "a"
        self.drawn = []

    def draw(self):
        content = self.content
        self.drawn.append(f"heading {content}")
        self.then(
            left=lambda: self.drawn.append(f"left {content}"),
            right=lambda: self.drawn.append(f"right {content}"),
        )


@pytest.fixture
def panel(qtbot):
    made = Panel()
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_rest_is_drawn_after_what_the_panel_begins_with(qtbot, panel):
    panel.draw_when_seen()
    assert panel.drawn == ["heading a"]
    assert panel.is_due
    qtbot.waitUntil(lambda: not panel.is_due)
    assert panel.drawn == ["heading a", "left a", "right a"]


def test_what_waits_makes_way_for_the_same_part_of_other_content(qtbot, panel):
    panel.draw_when_seen()
    panel.content = "b"
    panel.draw_when_seen()
    qtbot.waitUntil(lambda: not panel.is_due)
    assert panel.drawn == ["heading a", "heading b", "left b", "right b"]


def test_a_panel_that_is_left_draws_the_rest_when_it_is_seen_again(qtbot, panel):
    panel.draw_when_seen()
    panel.hide()
    qtbot.wait(20)
    assert panel.drawn == ["heading a"]
    panel.show()
    qtbot.waitUntil(lambda: not panel.is_due)
    assert panel.drawn == ["heading a", "left a", "right a"]


def test_the_rest_is_drawn_at_once_for_what_builds_on_it(panel):
    panel.draw_when_seen()
    panel.complete()
    assert panel.drawn == ["heading a", "left a", "right a"]
    assert not panel.is_due


def test_the_rest_can_be_given_up(qtbot, panel):
    panel.draw_when_seen()
    panel.no_rest()
    assert not panel.is_due
    qtbot.wait(20)
    assert panel.drawn == ["heading a"]
