"""Windows that were remembered are shown on a screen that is there."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_LEAST_SEEN = 80  # pixels of a window, each way, that somebody can get hold of


def keep_on_screen(window: QWidget) -> None:
    """Move a window whose screen is gone to the first one, no larger than it."""
    rooms = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    if rooms:
        window.setGeometry(placed(window.geometry(), rooms))


def placed(window: QRect, rooms: list[QRect]) -> QRect:
    """Return where a window is seen: where it is, else in the middle of the first room.

    Parameters
    ----------
    rooms : list of QRect
        The screens without the bars of the system, the first one first.
    """
    for room in rooms:
        seen = room.intersected(window)
        is_grasped = seen.width() >= min(_LEAST_SEEN, window.width())
        if is_grasped and seen.height() >= min(_LEAST_SEEN, window.height()):
            return window
    size = window.size().boundedTo(rooms[0].size())
    found = QRect(rooms[0].topLeft(), size)
    found.moveCenter(rooms[0].center())
    return found
