"""Dialogs that never block: they open, and call back when something was chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QInputDialog,
    QMessageBox,
    QPushButton,
    QWidget,
)

from ml4t_desktop.files.scripts.script import Script
from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.setup.script.script_trust import TrustDialog
from ml4t_desktop.wording import joined, mark, say

_MIDDLE = 128
_TABLES = (
    "*.parquet *.pq *.csv *.tsv *.txt *.arrow *.feather *.ipc *.xlsx *.xls *.xlsb *.ods "
    "*.gz *.zst *.bz2 *.xz *.zip *.tar *.tgz"
)
DATA_FILES = say(
    "Data, requests and projects ({tables} *.toml *.ml4t);;All files (*)", tables=_TABLES
)
CONTEXT_FILES = say("Data ({tables});;All files (*)", tables=_TABLES)
SCRIPT_FILES = mark("Python files (*.py)")
REQUEST_FILES = mark("Requests (*.toml)")
TABLE_FILES = "CSV (*.csv);;Parquet (*.parquet);;Excel (*.xlsx)"
REPORT_FILES = mark("Web page with charts that can be moved (*.html)")
PDF_FILES = "PDF (*.pdf)"
PRESET_FILES = mark("Presets of strategies (*.strategy.toml)")
FOLDERS = mark("Folders (*)")
IMAGE_FILES = "PNG (*.png);;SVG (*.svg)"
_SUFFIXES = {
    REQUEST_FILES: "toml",
    TABLE_FILES: "csv",
    IMAGE_FILES: "png",
    SCRIPT_FILES: "py",
    REPORT_FILES: "html",
    PDF_FILES: "pdf",
}

_PROJECTS, _REQUESTS = (
    mark("Projects: request and all runs (*.ml4t)"),
    mark("Requests alone (*.toml)"),
)
DOCUMENT_FILES = joined(";;", (_PROJECTS, _REQUESTS))

Answer = Literal["save", "save_request", "discard"]
RecoveryAnswer = Literal["restore", "discard"]


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What would be lost.

    Parameters
    ----------
    is_request_changed : bool
    runs : int
        Runs that are in no project, or noted anew since it was saved.
    is_project : bool
        Whether the document is a project already.
    has_request_file : bool
        Whether the request has a file of its own, to which its changes alone can be saved.
    """

    is_request_changed: bool
    runs: int = 0
    is_project: bool = False
    has_request_file: bool = False


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

    def ask_unsaved(self, unsaved: Unsaved, done: Callable[[Answer], None]) -> None:
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
        dialog = self._dialog(title, tr("All files (*)"))
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
        if kinds == DOCUMENT_FILES:
            is_request = proposed.suffix == ".toml"
            dialog.selectNameFilter(shown(_REQUESTS if is_request else _PROJECTS))
            dialog.setDefaultSuffix("toml" if is_request else "ml4t")
            dialog.filterSelected.connect(partial(_follow_filter, dialog))
        dialog.setDirectory(str(proposed.parent))
        dialog.selectFile(proposed.name)
        dialog.fileSelected.connect(partial(_call_with_one, done))
        dialog.open()

    def ask_unsaved(self, unsaved: Unsaved, done: Callable[[Answer], None]) -> None:
        """Ask what becomes of changes that were not saved."""
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(tr("Unsaved changes"))
        text, question = unsaved_text(unsaved)
        box.setText(text)
        box.setInformativeText(question)
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        is_new_project = unsaved.runs and not unsaved.is_project
        box.button(buttons.Save).setText(tr("&Save project…") if is_new_project else tr("&Save"))
        box.button(buttons.Discard).setText(tr("&Don't save"))
        alone: QPushButton | None = None
        if is_new_project and unsaved.is_request_changed and unsaved.has_request_file:
            alone = box.addButton(tr("Save the &request alone"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(buttons.Save)
        box.finished.connect(partial(_answer, done, box, alone))
        box.open()

    def ask_recovery(self, text: str, done: Callable[[RecoveryAnswer], None]) -> None:
        """Ask what becomes of changes that were left behind."""
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(tr("Unsaved changes were found"))
        box.setText(text)
        box.setInformativeText(
            tr(
                "Restoring writes no file. Later, they are in the menu File, Recover unsaved changes."
            )
        )
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Open | buttons.Discard | buttons.Cancel)
        box.button(buttons.Open).setText(tr("&Restore"))
        box.button(buttons.Discard).setText(tr("&Delete them"))
        box.button(buttons.Cancel).setText(tr("&Later"))
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
        dialog.setWindowTitle(shown(title))
        dialog.setLabelText(shown(label))
        dialog.textValueSelected.connect(done)
        dialog.open()

    def tell(self, title: str, text: str) -> None:
        """Show a text."""
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(shown(title))
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(text)
        box.open()

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        dialog = QFileDialog(self._parent, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(shown(kinds))
        return dialog


def _call_with_all(done: Callable[[list[Path]], None], names: list[str]) -> None:
    done([Path(name) for name in names])


def _call_with_one(done: Callable[[Path], None], name: str) -> None:
    done(Path(name))


def _answer(
    done: Callable[[Answer], None],
    box: QMessageBox,
    alone: QPushButton | None,
    _code: int,
) -> None:
    """Tell what was clicked; a box that is closed has no answer, though Qt's code is that of a button."""
    clicked = box.clickedButton()
    if clicked is None:
        return
    kind = box.standardButton(clicked)
    if clicked is alone:
        done("save_request")
    elif kind == QMessageBox.StandardButton.Save:
        done("save")
    elif kind == QMessageBox.StandardButton.Discard:
        done("discard")


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    """Give the name the ending of the kind of file that was chosen."""
    suffix = "toml" if chosen == shown(_REQUESTS) else "ml4t"
    dialog.setDefaultSuffix(suffix)
    typed = [Path(name) for name in dialog.selectedFiles()]
    if typed and typed[0].suffix in {".toml", ".ml4t"}:
        dialog.selectFile(typed[0].with_suffix(f".{suffix}").name)


def unsaved_text(unsaved: Unsaved) -> tuple[str, str]:
    """Return what is not saved, and the question about it."""
    runs = unsaved.runs
    if not runs:
        told = tr("The request has changes that are not saved.")
        return told, tr("Save them before the request is left?")
    if unsaved.is_project:
        question = tr("Save them before the project is left?")
        if unsaved.is_request_changed:
            told = tr_count(
                "The project has changes that are not saved, {n} run among them.",
                "The project has changes that are not saved, {n:,} runs among them.",
                runs,
            )
        else:
            told = tr_count(
                "{n} run of the project is new, changed or deleted and not saved.",
                "{n:,} runs of the project are new, changed or deleted and not saved.",
                runs,
            )
        return told, question
    if unsaved.is_request_changed:
        told = tr_count(
            "The request has changes that are not saved, and its history of {n} run is in no project.",
            "The request has changes that are not saved, and its history of {n:,} runs is in no project.",
            runs,
        )
    else:
        told = tr_count(
            "The history of {n} run is in no project yet.",
            "The history of {n:,} runs is in no project yet.",
            runs,
        )
    return told, tr("A project keeps the request with all its runs in one file. Save one?")


def _recovery_answer(done: Callable[[RecoveryAnswer], None], code: int) -> None:
    if code == QMessageBox.StandardButton.Open.value:
        done("restore")
    elif code == QMessageBox.StandardButton.Discard.value:
        done("discard")
