import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton

from ml4t_desktop.session.columns import RuleColumn
from ml4t_desktop.session.draft import Draft
from ml4t_desktop.views.setup.clause_editor import ClauseEditor
from ml4t_desktop.views.setup.clause_row import ClauseRow
from ml4t_desktop.views.setup.clause_values import first_value, shape_of
from ml4t_desktop.views.setup.editors import Choice, NumberBox

KEY = "strategy.entry"
PRED = RuleColumn(name="signal.pred")
VIX = RuleColumn(name="context.VIX")
REGIME = RuleColumn(name="context.regime", kind="text", samples=("bull", "bear"))
COLUMNS = (PRED, VIX, REGIME)
ABOVE = {"column": "signal.pred", "op": ">", "value": 0.5}
KEPT = {"not": {"any": (ABOVE, {"column": "context.VIX", "op": ">", "value": 30.0})}}


class Editor:
    """An editor over a draft, as the strategy page has it: edits are put back and shown."""

    def __init__(self, qtbot, tree):
        self.qtbot = qtbot
        self.widget = ClauseEditor(KEY, "Entry", "No entry rule.")
        qtbot.addWidget(self.widget)
        self.widget.edited.connect(self._edit)
        self.edits = 0
        self.show(Draft({}).edited(KEY, tree))
        self.widget.show()

    def show(self, draft):
        self.draft = draft
        self.widget.show_draft(draft, COLUMNS, {})

    def _edit(self, key, tree):
        self.edits += 1
        self.show(self.draft.edited(key, tree))

    @property
    def tree(self):
        return self.draft.get(KEY)

    def row(self, place):
        return self.widget.findChildren(ClauseRow)[place]

    def choose(self, place, name, value):
        choice = self.row(place).findChild(Choice, name)
        choice.setCurrentIndex(choice.findData(value))
        choice.activated.emit(choice.currentIndex())

    def number(self, place, name="value"):
        return self.row(place).findChild(NumberBox, name)


def test_a_rule_is_shown_without_being_edited(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE, KEPT)})

    assert editor.edits == 0
    assert editor.row(0).findChild(Choice, "column").currentText() == "pred"
    assert editor.row(0).findChild(Choice, "op").currentText() == ">"
    assert editor.number(0).value() == 0.5


def test_what_the_form_cannot_edit_is_shown_in_words_and_kept(qtbot):
    editor = Editor(qtbot, {"any": (ABOVE, KEPT)})

    assert editor.widget.findChild(QLabel, "kept").text() == "not (pred > 0.5 or VIX > 30.0)"
    editor.number(0).setValue(0.75)

    assert editor.tree == {"any": ({**ABOVE, "value": 0.75}, KEPT)}


def test_a_clause_is_added_edited_and_removed(qtbot):
    editor = Editor(qtbot, None)

    editor.widget.findChild(QPushButton, "add").click()
    assert editor.tree == {"all": ({"column": "signal.pred", "op": ">", "value": 0.0},)}
    editor.choose(0, "column", "context.VIX")
    editor.choose(0, "op", "<=")
    editor.number(0).setValue(30)
    assert editor.tree == {"all": ({"column": "context.VIX", "op": "<=", "value": 30.0},)}
    editor.row(0).findChild(QToolButton, "remove").click()

    assert editor.tree is None


def test_the_joint_is_offered_when_there_is_something_to_join(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE,)})
    joint = editor.widget.findChild(Choice, "joint")
    assert not joint.isVisible()

    editor.widget.findChild(QPushButton, "add").click()
    assert joint.isVisible()
    joint.setCurrentIndex(1)
    joint.activated.emit(1)

    assert list(editor.tree) == ["any"]


def test_a_text_column_offers_its_texts(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE,)})

    editor.choose(0, "column", "context.regime")

    assert editor.tree == {"all": ({"column": "context.regime", "op": "==", "value": "bull"},)}
    values = editor.row(0).findChild(Choice, "value")
    assert [values.itemText(i) for i in range(values.count())] == ["bull", "bear"]
    values.setCurrentIndex(1)
    values.activated.emit(1)
    assert editor.tree["all"][0]["value"] == "bear"


def test_a_list_of_texts_is_typed_with_commas(qtbot):
    editor = Editor(qtbot, {"all": ({"column": "context.regime", "op": "==", "value": "bull"},)})

    editor.choose(0, "op", "in")
    line = editor.row(0).findChild(QLineEdit, "values")
    line.setText("bull, bear")
    qtbot.keyClick(line, Qt.Key.Key_Return)

    assert editor.tree["all"][0]["value"] == ("bull", "bear")


def test_between_takes_two_ends_and_puts_the_smaller_first(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE,)})

    editor.choose(0, "op", "between")
    editor.number(0, "high").setValue(0.25)
    editor.number(0).setValue(0.5)

    assert editor.tree["all"][0] == {"column": "signal.pred", "op": "between", "value": (0.25, 0.5)}


def test_a_second_column_takes_the_place_of_the_value_and_gives_it_back(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE,)})
    other = editor.row(0).findChild(QToolButton, "other")

    other.click()
    assert editor.tree["all"][0] == {"column": "signal.pred", "op": ">", "other": "context.VIX"}
    other.click()

    assert editor.tree["all"][0] == {"column": "signal.pred", "op": ">", "value": 0.0}


def test_counts_are_whole_numbers(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE,)})

    editor.choose(0, "op", "top_n")
    editor.number(0).setValue(10)

    value = editor.tree["all"][0]["value"]
    assert value == 10
    assert isinstance(value, int)


def test_typing_in_a_row_does_not_make_the_row_anew(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE, ABOVE)})
    row, box = editor.row(1), editor.number(1)

    box.setValue(0.6)

    assert editor.row(1) is row
    assert editor.number(1) is box


def test_a_column_that_is_not_there_is_shown_with_its_name(qtbot):
    editor = Editor(qtbot, {"all": ({"column": "signal.gone", "op": ">", "value": 1.0},)})

    assert editor.row(0).findChild(Choice, "column").currentText() == "signal.gone (not there)"


def test_problems_of_the_rule_are_shown_below_it(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE,)})

    editor.widget.show_draft(editor.draft, COLUMNS, {f"{KEY}.all[0].value": "Bad value"})

    problem = editor.widget.findChild(QLabel, "problem")
    assert problem.isVisible()
    assert problem.text() == "Bad value"


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_every_comparison_a_column_offers_begins_with_a_value_that_fits(column):
    from ml4t_desktop.request import Clause

    for op in column.ops:
        value = first_value(shape_of(column, op, has_other=False), column)

        Clause(column=column.name, op=op, value=value)
