"""Who gets the keys of undo and redo: a field with typing that is not taken yet, else the window."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from shiboken6 import isValid

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class UndoKeys(QObject):
    """Keeps a field from undoing its own text once that is in the request.

    Qt's fields claim these keys whether they have anything to undo or not, so that the commands of
    the window would not work after a number was typed.
    """

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._field: QWidget | None = None
        self._line: QLineEdit | None = None
        application.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Watch the field that has the focus, and no other."""
        # A field that is taken away while it has the focus is no more by now.
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        if self._line is not None and isValid(self._line):
            self._line.editingFinished.disconnect(self._on_finished)
        self._line = _line_of(new)
        self._field = new if self._line is not None else None
        if self._field is not None and self._line is not None:
            self._line.setModified(False)
            self._line.editingFinished.connect(self._on_finished)
            self._field.installEventFilter(self)

    def _on_finished(self) -> None:
        if self._line is not None:
            self._line.setModified(False)

    def _has_typing(self) -> bool:
        """Return whether the field holds text that is not taken yet."""
        if isinstance(self._field, QDoubleSpinBox | QSpinBox):
            return self._field.valueFromText(self._field.text()) != self._field.value()
        return self._line is not None and self._line.isModified()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, D102 (Qt's)
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and any(event.matches(key) for key in _KEYS)
            and not self._has_typing()
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _line_of(field: QWidget | None) -> QLineEdit | None:
    """Return where text is typed in a field, None when none is."""
    if isinstance(field, QLineEdit):
        return field
    if isinstance(field, QAbstractSpinBox | QComboBox):
        return field.lineEdit()
    return None
