"""A list of files of the request, with buttons to add and to take out."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.session.language import shown
from ml4t_desktop.views.setup.editors import remove_button
from ml4t_desktop.views.setup.fields import heading, hint


class FileList(QWidget):
    """Files of one kind.

    Parameters
    ----------
    key : str
        Beginning of the object names, such as ``data`` for ``data.add`` and ``data.remove``.
    title, about : str
        The heading, and what is said while there is no file.
    buttons : tuple of (str, str, str)
        Ending of the object name, title and command of each button.

    Signals
    -------
    command_asked : str
        Id of the command a button stands for.
    removed : str
        Name of a file, as the request has it.
    """

    command_asked = Signal(str)
    removed = Signal(str)

    def __init__(
        self,
        key: str,
        title: str,
        about: str,
        buttons: tuple[tuple[str, str, str], ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._names: tuple[str, ...] = ()
        self._rows: list[QWidget] = []
        head = QHBoxLayout()
        head.addWidget(heading(title), 1)
        for ending, text, command in buttons:
            button = QPushButton(shown(text))
            button.setObjectName(f"{key}.{ending}")
            button.clicked.connect(partial(self.command_asked.emit, command))
            head.addWidget(button)
        self.hint = hint(about)
        self._files = QVBoxLayout()
        self._files.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(self._files)
        layout.addWidget(self.hint)

    def show_files(self, names: tuple[str, ...], places: tuple[str, ...]) -> None:
        """Show files by name, with their places as tips."""
        self.hint.setVisible(not names)
        if names == self._names:
            return
        self._names = names
        for row in self._rows:
            self._files.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(*pair) for pair in zip(names, places, strict=True)]
        for row in self._rows:
            self._files.addWidget(row)

    def _row(self, name: str, place: str) -> QWidget:
        row = QWidget()
        label = QLabel(shown_name(Path(place)))
        label.setToolTip(place)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label, 1)
        remove = remove_button(partial(self._on_remove, name))
        remove.setObjectName(f"{self._key}.remove")
        layout.addWidget(remove)
        return row

    def _on_remove(self, name: str, _is_checked: object = None) -> None:
        self.removed.emit(name)
