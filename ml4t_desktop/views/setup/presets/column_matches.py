"""The columns of a preset that the data does not have, each with what may stand for it."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from ml4t_desktop.session.language import tr, tr_count
from ml4t_desktop.session.request.rule_tree import short_name
from ml4t_desktop.session.setup.strategy_presets import KEEP, LEAVE_OUT, ColumnMatch
from ml4t_desktop.session.words import word
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.views.setup.fields import heading, hint

_ASK: Final = None


class ColumnMatches(QWidget):
    """A choice for each column that is missing; nothing is chosen for its reader but what is alike.

    Signals
    -------
    changed : no value
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("column_matches")
        self._choices: dict[str, Choice] = {}
        self._form = QFormLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading(tr("Columns that your data does not have")))
        layout.addWidget(hint(tr("Choose what stands for each of them.")))
        layout.addLayout(self._form)

    @property
    def is_complete(self) -> bool:
        """Whether something is chosen for every column."""
        return all(choice.value is not _ASK for choice in self._choices.values())

    def chosen(self) -> dict[str, str]:
        """Return what is chosen, by the column of the preset."""
        return {
            name: str(choice.value)
            for name, choice in self._choices.items()
            if choice.value is not _ASK
        }

    def show_matches(self, matches: tuple[ColumnMatch, ...]) -> None:
        """Show the columns that are missing."""
        while self._form.rowCount():
            self._form.removeRow(0)
        self._choices = {}
        for match in matches:
            choice = Choice()
            choice.setObjectName(f"match.{match.column}")
            choice.setAccessibleName(tr("Stands for {column}", column=match.column))
            choice.set_options(self._options(match))
            choice.show_value(match.proposed or _ASK)
            choice.activated.connect(self._on_activated)
            label = QLabel(self._titled(match.column))
            label.setBuddy(choice)
            self._form.addRow(label, choice)
            self._choices[match.column] = choice
        self.setVisible(bool(matches))

    def _options(self, match: ColumnMatch) -> tuple[tuple[object, str], ...]:
        ask = (_ASK, tr("Choose…"))
        columns = tuple((name, self._titled(name)) for name in match.options)
        keep = (KEEP, tr("Keep the name; the step Strategy says that it is missing"))
        if not match.left_out:
            return (ask, *columns, keep)
        leave = tr_count(
            "Leave out the part of the rules that uses it",
            "Leave out the {n} parts of the rules that use it",
            match.left_out,
        )
        return (ask, *columns, (LEAVE_OUT, leave), keep)

    def _titled(self, name: str) -> str:
        kind = name.partition(".")[0]
        return f"{short_name(name)} ({word(kind)})"

    def _on_activated(self, _index: int) -> None:
        self.changed.emit()
