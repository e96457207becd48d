"""The steps of the set-up: what each holds, and what it still needs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale

from ml4t_desktop.errors import Problem
from ml4t_desktop.session.language import in_a_row, shown, tr, tr_count
from ml4t_desktop.session.request.draft import Draft, FieldProblem
from ml4t_desktop.session.request.mends import (
    Mend,
    begin_mends,
    is_of_direction,
    late_begin,
    mends_of,
)
from ml4t_desktop.session.request.proposals import ROLES, asset_total, closes_only, guessed
from ml4t_desktop.session.request.rule_nodes import root_of
from ml4t_desktop.session.request.step_meanings import (
    account_meaning,
    context_meaning,
    data_meaning,
    execution_meaning,
    strategy_meaning,
)
from ml4t_desktop.session.words import as_words, word
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import FileInspection

_REQUIRED: Final = {  # what a price file must have
    "time": mark("No column for time"),
    "open": mark("No column for open"),
    "high": mark("No column for high"),
    "low": mark("No column for low"),
    "close": mark("No column for close"),
}


class Step(StrEnum):
    """A step of the set-up."""

    DATA = "Data"
    CONTEXT = "Context"
    STRATEGY = "Strategy"
    EXECUTION = "Execution & costs"
    ACCOUNT = "Capital"


_TITLES: Final = {
    Step.DATA: mark("Data"),
    Step.CONTEXT: mark("Context"),
    Step.STRATEGY: mark("Strategy"),
    Step.EXECUTION: mark("Execution & costs"),
    Step.ACCOUNT: mark("Capital"),
}
_OF_TABLE = {
    "data": Step.DATA,
    "context": Step.CONTEXT,
    "strategy": Step.STRATEGY,
    "execution": Step.EXECUTION,
    "costs": Step.EXECUTION,
    "account": Step.ACCOUNT,
    "risk": Step.ACCOUNT,
}


@dataclass(frozen=True, slots=True)
class StepState:
    """Whether a step is complete, in a few words what it holds or lacks, and what that means.

    Parameters
    ----------
    meaning : str
        Whole sentences, in plain words.
    mends : tuple of Mend
        What takes problems away at one click.
    """

    step: Step
    summary: str
    problems: tuple[FieldProblem, ...] = ()
    meaning: str = ""
    mends: tuple[Mend, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.problems

    @property
    def text(self) -> str:
        """The summary, or the first thing that is missing."""
        return _sentence(self.problems[0].problem) if self.problems else self.summary


def step_title(step: Step) -> str:
    """Return what a step is called on screen."""
    return shown(_TITLES[step])


def step_of_key(key: str) -> Step | None:
    """Return the step that shows a key of the request."""
    return _OF_TABLE.get(key.partition(".")[0])


def step_of_problem(problem: Problem, draft: Draft) -> Step | None:
    """Return the step where a problem of reading or running can be mended."""
    place = problem.where.removeprefix("request, ")
    script = draft.get("strategy.python.file")
    if script and _names_file(place, str(script)):
        return Step.STRATEGY
    if draft.context_file and _names_file(place, draft.context_file):
        theirs = [f"'{name}'" for name in draft.get("context.columns", ())]
        is_of_prices = draft.context_file in draft.files and not place.endswith(", columns")
        if not is_of_prices or any(name in place for name in theirs):
            return Step.CONTEXT
    predictions: tuple[str, ...] = draft.get("data.predictions.files", ())
    if any(_names_file(place, file) for file in (*draft.files, *predictions)):
        return Step.DATA
    return step_of_key(place.split(",")[0].strip())


def step_states(
    draft: Draft,
    prices: "Iterable[FileInspection]",
    failed: Iterable[FieldProblem] = (),
    locale: QLocale | None = None,
    signals_begin: date | None = None,
) -> tuple[StepState, ...]:
    """Return the state of every step, in order.

    Parameters
    ----------
    prices : iterable of FileInspection
        The price files that were looked at.
    failed : iterable of FieldProblem
        What is known to be wrong with the files themselves.
    locale : QLocale or None
        How numbers are written; None: as the user's system does.
    signals_begin : date or None
        First day on which every signal has a value, as `Look` says.
    """
    looked = tuple(prices)
    late = late_begin(draft, looked, signals_begin)
    asked = (item for item in draft.problems() if not _is_told_otherwise(item, draft))
    known: dict[Step, list[FieldProblem]] = {step: [] for step in Step}
    for item in (*failed, *_missing(draft, looked), *asked):
        known[step_of_key(item.key) or Step.DATA].append(item)
        if is_of_direction(item):  # mended there or at the account
            known[Step.STRATEGY].append(replace(item, key="strategy.direction"))
    summaries = _summaries(draft, looked)
    meanings = _meanings(draft, looked, locale or QLocale(), late)
    offers = {Step.DATA: begin_mends(late)}
    return tuple(
        StepState(
            step,
            summaries[step],
            tuple(known[step]),
            meanings[step],
            (*offers.get(step, ()), *_mends(known[step], draft, looked)),
        )
        for step in Step
    )


def _mends(
    problems: Iterable[FieldProblem], draft: Draft, prices: "tuple[FileInspection, ...]"
) -> Iterable[Mend]:
    """Return what mends problems, each once."""
    found = (mend for item in problems for mend in mends_of(item, draft, prices))
    return {mend.title: mend for mend in found}.values()


def _meanings(
    draft: Draft, prices: "tuple[FileInspection, ...]", locale: QLocale, late: date | None
) -> dict[Step, str]:
    return {
        Step.DATA: data_meaning(draft, prices, late),
        Step.CONTEXT: context_meaning(draft),
        Step.STRATEGY: strategy_meaning(draft, locale),
        Step.EXECUTION: execution_meaning(draft, locale),
        Step.ACCOUNT: account_meaning(draft, locale),
    }


def _is_told_otherwise(item: FieldProblem, draft: Draft) -> bool:
    """Return whether a lack of the request has words of its own."""
    if item.key == "data.files":
        return not draft.files
    return item.key in {"strategy.python.file", "strategy.python.class"} and not draft.get(item.key)


def _missing(draft: Draft, prices: "tuple[FileInspection, ...]") -> Iterator[FieldProblem]:
    """Yield what a request may lack and a run from the window may not."""
    if not draft.files:
        yield _lack("data.files", tr("No price file yet"), tr("Open or drop one"))
    long = tuple(file for file in prices if not _is_one_field(file))
    for role, lack in _REQUIRED.items():
        if draft.get(f"data.{role}") is None and _is_missing(role, prices, long):
            yield _lack(f"data.{role}", shown(lack), tr("Choose one"))
    for role in ROLES:
        column = draft.get(f"data.{role}")
        for file in long if column is not None else ():
            if all(info.name != column for info in file.columns):
                what = tr("{path} has no column {column}", path=file.path.name, column=column)
                yield _lack(f"data.{role}", what, tr("Choose another"))
    if draft.get("data.predictions") is not None and not draft.get("data.signals"):
        yield _lack("data.signals", tr("No column of predictions is ticked"), tr("Tick one"))
    if draft.get("context") is not None and not draft.get("context.columns"):
        yield _lack(
            "context.columns", tr("No context column is ticked"), tr("Tick one, or remove the file")
        )
    is_python = draft.get("strategy.python") is not None
    entries = (draft.get("strategy.entry"), draft.get("strategy.short_entry"))
    if not is_python and entries == (None, None):
        yield _lack("strategy.entry", tr("No entry rule"), tr("Add a clause"))


def _is_one_field(file: "FileInspection") -> bool:
    """Return whether a file is wide and holds one field, so that others hold the rest."""
    return len(file.made) == 2


def _is_missing(
    role: str, prices: "tuple[FileInspection, ...]", long: "tuple[FileInspection, ...]"
) -> bool:
    """Return whether a price file lacks a role that no other file and no closing price stands for."""
    if role in {"open", "high", "low"} and all(closes_only(file) for file in prices):
        return False
    if role == "open" and all(guessed(file, "close") for file in long) and long:
        return False
    if not long:
        return bool(prices) and all(guessed(file, role) is None for file in prices)
    return any(guessed(file, role) is None for file in long)


def _lack(key: str, what: str, fix: str) -> FieldProblem:
    return FieldProblem(key, Problem(what=what, fix=fix, where=key))


def _names_file(place: str, file: str) -> bool:
    return _file_name(file) in place


def _file_name(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]


def _sentence(problem: Problem) -> str:
    if not problem.fix:
        return shown(problem.what)
    return tr("{what}. {fix}", what=problem.what, fix=problem.fix)


def _summaries(draft: Draft, prices: "tuple[FileInspection, ...]") -> dict[Step, str]:
    return {
        Step.DATA: _data_summary(draft, prices),
        Step.CONTEXT: _context_summary(draft),
        Step.STRATEGY: _strategy_summary(draft),
        Step.EXECUTION: _execution_summary(draft),
        Step.ACCOUNT: _account_summary(draft),
    }


def _data_summary(draft: Draft, prices: "tuple[FileInspection, ...]") -> str:
    rows = sum(file.row_count for file in prices)
    parts = [counted(rows, "row")] if prices else [counted(len(draft.files), "file")]
    assets = asset_total(draft, [file for file in prices if file.asset_count is not None])
    if assets:
        parts.append(counted(assets, "asset"))
    parts.append(counted(len(draft.get("data.signals", ())), "signal"))
    return in_a_row(parts)


def _context_summary(draft: Draft) -> str:
    columns = draft.get("context.columns", ())
    return in_a_row(columns) if columns else tr("Optional: none")


def _strategy_summary(draft: Draft) -> str:
    python = draft.get("strategy.python")
    if python is not None:
        file = _file_name(str(python.get("file", "")))
        return tr("{name} of {file}", name=python.get("class"), file=file)
    parts = [as_words(str(draft.get("strategy.direction", "")))]
    for key in ("entry", "exit", "filter"):
        clauses = len(tuple(root_of(draft.get(f"strategy.{key}")).clauses()))
        if clauses:
            parts.append(counted(clauses, f"{key}_clause"))
    return in_a_row(parts)


def _execution_summary(draft: Draft) -> str:
    return tr(
        "Fills at {fill}, commission {commission}, slippage {slippage}",
        fill=word(str(draft.get("execution.fill", "next_open"))),
        commission=word(str(draft.get("costs.commission.model", "none"))),
        slippage=word(str(draft.get("costs.slippage.model", "none"))),
    )


def _account_summary(draft: Draft) -> str:
    accounts = {
        "cash": tr("cash account"),
        "margin": tr("margin account"),
        "contracts": tr("contracts account"),
    }
    capital = tr("{capital:,.0f}", capital=float(draft.get("account.initial_capital", 0)))
    parts = [capital, accounts.get(str(draft.get("account.type")), "")]
    limits = len(set(draft.get("risk") or {}) - {"on_loss"})
    if limits:
        parts.append(counted(limits, "risk_limit"))
    return in_a_row(parts)


_COUNTED: Final[Mapping[str, Callable[[int], str]]] = {
    "row": lambda n: tr_count("{n} row", "{n:,} rows", n),
    "file": lambda n: tr_count("{n} file", "{n:,} files", n),
    "asset": lambda n: tr_count("{n} asset", "{n:,} assets", n),
    "signal": lambda n: tr_count("{n} signal", "{n:,} signals", n),
    "column": lambda n: tr_count("{n} column", "{n:,} columns", n),
    "entry_clause": lambda n: tr_count("{n} entry clause", "{n:,} entry clauses", n),
    "exit_clause": lambda n: tr_count("{n} exit clause", "{n:,} exit clauses", n),
    "filter_clause": lambda n: tr_count("{n} filter clause", "{n:,} filter clauses", n),
    "risk_limit": lambda n: tr_count("{n} risk limit", "{n:,} risk limits", n),
    "run": lambda n: tr_count("{n} run", "{n:,} runs", n),
    "unsaved_run": lambda n: tr_count("{n} unsaved run", "{n:,} unsaved runs", n),
    "error": lambda n: tr_count("{n} error", "{n:,} errors", n),
    "warning": lambda n: tr_count("{n} warning", "{n:,} warnings", n),
    "note": lambda n: tr_count("{n} note", "{n:,} notes", n),
}


def counted(count: int, noun: str) -> str:
    """Return a number of things, such as ``1 row`` or ``2,000 rows``."""
    return _COUNTED[noun](count)
