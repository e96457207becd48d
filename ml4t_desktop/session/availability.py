"""Why a command cannot be given now, in words for its tooltip."""

from ml4t_desktop.session.session import Session


def why_not(session: Session, command_id: str) -> str:
    """Return why a command cannot be given now; empty when it can."""
    if command_id == "run.start":
        return session.why_not_run()
    if command_id == "run.cancel":
        is_busy = session.runs.is_running or session.data.is_looking
        return "" if is_busy else "No run is going on"
    if command_id in {"file.add_predictions", "file.add_actions"}:
        return "" if session.request.draft.files else "Open prices first"
    if command_id in {"file.export_run", "trade.next", "trade.previous"}:
        return _why_not_of_run(session, command_id)
    if command_id in {"file.save", "file.save_as"}:
        draft = session.request.draft
        return "" if draft.files or draft.context_file else "There is nothing to save yet"
    return ""


def _why_not_of_run(session: Session, command_id: str) -> str:
    run = session.results.run
    if command_id == "file.export_run":
        return "" if run is not None else "There is no run yet"
    return "" if run is not None and run.result.trades.height else "There are no trades yet"
