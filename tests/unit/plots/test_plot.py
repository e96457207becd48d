"""A chart with its axes: what it shows, and that it makes no widgets."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication

from ml4t_desktop.plots.axes import TimeAxis, ValueAxis
from ml4t_desktop.plots.plot import Plot, PlotView


def test_a_chart_makes_no_widget_beyond_the_one_it_is_in(qtbot):
    before = len(QApplication.allWidgets())
    plot = Plot(ValueAxis("number"), TimeAxis())
    assert len(QApplication.allWidgets()) == before
    view = PlotView(plot)
    qtbot.addWidget(view)


def test_the_axes_follow_what_is_in_view(qtbot):
    view = PlotView(Plot())
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.plot.setXRange(10.0, 20.0, padding=0)
    view.plot.setYRange(-1.0, 1.0, padding=0)
    assert view.plot.getAxis("bottom").range == [10.0, 20.0]
    assert view.plot.getAxis("left").range == [-1.0, 1.0]


def test_what_is_not_measured_does_not_change_the_range(qtbot):
    view = PlotView(Plot())
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.plot.addItem(pg.PlotDataItem([0.0, 1.0], [0.0, 1.0]))
    view.plot.addItem(pg.PlotDataItem([0.0, 1.0], [0.0, 500.0]), ignoreBounds=True)
    box = view.plot.getViewBox()
    box.enableAutoRange()
    box.updateAutoRange()
    assert box.viewRange()[1][1] < 2.0


def test_a_long_line_draws_no_more_than_there_are_pixels(qtbot):
    view = PlotView(Plot(is_thinned=True))
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    line = pg.PlotDataItem(np.arange(100_000.0), np.sin(np.arange(100_000.0)))
    view.plot.addItem(line)
    view.plot.setXRange(0, 100_000, padding=0)
    x, _ = line.getData()
    assert x.size < 4000
