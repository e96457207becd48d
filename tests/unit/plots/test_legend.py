"""What charts say in words stands beside what they draw."""

import numpy as np
import pytest

from ml4t_desktop.plots.figures import Columns, Figure, FigureChart
from ml4t_desktop.plots.panes import Pane, PaneStack
from ml4t_desktop.session.theme import LIGHT


class Told(PaneStack):
    """A stack whose panes say one and the same."""

    said = "Exposure <b>96 %</b>"

    def legend_html(self, pane: Pane, ordinal: int) -> str:
        return self.said


@pytest.fixture
def stack(qtbot):
    made = Told(LIGHT)
    qtbot.addWidget(made)
    for _ in range(3):
        made.add_pane("percent", 1)
    made.set_times(np.arange(50, dtype=np.int64) * 86_400_000_000)
    made.apply_theme(LIGHT)
    made.resize(500, 400)
    made.show()
    qtbot.waitExposed(made)
    made.refresh_legends()
    return made


def words(plot, legend):
    return legend.mapRectToItem(plot, legend.boundingRect())


def test_the_words_of_panes_lie_above_what_is_drawn(stack, qtbot):
    def is_above(pane: Pane) -> bool:
        box = pane.plot.getViewBox().geometry()
        return words(pane.plot, pane.legend).bottom() <= box.top() + 1

    qtbot.waitUntil(lambda: all(map(is_above, stack.panes)))


def test_words_that_need_more_lines_get_more_room(stack):
    before = stack.panes[0].legend.strip
    stack.said = "A long sentence about what is under the mouse. " * 3
    stack.refresh_legends()
    assert stack.panes[0].legend.strip > before
    assert stack.panes[0].legend.strip < stack.panes[0].plot.size().height() / 2


def test_in_a_chart_too_low_for_a_strip_words_stand_over_what_is_drawn(stack, qtbot):
    stack.resize(500, 90)
    qtbot.waitUntil(lambda: stack.panes[1].legend.strip == 0)
    assert stack.panes[1].plot.getViewBox().geometry().height() > 10
    stack.resize(500, 400)
    qtbot.waitUntil(lambda: stack.panes[1].legend.strip > 0)


def test_the_words_of_a_figure_have_room_for_what_the_mouse_will_make_them_say(qtbot):
    chart = FigureChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(240, 260)
    chart.show()
    columns = Columns(at=np.arange(3.0), height=np.array([3.0, 2.0, 1.0]))
    words_of = ("one", "two " * 12, "three")
    chart.show_figure(Figure(title="Returns", hint="by tenth", columns=columns, words=words_of))
    qtbot.waitUntil(lambda: chart._legend.strip > 0)
    before = chart._legend.strip
    chart._write(1)
    assert chart._legend.strip == before
    box = chart._plot.getViewBox()
    qtbot.waitUntil(lambda: words(chart._plot, chart._legend).bottom() <= box.geometry().top() + 1)


def test_an_axis_counts_in_round_values_and_zero_is_one_of_them():
    from ml4t_desktop.plots.axes import ValueAxis

    ticks = [
        tick for _, ticks in ValueAxis("percent").tickValues(-0.17, 0.01, 60) for tick in ticks
    ]
    assert 0.0 in ticks
    assert len(ticks) in (2, 3)


def test_words_grow_with_the_letters_of_the_application(stack, qapp):
    before = qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(before.pointSizeF() * 1.5)
    try:
        qapp.setFont(larger)
        stack.refresh_legends()
        assert stack.panes[0].legend.font().pointSizeF() == pytest.approx(larger.pointSizeF())
    finally:
        qapp.setFont(before)
