import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QToolButton

from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.session.window.commands import COMMANDS
from tests.unit.app.fakes import FakeDialogs, window_of
from tests.unit.session.fakes import settle


@pytest.fixture
def dialogs():
    return FakeDialogs()


@pytest.fixture
def window(qtbot, tmp_path, dialogs):
    made = window_of(qtbot, tmp_path, executor=ImmediateExecutor(), dialogs=dialogs)
    yield made
    made.close()


def drop(qtbot, window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))
    settle(qtbot, window.session)


def test_every_command_can_be_carried_out_and_is_in_a_menu(window):
    in_menus = {action.objectName() for menu in window._menus.values() for action in menu.actions()}

    assert window.desk.command_ids == {item.id for item in COMMANDS}
    assert window.desk.command_ids <= in_menus


def test_an_empty_window_invites_to_drop_a_file_and_says_why_it_cannot_run(window):
    run = window.actions_["run.start"]

    assert window.welcome.isVisible()
    assert not run.isEnabled()
    assert "No price file yet" in run.toolTip()
    assert "No price file yet" in window.progress.phase.text()


def test_dropped_files_are_taken_and_the_run_can_start(qtbot, window, tmp_path):
    drop(qtbot, window, tmp_path / "prices.csv", tmp_path / "context.csv")

    assert not window.welcome.isVisible()
    assert window.panels["data"].isVisible()
    assert window.actions_["run.start"].isEnabled()
    assert window.session.request.draft.context_file is not None


def test_the_toolbar_runs_and_the_result_is_shown(qtbot, window, tmp_path, monkeypatch):
    drop(qtbot, window, tmp_path / "prices.csv")
    shown = []
    window.session.runs.started.disconnect(window.docks.prepare_panels)  # the run is a fake
    window.session.results.run_changed.disconnect()
    window.session.results.run_changed.connect(shown.append)
    button = window.findChild(QToolButton, "run_start")

    with qtbot.waitSignal(window.session.runs.started):
        button.click()
    qtbot.waitUntil(lambda: shown != [])

    assert shown[0].request == window.session.request.draft.request()


def test_a_message_leads_to_its_step(qtbot, window):
    window.messages.step_asked.emit(Step.ACCOUNT)

    assert window.setup.current_step == Step.ACCOUNT


def test_the_title_names_the_file_and_says_what_is_not_saved(qtbot, window, tmp_path, dialogs):
    dialogs.target = tmp_path / "mine.toml"
    drop(qtbot, window, tmp_path / "prices.csv")
    assert window.isWindowModified()

    window.desk.carry_out("file.save")

    assert window.windowTitle() == "mine.toml[*]"
    assert not window.isWindowModified()
    assert (tmp_path / "mine.toml").is_file()
    assert window.session.settings.settings.recent_files == (str(tmp_path / "mine.toml"),)


def test_a_second_save_asks_nothing(qtbot, window, tmp_path, dialogs):
    dialogs.target = tmp_path / "mine.toml"
    drop(qtbot, window, tmp_path / "prices.csv")
    window.desk.carry_out("file.save")
    dialogs.target = None
    window.session.request.edit("account.initial_capital", 7.0)

    window.desk.carry_out("file.save")

    assert not window.isWindowModified()
    assert "initial_capital = 7.0" in (tmp_path / "mine.toml").read_text()


def test_closing_asks_about_changes_and_can_be_given_up(qtbot, window, tmp_path, dialogs):
    dialogs.answer = None
    drop(qtbot, window, tmp_path / "prices.csv")

    assert not window.close()
    assert window.isVisible()
    dialogs.answer = "discard"
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())

    assert dialogs.questions == 2
    assert not window.session.jobs.is_open


def test_closing_with_save_saves_and_closes(qtbot, window, tmp_path, dialogs):
    dialogs.answer, dialogs.target = "save", tmp_path / "kept.toml"
    drop(qtbot, window, tmp_path / "prices.csv")

    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())

    assert (tmp_path / "kept.toml").is_file()


def test_opening_a_request_does_not_lose_changes_unasked(qtbot, window, tmp_path, dialogs):
    drop(qtbot, window, tmp_path / "prices.csv")
    draft = window.session.request.draft
    other = tmp_path / "other.toml"
    other.write_text('[data]\nfiles = ["p.csv"]\n')
    dialogs.answer = None

    drop(qtbot, window, other)
    assert window.session.request.draft == draft
    dialogs.answer = "discard"
    drop(qtbot, window, other)

    assert window.session.request.path == other


