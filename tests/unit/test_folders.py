"""Where settings, data, caches and logs are kept, on each of the three systems."""

import ast
from pathlib import Path, PurePosixPath, PureWindowsPath

import platformdirs
import platformdirs.macos
import platformdirs.unix
import platformdirs.windows

from ml4t_desktop import folders
from ml4t_desktop.app.crash_reports import reports_folder
from ml4t_desktop.app.logs import log_path
from ml4t_desktop.project.scripts.trust import trust_path
from ml4t_desktop.session.document.recovery import recovery_folder
from ml4t_desktop.session.runs.trials import trials_folder
from ml4t_desktop.session.settings import settings_path

LOCAL = r"C:\Users\Ada Lovelace\AppData\Local"
EVERY = {
    "settings": folders.settings_folder,
    "data": folders.data_folder,
    "cache": folders.cache_folder,
    "logs": folders.log_folder,
}


def found() -> dict[str, str]:
    return {name: str(of()) for name, of in EVERY.items()}


def test_linux_keeps_to_the_folders_of_the_desktop(monkeypatch):
    monkeypatch.setattr(platformdirs, "PlatformDirs", platformdirs.unix.Unix)
    monkeypatch.setenv("HOME", "/home/ada")
    for variable in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.delenv(f"XDG_{variable}_HOME", raising=False)

    assert found() == {
        "settings": "/home/ada/.config/ml4t_desktop",
        "data": "/home/ada/.local/share/ml4t_desktop",
        "cache": "/home/ada/.cache/ml4t_desktop",
        "logs": "/home/ada/.local/state/ml4t_desktop/log",
    }


def test_linux_keeps_to_the_folders_its_user_has_chosen(monkeypatch):
    monkeypatch.setattr(platformdirs, "PlatformDirs", platformdirs.unix.Unix)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/data/conf")

    assert found()["settings"] == "/data/conf/ml4t_desktop"


def test_macos_keeps_to_the_library_of_the_user(monkeypatch):
    monkeypatch.setattr(platformdirs, "PlatformDirs", platformdirs.macos.MacOS)
    monkeypatch.setenv("HOME", "/Users/ada")
    for variable in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.delenv(f"XDG_{variable}_HOME", raising=False)

    assert found() == {
        "settings": "/Users/ada/Library/Application Support/ml4t_desktop",
        "data": "/Users/ada/Library/Application Support/ml4t_desktop",
        "cache": "/Users/ada/Library/Caches/ml4t_desktop",
        "logs": "/Users/ada/Library/Logs/ml4t_desktop",
    }


def test_windows_keeps_to_the_local_data_of_the_user_and_names_the_application_once(monkeypatch):
    monkeypatch.setattr(platformdirs, "PlatformDirs", platformdirs.windows.Windows)
    monkeypatch.setattr(
        platformdirs.windows, "get_win_folder", {"CSIDL_LOCAL_APPDATA": LOCAL}.__getitem__
    )
    for variable in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.delenv(f"XDG_{variable}_HOME", raising=False)

    own = PureWindowsPath(LOCAL) / "ml4t_desktop"
    assert {name: PureWindowsPath(path) for name, path in found().items()} == {
        "settings": own,
        "data": own,
        "cache": own / "Cache",
        "logs": own / "Logs",
    }


def test_everything_that_is_kept_is_in_one_of_them():
    assert settings_path().parent == trust_path().parent == folders.settings_folder()
    assert recovery_folder().parent == trials_folder().parent == folders.data_folder()
    assert log_path().parent == reports_folder().parent == folders.log_folder()


def test_no_other_module_looks_for_folders_of_its_own():
    package = Path(folders.__file__).parent
    for path in package.rglob("*.py"):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        if "platformdirs" in names:
            assert PurePosixPath(path.relative_to(package)) == PurePosixPath("folders.py")
