import pytest
from PySide6.QtWidgets import QMenu, QWidget

from ml4t_desktop.app.recent import RecentMenu
from ml4t_desktop.session.settings import SettingsStore


@pytest.fixture
def settings(qapp, tmp_path):
    return SettingsStore(tmp_path / "settings.toml")


@pytest.fixture
def opened():
    return []


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def menu(parent, settings, opened):
    return RecentMenu(settings, opened.append, parent)


def entries(menu):
    menu.fill()
    return [action for action in menu.actions() if not action.isSeparator()]


def test_a_file_is_opened_from_the_list(menu, settings, opened, tmp_path):
    path = tmp_path / "r.toml"
    path.write_text("")
    settings.remember_file(path)

    entries(menu)[0].trigger()

    assert opened == [str(path)]


def test_two_files_of_one_name_are_told_apart_by_their_folders(menu, settings, tmp_path):
    for name in ("a/r.toml", "b/r.toml", "a&b.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
        settings.remember_file(tmp_path / name)

    titles = [action.text() for action in entries(menu)[:3]]

    assert titles == ["&1 a&&b.toml", "&2 r.toml  (b)", "&3 r.toml  (a)"]


def test_a_file_that_is_gone_says_so_and_cannot_be_chosen(menu, settings, tmp_path):
    settings.remember_file(tmp_path / "gone.toml")

    entry = entries(menu)[0]

    assert not entry.isEnabled()
    assert entry.text() == "&1 gone.toml   (not there any more)"
    assert entry.toolTip() == str(tmp_path / "gone.toml")


def test_the_list_can_be_cleared_and_no_file_is(menu, settings, tmp_path):
    path = tmp_path / "r.toml"
    path.write_text("x")
    settings.remember_file(path)

    entries(menu)[-1].trigger()

    assert [action.text() for action in entries(menu)] == ["No request was open yet"]
    assert path.read_text() == "x"


def test_one_file_is_taken_from_the_list_whether_it_is_there_or_not(menu, settings, tmp_path):
    (tmp_path / "a.toml").write_text("x")
    for name in ("a.toml", "gone.toml"):
        settings.remember_file(tmp_path / name)
    menu.fill()
    [remove] = menu.findChildren(QMenu)

    remove.actions()[0].trigger()

    assert settings.settings.recent_files == (str(tmp_path / "a.toml"),)
    assert (tmp_path / "a.toml").read_text() == "x"
