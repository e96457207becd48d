"""What is written keeps its order where one reads from the right."""

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QTextLayout, QTextOption

from ml4t_desktop.session.direction import back, onwards, read_from_right
from ml4t_desktop.session.formats import compact, format_value
from ml4t_desktop.session.plain_tables import plain_value

ENGLISH = QLocale("en_US")


@pytest.fixture
def from_right():
    read_from_right(is_on=True)
    yield
    read_from_right(is_on=False)


def places(text: str) -> dict[str, float]:
    """Return where the characters of a text stand among words from the right, from left to right."""
    layout = QTextLayout(text)
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.RightToLeft)
    layout.setTextOption(option)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    found = {}
    for place, letter in enumerate(text):
        at = line.cursorToX(place)
        assert isinstance(at, tuple)
        found[letter] = float(at[0])
    return found


def test_signs_stand_before_digits_and_units_after_them(qapp, from_right):
    drawn = places(format_value(-0.0265, "percent", ENGLISH))
    assert drawn["-"] < drawn["2"] < drawn["5"] < drawn["%"]


def test_a_short_number_keeps_its_order_too(qapp, from_right):
    drawn = places(compact(-1_250_000.0, ENGLISH))
    assert drawn["-"] < drawn["1"] < drawn["M"]


def test_without_it_a_sign_would_stand_behind(qapp):
    drawn = places("-2.65 %")
    assert drawn["2"] < drawn["-"]


def test_a_number_that_was_kept_together_is_read_as_a_number(from_right):
    assert plain_value(format_value(-0.0265, "percent", ENGLISH), ENGLISH) == -0.0265


def test_what_points_back_points_to_where_one_began_to_read(from_right):
    assert (back(), onwards()) == ("▸", "◂")
    read_from_right(is_on=False)
    assert (back(), onwards()) == ("◂", "▸")
