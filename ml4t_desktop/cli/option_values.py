"""The values of a request that options of the command line stand for."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml4t_desktop.errors import InputError, Problem

_BENCHMARKS = frozenset({"market", "none", "file"})


def overrides(changes: Sequence[str]) -> dict[str, Any]:
    """Return the values of ``--set key=value`` by dotted key.

    A value is TOML; what is not TOML is text, so that bare words need no quotes.

    Raises
    ------
    InputError
        With every change that has no key or whose list, table or quoted text does not end.
    """
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for change in changes:
        key, equals, text = (part.strip() for part in change.partition("="))
        where = f"--set {change}"
        if not equals or not all(key.split(".")):
            fix = "Write it as key=value, such as execution.fill=same_close"
            problems.append(Problem(where=where, what="is not a key and a value", fix=fix))
            continue
        try:
            found[key] = _toml_value(text)
        except tomllib.TOMLDecodeError as error:
            problems.append(Problem(where=where, what=f"the value is not TOML: {error}"))
    if problems:
        raise InputError(problems)
    return found


def benchmark_values(text: str) -> dict[str, Any]:
    """Return the values of the request for ``--benchmark``: a name, or a file where there is one."""
    is_name = text in _BENCHMARKS or text.startswith(("asset.", "context.", "signal."))
    path = Path(text)
    if is_name and not path.is_file():
        return {"benchmark": text}
    return {"benchmark": "file", "data.benchmark.file": path.absolute().as_posix()}


def _toml_value(text: str) -> Any:
    try:
        table = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        if text.startswith(("[", "{", '"', "'")):
            raise
        return text
    return table["value"] if table.keys() == {"value"} else text
