"""A request while it is being edited: it may be incomplete, and says what is missing."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.request import UNFITTING, DataSource, Request, parse_request, request_toml
from ml4t_desktop.wording import Text, mark

_WHERE = "request"
_MISSING = mark("is missing")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A problem and the key of the draft it belongs to, such as ``data.files``; empty: to none."""

    key: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Draft:
    """A request being edited. An edit makes a new one.

    Parameters
    ----------
    raw : mapping
        The tables of a request file, with every default written out; what is unknown yet is absent.
    """

    raw: Mapping[str, Any]

    @classmethod
    def of(cls, request: Request) -> Self:
        """Return the draft of a complete request."""
        return cls(_frozen(request.model_dump(mode="python", by_alias=True, exclude_none=True)))

    @classmethod
    def of_tables(cls, tables: Mapping[str, Any]) -> Self:
        """Return the draft of the tables of a request file, taken as they are."""
        return cls(_frozen(tables))

    @classmethod
    def empty(cls) -> Self:
        """Return the draft an analyst starts with: all defaults, no data."""
        raw = dict(cls.of(Request(data=DataSource(files=("-",)))).raw)
        data = dict(raw["data"])
        del data["files"]
        return cls(raw | {"data": data})

    def tables(self) -> dict[str, Any]:
        """Return the draft as tables and lists that can be written as TOML, complete or not."""
        return _plain(self.raw)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a dotted key."""
        node: Any = self.raw
        for step in key.split("."):
            if not isinstance(node, Mapping) or step not in node:
                return default
            node = node[step]
        return node

    def edited(self, key: str, value: Any) -> "Draft":
        """Return a draft with another value of a dotted key; None removes it."""
        return Draft(_replaced(self.raw, key.split("."), _frozen(value)))

    def edited_all(self, edits: Mapping[str, Any]) -> "Draft":
        """Return a draft with several values replaced, in order."""
        draft = self
        for key, value in edits.items():
            draft = draft.edited(key, value)
        return draft

    @property
    def files(self) -> tuple[str, ...]:
        """Price files, as the request names them."""
        return tuple(self.get("data.files", ()))

    @property
    def context_file(self) -> str | None:
        """The context file, as the request names it."""
        return self.get("context.file")

    def request(self) -> Request:
        """Return the request.

        Raises
        ------
        InputError
            If anything is missing or does not fit.
        """
        return parse_request(self.raw, _WHERE)

    def written_out(self) -> "Draft":
        """Return the draft with every default of its request, as reading its file would give it."""
        return self if self.problems() else Draft.of(self.request())

    def problems(self) -> tuple[FieldProblem, ...]:
        """Return what keeps the draft from being a request, each with its key."""
        try:
            self.request()
        except InputError as error:
            return tuple(placed(error.problems))
        return ()


def placed(problems: Iterable[Problem]) -> Iterator[FieldProblem]:
    """Yield the problems of a request with the keys they are about."""
    for problem in problems:
        key = problem.where.removeprefix(_WHERE).removeprefix(", ")
        yield FieldProblem(key, problem)


def read_draft(path: Path) -> Draft:
    """Return the draft of a request file; one that only lacks something is opened as it is.

    Raises
    ------
    InputError
        If the file cannot be read, is not TOML, or holds what no form could show.
    """
    from ml4t_desktop.request import load_request

    try:
        return Draft.of(load_request(path))
    except InputError as error:
        if not all(_can_be_completed(problem) for problem in error.problems):
            raise
    raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    return Draft(_merged(Draft.empty().raw, _frozen(raw)))


def draft_of(tables: Mapping[str, Any], path: Path) -> Draft:
    """Return the draft of the tables of a request that a file holds, as `read_draft` does."""
    try:
        return Draft.of(parse_request(tables, str(path)))
    except InputError as error:
        if not all(_can_be_completed(problem) for problem in error.problems):
            raise
    return Draft(_merged(Draft.empty().raw, _frozen(tables)))


def draft_toml(draft: Draft) -> str:
    """Return a draft as the text of a request file, complete or not."""
    import tomli_w

    if not draft.problems():
        return request_toml(draft.request())
    return tomli_w.dumps(draft.tables())


def _can_be_completed(problem: Problem) -> bool:
    what = problem.what
    return what == _MISSING or (isinstance(what, Text) and what.pattern in UNFITTING)


def _frozen(value: Any) -> Any:
    """Return nested tables and lists as new dicts and tuples that nobody else holds."""
    if isinstance(value, Mapping):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _replaced(table: Mapping[str, Any], steps: list[str], value: Any) -> dict[str, Any]:
    copy = dict(table)
    first, *rest = steps
    if rest:
        below = copy.get(first)
        copy[first] = _replaced(below if isinstance(below, Mapping) else {}, rest, value)
    elif value is None:
        copy.pop(first, None)
    else:
        copy[first] = value
    return copy


def _chooses_kind(table: Mapping[str, Any]) -> bool:
    return "model" in table or "helper" in table


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return `below` with the values of `above`; tables that choose a kind are taken whole."""
    merged = dict(below)
    for key, value in above.items():
        known = below.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping) and not _chooses_kind(known):
            merged[key] = _merged(known, value)
        else:
            merged[key] = value
    return merged
