import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from ml4t_desktop.errors import Problem
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.views.shell.messages import MessageStrip

BAD = Problem(where="p.csv, column 'close', row 7", what="is <not> a number", fix="Mend it")
DOUBT = Problem(where="c.csv", what="covers few bars", severity="warning")


@pytest.fixture
def notices(qapp):
    return NoticeStore()


@pytest.fixture
def strip(qtbot, notices):
    window = QWidget()
    qtbot.addWidget(window)
    made = MessageStrip(notices, window)
    window.show()
    yield made
    window.close()


def texts(strip):
    return [label.text() for label in strip.findChildren(QLabel)]


def test_the_strip_is_there_only_while_there_is_something_to_say(strip, notices):
    assert not strip.isVisible()
    notices.show("Not good", [Notice(BAD)])
    assert strip.isVisible()
    strip.findChild(QToolButton, "messages.close").click()

    assert not strip.isVisible()
    assert notices.message is None


def test_every_problem_is_shown_with_its_place_and_what_to_do(strip, notices):
    notices.show("Not good", [Notice(BAD), Notice(DOUBT)])

    assert "Not good" in texts(strip)
    assert "p.csv, column 'close', row 7: is <not> a number. Mend it" in texts(strip)
    assert "c.csv: covers few bars" in texts(strip)
    assert strip.property("severity") == "error"


def test_a_single_problem_and_its_headline_are_one_paragraph(strip, notices):
    notices.show("Not <good>", [Notice(BAD)])

    title = strip.findChild(QLabel, "messages.title")
    assert title is not None
    assert not title.isVisible()
    assert any(
        "Not &lt;good&gt;" in text and "is &lt;not&gt; a number. Mend it" in text
        for text in texts(strip)
    )

    notices.show("Not good", [Notice(BAD), Notice(DOUBT)])
    assert title.isVisible()


def test_a_problem_leads_to_the_step_where_it_can_be_mended(strip, notices):
    asked = []
    strip.step_asked.connect(asked.append)
    notices.show("Not good", [Notice(DOUBT, Step.CONTEXT)])

    strip.findChild(QPushButton, "messages.step.context").click()

    assert asked == [Step.CONTEXT]


def test_the_message_can_be_copied(strip, notices):
    notices.show("Not good", [Notice(BAD), Notice(DOUBT)])

    strip._copy.click()

    assert QGuiApplication.clipboard().text() == notices.message.text()


def test_many_problems_are_scrolled_and_leave_room_for_the_rest(strip, notices):
    notices.show("Not good", [Notice(BAD, Step.DATA)] * 50)

    assert strip.sizeHint().height() < 300
