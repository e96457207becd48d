"""A rule as rows of clauses and groups: edited, rearranged, and counted while it is."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request import rule_nodes
from ml4t_desktop.session.request.columns import RuleColumn
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.rule_nodes import Node, Path, root_of, tree_of_root
from ml4t_desktop.session.request.rule_tree import Joint, Part
from ml4t_desktop.session.setup.count_words import part_tip, part_words, rule_words
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.views.setup.fields import heading, hint
from ml4t_desktop.views.setup.form import Problems
from ml4t_desktop.views.setup.rules.clause_row import ClauseRow, edited_node
from ml4t_desktop.views.setup.rules.clause_values import first_value, shape_of
from ml4t_desktop.views.setup.rules.group_row import JOINTS, GroupRow
from ml4t_desktop.views.setup.rules.rule_drop import carried, is_at_home, target_at
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.rule_views import RuleViews

Row = ClauseRow | GroupRow
_MOVES: Final = {
    "up": lambda root, path: rule_nodes.shifted(root, path, -1),
    "down": lambda root, path: rule_nodes.shifted(root, path, 1),
    "indent": rule_nodes.indented,
    "outdent": rule_nodes.outdented,
    "duplicate": rule_nodes.duplicated,
}
_CHANGES: Final = {"negate": rule_nodes.negated, "toggle": rule_nodes.switched}
_ALWAYS: Final = mark("Everything in it is switched off, so it holds at every bar.")


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
    taken : str, tuple of int, str, tuple of int
        A part of another rule was dropped here: key and path it comes from, key and path it goes to.
    drag_began, drag_ended : no value
        A threshold is dragged between them.
    """

    edited = Signal(str, object)
    taken = Signal(str, object, str, object)
    drag_began = Signal()
    drag_ended = Signal()

    def __init__(self, key: str, title: str, empty: str, joint: Joint = "all") -> None:
        super().__init__()
        self.key = key
        self.setObjectName(key)
        self.setAcceptDrops(True)
        self.first_joint: Joint = joint
        self._heading, self._empty_text = heading(title), empty
        self._root = Node(joint=joint)
        self._columns: tuple[RuleColumn, ...] = ()
        self._views: RuleViews | None = None
        self._rows: list[Row] = []
        self._focus: Path | None = None
        self._joint = Choice(width=7)
        self._joint.setObjectName("joint")
        self._joint.setAccessibleName(tr("{title}: how clauses are joined", title=title))
        self._joint.set_options(JOINTS)
        self._add = _button("add", tr("+ Clause"), tr("Add a clause to {title}", title=title))
        self._add_group = _button(
            "add_group", tr("+ Group"), tr("Add a group of clauses to {title}", title=title)
        )
        self._counts = hint()
        self._counts.setObjectName("rule_counts")
        self._empty = hint(empty)
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setObjectName("problem")
        self._problem.setWordWrap(True)
        self._drop_line = QFrame(self)
        self._drop_line.setObjectName("drop_line")
        self._drop_line.hide()
        self._body = QVBoxLayout()
        self._build()
        self._joint.activated.connect(self._on_joint)
        self._add.clicked.connect(self._on_add)
        self._add_group.clicked.connect(self._on_add_group)

    def show_draft(self, draft: Draft, columns: tuple[RuleColumn, ...], problems: Problems) -> None:
        """Show the rule the draft has."""
        tree: Part | None = draft.get(self.key)
        self._columns = columns
        self._root = root_of(tree, self.first_joint)
        nodes = tuple(self._root.walk())
        self._fit_rows(nodes)
        for row, (path, node) in zip(self._rows, nodes, strict=True):
            row.show_node(path, node, columns)
        self._joint.show_value(self._root.joint)
        self._joint.setVisible(len(self._root.children) > 1)
        for button in (self._add, self._add_group):
            button.setEnabled(bool(columns))
        self._show_meaning(is_constant=tree is not None)
        self._show_problem(problems)
        self.show_views(self._views)
        for row in self._rows:
            row.show()  # the layout would do so later, and a focus is wanted now
        self._order_tabs()
        self._restore_focus()

    def show_title(self, title: str) -> None:
        """Call the rule otherwise."""
        self._heading.setText(title)

    def show_views(self, views: "RuleViews | None") -> None:
        """Show what the rule and its parts let through; nothing while that is not known."""
        self._views = views
        counts = views.counts.get(self.key) if views is not None else None
        locale = self.locale()
        for row, (path, node) in zip(self._rows, self._root.walk(), strict=True):
            column = str(node.clause["column"]) if node.clause is not None else ""
            row.show_shape(views.shapes.get(column) if views is not None else None)
            known = counts is not None
            row.show_words(
                part_words(counts, self._root, path, locale) if known else "",
                part_tip(counts, self._root, path, locale) if known else "",
            )
        self._counts.setText(rule_words(counts, locale) if counts is not None else "")
        self._counts.setVisible(counts is not None and bool(self._rows))

    def focus_part(self, path: Path) -> None:
        """Put the focus on the row of a part, once it is shown."""
        self._focus = path
        self._restore_focus()

    def _build(self) -> None:
        self._heading.setWordWrap(True)  # in a narrow panel the long ones take two lines
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._heading, 1)
        for widget in (self._joint, self._add, self._add_group):
            head.addWidget(widget)
        self._body.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(self._body)
        for widget in (self._counts, self._empty, self._problem):
            layout.addWidget(widget)

    def _show_meaning(self, *, is_constant: bool) -> None:
        """Say what a rule without a live clause means."""
        has_live = any(not child.is_off for child in self._root.children)
        always = shown(_ALWAYS) if self._root.children else tr("It holds at every bar.")
        holds = always if self._root.joint == "all" else tr("It never holds.")
        self._empty.setText(holds if is_constant else self._empty_text)
        self._empty.setVisible(not has_live)

    def _show_problem(self, problems: Problems) -> None:
        below = (f"{self.key}.", f"{self.key}[")
        texts = [text for key, text in problems.items() if key == self.key or key.startswith(below)]
        self._problem.setText("\n".join(dict.fromkeys(texts)))
        self._problem.setVisible(bool(texts))

    def _fit_rows(self, nodes: tuple[tuple[Path, Node], ...]) -> None:
        """Keep the rows that can stay, so that whoever types in one is not interrupted."""
        kinds = [GroupRow if node.is_group else ClauseRow for _, node in nodes]
        if [type(row) for row in self._rows] == kinds:
            return
        spare = list(self._rows)
        for row in spare:
            self._body.removeWidget(row)
        self._rows = []
        for place, kind in enumerate(kinds):
            kept = next((row for row in spare if type(row) is kind), None)
            if kept is not None:
                spare.remove(kept)
            row = kept or self._made(kind)
            row.setObjectName(f"part{place}")
            self._body.addWidget(row)
            self._rows.append(row)
        for row in spare:
            row.blockSignals(True)  # noqa: FBT003 (Qt's) - hiding ends what is typed in it
            row.hide()
            row.deleteLater()

    def _made(self, kind: type[Row]) -> Row:
        row = kind(self.key)
        row.acted.connect(self._on_acted)
        if isinstance(row, ClauseRow):
            row.edited.connect(self._on_edited)
            row.drag_began.connect(self.drag_began)
            row.drag_ended.connect(self.drag_ended)
        else:
            row.joined.connect(self._on_joined)
            row.clause_asked.connect(self._on_clause_asked)
        return row

    def _order_tabs(self) -> None:
        """Let Tab go from row to row: widgets made later would come after all others of the window."""
        before: QWidget = self._add_group
        for row in self._rows:
            for widget in row.tab_stops():
                QWidget.setTabOrder(before, widget)
                before = widget

    def _restore_focus(self) -> None:
        if self._focus is None:
            return
        for row in self._rows:
            if row.path == self._focus and row.isVisibleTo(self):
                row.handle.setFocus()
                self._focus = None

    def _take_what_is_typed(self) -> None:
        """End what is being typed in a row: its buttons leave the focus where it is."""
        focused = QApplication.focusWidget()
        line = focused.lineEdit() if isinstance(focused, QComboBox) else focused
        if isinstance(line, QLineEdit) and self.isAncestorOf(line):
            line.editingFinished.emit()

    def _tell(self, root: Node) -> None:
        self.edited.emit(self.key, tree_of_root(root))

    def _tell_and_follow(self, root: Node, path: Path) -> None:
        self._focus = path if self.isAncestorOf(QApplication.focusWidget() or self) else None
        self._tell(root)

    def _first_clause(self) -> dict[str, Any]:
        column = self._columns[0]
        op = column.ops[0]
        value = first_value(shape_of(column, op, has_other=False), column)
        return {"column": column.name, "op": op, "value": value}

    def _on_joint(self, _index: int) -> None:
        joint: Joint = "any" if self._joint.value == "any" else "all"
        self._tell(replace(self._root, joint=joint))

    def _on_add(self) -> None:
        place = (len(self._root.children),)
        self._tell(rule_nodes.inserted(self._root, place, Node(clause=self._first_clause())))

    def _on_add_group(self) -> None:
        joint: Joint = "all" if self._root.joint == "any" else "any"
        group = Node(joint=joint, children=(Node(clause=self._first_clause()),))
        self._tell(rule_nodes.inserted(self._root, (len(self._root.children),), group))

    def _on_clause_asked(self, path: Path) -> None:
        place = (*path, len(self._root.at(path).children))
        self._tell(rule_nodes.inserted(self._root, place, Node(clause=self._first_clause())))

    def _on_joined(self, path: Path, joint: str) -> None:
        group = replace(self._root.at(path), joint="any" if joint == "any" else "all")
        self._tell(rule_nodes.replaced(self._root, path, group))

    def _on_edited(self, path: Path, clause: Part) -> None:
        node = edited_node(self._root.at(path), clause)
        self._tell(rule_nodes.replaced(self._root, path, node))

    def _on_acted(self, path: Path, action: str) -> None:
        self._take_what_is_typed()
        if action in _MOVES:
            root, where = _MOVES[action](self._root, path)
            self._tell_and_follow(root, where)
        elif action in _CHANGES:
            changed = _CHANGES[action](self._root.at(path))
            self._tell_and_follow(rule_nodes.replaced(self._root, path, changed), path)
        else:
            self._tell_and_follow(rule_nodes.removed(self._root, path), _beside(path))

    # Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802, D102 (Qt's)
        if carried(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802, D102 (Qt's)
        found = carried(event.mimeData())
        target, line = self._target(event.position().toPoint())
        if found is None or (found[0] == self.key and is_at_home(found[1], target)):
            self._drop_line.hide()
            event.ignore()
            return
        self._drop_line.setGeometry(line.x(), line.y() - 1, self.width() - line.x(), 3)
        self._drop_line.raise_()
        self._drop_line.show()
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802, D102 (Qt's)
        self._drop_line.hide()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802, D102 (Qt's)
        self._drop_line.hide()
        found = carried(event.mimeData())
        if found is None:
            return
        event.acceptProposedAction()
        (rule, path), (target, _) = found, self._target(event.position().toPoint())
        if rule == self.key:
            root, where = rule_nodes.moved(self._root, path, target)
            self._tell_and_follow(root, where)
        else:
            self.taken.emit(rule, path, self.key, target)

    def _target(self, point: QPoint) -> tuple[Path, QPoint]:
        if not self._rows:
            return (0,), QPoint(0, self._add.geometry().bottom() + self._body.spacing())
        return target_at(self._rows, point, len(self._root.children))


def _beside(path: Path) -> Path:
    """Return where to go on when a part is gone: the one above it."""
    return (*path[:-1], max(path[-1] - 1, 0))


def _button(name: str, text: str, meaning: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(shown(meaning))
    button.setToolTip(shown(meaning))
    return button
