"""Fields one below the other, with their labels; and forms whose fields depend on a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from ml4t_desktop.session.language import shown
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.views.setup.fields import ChoiceField, Field
from ml4t_desktop.views.tab_order import order_tabs
from ml4t_desktop.wording import mark

Problems = Mapping[str, str]
_KIND_TIP = mark("Choosing another one brings its own numbers")


class FieldForm(QWidget):
    """Fields with their labels.

    Signals
    -------
    edited : str, object
        As `Field.edited`.
    drag_began, drag_ended : no value
        As those of `Field`.
    """

    edited = Signal(str, object)
    drag_began = Signal()
    drag_ended = Signal()

    def __init__(self, fields: tuple[Field, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = fields
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(10)
        self._layout.setVerticalSpacing(6)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for field in fields:
            label = QLabel(shown(field.title))
            label.setBuddy(field.editor)
            label.setMinimumWidth(118)
            self._layout.addRow(label, field) if field.title else self._layout.addRow(field)
            field.edited.connect(self.edited)
            field.drag_began.connect(self.drag_began)
            field.drag_ended.connect(self.drag_ended)

    def show_draft(self, draft: Draft, problems: Problems) -> None:
        """Show what the draft has, and what is wrong with it."""
        for field in self.fields:
            field.show_draft(draft)
            field.show_problem(problems.get(field.key, ""))

    def show_field(self, key: str, *, is_shown: bool) -> None:
        """Show or hide a field with its label."""
        for field in self.fields:
            if field.key == key:
                self._layout.setRowVisible(field, is_shown)


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One kind of a table, such as a commission model.

    Parameters
    ----------
    value : str
        As the request writes it.
    defaults : mapping
        The values it begins with.
    fields : callable
        Makes the fields; called each time the kind is chosen.
    """

    value: str
    title: str
    defaults: Mapping[str, Any]
    fields: Callable[[], tuple[Field, ...]]


class KindForm(QWidget):
    """A choice of kinds, and below it the fields of the chosen one.

    Signals
    -------
    edited : str, object
        As `Field.edited`; choosing a kind edits its whole table.
    drag_began, drag_ended : no value
        As those of `Field`.
    """

    edited = Signal(str, object)
    drag_began = Signal()
    drag_ended = Signal()

    def __init__(self, key: str, tag: str, title: str, kinds: tuple[FieldKind, ...]) -> None:
        super().__init__()
        self._key, self._tag = key, tag
        self._kinds = {kind.value: kind for kind in kinds}
        options = tuple((kind.value, kind.title) for kind in kinds)
        self._choice = FieldForm((ChoiceField(f"{key}.{tag}", title, options, tip=_KIND_TIP),))
        self._choice.edited.connect(self._on_chosen)
        self._shown = ""
        self.form = FieldForm(())
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addWidget(self._choice)
        self._layout.addWidget(self.form)

    def show_draft(self, draft: Draft, problems: Problems) -> None:
        """Show the kind the draft has, and its fields."""
        shown = self.kind_of(draft)
        if shown != self._shown:
            self._show_kind(shown)
        choice = self._choice.fields[0]
        choice.show_value(shown)
        choice.show_problem(problems.get(choice.key) or problems.get(self._key, ""))
        self.form.show_draft(draft, problems)

    def kind_of(self, draft: Draft) -> str:
        """Return the kind the draft has."""
        return str(draft.get(f"{self._key}.{self._tag}", ""))

    def table_of(self, kind: FieldKind) -> Mapping[str, Any] | None:
        """Return the table that a kind begins with, None for none."""
        return {self._tag: kind.value, **kind.defaults}

    def set_defaults(self, value: str, defaults: Mapping[str, Any]) -> None:
        """Let a kind begin with other values."""
        old = self._kinds[value]
        self._kinds[value] = FieldKind(value, old.title, defaults, old.fields)

    def _show_kind(self, value: str) -> None:
        self._shown = value
        kind = self._kinds.get(value)
        form = FieldForm(kind.fields() if kind is not None else ())
        form.edited.connect(self.edited)
        form.drag_began.connect(self.drag_began)
        form.drag_ended.connect(self.drag_ended)
        self._layout.replaceWidget(self.form, form)
        self.form.setParent(None)
        self.form.deleteLater()
        self.form = form
        order_tabs(self)

    def _on_chosen(self, _key: str, value: object) -> None:
        kind = self._kinds.get(str(value))
        if kind is not None:
            self.edited.emit(self._key, self.table_of(kind))
