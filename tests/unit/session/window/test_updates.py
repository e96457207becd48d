"""Looking for a newer version, with a server on this machine."""

import json
import logging
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import ml4t_desktop
from ml4t_desktop.errors import Cancelled, InputError
from ml4t_desktop.session import releases
from ml4t_desktop.session.notices import NoticeStore
from ml4t_desktop.session.releases import Release, fetch_release, is_allowed, is_newer, read_release
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.session.window import updates
from ml4t_desktop.session.window.updates import UpdateStore

PAGE = "https://example.org/ml4t"
FILE = {"format": 1, "version": "99.1.0", "page": PAGE, "notes": "Faster.", "date": "2026-12-01"}


class Server:
    """Answers every request alike, and remembers what was asked."""

    def __init__(self) -> None:
        self.status, self.body = 200, json.dumps(FILE).encode()
        self.headers: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.release = threading.Event()
        self.release.set()
        server = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append({"path": self.path, **dict(self.headers)})
                server.release.wait(30)
                self.send_response(server.status)
                for name, value in server.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(server.body)

            def log_message(self, *_arguments) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._server.handle_error = lambda *_: None  # whoever asked has gone
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/release.json"

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    made = Server()
    yield made
    made.close()


@pytest.fixture
def settings(qapp, tmp_path):
    return SettingsStore(tmp_path / "settings.toml")


@pytest.fixture
def notices(qapp):
    return NoticeStore()


@pytest.fixture
def store(settings, notices, monkeypatch):
    monkeypatch.setattr(updates, "built_in_address", lambda: "")
    made = UpdateStore(settings, notices)
    yield made
    made.close()


def never() -> bool:
    return False


# Versions


@pytest.mark.parametrize(
    ("newer", "older"),
    [("0.2.0", "0.1.0"), ("0.10.0", "0.9.3"), ("1.0", "0.99.9"), ("1.0.0", "1.0.0rc2"),
     ("1.0.0rc2", "1.0.0rc1"), ("1.0.0b1", "1.0.0a3"), ("1.0.1", "1.0")],
)  # fmt: skip
def test_versions_are_compared_number_by_number(newer, older):
    assert is_newer(newer, older)
    assert not is_newer(older, newer)


@pytest.mark.parametrize(("one", "other"), [("1.0", "1.0.0"), ("0.1.0", "0.1.0")])
def test_a_version_is_not_newer_than_itself(one, other):
    assert not is_newer(one, other)
    assert not is_newer(other, one)


# The file


def test_a_release_file_is_read():
    assert read_release(json.dumps(FILE).encode(), "x") == Release(
        version="99.1.0", page=PAGE, date="2026-12-01", notes="Faster."
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "no release file"),
        (b"[1]", "no release file"),
        (b'{"version": "1.0"}', "no release file"),
        (json.dumps({**FILE, "format": 2}).encode(), "newer kind"),
        (json.dumps({**FILE, "version": "latest"}).encode(), "names no version"),
        (json.dumps({**FILE, "page": "javascript:alert(1)"}).encode(), "names no page"),
        (json.dumps({**FILE, "page": "file:///etc/passwd"}).encode(), "names no page"),
    ],
)
def test_what_is_no_release_file_is_told(body, reason):
    with pytest.raises(InputError, match=reason):
        read_release(body, "example.org")


def test_long_notes_are_cut():
    raw = {**FILE, "notes": "word " * 500}
    assert len(read_release(json.dumps(raw).encode(), "x").notes) <= 400


# The address


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("https://example.org/r.json", True), ("http://127.0.0.1:9/r", True), ("http://[::1]/r", True),
     ("http://example.org/r.json", False), ("ftp://example.org/r", False), ("file:///r", False),
     ("https://", False), ("https://[", False), ("example.org", False), ("", False)],
)  # fmt: skip
def test_only_what_nobody_on_the_way_can_change_is_asked(address, allowed):
    assert is_allowed(address) is allowed


def test_one_request_is_made_and_it_says_nothing_of_its_sender(server):
    found = fetch_release(server.address, never)

    assert found.version == "99.1.0"
    (asked,) = server.asked
    assert asked["path"] == "/release.json"
    assert asked["User-Agent"] == "ml4t-desktop"
    assert set(asked) == {"path", "Host", "User-Agent", "Accept-Encoding", "Connection"}


def test_a_server_that_has_nothing_is_told(server):
    server.status = 404
    with pytest.raises(InputError, match=r"could not be reached.*404"):
        fetch_release(server.address, never)


