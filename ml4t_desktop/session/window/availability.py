"""Why a command cannot be given now, in words for its tooltip."""

from collections.abc import Callable
from typing import Final

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.steps import step_title
from ml4t_desktop.session.session import Session

_OF_RUN = frozenset({"file.export_run", "file.export_report", "file.export_pdf"})


def why_not(session: Session, command_id: str) -> str:
    """Return why a command cannot be given now; empty when it can."""
    if command_id == "run.start":
        return session.why_not_run()
    if command_id == "run.cancel":
        # With Live on a run may begin at any moment: the command does not flicker with each of them.
        is_busy = session.runs.is_running or session.data.is_looking or session.live.is_on
        is_busy = is_busy or session.document.is_busy or session.reopening.is_busy
        is_busy = is_busy or session.reports.is_writing
        return "" if is_busy else tr("No run is going on")
    for commands, reason in _REASONS.items():
        if command_id in commands:
            return reason(session, command_id)
    if command_id == "number.making":
        return "" if session.results.run is not None else tr("There is no run yet")
    if command_id in _OF_RUN or command_id.startswith(("trade.", "chart.")):
        return _why_not_of_run(session, command_id)
    return _why_not_of_files(session, command_id)


def _why_not_of_history(session: Session, command_id: str) -> str:
    history = session.history
    if command_id == "run.tidy":
        return "" if history.entries else tr("No run is in the history yet")
    if history.shown is None:
        return tr("The run on screen is not in the history")
    is_same = history.request_of(history.shown) == session.request.draft
    return tr("This is the present request") if is_same else ""


def _why_not_of_files(session: Session, command_id: str) -> str:
    draft = session.request.draft
    if command_id in _WHY_NOT:
        return _WHY_NOT[command_id](session)
    if command_id in {"file.add_predictions", "file.add_actions", "file.add_benchmark"}:
        return "" if draft.files else tr("Open prices first")
    if command_id == "file.read_again":
        return (
            "" if session.changes.has_changed else tr("No data file has changed since it was read")
        )
    if command_id in {"file.save", "file.save_as"}:
        return "" if draft.files or draft.context_file else tr("There is nothing to save yet")
    return ""


def _why_not_read_again(session: Session) -> str:
    has_changed = session.changes.has_changed
    return "" if has_changed else tr("No data file has changed since it was read")


def _why_not_locate(session: Session) -> str:
    return "" if session.has_file_problems else tr("All files of the request are there")


def _why_not_export(session: Session) -> str:
    if session.scripts.is_python:
        return tr("The strategy is Python already")
    for state in session.step_states():
        if not state.is_complete:
            return tr("{step}: {state}", step=step_title(state.step), state=state.text)
    return tr("A script is being proved") if session.code.is_busy else ""


def _why_not_keep(session: Session, _command_id: str) -> str:
    if session.request.draft.get("strategy.entry") or session.scripts.is_python:
        return ""
    return tr("There is no entry rule yet")


def _why_not_agree(session: Session) -> str:
    if session.scripts.script is None:
        return tr("There is no Python file yet")
    return tr("You have agreed to run this text of the file") if session.scripts.is_trusted else ""


def _why_not_of_run(session: Session, command_id: str) -> str:
    run = session.results.run
    if command_id in _OF_RUN:
        return "" if run is not None else tr("There is no run yet")
    if command_id.startswith("chart."):
        return "" if run is not None else tr("There is no run yet")
    if command_id == "trade.all":
        return "" if session.results.subset is not None else tr("All trades are shown")
    return "" if run is not None and run.result.trades.height else tr("There are no trades yet")


def _why_not_compare(session: Session, command_id: str) -> str:
    results = session.results
    if command_id == "run.compare":
        return "" if results.run is not None else tr("There is no run yet")
    return "" if results.reference is not None else tr("Nothing is compared")


def _why_not_back(session: Session, command_id: str) -> str:
    """Return why nothing that was can be had again."""
    if command_id == "edit.undo":
        return "" if session.request.last_change is not None else tr("There is nothing to undo")
    if command_id == "edit.redo":
        return "" if session.request.next_change is not None else tr("There is nothing to redo")
    has_any = session.autosave is not None and session.autosave.found
    return "" if has_any else tr("No unsaved changes were left behind")


_REASONS: Final[dict[tuple[str, ...], Callable[[Session, str], str]]] = {
    ("run.compare", "run.end_comparison"): _why_not_compare,
    ("edit.undo", "edit.redo", "file.recover"): _why_not_back,
    ("run.restore", "run.tidy"): _why_not_of_history,
    ("strategy.save",): _why_not_keep,
}


_WHY_NOT: Final[dict[str, Callable[[Session], str]]] = {
    "file.export_code": _why_not_export,
    "run.trust_script": _why_not_agree,
    "file.read_again": _why_not_read_again,
    "file.locate": _why_not_locate,
}
