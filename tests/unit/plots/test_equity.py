"""The equity chart: what is beside the equity, its scale, and its drawdowns."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from ml4t_desktop.plots.axes import ValueAxis
from ml4t_desktop.plots.drawdown_marks import Band
from ml4t_desktop.plots.equity import Curve, EquityChart
from ml4t_desktop.session.theme import DARK, LIGHT

BARS = 200
DAY = 86_400_000_000
TIMES = np.arange(BARS, dtype=np.int64) * DAY
EQUITY = 1_000.0 * np.linspace(1.0, 30.0, BARS)
BELOW = np.zeros(BARS)
GHOST = Curve("Before", EQUITY / 2, BELOW - 0.25)


class Click:
    """A click of the left button somewhere in the scene."""

    def __init__(self, at: QPointF) -> None:
        self._at = at

    def button(self):
        return Qt.MouseButton.LeftButton

    def scenePos(self):  # noqa: N802 (pyqtgraph's)
        return self._at

    def accept(self):
        pass


@pytest.fixture
def chart(qtbot) -> EquityChart:
    chart = EquityChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(900, 600)
    chart.show()
    chart.set_curves(TIMES, EQUITY, BELOW, 1_000.0)
    return chart


def legend(chart: EquityChart, place: int, ordinal: int) -> str:
    return chart.legend_html(chart.panes[place], ordinal).replace(",", "")


def test_the_run_before_is_told_beside_the_equity_and_the_drawdown(chart):
    assert "Before" not in legend(chart, 0, 50)
    chart.set_curves(TIMES, EQUITY, BELOW, 1_000.0, GHOST)

    assert f"Before</span> <b>{EQUITY[50] / 2:.2f}" in legend(chart, 0, 50)
    assert "Before</span> <b>-25.00 %" in legend(chart, 1, 50)
    chart.set_curves(TIMES, EQUITY, BELOW, 1_000.0)
    assert "Before" not in legend(chart, 0, 50)


def test_a_benchmark_has_values_and_no_drawdown(chart):
    chart.set_benchmark(Curve("Market", EQUITY * 2, np.zeros(0)))

    assert f"Market</span> <b>{EQUITY[7] * 2:.2f}" in legend(chart, 0, 7)
    assert "Market" not in legend(chart, 1, 7)
    chart.set_benchmark(None)
    assert "Market" not in legend(chart, 0, 7)


def test_on_a_log_scale_equal_factors_are_equal_distances_and_values_are_written_as_they_are(chart):
    box = chart.panes[0].plot.getViewBox()
    box.updateAutoRange()
    assert box.viewRange()[1][1] >= 30_000
    chart.set_log(is_log=True)

    low, high = box.viewRange()[1]
    assert low <= 3.0
    assert np.log10(30_000) <= high < 5.0
    assert f"{EQUITY[50]:.2f}" in legend(chart, 0, 50)
    chart.set_log(is_log=False)
    assert box.viewRange()[1][1] >= 30_000


def test_equity_of_nothing_is_a_gap_on_a_log_scale(chart):
    chart.set_log(is_log=True)
    chart.set_curves(TIMES, np.where(TIMES > 100 * DAY, -5.0, EQUITY), BELOW, 1_000.0)
    chart.grab()

    assert np.isfinite(chart.panes[0].plot.getViewBox().viewRange()[1]).all()


def test_drawdowns_are_clicked_where_they_are_drawn_below(chart, qtbot):
    chart.set_bands((Band(120, 160, 140), Band(20, 60, 40)))
    pane = chart.panes[1].plot
    clicked = []
    chart.band_clicked.connect(clicked.append)
    qtbot.wait(20)
    box = pane.getViewBox()
    for ordinal in (40, 140, 90):
        across = box.mapViewToScene(QPointF(ordinal, 0.0)).x()
        for height in (box, chart.panes[0].plot.getViewBox()):
            at = QPointF(across, height.sceneBoundingRect().center().y())
            chart.scene().sigMouseClicked.emit(Click(at))

    assert clicked == [1, 0]


def test_a_drawdown_is_shown_with_room_around_it(chart):
    chart.show_span(Band(100, 150, 130))
    assert chart.visible_range() == pytest.approx((89.5, 160.5))


def test_bands_are_painted_with_the_colours_of_the_theme(chart):
    before = chart.grab().toImage()
    chart.set_bands((Band(120, 160, 140),), chosen=0)
    marked = chart.grab().toImage()
    chart.apply_theme(DARK)

    assert marked != before
    assert chart.grab().toImage() != marked


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (3.0, 5.0, ["1k", "10k", "100k"]),
        (4.0, 4.2, ["10k", "12k", "14k"]),
    ],
)
def test_a_log_axis_has_round_values(qapp, low, high, texts):
    axis = ValueAxis("money")
    axis.set_log(is_log=True)
    (spacing, ticks), *_ = axis.tickValues(low, high, 120.0)
    shown = axis.tickStrings(ticks, 1.0, spacing)

    assert [text for text in texts if text in shown] == texts
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