def test_a_redirection_to_an_unsafe_address_is_not_followed(server):
    server.status, server.headers = 302, {"Location": "http://example.org/release.json"}
    with pytest.raises(InputError, match="unsafe address"):
        fetch_release(server.address, never)
    assert len(server.asked) == 1


def test_an_answer_without_end_is_cut(server):
    server.body = b"x" * 10_000_000
    with pytest.raises(InputError, match="no release file"):
        fetch_release(server.address, never)


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(server):
    server.release.clear()
    with pytest.raises(InputError, match="no answer in time"):
        fetch_release(server.address, never, patience=0.2)


def test_whoever_closes_the_window_does_not_wait_for_the_answer(server):
    server.release.clear()
    with pytest.raises(Cancelled):
        fetch_release(server.address, lambda: bool(server.asked))


def test_a_computer_that_is_not_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(InputError, match="could not be reached"):
        fetch_release(f"http://127.0.0.1:{port}/", never)


def test_an_address_that_is_not_allowed_is_not_asked(monkeypatch):
    monkeypatch.setattr(releases, "_ask", lambda *_: pytest.fail("it was asked"))
    with pytest.raises(InputError, match="https://"):
        fetch_release("http://example.org/release.json", never)


# What is told


def settled(qtbot, store) -> None:
    qtbot.waitUntil(lambda: not store.is_asking, timeout=20_000)


def test_nothing_is_asked_unless_the_user_has_chosen_that(store, settings, monkeypatch):
    monkeypatch.setattr(store, "_fetch", lambda *_: pytest.fail("it was asked"))
    settings.choose("update_address", "https://example.org/r.json")

    store.look_if_due()

    assert settings.settings.updates == "never"
    assert not store.is_asking


def test_without_an_address_the_command_says_so(store, notices):
    store.look()

    assert "not known where to look" in notices.message.title
    assert notices.message.notices[0].command == "edit.preferences"


def test_a_newer_version_is_told_with_its_page(qtbot, store, settings, notices, server):
    settings.choose("update_address", server.address)

    store.look()
    settled(qtbot, store)

    assert notices.message.title == "Version 99.1.0 can be downloaded"
    assert "Faster." in notices.message.text()
    assert notices.message.notices[0].command == "help.newer_version"
    assert store.found.page == PAGE


def test_the_newest_version_is_told_to_whoever_asks(qtbot, store, settings, notices, server):
    server.body = json.dumps({**FILE, "version": ml4t_desktop.__version__}).encode()
    settings.choose("update_address", server.address)

    store.look()
    settled(qtbot, store)

    assert "This is the newest version" in notices.message.title
    assert store.found is None


def test_a_failure_is_told_to_whoever_asks(qtbot, store, settings, notices, server):
    server.status = 500
    settings.choose("update_address", server.address)

    store.look()
    settled(qtbot, store)

    assert "could not be found out" in notices.message.title
    assert not notices.message.is_error


def test_once_a_day_is_once_a_day(qtbot, store, settings, notices, server):
    settings.choose("update_address", server.address)
    settings.choose("updates", "daily")

    store.look_if_due()
    settled(qtbot, store)
    store.look_if_due()
    settled(qtbot, store)

    assert len(server.asked) == 1
    assert notices.message.title == "Version 99.1.0 can be downloaded"


def test_a_failure_by_itself_is_only_logged(qtbot, store, settings, notices, server, caplog):
    server.status = 500
    settings.choose("update_address", server.address)
    settings.choose("updates", "daily")

    with caplog.at_level(logging.INFO, logger="ml4t_desktop"):
        store.look_if_due()
        settled(qtbot, store)

    assert notices.message is None
    assert "no newer version could be looked for" in caplog.text


def test_what_is_told_already_is_not_covered(qtbot, store, settings, notices, server):
    notices.show("Something else")
    settings.choose("update_address", server.address)
    settings.choose("updates", "daily")

    store.look_if_due()
    settled(qtbot, store)

    assert notices.message.title == "Something else"
    assert store.found is not None


def test_a_build_may_come_with_an_address(tmp_path, monkeypatch):
    monkeypatch.setattr(releases, "resource_path", lambda name: tmp_path / name)
    assert releases.built_in_address() == ""
    (tmp_path / "update_address.txt").write_text("https://example.org/r.json\n")
    assert releases.built_in_address() == "https://example.org/r.json"
