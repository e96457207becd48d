"""A problem in the words of the window: with the step and the control in place of a key of the request."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pydantic import BaseModel

from ml4t_desktop.errors import Problem
from ml4t_desktop.request import (
    Account,
    ContextSource,
    Costs,
    DataSource,
    Execution,
    RiskLimits,
    RuleStrategy,
)
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.changes import is_rule, title_of_key
from ml4t_desktop.session.request.steps import step_of_key, step_title
from ml4t_desktop.session.words import word

_KEY: Final = re.compile(r"(?:request, )?([a-z_]+(?:\.[^\s,:\[\]]+|\[\d+\])*)")
_TABLES: Final[Mapping[str, type[BaseModel]]] = {
    "data": DataSource,
    "context": ContextSource,
    "strategy": RuleStrategy,
    "execution": Execution,
    "costs": Costs,
    "account": Account,
    "risk": RiskLimits,
}
_PART: Final = re.compile(r"\[(\d+)\]")


def problem_words(problem: Problem) -> str:
    """Return a problem with its place and what to do about it, as the window tells it."""
    return shown(str(replace(problem, where=place_words(problem.where))))


def place_words(where: str) -> str:
    """Return a place in words: ``Capital, type of account`` for ``request, account.type``.

    A place that is none of the request being edited stays, such as that of a file.
    """
    found = _KEY.fullmatch(where)
    step = step_of_key(found[1]) if found and _is_key(found[1]) else None
    if found is None or step is None:
        return shown(where)
    key = found[1]
    if key in _TABLES:
        return step_title(step)
    if key in {"strategy.python.file", "strategy.python"}:
        return tr("{step}, {control}", step=step_title(step), control=tr("Python file"))
    rule = next((name for name in _rules_above(key) if is_rule(name)), "")
    part = _PART.search(key) if rule else None
    title = word(rule.rpartition(".")[2]) if rule else title_of_key(_PART.sub("", key))
    if part is not None:
        return tr(
            "{step}, {rule}, part {number}",
            step=step_title(step),
            rule=title,
            number=int(part[1]) + 1,
        )
    return tr("{step}, {control}", step=step_title(step), control=title)


def _is_key(text: str) -> bool:
    """Return whether a text is a key and not, say, ``data.csv``."""
    table, _, below = text.partition(".")
    first = below.partition(".")[0].partition("[")[0]
    return table in _TABLES and (not first or first in _TABLES[table].model_fields)


def _rules_above(key: str) -> tuple[str, ...]:
    parts = key.partition("[")[0].split(".")
    return tuple(".".join(parts[:count]) for count in range(len(parts), 1, -1))
