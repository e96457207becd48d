"""Where a part of a rule comes to stand when it is dropped among the rows."""

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint

from ml4t_desktop.session.request.rule_nodes import Path
from ml4t_desktop.views.setup.rules.group_row import GroupRow
from ml4t_desktop.views.setup.rules.rule_row import MIME, RuleRow, indent_of


def carried(data: QMimeData) -> tuple[str, Path] | None:
    """Return the rule and the path of what is carried, None when that is no part of a rule."""
    if not data.hasFormat(MIME):
        return None
    rule, *places = bytes(data.data(MIME).data()).decode().split()
    return rule, tuple(int(place) for place in places)


def target_at(rows: Sequence[RuleRow], point: QPoint, end: int) -> tuple[Path, QPoint]:
    """Return the path to insert at for a point among rows, and where the line begins that shows it.

    The upper half of a row means before it. The lower half means behind it: within the group when it is
    the head of one, and behind the group when it is the last of one and the point is left of it.

    Parameters
    ----------
    rows : sequence of RuleRow
        At least one.
    end : int
        Number of parts at the top of the rule.
    """
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        bounds = row.geometry()
        if point.y() < bounds.center().y():
            return row.path, QPoint(indent_of(row.path), bounds.top())
        if point.y() <= bounds.bottom():
            if isinstance(row, GroupRow):
                inside = (*row.path, 0)
                return inside, QPoint(indent_of(inside), bounds.bottom())
            path, depth = row.path, len(after.path) if after is not None else 1
            while len(path) > depth and point.x() < row.indent:
                path = path[:-1]
            return (*path[:-1], path[-1] + 1), QPoint(indent_of(path), bounds.bottom())
    return (end,), QPoint(0, rows[-1].geometry().bottom())


def is_at_home(path: Path, target: Path) -> bool:
    """Return whether a part that is dropped at a place stays where it is, or would go into itself."""
    beside = (*path[:-1], path[-1] + 1)
    return target in (path, beside) or target[: len(path)] == path
