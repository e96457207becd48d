"""Items that draw bars and lines."""

import numpy as np
import pytest

from ml4t_desktop.plots.bar_items import CandleItem, ColumnItem, LineItem
from ml4t_desktop.plots.panes import PaneStack
from ml4t_desktop.plots.pyramid import Bars
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.units import MICROSECONDS_PER_DAY

WIDTH = 800


@pytest.fixture
def stack(qtbot) -> PaneStack:
    stack = PaneStack(LIGHT)
    qtbot.addWidget(stack)
    stack.add_pane("number", 1)
    stack.resize(WIDTH, 400)
    stack.show()
    return stack


def draw(stack: PaneStack, item, count: int) -> None:
    stack.panes[0].plot.addItem(item)
    stack.set_times(np.arange(count) * MICROSECONDS_PER_DAY)
    stack.show_all()


def test_a_long_line_is_drawn_with_a_few_points_for_each_pixel_and_keeps_its_extremes(stack):
    values = np.zeros(200_000)
    values[123_456] = 9.0
    line = LineItem()
    line.set_values(values)
    draw(stack, line, values.size)
    x, y = line.points()
    assert x.size <= 8 * WIDTH
    assert y.max() == 9.0
    assert abs(x[y.argmax()] - 123_456) < values.size / WIDTH


def test_a_short_line_is_drawn_value_by_value_with_its_gaps(stack):
    values = np.array([1.0, np.nan, 3.0, 4.0])
    line = LineItem()
    line.set_values(values)
    draw(stack, line, values.size)
    x, y = line.points()
    assert x.tolist() == [0, 1, 2, 3]
    assert np.array_equal(y, values, equal_nan=True)
    assert not stack.grab().isNull()


def test_only_what_is_in_view_is_drawn(stack):
    line = LineItem()
    line.set_values(np.arange(1_000.0))
    draw(stack, line, 1_000)
    stack.show_range(400, 420)
    x, _y = line.points()
    assert 398 <= x.min() <= 400
    assert 420 <= x.max() <= 423


def test_an_area_reaches_down_to_zero_and_a_line_does_not():
    line, area = LineItem(), LineItem(is_filled=True)
    for item in (line, area):
        item.set_values(np.array([-3.0, -1.0]))
    assert line.dataBounds(1) == (-3, -1)
    assert area.dataBounds(1) == (-3, 0)


def test_columns_stand_on_zero():
    columns = ColumnItem()
    columns.set_bars(Bars.of_line(np.array([5.0, 8.0])))
    assert columns.dataBounds(1) == (0, 8)


def test_the_bounds_of_candles_in_view_are_those_of_their_wicks():
    candles = CandleItem()
    candles.set_bars(
        Bars(
            open=np.array([2.0, 5.0, 9.0]),
            high=np.array([4.0, 7.0, 11.0]),
            low=np.array([1.0, 4.0, 8.0]),
            close=np.array([3.0, 6.0, 10.0]),
        )
    )
    assert candles.dataBounds(0) == (-0.5, 2.5)
    assert candles.dataBounds(1, orthoRange=(0.5, 1.5)) == (4, 7)
    assert candles.dataBounds(1, orthoRange=(5, 9)) == (None, None)


def test_an_item_without_bars_has_no_bounds(stack):
    line = LineItem()
    line.set_values(np.zeros(0))
    draw(stack, line, 0)
    assert line.dataBounds(1) == (None, None)
    assert not stack.grab().isNull()
