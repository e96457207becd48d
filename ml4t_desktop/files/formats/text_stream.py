"""The bytes of a text file on their way to rows: unpacked, decoded, and cut where a row ends."""

import codecs
from typing import IO

from ml4t_desktop.files.formats.encodings import UNICODE


class NotThisEncoding(Exception):  # noqa: N818 (asks for another attempt)
    """A later part of the file is not in the encoding of its first one."""


class Told:
    """The place in a packed file that the unpacked stream has come to, where it can be told."""

    def __init__(self, stream: IO[bytes], raw: IO[bytes], size: int) -> None:
        inner = getattr(stream, "fileobj", None) or getattr(stream, "_fp", None)
        self._tell = getattr(inner, "tell", None)
        self._raw, self._size, self._calls = raw, size, 0

    def __call__(self) -> int:
        """Return the place in bytes; an estimate that never reaches the end where it is not known."""
        self._calls += 1
        if self._tell is not None:
            try:
                return int(self._tell())
            except (OSError, ValueError):
                pass
        return round(self._size * (1 - 0.9**self._calls))


def filled(stream: IO[bytes], size: int) -> bytes:
    """Return so many bytes of a stream, fewer only at its end."""
    data = b""
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


def decoder_of(encoding: str) -> codecs.IncrementalDecoder | None:
    """Return a decoder for text that is not UTF-8 already."""
    name = codecs.lookup(encoding).name
    return None if name in UNICODE else codecs.getincrementaldecoder(name)()


def as_utf8(
    decoder: codecs.IncrementalDecoder | None, data: bytes, encoding: str, *, ended: bool
) -> bytes:
    """Return the next bytes of a text as UTF-8.

    Raises
    ------
    NotThisEncoding
        If they are not in the encoding, and another one may fit.
    """
    if decoder is None:
        return data
    try:
        return decoder.decode(data, final=ended).encode()
    except UnicodeDecodeError as error:
        if encoding.startswith(("utf-16", "utf-32")):
            raise
        raise NotThisEncoding("latin-1" if encoding != "latin-1" else encoding) from error


def after_header(data: bytes, lines: int, *, ended: bool) -> bytes | None:
    """Return what comes after so many lines, None when more must be read."""
    data = data.removeprefix("\ufeff".encode())
    place = 0
    end = b"\r" if b"\n" not in data else b"\n"
    for _ in range(lines):
        found = data.find(end, place)
        if found < 0:
            return b"" if ended else None
        place = found + 1
    return data[place:]


def last_row_end(data: bytes, quote: bytes) -> int:
    """Return where the last whole row ends: behind an end of line outside of quotes."""
    end = b"\n" if b"\n" in data else b"\r"
    cut = data.rfind(end) + 1
    if quote not in data[:cut]:
        return cut
    # Each byte is looked at but once: an open quotation mark may be followed by millions of lines.
    count = data.count(quote, 0, cut)
    while cut and count % 2:
        before = data.rfind(end, 0, data.rfind(quote, 0, cut)) + 1
        count -= data.count(quote, before, cut)
        cut = before
    return cut
