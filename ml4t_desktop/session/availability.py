"""Why a command cannot be given now, in words for its tooltip."""

from ml4t_desktop.session.session import Session


def why_not(session: Session, command_id: str) -> str:
    """Return why a command cannot be given now; empty when it can."""
    if command_id == "run.start":
        return session.why_not_run()
    if command_id == "run.cancel":
        return "" if session.runs.is_running else "No run is going on"
    if command_id == "file.export_run":
        return "" if session.results.run is not None else "There is no run yet"
    if command_id in {"trade.next", "trade.previous"}:
        run = session.results.run
        return "" if run is not None and run.result.trades.height else "There are no trades yet"
    if command_id == "edit.undo":
        return "" if session.request.last_change is not None else "There is nothing to undo"
    if command_id == "edit.redo":
        return "" if session.request.next_change is not None else "There is nothing to redo"
    if command_id == "file.recover":
        has_any = session.autosave is not None and session.autosave.found
        return "" if has_any else "No unsaved changes were left behind"
    if command_id in {"file.save", "file.save_as"}:
        draft = session.request.draft
        return "" if draft.files or draft.context_file else "There is nothing to save yet"
    return ""
