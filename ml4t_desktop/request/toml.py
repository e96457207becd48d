"""Request files: TOML in and out, with every problem told at once and with its place."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.request.request import Request
from ml4t_desktop.wording import Text, joined, mark, parted, say

_ENCODE = mark("Save it as UTF-8")


def load_request(path: Path, overrides: Mapping[str, Any] | None = None) -> Request:
    """Return the request of a TOML file.

    Parameters
    ----------
    path : Path
    overrides : mapping of dotted key to value
        Values that replace those of the file, as ``run --set`` gives them.

    Raises
    ------
    InputError
        If the file cannot be read, is not TOML, or does not describe a request; all problems at once.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(
            Problem(
                where=str(path),
                what=say("cannot be read ({reason})", reason=error.strerror),
                fix=mark("Check its path and who may read it"),
            )
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(where=str(path), what=mark("is not a text file in UTF-8"), fix=_ENCODE)
        ) from error
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # numbers and lists may be beyond all bounds
        what = say("is not valid TOML: {reason}", reason=str(error))
        fix = mark("Mend the place; texts stand in quotes, tables in brackets")
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error
    for key, value in (overrides or {}).items():
        _set(raw, key, value)
    return parse_request(raw, str(path))


def parse_request(raw: Mapping[str, Any], where: str = "request") -> Request:
    """Return the request a parsed TOML document describes; see `load_request` for errors."""
    version = raw.get("format", 1)
    if isinstance(version, int) and not isinstance(version, bool) and version > 1:
        problem = Problem(
            where=f"{where}, format",
            what=say("is format {version}, this version reads format 1", version=version),
            fix=mark("Open it with a newer ml4t_desktop"),
        )
        raise InputError(problem)
    try:
        return Request.model_validate(dict(raw))
    except ValidationError as error:
        raise InputError(validation_problems(error, raw, where)) from error


def request_toml(request: Request) -> str:
    """Return a request as TOML text that `parse_request` reads back to an equal request."""
    import tomli_w

    raw = request.model_dump(mode="python", by_alias=True, exclude_none=True)
    return tomli_w.dumps(_plain(raw))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _set(raw: dict[str, Any], key: str, value: Any) -> None:
    """Set a dotted key, making the tables on its way."""
    *parents, last = key.split(".")
    table: Any = raw
    for parent in parents:
        below = _entry(table, parent, key)
        if not isinstance(below, dict | list):
            what = say("'{parent}' is a value, not a table", parent=parent)
            problem = Problem(where=f"--set {key}", what=what)
            raise InputError(problem)
        table = below
    if isinstance(table, list):
        _entry(table, last, key)
        table[int(last)] = value
    else:
        table[last] = value


def _entry(table: Any, step: str, key: str) -> Any:
    """Return what is below a step of a key: a table that is made where there is none, or an entry of a list.

    Raises
    ------
    InputError
        If a list has no such entry.
    """
    if isinstance(table, dict):
        return table.setdefault(step, {})
    if not step.isdecimal() or int(step) >= len(table):
        what = say("there is no entry '{step}' in the list", step=step)
        raise InputError(Problem(where=f"--set {key}", what=what, fix=mark("Entries count from 0")))
    return table[int(step)]


def validation_problems(
    error: ValidationError, raw: Mapping[str, Any], where: str = ""
) -> list[Problem]:
    """Return what pydantic found wrong as problems, each with its key.

    Parameters
    ----------
    error : ValidationError
    raw : mapping
        What was validated.
    where : str
        Name of the file, put before the key.
    """
    return [problem for item in error.errors() for problem in _problems(raw, where, item)]


def _problems(raw: Mapping[str, Any], where: str, item: Any) -> Iterator[Problem]:
    """Yield a pydantic error as problems: one of ours may tell several, each with its place."""
    problem = _problem(raw, where, item)
    for part in parted(problem.what):
        values = part.values if isinstance(part, Text) else {}
        if {"place", "message"} <= values.keys():
            place, what = str(values["place"]), cast("str", values["message"])
            yield Problem(where=joined(", ", (where, place)) if where else place, what=what)
        else:
            yield replace(problem, what=part)


def _problem(raw: Mapping[str, Any], where: str, item: Any) -> Problem:
    """Return a pydantic error as a problem with its key."""
    from ml4t_desktop.request.complaints import complaint

    kind = item["type"]
    key = _key(raw, item["loc"], is_missing=kind == "missing")
    place = joined(", ", (where, key)) if where and key else where or key
    if kind == "extra_forbidden":
        return Problem(
            where=place, what=mark("unknown key"), fix=mark("Remove it or mend its spelling")
        )
    if kind == "missing":
        return Problem(where=place, what=mark("is missing"), fix=mark("Add it"))
    if kind == "union_tag_not_found":
        chooser = item["ctx"]["discriminator"].strip("'")
        return Problem(where=f"{place}.{chooser}", what=mark("is missing"), fix=mark("Add it"))
    return Problem(where=place, what=complaint(item))


def _key(raw: Any, loc: tuple[int | str, ...], *, is_missing: bool) -> str:
    """Return the dotted key of an error, leaving out the names pydantic gives to union members.

    Those names are not in the file; of the steps that are not, only a missing key belongs to its place.
    """
    parts: list[str] = []
    node: Any = raw
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(step, int):
            parts.append(f"[{step}]")
            node = node[step] if isinstance(node, list | tuple) and step < len(node) else None
        elif isinstance(node, Mapping) and step in node:
            parts.append(f".{step}" if parts else step)
            node = node[step]
        elif last and is_missing:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)
