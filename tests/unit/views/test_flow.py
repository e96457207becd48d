import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ml4t_desktop.views.flow import FlowLayout


class Block(QWidget):
    """A widget of a fixed size."""

    def __init__(self, width):
        super().__init__()
        self._width = width

    def sizeHint(self):  # noqa: N802 (Qt's)
        return QSize(self._width, 20)

    def minimumSizeHint(self):  # noqa: N802 (Qt's)
        return QSize(20, 20)


@pytest.fixture
def bar(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.flow = FlowLayout(made, spacing=10)
    made.blocks = [Block(100) for _ in range(3)]
    for block in made.blocks:
        made.flow.addWidget(block)
    return made


def places(bar):
    return [(block.x(), block.y()) for block in bar.blocks]


def shown(bar, width):
    bar.resize(width, 100)
    bar.show()


def test_what_has_room_stands_in_one_line(bar):
    shown(bar, 320)

    assert places(bar) == [(0, 0), (110, 0), (220, 0)]


def test_what_has_none_goes_on_in_the_next_line(bar):
    shown(bar, 319)

    assert places(bar) == [(0, 0), (110, 0), (0, 30)]
    assert bar.flow.heightForWidth(319) == 50
    assert bar.flow.heightForWidth(320) == 20


def test_what_is_hidden_takes_no_room(bar):
    bar.blocks[1].hide()
    shown(bar, 210)

    assert (bar.blocks[2].x(), bar.blocks[2].y()) == (110, 0)


def test_what_follows_a_stretch_stands_at_the_end_of_its_line(bar):
    bar.flow.add_stretch()
    last = Block(50)
    bar.flow.addWidget(last)
    shown(bar, 500)

    assert (last.x(), last.y()) == (450, 0)


def test_lines_begin_on_the_right_where_people_read_so(bar):
    bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    shown(bar, 320)

    assert places(bar) == [(220, 0), (110, 0), (0, 0)]


def test_something_wider_than_the_line_is_no_wider_than_it(bar):
    shown(bar, 60)

    assert [block.width() for block in bar.blocks] == [60, 60, 60]


def test_a_panel_gives_the_bar_the_height_of_its_lines(bar, qtbot):
    panel = QWidget()
    qtbot.addWidget(panel)
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    below = Block(10)
    column.addWidget(bar)
    column.addWidget(below, 1)
    panel.resize(210, 300)
    panel.show()

    assert below.y() >= 50
    bar.setParent(None)
