"""No text is cut silently, in the language with the longest words, with large letters, on a small screen."""

import gettext

import pytest
from PySide6.QtWidgets import QTabBar

from ml4t_desktop.app.docking.panels import PANELS
from ml4t_desktop.session.language import speak
from ml4t_desktop.session.request.steps import Step
from tests.journeys.clipped import clipped
from tests.journeys.pseudo import PseudoCatalogue
from tests.journeys.window import Analyst

SMALL = (1280, 720)
LARGE_TEXT = 150
LOOKS = 4


@pytest.fixture
def hard_pressed(qtbot, tmp_path):
    """An analyst whose texts are 40 % longer than the English ones and half as large again."""
    speak(PseudoCatalogue())
    analyst = Analyst(qtbot, tmp_path)
    analyst.session.settings.choose("text_size", LARGE_TEXT)
    analyst.window.resize(*SMALL)
    yield analyst
    analyst.session.settings.choose("text_size", 100)
    analyst.leave()
    speak(gettext.NullTranslations())


def test_every_text_can_be_read_or_says_in_a_tip_what_is_cut(hard_pressed):
    window = hard_pressed.window
    found = dict.fromkeys(clipped(window), "welcome")
    assert window.width() == SMALL[0], "the window is wider than the screen"
    hard_pressed.open_sample()
    hard_pressed.run()
    trades = hard_pressed.session.results.run.result.trades
    hard_pressed.session.results.select_trade(int(trades["trade_id"][10]))
    for step in Step:
        window.show_step(step)
        found |= dict.fromkeys(settled(hard_pressed, window.setup), step.value)
    for panel in PANELS:
        window.show_panel(panel.key)
        found |= dict.fromkeys(settled(hard_pressed, window.docks.docks[panel.key]), panel.title)
    around = (window.run_line, window.progress, *window.findChildren(QTabBar, "dock_tabs"))
    found |= {finding: "around" for widget in around for finding in clipped(widget)}

    assert [f"{where}: {finding}" for finding, where in found.items()] == []
    assert window.width() == SMALL[0], "the window is wider than the screen"


def settled(analyst, widget) -> list[str]:
    """What is cut once everything has its place; what a job brings is laid out in a later turn."""
    findings: list[str] = []
    for _ in range(LOOKS):
        analyst.wait()
        findings = list(clipped(widget))
        if not findings:
            break
        analyst.qtbot.wait(100)
    return findings
