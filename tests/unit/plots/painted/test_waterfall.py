"""Bars from one sum to another."""

import pytest

from ml4t_desktop.plots.painted.waterfall import Waterfall
from ml4t_desktop.session.theme import DARK, LIGHT


@pytest.fixture
def chart(qtbot):
    made = Waterfall("From gross to net", LIGHT)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def test_every_step_begins_where_the_one_before_has_ended(chart):
    chart.show_steps(("Before", "Commission", "Slippage", "Net"), (100.0, -30.0, -20.0, 50.0))

    assert chart.bars == ((0, 100), (100, 70), (70, 50), (0, 50))
    assert "Commission -30.00" in chart.accessibleDescription()


def test_a_loss_lies_below_zero_and_is_in_view(chart):
    chart.show_steps(("Before", "Commission", "Net"), (-10.0, -30.0, -40.0))

    assert chart.bars == ((0, -10), (-10, -40), (0, -40))
    assert chart.y_range[0] < -40
    assert chart.y_range[1] > 0


def test_it_is_painted_in_both_themes_and_without_steps(chart):
    empty = chart.grab().toImage()
    chart.show_steps(("Before", "Net"), (5.0, 5.0))
    light = chart.grab().toImage()
    chart.apply_theme(DARK)

    assert empty != light
    assert light != chart.grab().toImage()
