"""The presets of strategies: what each does, which columns stand for its own, and what it would change."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.project.strategy_presets import StrategyPreset
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.problem_words import problem_words
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_sentence import strategy_sentences
from ml4t_desktop.session.setup.strategy_presets import StrategyPresetStore
from ml4t_desktop.views.setup.fields import heading, hint
from ml4t_desktop.views.setup.presets.column_matches import ColumnMatches

_SIZE: Final = (880, 600)
_PRESET: Final = Qt.ItemDataRole.UserRole


class StrategyPresetsDialog(QDialog):
    """A list of presets, and what the chosen one is.

    Signals
    -------
    save_asked, import_asked : no value
    rename_asked, export_asked : StrategyPreset
    """

    save_asked = Signal()
    import_asked = Signal()
    rename_asked = Signal(object)
    export_asked = Signal(object)

    def __init__(self, store: StrategyPresetStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strategy_presets")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Presets of strategies"))
        self.resize(*_SIZE)
        self._store = store
        self._shown: StrategyPreset | None = None
        self.list = QListWidget()
        self.list.setObjectName("strategy_preset_list")
        self.list.setAccessibleName(tr("Presets"))
        self.list.setWordWrap(True)
        self._title, self._note, self._does = QLabel(), hint(), QLabel()
        self._title.setProperty("role", "title")
        for label in (self._title, self._does):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._does.setObjectName("strategy_preset_does")
        self._changes = QLabel()
        self._changes.setObjectName("strategy_preset_changes")
        self._changes.setWordWrap(True)
        self.matches = ColumnMatches()
        self.problem = QLabel()
        self.problem.setObjectName("strategy_preset_problem")
        self.problem.setProperty("role", "problem")
        self.problem.setWordWrap(True)
        self._make_buttons()
        self._build()
        self.list.currentItemChanged.connect(self._on_chosen)
        self.list.itemActivated.connect(self._on_apply)
        self.matches.changed.connect(self._show_changes)
        store.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List the presets there are now; the chosen one stays chosen."""
        kept = self._shown
        self.list.clear()
        own, shipped = self._store.own(), self._store.shipped()
        self._group(tr("Yours"), own, tr("None yet: save the present strategy."))
        self._group(tr("Known strategies, with your columns"), shipped, "")
        if self._store.problems:
            self._group(tr("Files that cannot be read"), (), "")
            for problem in self._store.problems:
                self._line(problem_words(problem))
        self.restore.setEnabled(self._store.can_restore)
        self.choose(kept)

    def choose(self, preset: StrategyPreset | None) -> None:
        """Choose a preset, the first one where it is not there."""
        rows = [row for row in range(self.list.count()) if self._at(row) is not None]
        found = [row for row in rows if preset is not None and _is_same(self._at(row), preset)]
        if rows:
            self.list.setCurrentRow((found or rows)[0])

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Show what is wrong; nothing when there is none."""
        self.problem.setText("\n".join(shown(str(item)) for item in problems))
        self.problem.setVisible(bool(problems))

    def attempt(self, do: Callable[[], StrategyPreset | None]) -> None:
        """Do something with a preset, show what is wrong with that, and choose what came of it."""
        try:
            made = do()
        except InputError as error:
            self.show_problems(error.problems)
            return
        self.show_problems(())
        self.choose(made)

    def _make_buttons(self) -> None:
        self.apply = _button("strategy_preset_apply", tr("Apply"), role="primary")
        self.rename = _button("strategy_preset_rename", tr("Rename…"))
        self.delete = _button("strategy_preset_delete", tr("Delete"))
        self.restore = _button("strategy_preset_restore", tr("Undo the deletion"))
        self.export = _button("strategy_preset_export", tr("Export…"))
        self.save = _button("strategy_preset_save", tr("Save the present strategy…"))
        self.take = _button("strategy_preset_import", tr("Import…"))
        self.apply.clicked.connect(self._on_apply)
        self.rename.clicked.connect(self._on_rename)
        self.delete.clicked.connect(self._on_delete)
        self.restore.clicked.connect(partial(self.attempt, self._store.restore))
        self.export.clicked.connect(self._on_export)
        self.save.clicked.connect(self.save_asked)
        self.take.clicked.connect(self.import_asked)

    def _build(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(8)
        for widget in (self._title, self._note, heading(tr("What it does")), self._does):
            column.addWidget(widget)
        column.addWidget(self.matches)
        column.addWidget(heading(tr("What it changes in your request")))
        column.addWidget(self._changes)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(area, 1)
        beside.addWidget(self.problem)
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 0, 0)
        for button in (self.rename, self.delete, self.export):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.apply)
        beside.addLayout(row)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setSizes([300, 580])
        below = QHBoxLayout()
        for button in (self.save, self.take, self.restore):
            below.addWidget(button)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.close)
        below.addStretch(1)
        below.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addLayout(below)
        self.problem.hide()

    def _group(self, title: str, presets: tuple[StrategyPreset, ...], empty: str) -> None:
        head = self._line(title)
        font = head.font()
        font.setBold(True)
        head.setFont(font)
        for preset in presets:
            item = QListWidgetItem(shown(preset.name), self.list)
            item.setData(_PRESET, preset)
            item.setToolTip(shown(preset.note))
        if not presets and empty:
            self._line(empty)

    def _line(self, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        return item

    def _at(self, row: int) -> StrategyPreset | None:
        found = self.list.item(row).data(_PRESET)
        return found if isinstance(found, StrategyPreset) else None

    def _on_chosen(self, item: QListWidgetItem | None, _before: object = None) -> None:
        preset = item.data(_PRESET) if item is not None else None
        self._shown = preset if isinstance(preset, StrategyPreset) else None
        is_own = self._shown is not None and self._shown.path is not None
        for button in (self.rename, self.delete):
            button.setEnabled(is_own)
        for button in (self.apply, self.export):
            button.setEnabled(self._shown is not None)
        if self._shown is None:
            return
        self._title.setText(shown(self._shown.name))
        self._note.setText(shown(self._shown.note))
        self._note.setVisible(bool(self._shown.note))
        self._does.setText("\n".join(self._sentences(self._shown)))
        self.matches.show_matches(self._store.matches(self._shown))
        self._show_changes()

    def _sentences(self, preset: StrategyPreset) -> tuple[str, ...]:
        draft = Draft(preset.tables)
        file = draft.get("strategy.python.file")
        if file:
            return (
                tr(
                    "The class {name} of {file} decides.",
                    name=draft.get("strategy.python.class"),
                    file=Path(str(file)).name,
                ),
            )
        said = strategy_sentences(draft, QLocale())
        if "execution" in preset.tables:
            said = (*said, tr("Execution, costs and capital are those of the preset, too."))
        return said

    def _show_changes(self) -> None:
        if self._shown is None:
            return
        changed = self._store.changes(self._shown, self.matches.chosen())
        text = tr(
            "It changes: {values}. Undo takes all of it back at once.", values=", ".join(changed)
        )
        nothing = tr("Nothing: the request is like that already.")
        self._changes.setText(text if changed else nothing)
        is_ready = self.matches.is_complete
        self.apply.setEnabled(bool(changed) and is_ready)
        self.apply.setToolTip(
            "" if is_ready else tr("First choose a column for each that is missing")
        )

    def _on_apply(self, _value: object = None) -> None:
        if self._shown is not None and self.apply.isEnabled():
            self._store.apply(self._shown, self.matches.chosen())
            self.close()

    def _on_rename(self) -> None:
        if self._shown is not None:
            self.rename_asked.emit(self._shown)

    def _on_export(self) -> None:
        if self._shown is not None:
            self.export_asked.emit(self._shown)

    def _on_delete(self) -> None:
        preset = self._shown
        if preset is not None:
            self.attempt(lambda: self._store.delete(preset))


def _is_same(one: StrategyPreset | None, other: StrategyPreset) -> bool:
    return one is not None and (one.path, one.name if one.path is None else "") == (
        other.path,
        other.name if other.path is None else "",
    )


def _button(name: str, text: str, role: str = "secondary") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("role", role)
    button.setAutoDefault(False)
    return button
