"""How the panels are arranged before their reader moves them: as data, and put in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from ml4t_desktop.app.docking.panels import PANELS

REST: Final = "*"  # every panel of the middle that has no other place
SIDES: Final = "*side"  # every panel of the side


@dataclass(frozen=True, slots=True)
class Tabs:
    """Panels behind each other.

    Parameters
    ----------
    size : int
        A share of the window's width or height, in pixels of a window of 1440 by 900.
    least : int
        What they need to be of use, however large letters are: letters beside others, lines below.
    """

    keys: tuple[str, ...]
    size: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Split:
    """Parts beside or below each other."""

    direction: Literal["row", "column"]
    parts: "tuple[Tabs | Split, ...]"
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """One arrangement of all panels.

    Parameters
    ----------
    key : str
        The command ``layout.<key>`` chooses it.
    closed : tuple of str
        The panels that have a place in it and are closed.
    front : str
        The panel that is seen first.
    is_paired : bool
        Whether a panel that is shown with another one comes and goes with it.
    """

    key: str
    root: Split
    front: str
    closed: tuple[str, ...] = ()
    is_paired: bool = False


_SIDE_SIZE = 440
_SIDE = Tabs((SIDES,), _SIDE_SIZE, least=60)
SET_UP: Final = Arrangement(
    key="setup",
    root=Split(
        "row",
        (
            _SIDE,
            Split(
                "column",
                (Tabs((REST, "trades"), 360, least=17), Tabs(("price",), 430, least=16)),
                1000,
            ),
        ),
        1440,
    ),
    front="data",
    is_paired=True,
)
REVIEW: Final = Arrangement(
    key="review",
    root=Split(
        "row",
        (
            _SIDE,
            Split(
                "column",
                (
                    Tabs((REST,), 440),
                    Split("row", (Tabs(("trades",), 720), Tabs(("price",), 720)), 360),
                ),
                1440,
            ),
        ),
        1440,
    ),
    front="overview",
    closed=("setup",),
)
CHART: Final = Arrangement(
    key="chart",
    root=Split(
        "row",
        (
            _SIDE,
            Split("column", (Tabs(("price",), 540), Tabs((REST, "trades"), 260)), 1440),
        ),
        1440,
    ),
    front="trades",
    closed=("setup",),
)
ARRANGEMENTS: Final = (SET_UP, REVIEW, CHART)


def keys_of(part: Tabs | Split, root: Split) -> tuple[str, ...]:
    """Return the keys of the panels of a part, in the order of the table of panels."""
    named = _named(root)
    if isinstance(part, Split):
        return tuple(key for item in part.parts for key in keys_of(item, root))
    keys = {key for key in part.keys if key not in {REST, SIDES}}
    for mark, place in ((REST, "middle"), (SIDES, "side")):
        if mark in part.keys:
            keys |= {item.key for item in PANELS if item.place == place} - named
    return tuple(item.key for item in PANELS if item.key in keys)


def place_docks(host: QMainWindow, docks: Mapping[str, QDockWidget], asked: Arrangement) -> None:
    """Put every dock in its place; those that are closed have one too."""
    for dock in docks.values():
        dock.setFloating(False)
        host.removeDockWidget(dock)
    first = docks[keys_of(asked.root, asked.root)[0]]
    host.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, first)
    _fill(host, docks, asked.root, asked.root)
    for key, dock in docks.items():
        dock.setVisible(key not in asked.closed)


def size_docks(host: QMainWindow, docks: Mapping[str, QDockWidget], asked: Arrangement) -> None:
    """Give the docks the shares of the room that an arrangement means them to have."""
    _size(host, docks, asked.root, asked.root)


def _fill(
    host: QMainWindow, docks: Mapping[str, QDockWidget], part: Tabs | Split, root: Split
) -> None:
    """Fill the room that the first dock of a part has."""
    if isinstance(part, Tabs):
        keys = keys_of(part, root)
        for before, key in pairwise(keys):
            host.tabifyDockWidget(docks[before], docks[key])
        return
    heads = [docks[keys_of(item, root)[0]] for item in part.parts]
    if part.direction == "row" and reads_from_right(host):  # Qt mirrors no docks
        for before, head in pairwise(heads):
            host.splitDockWidget(before, head, _orientation(part))
            host.splitDockWidget(head, before, _orientation(part))
    else:
        for before, head in pairwise(heads):
            host.splitDockWidget(before, head, _orientation(part))
    for item in part.parts:
        _fill(host, docks, item, root)


def _size(
    host: QMainWindow, docks: Mapping[str, QDockWidget], part: Tabs | Split, root: Split
) -> None:
    if isinstance(part, Tabs):
        return
    heads = [(docks[keys_of(item, root)[0]], item) for item in part.parts]
    open_heads = [(dock, item) for dock, item in heads if not dock.isHidden()]
    docks_there = [dock for dock, _ in open_heads]
    sizes = shared_out(_room_of(host, part), [item for _, item in open_heads], _unit(host, part))
    host.resizeDocks(docks_there, sizes, _orientation(part))
    for item in part.parts:
        _size(host, docks, item, root)


def shared_out(room: int, parts: Sequence[Tabs | Split], unit: float) -> list[int]:
    """Return the pixels that parts get of a room: their shares, but what they need where it is there.

    `unit` is the width of a letter or the height of a line.
    """
    total = sum(part.size for part in parts) or 1
    wanted = [room * part.size / total for part in parts]
    least = [getattr(part, "least", 0) * unit for part in parts]
    least = [min(need, room / len(parts)) for need in least]
    lacking = sum(max(need - size, 0.0) for need, size in zip(least, wanted, strict=True))
    spare = sum(max(size - need, 0.0) for need, size in zip(least, wanted, strict=True))
    kept = 1.0 - lacking / spare if spare > lacking else 0.0
    return [
        round(need + (size - need) * kept if size > need else need)
        for need, size in zip(least, wanted, strict=True)
    ]


def reads_from_right(host: QMainWindow) -> bool:
    """Return whether the first panel of a row belongs on the right."""
    return host.layoutDirection() == Qt.LayoutDirection.RightToLeft


def _room_of(host: QMainWindow, part: Split) -> int:
    return host.width() if part.direction == "row" else host.height()


def _unit(host: QMainWindow, part: Split) -> float:
    metrics = host.fontMetrics()
    return metrics.averageCharWidth() if part.direction == "row" else metrics.lineSpacing()


def _orientation(part: Split) -> Qt.Orientation:
    is_row = part.direction == "row"
    return Qt.Orientation.Horizontal if is_row else Qt.Orientation.Vertical


def _named(part: Tabs | Split) -> set[str]:
    if isinstance(part, Tabs):
        return set(part.keys)
    return {key for item in part.parts for key in _named(item)}
