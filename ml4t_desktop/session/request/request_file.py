"""The request of a file, whether it stands alone or in a project."""

from pathlib import Path

from ml4t_desktop.project.documents.document import is_project, open_project
from ml4t_desktop.project.paths import seen_from, with_paths
from ml4t_desktop.session.request.draft import Draft, draft_of, read_draft


def read_request(path: Path) -> Draft:
    """Return the request of a file, with paths that count from its folder.

    Raises
    ------
    InputError
        If the file cannot be read or holds what no form could show.
    """
    if not is_project(path):
        return read_draft(path)
    tables = open_project(path).project.request
    seen = with_paths(tables, lambda name: seen_from(Path(name), path.parent))
    return draft_of(seen, path)
