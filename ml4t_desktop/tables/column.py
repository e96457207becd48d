"""What a column of a table on screen is called and how its values are written."""

from dataclasses import dataclass
from typing import Literal

from ml4t_desktop.session.formats import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Column of the frame.
    header : str
        Its title on screen.
    kind : str
        How values are written, see `session.formats`.
    group : str
        Title that neighbouring columns share; empty for none.
    tip : str
        Explanation shown over the header.
    is_signed : bool
        Whether gains and losses are told apart by colour, besides the sign.
    total : {"", "sum", "mean"}
        What a group of rows shows in this column; nothing where neither says anything.
    missing : str
        What is written where there is no value.
    """

    name: str
    header: str
    kind: Kind = "text"
    group: str = ""
    tip: str = ""
    is_signed: bool = False
    total: Literal["", "sum", "mean"] = ""
    missing: str = ""

    @property
    def is_text(self) -> bool:
        """Whether values are read from the left; numbers and times are aligned on the right."""
        return self.kind in {"text", "word"}
