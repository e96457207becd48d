import pytest
from PySide6.QtWidgets import QPushButton

from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.views.shell.welcome import Welcome


@pytest.fixture
def settings(qapp, tmp_path):
    return SettingsStore(tmp_path / "settings.toml")


def recent(welcome):
    return [
        button
        for button in welcome.findChildren(QPushButton)
        if button.objectName().startswith("welcome.recent.")
    ]


def test_requests_that_were_open_before_are_offered_when_they_are_there(qtbot, settings, tmp_path):
    there = tmp_path / "a&b.toml"
    there.write_text("")
    welcome = Welcome(settings)
    qtbot.addWidget(welcome)
    assert recent(welcome) == []

    settings.remember_file(tmp_path / "gone.toml")
    settings.remember_file(there)

    (button,) = recent(welcome)
    assert button.text().startswith("a&&b.toml")
    assert button.toolTip() == str(there)
    with qtbot.waitSignal(welcome.file_asked) as asked:
        button.click()
    assert asked.args == [str(there)]


def test_the_welcome_shows_that_files_can_be_dropped(qtbot, settings):
    welcome = Welcome(settings)
    qtbot.addWidget(welcome)

    welcome.set_dropping(is_on=True)

    assert welcome._box.property("dropping") is True
