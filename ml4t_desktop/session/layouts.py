"""An arrangement of the panels, as it is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the panels are.

    Parameters
    ----------
    state : str
        What Qt needs to put them there, in base 64; empty for none.
    closed : tuple of str
        Keys of panels that their reader closed.
    is_paired : bool
        Whether panels that belong together come and go together.
    """

    state: str = ""
    closed: tuple[str, ...] = ()
    is_paired: bool = True


def layout_from(raw: object) -> Layout:
    """Return a layout from the table it was written as; what is damaged is left out."""
    if not isinstance(raw, Mapping):
        return Layout()
    state, closed, is_paired = raw.get("state"), raw.get("closed"), raw.get("is_paired")
    return Layout(
        state=state if isinstance(state, str) else "",
        closed=tuple(key for key in closed if isinstance(key, str))
        if isinstance(closed, list)
        else (),
        is_paired=is_paired is not False,
    )


def layout_table(layout: Layout) -> dict[str, object]:
    """Return a layout as a table to write."""
    return {
        "state": layout.state,
        "closed": list(layout.closed),
        "is_paired": layout.is_paired,
    }
