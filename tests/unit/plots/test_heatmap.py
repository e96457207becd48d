"""The heatmap of a sweep: what is shown, and which cell is clicked."""

from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from ml4t_desktop.plots.heatmap import Heatmap
from ml4t_desktop.session.theme import DARK, LIGHT


@pytest.fixture
def heatmap(qtbot):
    made = Heatmap(LIGHT)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    return made


@dataclass
class Click:
    """What the scene tells of a click."""

    place: QPointF

    def button(self):
        return Qt.MouseButton.LeftButton

    def scenePos(self):  # noqa: N802 (as the scene calls it)
        return self.place


def test_its_values_are_a_table_to_be_copied(heatmap):
    heatmap.show_values(
        np.array([[1.0, 2.0], [3.0, np.nan]]), ("1", "2", "3", ""), (("stop", ("a", "b")), ("take", ("c", "d"))), None
    )  # fmt: skip

    assert heatmap.plain_table().text() == "stop\tc\td\na\t1.0\t2.0\nb\t3.0\t"


def click(qtbot, heatmap, x, y):
    box = heatmap.plot.getViewBox()
    place = box.mapViewToScene(QPointF(x, y))
    with qtbot.waitSignal(heatmap.cell_chosen) as caught:
        heatmap.scene().sigMouseClicked.emit(Click(place))
    return caught.args


def test_a_click_names_the_cell_below_it(qtbot, heatmap):
    values = np.array([[1.0, 2.0, 3.0], [4.0, np.nan, 6.0]])
    axes = (("first", ["a", "b"]), ("second", ["x", "y", "z"]))
    heatmap.show_values(values, ["1"] * 6, axes, (1, 2))
    qtbot.wait(50)
    assert click(qtbot, heatmap, 1.2, 1.9) == [1, 2]
    assert click(qtbot, heatmap, 0.0, 0.3) == [0, 0]


def test_one_axis_is_a_line_without_what_is_not_known(qtbot, heatmap):
    values = np.array([[1.0], [np.nan], [3.0]])
    heatmap.show_values(values, ["1", "-", "3"], (("first", ["a", "b", "c"]),), (2, 0))
    heatmap.apply_theme(DARK)
    qtbot.wait(50)
    assert click(qtbot, heatmap, 1.8, 2.0) == [2, 0]


def test_nothing_known_yet_draws_nothing(qtbot, heatmap):
    heatmap.show_values(np.full((2, 1), np.nan), ["-", "-"], (("first", ["a", "b"]),), None)
    heatmap.show_values(
        np.full((2, 2), np.nan), ["-"] * 4, (("a", ["1", "2"]), ("b", ["1", "2"])), None
    )
    qtbot.wait(50)
    assert np.isnan(heatmap.values).all()
