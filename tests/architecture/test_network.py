"""The application speaks to no network, but for the one request for which its user asked."""

import ast
import socket
from pathlib import Path

import pytest

from ml4t_desktop.app.offline import NetworkAskedError

PACKAGE = Path(__file__).resolve().parents[2] / "ml4t_desktop"
SPEAKING = {
    "socket", "ssl", "socketserver", "http", "urllib.request", "urllib3", "ftplib", "smtplib", "poplib",
    "imaplib", "telnetlib", "xmlrpc", "requests", "httpx", "aiohttp", "websockets", "asyncio", "fsspec",
    "PySide6.QtNetwork", "PySide6.QtWebSockets", "PySide6.QtWebEngineCore",
}  # fmt: skip
# Where the newest version is asked for.
ALLOWED = {"session/releases.py": {"ssl", "http", "urllib.request"}}
# What opens a page in the browser of the user, or a file in an editor, for somebody who has clicked.
BROWSING = {"app/commands/help_commands.py", "app/crash.py", "views/setup/script/script_panel.py"}


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def speaking(names: set[str]) -> set[str]:
    return {
        word for word in SPEAKING for name in names if name == word or name.startswith(f"{word}.")
    }


def test_no_module_imports_what_speaks_to_a_network_but_the_one_that_asks_for_versions():
    found = {
        path.relative_to(PACKAGE).as_posix(): words
        for path in PACKAGE.rglob("*.py")
        if (words := speaking(imported(path)))
    }
    assert found == ALLOWED


def test_a_browser_is_opened_only_where_somebody_has_clicked():
    opening = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "openUrl" in (text := path.read_text(encoding="utf-8")) or "webbrowser" in text
    }
    assert opening == BROWSING


def test_no_source_names_an_address_to_read_from_or_write_to():
    """Addresses of files in the cloud would be taken by polars and pyarrow."""
    schemes = ("s3://", "gs://", "az://", "hf://", "ftp://")
    naming = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(scheme in path.read_text(encoding="utf-8") for scheme in schemes)
    ]
    assert naming == []


@pytest.mark.parametrize("address", ["192.0.2.1", "example.org"])
def test_no_test_reaches_the_network(address):
    with pytest.raises(NetworkAskedError, match=address):
        socket.create_connection((address, 80), timeout=1)


def test_the_machine_itself_may_be_spoken_to():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=10) as client,
    ):
        assert client.getpeername() == server.getsockname()
