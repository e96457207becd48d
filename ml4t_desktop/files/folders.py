"""Folders, and archives, with a file for each asset."""

import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.findings import counted, listed
from ml4t_desktop.files.formats.compression import archive_names, without_packing
from ml4t_desktop.files.inside import place_of, shown_name
from ml4t_desktop.request import TableForm
from ml4t_desktop.wording import mark, say

TABLE_SUFFIXES = frozenset({
    ".parquet", ".pq", ".csv", ".tsv", ".txt", ".arrow", ".feather", ".ipc", ".arrows",
    ".xlsx", ".xls", ".xlsb", ".xlsm", ".ods",
})  # fmt: skip
_MARKS = "_-. "
_DEEPEST = 5
_MOST_FILES = 100_000
_SPAN = re.compile(
    r"[_\-. ](\d{1,2}(m|min|h|d|w)|daily|hourly|weekly|minute|intraday|1day|us|usd)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFile:
    """A file of a folder, and what the asset in it is called when no column says it.

    Parameters
    ----------
    path : Path
        Of a file in an archive, a path that leads into it; see `inside`.
    symbol : str
    label : str
        What it is called where its name is that of others too; empty where it is not.
    """

    path: Path
    symbol: str
    label: str = ""

    @property
    def name(self) -> str:
        """The name of the file, and where it is one of several in a file, that file's before it."""
        return self.label or shown_name(self.path)


def files_in(path: Path, form: TableForm | None = None) -> tuple[FolderFile, ...]:
    """Return the tables in a folder, by name; none when it is a file or not there.

    Where none lies in it, they are those of the folders in it, such as ``symbol=AAPL/part-0.parquet``.
    With a form that names no file of it, also those in an archive of several files, or in a folder
    of it that the path leads to.
    """
    try:
        if not path.is_dir():
            return _files_in_archive(path) if form is not None and form.sheet is None else ()
        tables = [
            item for item in sorted(path.iterdir()) if item.is_file() and is_table_name(item.name)
        ]
    except (OSError, ValueError) as error:  # no right to look, or a path that cannot be one
        reason = getattr(error, "strerror", None) or str(error)
        fix = mark("Check its path and who may read it")
        problem = Problem(
            where=str(path), what=say("cannot be read ({reason})", reason=reason), fix=fix
        )
        raise InputError(problem) from error
    if not tables:
        return _files_below(path)
    symbols = symbols_of([item.name for item in tables])
    return tuple(
        FolderFile(path=item, symbol=symbol) for item, symbol in zip(tables, symbols, strict=True)
    )


def _files_below(folder: Path) -> tuple[FolderFile, ...]:
    """Return the tables in the folders of a folder; a folder may say the asset of what is in it."""
    tables: list[Path] = []
    for above, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith((".", "_")))
        if len(Path(above).relative_to(folder).parts) >= _DEEPEST:
            inner.clear()
        tables += [Path(above) / name for name in sorted(names) if is_table_name(name)]
        if len(tables) > _MOST_FILES:
            break
    names = [table.name for table in tables]
    distinct = len(set(names)) == len(names)
    symbols = symbols_of(names if distinct else [table.parent.name for table in tables])
    return tuple(
        FolderFile(
            path=table,
            symbol=_said_by_folder(table.relative_to(folder), folder.name) or symbol,
            label=table.relative_to(folder).as_posix(),
        )
        for table, symbol in zip(tables, symbols, strict=True)
    )


def _said_by_folder(path: Path, whole: str) -> str:
    """Return the asset that a folder such as ``symbol=AAPL`` names; empty when none does.

    Where folders name dates, all of them hold the same assets; a single one is called as the whole.
    """
    from ml4t_desktop.files.formats.derived import said_by_folders  # loads polars

    said = said_by_folders(path, "asset")
    if said:
        return said[0][1]
    return whole if said_by_folders(path, "time") else ""


