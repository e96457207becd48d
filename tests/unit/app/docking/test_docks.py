import itertools

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar, QVBoxLayout, QWidget

from ml4t_desktop.app.docking.arrangements import (
    ARRANGEMENTS,
    CHART,
    REVIEW,
    SET_UP,
    Tabs,
    keys_of,
    shared_out,
)
from ml4t_desktop.app.docking.docks import DockHost
from ml4t_desktop.app.docking.groups import GROUPS
from ml4t_desktop.app.docking.panels import PANELS
from ml4t_desktop.app.screens import placed
from ml4t_desktop.session.layouts import Layout

KEYS = {item.key for item in PANELS}


class Room:
    """Docks with panels that only count how often they are made."""

    def __init__(self, qtbot):
        self.made = []
        self.host = DockHost(self._make, QApplication.instance())
        qtbot.addWidget(self.host)
        self.host.resize(1440, 800)

    def _make(self, item):
        self.made.append(item.key)
        widget = QWidget()
        QVBoxLayout(widget).addWidget(QLineEdit(item.key))
        return widget

    @property
    def seen(self):
        return {key for key, dock in self.host.docks.items() if dock.is_seen}

    def rect(self, key):
        dock = self.host.docks[key]
        return QRect(dock.pos(), dock.size())


@pytest.fixture
def room(qtbot):
    made = Room(qtbot)
    made.host.show()
    return made


def test_only_the_panels_that_are_seen_are_made(room):
    assert set(room.made) == {"setup", "data"}

    room.host.show_panel("leaks")

    assert set(room.made) == {"setup", "data", "leaks"}
    assert room.host.panels["leaks"].isVisible()
    assert not room.host.panels["data"].isVisible()


def test_panels_that_are_there_are_gone_through_without_making_others(room):
    assert [panel.findChild(QLineEdit).text() for panel in room.host.panels.made()] == [
        "setup",
        "data",
    ]
    assert set(room.made) == {"setup", "data"}


def test_nothing_is_made_as_long_as_nobody_sees_the_docks(qtbot):
    assert Room(qtbot).made == []


@pytest.mark.parametrize("asked", ARRANGEMENTS, ids=lambda item: item.key)
def test_every_panel_has_a_place_in_every_arrangement(room, asked):
    room.host.arrange(asked)

    assert set(keys_of(asked.root, asked.root)) == KEYS
    assert room.host.docks[asked.front].is_seen
    for key in KEYS:
        room.host.show_panel(key)
        assert room.host.docks[key].is_seen, key


def test_the_set_up_is_on_the_left_and_wide_enough(room, qtbot):
    qtbot.waitUntil(lambda: abs(room.rect("setup").width() - 440) < 20)

    assert room.rect("data").left() > room.rect("setup").right()


def test_the_chart_is_below_the_trades_and_comes_and_goes_with_them(room, qtbot):
    assert "price" not in room.seen

    room.host.show_panel("trades")
    assert {"trades", "price"} <= room.seen
    qtbot.waitUntil(lambda: room.rect("price").height() > room.rect("trades").height())
    assert room.rect("price").top() > room.rect("trades").bottom()

    room.host.show_panel("overview")
    assert "price" not in room.seen


def test_a_chart_that_is_asked_for_first_has_its_height_too(room, qtbot):
    room.host.show_panel("price")

    qtbot.waitUntil(lambda: room.rect("price").height() > room.rect("trades").height())


def test_a_chart_that_its_reader_closed_stays_closed_until_it_is_asked_for(room):
    room.host.show_panel("trades")
    room.host.docks["price"].close()
    room.host.show_panel("data")
    room.host.show_panel("trades")
    assert "price" not in room.seen

    room.host.show_panel("price")
    room.host.show_panel("data")
    room.host.show_panel("trades")
    assert "price" in room.seen


def test_a_chart_that_was_taken_out_of_the_window_stays_there(room, qtbot):
    room.host.show_panel("trades")
    room.host.docks["price"].take_out()

    room.host.show_panel("data")

    assert "price" in room.seen
    assert room.host.docks["price"].isFloating()


def test_in_the_other_arrangements_the_chart_stays_whatever_tab_is_chosen(room):
    for asked in (REVIEW, CHART):
        room.host.arrange(asked)
        for key in ("breakdowns", "trades", "overview"):
            room.host.show_panel(key)
            assert "price" in room.seen
        assert "setup" not in room.seen


def test_an_arrangement_is_had_again_as_it_was(room):
    room.host.arrange(REVIEW)
    room.host.show_panel("breakdowns")
    room.host.docks["price"].close()
    before = room.seen
    kept = room.host.layout_now()
    room.host.arrange(SET_UP)

    assert room.host.restore(kept)

    assert room.seen == before
    room.host.show_panel("trades")
    assert "price" not in room.seen


