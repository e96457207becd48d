import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from ml4t_desktop.app.undo_keys import UndoKeys
from ml4t_desktop.views.setup.editors import Choice, NumberBox


class Form(QWidget):
    """Fields of every kind below a shortcut, as in the window."""

    def __init__(self):
        super().__init__()
        self.keys = UndoKeys(QApplication.instance(), self)
        self.undone = 0
        self.fields = {"number": NumberBox(), "whole": QSpinBox(), "text": QLineEdit()}
        self.fields["choice"] = Choice()
        self.fields["choice"].setEditable(True)
        layout = QVBoxLayout(self)
        for field in self.fields.values():
            layout.addWidget(field)
        shortcut = QShortcut(QKeySequence("Ctrl+Z"), self)
        shortcut.activated.connect(self._undo)

    def _undo(self):
        self.undone += 1


@pytest.fixture
def form(qtbot):
    made = Form()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def undo_in(qtbot, field):
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("kind", ["number", "whole", "text", "choice"])
def test_the_window_undoes_what_a_field_has_told(qtbot, form, kind):
    field = form.fields[kind]
    field.setFocus()
    qtbot.keyClicks(field, "5")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    undo_in(qtbot, field)

    assert form.undone == 1


@pytest.mark.parametrize("kind", ["number", "text"])
def test_a_field_undoes_its_own_typing_first(qtbot, form, kind):
    field = form.fields[kind]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "5")

    undo_in(qtbot, field)

    assert form.undone == 0
    assert field.text() in {"0", ""}
    undo_in(qtbot, field)
    assert form.undone == 1


def test_a_field_taken_away_with_the_focus_harms_nobody(qtbot, form):
    field = form.fields["number"]
    field.setFocus()
    field.setParent(None)
    field.deleteLater()
    form.fields["text"].setFocus()
    qtbot.wait(1)

    undo_in(qtbot, form.fields["text"])

    assert form.undone == 1
