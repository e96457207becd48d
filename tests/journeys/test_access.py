"""The window for everyone: with the keyboard alone, without seeing, or without telling colours apart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QToolBar, QWidget

from ml4t_desktop.app.dialogs import Unsaved, WindowDialogs
from ml4t_desktop.app.docking.panels import PANELS
from ml4t_desktop.errors import Problem
from ml4t_desktop.files.scripts.script import Script
from ml4t_desktop.session.notices import Notice
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.runs.results import Subset
from tests.journeys import access

ALL = (
    access.nameless, access.too_small, access.unreachable, access.trapping, access.silent_plots,
    access.links_by_mouse_alone, access.faint, access.unmarked,
)  # fmt: skip
SEEN = (access.faint, access.unmarked)


@pytest.fixture
def reviewer(analyst):
    """The analyst with the sample run and a trade chosen."""
    analyst.window.session.settings.choose_theme("light")
    analyst.open_sample()
    analyst.run()
    ids = analyst.session.results.run.result.trades["trade_id"].to_list()
    analyst.session.results.select_trade(ids[10])
    return analyst


def shown(analyst) -> Iterator[tuple[str, QWidget]]:
    """Every panel in turn, the set-up step by step."""
    for item in PANELS:
        panel = analyst.window.show_panel(item.key)
        analyst.wait()
        if item.key != "setup":
            yield item.title, panel
            continue
        for step in Step:
            analyst.window.show_step(step)
            analyst.wait()
            yield step.value, panel


def found(analyst, checks) -> list[str]:
    window = analyst.window
    return [
        f"{title}: {finding}"
        for title, panel in (("Toolbar", window.findChild(QToolBar)), *shown(analyst))
        for check in checks
        for finding in check(panel)
    ]


def test_everything_in_every_panel_has_a_name_a_size_and_a_mark_and_is_reached_by_tab(reviewer):
    assert found(reviewer, ALL) == []


def test_the_dark_window_can_be_read_and_shows_where_the_keyboard_is(reviewer):
    reviewer.session.settings.choose_theme("dark")

    assert found(reviewer, SEEN) == []


def test_gains_and_losses_are_told_by_their_signs_and_in_the_colours_that_were_chosen(reviewer):
    plain = reviewer.window.theme
    reviewer.session.settings.choose("colours", "red_green")
    theme = reviewer.window.theme
    others = {plain.gain, plain.loss} - {theme.gain, theme.loss, theme.good}

    findings = [
        f"{title}: {finding}"
        for title, panel in shown(reviewer)
        for finding in (
            *access.told_by_colour_alone(panel, theme.gain, theme.loss),
            *access.in_other_colours(panel, theme, others),
        )
    ]

    assert findings == []


def test_what_appears_above_and_below_the_panels_can_be_used_by_everyone(reviewer):
    window, session = reviewer.window, reviewer.session
    ids = session.results.run.result.trades["trade_id"].to_numpy()
    session.results.show_subset(Subset("Chosen by hand", ids[:50]))
    problem = Problem(what="column 'close' has a gap", where="prices.csv", fix="Mend the file")
    session.notices.show("The file was read, with remarks", (Notice(problem, Step.DATA),))
    reviewer.wait()

    strips = (window.messages, window.run_line, window.subset_strip, window.progress)
    assert all(strip.isVisible() for strip in strips)
    assert [finding for strip in strips for check in ALL for finding in check(strip)] == []


def test_the_welcome_and_the_panels_without_a_run_can_be_used_by_everyone(analyst):
    findings = [finding for check in ALL for finding in check(analyst.window)]

    assert findings == []


DIALOGS = {
    "preferences": lambda window: window.desk.carry_out("edit.preferences"),
    "palette": lambda window: window.desk.carry_out("help.palette"),
    "shortcuts": lambda window: window.desk.carry_out("help.shortcuts"),
    "guide": lambda window: window.desk.carry_out("help.guide"),
    "about": lambda window: WindowDialogs(window).tell("About", "<p><b>ML4T Desktop</b></p>"),
    "unsaved": lambda window: WindowDialogs(window).ask_unsaved(
        Unsaved(is_request_changed=True, runs=3, has_request_file=True), print
    ),
    "recovery": lambda window: WindowDialogs(window).ask_recovery("A request of 10:30", print),
    "name": lambda window: WindowDialogs(window).ask_text("Save the layout", "Name:", print),
    "trust": lambda window: WindowDialogs(window).ask_trust(
        Script(path=Path("strategy.py"), text="class Mine:\n    pass\n", digest=""),
        print,
        is_changed=True,
    ),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", DIALOGS)
def test_every_dialog_can_be_used_by_everyone(analyst, name, theme):
    analyst.session.settings.choose_theme(theme)
    DIALOGS[name](analyst.window)
    dialog = opened(analyst.window)
    access.activate(dialog)

    findings = [finding for check in ALL for finding in check(dialog)]
    dialog.close()

    assert findings == []


def opened(window: QWidget) -> QWidget:
    """The dialog in front of the window."""
    return next(
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible() and widget is not window and isinstance(widget, QDialog | QWidget)
    )
