"""The paths in the tables of a request, complete or not."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any, Final

from ml4t_desktop.project.identity import shared_folder

# Where a request names files of data, one or a list of them, in the order in which they are hashed.
DATA_KEYS: Final = (
    "data.files",
    "data.predictions.files",
    "context.file",
    "data.corporate_actions",
)
PATH_KEYS: Final = (*DATA_KEYS, "data.benchmark.file", "strategy.python.file")


def with_paths(
    tables: Mapping[str, Any],
    change: Callable[[str], str],
    keys: tuple[str, ...] = PATH_KEYS,
) -> Mapping[str, Any]:
    """Return the tables of a request with every path changed; the same object where none is.

    `data.corporate_actions` may be a table of the actions themselves, which is left as it is.
    """
    for key in keys:
        tables = _changed(tables, key.split("."), change)
    return tables


def named_paths(tables: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of data that the tables of a request name, in order."""
    found: list[str] = []

    def note(path: str) -> str:
        found.append(path)
        return path

    with_paths(tables, note, DATA_KEYS)
    return tuple(found)


def seen_from(path: Path, folder: Path | None) -> str:
    """Return a path as seen from a folder where both share more than the root, else absolute.

    Parameters
    ----------
    folder : Path or None
        None makes it absolute.
    """
    absolute = Path(os.path.normpath(path.absolute()))
    if folder is None or shared_folder(absolute, folder) is None:
        return absolute.as_posix()
    return PurePath(os.path.relpath(absolute, folder)).as_posix()


def joined(folder: Path, path: str) -> Path:
    """Return where a path that counts from a folder leads, without asking the disk."""
    return Path(os.path.normpath(folder / path))


def _changed(
    table: Mapping[str, Any], steps: Sequence[str], change: Callable[[str], str]
) -> Mapping[str, Any]:
    first, *rest = steps
    old = table.get(first)
    if rest:
        new = _changed(old, rest, change) if isinstance(old, Mapping) else old
    elif isinstance(old, str):
        new = change(old)
    elif isinstance(old, list | tuple) and all(isinstance(item, str) for item in old):
        new = tuple(change(item) for item in old)
    else:
        new = old
    return table if new is old or new == old else {**table, first: new}
