"""Which variant of a strategy a run is, whatever it is called."""

import hashlib
import json

from ml4t_desktop.project.identity import ID_DIGITS, with_file_names
from ml4t_desktop.request import Request


def variant_id(request: Request, script: str = "") -> str:
    """Return the identity of what was asked: requests that ask for the same have the same.

    The name of the request, what it is measured against, where its files lie and the version of the
    application do not count.

    Parameters
    ----------
    script : str
        Hash of the Python file that decides; empty where rules do.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    named = with_file_names(request)
    data = named.data.model_copy(update={"benchmark": None})
    named = named.model_copy(update={"name": "", "benchmark": None, "data": data})
    asked = named.model_dump(mode="json", by_alias=True, exclude_none=True)
    text = json.dumps([asked, script], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]
