"""The user guide: its pages, and the search in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from ml4t_desktop.session.language import any_of, shown, tr
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.session.window.commands import COMMANDS, plain_title
from ml4t_desktop.wording import mark

START: Final = "first_backtest"
# In the order in which somebody needs them; the text of `_MADE` is made from tables.
_PAGES: Final = (
    START, "predictions", "data_quality", "leaks", "rules", "sizing", "execution", "live", "review", "signals",
    "validity", "history", "python", "scripting", "request", "commands", "moving", "wishes", "assumptions",
    "statistics", "shortcuts", "installation",
)  # fmt: skip
_MADE: Final = frozenset({"statistics", "shortcuts"})
# The page that explains a panel of the window, or a step of the set-up, and where on it.
_OF_PANEL: Final = {
    "data": "predictions",
    "quality": "data_quality",
    "leaks": "leaks",
    "setup": "first_backtest",
    "setup.data": "predictions",
    "setup.context": "assumptions#Context",
    "setup.strategy": "rules",
    "setup.execution": "execution",
    "setup.account": "execution#Money",
    "overview": "review",
    "breakdowns": "statistics",
    "trades": "review",
    "price": "review",
    "months": "review",
    "distribution": "review",
    "excursions": "review",
    "rolling": "review",
    "drawdowns": "review",
    "why": "review",
    "history": "history",
    "compare": "history",
    "sweep": "history",
    "script": "python",
    "signals": "signals",
    "validity": "validity",
    "stability": "validity",
}
_MARKS: Final = re.compile(r"[*`|#>\[\]]|\]\([^)]*\)")
_AROUND: Final = 60


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the guide.

    Parameters
    ----------
    name : str
        As links call it, without ``.md``.
    title : str
    text : str
        Markdown.
    """

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where the words of a search were found.

    Parameters
    ----------
    page : Page
    heading : str
        The heading over the place; the title of the page when there is none.
    excerpt : str
        Some words around it.
    """

    page: Page
    heading: str
    excerpt: str


@cache
def pages() -> tuple[Page, ...]:
    """Return all pages, in order."""
    return tuple(map(_page, _PAGES))


def page(name: str) -> Page:
    """Return a page by its name.

    Raises
    ------
    KeyError
        If there is none.
    """
    for item in pages():
        if item.name == name:
            return item
    raise KeyError(name)


def place_of_panel(panel: str) -> tuple[Page, str]:
    """Return the page that explains a panel or a step of the set-up, and the heading to begin at.

    Parameters
    ----------
    panel : str
        Key of a panel, or ``setup.`` and a step, such as ``setup.data``; nothing for the window itself.
    """
    name, _, heading = _OF_PANEL.get(panel, START).partition("#")
    return page(name), heading


def plain(text: str) -> str:
    """Return a text without the marks of Markdown, as headings are called in hits and places."""
    return _MARKS.sub("", text).strip()


def search(words: str) -> tuple[Hit, ...]:
    """Return where all words of a search stand in one paragraph; pages with them in a title first.

    Parameters
    ----------
    words : str
        Divided by spaces; parts of words will do, capitals do not count.
    """
    wanted = words.casefold().split()
    if not wanted:
        return ()
    found = [hit for item in pages() for hit in _hits(item, wanted)]
    return tuple(sorted(found, key=lambda hit: not _has_all(hit.heading, wanted)))


def _hits(item: Page, wanted: list[str]) -> Iterator[Hit]:
    seen: set[str] = set()
    for heading, paragraph in _paragraphs(item):
        if heading in seen or not _has_all(f"{heading} {paragraph}", wanted):
            continue
        seen.add(heading)  # one hit a heading is enough to find the place
        yield Hit(item, heading, _excerpt(paragraph, wanted))


def _paragraphs(item: Page) -> Iterator[tuple[str, str]]:
    heading, lines = item.title, []
    for line in (*item.text.splitlines(), ""):
        if line.startswith("#") or not line.strip():
            if lines:
                yield heading, plain(" ".join(lines))
            lines = []
            if line.startswith("#"):
                heading = plain(line)
        elif line.startswith("|"):  # every row of a table is a paragraph of its own
            yield heading, _MARKS.sub(" ", line)
        else:
            lines.append(line.strip())


def _excerpt(text: str, wanted: list[str]) -> str:
    text = " ".join(text.split())
    at = max(text.casefold().find(wanted[0]), 0)
    start, end = max(at - _AROUND, 0), at + _AROUND * 2
    before = "\N{HORIZONTAL ELLIPSIS}" if start else ""
    after = "\N{HORIZONTAL ELLIPSIS}" if end < len(text) else ""
    return f"{before}{text[start:end].strip()}{after}"


def _has_all(text: str, wanted: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)


def _page(name: str) -> Page:
    if name in _MADE:
        text = _statistics() if name == "statistics" else _shortcuts()
    else:
        text = resource_path(f"help/{name}.md").read_text(encoding="utf-8")
    title = text.splitlines()[0].lstrip("# ").strip()
    return Page(name, title, text)


_WITHIN: Final = mark(
    "\n## Within panels\n\n"
    "| where | keys | what they do |\n|---|---|---|\n"
    "| everywhere | Tab, Shift+Tab | go to the next field, button, table or chart, or back |\n"
    "| set-up | Ctrl+Alt+1 to Ctrl+Alt+5 | go to a step and its first field |\n"
    "| rules | Alt+Up, Alt+Down, Alt+Left, Alt+Right | move a part of the rule, join it to a group, take it out |\n"
    "| rules | Ctrl+/, Ctrl+Shift+N, Alt+Del | switch a part off, negate it, remove it |\n"
    "| rules | Alt+Shift+Down | have a part a second time |\n"
    "| tables | Alt+Up, Alt+Down | sort by the column of the chosen cell, lowest or highest first |\n"
    "| trades, history | Menu, Shift+F10 | open the menu of the column or the run |\n"
    "| charts over time | Left, Right, Page Up, Page Down, Home, End | move along time |\n"
    "| charts over time | +, -, 0 | show fewer bars, more bars, all of them |\n"
    "| months, bars, sweep | arrow keys, Enter | go from cell to cell, and choose one |\n"
)


def _shortcuts() -> str:
    rows = "\n".join(
        f"| {any_of((item.shortcut, *item.more_shortcuts))} | {plain_title(item)} | {shown(item.tip)} |"
        for item in COMMANDS
        if item.shortcut
    )
    return tr(
        "# What the keyboard can do\n\n| keys | command | what it is for "
        "|\n|---|---|---|\n{rows}\n{within}",
        rows=rows,
        within=_WITHIN,
    )


_ON_STATISTICS: Final = mark(
    "Returns, rates and drawdowns are fractions, written in per cent. Statistics of returns use those of days "
    "(of bars when these are longer); statistics of trades use closed trades, net of all costs. Where a "
    "statistic cannot be computed it is *n/a*, with the reason, and never 0 or infinity.\n"
)


def _statistics() -> str:
    """Return the page of all statistics, from the table that every screen takes them from."""
    from ml4t_desktop.analysis.definitions import DEFINITIONS

    parts = [
        tr("# Statistics and their formulas\n"),
        _ON_STATISTICS,
    ]
    for group in dict.fromkeys(definition.group for definition in DEFINITIONS):
        rows = "\n".join(
            f"| **{shown(item.title)}** | {_cell(shown(item.formula))} | {_cell(shown(item.inputs))} |"
            for item in DEFINITIONS
            if item.group == group
        )
        parts.append(
            tr(
                "## {capitalize}\n\n| statistic | is | made of |\n|---|---|---|\n{rows}\n",
                capitalize=group.capitalize(),
                rows=rows,
            )
        )
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\N{DIVIDES}").replace("*", "\N{MULTIPLICATION SIGN}")
