"""Fingerprints of file contents."""

import errno
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

_CHUNK = 1 << 22


def files_digest(paths: Sequence[Path], check: Callable[[], None] | None = None) -> str:
    """Return the SHA-256 over the SHA-256 of each file, in order, as hexadecimal digits.

    Parameters
    ----------
    check : callable
        Called after every few megabytes; may raise to stop.
    """
    whole = hashlib.sha256()
    for path in paths:
        whole.update(bytes.fromhex(file_sha256(path, check)))
    return whole.hexdigest()


def file_sha256(path: Path, check: Callable[[], None] | None = None) -> str:
    """Return the SHA-256 of one file; `check` as for `files_digest`."""
    one = hashlib.sha256()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a file", str(path))  # a pipe never ends
    room = memoryview(bytearray(min(_CHUNK, path.stat().st_size + 1)))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(room):
            one.update(room[:count])
            if check is not None:
                check()
    return one.hexdigest()
