"""Actions, menus and toolbar, made from the table of commands."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from ml4t_desktop.app.docking.groups import heading_of
from ml4t_desktop.app.icons import icon
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.window.availability import why_not
from ml4t_desktop.session.window.commands import (
    COMMANDS,
    MENU_TITLES,
    Command,
    command,
    plain_title,
)

_ROLES = {
    "file.quit": QAction.MenuRole.QuitRole,
    "edit.preferences": QAction.MenuRole.PreferencesRole,
    "help.about": QAction.MenuRole.AboutRole,
}


class Actions(QObject):
    """One action for each command, shared by menu and toolbar, enabled when it can be given."""

    def __init__(
        self, session: Session, carry_out: Callable[[str], None], window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._session = session
        self._groups: dict[str, QActionGroup] = {}
        self._reasons: dict[str, str] = {}  # why each cannot be given, as it is shown
        self._actions = {item.id: self._made(item, carry_out) for item in COMMANDS}
        self._due = QTimer(self)  # one event often changes several things that commands depend on
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self.refresh)
        for changed in (
            session.request.file_changed,
            session.history.changed,
            session.history.shown_changed,
            session.data.looked_at,
            session.results.run_changed,
            session.document.busy_changed,
            session.reopening.busy_changed,
            session.reports.started,
            session.reports.ended,
            session.settings.settings_changed,
            session.results.ghost_changed,
        ):
            changed.connect(self._refresh_soon)
        for changed in (session.request.undo_changed, session.request.request_changed):
            changed.connect(self._refresh_undo)
        for changed in (session.runs.started, session.runs.ended):
            changed.connect(self._refresh_run)
        if session.autosave is not None:
            session.autosave.changed.connect(self._refresh_soon)
        self.refresh()

    def __getitem__(self, command_id: str) -> QAction:
        """Return the action of a command as it is now."""
        if self._due.isActive():
            self.refresh()
        return self._actions[command_id]

    def _refresh_soon(self, _value: object = None) -> None:
        self._due.start()

    def refresh(self) -> None:
        """Enable what can be given now; tooltips say why the others cannot."""
        self._due.stop()
        for item in COMMANDS:
            self._enable(item)
        self._name_changes()
        chosen = f"view.theme_{self._session.settings.settings.theme}"
        self._actions[chosen].setChecked(True)
        self._actions["run.live"].setChecked(self._session.live.is_on)

    def _refresh_undo(self, _draft: object = None) -> None:
        """Let the last change be taken back at once: its keys may follow before anything else."""
        self._refresh_at_once("edit.undo", "edit.redo")

    def _refresh_run(self, _outcome: object = None) -> None:
        """Let what has just begun be given up at once."""
        self._refresh_at_once("run.start", "run.cancel")

    def _refresh_at_once(self, *names: str) -> None:
        for name in names:
            self._enable(command(name))
        self._refresh_soon()

    def _enable(self, item: Command) -> None:
        reason = why_not(self._session, item.id)
        if self._reasons.get(item.id) == reason:
            return
        self._reasons[item.id] = reason
        action = self._actions[item.id]
        action.setEnabled(not reason)
        shortcut = f" ({item.shortcut})" if item.shortcut else ""
        action.setToolTip(f"{shown(item.tip)}{shortcut}" + (f"\n{reason}" if reason else ""))
        action.setStatusTip(shown(reason or item.tip))

    def apply_theme(self, theme: Theme) -> None:
        """Draw the icons in the colours of a theme."""
        for item in COMMANDS:
            if item.icon:
                ink = theme.accent_text if item.id == "run.start" else theme.text
                self._actions[item.id].setIcon(icon(item.icon, ink, theme.muted))

    def fill_menus(self, window: QMainWindow) -> dict[str, QMenu]:
        """Fill the menu bar and return its menus, and those within them, by their names."""
        menus = {name: window.menuBar().addMenu(shown(MENU_TITLES[name])) for name in _menu_names()}
        for item in COMMANDS:
            if item.submenu and item.submenu not in menus:
                menus[item.submenu] = menus[item.menu].addMenu(shown(MENU_TITLES[item.submenu]))
            menu = menus[item.submenu or item.menu]
            heading = heading_of(item)
            if heading and heading not in {action.text() for action in menu.actions()}:
                menu.addSection(heading)
            elif item.begins_group and menu.actions():
                menu.addSeparator()
            menu.addAction(self._actions[item.id])
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        return menus

    def fill_toolbar(self, toolbar: QToolBar) -> None:
        """Fill the toolbar; its buttons are named after their commands."""
        toolbar.setIconSize(QSize(18, 18))
        toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for item in COMMANDS:
            if not item.in_toolbar:
                continue
            if item.begins_group:
                toolbar.addSeparator()
            toolbar.addAction(self._actions[item.id])
            button = toolbar.widgetForAction(self._actions[item.id])
            if isinstance(button, QToolButton):
                button.setObjectName(item.id.replace(".", "_"))
                button.setText(plain_title(item))
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _name_changes(self) -> None:
        """Say what would be undone and redone."""
        request = self._session.request
        for command_id, change in (
            ("edit.undo", request.last_change),
            ("edit.redo", request.next_change),
        ):
            title = command(command_id).title
            # An ampersand in a name is not a mnemonic.
            name = change.name.replace("&", "&&") if change is not None else ""
            self._actions[command_id].setText(
                tr("{command}: {change}", command=title, change=name) if name else shown(title)
            )

    def _made(self, item: Command, carry_out: Callable[[str], None]) -> QAction:
        action = QAction(shown(item.title), self)
        action.setObjectName(item.id)
        action.setIconText(plain_title(item))
        keys = (item.shortcut, *item.more_shortcuts)
        action.setShortcuts([QKeySequence(key) for key in keys if key])
        action.setMenuRole(_ROLES.get(item.id, QAction.MenuRole.NoRole))
        if item.choice:
            action.setCheckable(True)
            group = self._groups.setdefault(item.choice, QActionGroup(self))
            group.addAction(action)
        if item.is_switch:
            action.setCheckable(True)
        action.triggered.connect(partial(_given, carry_out, item.id))
        return action


def _given(carry_out: Callable[[str], None], command_id: str, _is_checked: object = None) -> None:
    carry_out(command_id)


def _menu_names() -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.menu for item in COMMANDS))
