"""What only Windows or only macOS does, as far as it can be tried elsewhere."""

import ctypes
import os
import platform
import sys
from types import SimpleNamespace

import pytest

from ml4t_desktop.__main__ import provide_streams
from ml4t_desktop.app import crash_reports
from ml4t_desktop.cli import main as cli
from ml4t_desktop.engine.kernel import shipped
from ml4t_desktop.files.pieces import memory
from ml4t_desktop.project.documents import archive_writing
from ml4t_desktop.project.scripts import script_host
from ml4t_desktop.result import folder
from ml4t_desktop.session import resources

AVX2 = frozenset({"AVX2", "FMA3", "F16C"})


@pytest.fixture
def windows(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")


# The engine that comes with a build


@pytest.mark.parametrize(
    ("system", "machine", "offers", "name"),
    [
        ("win32", "AMD64", AVX2, "engine-x86-64-v3.dll"),
        ("win32", "AMD64", frozenset(), "engine-x86-64.dll"),
        ("darwin", "arm64", frozenset(), "engine-generic.dylib"),
        ("darwin", "x86_64", AVX2, "engine-x86-64-v3.dylib"),
        ("linux", "aarch64", frozenset(), "engine-generic.so"),
        ("linux", "x86_64", frozenset({"AVX2"}), "engine-x86-64.so"),
    ],
)
def test_the_engine_of_this_very_processor_is_taken(
    monkeypatch, tmp_path, system, machine, offers, name
):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(shipped, "_features", lambda: offers)
    for kind, _ in shipped.kinds_here():
        (tmp_path / shipped.library_name(kind)).touch()

    found = shipped.shipped_library.__wrapped__(tmp_path)

    assert found == tmp_path / name


def test_a_processor_nothing_was_compiled_for_is_left_to_the_compiler(monkeypatch, tmp_path):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert shipped.shipped_library.__wrapped__(tmp_path) is None


# Resources


def test_an_installed_application_has_its_resources_inside_itself(monkeypatch, tmp_path):
    package = tmp_path / "_internal" / "ml4t_desktop"
    (package / "_resources" / "icons").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.resource_path("icons/run.svg") == package / "_resources" / "icons" / "run.svg"


def test_a_checkout_has_them_beside_the_package(monkeypatch, tmp_path):
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "ml4t_desktop")
    assert resources.resource_path("help") == tmp_path / "resources" / "help"


# A display


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_windows_and_macos_have_a_display_unless_one_is_taken_away(monkeypatch, system):
    monkeypatch.setattr(sys, "platform", system)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert cli._has_display()
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert not cli._has_display()


# Nothing to print on


def test_a_window_of_windows_has_no_console_and_prints_all_the_same(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    provide_streams()
    streams = (sys.stdout, sys.stderr)

    assert cli.main(["--version"]) == 0
    assert cli.main(["run", "nothing.toml"]) == 2

    for stream in streams:
        stream.close()


def test_a_console_that_is_there_is_left_alone(capsys):
    provide_streams()
    print("said")
    assert capsys.readouterr().out == "said\n"


# Memory


def test_windows_says_how_much_memory_is_left(monkeypatch, windows):
    def tell(pointer) -> int:
        pointer._obj.available = 3_000_000_000
        return 1

    kernel = SimpleNamespace(GlobalMemoryStatusEx=tell)
    monkeypatch.setattr(ctypes, "WinDLL", {"kernel32": kernel}.__getitem__, raising=False)
    assert memory.available_memory() == 3_000_000_000
    kernel.GlobalMemoryStatusEx = lambda _pointer: 0
    assert memory.available_memory() is None


def test_where_only_the_whole_is_known_half_of_it_is_taken(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(memory, "_linux_memory", lambda: None)
    monkeypatch.setattr(memory, "_container_memory", lambda: None)
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 1_000, "SC_PAGE_SIZE": 16_384}.__getitem__)
    assert memory.available_memory() == 1_000 * 16_384 // 2


# Processes and files


def test_a_crash_on_windows_is_not_taken_for_an_exit(windows):
    assert "crashed (0xc0000005)" in script_host._end_of(0xC0000005)
    assert "exit code 3" in script_host._end_of(3)
    assert "from outside" in script_host._end_of(-15)


@pytest.mark.parametrize("module", [archive_writing, folder])
def test_folders_are_not_opened_where_that_cannot_be(monkeypatch, tmp_path, module):
    monkeypatch.setattr(module, "os", SimpleNamespace(name="nt"))
    module._sync_folder(tmp_path)


def test_on_windows_a_report_that_is_written_to_cannot_be_taken(monkeypatch, windows, tmp_path):
    path = tmp_path / "running-123.txt"
    path.write_text("ml4t_desktop 0.1.0\nWindows fatal exception: access violation\n")
    reports = crash_reports.CrashReports(tmp_path)

    def in_use(_path, **_options):
        raise PermissionError(13, "in use")

    with monkeypatch.context() as patch:
        patch.setattr(type(path), "unlink", in_use)
        assert reports.take_left() is None
    found = reports.take_left()

    assert found is not None
    assert "access violation" in found.read_text(encoding="utf-8")
