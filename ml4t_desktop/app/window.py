"""The main window: it arranges the parts, and nothing else."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.app.actions import Actions
from ml4t_desktop.app.commands.chart_commands import ChartCommands
from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.app.commands.help_commands import HelpCommands
from ml4t_desktop.app.commands.making_commands import MakingCommands
from ml4t_desktop.app.commands.palette_commands import PaletteCommands
from ml4t_desktop.app.commands.preference_commands import PreferenceCommands
from ml4t_desktop.app.commands.strategy_desk import StrategyDesk
from ml4t_desktop.app.commands.table_commands import TableCommands
from ml4t_desktop.app.commands.tour_desk import TourDesk
from ml4t_desktop.app.commands.trade_commands import TradeCommands
from ml4t_desktop.app.dialogs import Dialogs, WindowDialogs
from ml4t_desktop.app.display_zone import DisplayZone
from ml4t_desktop.app.docking.docks import DockHost
from ml4t_desktop.app.docking.layouts import Layouts
from ml4t_desktop.app.docking.panels import Panel, panel
from ml4t_desktop.app.focus_ring import FocusRing
from ml4t_desktop.app.recent import RecentMenu
from ml4t_desktop.app.screens import keep_on_screen
from ml4t_desktop.app.theming import apply_to_application, scale_text, theme_of, use_locale
from ml4t_desktop.app.undo_keys import UndoKeys
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.subset_strip import SubsetStrip
from ml4t_desktop.views.setup.panel import SetupPanel
from ml4t_desktop.views.shell.messages import MessageStrip
from ml4t_desktop.views.shell.progress import RunProgress
from ml4t_desktop.views.shell.run_line import RunLine
from ml4t_desktop.views.shell.welcome import Welcome

_SIZE = QSize(1440, 900)


class MainWindow(QMainWindow):
    """Menus and commands above, messages and panels in the middle, progress below."""

    def __init__(self, session: Session, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.session = session
        self.theme = theme_of(session.settings.settings.theme, session.settings.settings.colours)
        use_locale(_application(), session.settings.settings.locale)
        scale_text(_application(), session.settings.settings.text_size)
        apply_to_application(_application(), self.theme)  # before there are widgets to style
        asked = dialogs or WindowDialogs(self)
        self.desk = Desk(session, asked, self)
        self.actions_ = Actions(session, self.desk.carry_out, self)
        self.docks = DockHost(self._make_panel, _application())
        self.panels = self.docks.panels
        self.layouts = Layouts(session.settings, self.docks, asked, self)
        for handlers in (self.docks.handlers(), self.layouts.handlers()):
            self.desk.add({name: partial(self._arrange, do) for name, do in handlers.items()})
        self._trades = TradeCommands(session, self.desk, asked, self.show_panel, self)
        self.help = HelpCommands(session, self.desk, asked, self._looked_at, self, self.theme)
        self.strategies = StrategyDesk(session, self.desk, asked, self)
        self._zone = DisplayZone(session, self._draw_anew, self)
        self._charts = ChartCommands(
            self.panels, self.desk, asked, session.notices, self._panel_in_front, self
        )
        self._tables = TableCommands(session, self.desk, asked, self._panel_in_front, self)
        self.making = MakingCommands(
            session, self.desk, self.panels, lambda: self.docks.current, self, self.theme
        )
        self.preferences = PreferenceCommands(
            session.settings, session.new_requests, self.desk, self
        )
        self.palette_commands = PaletteCommands(
            session,
            self.desk,
            self.layouts,
            self.preferences,
            self.enter_step,
            self.making.ask_statistic,
            self,
        )
        self.messages = MessageStrip(session.notices)
        self.subset_strip = SubsetStrip(
            session.results, session.studies, self.theme, session.making, session.without
        )
        self.progress = RunProgress(session)
        self.run_line = RunLine(session)
        self.welcome = Welcome(session.settings, session.tour)
        self.tour = TourDesk(
            session, self.desk, self.docks, self.show_panel, self.show_step, self, self.theme
        )
        self._has_any = False
        self._may_close = False
        self._undo_keys = UndoKeys(_application(), self)
        self.focus_ring = FocusRing(_application(), self)
        self._build()
        self._connect()
        self.actions_.apply_theme(self.theme)
        self.docks.apply_theme(self.theme)
        self._show_title()
        self._show_centre()
        self._restore()

    @property
    def setup(self) -> SetupPanel:
        """The set-up."""
        made = self.panels["setup"]
        assert isinstance(made, SetupPanel)  # noqa: S101 (what the table of panels makes)
        return made

    def _panel_in_front(self) -> QWidget | None:
        """Return the panel with the keyboard, else the one in front; None before there is any."""
        return self.panels.get(self.docks.current)

    def show_panel(self, key: str) -> QWidget:
        """Show a panel by its key."""
        self._stack.setCurrentWidget(self.docks)
        self.docks.show_panel(key)
        return self.panels[key]

    def show_step(self, step: Step) -> None:
        """Show a step of the set-up."""
        self.show_panel("setup")
        self.setup.show_step(step)

    def enter_step(self, step: Step) -> None:
        """Show a step of the set-up and give it the keyboard."""
        self.show_panel("setup")
        self.setup.enter_step(step)

    def begin_as_chosen(self) -> None:
        """Show what the analyst wants at the start, and say which settings cannot be used."""
        settings = self.session.settings
        recent = settings.settings.recent_files
        if settings.settings.at_start == "last" and recent and Path(recent[0]).is_file():
            self.desk.open_recent(recent[0])
        if settings.problems:
            notices = (Notice(problem) for problem in settings.problems)
            self.session.notices.show(tr("Some settings are not used"), notices)

    def _build(self) -> None:
        self.menuBar().setObjectName("menu_bar")
        menus = self.actions_.fill_menus(self)
        self._menus = menus
        self._recent = RecentMenu(self.session.settings, self.desk.document.open_recent, self)
        menus["File"].insertMenu(self.actions_["file.add_context"], self._recent)
        self.layouts.list_in(menus["Layout"])
        toolbar = QToolBar(tr("Commands"))
        toolbar.setObjectName("toolbar")
        toolbar.setMovable(False)
        self.actions_.fill_toolbar(toolbar)
        self.addToolBar(toolbar)
        self.setCentralWidget(self._centre())
        self.statusBar().addWidget(self.progress, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.resize(_SIZE)

    def _centre(self) -> QWidget:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.docks)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.messages)
        layout.addWidget(self.run_line)
        layout.addWidget(self.subset_strip)
        layout.addWidget(self._stack, 1)
        return centre

    def _connect(self) -> None:
        session = self.session
        self.welcome.command_asked.connect(self.desk.carry_out)
        self.welcome.file_asked.connect(self.desk.open_recent)
        self.messages.step_asked.connect(self.show_step)
        self.run_line.command_asked.connect(self.desk.carry_out)
        self.progress.cancel_asked.connect(partial(self.desk.carry_out, "run.cancel"))
        self.desk.step_asked.connect(self.show_step)
        self.desk.quit_asked.connect(self.close)
        session.request.request_changed.connect(self._show_centre)
        session.request.file_changed.connect(self._show_title)
        session.request.request_changed.connect(self._show_title)
        session.history.changed.connect(self._show_title)
        self.messages.command_asked.connect(self.desk.carry_out)
        session.runs.started.connect(self.docks.prepare_panels)
        session.results.run_changed.connect(self._on_run_changed)
        session.without.made.connect(partial(self.desk.carry_out, "view.overview"))
        session.settings.settings_changed.connect(self._apply_theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's)
        """Look at the files again when one comes back from another program."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.session.changes.look()

    def _looked_at(self) -> str:
        """Return the panel that is looked at, with its step for the set-up."""
        panel_now = self.docks.current
        is_setup = panel_now == "setup" and "setup" in self.panels
        return f"setup.{self.setup.current_step.name.lower()}" if is_setup else panel_now

    def _arrange(self, do: Callable[[], object]) -> None:
        """Do something with the panels, which can be seen from here on."""
        self._stack.setCurrentWidget(self.docks)
        do()

    def _make_panel(self, item: Panel) -> QWidget:
        made = item.make(self.session, self.theme)
        if isinstance(made, SetupPanel):
            made.step_shown.connect(self.tour.note_step)
        asks = getattr(made, "command_asked", None)
        if asks is not None:
            asks.connect(self.desk.carry_out)
        for empty in made.findChildren(EmptyState):
            empty.take_actions(self.actions_.__getitem__)
        return made

    def _show_centre(self, _value: object = None) -> None:
        """Show the panels as soon as there is anything, and the welcome when it is gone again."""
        draft = self.session.request.draft
        has_any = bool(draft.files or draft.context_file) or self.session.results.run is not None
        if has_any != self._has_any:
            self._has_any = has_any
            self._stack.setCurrentWidget(self.docks if has_any else self.welcome)

    def _show_title(self, _value: object = None) -> None:
        request = self.session.request
        name = request.path.name if request.path else request.draft.get("name") or tr("New request")
        self.setWindowTitle(f"{name}[*]")
        self.setWindowModified(request.is_modified or bool(self.session.document.unsaved_runs))

    def _on_run_changed(self, run: object) -> None:
        self._show_centre()
        front = self.docks.front
        if run is not None and front and panel(front).of == "data":
            self.show_panel("overview")

    def _apply_theme(self, _value: object = None) -> None:
        chosen = self.session.settings.settings
        use_locale(_application(), chosen.locale)
        scale_text(_application(), chosen.text_size)
        theme = theme_of(chosen.theme, chosen.colours)
        apply_to_application(_application(), theme)
        if theme == self.theme:  # another setting has changed
            return
        self.theme = theme
        self.actions_.apply_theme(self.theme)
        self.subset_strip.apply_theme(self.theme)
        self.docks.apply_theme(self.theme)
        self.help.apply_theme(self.theme)
        self.tour.apply_theme(self.theme)
        self.making.apply_theme(self.theme)

    def _draw_anew(self) -> None:
        self.docks.apply_theme(self.theme)

    def _restore(self) -> None:
        settings = self.session.settings.settings
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode()))
            keep_on_screen(self)
        self.layouts.restore()

    def _remember(self) -> None:
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.session.settings.remember_window(geometry, self.docks.layout_now())

    def close_unasked(self) -> None:
        """Close without asking about changes, as where nobody sees the window."""
        self._may_close = True
        self.close()

    def _close_now(self) -> None:
        self._may_close = True
        QTimer.singleShot(0, self, self.close)  # not from within the event that asked

    def _set_dropping(self, *, is_on: bool) -> None:
        self.welcome.set_dropping(is_on=is_on)

    # Qt

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802, D102 (Qt's)
        if self.session.document.has_unsaved_work and not self._may_close:
            event.ignore()
            self.desk.document.guarded(self._close_now)
            return
        self._remember()
        self.tour.close()
        self.help.close()
        self.hide()  # the work in the background may need a moment to stop
        self.session.close()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802, D102 (Qt's)
        if event.mimeData().hasUrls():  # what cannot be used is told why
            event.acceptProposedAction()
            self._set_dropping(is_on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802, D102 (Qt's)
        self._set_dropping(is_on=False)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802, D102 (Qt's)
        self._set_dropping(is_on=False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            self.desk.drop(paths)
        else:
            self.desk.refuse_links()


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101 (a window cannot be made without one)
    return app