def test_a_panel_that_a_remembered_arrangement_does_not_know_is_among_the_tabs(qtbot, monkeypatch):
    without = tuple(item for item in PANELS if item.key != "leaks")
    for module in ("docks", "arrangements"):
        monkeypatch.setattr(f"ml4t_desktop.app.docking.{module}.PANELS", without)
    old = Room(qtbot)
    old.host.show()
    old.host.show_panel("trades")
    kept = old.host.layout_now()
    monkeypatch.undo()

    new = Room(qtbot)
    new.host.show()
    assert new.host.restore(kept)
    assert {"setup", "trades", "price"} == new.seen

    new.host.show_panel("leaks")
    assert {"setup", "leaks"} == new.seen


@pytest.mark.parametrize("state", ["", "bm90aGluZw==", "%%%"])
def test_a_damaged_arrangement_gives_that_of_the_first_start(room, state):
    assert not room.host.restore(Layout(state=state))

    assert room.seen == {"setup", "data"}


def test_a_panel_alone_has_a_bar_and_one_under_a_tab_has_none(room, qtbot):
    docks = room.host.docks
    qtbot.waitUntil(lambda: docks["setup"].titleBarWidget().height() > 20)
    assert docks["data"].titleBarWidget().height() == 0

    room.host.arrange(CHART)
    assert docks["price"].titleBarWidget().isVisible()

    docks["price"].take_out()
    qtbot.waitUntil(lambda: docks["price"].titleBarWidget() is None)
    docks["price"].setFloating(False)
    qtbot.waitUntil(lambda: docks["price"].titleBarWidget() is not None)


def test_a_click_of_the_middle_button_closes_a_panel(room, qtbot):
    bar = room.host.findChild(QTabBar, "dock_tabs")
    place = next(i for i in range(bar.count()) if bar.tabText(i) == "Leaks")
    point = QPointF(bar.tabRect(place).center())
    for kind in (QMouseEvent.Type.MouseButtonPress, QMouseEvent.Type.MouseButtonRelease):
        button = Qt.MouseButton.MiddleButton
        event = QMouseEvent(
            kind, point, bar.mapToGlobal(point), button, button, Qt.KeyboardModifier.NoModifier
        )
        room.host._tabs.eventFilter(bar, event)

    assert room.host.docks["leaks"].isHidden()


def test_the_menu_of_a_tab_takes_out_closes_and_lists_the_others(room, qtbot):
    dock = room.host.docks["leaks"]
    menu = room.host._tabs.menu_for(dock)
    qtbot.addWidget(menu)

    titles = [action.text() for action in menu.actions() if action.text()]
    assert titles[:2] == ["Take out of the window", "Close"]
    assert set(titles[2:]) == {item.title for item in PANELS}


def test_the_keyboard_goes_round_the_panels_that_are_seen(room, qtbot):
    room.host.activateWindow()
    room.host.show_panel("trades")
    visited = []
    for _ in range(4):
        room.host.handlers()["panel.next"]()
        visited.append(room.host.current)

    assert set(visited[:3]) == {"setup", "trades", "price"}
    assert visited[3] == visited[0]
    room.host.handlers()["panel.previous"]()
    assert room.host.current == visited[2]


def test_the_panel_with_the_keyboard_is_closed_and_taken_out(room):
    room.host.focus_panel("leaks")
    room.host.handlers()["panel.close"]()
    assert room.host.docks["leaks"].isHidden()

    room.host.focus_panel("setup")
    room.host.handlers()["panel.float"]()
    assert room.host.docks["setup"].isFloating()
    room.host.handlers()["panel.float"]()
    assert not room.host.docks["setup"].isFloating()


@pytest.mark.parametrize(
    ("room", "unit", "sizes"),
    [
        (780, 15.0, [300, 480]),  # as it was meant
        (550, 15.0, [240, 310]),  # a small screen: the table keeps its lines
        (550, 22.0, [275, 275]),  # large letters: neither has what it needs
    ],
)
def test_panels_have_their_shares_and_at_least_the_lines_they_need(room, unit, sizes):
    parts = (Tabs(("trades",), 300, least=16), Tabs(("price",), 480, least=14))

    assert shared_out(room, parts, unit) == sizes


def test_titles_are_told_apart():
    titles = [item.title for item in PANELS]
    assert len(set(titles)) == len(titles)
    assert all(item.shown_with in KEYS for item in PANELS if item.shown_with)


@pytest.mark.parametrize(
    ("window", "wanted"),
    [
        (QRect(10, 10, 800, 600), QRect(10, 10, 800, 600)),
        (QRect(1900, 10, 800, 600), QRect(1900, 10, 800, 600)),
        (QRect(5000, 10, 800, 600), QRect(560, 240, 800, 600)),
        (QRect(-790, 10, 800, 600), QRect(560, 240, 800, 600)),
        (QRect(0, 5000, 4000, 3000), QRect(0, 0, 1920, 1080)),
    ],
)
def test_a_window_is_moved_only_when_its_screen_is_gone(window, wanted):
    rooms = [QRect(0, 0, 1920, 1080), QRect(1920, 0, 1920, 1080)]
    assert placed(window, rooms) == wanted


