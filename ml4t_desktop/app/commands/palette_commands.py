"""The palette and the sheet of shortcuts, filled with what the window can do now."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.app.commands.preference_commands import PreferenceCommands
from ml4t_desktop.app.docking.groups import heading_of
from ml4t_desktop.app.docking.layouts import Layouts
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.preferences import PREFERENCES
from ml4t_desktop.session.request.steps import Step, step_title
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.window.availability import why_not
from ml4t_desktop.session.window.commands import COMMANDS, Command, menu_title, plain_title
from ml4t_desktop.session.window.palette import Entry
from ml4t_desktop.views.setup.rules.rule_row import ROW_ACTIONS
from ml4t_desktop.views.shell.palette import Palette
from ml4t_desktop.views.shell.shortcut_sheet import ShortcutSheet


class PaletteCommands(QObject):
    """Opens the palette and the sheet, and does what is chosen in the palette."""

    def __init__(
        self,
        session: Session,
        desk: Desk,
        layouts: Layouts,
        preferences: PreferenceCommands,
        show_step: Callable[[Step], None],
        ask_statistic: Callable[[str], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._desk, self._layouts = session, desk, layouts
        self._preferences = preferences
        self._show_step, self._window = show_step, window
        self._ask_statistic = ask_statistic
        desk.add({"help.palette": self.open_palette, "help.shortcuts": self.open_sheet})

    def open_palette(self) -> Palette:
        """Open the palette."""
        palette = Palette(tuple(self.entries()), self._window)
        palette.chosen.connect(self.choose)
        palette.open_over(self._window)
        return palette

    def open_sheet(self) -> ShortcutSheet:
        """Open the sheet of shortcuts."""
        sheet = ShortcutSheet((*self._commands(), *_keys_of_the_setup()), self._window)
        sheet.show()
        return sheet

    def choose(self, entry_id: str) -> None:
        """Do what an entry stands for."""
        kind, _, name = entry_id.partition(":")
        verbs: dict[str, Callable[[], object]] = {
            "command": partial(self._desk.carry_out, name),
            "step": partial(self._on_step, name),
            "file": partial(self._desk.open_recent, name),
            "layout": partial(self._layouts.choose, name),
            "statistic": partial(self._ask_statistic, name),
            "preference": partial(self._preferences.open_dialog, name),
        }
        verbs[kind]()

    def entries(self) -> Iterator[Entry]:
        """Yield everything that can be asked for, with what keeps it from being had."""
        yield from self._commands()
        for state in self._session.step_states():
            yield Entry(
                id=f"step:{state.step.name}",
                title=step_title(state.step),
                kind=tr("Set-up"),
                detail=state.text,
            )
        for name in self._session.settings.settings.recent_files:
            is_there = Path(name).is_file()
            yield Entry(
                id=f"file:{name}",
                title=Path(name).name,
                kind=tr("Recent file"),
                detail=name,
                why_not="" if is_there else tr("The file is not there any more"),
            )
        for name in self._session.settings.settings.layouts:
            yield Entry(id=f"layout:{name}", title=name, kind=tr("Layout"))

        for item in PREFERENCES:
            yield Entry(
                id=f"preference:{item.key}",
                title=shown(item.label),
                kind=tr("Preference"),
                detail=shown(item.note),
            )

        yield from self._statistics()

    def _statistics(self) -> Iterator[Entry]:
        """Yield the statistics of the run on screen: choosing one tells how it is made."""
        run = self._session.results.run
        if run is None:
            return
        from ml4t_desktop.analysis.definitions import DEFINITIONS

        for item in DEFINITIONS:
            if hasattr(run.metrics, item.name):
                yield Entry(
                    id=f"statistic:{item.name}",
                    title=shown(item.title),
                    kind=tr("How it is made"),
                    detail=shown(item.formula),
                )

    def _commands(self) -> Iterator[Entry]:
        for item in COMMANDS:
            yield Entry(
                id=f"command:{item.id}",
                title=plain_title(item),
                kind=_found_in(item),
                detail=shown(item.tip),
                shortcut=shown_keys(item),
                why_not=why_not(self._session, item.id),
            )

    def _on_step(self, name: str) -> None:
        self._show_step(Step[name])


def _found_in(item: Command) -> str:
    """Return where a command is found: its menus, and the group of the panel that it shows."""
    menus = [menu_title(part) for part in (item.menu, item.submenu) if part]
    return " · ".join([*menus, *filter(None, [heading_of(item)])])


def shown_keys(item: Command) -> str:
    """Return the shortcuts of a command as this system writes them."""
    return ", ".join(shown_key(key) for key in (item.shortcut, *item.more_shortcuts) if key)


def shown_key(key: str) -> str:
    """Return a shortcut as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _keys_of_the_setup() -> Iterator[Entry]:
    """Yield what works within the set-up alone."""
    for place, step in enumerate(Step, start=1):
        yield Entry(
            id=f"key:step{place}",
            title=step_title(step),
            kind=tr("Set-up"),
            shortcut=shown_key(f"Ctrl+Alt+{place}"),
        )
    for item in ROW_ACTIONS:
        yield Entry(
            id=f"key:{item.id}",
            title=shown(item.title),
            kind=tr("Set-up, in a rule"),
            shortcut=shown_key(item.shortcut),
        )
