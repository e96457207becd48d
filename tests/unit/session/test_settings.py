from pathlib import Path

import pytest

from ml4t_desktop.session.layouts import Layout
from ml4t_desktop.session.settings import Settings, SettingsStore, settings_path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "conf" / "settings.toml"


def test_what_is_remembered_is_there_at_the_next_start(qapp, path):
    store = SettingsStore(path)
    layout = Layout(state="bGF5", closed=("price",), is_paired=False)
    store.choose_theme("dark")
    store.remember_file(Path("/a.toml"))
    store.remember_window("Z2Vv", layout)

    assert SettingsStore(path).settings == Settings(
        theme="dark", recent_files=("/a.toml",), geometry="Z2Vv", layout=layout
    )


def test_the_latest_file_comes_first_once_and_ten_are_kept(qapp, path):
    store = SettingsStore(path)
    for number in range(12):
        store.remember_file(Path(f"/{number}.toml"))
    store.remember_file(Path("/5.toml"))

    recent = store.settings.recent_files
    assert recent[:3] == ("/5.toml", "/11.toml", "/10.toml")
    assert len(recent) == len(set(recent)) == 10


@pytest.mark.parametrize(
    "text", ["theme = ", 'theme = "pink"\nrecent_files = 3\ngeometry = 1', "\x00"]
)
def test_a_damaged_file_gives_the_defaults(qapp, path, text):
    path.parent.mkdir()
    path.write_text(text)

    assert SettingsStore(path).settings == Settings()


def test_the_arrangement_of_another_layout_is_forgotten(qapp, path):
    path.parent.mkdir()
    path.write_text('layout_version = 0\nlayout = "x"\ntheme = "light"\n')

    assert SettingsStore(path).settings == Settings(theme="light")


def test_a_change_is_told_once(qapp, path):
    store, told = SettingsStore(path), []
    store.settings_changed.connect(told.append)

    store.choose_theme("dark")
    store.choose_theme("dark")

    assert [item.theme for item in told] == ["dark"]


def test_settings_that_cannot_be_written_do_not_stop_anyone(qapp, tmp_path):
    (tmp_path / "file").write_text("")
    store = SettingsStore(tmp_path / "file" / "settings.toml")

    store.choose_theme("dark")

    assert store.settings.theme == "dark"


def test_settings_are_kept_in_the_users_configuration_folder(own_folders):
    assert settings_path().is_relative_to(own_folders)