def _files_in_archive(path: Path) -> tuple[FolderFile, ...]:
    place = place_of(path)
    names = archive_names(place.file)
    if place.inner is not None:
        names = [name for name in names if name.startswith(f"{place.inner}/")]
    tables = sorted(name for name in names if is_table_name(PurePosixPath(name).name))
    if len(names) < 2:
        return ()
    symbols = symbols_of([PurePosixPath(name).name for name in tables]) if len(tables) > 1 else [""]
    return tuple(
        FolderFile(path=place.file / name, symbol=symbol)
        for name, symbol in zip(tables, symbols, strict=False)
    )


def with_files_of_folders(paths: Sequence[Path], form: TableForm | None = None) -> list[Path]:
    """Return paths with each folder replaced by the tables in it; with a form, each archive too."""
    return [inner for path in paths for inner in ([f.path for f in files_in(path, form)] or [path])]


def folder_notes(
    path: Path, files: Sequence[FolderFile], elsewhere: Collection[Path] = ()
) -> tuple[Problem, ...]:
    """Return notes on what of a folder is read and what is not.

    Parameters
    ----------
    elsewhere : collection of Path
        Tables of it that are used as something else, so that nothing is said of them.

    Raises
    ------
    InputError
        If there is no table in it.
    """
    is_folder = path.is_dir()
    names = [item.name for item in sorted(path.iterdir())] if is_folder else archive_names(path)
    theirs = [*(file.path for file in files), *elsewhere]
    used = {_top(path, item) if is_folder else place_of(item).inner for item in theirs}
    others = [name for name in names if not name.startswith(".") and name not in used]
    if not files:
        fix = mark("Choose a folder with a file for each asset")
        raise InputError(Problem(where=str(path), what=mark("is a folder without tables"), fix=fix))
    count = counted(len(files), "file")
    is_each_an_asset = len({file.symbol for file in files}) == len(files)
    listing = listed(
        [
            f"{_own_name(file)}: {file.symbol}"
            if file.symbol and is_each_an_asset
            else _own_name(file)
            for file in files
        ]
    )
    left_out = counted(len(others), "entry")
    if is_folder:
        read = say("{count} of the folder are one market ({value})", count=count, value=listing)
        rest = say(
            "{count} of the folder left out ({others})", count=left_out, others=listed(others)
        )
    else:
        read = say("{count} of the archive are one market ({value})", count=count, value=listing)
        rest = say(
            "{count} of the archive left out ({others})", count=left_out, others=listed(others)
        )
    notes = [Problem(where=path.name, what=read, severity="note")]
    if others:
        notes.append(Problem(where=path.name, what=rest, severity="note"))
    return tuple(notes)


def _own_name(file: FolderFile) -> str:
    return file.label or file.path.name


def _top(folder: Path, item: Path) -> str:
    return item.relative_to(folder).parts[0] if item.is_relative_to(folder) else item.name


def is_table_name(name: str) -> bool:
    """Return whether a file's name is that of a table; hidden files and locks are not."""
    if name.startswith((".", "~$", "_")):
        return False
    return Path(without_packing(name)).suffix.lower() in TABLE_SUFFIXES


def symbols_of(names: Sequence[str]) -> list[str]:
    """Return what the assets of files are called: their stems without what all of them share.

    Of ``prices_AAPL_daily.csv`` and ``prices_MSFT_daily.csv`` these are AAPL and MSFT.
    """
    stems = [_stem(name) for name in names]
    if len(stems) < 2:
        return [_SPAN.sub("", stem) or stem for stem in stems]
    front = _up_to_mark(_shared_start(stems))
    shortened = [stem[len(front) :] for stem in stems]
    back = _up_to_mark(_shared_start([stem[::-1] for stem in shortened]))
    shortened = [stem[: len(stem) - len(back)] for stem in shortened]
    distinct = all(shortened) and len(set(shortened)) == len(stems)
    return shortened if distinct else stems


def _stem(name: str) -> str:
    path = Path(without_packing(name))
    # The name of a sheet may have a dot of its own, such as BRK.B.
    return path.name.removesuffix(path.suffix) if is_table_name(path.name) else path.name


def _up_to_mark(shared: str) -> str:
    """Return the shared beginning up to and with its last mark between words."""
    cut = max((shared.rfind(mark) for mark in _MARKS), default=-1)
    return shared[: cut + 1]


def _shared_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)  # texts between the two share what these share
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first[: min(len(first), len(last)) if length is None else length]
