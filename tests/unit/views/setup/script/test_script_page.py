"""The step Strategy with a Python file: a form made from its declarations, and the question of trust."""

from datetime import date
from functools import partial

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QCheckBox, QPushButton

from ml4t_desktop.errors import SourceLine, StrategyFailed
from ml4t_desktop.files.scripts.script import read_script
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.setup.editors import Choice, MomentBox, NumberBox
from ml4t_desktop.views.setup.script.script_page import ScriptPage
from ml4t_desktop.views.setup.script.script_panel import ScriptPanel
from ml4t_desktop.views.setup.script.script_trust import TrustDialog
from tests.unit.project.scripts.strategies import HEAD, write
from tests.unit.session.fakes import ready_session, settle

TEXT = HEAD + (
    "class Own(Strategy):\n"
    '    """Does as it is told."""\n'
    "    share = Parameter(0.5, low=0.0, high=1.0, unit='%', help='How much')\n"
    "    days = Parameter(5, low=1, high=9)\n"
    "    mode = Parameter('slow', choices=['slow', 'fast'])\n"
    "\n"
    "    def on_event(self, event):\n"
    "        return 5\n"
)


@pytest.fixture
def session(qtbot, tmp_path):
    made = ready_session(qtbot, tmp_path)
    made.scripts.open(write(tmp_path, TEXT))
    settle(qtbot, made)
    yield made
    made.close()


@pytest.fixture
def page(qtbot, session):
    made = ScriptPage(session)
    qtbot.addWidget(made)
    made.show()
    return made


def box(page, name):
    return page.findChild(NumberBox, f"strategy.python.parameters.{name}")


def test_every_declaration_has_its_field_with_bounds_and_unit(page):
    share, days = box(page, "share"), box(page, "days")
    assert (share.value(), share.minimum(), share.maximum(), share.suffix()) == (50, 0, 100, " %")
    assert (days.value(), days.minimum(), days.maximum(), days.decimals()) == (5, 1, 9, 0)
    assert share.toolTip() == "How much"
    assert page.findChild(Choice, "strategy.python.parameters.mode").count() == 2


def test_a_value_that_is_set_is_in_the_request_and_can_be_given_back(page, session):
    box(page, "share").setValue(25.0)
    box(page, "days").setValue(7)
    page.refresh()
    assert session.request.draft.get("strategy.python.parameters") == {"share": 0.25, "days": 7}
    page.findChild(QPushButton, "script_defaults").click()
    assert box(page, "share").value() == 50
    assert session.request.draft.get("strategy.python.parameters") == {}


def test_what_is_doubtful_is_said_and_what_is_not_trusted_too(page, session):
    texts = " ".join(label.text() for label in page.findChildren(type(page._warnings)))
    assert "returns a value in line 11" in texts
    assert "not run before you have agreed" in texts
    session.scripts.agree()
    assert page.findChild(QPushButton, "script_trust").isHidden()


def test_trust_is_given_by_the_button_and_by_nothing_else(qtbot, tmp_path):
    given = []
    for name in ("trust_refuse", "trust_agree"):
        script = read_script(write(tmp_path, TEXT))
        dialog = TrustDialog(script, LIGHT, partial(given.append, name), is_changed=True)
        dialog.open()
        assert not dialog.findChild(QPushButton, "trust_agree").isDefault()
        dialog.findChild(QPushButton, name).click()
    assert given == ["trust_agree"]


def test_a_failure_marks_its_line_and_lines_can_be_clicked(qtbot, session, tmp_path):
    panel = ScriptPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    path = session.scripts.path
    lines = (SourceLine(path, 10, "on_event", "a()"), SourceLine(path, 11, "a", "return 5"))
    session.scripts.end_run(StrategyFailed("ValueError: no", lines))
    qtbot.waitUntil(lambda: panel.source.marked_line == 11)
    assert "ValueError: no" in panel.failure.toPlainText()
    from PySide6.QtCore import QUrl

    panel.failure.anchorClicked.emit(QUrl(f"{QUrl.fromLocalFile(str(path)).path()}#10"))
    assert panel.source.marked_line == 10
    panel.apply_theme(DARK)
    session.scripts.begin_run()
    qtbot.waitUntil(lambda: panel.source.marked_line == 0)
    session.scripts.end_run()


def test_dates_and_what_may_be_left_out_have_fields_that_say_so(qtbot, page, session, tmp_path):
    (tmp_path / "more").mkdir()
    text = HEAD + (
        "from datetime import date\n"
        "class Own(Strategy):\n"
        "    def __init__(self, begin: date = date(2018, 1, 31), end: date | None = None,\n"
        "                 stop: float | None = None, calm: bool | None = None, note: str | None = None,\n"
        "                 level: float = 0.02):\n"
        "        pass\n"
    )
    session.scripts.open(write(tmp_path / "more", text))
    settle(qtbot, session)
    key = "strategy.python.parameters"
    tick = {
        name: page.findChild(QCheckBox, f"{key}.{name}.tick") for name in ("begin", "end", "stop")
    }
    assert [tick["begin"].isHidden(), tick["end"].isHidden()] == [True, False]
    assert not tick["end"].isChecked()

    page.findChild(MomentBox, f"{key}.begin").setDate(QDate(2020, 5, 4))
    tick["end"].click()
    tick["stop"].click()
    choice = page.findChild(Choice, f"{key}.calm")
    choice.setCurrentIndex(choice.findData(False))
    choice.activated.emit(choice.currentIndex())

    values = session.request.draft.request().strategy.python.parameters
    assert values == {
        "begin": date(2020, 5, 4),
        "end": date(2000, 1, 1),
        "stop": 0.1,
        "calm": False,
    }
    tick["stop"].click()
    assert "stop" not in session.request.draft.get(key)
    assert box(page, "level").singleStep() == pytest.approx(0.01)
