"""Which run this is, the versions behind it, and its request as seen from its folder."""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path, PurePath

from ml4t_desktop import __version__
from ml4t_desktop.request import Request

ID_DIGITS = 16
_LIBRARIES = ("numpy", "llvmlite", "polars")  # llvmlite, and with it numba, compiled the kernel


def run_id(request: Request, digest: str) -> str:
    """Return the identity of a run: equal version, request and data give the same one.

    Where the files lie does not count, what they contain does.

    Parameters
    ----------
    request : Request
    digest : str
        Hash of the contents of the files, as `files.loaded.LoadedMarket` carries it.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    asked = with_file_names(request).model_dump(mode="json", by_alias=True, exclude_none=True)
    text = json.dumps([__version__, asked, digest], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]


def versions() -> dict[str, str]:
    """Return the versions a result depends on, of the libraries that are loaded."""
    found = {"ml4t_desktop": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        if name in sys.modules:
            found[name] = str(sys.modules[name].__version__)
    return found


def request_seen_from(request: Request, folder: Path, *, base: Path) -> Request:
    """Return the request with paths that work from `folder`.

    Paths are relative when file and folder lie on one tree (they share more than the root), so that
    the tree can be moved as a whole, and absolute otherwise.

    Parameters
    ----------
    folder : Path
        Where the request will lie; it need not exist.
    base : Path
        The folder from which the request's paths work now.
    """
    target = folder.resolve()

    def moved(file: str) -> str:
        path = (base / file).resolve()
        shared = shared_folder(path, target)
        if shared is None:
            return path.as_posix()
        return PurePath(os.path.relpath(path, target)).as_posix()

    return _with_files(request, moved)


def with_file_names(request: Request) -> Request:
    """Return the request with the names of its files alone, wherever these lie."""
    return _with_files(request, _name)


def shared_folder(first: Path, second: Path) -> Path | None:
    """Return the folder both lie in, None when it is but the root (or they are on two drives)."""
    if first.anchor != second.anchor:
        return None
    shared = Path(os.path.commonpath([first, second]))
    return None if shared == Path(first.anchor) else shared


def _name(file: str) -> str:
    return PurePath(file).name


def _with_files(request: Request, change: Callable[[str], str]) -> Request:
    """Return the request with every file path changed."""
    files = tuple(change(file) for file in request.data.files)
    actions = request.data.corporate_actions
    changed: dict[str, object] = {
        "files": files,
        "corporate_actions": None if actions is None else change(actions),
    }
    predictions = request.data.predictions
    if predictions is not None:
        theirs = tuple(change(file) for file in predictions.files)
        changed["predictions"] = predictions.model_copy(update={"files": theirs})
    benchmark = request.data.benchmark
    if benchmark is not None:
        changed["benchmark"] = benchmark.model_copy(update={"file": change(benchmark.file)})
    data = request.data.model_copy(update=changed)
    context = request.context
    if context is not None:
        context = context.model_copy(update={"file": change(context.file)})
    strategy, python = request.strategy, request.strategy.python
    if python is not None:
        moved = python.model_copy(update={"file": change(python.file)})
        strategy = strategy.model_copy(update={"python": moved})
    return request.model_copy(update={"data": data, "context": context, "strategy": strategy})
