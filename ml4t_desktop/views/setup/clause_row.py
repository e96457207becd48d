"""One clause as a row: column, comparison, value; a sub-tree as text that is kept."""

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ml4t_desktop.request.conditions import ORDER_OPS
from ml4t_desktop.session.columns import RuleColumn
from ml4t_desktop.session.rule_tree import Part, condition_text
from ml4t_desktop.views.setup.clause_values import ValueEditor, first_value, shape_of
from ml4t_desktop.views.setup.editors import Choice

_WITH_OTHER = ORDER_OPS | {"==", "!="}
OP_TITLES: Final[dict[str, tuple[str, str]]] = {
    ">": (">", "is above"),
    ">=": ("≥", "is at least"),
    "<": ("<", "is below"),
    "<=": ("≤", "is at most"),
    "==": ("=", "equals"),
    "!=": ("≠", "differs from"),
    "between": ("between", "lies between two numbers, both included"),
    "in": ("in", "is one of a list, separated by commas"),
    "rising": ("rising", "rose in each of so many last bars"),
    "falling": ("falling", "fell in each of so many last bars"),
    "crosses_above": ("crosses ↑", "is above now and was not at the bar before"),
    "crosses_below": ("crosses ↓", "is below now and was not at the bar before"),
    "top_n": ("top", "is among the so many highest of all assets"),
    "bottom_n": ("bottom", "is among the so many lowest of all assets"),
    "is_null": ("missing", "has no value"),
}


