import pytest
from PySide6.QtWidgets import QPushButton, QToolButton

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


def test_requests_that_were_open_before_are_offered_and_those_that_are_gone_say_so(
    qtbot, settings, tmp_path
):
    there = tmp_path / "a&b.toml"
    there.write_text("")
    welcome = Welcome(settings)
    qtbot.addWidget(welcome)
    assert recent(welcome) == []

    settings.remember_file(tmp_path / "gone.toml")
    settings.remember_file(there)

    button, gone = recent(welcome)
    assert gone.text() == "gone.toml   ·   not there any more"
    assert not gone.isEnabled()
    assert button.text().startswith("a&&b.toml")
    assert button.toolTip() == str(there)
    with qtbot.waitSignal(welcome.file_asked) as asked:
        button.click()
    assert asked.args == [str(there)]


def test_one_request_is_forgotten_and_its_file_stays(qtbot, settings, tmp_path):
    (tmp_path / "a.toml").write_text("x")
    settings.remember_file(tmp_path / "gone.toml")
    settings.remember_file(tmp_path / "a.toml")
    welcome = Welcome(settings)
    qtbot.addWidget(welcome)

    welcome.findChild(QToolButton, "welcome.forget.gone.toml").click()

    assert settings.settings.recent_files == (str(tmp_path / "a.toml"),)
    qtbot.waitUntil(lambda: len(recent(welcome)) == 1)
    welcome.findChild(QToolButton, "welcome.forget.a.toml").click()
    assert settings.settings.recent_files == ()
    assert (tmp_path / "a.toml").read_text() == "x"


def test_the_welcome_shows_that_files_can_be_dropped(qtbot, settings):
    welcome = Welcome(settings)
    qtbot.addWidget(welcome)

    welcome.set_dropping(is_on=True)

    assert welcome._box.property("dropping") is True
