"""What an analyst can choose about the application, as one table that makes the dialog and the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ml4t_desktop.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One preference.

    Parameters
    ----------
    key : str
        Its name in the file and the field of `Settings`.
    group, label, note : str
        Where it stands in the dialog, what it is called, and what it does.
    kind : {"choice", "percent"}
    default : str or int
    choices : tuple of pairs of str
        Value and title, for a choice.
    low, high : int
        Limits of a percentage.
    """

    key: str
    group: str
    label: str
    note: str
    kind: Literal["choice", "percent"]
    default: str | int
    choices: tuple[tuple[str, str], ...] = ()
    low: int = 0
    high: int = 0

    def accepts(self, value: object) -> bool:
        """Return whether a value is one that can be chosen."""
        if self.kind == "choice":
            return value in {name for name, _ in self.choices}
        return isinstance(value, int) and not isinstance(value, bool) and self._is_within(value)

    def _is_within(self, value: int) -> bool:
        return self.low <= value <= self.high

    def allowed(self) -> str:
        """Return in words what can be chosen."""
        if self.kind == "choice":
            return ", ".join(f'"{name}"' for name, _ in self.choices)
        return f"a whole number from {self.low} to {self.high}"


PREFERENCES: Final[tuple[Setting, ...]] = (
    Setting(
        key="theme", group="Look", label="Theme", kind="choice", default="system",
        choices=(("system", "As the system"), ("light", "Light"), ("dark", "Dark")),
        note="The colours of the window; that of the system is followed while it changes",
    ),
    Setting(
        key="colours", group="Look", label="Gains and losses", kind="choice", default="teal_orange",
        choices=(
            ("teal_orange", "Teal and orange, for every eye"),
            ("blue_orange", "Blue and orange, for every eye"),
            ("green_red", "Green gains, red losses"),
            ("red_green", "Red gains, green losses"),
        ),
        note="Signs and shapes tell them apart as well",
    ),
    Setting(
        key="text_size", group="Look", label="Size of the text", kind="percent", default=100,
        low=70, high=200, note="In percent of the size that the system proposes",
    ),
    Setting(
        key="language", group="Language, numbers and dates", label="Language", kind="choice",
        default="system",
        choices=(("system", "As the system"), ("en", "English"), ("de", "Deutsch")),
        note="The window speaks it from the next start on; the command line speaks English",
    ),
    Setting(
        key="locale", group="Language, numbers and dates", label="Numbers written as in", kind="choice",
        default="system",
        choices=(
            ("system", "The country of the system"),
            ("en_US", "United States: 1,234.56"),
            ("en_GB", "United Kingdom: 1,234.56"),
            ("de_DE", "Germany: 1.234,56"),
            ("de_CH", "Switzerland"),
            ("fr_FR", "France: 1 234,56"),
            ("es_ES", "Spain: 1.234,56"),
            ("en_IN", "India: 1,23,456.78"),
            ("ja_JP", "Japan: 1,234.56"),
        ),
        note="On the screen only, files stay plain; fields that are open follow at the next start",
    ),
    Setting(
        key="at_start", group="Start", label="Begin with", kind="choice", default="welcome",
        choices=(("welcome", "The welcome"), ("last", "The request that was open last")),
        note="What the window shows when it is opened without a file",
    ),
)  # fmt: skip


def setting(key: str) -> Setting:
    """Return a preference by its key.

    Raises
    ------
    KeyError
        If there is none.
    """
    for item in PREFERENCES:
        if item.key == key:
            return item
    raise KeyError(key)


def read_preferences(
    raw: Mapping[str, Any], where: str
) -> tuple[dict[str, str | int], tuple[Problem, ...]]:
    """Return the preferences of a file, the default where its value cannot be chosen, and what is wrong."""
    chosen: dict[str, str | int] = {}
    problems: list[Problem] = []
    for item in PREFERENCES:
        value = raw.get(item.key, item.default)
        if item.accepts(value):
            chosen[item.key] = value
            continue
        chosen[item.key] = item.default
        problems.append(
            Problem(
                what=f"{item.key} is {value!r}, which cannot be chosen; {item.default!r} is used",
                fix=f"Choose one of: {item.allowed()}"
                if item.kind == "choice"
                else f"Choose {item.allowed()}",
                where=where,
                severity="warning",
            )
        )
    return chosen, tuple(problems)
