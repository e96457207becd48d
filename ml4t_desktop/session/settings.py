"""What the application remembers between two starts; projects are kept in files of their own."""

import logging
import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.errors import Problem
from ml4t_desktop.folders import settings_folder
from ml4t_desktop.session.layouts import Layout, layout_from, layout_table
from ml4t_desktop.session.preferences import read_preferences, setting

log = logging.getLogger(__name__)
ThemeChoice = Literal["system", "light", "dark"]
TourState = Literal["new", "declined", "left", "done"]
_TOUR_STATES = get_args(TourState)
_RECENT_LIMIT = 10
_MAPPING_LIMIT = 50
_LAYOUT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is remembered.

    Parameters
    ----------
    theme, colours, text_size, language, locale, time_zone, paper, report_trades, at_start, updates,
    update_address
        What is chosen of `PREFERENCES`.
    updates_asked : str
        The day on which a newer version was last looked for without being told to, as 2026-12-01.
    recent_files : tuple of str
        Request files, the latest first.
    geometry : str
        The window's, in base 64.
    layout : Layout
        Where the panels are; `layout_version` says for which kind of docks.
    layouts : mapping of str to Layout
        Those the user saved, by their names.
    mappings : mapping of str to mapping
        What columns were chosen, by the shape of the file, the latest last.
    is_live : bool
        Whether changes are run at once.
    tour : str
        ``new`` while the tour is to be offered, else what became of it: ``declined``, ``left``, ``done``.
    defaults : mapping
        The tables ``execution``, ``costs`` and ``account`` that new requests begin with; empty for the usual.
    """

    theme: ThemeChoice = "system"
    colours: str = "teal_orange"
    text_size: int = 100
    language: str = "system"
    locale: str = "system"
    time_zone: str = "exchange"
    paper: str = "system"
    report_trades: str = "no"
    at_start: str = "welcome"
    updates: str = "never"
    update_address: str = ""
    updates_asked: str = ""
    recent_files: tuple[str, ...] = ()
    geometry: str = ""
    layout: Layout = field(default_factory=Layout)
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    layout_version: int = _LAYOUT
    mappings: Mapping[str, Mapping[str, str | tuple[str, ...]]] = field(default_factory=dict)
    is_live: bool = False
    tour: TourState = "new"
    defaults: Mapping[str, Any] = field(default_factory=dict)


def settings_path() -> Path:
    """Return the file the settings are kept in."""
    return settings_folder() / "settings.toml"


def chosen_language(path: Path) -> str:
    """Return the language that is chosen in a settings file, before there is anything that speaks."""
    return str(read_preferences(_raw(path), path.name)[0]["language"])


class SettingsStore(QObject):
    """Holds the settings and keeps them on disk; a damaged file gives the defaults.

    Signals
    -------
    settings_changed : Settings
    """

    settings_changed = Signal(object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        raw = _raw(path)
        self._settings, self.problems = _read(raw, path.name)
        names = {item.name for item in fields(Settings)}
        self._unknown = {key: value for key, value in raw.items() if key not in names}

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self._settings

    def choose_theme(self, theme: ThemeChoice) -> None:
        """Choose light, dark, or what the system has."""
        self.choose("theme", theme)

    def choose(self, key: str, value: str | int) -> None:
        """Choose a preference; a value that it does not have is not taken."""
        if setting(key).accepts(value):
            self._set(replace(self._settings, **{key: value}))  # pyright: ignore[reportArgumentType] (`accepts` has looked)

    def choose_live(self, *, is_live: bool) -> None:
        """Choose whether changes are run at once."""
        self._set(replace(self._settings, is_live=is_live))

    def remember_asked(self, day: str) -> None:
        """Remember the day on which a newer version was looked for."""
        self._set(replace(self._settings, updates_asked=day))

    def remember_file(self, path: Path) -> None:
        """Put a request file first among the recent ones."""
        others = [name for name in self._settings.recent_files if name != str(path)]
        self._set(replace(self._settings, recent_files=(str(path), *others)[:_RECENT_LIMIT]))

    def forget_files(self) -> None:
        """Forget the recent request files; the files themselves stay."""
        self._set(replace(self._settings, recent_files=()))

    def forget_file(self, name: str) -> None:
        """Forget one of the recent request files; the file itself stays."""
        others = tuple(other for other in self._settings.recent_files if other != name)
        self._set(replace(self._settings, recent_files=others))

    def remember_tour(self, state: TourState) -> None:
        """Remember what became of the tour."""
        self._set(replace(self._settings, tour=state))

    def remember_defaults(self, tables: Mapping[str, Any]) -> None:
        """Remember what new requests begin with, see `new_requests`; empty for the usual."""
        self._set(replace(self._settings, defaults=tables))

    def remember_mapping(self, shape: str, columns: Mapping[str, str | tuple[str, ...]]) -> None:
        """Remember the columns chosen for files of a shape, the latest fifty of them."""
        others = {key: value for key, value in self._settings.mappings.items() if key != shape}
        kept = dict([*others.items(), (shape, dict(columns))][-_MAPPING_LIMIT:])
        self._set(replace(self._settings, mappings=kept))

    def forget_mapping(self, shape: str) -> None:
        """Forget the columns chosen for files of a shape."""
        kept = {key: value for key, value in self._settings.mappings.items() if key != shape}
        self._set(replace(self._settings, mappings=kept))

    def remember_window(self, geometry: str, layout: Layout | None) -> None:
        """Remember size and place of the window, and the arrangement of its panels unless None."""
        kept = layout if layout is not None else self._settings.layout
        self._set(replace(self._settings, geometry=geometry, layout=kept))

    def save_layout(self, name: str, layout: Layout) -> None:
        """Save an arrangement of the panels under a name; it replaces one of that name."""
        self._set(replace(self._settings, layouts={**self._settings.layouts, name: layout}))

    def forget_layout(self, name: str) -> None:
        """Forget a saved arrangement."""
        kept = {key: value for key, value in self._settings.layouts.items() if key != name}
        self._set(replace(self._settings, layouts=kept))

    def _set(self, settings: Settings) -> None:
        if settings == self._settings:
            return
        self._settings = settings
        self._write()
        self.settings_changed.emit(settings)

    def _write(self) -> None:
        import tomli_w

        written = {
            "recent_files": list(self._settings.recent_files),
            "layout": layout_table(self._settings.layout),
            "layouts": {name: layout_table(it) for name, it in self._settings.layouts.items()},
            "mappings": {
                shape: {k: list(v) if isinstance(v, tuple) else v for k, v in columns.items()}
                for shape, columns in self._settings.mappings.items()
            },
        }
        plain = asdict(Settings())
        chosen = {
            key: value for key, value in asdict(self._settings).items() if value != plain[key]
        }
        kept = {key: written.get(key, value) for key, value in chosen.items()}
        kept["layout_version"] = _LAYOUT
        text = tomli_w.dumps(self._unknown | kept)
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._path)
        except OSError:  # a read-only home must not keep anyone from working
            log.warning("the settings could not be written to %s", self._path)
            with suppress(OSError):
                temporary.unlink()


def _raw(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _read(raw: dict[str, Any], where: str) -> tuple[Settings, tuple[Problem, ...]]:
    chosen, problems = read_preferences(raw, where)
    recent = raw.get("recent_files")
    is_current = raw.get("layout_version") == _LAYOUT
    settings = Settings(
        recent_files=tuple(name for name in recent if isinstance(name, str))
        if isinstance(recent, list)
        else (),
        updates_asked=_text(raw.get("updates_asked")),
        geometry=_text(raw.get("geometry")) if is_current else "",
        layout=layout_from(raw.get("layout")) if is_current else Layout(),
        layouts=_layouts(raw.get("layouts")) if is_current else {},
        mappings=_mappings(raw.get("mappings")),
        is_live=raw.get("is_live") is True,
        tour=raw["tour"] if raw.get("tour") in _TOUR_STATES else "new",
        defaults=raw["defaults"] if isinstance(raw.get("defaults"), dict) else {},
    )
    return replace(settings, **chosen), problems  # pyright: ignore[reportArgumentType] (checked one by one)


def _layouts(raw: object) -> dict[str, Layout]:
    return {str(name): layout_from(it) for name, it in raw.items()} if isinstance(raw, dict) else {}


def _mappings(raw: object) -> dict[str, dict[str, str | tuple[str, ...]]]:
    """Return what of the remembered columns is as it should be."""
    if not isinstance(raw, dict):
        return {}
    found: dict[str, dict[str, str | tuple[str, ...]]] = {}
    for shape, columns in raw.items():
        if not isinstance(columns, dict):
            continue
        found[str(shape)] = {
            str(key): tuple(map(str, value)) if isinstance(value, list) else str(value)
            for key, value in columns.items()
        }
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
