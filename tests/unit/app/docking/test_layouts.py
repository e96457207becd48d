import pytest

from ml4t_desktop.session.jobs import ImmediateExecutor
from tests.unit.app.fakes import FakeDialogs, window_of


@pytest.fixture
def dialogs():
    return FakeDialogs()


@pytest.fixture
def window(qtbot, tmp_path, dialogs):
    made = window_of(qtbot, tmp_path, executor=ImmediateExecutor(), dialogs=dialogs)
    made.show_panel("data")
    yield made
    made.close()


def seen(window):
    return {key for key, dock in window.docks.docks.items() if dock.is_seen}


def test_a_layout_is_saved_under_a_name_and_chosen_from_the_menu(window, dialogs):
    window.desk.carry_out("layout.review")
    dialogs.text = "Two & two"
    window.desk.carry_out("layout.save")
    before = seen(window)
    window.desk.carry_out("layout.setup")
    assert seen(window) != before
    window.layouts.fill()

    entry = window._menus["Layout"].actions()[-1]
    assert entry.text() == "Two && two"
    entry.menu().actions()[0].trigger()

    assert seen(window) == before


def test_a_saved_layout_is_forgotten(window, dialogs):
    dialogs.text = "Mine"
    window.desk.carry_out("layout.save")
    count = len(window._menus["Layout"].actions())
    window.layouts.fill()

    window._menus["Layout"].actions()[-1].menu().actions()[-1].trigger()
    window.layouts.fill()

    assert window.session.settings.settings.layouts == {}
    assert len(window._menus["Layout"].actions()) == count


def test_a_layout_without_a_name_is_not_saved(window, dialogs):
    dialogs.text = "  "
    window.desk.carry_out("layout.save")

    assert window.session.settings.settings.layouts == {}


def test_the_layout_is_reset_to_that_of_the_first_start(window):
    first = seen(window)
    window.desk.carry_out("layout.chart")
    window.docks.docks["price"].take_out()

    window.desk.carry_out("layout.reset")

    assert seen(window) == first
    assert not window.docks.docks["price"].isFloating()


def test_a_panel_that_is_asked_for_leads_from_the_welcome_to_the_panels(qtbot, tmp_path):
    window = window_of(qtbot, tmp_path, executor=ImmediateExecutor())
    assert window.welcome.isVisible()

    window.desk.carry_out("view.setup")
    window.session.request.edit("account.initial_capital", 7.0)

    assert window.setup.isVisible()
    window.close_unasked()
