"""One clause as a row: column, comparison and value, the values of the column, and what it lets through."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ml4t_desktop.plots.painted.threshold import Threshold, has_threshold
from ml4t_desktop.request.conditions import ORDER_OPS
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.columns import RuleColumn
from ml4t_desktop.session.request.rule_nodes import Node, Path
from ml4t_desktop.session.request.rule_tree import Part
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.views.setup.rules.clause_values import ValueEditor, first_value, shape_of
from ml4t_desktop.views.setup.rules.rule_row import RuleRow
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.column_shape import ColumnShape

_VALUE_STRETCH: Final = 3
_SHORTEST_OP: Final = 2  # letters
_WITH_OTHER = ORDER_OPS | {"==", "!="}
OP_TITLES: Final[dict[str, tuple[str, str]]] = {
    ">": (">", mark("is above")),
    ">=": ("≥", mark("is at least")),
    "<": ("<", mark("is below")),
    "<=": ("≤", mark("is at most")),
    "==": ("=", mark("equals")),
    "!=": ("≠", mark("differs from")),
    "between": (mark("between"), mark("lies between two numbers, both included")),
    "in": (mark("one of"), mark("is one of a list")),
    "rising": (mark("rising"), mark("rose in each of so many last bars")),
    "falling": (mark("falling"), mark("fell in each of so many last bars")),
    "crosses_above": (mark("crosses ↑"), mark("is above now and was not at the bar before")),
    "crosses_below": (mark("crosses ↓"), mark("is below now and was not at the bar before")),
    "top_n": (mark("top"), mark("is among the so many highest of all assets")),
    "bottom_n": (mark("bottom"), mark("is among the so many lowest of all assets")),
    "is_null": (mark("missing"), mark("has no value")),
}


class ClauseRow(RuleRow):
    """The row of one clause.

    Signals
    -------
    edited : tuple of int, mapping
        Path of the row, and the clause after an edit.
    drag_began, drag_ended : no value
        A threshold is dragged between them.
    """

    edited = Signal(object, object)
    drag_began = Signal()
    drag_ended = Signal()

    def __init__(self, rule: str, parent: QWidget | None = None) -> None:
        super().__init__(rule, parent)
        self._part: Part = {}
        self._columns: tuple[RuleColumn, ...] = ()
        self._shape: ColumnShape | None = None
        self._column = Choice(width=5)
        self._column.setObjectName("column")
        self._column.setAccessibleName(tr("Column"))
        self._op = Choice(width=_SHORTEST_OP)
        self._op.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._op.setObjectName("op")
        self._op.setAccessibleName(tr("Comparison"))
        self._value = ValueEditor("number")
        self._histogram = Threshold()
        self._other = QAction(tr("Compare with another column"), self)
        self._other.setObjectName("other")
        self._other.setCheckable(True)
        self.menu.insertAction(self.actions_["duplicate"], self._other)
        self.actions_["other"] = self._other
        self.fill_line((self._column, 6), (self._op, 0), (self._value, _VALUE_STRETCH))
        self.body.addWidget(self._histogram)
        self.body.addWidget(self._words)
        self._column.activated.connect(self._on_column)
        self._op.activated.connect(self._on_op)
        self._other.triggered.connect(self._on_other)
        self._value.edited.connect(self._on_value)
        self._histogram.moved.connect(self._on_moved)
        self._histogram.drag_began.connect(self.drag_began)
        self._histogram.drag_ended.connect(self.drag_ended)

    def show_node(self, path: Path, node: Node, columns: tuple[RuleColumn, ...]) -> None:
        """Show a clause, with the columns there are."""
        part = node.clause or {}
        self._part, self._columns = part, columns
        column = self._present()
        self.show_place(path, node, tr("Clause on {title}", title=column.title))
        self._column.set_options(tuple((item.name, item.title) for item in columns))
        self._column.show_value(part["column"])
        self._column.setToolTip(_range_text(column))
        self._op.set_options(tuple((op, shown(OP_TITLES[op][0])) for op in column.ops))
        self._op.set_tips(tuple(shown(OP_TITLES[op][1]) for op in column.ops))
        self._op.show_value(part["op"])
        self._op.setMinimumContentsLength(max(len(self._op.currentText()), _SHORTEST_OP))
        self._op.setToolTip(shown(OP_TITLES.get(str(part["op"]), ("", ""))[1]))
        has_other = part.get("other") is not None
        self._other.setEnabled(part["op"] in _WITH_OTHER and bool(self._others()))
        self._other.setChecked(has_other)
        self._show_value(column, has_other=has_other)
        for editor in (self._column, self._op, self._value, self._histogram):
            editor.setEnabled(not node.is_off)

    def show_shape(self, shape: "ColumnShape | None") -> None:
        """Show where the values of the column lie; nothing while that is not known."""
        self._shape = shape
        column = self._present()
        if shape is not None and shape.labels:
            self._value.show_labels(shape.labels)
        op, value = str(self._part["op"]), self._part.get("value")
        is_shown = shape is not None and has_threshold(op, value) and column.kind == "number"
        if is_shown and shape is not None:
            self._value.set_step(shape.step)
            self._histogram.show_shape(shape, op, value)
        self._histogram.setVisible(is_shown)

    def _show_value(self, column: RuleColumn, *, has_other: bool) -> None:
        shape = shape_of(column, str(self._part["op"]), has_other=has_other)
        if shape == "number" and isinstance(self._part.get("value"), str):
            shape = "text"  # a loaded clause whose column is not there to say its kind
        if shape != self._value.shape:
            editor = ValueEditor(shape)
            editor.edited.connect(self._on_value)
            is_below = self.below.indexOf(self._value) >= 0
            line = self.below if is_below else self.line
            line.replaceWidget(self._value, editor)
            line.setStretchFactor(editor, _VALUE_STRETCH)
            QWidget.setTabOrder(self._op, editor)
            self._value.blockSignals(True)  # noqa: FBT003 (Qt's) - what is typed in it was of another value
            self._value.setParent(None)
            self._value.deleteLater()
            self._value = editor
        self._value.setVisible(shape != "nothing")
        shown = self._part.get("other") if has_other else self._part.get("value")
        options = self._others() if has_other else self._columns
        self._value.show_value(shown, options, column)
        self.wrap(self._value, _VALUE_STRETCH)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().resizeEvent(event)
        self.wrap(self._value, _VALUE_STRETCH)

    def _present(self) -> RuleColumn:
        name = str(self._part["column"])
        found = [column for column in self._columns if column.name == name]
        return found[0] if found else RuleColumn(name=name)

    def _others(self) -> tuple[RuleColumn, ...]:
        """Return the columns that the present one can be compared with."""
        column = self._present()
        return tuple(
            item for item in self._columns if item.kind == column.kind and item.name != column.name
        )

    def _begun(self, column: RuleColumn, op: str) -> dict[str, Any]:
        """Return a clause of another shape, with a value near the one that was there."""
        shape = shape_of(column, op, has_other=False)
        old_value = self._part.get("value")
        is_same = column.name == self._part["column"]
        if shape_of(self._present(), str(self._part["op"]), has_other=False) == shape:
            keeps = is_same or (shape == "number" and _lies_in(column, old_value))
            value = old_value if keeps and old_value is not None else first_value(shape, column)
        else:
            value = first_value(shape, column, old_value if is_same else None)
        clause: dict[str, Any] = {"column": column.name, "op": op}
        return clause if value is None else clause | {"value": value}

    def _on_column(self, _index: int) -> None:
        name = self._column.value
        column = next((item for item in self._columns if item.name == name), self._present())
        op = str(self._part["op"])
        fits, other = op in column.ops, self._part.get("other")
        kind = next((item.kind for item in self._columns if item.name == other), None)
        if fits and other is not None and column.kind == kind and other != column.name:
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
        op, others = str(self._part["op"]), self._others()
        if not is_on:
            self._tell(self._begun(self._present(), op))
        elif others:
            self._tell({"column": self._part["column"], "op": op, "other": others[0].name})

    def _on_value(self, value: object) -> None:
        key = "other" if self._part.get("other") is not None else "value"
        edited = {"column": self._part["column"], "op": self._part["op"], key: value}
        if edited != self._part:
            self._tell(edited)

    def _on_moved(self, value: object) -> None:
        self._value.show_value(value, self._columns, self._present())
        self._on_value(value)

    def _tell(self, part: Part) -> None:
        self.edited.emit(self.path, part)


def edited_node(node: Node, clause: Part) -> Node:
    """Return a node with another clause."""
    return replace(node, clause=clause)


def _lies_in(column: RuleColumn, value: object) -> bool:
    """Return whether a threshold makes sense for another column too."""
    if not isinstance(value, int | float) or not (column.minimum and column.maximum):
        return not (column.minimum and column.maximum)
    try:
        return float(column.minimum) <= value <= float(column.maximum)
    except ValueError:
        return True


def _range_text(column: RuleColumn) -> str:
    if column.samples:
        return f"{column.name}: {', '.join(column.samples[:8])}"
    if column.minimum and column.maximum:
        return tr(
            "{column}: {minimum} to {maximum}",
            column=column.name,
            minimum=column.minimum,
            maximum=column.maximum,
        )
    return column.name
