"""From a file to a finished run and on, with the keyboard alone and with the mouse alone.

Two minutes are allowed; a click is counted as two seconds, a key as half a second, since words and
numbers are among them. A file is chosen in a dialog of the system, counted as three clicks or six keys.
"""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser

from ml4t_desktop.request import load_request
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.views.setup.editors import NumberBox
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from tests.journeys.hands import Keyboard, Mouse

MOST_CLICKS, SECONDS_A_CLICK, CLICKS_A_DIALOG = 20, 2.0, 3
MOST_KEYS, SECONDS_A_KEY, KEYS_A_DIALOG = 60, 0.5, 6
MOST_SECONDS = 60.0  # of acting; looking and thinking need the other minute


@pytest.fixture
def own_file(tmp_path):
    """A file of somebody's own: the prices and predictions of the sample under another name."""
    return shutil.copy(resource_path("samples/sample_prices.parquet"), tmp_path / "mine.parquet")


def first_threshold(window) -> NumberBox:
    editor = window.findChild(ClauseEditor, "strategy.entry")
    return editor.findChild(NumberBox, "value")


def explanation(analyst) -> str:
    text = analyst.window.findChild(QTextBrowser, "why_text")
    return text.toPlainText() if text is not None else ""


def threshold(analyst) -> float:
    return analyst.session.request.draft.get("strategy.entry")["all"][0]["value"]


def with_keys(analyst, prices, target) -> Keyboard:
    """Open a file, run it, choose a trade, ask why, change a threshold, undo that, save."""
    keys = Keyboard(analyst.window)
    analyst.dialogs.files, analyst.dialogs.target = [prices], target

    keys.give("file.open")
    analyst.wait()
    keys.give("run.start")
    analyst.wait()
    assert analyst.tab == "Overview"

    keys.give("view.trades")
    analyst.wait()
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Down)
    analyst.qtbot.waitUntil(lambda: analyst.session.results.trade_id is not None, timeout=30_000)
    keys.give("view.why")
    analyst.wait()
    analyst.qtbot.waitUntil(lambda: "An entry was ordered" in explanation(analyst), timeout=30_000)

    before = threshold(analyst)
    keys.chord("Ctrl+Alt+3")
    analyst.wait()
    keys.go_to("value")
    keys.chord("Ctrl+A")
    keys.write(analyst.window.locale().toString(before + 0.05, "g", 6))
    keys.press(Qt.Key.Key_Return)
    assert threshold(analyst) == pytest.approx(before + 0.05)
    keys.give("edit.undo")
    assert threshold(analyst) == before

    keys.give("file.save")
    analyst.wait()
    return keys


def with_mouse(analyst, prices, target) -> Mouse:
    """The same, by pointing."""
    mouse = Mouse(analyst.window)
    analyst.dialogs.files, analyst.dialogs.target = [prices], target

    mouse.click("welcome.open")
    analyst.wait()
    mouse.click("run_start")
    analyst.wait()
    assert analyst.tab == "Overview"

    mouse.click_tab("panel_groups", "Trades")
    analyst.wait()
    mouse.click_row("trade_table", 2)
    analyst.qtbot.waitUntil(lambda: analyst.session.results.trade_id is not None, timeout=30_000)
    mouse.click_tab("dock_tabs", "Why")
    analyst.wait()
    analyst.qtbot.waitUntil(lambda: "An entry was ordered" in explanation(analyst), timeout=30_000)

    before = threshold(analyst)
    mouse.click_tab("steps", "Strategy")
    analyst.wait()
    analyst.qtbot.waitUntil(lambda: mouse.sees(first_threshold(analyst.window)), timeout=30_000)
    analyst.qtbot.waitUntil(  # a row that is laid out anew is out of sight for a turn
        lambda: mouse.click_arrow(first_threshold(analyst.window), is_up=False), timeout=30_000
    )
    assert threshold(analyst) < before
    mouse.choose_in_menu("Edit", "Undo")
    assert threshold(analyst) == before

    mouse.click("file_save")
    analyst.wait()
    return mouse


def check_keys(keys: Keyboard) -> None:
    print(f"{keys.presses} keys and two dialogs")
    pressed = keys.presses + 2 * KEYS_A_DIALOG
    assert pressed <= MOST_KEYS
    assert pressed * SECONDS_A_KEY <= MOST_SECONDS


def check_clicks(mouse: Mouse) -> None:
    print(f"{mouse.clicks} clicks and two dialogs")
    clicked = mouse.clicks + 2 * CLICKS_A_DIALOG
    assert clicked <= MOST_CLICKS
    assert clicked * SECONDS_A_CLICK <= MOST_SECONDS


def test_the_keyboard_alone_goes_from_a_file_to_a_saved_strategy(analyst, own_file, tmp_path):
    keys = with_keys(analyst, own_file, tmp_path / "mine.toml")

    assert load_request(tmp_path / "mine.toml").strategy is not None
    check_keys(keys)


def test_the_mouse_alone_goes_from_a_file_to_a_saved_strategy(analyst, own_file, tmp_path):
    mouse = with_mouse(analyst, own_file, tmp_path / "mine.toml")

    assert load_request(tmp_path / "mine.toml").strategy is not None
    check_clicks(mouse)


def test_one_key_goes_round_the_panels_and_another_goes_back(analyst):
    analyst.open_sample()
    analyst.run()
    keys = Keyboard(analyst.window)
    keys.give("view.trades")
    analyst.wait()
    docks = analyst.window.docks
    seen = {key for key, dock in docks.docks.items() if dock.is_seen}
    assert {"setup", "trades", "price"} <= seen

    visited = []
    for _ in seen:
        keys.give("panel.next")
        visited.append(docks.current)
        assert docks.docks[docks.current].isAncestorOf(keys.focus)
    keys.give("panel.previous")

    assert set(visited) == seen
    assert docks.current == visited[-2]


@pytest.mark.real_data
def test_the_real_file_is_run_and_understood_with_the_keyboard_alone(analyst, real_data, tmp_path):
    check_keys(with_keys(analyst, prices_of(real_data), tmp_path / "mine.toml"))


@pytest.mark.real_data
def test_the_real_file_is_run_and_understood_with_the_mouse_alone(analyst, real_data, tmp_path):
    check_clicks(with_mouse(analyst, prices_of(real_data), tmp_path / "mine.toml"))


def prices_of(real_data):
    return real_data / "data" / "sp500_2016_2021.parquet"
