"""The user guide in a window of its own: contents and search on the left, the page on the right."""

from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.session.window.guide import START, Page, page, pages, plain, search

_SIZE: Final = (1020, 720)
_ABOVE: Final = 12  # pixels over a heading that is looked at
_NAME: Final = Qt.ItemDataRole.UserRole
_HEADING: Final = Qt.ItemDataRole.UserRole + 1
_SHEET: Final = (
    "a {{ color: {accent}; }} th {{ background: {raised}; }} th, td {{ padding: 4px 8px; }}"
    " code {{ background: {raised}; }} pre {{ background: {raised}; }}"
)


class GuideWindow(QWidget):
    """Shows the guide; closing it only hides it.

    Signals
    -------
    command_asked : str
        A link asks for a command, such as ``command:help.examples``.
    """

    command_asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("guide")
        self.setWindowTitle(tr("User guide"))
        self.resize(*_SIZE)
        self._theme = theme
        self._history: list[str] = []
        self._shown = ""
        self.words = QLineEdit()
        self.words.setObjectName("guide_search")
        self.words.setPlaceholderText(tr("Search the guide"))
        self.words.setAccessibleName(tr("Search the guide"))
        self.words.setToolTip(tr("Search the guide"))
        self.words.setClearButtonEnabled(True)
        self.contents = QListWidget()
        self.contents.setObjectName("guide_contents")
        self.contents.setAccessibleName(tr("Pages of the guide, or where the words were found"))
        self.contents.setWordWrap(True)
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.setStyleSheet("QListWidget::item { padding: 6px 4px; }")
        self.text = QTextBrowser()
        self.text.setObjectName("guide_text")
        self.text.setAccessibleName(tr("The page"))
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(14)
        self.back = QPushButton(tr("Back"))
        self.back.setToolTip(tr("Show the page before (Alt+Left)"))
        self._build()
        self.words.textChanged.connect(self._list)
        self.contents.itemActivated.connect(self._on_chosen)
        self.contents.itemClicked.connect(self._on_chosen)
        self.text.anchorClicked.connect(self._on_link)
        self.back.clicked.connect(self.go_back)
        self._list()
        self.apply_theme(theme)

    def show_page(self, name: str = START, heading: str = "") -> None:
        """Show a page, from a heading on when one is given."""
        if self._shown and self._shown != name:
            self._history.append(self._shown)
        self._show(page(name), heading)

    def go_back(self) -> None:
        """Show the page before."""
        if self._history:
            self._show(page(self._history.pop()))

    @property
    def page_name(self) -> str:
        """The page that is shown."""
        return self._shown

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        if self._shown:
            self._show(page(self._shown))

    def _build(self) -> None:
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self.back)
        column.addLayout(row)
        column.addWidget(self.contents, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(beside)
        split.addWidget(self.text)
        split.setSizes([330, 690])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(split)
        for keys, act in (
            ("Alt+Left", self.go_back),
            ("Ctrl+F", self.words.setFocus),
            (tr("Esc"), self.close),
        ):
            QShortcut(QKeySequence(keys), self, act)

    def _list(self, words: str = "") -> None:
        """List the pages, or where words were found."""
        self.contents.clear()
        if not words.strip():
            for item in pages():
                self._add(item, "", item.title)
            return
        hits = search(words)
        for hit in hits:
            self._add(
                hit.page, hit.heading, f"{shown(hit.page.title)}: {hit.heading}\n{hit.excerpt}"
            )
        if not hits:
            nothing = QListWidgetItem(
                tr("Nothing was found. Try fewer or other words."), self.contents
            )
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)

    def _add(self, item: Page, heading: str, text: str) -> None:
        entry = QListWidgetItem(text, self.contents)
        entry.setToolTip(item.title)
        entry.setData(_NAME, item.name)
        entry.setData(_HEADING, heading)

    def _on_chosen(self, entry: QListWidgetItem) -> None:
        name = entry.data(_NAME)
        if name:
            self.show_page(name, entry.data(_HEADING))

    def _on_link(self, link: QUrl) -> None:
        """Follow a link to another page, or give the command it names; there are no others."""
        if link.scheme() == "command":
            self.command_asked.emit(link.path())
            return
        name = link.path().rpartition("/")[2].removesuffix(".md")
        if any(item.name == name for item in pages()):
            self.show_page(name)

    def _show(self, item: Page, heading: str = "") -> None:
        self._shown = item.name
        theme = self._theme
        colours = {name: getattr(theme, name) for name in ("accent", "raised")}
        self.text.document().setDefaultStyleSheet(_SHEET.format(**colours))
        self.text.setMarkdown(item.text)
        # Markdown is laid out without the style sheet; as HTML it is taken into account.
        self.text.setHtml(self.text.toHtml())
        self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
        if heading and heading != item.title:
            self._go_to(heading)
        self.back.setEnabled(bool(self._history))

    def _go_to(self, heading: str) -> None:
        """Bring a heading to the top; other places with the same words do not count."""
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and plain(block.text()) == heading:
                self.text.setTextCursor(QTextCursor(block))
                bar = self.text.verticalScrollBar()
                bar.setValue(bar.value() + self.text.cursorRect().top() - _ABOVE)
                return
            block = block.next()
