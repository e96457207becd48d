"""The main window: it arranges the parts, and nothing else."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.app.actions import Actions
from ml4t_desktop.app.desk import Desk
from ml4t_desktop.app.dialogs import Dialogs, WindowDialogs
from ml4t_desktop.app.panels import PANELS
from ml4t_desktop.app.recent import RecentMenu
from ml4t_desktop.app.theming import apply_to_application, theme_of
from ml4t_desktop.app.undo_keys import UndoKeys
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.steps import Step
from ml4t_desktop.views.review.history import HistoryPanel
from ml4t_desktop.views.review.trade_review import TradeReview
from ml4t_desktop.views.setup.panel import SetupPanel
from ml4t_desktop.views.shell.messages import MessageStrip
from ml4t_desktop.views.shell.progress import RunProgress
from ml4t_desktop.views.shell.run_line import RunLine
from ml4t_desktop.views.shell.welcome import Welcome

_SIZE = QSize(1440, 900)
_SETUP_WIDTH = 440


class MainWindow(QMainWindow):
    """Set-up on the left; data, overview and trades in the middle."""

    def __init__(self, session: Session, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.session = session
        self.theme = theme_of(session.settings.settings.theme)
        apply_to_application(_application(), self.theme)  # before there are widgets to style
        self.desk = Desk(session, dialogs or WindowDialogs(self), self)
        self.actions_ = Actions(session, self.desk.carry_out, self)
        self.setup = SetupPanel(session, self.theme)
        self.panels = {item.key: item.make(session, self.theme) for item in PANELS}
        self.messages = MessageStrip(session.notices)
        self.progress = RunProgress(session)
        self.run_line = RunLine(session)
        self.welcome = Welcome()
        self._may_close = False
        self._undo_keys = UndoKeys(_application(), self)
        self._build()
        self._connect()
        self.actions_.apply_theme(self.theme)
        self._show_title()
        self._show_centre()
        self._restore()

    def show_tab(self, name: str) -> None:
        """Show a panel by its key."""
        self.tabs.setCurrentWidget(self.panels[name])
        self._show_centre()

    def _build(self) -> None:
        self._menus = self.actions_.fill_menus(self)
        self._recent = RecentMenu(self.session.settings, self.desk.document.open_recent, self)
        self._menus["File"].insertMenu(self.actions_["file.add_context"], self._recent)
        toolbar = QToolBar("Commands")
        toolbar.setObjectName("toolbar")
        toolbar.setMovable(False)
        self.actions_.fill_toolbar(toolbar)
        self.addToolBar(toolbar)
        dock = QDockWidget("Set-up")
        dock.setObjectName("setup_dock")
        features = QDockWidget.DockWidgetFeature
        dock.setFeatures(features.DockWidgetMovable | features.DockWidgetClosable)
        dock.setWidget(self.setup)
        self.setup.setMinimumWidth(_SETUP_WIDTH - 30)
        self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        self.resizeDocks([dock], [_SETUP_WIDTH], Qt.Orientation.Horizontal)
        self._menus["View"].addSeparator()
        self._menus["View"].addAction(dock.toggleViewAction())
        self.setCentralWidget(self._centre())
        self.statusBar().addWidget(self.progress, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.resize(_SIZE)

    def _centre(self) -> QWidget:
        self.tabs = QTabWidget()
        self.tabs.setObjectName("tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for item in PANELS:
            self.tabs.addTab(self.panels[item.key], item.title)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self.tabs)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.messages)
        layout.addWidget(self.run_line)
        layout.addWidget(self._stack, 1)
        return centre

    def _connect(self) -> None:
        session = self.session
        self.setup.command_asked.connect(self.desk.carry_out)
        self.welcome.command_asked.connect(self.desk.carry_out)
        self.messages.step_asked.connect(self._show_step)
        self.run_line.command_asked.connect(self.desk.carry_out)
        self.progress.cancel_asked.connect(partial(self.desk.carry_out, "run.cancel"))
        self.desk.tab_asked.connect(self.show_tab)
        self.desk.trade_asked.connect(self._step_trade)
        self.desk.filter_asked.connect(self._filter_trades)
        self.desk.trades_target_chosen.connect(self._export_trades)
        self._review().trades.command_asked.connect(self.desk.carry_out)
        self.desk.step_asked.connect(self._show_step)
        self.desk.quit_asked.connect(self.close)
        session.request.request_changed.connect(self._show_centre)
        session.request.file_changed.connect(self._show_title)
        session.request.request_changed.connect(self._show_title)
        session.history.changed.connect(self._show_title)
        self.messages.command_asked.connect(self.desk.carry_out)
        session.results.run_changed.connect(self._on_run_changed)
        session.comparison.opened.connect(partial(self.show_tab, "trades"))
        history = self.panels["history"]
        assert isinstance(history, HistoryPanel)  # noqa: S101 (what the table of panels makes)
        history.compare_asked.connect(partial(self.show_tab, "compare"))
        session.settings.settings_changed.connect(self._apply_theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)

    def _review(self) -> TradeReview:
        review = self.panels["trades"]
        assert isinstance(review, TradeReview)  # noqa: S101 (what the table of panels makes)
        return review

    def _step_trade(self, step: int, outcome: str) -> None:
        self.show_tab("trades")
        self._review().trades.step(step, outcome)

    def _filter_trades(self) -> None:
        self.show_tab("trades")
        self._review().trades.show_fields()

    def _export_trades(self, path: Path) -> None:
        shown = self._review().trades.shown()
        if shown is not None:
            frame, columns, rows = shown
            self.session.exports.write(frame, path, columns=columns, rows=rows)

    def _show_step(self, step: Step) -> None:
        self.setup.show_step(step)

    def _show_centre(self, _value: object = None) -> None:
        draft = self.session.request.draft
        has_any = draft.files or draft.context_file or self.session.results.run is not None
        self._stack.setCurrentIndex(1 if has_any else 0)

    def _show_title(self, _value: object = None) -> None:
        request = self.session.request
        name = request.path.name if request.path else request.draft.get("name") or "New request"
        self.setWindowTitle(f"{name}[*]")
        self.setWindowModified(request.is_modified or bool(self.session.document.unsaved_runs))

    def _on_run_changed(self, run: object) -> None:
        self._show_centre()
        looks = [self.panels[item.key] for item in PANELS if item.of == "data"]
        if run is not None and self.tabs.currentWidget() in looks:
            self.show_tab("overview")

    def _apply_theme(self, _value: object = None) -> None:
        theme = theme_of(self.session.settings.settings.theme)
        if theme == self.theme:  # another setting has changed
            return
        self.theme = theme
        apply_to_application(_application(), self.theme)
        self.actions_.apply_theme(self.theme)
        self.setup.apply_theme(self.theme)
        for part in self.panels.values():
            part.apply_theme(self.theme)  # pyright: ignore[reportAttributeAccessIssue]  (`panels` says so)

    def _restore(self) -> None:
        settings = self.session.settings.settings
        if settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(settings.geometry.encode()))
        if settings.layout:
            self.restoreState(QByteArray.fromBase64(settings.layout.encode()))

    def _remember(self) -> None:
        geometry, layout = self.saveGeometry().toBase64(), self.saveState().toBase64()
        self.session.settings.remember_window(
            bytes(geometry.data()).decode(), bytes(layout.data()).decode()
        )

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
        self.hide()  # the work in the background may need a moment to stop
        self.session.close()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802, D102 (Qt's)
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._set_dropping(is_on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802, D102 (Qt's)
        self._set_dropping(is_on=False)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802, D102 (Qt's)
        self._set_dropping(is_on=False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.desk.drop(paths)


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # noqa: S101 (a window cannot be made without one)
    return app
