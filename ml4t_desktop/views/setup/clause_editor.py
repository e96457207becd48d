"""A rule as rows of clauses, joined by all or any."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.session.columns import RuleColumn
from ml4t_desktop.session.draft import Draft
from ml4t_desktop.session.rule_tree import Joint, Part, Rule, is_clause, rule_of, tree_of
from ml4t_desktop.views.setup.clause_row import ClauseRow, KeptRow
from ml4t_desktop.views.setup.clause_values import first_value, shape_of
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.views.setup.fields import heading, hint
from ml4t_desktop.views.setup.form import Problems

Row = ClauseRow | KeptRow


class ClauseEditor(QWidget):
    """One rule of the strategy.

    Parameters
    ----------
    key : str
        Such as ``strategy.entry``; also the object name.
    empty : str
        What it means to have no clause.

    Signals
    -------
    edited : str, object
        Key and tree; None when no clause is left.
    """

    edited = Signal(str, object)

    def __init__(self, key: str, title: str, empty: str, joint: Joint = "all") -> None:
        super().__init__()
        self.key = key
        self.setObjectName(key)
        self._first_joint: Joint = joint
        self._rule = Rule(joint)
        self._columns: tuple[RuleColumn, ...] = ()
        self._rows: list[Row] = []
        self._empty_text = empty
        self._joint = Choice(width=8)
        self._joint.setObjectName("joint")
        self._joint.setAccessibleName(f"{title}: how clauses are joined")
        self._joint.set_options((("all", "all hold"), ("any", "any holds")))
        self._add = QPushButton("+ Clause")
        self._add.setObjectName("add")
        self._add.setAccessibleName(f"Add a clause to {title}")
        self._empty = hint(empty)
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setObjectName("problem")
        self._problem.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(heading(title), 1)
        head.addWidget(self._joint)
        head.addWidget(self._add)
        self._body = QVBoxLayout()
        self._body.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(self._body)
        layout.addWidget(self._empty)
        layout.addWidget(self._problem)
        self._joint.activated.connect(self._on_joint)
        self._add.clicked.connect(self._on_add)

    def show_draft(self, draft: Draft, columns: tuple[RuleColumn, ...], problems: Problems) -> None:
        """Show the rule the draft has."""
        tree: Part | None = draft.get(self.key)
        self._columns = columns
        self._rule = rule_of(tree) if tree is not None else Rule(self._first_joint)
        self._fit_rows()
        for row, part in zip(self._rows, self._rule.parts, strict=True):
            row.show_part(part, columns)
        self._joint.show_value(self._rule.joint)
        self._joint.setVisible(len(self._rule.parts) > 1)
        self._add.setEnabled(bool(columns))
        self._empty.setVisible(not self._rule.parts)
        is_constant = tree is not None and not self._rule.parts
        always = "Holds always." if self._rule.joint == "all" else "Never holds."
        self._empty.setText(always if is_constant else self._empty_text)
        self._show_problem(problems)

    def _show_problem(self, problems: Problems) -> None:
        below = f"{self.key}."
        texts = [text for key, text in problems.items() if key == self.key or key.startswith(below)]
        texts += [text for key, text in problems.items() if key.startswith(f"{self.key}[")]
        self._problem.setText("\n".join(dict.fromkeys(texts)))
        self._problem.setVisible(bool(texts))

    def _fit_rows(self) -> None:
        """Keep the rows that can stay, so that whoever types in one is not interrupted."""
        kinds = [ClauseRow if is_clause(part) else KeptRow for part in self._rule.parts]
        if [type(row) for row in self._rows] == kinds:
            return
        for row in self._rows:
            self._body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [kind(place) for place, kind in enumerate(kinds)]
        for index, row in enumerate(self._rows):
            row.setObjectName(f"clause{index}")
            self._body.addWidget(row)
            row.removed.connect(self._on_removed)
            if isinstance(row, ClauseRow):
                row.edited.connect(self._on_edited)

    def _tell(self, rule: Rule) -> None:
        self.edited.emit(self.key, tree_of(rule))

    def _on_joint(self, _index: int) -> None:
        self._tell(self._rule.joined_by("any" if self._joint.value == "any" else "all"))

    def _on_add(self) -> None:
        column = self._columns[0]
        op = column.ops[0]
        value = first_value(shape_of(column, op, has_other=False), column)
        clause: dict[str, Any] = {"column": column.name, "op": op, "value": value}
        self._tell(self._rule.with_part(len(self._rule.parts), clause))

    def _on_edited(self, place: int, part: Part) -> None:
        self._tell(self._rule.with_part(place, part))

    def _on_removed(self, place: int) -> None:
        self._tell(self._rule.without_part(place))
