"""What is to be said of how a text file was read."""

from dataclasses import dataclass
from pathlib import Path

from ml4t_desktop.errors import Problem
from ml4t_desktop.files.findings import counted, numbered
from ml4t_desktop.files.formats.encodings import UNICODE
from ml4t_desktop.files.formats.text_layout import TextLayout
from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.request import TableForm
from ml4t_desktop.wording import joined, mark, say, say_count


@dataclass(slots=True)
class Lines:
    """What was met while reading lines."""

    blank: int = 0
    repeated: int = 0
    rows: int = 0
    below: tuple[str, ...] = ()
    short: list[int] | None = None


def notes_of(path: Path, layout: TextLayout, met: Lines, form: TableForm) -> tuple[Problem, ...]:
    """Return what was found out about a file, and which rows are short."""
    found: list[str] = []
    if layout.encoding not in UNICODE and form.encoding is None:
        found.append(say("read as text in {encoding}", encoding=layout.encoding))
    if layout.separator != "," and form.separator is None:
        words = {"\t": "tabs", " ": "blanks", ";": "semicolons"}
        named = words.get(layout.separator, layout.separator)
        found.append(say("its columns are separated by {named}", named=named))
    if layout.decimal_comma and form.decimal is None:
        found.append(mark("commas are decimal marks"))
    found += layout.remarks
    if met.repeated:
        found.append(
            say_count(
                "the header occurs again, this line is left out",
                "the header occurs again {n:,} times, these lines are left out",
                met.repeated,
            )
        )
    if met.blank:
        found.append(say("{blank} left out", blank=counted(met.blank, "blank_line")))
    if met.below:
        found.append(
            say(
                "{count} below the table left out (“{below}”)",
                count=counted(len(met.below), "line"),
                below=met.below[0][:60],
            )
        )
    notes = (
        [Problem(where=shown_name(path), what=joined("; ", found), severity="note")]
        if found
        else []
    )
    if met.short:
        what = say(
            "{count} with fewer cells than the header has names ({rows}); the cells that "
            "lack count as empty",
            count=counted(len(met.short), "row"),
            rows=numbered(met.short),
        )
        notes.append(
            Problem(where=shown_name(path), what=what, fix=mark("Mend them"), severity="warning")
        )
    return tuple(notes)