def test_panels_are_seen_in_the_order_of_the_flow(room):
    bar = room.host.findChild(QTabBar, "dock_tabs")
    shown = [bar.tabText(index) for index in range(bar.count())]
    order = [item.title for item in PANELS]

    assert all(order.index(a) < order.index(b) for a, b in itertools.pairwise(shown))


def tabs_seen(room):
    bar = room.host.findChild(QTabBar, "dock_tabs")
    return [bar.tabText(place) for place in range(bar.count()) if bar.isTabVisible(place)]


def groups_seen(room):
    row = room.host.findChild(QTabBar, "panel_groups")
    if not row.isVisible():
        return []
    return [row.tabText(place) for place in range(row.count()) if row.isTabVisible(place)]


def choose_group(room, title):
    row = room.host.findChild(QTabBar, "panel_groups")
    place = next(place for place in range(row.count()) if row.tabText(place) == title)
    row.setCurrentIndex(place)


def test_every_panel_but_the_set_up_answers_one_of_the_questions():
    known = {item.key for item in GROUPS}

    assert [item.key for item in PANELS if item.group not in known] == ["setup"]
    assert {item.group for item in PANELS} - {""} == known


def test_of_many_tabs_those_of_one_group_are_seen_below_the_groups(room):
    assert groups_seen(room) == ["Data", "Result", "Trades", "Is it real?", "Runs"]
    assert tabs_seen(room) == ["Data", "Quality", "Leaks"]

    choose_group(room, "Is it real?")

    assert tabs_seen(room) == ["Signals", "Validity", "Stability"]
    assert room.host.front == "signals"


def test_every_panel_is_seen_by_its_name_after_one_choice(room):
    found = set()
    for group in groups_seen(room):
        choose_group(room, group)
        found |= set(tabs_seen(room))

    with_others = {item.title for item in PANELS if item.key in {"setup", "price"}}
    assert found == {item.title for item in PANELS} - with_others


def test_a_group_shows_the_panel_that_was_looked_at_last_in_it(room):
    room.host.show_panel("drawdowns")
    choose_group(room, "Data")
    choose_group(room, "Result")

    assert room.host.front == "drawdowns"


def test_a_panel_that_is_asked_for_brings_its_group(room):
    room.host.show_panel("sweep")

    assert tabs_seen(room) == ["History", "Compare", "Sweep", "Script"]
    row = room.host.findChild(QTabBar, "panel_groups")
    assert row.tabText(row.currentIndex()) == "Runs"


def test_a_group_whose_panels_are_closed_is_not_offered(room, qtbot):
    for key in ("signals", "validity", "stability"):
        room.host.docks[key].close()
    room.host.show_panel("overview")

    left = ["Data", "Result", "Trades", "Runs"]
    qtbot.waitUntil(lambda: groups_seen(room) == left, timeout=10_000)


def test_few_tabs_are_all_seen_and_need_no_groups(room, qtbot):
    for item in PANELS:
        if item.key not in {"setup", "data", "overview", "trades", "history"}:
            room.host.docks[item.key].close()
    room.host.show_panel("data")

    qtbot.waitUntil(lambda: groups_seen(room) == [], timeout=10_000)
    assert tabs_seen(room) == ["Data", "Overview", "Trades", "History"]


def test_the_next_tab_goes_through_every_panel_group_by_group(room):
    room.host.activateWindow()
    room.host.focus_panel("data")
    visited = [room.host.front]
    for _ in range(len(PANELS) - 2):
        room.host.handlers()["panel.next_tab"]()
        visited.append(room.host.front)

    order = [item.key for item in PANELS if item.key not in {"setup", "price"}]
    assert visited == [*order, "data"]
    room.host.handlers()["panel.previous_tab"]()
    assert room.host.front == order[-1]


@pytest.fixture
def reads_from_right(qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.usefixtures("reads_from_right")
def test_where_one_reads_from_the_right_the_set_up_is_on_the_right(qtbot):
    room = Room(qtbot)
    room.host.show()
    qtbot.waitUntil(lambda: abs(room.rect("setup").width() - 440) < 20, timeout=10_000)

    assert room.rect("setup").left() > room.rect("data").right()
    room.host.arrange(REVIEW)
    assert room.rect("trades").left() > room.rect("price").right()


@pytest.mark.usefixtures("reads_from_right")
def test_an_arrangement_of_the_other_direction_gives_that_of_the_first_start(qtbot, qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    kept = Room(qtbot).host.layout_now()
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    room = Room(qtbot)
    room.host.show()

    assert not room.host.restore(kept)
    assert room.rect("setup").left() > room.rect("data").right()
