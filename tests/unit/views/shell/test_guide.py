"""The guide in its window."""

import pytest
from PySide6.QtCore import QUrl

from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.session.window.guide import page, pages
from ml4t_desktop.views.shell.guide import GuideWindow


@pytest.fixture
def guide(qtbot):
    guide = GuideWindow(LIGHT)
    qtbot.addWidget(guide)
    guide.show_page()
    return guide


def listed(guide):
    return [guide.contents.item(i).text() for i in range(guide.contents.count())]


def test_it_begins_with_the_first_backtest_and_lists_every_page(guide):
    assert guide.page_name == "first_backtest"
    assert listed(guide) == [item.title for item in pages()]


def test_a_link_leads_to_its_page_and_back_to_the_one_before(guide):
    guide.text.anchorClicked.emit(QUrl("leaks.md"))
    assert guide.page_name == "leaks"
    assert guide.back.isEnabled()

    guide.back.click()

    assert guide.page_name == "first_backtest"
    assert not guide.back.isEnabled()


def test_what_is_found_is_listed_and_opens_its_page(guide):
    guide.words.setText("wilson")
    hits = listed(guide)
    assert hits

    guide.contents.itemClicked.emit(guide.contents.item(0))
    assert guide.page_name in {item.name for item in pages()}

    guide.words.clear()
    assert len(listed(guide)) == len(pages())


def test_words_that_are_nowhere_are_answered(guide):
    guide.words.setText("qwertzuiop")

    assert "Nothing was found" in listed(guide)[0]


def test_every_page_can_be_shown_in_both_themes(guide):
    for theme in (LIGHT, DARK):
        guide.apply_theme(theme)
        for item in pages():
            guide.show_page(item.name)
            assert page(item.name).title in guide.text.toPlainText()
