"""What an analyst should know of how a file was taken, and why one was not."""

from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.columns.names import is_quote, usual_role
from ml4t_desktop.files.findings import named
from ml4t_desktop.session.language import in_a_row, shown, tr
from ml4t_desktop.session.looks import Look
from ml4t_desktop.session.notices import Message, Notice
from ml4t_desktop.session.request.proposals import closes_only, guessed
from ml4t_desktop.session.request.steps import Step

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import FileInspection


def about_prices(look: Look, *, is_remembered: bool) -> list[Notice]:
    """Return what an analyst should know of how the first price file was taken."""
    inspection, where = look.inspection, look.path.name
    told: list[Notice] = []
    if is_remembered:
        what = tr("its columns are as you chose them for a file with the same columns before")
        fix = tr("To go back to what is recognised, use “Forget” below the columns")
        told.append(_notice(where, what, fix, is_warning=False))
    else:
        told += _not_found(inspection, where)
    if closes_only(inspection):
        what = tr("there are only closing prices; they stand for open, high and low")
        fix = tr("Stops and limits inside a bar cannot be seen in it; test them at the close")
        told.append(_notice(where, what, fix))
    close = guessed(inspection, "close")
    if close is not None and is_quote(close):
        what = tr("there is no price of a trade; the bid stands for it")
        fix = tr("Say what the spread costs in the step Execution, as slippage")
        told.append(_notice(tr("{file}, column '{column}'", file=where, column=close), what, fix))
    told += about_nested(look)
    market_wide = inspection.columns_as("context")
    if market_wide and not is_remembered:
        what = tr(
            "{market_wide}: one value at each time for all assets, proposed as context",
            market_wide=", ".join(market_wide),
        )
        told.append(_notice(where, what, step=Step.CONTEXT, is_warning=False))
    return told


def about_nested(look: Look) -> list[Notice]:
    """Return warnings of columns that hold several values in a cell, so that they are no signals."""
    fix = tr("Write its numbers as columns of their own")
    return [
        _notice(
            tr("{file}, column '{column}'", file=look.path.name, column=info.name),
            tr("holds several values in each cell ({kind}), and is left out", kind=info.dtype),
            fix,
        )
        for info in look.inspection.columns
        if info.dtype.startswith(("List", "Array", "Struct"))
    ]


def _not_found(inspection: "FileInspection", where: str) -> list[Notice]:
    """Return a warning of the columns that a price file needs and that are not recognised."""
    needed = ["time", "close"]
    if not closes_only(inspection):
        needed[1:1] = ["open", "high", "low"]
    lacking = [role for role in needed if guessed(inspection, role) is None]
    if not lacking or lacking == ["open"]:
        return []
    if lacking == ["time"]:
        from ml4t_desktop.files.columns.recognition import span_problem

        span = span_problem(inspection.preview, (), where)
        if span is not None:
            return [_notice(shown(span.where), shown(span.what), shown(span.fix))]
    columns = named([info.name for info in inspection.columns])
    what = tr(
        "no column is recognised as {lacking}; the columns are: {columns}",
        lacking=", ".join(lacking),
        columns=columns,
    )
    unfit = [
        tr("“{info}” holds {dtype}", info=info.name, dtype=info.dtype)
        for info in inspection.columns
        if usual_role(info.name) in lacking
    ]
    if unfit:
        what = tr("{what}; {unfit}", what=what, unfit=in_a_row(unfit))
    return [_notice(where, what, tr("Choose them below “Columns”, or give another file"))]


def about_context(look: Look, *, has_prices: bool) -> list[Notice]:
    """Return what an analyst should know of a file that was taken for values of the whole market."""
    inspection, where = look.inspection, look.path.name
    if guessed(inspection, "time") is None:
        what = tr("no column is recognised as its times")
        return [_notice(where, what, tr("Choose it in the step Context"), step=Step.CONTEXT)]
    if has_prices:
        return []
    what = tr(
        "no prices are recognised in it, so it is taken as context: values that all assets share"
    )
    fix = tr("If its columns are prices of assets, name the file after them, such as close.csv")
    return [_notice(where, what, fix, step=Step.CONTEXT, is_warning=False)]


def taken_as_context(look: Look) -> Notice:
    """Return the note on a wide table beside prices that nothing calls prices."""
    what = tr(
        "nothing says that its columns are prices, so they are taken as context: values that all "
        "assets share"
    )
    fix = tr("If they are prices, name the file after them, such as close.csv")
    return _notice(look.path.name, what, fix, step=Step.CONTEXT, is_warning=False)


def no_table_of_times(look: Look) -> Problem | None:
    """Return why a file that nobody said anything about is of no use: it has neither prices nor times."""
    inspection = look.inspection
    if inspection.kind != "context" or guessed(inspection, "time") is not None:
        return None
    columns = named([info.name for info in inspection.columns])
    what = tr(
        "has neither prices nor a column of dates or times; the columns are: {columns}",
        columns=columns,
    )
    fix = tr("Give a table with a row for each time, and a header that says what its columns are")
    return Problem(where=look.path.name, what=what, fix=fix)


def prices_already(path: Path) -> Message:
    """Return why the price file is not taken for predictions too."""
    what = tr("is the price file already, and one table of each file is read")
    fix = tr("Save the predictions as a file of their own, and add that")
    problem = Problem(where=path.name, what=what, fix=fix)
    return Message(tr("{path} cannot be used", path=path.name), (Notice(problem, Step.DATA),))


def told_apart(files: list[str], notices: list[Notice]) -> Message:
    """Return what became of each table of files that hold several."""
    first, *others = notices
    title = tr(
        "{files}: each table has been given its place. Another can be chosen in the step Data",
        files=", ".join(files),
    )
    return Message(title, (Notice(first.problem, Step.DATA), *others))


def told_at_once(messages: tuple[Message, ...]) -> Message:
    """Return what is said of several files as one message, what keeps one from being used first."""
    if len(messages) == 1:
        return messages[0]
    ordered = sorted(messages, key=lambda message: not message.is_error)
    notices = tuple(notice for message in ordered for notice in message.notices)
    refused = sum(message.is_error for message in messages)
    if not refused:
        return Message(tr("The files were read, with remarks"), notices)
    if refused == 1:
        return Message(ordered[0].title, notices)
    return Message(tr("{refused:,} files cannot be used", refused=refused), notices)


def _notice(
    where: str, what: str, fix: str = "", *, step: Step = Step.DATA, is_warning: bool = True
) -> Notice:
    severity = "warning" if is_warning else "note"
    return Notice(Problem(where=where, what=what, fix=fix, severity=severity), step)