def test_the_theme_is_chosen_by_command_and_ticked(window):
    window.desk.carry_out("view.theme_dark")
    assert window.theme.is_dark
    assert window.actions_["view.theme_dark"].isChecked()

    window.desk.carry_out("view.theme_light")
    assert not window.theme.is_dark
    assert not window.actions_["view.theme_dark"].isChecked()


def test_the_window_is_arranged_as_it_was(qtbot, tmp_path):
    first = window_of(qtbot, tmp_path, executor=ImmediateExecutor())
    first.show_panel("quality")
    assert first.setup.isVisible()
    first.findChild(QDockWidget, "setup_dock").close()
    first.close()

    second = window_of(qtbot, tmp_path, executor=ImmediateExecutor())
    second.show_panel("data")
    was_hidden = not second.setup.isVisible()
    second.close()

    assert was_hidden


def test_the_window_fits_a_small_screen(window):
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 800


def test_recent_requests_are_offered_and_missing_ones_cannot_be_opened(window, tmp_path):
    there = tmp_path / "there.toml"
    there.write_text("")
    window.session.settings.remember_file(tmp_path / "gone.toml")
    window.session.settings.remember_file(there)

    window._recent.fill()

    entries = [(action.text(), action.isEnabled()) for action in window._recent.actions()]
    assert entries[:2] == [("&1 there.toml", True), ("&2 gone.toml   (not there any more)", False)]


def test_the_proposed_name_of_a_request_is_that_of_its_data(qtbot, window, tmp_path, dialogs):
    drop(qtbot, window, tmp_path / "prices.csv")

    window.desk.carry_out("file.save_as")

    assert dialogs.proposed == [tmp_path / "prices.ml4t"]


def test_the_icons_of_the_toolbar_are_there():
    assert resource_path("icons/app.svg").is_file()


def test_a_setting_that_is_not_the_theme_does_not_recolour_the_window(
    window, tmp_path, monkeypatch
):
    coloured = []
    monkeypatch.setattr(window.panels["price"], "apply_theme", coloured.append)
    window.session.settings.remember_file(tmp_path / "a.toml")
    assert coloured == []
    other = "light" if window.theme.is_dark else "dark"
    window.session.settings.choose_theme(other)
    assert coloured == []  # nobody sees the panel
    assert window.panels["price"].isHidden()  # and is recoloured when it is asked for
    assert [theme.name for theme in coloured] == [other]


def test_closing_asks_about_a_request_that_lost_its_files_too(qtbot, window, tmp_path, dialogs):
    dialogs.target = tmp_path / "mine.toml"
    drop(qtbot, window, tmp_path / "prices.csv")
    window.desk.carry_out("file.save")
    window.session.request.edit("data.files", None)
    dialogs.answer = None

    assert not window.close()

    assert dialogs.questions == 1


def test_what_would_be_undone_is_in_the_menu_as_it_is_called(qtbot, window, tmp_path):
    drop(qtbot, window, tmp_path / "a&b.csv")

    action = window.actions_["edit.undo"]
    assert action.text() == "&Undo: a&&b.csv added"
    assert action.isEnabled()
    assert "There is nothing to redo" in window.actions_["edit.redo"].toolTip()
    window.desk.carry_out("file.new")
    qtbot.waitUntil(lambda: action.text() == "&Undo")
    assert not action.isEnabled()


def test_nothing_is_kept_where_no_folder_is_given(qtbot, window, own_folders, tmp_path):
    drop(qtbot, window, tmp_path / "prices.csv")

    assert window.session.autosave is None
    assert not window.actions_["file.recover"].isEnabled()
    assert not list(own_folders.rglob("recovery"))


def test_the_guide_opens_at_the_page_of_the_panel_that_is_looked_at(qtbot, window, tmp_path):
    drop(qtbot, window, tmp_path / "prices.csv")
    window.show_panel("quality")

    window.desk.carry_out("help.guide")
    assert window.help.guide.page_name == "data_quality"

    window.desk.carry_out("help.first")
    assert window.help.guide.page_name == "first_backtest"
    window.help.guide.close()


def test_coming_back_from_another_program_looks_at_changed_files_again(window, monkeypatch):
    asked = []
    monkeypatch.setattr(window.session.intake, "look_again", lambda: asked.append("again"))
    for is_active in (False, True):
        monkeypatch.setattr(window, "isActiveWindow", lambda is_active=is_active: is_active)
        QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert asked == ["again"]
