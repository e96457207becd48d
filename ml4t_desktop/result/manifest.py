"""What a run folder holds: its files with their hashes, its versions and its times."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.wording import mark, say

MANIFEST: Final = "manifest.json"
FINISHED: Final = "finished"
PHASES: Final = ("read", "prepare", "engine", "write")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of a run folder.

    Parameters
    ----------
    name : str
        File name inside the folder.
    sha256 : str
        Hash of its bytes, 64 hexadecimal digits.
    rows : int or None
        Rows of a table, None for any other file.
    """

    name: str
    sha256: str
    rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of ``manifest.json``.

    Parameters
    ----------
    run_id : str
        Hash of version, request and data: equal inputs have the same.
    status : str
        ``"finished"``; a folder is only ever written by a finished run.
    versions : mapping of str to str
        Of this application and of the libraries the numbers depend on.
    files : tuple of FileEntry
        Every file of the folder but the manifest itself.
    rows : mapping of str to int
        Rows by table, such as ``trades``.
    phases : mapping of str to float
        Seconds of ``read``, ``prepare``, ``engine`` and ``write``.
    """

    run_id: str
    status: str
    versions: Mapping[str, str]
    files: tuple[FileEntry, ...]
    rows: Mapping[str, int]
    phases: Mapping[str, float]

    def to_json(self) -> str:
        """Return the text of ``manifest.json``."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a run folder.

    Raises
    ------
    InputError
        If there is none, or if it is damaged.
    """
    from pydantic import TypeAdapter, ValidationError  # whoever writes one need not load it

    path = folder / MANIFEST
    try:
        manifest = TypeAdapter(Manifest).validate_json(path.read_bytes())
    except OSError as error:
        what = say("there is no readable {file} ({reason})", file=MANIFEST, reason=error.strerror)
        fix = mark("Choose the folder that a run was written to")
        raise InputError(Problem(what=what, where=str(folder), fix=fix)) from error
    except ValidationError as error:
        raise _damaged(path) from error
    if any(entry.name != Path(entry.name).name for entry in manifest.files):
        raise _damaged(path)
    return manifest


def _damaged(path: Path) -> InputError:
    what = mark("the manifest of this run is damaged")
    return InputError(Problem(what=what, where=str(path), fix=mark("Run the request again")))
