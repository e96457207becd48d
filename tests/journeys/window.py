"""What an analyst does with the window, as verbs."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

from ml4t_desktop.app.docking.panels import panel
from ml4t_desktop.app.main import build
from ml4t_desktop.session.request.steps import Step, step_of_key
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.views.setup.editors import Choice, NumberBox
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from ml4t_desktop.views.setup.rules.clause_row import ClauseRow
from tests.unit.app.fakes import FakeDialogs

PATIENCE_MS = 120_000


class Analyst:
    """Somebody in front of the real window; only the file dialogs are answered by the test."""

    def __init__(self, qtbot, folder: Path) -> None:
        self.qtbot = qtbot
        self.dialogs = FakeDialogs()
        self.window = build(
            settings_file=folder / "settings.toml",
            dialogs=self.dialogs,
            recovery=folder / "recovery",
        )
        self.session = self.window.session
        qtbot.addWidget(self.window)
        self.window.resize(1440, 900)
        self.window.show()

    # What is done

    def open_sample(self):
        self.click("welcome.sample")
        self.wait()

    def drop(self, *paths: Path):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        self.window.dropEvent(
            QDropEvent(
                QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )  # fmt: skip
        self.wait()

    def choose(self, key: str, value: object):
        self.window.show_step(step_of_key(key))
        self._choose(self.window.findChild(Choice, key), value)

    def type_number(self, key: str, value: float):
        self.window.show_step(step_of_key(key))
        self._type(self.window.findChild(NumberBox, key), value)

    def add_clause(self, rule: str, column: str, op: str, value: float):
        self.window.show_step(Step.STRATEGY)
        editor = self.window.findChild(ClauseEditor, rule)
        editor.findChild(QPushButton, "add").click()
        row = editor.findChildren(ClauseRow)[-1]
        self._choose(row.findChild(Choice, "column"), column)
        self._choose(row.findChild(Choice, "op"), op)
        self._type(row.findChild(NumberBox, "value"), value)

    def press(self, key: Qt.Key):
        self.qtbot.keyClick(self.window, key)
        self.look()

    def run(self):
        # What can be done is told a turn of the loop after what was chosen.
        self.qtbot.waitUntil(lambda: self.can_run, timeout=PATIENCE_MS)
        with self.qtbot.waitSignal(self.session.runs.ended, timeout=PATIENCE_MS):
            self.start()
        self.wait()

    def start(self):
        button = self.window.findChild(QToolButton, "run_start")
        if not button.isEnabled():  # what can be done is found out in the next turn
            QApplication.processEvents()
        button.click()

    def save_as(self, path: Path):
        self.dialogs.target = path
        self.window.desk.carry_out("file.save_as")
        self.wait()

    def click(self, name: str):
        self.window.findChild(QPushButton, name).click()

    def leave(self):
        self.window.close_unasked()

    def wait(self):
        self.qtbot.waitUntil(
            lambda: not self.session.jobs.is_busy and not self._unmade() and not self._undrawn(),
            timeout=PATIENCE_MS,
        )  # a panel that is drawn may ask for something more

    def look(self):
        """Wait until every panel on screen has drawn what it is to show."""
        self.qtbot.waitUntil(
            lambda: not self._unmade() and not self._undrawn(), timeout=PATIENCE_MS
        )

    # What is seen

    @property
    def tab(self) -> str:
        """The title of the panel in front."""
        front = self.window.docks.front
        return panel(front).title if front else ""

    @property
    def message(self) -> str:
        return self.window.messages.text() if self.window.messages.isVisible() else ""

    @property
    def status(self) -> str:
        return self.window.progress.phase.text()

    @property
    def can_run(self) -> bool:
        QApplication.processEvents()
        return self.window.findChild(QToolButton, "run_start").isEnabled()

    def _unmade(self) -> list[str]:
        docks = self.window.docks.docks
        return [key for key, dock in docks.items() if dock.is_seen and not dock.is_made]

    def _undrawn(self) -> list[SeenPanel]:
        # Asked at every turn of the loop: a search of the whole window would be most of the wait.
        seen = [dock for dock in self.window.docks.docks.values() if dock.is_seen]
        panels = [panel for dock in seen for panel in dock.widget().findChildren(SeenPanel)]
        return [panel for panel in panels if panel.is_due and panel.isVisible()]

    def _choose(self, choice: Choice, value: object):
        index = choice.findData(value)
        assert index >= 0, f"{value} is not offered"
        choice.setCurrentIndex(index)
        choice.activated.emit(index)

    def _type(self, box: NumberBox, value: float):
        box.setFocus()
        box.selectAll()
        self.qtbot.keyClicks(box, box.locale().toString(float(value), "g", 12))
        self.qtbot.keyClick(box, Qt.Key.Key_Return)
