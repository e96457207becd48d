"""What the coverage strip draws and says, and the marked bar of the chart beside it."""

import numpy as np
import pytest

from ml4t_desktop.files.quality.coverage import Coverage
from ml4t_desktop.plots.coverage import CoverageStrip, state_colours
from ml4t_desktop.plots.price.asset_bars import AssetBars
from ml4t_desktop.plots.price.bar_chart import BarChart
from ml4t_desktop.plots.style import colour
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.units import MICROSECONDS_PER_DAY


def coverage(assets=500, columns=2520):
    times = np.arange(columns) * MICROSECONDS_PER_DAY
    states = np.ones((assets, columns), np.uint8)
    symbols = tuple(f"S{index:03}" for index in range(assets))
    return Coverage(symbols=symbols, times=times, ends=times, states=states)


@pytest.fixture
def strip(qtbot):
    made = CoverageStrip(LIGHT)
    qtbot.addWidget(made)
    made.resize(800, 140)
    made.show()
    return made


def shades(strip):
    """Return the distinct colours on the picture."""
    pixels = strip.image.image.reshape(-1, 4)
    return {tuple(pixel) for pixel in np.unique(pixels, axis=0).tolist()}


def shade(theme, state):
    return colour(state_colours(theme)[state]).getRgb()


def test_one_bad_bar_among_a_million_is_seen(strip):
    shown = coverage()
    shown.states[250, 1300] = 3
    strip.set_coverage(shown)
    height, width, _ = strip.image.image.shape
    assert height <= 140
    assert width <= 800
    assert shades(strip) == {shade(LIGHT, 1), shade(LIGHT, 3)}


def test_a_missing_bar_gives_way_to_a_doubtful_one_in_the_same_pixel(strip):
    shown = coverage(columns=4000)
    shown.states[:, ::2] = 2
    shown.states[:, 1::2] = 3
    strip.set_coverage(shown)
    assert shades(strip) == {shade(LIGHT, 3)}


def test_zooming_in_draws_every_bar_on_its_own(strip):
    shown = coverage()
    shown.states[10, 100] = 2
    strip.set_coverage(shown)
    strip.plot.getViewBox().setRange(xRange=(90, 110), yRange=(5, 15), padding=0)
    strip.plot.getViewBox().updateMatrix()
    assert strip.image.image.shape[0] <= 13
    hits = np.all(strip.image.image == np.array(shade(LIGHT, 2)), axis=2)
    assert hits.sum() == 1
    box = strip.image.mapRectToParent(strip.image.boundingRect())
    row, column = np.argwhere(hits)[0]
    assert box.top() + row + 0.5 == 10
    assert box.left() + column + 0.5 == 100


def test_colours_follow_the_theme(strip):
    strip.set_coverage(coverage(20, 50))
    strip.apply_theme(DARK)
    assert shades(strip) == {shade(DARK, 1)}
    assert len({*state_colours(LIGHT)}) == len({*state_colours(DARK)}) == 4


def test_the_bar_asked_for_is_marked_and_a_missing_one_between_its_neighbours(qtbot):
    chart = BarChart(LIGHT)
    qtbot.addWidget(chart)
    days = np.array([0, 1, 2, 5, 6]) * MICROSECONDS_PER_DAY
    chart.show_bars(AssetBars("AAA", days, np.ones((5, 5)), {}))
    chart.mark(2 * MICROSECONDS_PER_DAY)
    assert chart.marked == (1.5, 2.5)
    chart.mark(3 * MICROSECONDS_PER_DAY)
    assert chart.marked == (2.0, 3.0)
    chart.apply_theme(DARK)
