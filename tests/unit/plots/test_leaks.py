import numpy as np
import pytest

from ml4t_desktop.plots.leaks import LagChart
from ml4t_desktop.session.theme import DARK, LIGHT

LAGS = np.arange(-20, 21)


@pytest.fixture
def chart(qtbot):
    made = LagChart(LIGHT)
    qtbot.addWidget(made)
    return made


def curves(peak=0.5):
    value = np.where(LAGS == 1, peak, 0.01)
    return (value, np.full(41, 0.02)), (-value, np.full(41, 0.03))


def test_columns_and_band_are_what_was_given(chart):
    chart.show_curves(LAGS, curves())

    for pane, sign, error in ((0, 1, 0.02), (1, -1, 0.03)):
        heights, band = chart.drawn(pane)
        assert heights[21] == pytest.approx(sign * 0.5)
        assert heights[0] == pytest.approx(sign * 0.01)
        np.testing.assert_allclose(band, 2 * error)


def test_the_highest_column_is_in_view_and_so_is_the_band(chart):
    chart.show_curves(LAGS, curves(0.9))
    low, high = chart._panes[0].plot.getViewBox().viewRange()[1]
    assert low < -0.04
    assert high > 0.9

    chart.show_curves(LAGS, curves(0.0))
    low, high = chart._panes[0].plot.getViewBox().viewRange()[1]
    assert -0.1 < low < -0.04
    assert high > 0.04


def test_pointing_at_a_lag_tells_its_figure_in_words(chart):
    chart.show_curves(LAGS, curves())
    assert "returns to come" in chart.legend(0)

    chart._point_at(1)
    assert chart.legend(0) == "Its value and the return of 1 bar later: +0.500 ± 0.020"
    chart._point_at(0)
    assert "its own bar: +0.010" in chart.legend(0)


def test_lags_without_a_correlation_are_gaps_and_said_to_be_unknown(chart):
    nothing = np.full(41, np.nan)
    chart.show_curves(LAGS, ((nothing, nothing), (nothing, nothing)))
    chart._point_at(5)

    assert (chart.drawn(0)[0] == 0).all()
    assert chart.legend(0).endswith("unknown")


def test_another_theme_recolours_what_is_drawn(chart):
    chart.show_curves(LAGS, curves())
    before = chart._panes[0].bars.opts["brushes"][21].color().name()
    chart.apply_theme(DARK)

    assert chart._panes[0].bars.opts["brushes"][21].color().name() != before
