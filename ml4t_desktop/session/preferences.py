"""What an analyst can choose about the application, as one table that makes the dialog and the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ml4t_desktop.errors import Problem
from ml4t_desktop.session.formats import is_zone
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.releases import is_allowed
from ml4t_desktop.wording import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One preference.

    Parameters
    ----------
    key : str
        Its name in the file and the field of `Settings`.
    group, label, note : str
        Where it stands in the dialog, what it is called, and what it does.
    kind : {"choice", "zone", "percent", "address"}
        A zone is one of the choices, or the name of any time zone.
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
    kind: Literal["choice", "zone", "percent", "address"]
    default: str | int
    choices: tuple[tuple[str, str], ...] = ()
    low: int = 0
    high: int = 0

    def accepts(self, value: object) -> bool:
        """Return whether a value is one that can be chosen."""
        if self.kind in {"choice", "zone"}:
            is_named = self.kind == "zone" and isinstance(value, str) and is_zone(value)
            return is_named or value in {name for name, _ in self.choices}
        if self.kind == "address":
            return isinstance(value, str) and (not value or is_allowed(value))
        return isinstance(value, int) and not isinstance(value, bool) and self._is_within(value)

    def _is_within(self, value: int) -> bool:
        return self.low <= value <= self.high

    def allowed(self) -> str:
        """Return in words what can be chosen."""
        if self.kind == "zone":
            return tr("the name of a time zone, such as Europe/Zurich")
        if self.kind == "choice":
            return ", ".join(f'"{name}"' for name, _ in self.choices)
        if self.kind == "address":
            return tr("an address that begins with https://, or nothing")
        return tr("a whole number from {low} to {high}", low=self.low, high=self.high)


PREFERENCES: Final[tuple[Setting, ...]] = (
    Setting(
        key="theme", group=mark("Look"), label=mark("Theme"), kind="choice", default="system",
        choices=(("system", mark("As the system")), ("light", mark("Light")), ("dark", mark("Dark"))),
        note=mark("The colours of the window; that of the system is followed while it changes"),
    ),
    Setting(
        key="colours", group=mark("Look"), label=mark("Gains and losses"), kind="choice", default="teal_orange",
        choices=(
            ("teal_orange", mark("Teal and orange, for every eye")),
            ("blue_orange", mark("Blue and orange, for every eye")),
            ("green_red", mark("Green gains, red losses")),
            ("red_green", mark("Red gains, green losses")),
        ),
        note=mark("Signs and shapes tell them apart as well"),
    ),
    Setting(
        key="text_size", group=mark("Look"), label=mark("Size of the text"), kind="percent", default=100,
        low=70, high=200, note=mark("In percent of the size that the system proposes"),
    ),
    Setting(
        key="language", group=mark("Language, numbers and dates"), label=mark("Language"), kind="choice",
        default="system",
        choices=(("system", mark("As the system")), ("en", mark("English")), ("de", mark("Deutsch"))),
        note=mark("The window speaks it from the next start on; the command line speaks English"),
    ),
    Setting(
        key="locale", group=mark("Language, numbers and dates"), label=mark("Numbers written as in"), kind="choice",
        default="system",
        choices=(
            ("system", mark("The country of the system")),
            ("en_US", mark("United States: 1,234.56")),
            ("en_GB", mark("United Kingdom: 1,234.56")),
            ("de_DE", mark("Germany: 1.234,56")),
            ("de_CH", mark("Switzerland")),
            ("fr_FR", mark("France: 1 234,56")),
            ("es_ES", mark("Spain: 1.234,56")),
            ("en_IN", mark("India: 1,23,456.78")),
            ("ja_JP", mark("Japan: 1,234.56")),
        ),
        note=mark("On the screen only, files stay plain; fields that are open follow at the next start"),
    ),
    Setting(
        key="time_zone", group=mark("Language, numbers and dates"), label=mark("Times on the clocks of"), kind="zone",
        default="exchange",
        choices=(
            ("exchange", mark("The exchange, as the request says; else UTC")),
            ("UTC", mark("UTC")),
            ("local", mark("This computer")),
            ("America/New_York", mark("New York")),
            ("America/Chicago", mark("Chicago")),
            ("Europe/London", mark("London")),
            ("Europe/Berlin", mark("Frankfurt")),
            ("Europe/Zurich", mark("Zurich")),
            ("Asia/Kolkata", mark("Mumbai")),
            ("Asia/Hong_Kong", mark("Hong Kong")),
            ("Asia/Shanghai", mark("Shanghai")),
            ("Asia/Tokyo", mark("Tokyo")),
            ("Australia/Sydney", mark("Sydney")),
        ),
        note=mark("Or write another, such as Asia/Singapore. Times without a zone, and days, stay as they are"),
    ),
    Setting(
        key="paper", group=mark("Reports"), label=mark("Paper"), kind="choice", default="system",
        choices=(("system", mark("As usual in the country")), ("a4", "A4"), ("letter", "Letter")),
        note=mark("The size of the pages of a report in PDF"),
    ),
    Setting(
        key="report_trades", group=mark("Reports"), label=mark("Trades in PDF"), kind="choice", default="no",
        choices=(("no", mark("Leave them out")), ("yes", mark("List every trade"))),
        note=mark("A report in HTML has them in any case; paper takes a page for each seventy"),
    ),
    Setting(
        key="at_start", group=mark("Start"), label=mark("Begin with"), kind="choice", default="welcome",
        choices=(("welcome", mark("The welcome")), ("last", mark("The request that was open last"))),
        note=mark("What the window shows when it is opened without a file"),
    ),
    Setting(
        key="updates", group=mark("Updates"), label=mark("Look for a newer version"), kind="choice",
        default="never",
        choices=(
            ("never", mark("Only when I say so, in the menu Help")),
            ("daily", mark("Once a day, when the window is opened")),
        ),
        note=mark("Asks the address below what is the newest version; nothing is sent along"),
    ),
    Setting(
        key="update_address", group=mark("Updates"), label=mark("Address to ask"), kind="address", default="",
        note=mark("That of a release file, with https; empty: the one that this build came with, if any"),
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
                what=tr(
                    "{key} is {value!r}, which cannot be chosen; {default!r} is used",
                    key=item.key,
                    value=value,
                    default=item.default,
                ),
                fix=tr("Choose one of: {allowed}", allowed=item.allowed())
                if item.kind == "choice"
                else tr("Choose {allowed}", allowed=item.allowed()),
                where=where,
                severity="warning",
            )
        )
    return chosen, tuple(problems)
