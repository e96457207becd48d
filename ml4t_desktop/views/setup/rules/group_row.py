"""A group of clauses as a row: how what follows, one step to the right, is joined."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.rule_nodes import Node, Path
from ml4t_desktop.views.setup.editors import Choice
from ml4t_desktop.views.setup.rules.rule_row import RuleRow
from ml4t_desktop.wording import mark

JOINTS = (("all", mark("All hold")), ("any", mark("Any holds")))


class GroupRow(RuleRow):
    """The row of a group.

    Signals
    -------
    joined : tuple of int, str
        Path of the row, and ``all`` or ``any``.
    clause_asked : tuple of int
        A clause is wanted at the end of the group.
    """

    joined = Signal(object, str)
    clause_asked = Signal(object)

    def __init__(self, rule: str, parent: QWidget | None = None) -> None:
        super().__init__(rule, parent)
        self._joint = Choice(width=8)
        self._joint.setObjectName("joint")
        self._joint.setAccessibleName(tr("How the clauses of the group are joined"))
        self._joint.set_options(JOINTS)
        self._add = QToolButton()
        self._add.setObjectName("add_inside")
        self._add.setText(tr("+ Clause"))
        self._add.setToolTip(tr("Add a clause to this group"))
        self._add.setAccessibleName(tr("Add a clause to this group"))
        self.fill_line((self._joint, 1), (self._add, 0))
        self.body.addWidget(self._words)
        self._joint.activated.connect(self._on_joint)
        self._add.clicked.connect(self._on_add)

    def show_node(self, path: Path, node: Node, _columns: object = None) -> None:
        """Show a group."""
        self.show_place(path, node, tr("Group of clauses"))
        self._joint.show_value(node.joint)
        for editor in (self._joint, self._add):
            editor.setEnabled(not node.is_off)

    def show_shape(self, _shape: object) -> None:
        """Do nothing: a group has no column."""

    def _on_joint(self, _index: int) -> None:
        self.joined.emit(self.path, str(self._joint.value))

    def _on_add(self) -> None:
        self.clause_asked.emit(self.path)
