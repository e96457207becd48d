"""Small charts of a few values."""

import numpy as np
from PySide6.QtCore import QPointF

from ml4t_desktop.plots.figures import Columns, Curve, Figure, FigureChart
from ml4t_desktop.session.theme import DARK, LIGHT


def chart_of(qtbot, figure: Figure) -> FigureChart:
    chart = FigureChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(400, 240)
    chart.show()
    chart.show_figure(figure)
    return chart


def test_columns_are_seen_whole_with_zero_and_their_intervals(qtbot):
    columns = Columns(
        at=np.arange(3.0),
        height=np.array([1.0, 2.0, 3.0]),
        low=np.array([0.0, 1.0, -1.0]),
        high=np.array([2.0, 3.0, 7.0]),
    )
    chart = chart_of(qtbot, Figure(title="t", columns=columns))
    (left, right), (bottom, top) = chart._plot.getViewBox().viewRange()

    assert left <= -0.4
    assert right >= 2.4
    assert bottom <= -1.0
    assert top >= 7.0
    assert chart._bars.opts["height"].tolist() == [1.0, 2.0, 3.0]


def test_missing_values_leave_the_others_in_view(qtbot):
    curve = Curve(x=np.arange(4.0), y=np.array([1.0, np.nan, 2.0, np.nan]))
    chart = chart_of(qtbot, Figure(title="t", curves=(curve,)))

    assert np.isfinite(chart._plot.getViewBox().viewRange()).all()


def test_the_mouse_tells_what_is_under_it_and_the_hint_comes_back(qtbot):
    columns = Columns(at=np.arange(2.0), height=np.array([1.0, 2.0]))
    chart = chart_of(
        qtbot, Figure(title="Title", hint="the hint", columns=columns, words=("first", "second"))
    )
    assert chart.legend() == "Title\nthe hint"
    box = chart._plot.getViewBox()

    chart._on_mouse_moved(box.mapViewToScene(QPointF(1.1, 0.5)))
    assert chart.legend() == "Title\nsecond"

    chart._on_mouse_moved(QPointF(-50, -50))
    assert chart.legend() == "Title\nthe hint"


def test_names_stand_under_their_columns_as_many_as_fit(qtbot):
    labels = tuple(f"2020-01-{day:02d}" for day in range(1, 31))
    curve = Curve(x=np.arange(30.0), y=np.arange(30.0))
    chart = chart_of(qtbot, Figure(title="t", curves=(curve,), labels=labels))
    ticks = chart._axis.tickValues(0, 29, 300)[0][1]

    assert 1 <= len(ticks) <= 3
    assert chart._axis.tickStrings(ticks, 1.0, 1.0)[0] == "2020-01-01"


def test_fewer_values_take_the_lines_and_marks_of_before_away(qtbot):
    curve = Curve(x=np.arange(2.0), y=np.arange(2.0))
    chart = chart_of(qtbot, Figure(title="t", curves=(curve, curve), marks=(0.5,)))

    chart.show_figure(Figure(title="u", hint="nothing"))
    chart.apply_theme(DARK)

    assert not any(item.isVisible() for item in (*chart._curves, *chart._marks))
    assert not chart._bars.isVisible()