class ClauseRow(QWidget):
    """The row of one clause.

    Signals
    -------
    edited : int, mapping
        Place of the row, and the clause after an edit.
    removed : int
    """

    edited = Signal(int, object)
    removed = Signal(int)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._part: Part = {}
        self._columns: tuple[RuleColumn, ...] = ()
        self._column = Choice(width=8)
        self._column.setObjectName("column")
        self._column.setAccessibleName("Column")
        self._op = Choice(width=6)
        self._op.setObjectName("op")
        self._op.setAccessibleName("Comparison")
        self._value = ValueEditor("number")
        self._other = QToolButton()
        self._other.setObjectName("other")
        self._other.setText("⇄")
        self._other.setCheckable(True)
        self._other.setToolTip("Compare with another column instead of a value")
        self._other.setAccessibleName("Compare with another column")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self._column, 5)
        self._layout.addWidget(self._op, 3)
        self._layout.addWidget(self._value, 4)
        self._layout.addWidget(self._other)
        self._layout.addWidget(remove_button(self._on_remove))
        self._column.activated.connect(self._on_column)
        self._op.activated.connect(self._on_op)
        self._other.clicked.connect(self._on_other)
        self._value.edited.connect(self._on_value)

    def show_part(self, part: Part, columns: tuple[RuleColumn, ...]) -> None:
        """Show a clause, with the columns there are."""
        self._part, self._columns = part, columns
        column = self._present()
        self._column.set_options(tuple((item.name, item.title) for item in columns))
        self._column.show_value(part["column"])
        self._column.setToolTip(_range_text(column))
        self._op.set_options(tuple((op, OP_TITLES[op][0]) for op in column.ops))
        self._op.show_value(part["op"])
        self._op.setToolTip(OP_TITLES.get(str(part["op"]), ("", ""))[1])
        has_other = part.get("other") is not None
        self._other.setVisible(part["op"] in _WITH_OTHER and column.kind == "number")
        self._other.setChecked(has_other)
        self._show_value(column, has_other=has_other)

    def _show_value(self, column: RuleColumn, *, has_other: bool) -> None:
        shape = shape_of(column, str(self._part["op"]), has_other=has_other)
        if shape == "number" and isinstance(self._part.get("value"), str):
            shape = "text"  # a loaded clause whose column is not there to say its kind
        if shape != self._value.shape:
            editor = ValueEditor(shape)
            editor.edited.connect(self._on_value)
            self._layout.replaceWidget(self._value, editor)
            self._layout.setStretchFactor(editor, 4)
            self._value.setParent(None)
            self._value.deleteLater()
            self._value = editor
        shown = self._part.get("other") if has_other else self._part.get("value")
        self._value.show_value(shown, self._columns, column)

    def _present(self) -> RuleColumn:
        name = str(self._part["column"])
        found = [column for column in self._columns if column.name == name]
        return found[0] if found else RuleColumn(name=name)

    def _begun(self, column: RuleColumn, op: str) -> dict[str, Any]:
        """Return a clause of another shape, with a value near the one that was there."""
        shape = shape_of(column, op, has_other=False)
        old_value = self._part.get("value")
        if shape_of(self._present(), str(self._part["op"]), has_other=False) == shape:
            keeps = shape not in {"text", "texts"} or column.name == self._part["column"]
            value = old_value if keeps and old_value is not None else first_value(shape, column)
        else:
            value = first_value(shape, column, old_value)
        clause: dict[str, Any] = {"column": column.name, "op": op}
        return clause if value is None else clause | {"value": value}

    def _on_column(self, _index: int) -> None:
        name = self._column.value
        column = next((item for item in self._columns if item.name == name), self._present())
        op = str(self._part["op"])
        fits = op in column.ops
        if fits and self._part.get("other") is not None and column.kind == "number":
            self._tell({**self._part, "column": column.name})
        else:
            self._tell(self._begun(column, op if fits else column.ops[0]))

    def _on_op(self, _index: int) -> None:
        op = str(self._op.value)
        if self._part.get("other") is not None and op in _WITH_OTHER:
            self._tell({**self._part, "op": op})
        else:
            self._tell(self._begun(self._present(), op))

    def _on_other(self, is_on: bool) -> None:  # noqa: FBT001 (Qt's signal)
        op = str(self._part["op"])
        if not is_on:
            self._tell(self._begun(self._present(), op))
            return
        others = [
            item.name
            for item in self._columns
            if item.kind == "number" and item.name != self._part["column"]
        ]
        if others:
            self._tell({"column": self._part["column"], "op": op, "other": others[0]})

    def _on_value(self, value: object) -> None:
        if self._part.get("other") is not None:
            edited = {"column": self._part["column"], "op": self._part["op"], "other": value}
        else:
            edited = {"column": self._part["column"], "op": self._part["op"], "value": value}
        if edited != self._part:
            self._tell(edited)

    def _tell(self, part: Part) -> None:
        self.edited.emit(self._place, part)

    def _on_remove(self) -> None:
        self.removed.emit(self._place)


class KeptRow(QWidget):
    """A part that the form cannot edit: shown as text, kept as it is, or removed.

    Signals
    -------
    removed : int
    """

    removed = Signal(int)

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._text = QLabel()
        self._text.setObjectName("kept")
        self._text.setWordWrap(True)
        self._text.setProperty("role", "kept")
        self._text.setToolTip("This part of the request is kept as it is; edit it in the file")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._text, 1)
        layout.addWidget(remove_button(self._on_remove))

    def show_part(self, part: Part, _columns: tuple[RuleColumn, ...]) -> None:
        """Show a sub-tree in words."""
        self._text.setText(condition_text(part))

    def _on_remove(self) -> None:
        self.removed.emit(self._place)


def remove_button(remove: Callable[[], None]) -> QToolButton:
    """Return the button that takes a row away."""
    button = QToolButton()
    button.setObjectName("remove")
    button.setText("✕")
    button.setAutoRaise(True)
    button.setToolTip("Remove")
    button.setAccessibleName("Remove")
    button.clicked.connect(remove)
    return button


def _range_text(column: RuleColumn) -> str:
    if column.samples:
        return f"{column.name}: {', '.join(column.samples[:8])}"
    if column.minimum and column.maximum:
        return f"{column.name}: {column.minimum} to {column.maximum}"
    return column.name
