from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from ml4t_desktop.views.elided import ElidedLabel
from ml4t_desktop.views.growing import GrowingColumn, laid_out_once

HIGH = 400


def shown_page(qtbot):
    """A scroll area 100 pixels high with a page on which something high is hidden."""
    page, high = QWidget(), QWidget()
    high.setFixedSize(QSize(50, HIGH))
    high.hide()
    column = GrowingColumn(page)
    column.addWidget(QLabel("above"))
    column.addWidget(high)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(page)
    qtbot.addWidget(area)
    area.resize(200, 100)
    area.show()
    return area, page, high


def test_a_page_has_its_height_before_the_next_picture_of_it(qtbot):
    _area, page, high = shown_page(qtbot)

    high.show()

    assert page.height() >= HIGH
    assert high.height() == HIGH


def test_parts_that_appear_together_are_laid_out_once(qtbot):
    _area, page, high = shown_page(qtbot)
    with laid_out_once(page):
        high.show()
        assert page.height() < HIGH

    assert page.height() >= HIGH
    assert page.layout().isEnabled()


def test_a_line_without_room_ends_in_an_ellipsis_and_says_all_in_its_tip(qtbot):
    label = ElidedLabel("Probabilistic Sharpe ratio")
    qtbot.addWidget(label)
    label.show()
    label.resize(label.sizeHint())
    assert label.toolTip() == ""

    label.resize(60, 20)

    assert label.elided().endswith("…")
    assert label.toolTip() == "Probabilistic Sharpe ratio"
