"""A time zone: one of a few that are named, or any other by its name."""

from PySide6.QtCore import Qt, QTimeZone, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from ml4t_desktop.session.formats import is_zone
from ml4t_desktop.session.language import shown


class ZoneChoice(QComboBox):
    """A list of zones in which any other can be written.

    Signals
    -------
    chosen : str
    """

    chosen = Signal(str)

    def __init__(self, choices: tuple[tuple[str, str], ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for value, title in choices:
            self.addItem(shown(title), value)
        names = [bytes(name.data()).decode() for name in QTimeZone.availableTimeZoneIds()]
        completer = QCompleter(names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        self._value = str(self.itemData(0))
        self.activated.connect(self._on_activated)
        line = self.lineEdit()
        assert line is not None  # noqa: S101 (it is editable)
        line.editingFinished.connect(self._on_written)

    @property
    def value(self) -> str:
        """The zone that is chosen."""
        return self._value

    def show_value(self, value: str) -> None:
        """Show a zone, without telling."""
        self._value = value
        place = self.findData(value)
        self.setCurrentIndex(place)
        if place < 0:
            self.setEditText(value)

    def _on_activated(self, index: int) -> None:
        self._take(str(self.itemData(index)))

    def _on_written(self) -> None:
        """Take what was written; what is no zone makes way for what was there."""
        text = self.currentText().strip()
        place = self.findText(text)
        self._take(str(self.itemData(place)) if place >= 0 else text)

    def _take(self, value: str) -> None:
        is_known = self.findData(value) >= 0 or is_zone(value)
        before = self._value
        self.show_value(value if is_known else before)
        if self._value != before:
            self.chosen.emit(self._value)
