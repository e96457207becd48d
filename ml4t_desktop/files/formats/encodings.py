"""The encoding of a text file, from its first bytes."""

import codecs
import re
from typing import Final

from ml4t_desktop.files.columns.names import usual_role

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNICODE: Final = frozenset({"utf-8", "utf-8-sig", "ascii"})
OLDER: Final = "cp1252"
# Of other alphabets, tried in this order; a header in one of their languages tells which it is.
_ALPHABETS: Final = ("gb18030", "cp932", "cp949", "big5", "cp1251")
_HEADER_BYTES = 4_096
_MANY = 0.3
_HEADER_LINES = 20
_BETWEEN: Final = re.compile(r"[,;\t|]")
_LATIN: Final = "\u024f"  # the last letter with a sign of Europe
_LONGEST = 4  # bytes of one character in UTF-8


def encoding_of(head: bytes) -> str | None:
    """Return the encoding of a text file, None when its bytes are no text.

    A byte-order mark decides; without one, zeros at every second place are UTF-16, and what is no
    UTF-8 was written by an older program for Windows.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        return _of_zeros(head)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        if error.start < len(head) - _LONGEST or len(head) <= _LONGEST:
            return older_encoding(head)
    return None if _controls(head) else "utf-8"


def older_encoding(data: bytes) -> str | None:
    """Return the encoding of text that is no UTF-8, None when it is no text at all."""
    if _controls(data):
        return None
    header = data[:_HEADER_BYTES].rpartition(b"\n")[0] or data[:_HEADER_BYTES]
    for name in _ALPHABETS:
        if _names_columns(header, name):
            return name
    try:
        codecs.getincrementaldecoder(OLDER)().decode(data)
    except UnicodeDecodeError:
        return "latin-1"
    return OLDER


def _names_columns(header: bytes, encoding: str) -> bool:
    """Return whether the first lines name columns in letters that no other encoding has."""
    try:
        lines = header.decode(encoding).splitlines()[:_HEADER_LINES]
    except UnicodeDecodeError:
        return False
    cells = [cell.strip(" \"'") for line in lines for cell in _BETWEEN.split(line)]
    return any(max(cell, default="") > _LATIN and usual_role(cell) is not None for cell in cells)


def _of_zeros(head: bytes) -> str | None:
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > _MANY * half and even < odd / 10:
        return "utf-16-le"
    if even > _MANY * half and odd < even / 10:
        return "utf-16-be"
    return None


def _controls(data: bytes) -> bool:
    """Return whether bytes hold control characters that no text has."""
    return any(byte in data for byte in (b"\x01", b"\x02", b"\x03", b"\x04", b"\x05", b"\x06"))
