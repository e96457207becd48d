"""What new requests begin with: execution, costs and capital as their user wants them."""

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QLocale, QObject

from ml4t_desktop.errors import InputError, Problem, message_of
from ml4t_desktop.request import parse_request, preset
from ml4t_desktop.session.language import shown
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.step_meanings import account_meaning, execution_meaning
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.wording import mark

PARTS: Final = ("execution", "costs", "account")


class NewRequests(QObject):
    """Takes the beginnings of new requests from the present one or a preset, and makes requests with them."""

    def __init__(
        self, request: RequestStore, settings: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._request, self._settings = request, settings
        request.begin_with(self.fresh)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the beginnings in the settings, which are not used then."""
        return _read(self._settings.settings.defaults)[1]

    @property
    def is_usual(self) -> bool:
        """Whether new requests begin as they do at the first start."""
        return not self._settings.settings.defaults

    def fresh(self) -> Draft:
        """Return a request without data."""
        tables, _ = _read(self._settings.settings.defaults)
        return Draft.empty().edited_all(tables)

    def meaning(self) -> str:
        """Return in words what new requests begin with."""
        draft, locale = self.fresh(), QLocale()
        return " ".join((execution_meaning(draft, locale), account_meaning(draft, locale)))

    def why_not_take(self) -> str:
        """Return why the values of the present request cannot be taken; empty when they can."""
        try:
            _checked(self._present())
        except InputError as error:
            return shown(message_of(error))
        return ""

    def take_present(self) -> None:
        """Begin new requests with execution, costs and capital of the present one.

        Raises
        ------
        InputError
            If these are not complete.
        """
        self._remember(self._present())

    def take_preset(self, name: str) -> None:
        """Begin new requests with the values of a preset, see `request.PRESETS`."""
        draft = self.fresh()
        changes = preset(name).changes(draft.raw)
        changed = draft.edited_all({change.key: change.new for change in changes})
        self._remember({part: changed.get(part) for part in PARTS})

    def reset(self) -> None:
        """Begin new requests as at the first start."""
        self._settings.remember_defaults({})
        self._request.renew()

    def _present(self) -> dict[str, Any]:
        tables = {part: dict(self._request.draft.get(part) or {}) for part in PARTS}
        funding = tables["account"].get("funding")
        if isinstance(funding, Mapping) and "column" in funding:
            del tables["account"]["funding"]  # a column of this data
        return tables

    def _remember(self, tables: Mapping[str, Any]) -> None:
        self._settings.remember_defaults(Draft.of_tables(_checked(tables)).tables())
        self._request.renew()


def _checked(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return tables of a request with every default written out.

    Raises
    ------
    InputError
        If no request could have them.
    """
    read = parse_request({"data": {"files": ["-"]}, **tables}, mark("new requests"))
    raw = Draft.of(read).raw
    return {part: raw[part] for part in PARTS}


def _read(tables: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return the tables of the settings; none when something is wrong with them, which is told."""
    if not tables:
        return {}, ()
    try:
        return _checked({part: tables[part] for part in PARTS if part in tables}), ()
    except InputError as error:
        return {}, error.problems
