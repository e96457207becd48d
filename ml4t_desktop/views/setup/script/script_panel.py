"""The Python file of the request: its source, what it printed, and where it failed."""

import html
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.errors import StrategyFailed
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.problem_words import problem_words
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.views.setup.script.script_source import SourceView
from ml4t_desktop.wording import mark

_HINT = mark("Choose Python in the step Strategy of the set-up, and open a file with a Strategy.")
_MOST_HEIGHT = 130


class ScriptPanel(SeenPanel):
    """Source above; below it what went wrong, with its lines to click, and what was printed."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("script_panel")
        self._scripts = session.scripts
        self._theme = theme
        self.title = QLabel()
        self.title.setObjectName("script_title")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.state = QLabel()
        self.state.setObjectName("script_state")
        self.editor = QPushButton(tr("Open in the editor"))
        self.editor.setObjectName("script_editor")
        self.editor.setToolTip(tr("Open the file with the program that the system uses for it"))
        self.source = SourceView(theme)
        self.failure = QTextBrowser()
        self.failure.setObjectName("script_failure")
        self.failure.setAccessibleName(tr("What went wrong"))
        self.failure.setOpenLinks(False)
        self.output = QPlainTextEdit()
        self.output.setObjectName("script_output")
        self.output.setAccessibleName(tr("What the strategy printed"))
        self.output.setReadOnly(True)
        self.output.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.output.setPlaceholderText(tr("What the strategy prints while it runs appears here."))
        self.empty = EmptyState(tr("No Python strategy"), _HINT, "file.open_script")
        self._build()
        self.editor.clicked.connect(self._on_editor)
        self.failure.anchorClicked.connect(self._on_line)
        self._scripts.changed.connect(self.draw_when_seen)
        self._scripts.output_changed.connect(self.draw_when_seen)
        session.results.run_changed.connect(self._on_run)
        self.apply_theme(theme)
        self.draw_when_seen()

    def draw(self) -> None:
        """Show file, failure and output."""
        scripts = self._scripts
        self._stack.setCurrentIndex(1 if scripts.path is not None else 0)
        if scripts.path is None:
            return
        self.title.setText(scripts.path.name)
        self.title.setToolTip(str(scripts.path))
        self.state.setText(self._state_text())
        if scripts.script is not None:
            self.source.show_source(scripts.script.text)
        self._show_failure(scripts.failure)
        if scripts.output != self.output.toPlainText():
            self.output.setPlainText(scripts.output)
            bar = self.output.verticalScrollBar()
            bar.setValue(bar.maximum())  # the last lines are the news

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.source.apply_theme(theme)
        self.empty.apply_theme(theme)
        self.failure.clear()
        self.draw_when_seen()

    def _state_text(self) -> str:
        scripts = self._scripts
        if scripts.script is None:
            return "\n".join(problem_words(item.problem) for item in scripts.problems)
        if scripts.is_behind:
            return tr("The file has changed since the run on screen")
        return (
            tr("You have agreed to run it")
            if scripts.is_trusted
            else tr("Not run before you agree")
        )

    def _show_failure(self, failure: StrategyFailed | None) -> None:
        self.failure.setVisible(failure is not None)
        text = _failure_html(failure, self._theme) if failure is not None else ""
        if failure is not None and self.failure.property("told") != id(failure):
            self.failure.setProperty("told", id(failure))
            if failure.lines and self._is_own(failure.lines[-1].path):
                self.source.mark_line(failure.lines[-1].line)
        elif failure is None and self.failure.property("told"):
            self.failure.setProperty("told", None)
            self.source.mark_line(0)
        if self.failure.property("html") != text:
            self.failure.setProperty("html", text)
            self.failure.setHtml(text)
            self.failure.document().setTextWidth(max(self.failure.viewport().width(), 400))
            height = int(self.failure.document().size().height()) + 2 * self.failure.frameWidth()
            self.failure.setFixedHeight(min(height, _MOST_HEIGHT))

    def _is_own(self, path: Path) -> bool:
        return path == self._scripts.path

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title)
        head.addWidget(self.state, 1)
        head.addWidget(self.editor)
        self.title.setProperty("role", "heading")
        self.state.setProperty("role", "hint")
        below = QWidget()
        lines = QVBoxLayout(below)
        lines.setContentsMargins(0, 0, 0, 0)
        printed = QLabel(tr("Printed by the strategy"))
        printed.setProperty("role", "heading")
        printed.setBuddy(self.output)
        lines.addWidget(self.failure)
        lines.addWidget(printed)
        lines.addWidget(self.output, 1)
        self.failure.hide()
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("script_split")
        split.setChildrenCollapsible(False)
        split.addWidget(self.source)
        split.addWidget(below)
        split.setSizes([460, 260])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.addLayout(head)
        layout.addWidget(split, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _on_run(self, _run: object) -> None:
        self.draw_when_seen()

    def _on_editor(self) -> None:
        if self._scripts.path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._scripts.path)))

    def _on_line(self, link: QUrl) -> None:
        """Show a line that was clicked; one of another file in its editor."""
        path = Path(link.path())
        if self._is_own(path):
            self.source.mark_line(int(link.fragment() or 0))
            self.source.setFocus()
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _failure_html(failure: StrategyFailed, theme: Theme) -> str:
    rows = "".join(
        f"<tr><td style='padding-right:14px'><a style='color:{theme.accent}' "
        f"href='{html.escape(QUrl.fromLocalFile(str(line.path)).path())}#{line.line}'>"
        f"{html.escape(shown(str(line)))}</a></td><td><code>{html.escape(line.code)}</code></td></tr>"
        for line in failure.lines
    )
    head = (
        f"<p style='color:{theme.error}; margin:0 0 4px 0'>{html.escape(shown(failure.what))}</p>"
    )
    return f"{head}<table>{rows}</table>"
