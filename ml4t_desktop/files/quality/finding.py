"""What is wrong or doubtful in data, as values: what, where, what it does, what can be done."""

from dataclasses import dataclass, field
from functools import reduce
from typing import Final, Literal

import polars as pl

from ml4t_desktop.errors import Problem, Severity
from ml4t_desktop.files.quality.places import NO_PLACES
from ml4t_desktop.request import Repairs
from ml4t_desktop.wording import joined, mark, say

Kind = Literal[
    "unreadable",
    "remark",
    "missing_price",
    "infinite_price",
    "zero_price",
    "negative_price",
    "bad_volume",
    "impossible_bar",
    "close_only",
    "unsorted",
    "identical_rows",
    "duplicate_bar",
    "missing_day",
    "closed_day",
    "missing_bar",
    "session_gap",
    "off_session",
    "off_calendar",
    "late_start",
    "early_end",
    "split",
    "spike",
    "jump",
    "split_twice",
    "stale_bar",
    "no_volume",
    "zero_volume",
    "empty_signal",
    "constant_signal",
    "sparse_signal",
    "infinite_signal",
    "outlying_signal",
    "signal_scale",
    "signal_ends",
    "duplicate_prediction",
    "empty_context",
    "constant_context",
    "infinite_context",
    "context_unmatched",
    "context_stale",
    "context_ends",
    "context_daily",
    "time_zone",
]
_RANK: Final = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairChoice:
    """A repair that the request can ask for.

    Parameters
    ----------
    key : str
        Key of the request, such as ``data.repairs.bad_price``.
    value : str
    title : str
        What it does, as the words of a button.
    """

    key: str
    value: str
    title: str

    def __str__(self) -> str:
        """Return the repair as it is written in a request."""
        section, _, name = self.key.rpartition(".")
        return say(
            '{name} = "{value}" in [{section}]', name=name, value=self.value, section=section
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """One thing that is wrong or doubtful, with all the rows it concerns.

    Parameters
    ----------
    kind : str
    severity : {"error", "warning", "note"}
        An error stops a run, a warning may bend its result, a note is worth knowing.
    title : str
        The kind in two or three words.
    where : str
        File or files, and column.
    what : str
        The fact in a sentence without a full stop.
    effect : str
        What it does to a backtest.
    advice : str
        What the user can do beside the repairs.
    repairs : tuple of RepairChoice
        Honest ones, and only those that are not asked for yet.
    undo : RepairChoice or None
        What takes a repair back that the request asks for.
    places : DataFrame
        The rows and bars concerned, see `PLACES_SCHEMA`.
    measure : str
        What the values of the places are; empty when they have none.
    actions : str
        Rows of a file of corporate actions that would account for it, as CSV; else empty.
    """

    kind: Kind
    severity: Severity
    title: str
    where: str
    what: str
    effect: str = ""
    advice: str = ""
    repairs: tuple[RepairChoice, ...] = ()
    undo: RepairChoice | None = None
    places: pl.DataFrame = field(default_factory=lambda: NO_PLACES)
    measure: str = ""
    actions: str = ""

    @property
    def problem(self) -> Problem:
        """The finding in the words of a message."""
        choices = reduce(_either, map(str, self.repairs)) if self.repairs else ""
        said = (
            self.effect,
            self.advice,
            say("Repair: {choices}", choices=choices) if choices else "",
        )
        fix = joined(
            ". ", [part.rstrip(".") if part.endswith(".") else part for part in said if part]
        )
        return Problem(where=self.where, what=self.what, fix=fix, severity=self.severity)

    def __str__(self) -> str:
        """Return the finding as one line."""
        return str(self.problem)


def _either(first: str, last: str) -> str:
    return say("{first} or {last}", first=first, last=last)


def taken_back(choice: RepairChoice) -> RepairChoice:
    """Return the choice that takes a repair back: the default of its key."""
    default = str(getattr(Repairs(), choice.key.rpartition(".")[2]))
    return RepairChoice(key=choice.key, value=default, title=mark("Take the repair back"))


def remark(problem: Problem) -> Finding:
    """Return a message of a reader as a finding."""
    is_error = problem.severity == "error"
    return Finding(
        kind="unreadable" if is_error else "remark",
        severity=problem.severity,
        title=mark("Refused") if is_error else mark("How it was read"),
        where=problem.where,
        what=problem.what,
        advice=problem.fix,
    )


def by_severity(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings with errors first, then warnings, then notes."""
    return tuple(sorted(findings, key=lambda finding: _RANK[finding.severity]))
