"""The tables in archives, workbooks and folders: what each is used for, why, and a choice of something else."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from ml4t_desktop.session.data.inner_tables import Holder, TableGroup
from ml4t_desktop.session.language import capitalised, shown, tr, tr_count
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.views.setup.fields import heading, hint
from ml4t_desktop.wording import mark

_USES: Final = (
    ("prices", mark("Prices")),
    ("predictions", mark("Predictions")),
    ("context", mark("Context")),
    ("actions", mark("Corporate actions")),
    (None, mark("Not used")),
)


class TableUses(QWidget):
    """A row for each table of a file that holds several.

    Signals
    -------
    chosen : tuple of InnerTable, str or None
        Tables, and what to use them for.
    """

    chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data.tables")
        self._tables: list[object] = []
        self._groups: list[TableGroup] = []
        self._choices: list[Choice] = []
        self._parts: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)

    def show_holders(self, holders: tuple[Holder, ...]) -> None:
        """Show the tables of files; nothing where no file holds several."""
        self.setVisible(bool(holders))
        self._groups = [group for holder in holders for group in holder.groups]
        tables: list[object] = [
            (holder.path, [g.tables for g in holder.groups]) for holder in holders
        ]
        if tables != self._tables:
            self._tables = tables
            self._make(holders)
        for choice, group in zip(self._choices, self._groups, strict=True):
            choice.show_value(group.use)

    def _make(self, holders: tuple[Holder, ...]) -> None:
        for part in self._parts:
            self._layout.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._choices = []
        self._parts = [self._part(holder) for holder in holders]
        for part in self._parts:
            self._layout.addWidget(part)

    def _part(self, holder: Holder) -> QWidget:
        part = QWidget()
        rows = QGridLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(2)
        rows.setColumnStretch(0, 1)
        rows.addWidget(heading(tr("Tables in {file}", file=holder.path.name)), 0, 0, 1, 2)
        for place, group in enumerate(holder.groups):
            choice = self._choice(group)
            name = QLabel(_name(group))
            name.setToolTip("\n".join(table.name for table in group.tables[:40]))
            name.setBuddy(choice)
            why = hint(capitalised(shown(group.first.reason)))
            rows.addWidget(name, 2 * place + 1, 0)
            rows.addWidget(choice, 2 * place + 1, 1)
            rows.addWidget(why, 2 * place + 2, 0, 1, 2)
        return part

    def _choice(self, group: TableGroup) -> Choice:
        choice = Choice(width=12)
        choice.setObjectName(f"data.tables.{group.first.name}")
        choice.setAccessibleName(tr("What {table} is used for", table=_name(group)))
        choice.set_options(_USES)
        choice.activated.connect(partial(self._on_activated, len(self._choices)))
        self._choices.append(choice)
        return choice

    def _on_activated(self, place: int, _index: int) -> None:
        choice, group = self._choices[place], self._groups[place]
        if choice.value != group.use:
            self.chosen.emit(group.tables, choice.value)


def _name(group: TableGroup) -> str:
    more = len(group.tables) - 1
    if not more:
        return group.first.name
    return tr_count(
        "{table} and {n} table like it",
        "{table} and {n:,} tables like it",
        more,
        table=group.first.name,
    )
