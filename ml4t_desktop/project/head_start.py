"""A run whose file is read before its request is checked."""

import tomllib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml4t_desktop.files.head_start import HeadStart


def begin_reading(
    request: Path,
    replaced: Collection[str],
    progress: Callable[[float], None] | None = None,
) -> "HeadStart | None":
    """Begin to read the file of a request, None where that is none to be read so early.

    What is wrong with the request is told by those who check it.

    Parameters
    ----------
    replaced : collection of str
        Dotted keys whose values are others than in the file.
    progress : callable or None
        Told the share of reading that is done, 0 to 1.
    """
    if any(key == "data" or key.startswith("data.") for key in replaced):
        return None
    try:
        data = tomllib.loads(request.read_text(encoding="utf-8-sig")).get("data")
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    from ml4t_desktop.files.head_start import HeadStart

    return HeadStart.of_data(data, request.parent, progress)
