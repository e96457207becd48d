"""The history as text: entries to JSON and back, with paths seen from a folder."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from ml4t_desktop.project.documents.entry import DataFile, Entry
from ml4t_desktop.project.paths import joined, seen_from, with_paths
from ml4t_desktop.wording import say

# JSON has no dates; a table with one of these keys alone is one.
_DATE: Final = "$date"
_DATETIME: Final = "$datetime"


def raw_entries(entries: Iterable[Entry], folder: Path | None = None) -> list[dict[str, Any]]:
    """Return entries as plain tables that can be written as JSON.

    Parameters
    ----------
    folder : Path, optional
        Paths of data are written as seen from there where both lie on one tree; left out, absolute.
    """
    return [_raw(entry, folder) for entry in entries]


def entries_of(
    raw: Iterable[Any], folder: Path | None, lost: Callable[[str], None]
) -> tuple[Entry, ...]:
    """Return entries from plain tables, in the order of their numbers.

    Parameters
    ----------
    folder : Path or None
        From where relative paths count.
    lost : callable
        Told in words about every entry that is not as it should be; it is left out.
    """
    found: dict[int, Entry] = {}
    for place, item in enumerate(raw, start=1):
        try:
            entry = _entry(item, folder)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            lost(say("entry {place} of the history ({error})", place=place, error=repr(error)))
            continue
        found[entry.number] = entry
    return tuple(found[number] for number in sorted(found))


def _raw(entry: Entry, folder: Path | None) -> dict[str, Any]:
    def seen(path: str) -> str:
        return seen_from(Path(path), folder)

    return {
        **{name: getattr(entry, name) for name in _PLAIN},
        "moment": entry.moment.isoformat(),
        "request": _written(with_paths(entry.request, seen)),
        "statistics": dict(entry.statistics),
        "files": [
            {**{name: getattr(file, name) for name in _OF_FILE}, "path": seen(file.path)}
            for file in entry.files
        ],
    }


def _entry(raw: Mapping[str, Any], folder: Path | None) -> Entry:
    moment = datetime.fromisoformat(raw["moment"])
    if moment.tzinfo is None:
        message = "its time has no time zone"
        raise ValueError(message)
    request = _read(raw["request"])
    if folder is not None:
        request = with_paths(request, lambda path: joined(folder, path).as_posix())
    return Entry(
        **_checked(raw, _PLAIN),
        moment=moment,
        request=request,
        statistics=MappingProxyType({str(k): v for k, v in raw["statistics"].items()}),
        files=tuple(_file(item, folder) for item in raw["files"]),
    )


def _file(raw: Mapping[str, Any], folder: Path | None) -> DataFile:
    file = DataFile(**_checked(raw, _OF_FILE))
    return file if folder is None else replace(file, path=joined(folder, file.path).as_posix())


def _checked(raw: Mapping[str, Any], kinds: Mapping[str, type]) -> dict[str, Any]:
    """Return the values of the declared keys, each of its kind; numbers may be whole."""
    found: dict[str, Any] = {}
    for name, kind in kinds.items():
        value = raw[name]
        if kind is float and isinstance(value, int):
            value = float(value)
        if type(value) is not kind:
            message = f"{name} is {value!r}"
            raise TypeError(message)
        found[name] = value
    return found


def _written(value: Any) -> Any:
    """Return nested tables and lists with dates as JSON can have them."""
    if isinstance(value, Mapping):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_written(item) for item in value]
    if isinstance(value, datetime):
        return {_DATETIME: value.isoformat()}
    return {_DATE: value.isoformat()} if isinstance(value, date) else value


def _read(value: Any) -> Any:
    match value:
        case {"$date": str() as text, **rest} if not rest:
            return date.fromisoformat(text)
        case {"$datetime": str() as text, **rest} if not rest:
            return datetime.fromisoformat(text)
        case Mapping():
            return {key: _read(item) for key, item in value.items()}
        case list():
            return tuple(_read(item) for item in value)
    return value


_PLAIN: Final[Mapping[str, type]] = {
    "number": int,
    "run_id": str,
    "digest": str,
    "seconds": float,
    "name": str,
    "note": str,
    "is_pinned": bool,
    "has_tables": bool,
    "size": int,
}
_OF_FILE: Final[Mapping[str, type]] = {"path": str, "size": int, "modified": int, "sha256": str}
