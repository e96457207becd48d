"""The document on disk: a request, the history of its runs with their tables, and the trials.

A project file is a zip archive; `project.documents.migrations` tells the history of its format.
"""

import json
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ml4t_desktop import __version__
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.project.documents.archive import (
    extract,
    member_names,
    read_members,
    salvaged_members,
    was_interrupted,
)
from ml4t_desktop.project.documents.archive_writing import KeptMembers, SourceLost, write_archive
from ml4t_desktop.project.documents.entry import Entry
from ml4t_desktop.project.documents.index import entries_of, raw_entries
from ml4t_desktop.project.documents.migrations import FORMAT, migrated
from ml4t_desktop.project.paths import joined, seen_from, with_paths
from ml4t_desktop.project.trials import Trials, raw_trials, trials_of
from ml4t_desktop.scratch import ScratchFolder
from ml4t_desktop.wording import mark, say

if TYPE_CHECKING:  # polars loads with the first run that is read
    from ml4t_desktop.result.run_folder import SavedRun

SUFFIX: Final = ".ml4t"
RESULTS: Final = "results/"
_MANIFEST, _REQUEST, _HISTORY, _TRIALS = (
    "manifest.json",
    "request.toml",
    "history.json",
    "trials.json",
)
_TEXTS: Final = (_MANIFEST, _REQUEST, _HISTORY, _TRIALS)
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)
_ALIKE: Final = mark("Open a copy of it, if there is one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a project file holds, but for the tables of its runs.

    Parameters
    ----------
    request : mapping
        The tables of the request, complete or not, with absolute paths; as TOML has them.
    entries : tuple of Entry
        The history in the order of the numbers.
    last_number : int
        The highest number a run was ever given.
    trials : mapping of str to TrialCount
        By the digest of the data.
    created : datetime
        When the project was saved first, in UTC.
    """

    request: Mapping[str, Any]
    entries: tuple[Entry, ...] = ()
    last_number: int = 0
    trials: Trials = field(default_factory=lambda: MappingProxyType({}))
    created: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Opened:
    """A project as it was opened, and what of its file could not be read."""

    project: Project
    problems: tuple[Problem, ...] = ()


def is_project(path: Path) -> bool:
    """Return whether a file is a project by its name."""
    return path.suffix.lower() == SUFFIX


def save_project(
    project: Project,
    path: Path,
    *,
    folders: Mapping[str, Path],
    source: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write a project file as a whole; one that is there stays as it is until the new one is complete.

    Parameters
    ----------
    folders : mapping of run id to folder
        Run folders of the history that are not in `source`.
    source : Path, optional
        The project file that holds the tables of all other runs; it may be `path`.
    progress : callable
        Called with the share that is done; may raise to stop.

    Raises
    ------
    InputError
        If the file cannot be written, or `source` not be read any more.
    """
    wanted = {entry.run_id for entry in project.entries if entry.has_tables}
    files = {
        f"{RESULTS}{run_id}/{file.name}": file
        for run_id in sorted(wanted & folders.keys())
        for file in sorted(folders[run_id].iterdir())
    }
    others = wanted - folders.keys()

    def is_kept(name: str) -> bool:
        return name.startswith(RESULTS) and name.removeprefix(RESULTS).partition("/")[0] in others

    kept = KeptMembers(source, is_kept) if source is not None and others else None
    try:
        write_archive(path, _texts(project, path.parent), files, kept, progress)
    except _BROKEN as error:
        raise _unreadable(source or path, str(error)) from error
    except SourceLost as error:
        what = say(
            "cannot be saved: {source} with its runs cannot be read ({strerror})",
            source=source,
            strerror=error.strerror,
        )
        fix = mark("Put that file back, or delete the runs of the history that are in it")
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error
    except OSError as error:
        what = say("cannot be written ({strerror})", strerror=error.strerror or error)
        fix = mark("Choose another folder, or make room")
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error


def open_project(path: Path) -> Opened:
    """Return what a project file holds; of a damaged one what can be read, and in words what cannot.

    Raises
    ------
    InputError
        If it cannot be read, was written by a newer version, or has no readable request.
    """
    try:
        texts, problems = _read_texts(path)
    except OSError as error:
        fix = mark("Check its path and who may read it")
        what = say("cannot be read ({strerror})", strerror=error.strerror or error)
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error
    lost: list[str] = []
    raw = {
        name.removesuffix(".json"): _parsed(texts.get(name), name, lost)
        for name in (_MANIFEST, _HISTORY, _TRIALS)
    }
    if raw["manifest"]:
        raw = migrated(raw, _format_of(raw["manifest"], path))
    request = _request_of(texts, path)
    history = raw["history"]
    listed = history.get("entries", ())
    entries = entries_of(listed if isinstance(listed, list) else (), path.parent, lost.append)
    last = history.get("last_number", 0)
    problems += [
        Problem(
            where=path.name,
            what=say("{item} cannot be read", item=item),
            fix=_ALIKE,
            severity="warning",
        )
        for item in lost
    ]
    project = Project(
        request=request,
        entries=entries,
        last_number=max([last if type(last) is int else 0, *(item.number for item in entries)]),
        trials=MappingProxyType(trials_of(raw["trials"])),
        created=_moment(raw["manifest"].get("created")),
    )
    return Opened(project, tuple(problems))


def runs_with_tables(path: Path) -> frozenset[str]:
    """Return the ids of the runs whose tables a project file holds; none where it cannot be read."""
    try:
        names = member_names(path)
    except (OSError, *_BROKEN):
        return frozenset()
    inner = (name.removeprefix(RESULTS) for name in names if name.startswith(RESULTS))
    return frozenset(name.partition("/")[0] for name in inner)


def read_run(path: Path, run_id: str) -> "SavedRun":
    """Return a run of a project file with its tables.

    Raises
    ------
    InputError
        If it is not there, or damaged.
    """
    from ml4t_desktop.result.run_folder import read_run_folder

    with ScratchFolder("run") as scratch:
        extract_run(path, run_id, scratch.path / run_id)
        return read_run_folder(scratch.path / run_id)


def extract_run(path: Path, run_id: str, folder: Path) -> None:
    """Write the run folder of a run that a project file holds.

    Raises
    ------
    InputError
        If it is not there, or damaged.
    """
    try:
        extract(path, f"{RESULTS}{run_id}/", folder)
    except KeyError as error:
        what = mark("the tables of this run are not in the project")
        raise InputError(Problem(where=path.name, what=what, fix=mark("Run it again"))) from error
    except (OSError, *_BROKEN) as error:
        what = say("the tables of this run cannot be read ({error})", error=error)
        raise InputError(Problem(where=path.name, what=what, fix=mark("Run it again"))) from error


def _texts(project: Project, folder: Path) -> dict[str, bytes]:
    import tomli_w

    manifest = {
        "format": FORMAT,
        "application": __version__,
        "created": project.created.isoformat(),
        "saved": datetime.now(UTC).isoformat(),
    }
    history = {
        "last_number": project.last_number,
        "entries": raw_entries(project.entries, folder),
    }
    request = with_paths(project.request, lambda path: seen_from(Path(path), folder))
    return {
        _MANIFEST: _json(manifest),
        _REQUEST: tomli_w.dumps(_plain(request)).encode(),
        _HISTORY: _json(history),
        _TRIALS: _json(raw_trials(project.trials)),
    }


def _read_texts(path: Path) -> tuple[dict[str, bytes], list[Problem]]:
    try:
        texts = read_members(path, _TEXTS)
        if not was_interrupted(path):
            return texts, []
        what = mark(
            "the last save did not come to its end; this is the project as it was before it"
        )
        return texts, [Problem(where=path.name, what=what, severity="warning")]
    except _BROKEN as error:
        texts = salvaged_members(path, _TEXTS.__contains__)
        if _REQUEST not in texts:
            raise _unreadable(path, str(error)) from error
        found = salvaged_members(path, lambda name: name.endswith(f"/{_MANIFEST}"))
        what = (
            mark("the file is damaged; its request could be read")
            + (mark(", its history too") if _HISTORY in texts else mark(", its history could not"))
            + (say(", but not the tables of {count} runs in it", count=len(found)) if found else "")
        )
        fix = mark(
            "Save it under another name to keep what was found; tables are made anew by running again"
        )
        return texts, [Problem(where=path.name, what=what, fix=fix, severity="warning")]


def _parsed(text: bytes | None, name: str, lost: list[str]) -> dict[str, Any]:
    try:
        found = json.loads(text if text is not None else b"")
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    lost.append(_SPOKEN[name])
    return {}


_SPOKEN: Final = {
    _MANIFEST: mark("the list of its parts"),
    _HISTORY: mark("the history of runs"),
    _TRIALS: mark("the number of variants tried"),
}


def _format_of(manifest: Mapping[str, Any], path: Path) -> int:
    found = manifest.get("format")
    if type(found) is not int or found < 1:
        raise _unreadable(path, mark("it names no format"))
    if found > FORMAT:
        writer = str(manifest.get("application", mark("a newer one")))
        problem = Problem(
            where=path.name,
            what=say(
                "was written by version {writer} in format {found}; this is version {version}, which "
                "reads formats up to {format}",
                writer=writer,
                found=found,
                version=__version__,
                format=FORMAT,
            ),
            fix=mark("Open it with that version or a newer one"),
        )
        raise InputError(problem)
    return found


def _request_of(texts: Mapping[str, bytes], path: Path) -> Mapping[str, Any]:
    if _REQUEST not in texts:
        raise _unreadable(path, mark("it holds no request"))
    try:
        tables = tomllib.loads(texts[_REQUEST].decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, say("its request is damaged: {error}", error=error)) from error
    return with_paths(_frozen(tables), lambda name: joined(path.parent, name).as_posix())


def _moment(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.now(UTC)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _unreadable(path: Path, why: str) -> InputError:
    return InputError(
        Problem(
            where=path.name, what=say("is no project that can be read ({why})", why=why), fix=_ALIKE
        )
    )


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
