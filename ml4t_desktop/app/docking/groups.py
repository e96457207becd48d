"""The groups of panels: the questions that an analyst asks, in the order in which they come up."""

from dataclasses import dataclass
from typing import Final

from ml4t_desktop.app.docking.panels import PANELS
from ml4t_desktop.session.language import shown
from ml4t_desktop.session.window.commands import Command
from ml4t_desktop.wording import mark


@dataclass(frozen=True, slots=True)
class Group:
    """Panels that answer one question.

    Parameters
    ----------
    key : str
        What panels name it by.
    title : str
    tip : str
        What its panels are for, in one sentence.
    """

    key: str
    title: str
    tip: str


GROUPS: Final[tuple[Group, ...]] = (
    Group("data", mark("Data"), mark("What is in the files, what is wrong with them, what leaks")),
    Group("result", mark("Result"), mark("How the run did, as a whole and over time")),
    Group("trades", mark("Trades"), mark("Every trade, its prices, and why it was made")),
    Group("evidence", mark("Is it real?"), mark("Whether the result can be told from luck")),
    Group("runs", mark("Runs"), mark("All runs, beside each other and in numbers of them")),
)


def heading_of(item: Command) -> str:
    """Return the title of the group whose panel a command shows; empty for every other command."""
    group = next((it.group for it in PANELS if item.id == f"view.{it.key}"), "")
    return next((shown(it.title) for it in GROUPS if it.key == group), "")
