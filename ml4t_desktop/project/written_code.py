"""The rules of a request as a certified Python file."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.project.identity import request_seen_from
from ml4t_desktop.request import Request, load_request
from ml4t_desktop.wording import mark, say

if TYPE_CHECKING:  # polars and numba load in the background
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.export.code.certificate import CertifiedScript
    from ml4t_desktop.files.loaded import LoadedMarket


def write_code(request: Path, target: Path) -> "CertifiedScript":
    """Write the rules of a request file as Python, and prove that they trade alike.

    Raises
    ------
    InputError
        If the request cannot be run, or cannot be written out; nothing is written then.
    """
    from ml4t_desktop.files.market_files import read_market

    asked = load_request(request)
    _check_target(target)
    loaded = read_market(asked.data, asked.context, base=request.parent)
    return export_request(asked, loaded, target, base=request.parent)


def export_request(
    request: Request,
    loaded: "LoadedMarket",
    target: Path,
    *,
    base: Path,
    control: "RunControl | None" = None,
) -> "CertifiedScript":
    """Write a request as Python, once it is proved that it trades alike.

    Parameters
    ----------
    loaded : LoadedMarket
        The market of its files.
    target : Path
        The file; one that is there is replaced.
    base : Path
        The folder from which the paths of the request work.

    Raises
    ------
    InputError
        If it cannot be written out; nothing is written then.
    """
    from ml4t_desktop.export.code.certificate import certified_script
    from ml4t_desktop.project.warming import warm_engine

    warm_engine()
    folder = target.absolute().parent
    _check_target(target)
    moved = request_seen_from(request, folder, base=base)
    temporary = folder / f".{target.name}.{os.getpid()}.tmp"
    try:
        written = certified_script(moved, loaded, folder, control=control)
        temporary.write_text(written.text, encoding="utf-8")
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        what = say("cannot be written ({strerror})", strerror=error.strerror)
        raise InputError(
            Problem(where=str(target), what=what, fix=mark("Choose another folder"))
        ) from error
    return written


def _check_target(target: Path) -> None:
    if not target.absolute().parent.is_dir():
        what = mark("is in a folder that does not exist")
        raise InputError(Problem(where=str(target), what=what, fix=mark("Make the folder first")))
    if target.is_dir():
        raise InputError(
            Problem(where=str(target), what=mark("is a folder"), fix=mark("Name a file"))
        )
