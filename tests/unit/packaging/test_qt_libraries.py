import os
import shutil
import sys

import pytest


@pytest.fixture(autouse=True)
def linux_without_libraries(qt_libraries, monkeypatch):
    """A Debian on which every library is there but those a test takes away."""
    monkeypatch.setattr(sys, "platform", "linux")
    gone: set[str] = set()
    monkeypatch.setattr(qt_libraries, "_loads", lambda library: library not in gone)
    monkeypatch.setattr(qt_libraries, "has_font", lambda: True)
    return gone


def debian(monkeypatch, *, root: bool) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "apt-get" else None)
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)


def test_nothing_is_installed_where_nothing_is_missing(qt_libraries, monkeypatch):
    monkeypatch.setattr(qt_libraries, "_install", lambda *_: pytest.fail("installed something"))
    qt_libraries.provide(display=True)


def test_root_installs_what_is_missing_and_no_more(
    qt_libraries, monkeypatch, linux_without_libraries
):
    debian(monkeypatch, root=True)
    linux_without_libraries |= {"libEGL.so.1", "libxcb-cursor.so.0"}
    ran: list[list[str]] = []

    def install(command: list[str], _packages: list[str]) -> None:
        ran.append(command)
        linux_without_libraries.clear()

    monkeypatch.setattr(qt_libraries, "_install", install)
    qt_libraries.provide(display=False)
    assert ran == [
        ["apt-get", "install", "-y", "--no-install-recommends", "libegl1", "libxcb-cursor0"]
    ]


def test_a_user_without_sudo_is_given_the_exact_command(
    qt_libraries, monkeypatch, linux_without_libraries
):
    debian(monkeypatch, root=False)
    linux_without_libraries |= {"libEGL.so.1", "libGL.so.1"}
    with pytest.raises(qt_libraries.LibrariesMissing) as caught:
        qt_libraries.provide(display=False)
    said = str(caught.value)
    assert "libEGL.so.1, libGL.so.1" in said
    assert "sudo apt-get update && sudo apt-get install -y libegl1 libgl1" in said


def test_without_a_display_what_only_a_window_needs_is_but_a_note(
    qt_libraries, monkeypatch, linux_without_libraries, capsys
):
    debian(monkeypatch, root=False)
    linux_without_libraries.add("libxcb-cursor.so.0")
    qt_libraries.provide(display=False)
    assert "sudo apt-get install -y libxcb-cursor0" in capsys.readouterr().out
    with pytest.raises(qt_libraries.LibrariesMissing):
        qt_libraries.provide(display=True)


def test_a_system_without_apt_is_told_the_libraries(
    qt_libraries, monkeypatch, linux_without_libraries
):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    linux_without_libraries.add("libEGL.so.1")
    with pytest.raises(qt_libraries.LibrariesMissing, match=r"libEGL.so.1.*package tool"):
        qt_libraries.provide(display=False)


def test_a_system_without_fonts_gets_one(qt_libraries, monkeypatch):
    monkeypatch.setattr(qt_libraries, "has_font", lambda: False)
    assert qt_libraries.missing_packages(display=False) == ["fonts-dejavu-core"]


def test_sudo_without_a_password_is_used(qt_libraries, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(qt_libraries, "_quietly", lambda _command: 0)
    assert qt_libraries.install_command(["libegl1"])[:4] == ["sudo", "-n", "apt-get", "install"]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_bring_what_qt_needs(
    qt_libraries, monkeypatch, linux_without_libraries, platform
):
    monkeypatch.setattr(sys, "platform", platform)
    linux_without_libraries.add("libEGL.so.1")
    qt_libraries.provide(display=True)
