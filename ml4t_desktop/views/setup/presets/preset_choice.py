"""The choice of a preset: what it would change is shown before it is applied, all of it at once."""

from collections.abc import Sequence
from html import escape
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.request import PRESETS, Change, preset
from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.request.differences import ARROW, value_words
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.views.setup.fields import hint
from ml4t_desktop.wording import mark

_OUR_OWN: Final = {"default": mark("Default"), "realistic": mark("Realistic")}
_NOT_CHOSEN: Final = (None, mark("Choose a preset…"))


class PresetChoice(QWidget):
    """A list of presets, what the chosen one changes and does not imitate, and a button to apply it.

    Signals
    -------
    asked : dict of str to object
        The values to put into the request, by dotted key.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self._choice = Choice()
        self._choice.setObjectName("preset")
        self._choice.setAccessibleName(tr("Trade like"))
        self._choice.setToolTip(tr("Values that make orders fill as they do in another engine"))
        self._choice.set_options(
            (_NOT_CHOSEN, *((item.name, _called(item.name)) for item in PRESETS))
        )
        self._choice.activated.connect(self._show_chosen)
        self._title = hint()
        self._changes = _text("preset.changes")
        self._limits = _text("preset.limits", "hint")
        self._apply = _button("preset.apply", tr("Apply"))
        self._apply.clicked.connect(self._on_apply)
        self._more = _button("preset.more", "")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._limits.setVisible)
        self._build()
        self._show_chosen()

    @property
    def name(self) -> str:
        """The name of the chosen preset, empty for none."""
        return str(self._choice.value or "")

    def show_draft(self, draft: Draft) -> None:
        """Show what the chosen preset would change in a draft."""
        self._draft = draft
        self._show_chosen()

    def _build(self) -> None:
        label = QLabel(tr("Trade like"))
        label.setBuddy(self._choice)
        label.setMinimumWidth(118)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(label)
        first.addWidget(self._choice, 1)
        self._details = QWidget()
        buttons = QHBoxLayout()
        buttons.addWidget(self._apply)
        buttons.addWidget(self._more)
        buttons.addStretch(1)
        details = QVBoxLayout(self._details)
        details.setContentsMargins(0, 0, 0, 4)
        for widget in (self._title, self._changes):
            details.addWidget(widget)
        details.addLayout(buttons)
        details.addWidget(self._limits)
        self._limits.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(first)
        layout.addWidget(self._details)

    def _show_chosen(self, _index: int = 0) -> None:
        name = self._choice.value
        self._details.setVisible(name is not None)
        if not isinstance(name, str):
            return
        chosen, changes = preset(name), self._found()
        self._title.setText(tr("{sentence}.", sentence=chosen.title))
        lines = [f"{shown(item.line)} ({_values(item)})" for item in changes]
        self._changes.setText(_list(lines or [tr("The request trades so already")]))
        self._apply.setText(
            tr_count("Change {n} value", "Change {n} values", len(changes))
            if changes
            else tr("Nothing to change")
        )
        self._apply.setEnabled(bool(changes))
        self._more.setText(tr("What to know ({count})", count=len(chosen.limits)))
        self._limits.setText(_list([shown(line) for line in chosen.limits]))

    def _found(self) -> tuple[Change, ...]:
        name = self._choice.value
        if self._draft is None or not isinstance(name, str):
            return ()
        return preset(name).changes(self._draft.raw)

    def _on_apply(self) -> None:
        self.asked.emit({change.key: change.new for change in self._found()})


def _called(name: str) -> str:
    """Return what a preset is called: those of other engines by the names of these."""
    return shown(_OUR_OWN[name]) if name in _OUR_OWN else name


def _values(change: Change) -> str:
    old, new = (value_words(change.key, value) for value in (change.old, change.new))
    return f"{old} {ARROW} {new}"


def _list(lines: Sequence[str]) -> str:
    """Return lines as a list whose second lines are indented like the first."""
    items = "".join(f'<li style="margin-bottom: 3px">{escape(line)}</li>' for line in lines)
    return f'<ul style="margin: 0 0 0 14px; -qt-list-indent: 0">{items}</ul>'


def _text(name: str, role: str = "") -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText)
    return label


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setProperty("role", "secondary")
    return button
