"""Which version is the newest, as a small file at an address says: asked for only when the user wants that.

The file is JSON::

    {"format": 1, "version": "1.2.0", "date": "2026-12-01", "page": "https://…", "notes": "What is new."}

``page`` is where people download it, ``date`` and ``notes`` may be left out, other keys are for others. Nothing
is sent along but the name of the application.
"""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ml4t_desktop.errors import Cancelled, InputError, Problem
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.wording import say

if TYPE_CHECKING:  # the network loads when somebody asks for it
    import ssl
    from urllib.request import OpenerDirector

FORMAT: Final = 1
PATIENCE_SECONDS: Final = 15.0
_SILENCE_SECONDS: Final = 8.0  # without a byte
_POLL_SECONDS: Final = 0.05
_LARGEST: Final = 65_536
_LONGEST_NOTES: Final = 400
_VERSION: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6}){0,3})(?:(a|b|rc)(\d{1,4}))?")
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
# Where systems keep the certificates that they trust, for a build that was made on another one.
_CERTIFICATES: Final = (
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version that can be downloaded.

    Parameters
    ----------
    version : str
    page : str
        Where, for a browser.
    date : str
        As the file writes it; empty when it says none.
    notes : str
        What is new, in a sentence or two.
    """

    version: str
    page: str
    date: str = ""
    notes: str = ""


def built_in_address() -> str:
    """Return the address that this build came with; empty when it came with none."""
    try:
        return resource_path("update_address.txt").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def is_newer(version: str, than: str) -> bool:
    """Return whether a version comes after another: 1.10 after 1.9, and 1.0 after 1.0rc2."""
    return _rank(version) > _rank(than)


def read_release(text: bytes, where: str) -> Release:
    """Return what a release file says.

    Raises
    ------
    InputError
        If it is none, or one of a format that is not known yet.
    """
    try:
        raw: Any = json.loads(text)
    except ValueError:
        raw = None
    if not isinstance(raw, dict) or not isinstance(raw.get("format"), int):
        raise _unusable(where, say("the answer is no release file"))
    if raw["format"] > FORMAT:
        raise _unusable(
            where, say("the release file is of a newer kind than this version can read")
        )
    version, page = raw.get("version"), raw.get("page")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise _unusable(where, say("the release file names no version"))
    if not isinstance(page, str) or not is_allowed(page):
        raise _unusable(where, say("the release file names no page to download it from"))
    notes = " ".join(str(raw.get("notes", "")).split())[:_LONGEST_NOTES]
    return Release(version=version, page=page, date=str(raw.get("date", ""))[:10], notes=notes)


def is_allowed(address: str) -> bool:
    """Return whether an address may be asked: one that nobody on the way can change, or this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_plain_but_here = parts.scheme == "http" and parts.hostname in _HERE
    return bool(parts.hostname) and (parts.scheme == "https" or is_plain_but_here)


def fetch_release(
    address: str,
    cancelled: Callable[[], bool],
    patience: float = PATIENCE_SECONDS,
) -> Release:
    """Ask an address for the newest version, once.

    Gives up at the end of `patience`, or as soon as `cancelled` says so, whatever the other side does.

    Parameters
    ----------
    address : str
        Of a release file, with https.
    cancelled : callable
        Asked many times a second.
    patience : float
        Seconds.

    Raises
    ------
    InputError
        If there is no answer that can be used.
    Cancelled
        If `cancelled` said so.
    """
    where = urlsplit(address).hostname or address if is_allowed(address) else address
    if not is_allowed(address):
        raise _unusable(where, say("the address does not begin with https://"))
    answer: list[bytes | str] = []
    # A look-up of a name cannot be stopped: a thread that nobody waits for does it.
    asking = threading.Thread(target=_ask, args=(address, answer), name="ml4t-release", daemon=True)
    asking.start()
    deadline = time.monotonic() + patience
    while asking.is_alive() and time.monotonic() < deadline:
        if cancelled():
            message = "nobody waits for the answer any more"
            raise Cancelled(message)
        asking.join(_POLL_SECONDS)
    if not answer:
        raise _unusable(where, say("there was no answer in time"))
    if isinstance(answer[0], str):
        raise _unusable(where, say("it could not be reached ({reason})", reason=answer[0]))
    return read_release(answer[0], where)


def _ask(address: str, answer: list[bytes | str]) -> None:
    """Put the answer, or why there is none, into a list."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request

    try:
        request = Request(address, headers={"User-Agent": "ml4t-desktop"})  # noqa: S310 (looked at)
        with _opener().open(request, timeout=_SILENCE_SECONDS) as stream:
            answer.append(stream.read(_LARGEST))
    except HTTPError as error:
        error.close()  # it holds the connection
        answer.append(str(error))
    except (OSError, HTTPException, ValueError) as error:
        answer.append(str(error))


def _opener() -> "OpenerDirector":
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, HTTPSHandler, build_opener

    class Careful(HTTPRedirectHandler):
        """Follows to addresses that could have been asked in the first place."""

        def redirect_request(
            self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
        ) -> Any:
            if not is_allowed(newurl):
                raise HTTPError(newurl, code, "it leads to an unsafe address", headers, fp)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return build_opener(HTTPSHandler(context=_trusted()), Careful())


def _trusted() -> "ssl.SSLContext":
    """Return what the system trusts."""
    import ssl

    context = ssl.create_default_context()
    known = next((name for name in _CERTIFICATES if Path(name).is_file()), None)
    if known is not None and not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(known)
    return context


def _rank(version: str) -> tuple[tuple[int, ...], str, int]:
    found = _VERSION.fullmatch(version)
    if found is None:
        return (), "", 0
    numbers = [int(part) for part in found[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), found[2] or "z", int(found[3] or 0)


def _unusable(where: str, what: str) -> InputError:
    fix = say("Nothing has changed; try it again later, or look at the address in the preferences")
    return InputError(Problem(where=where, what=what, fix=fix, severity="warning"))
