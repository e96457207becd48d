"""Dialogs that never block: they open, and call back when something was chosen."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from ml4t_desktop.files.scripts import Script
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.setup.script_trust import TrustDialog

_MIDDLE = 128
_TABLES = (
    "*.parquet *.pq *.csv *.tsv *.txt *.arrow *.feather *.ipc *.xlsx *.xls *.xlsb *.ods "
    "*.gz *.zst *.bz2 *.xz *.zip"
)
DATA_FILES = f"Data and requests ({_TABLES} *.toml);;All files (*)"
CONTEXT_FILES = f"Data ({_TABLES});;All files (*)"
SCRIPT_FILES = "Python files (*.py)"
REQUEST_FILES = "Requests (*.toml)"
TABLE_FILES = "CSV (*.csv);;Parquet (*.parquet);;Excel (*.xlsx)"
IMAGE_FILES = "PNG (*.png);;SVG (*.svg)"
_SUFFIXES = {REQUEST_FILES: "toml", TABLE_FILES: "csv", IMAGE_FILES: "png", SCRIPT_FILES: "py"}

Answer = Literal["save", "discard"]
RecoveryAnswer = Literal["restore", "discard"]


class Dialogs(Protocol):
    """What the window asks a person."""

    def open_files(self, title: str, kinds: str, done: Callable[[list[Path]], None]) -> None:
        """Ask for existing files."""
        ...

    def open_folder(self, title: str, done: Callable[[list[Path]], None]) -> None:
        """Ask for an existing folder."""
        ...

    def save_file(
        self, title: str, proposed: Path, kinds: str, done: Callable[[Path], None]
    ) -> None:
        """Ask where to write a file or a folder."""
        ...

    def ask_unsaved(self, done: Callable[[Answer], None]) -> None:
        """Ask what becomes of changes that were not saved; no answer is to go on editing."""
        ...

    def ask_recovery(self, text: str, done: Callable[[RecoveryAnswer], None]) -> None:
        """Ask what becomes of changes that were left behind; no answer is to leave them there."""
        ...

    def ask_trust(self, script: Script, done: Callable[[], None], *, is_changed: bool) -> None:
        """Show a Python file and ask whether it may be run; no answer is no."""
        ...

    def ask_text(self, title: str, label: str, done: Callable[[str], None]) -> None:
        """Ask for a short text; no answer is to leave it."""
        ...

    def tell(self, title: str, text: str) -> None:
        """Show a text."""
        ...


class WindowDialogs:
    """The dialogs of a window."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def open_files(self, title: str, kinds: str, done: Callable[[list[Path]], None]) -> None:
        """Ask for existing files."""
        dialog = self._dialog(title, kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(partial(_call_with_all, done))
        dialog.open()

    def open_folder(self, title: str, done: Callable[[list[Path]], None]) -> None:
        """Ask for an existing folder."""
        dialog = self._dialog(title, "All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.filesSelected.connect(partial(_call_with_all, done))
        dialog.open()

    def save_file(
        self, title: str, proposed: Path, kinds: str, done: Callable[[Path], None]
    ) -> None:
        """Ask where to write; an existing file is asked about by the dialog itself."""
        dialog = self._dialog(title, kinds)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(_SUFFIXES.get(kinds, ""))
        dialog.setDirectory(str(proposed.parent))
        dialog.selectFile(proposed.name)
        dialog.fileSelected.connect(partial(_call_with_one, done))
        dialog.open()

    def ask_unsaved(self, done: Callable[[Answer], None]) -> None:
        """Ask what becomes of changes that were not saved."""
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Unsaved changes")
        box.setText("The request has changes that are not saved.")
        box.setInformativeText("Save them before the request is left?")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.button(buttons.Save).setText("&Save")
        box.button(buttons.Discard).setText("&Don't save")
        box.setDefaultButton(buttons.Save)
        box.finished.connect(partial(_answer, done))
        box.open()

    def ask_recovery(self, text: str, done: Callable[[RecoveryAnswer], None]) -> None:
        """Ask what becomes of changes that were left behind."""
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("Unsaved changes were found")
        box.setText(text)
        box.setInformativeText(
            "Restoring writes no file. Later, they are in the menu File, Recover unsaved changes."
        )
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Open | buttons.Discard | buttons.Cancel)
        box.button(buttons.Open).setText("&Restore")
        box.button(buttons.Discard).setText("&Delete them")
        box.button(buttons.Cancel).setText("&Later")
        box.setDefaultButton(buttons.Open)
        box.finished.connect(partial(_recovery_answer, done))
        box.open()

    def ask_trust(self, script: Script, done: Callable[[], None], *, is_changed: bool) -> None:
        """Show a Python file and ask whether it may be run."""
        theme = LIGHT if self._parent.palette().window().color().lightness() > _MIDDLE else DARK
        TrustDialog(script, theme, done, is_changed=is_changed, parent=self._parent).open()

    def ask_text(self, title: str, label: str, done: Callable[[str], None]) -> None:
        """Ask for a short text."""
        dialog = QInputDialog(self._parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.textValueSelected.connect(done)
        dialog.open()

    def tell(self, title: str, text: str) -> None:
        """Show a text."""
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(text)
        box.open()

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        dialog = QFileDialog(self._parent, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(kinds)
        return dialog


def _call_with_all(done: Callable[[list[Path]], None], names: list[str]) -> None:
    done([Path(name) for name in names])


def _call_with_one(done: Callable[[Path], None], name: str) -> None:
    done(Path(name))


def _answer(done: Callable[[Answer], None], code: int) -> None:
    if code == QMessageBox.StandardButton.Save.value:
        done("save")
    elif code == QMessageBox.StandardButton.Discard.value:
        done("discard")


def _recovery_answer(done: Callable[[RecoveryAnswer], None], code: int) -> None:
    if code == QMessageBox.StandardButton.Open.value:
        done("restore")
    elif code == QMessageBox.StandardButton.Discard.value:
        done("discard")
