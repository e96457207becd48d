import re

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
)

from ml4t_desktop.analysis.rules.rule_views import RuleLens
from ml4t_desktop.files.context.match import with_context_values
from ml4t_desktop.plots.painted.threshold import Threshold
from ml4t_desktop.session.request.columns import RuleColumn
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.window.commands import COMMANDS
from ml4t_desktop.views.setup.editors import Choice, NumberBox
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from ml4t_desktop.views.setup.rules.clause_row import ClauseRow
from ml4t_desktop.views.setup.rules.clause_values import first_value, shape_of
from ml4t_desktop.views.setup.rules.drag_scroll import DragScroll
from ml4t_desktop.views.setup.rules.group_row import GroupRow
from ml4t_desktop.views.setup.rules.rule_row import MIME, ROW_ACTIONS, RuleRow
from tests.unit.engine.trial import FLAT, day, market_of

NO_KEYS = Qt.KeyboardModifier.NoModifier
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
        self.widget.resize(480, 400)  # rows in one line each
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

    def group(self, place):
        return self.widget.findChildren(GroupRow)[place]

    def act(self, path, action):
        rows = self.widget.findChildren(RuleRow)
        next(row for row in rows if row.path == path and row.isVisible()).actions_[action].trigger()

    def number(self, place, name="value"):
        return self.row(place).findChild(NumberBox, name)


def test_a_rule_is_shown_without_being_edited(qtbot):
    editor = Editor(qtbot, {"all": (ABOVE, KEPT)})

    assert editor.edits == 0
    assert editor.row(0).findChild(Choice, "column").currentText() == "pred"
    assert editor.row(0).findChild(Choice, "op").currentText() == ">"
    assert editor.number(0).value() == 0.5


def test_a_nested_rule_is_shown_with_its_groups_and_edited_inside(qtbot):
    editor = Editor(qtbot, {"any": (ABOVE, KEPT)})

    assert [row.path for row in editor.widget.findChildren(RuleRow)] == [(0,), (1,), (1, 0), (1, 1)]
    assert editor.group(0).findChild(QToolButton, "negation").isVisible()
    editor.number(0).setValue(0.75)
    editor.number(2).setValue(31)

    inner = {**KEPT["not"]["any"][1], "value": 31.0}
    assert editor.tree == {"any": ({**ABOVE, "value": 0.75}, {"not": {"any": (ABOVE, inner)}})}


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
    other = editor.row(0).actions_["other"]

    other.trigger()
    assert editor.tree["all"][0] == {"column": "signal.pred", "op": ">", "other": "context.VIX"}
    other.trigger()

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


def paths(editor):
    return sorted(row.path for row in editor.widget.findChildren(RuleRow) if row.isVisible())


def carry(editor, rule, path, point):
    data = QMimeData()
    data.setData(MIME, " ".join([rule, *map(str, path)]).encode())
    args = (Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, NO_KEYS)
    editor.widget.dragEnterEvent(QDragEnterEvent(point, *args))
    editor.widget.dragMoveEvent(QDragMoveEvent(point, *args))
    return args


def drop_line(editor):
    return editor.widget.findChild(QFrame, "drop_line")


def drop(editor, rule, path, point):
    args = carry(editor, rule, path, point)
    editor.widget.dropEvent(QDropEvent(QPointF(point), *args))


def rows_by_path(editor):
    rows = [row for row in editor.widget.findChildren(RuleRow) if row.isVisible()]
    return {row.path: row.geometry() for row in rows}


FIRST, SECOND, THIRD = ({"column": "signal.pred", "op": ">", "value": v} for v in (0.1, 0.2, 0.3))


def test_a_clause_is_dropped_before_and_behind_another(qtbot):
    editor = Editor(qtbot, {"all": (FIRST, SECOND, THIRD)})

    drop(editor, KEY, (2,), rows_by_path(editor)[0,].topLeft() + QPoint(9, 2))
    assert editor.tree == {"all": (THIRD, FIRST, SECOND)}
    drop(editor, KEY, (0,), rows_by_path(editor)[1,].bottomLeft() + QPoint(9, -2))
    assert editor.tree == {"all": (FIRST, THIRD, SECOND)}


def test_a_clause_is_dropped_into_a_group_and_out_of_it(qtbot):
    editor = Editor(qtbot, {"all": (FIRST, {"any": (SECOND,)})})

    drop(editor, KEY, (0,), rows_by_path(editor)[1,].bottomLeft() + QPoint(30, -2))
    assert editor.tree == {"all": ({"any": (FIRST, SECOND)},)}
    drop(editor, KEY, (0, 0), rows_by_path(editor)[0, 1].bottomLeft() + QPoint(0, -2))
    assert editor.tree == {"all": ({"any": (SECOND,)}, FIRST)}


def test_the_line_of_a_drop_begins_where_the_part_would_stand(qtbot):
    editor = Editor(qtbot, {"all": (FIRST, {"any": (SECOND,)})})
    inner = rows_by_path(editor)[1, 0]

    carry(editor, KEY, (0,), inner.bottomLeft() + QPoint(60, -2))
    inside = drop_line(editor).geometry()
    carry(editor, KEY, (0,), inner.bottomLeft() + QPoint(0, -2))
    behind = drop_line(editor).geometry()

    assert drop_line(editor).isVisible()
    assert (inside.left(), behind.left()) == (16, 0)
    assert inside.right() == behind.right() == editor.widget.width() - 1


def test_no_line_is_drawn_where_a_drop_would_change_nothing(qtbot):
    editor = Editor(qtbot, {"all": (FIRST, {"any": (SECOND, THIRD)})})
    rows = rows_by_path(editor)

    for path, point in (
        ((0,), rows[0,].bottomLeft() + QPoint(9, -2)),
        ((1,), rows[1, 0].topLeft() + QPoint(60, 2)),
        ((1, 1), rows[1, 0].bottomLeft() + QPoint(60, -2)),
    ):
        carry(editor, KEY, path, point)
        assert not drop_line(editor).isVisible()

    carry(editor, "strategy.exit", (0,), rows[0,].bottomLeft() + QPoint(9, -2))
    assert drop_line(editor).isVisible()


def test_a_page_scrolls_while_a_part_is_carried_to_its_end(qtbot):
    editor = Editor(qtbot, {"all": (FIRST, SECOND, THIRD) * 4})
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidget(editor.widget)
    area.resize(400, 200)
    area.show()
    bar, view = area.verticalScrollBar(), area.viewport()
    scrolling = DragScroll(area, area.windowHandle())

    scrolling.go_to(view.mapTo(area, QPoint(50, view.height() - 5)))
    scrolling.scroll()
    down = bar.value()
    scrolling.go_to(view.mapTo(area, QPoint(50, view.height() // 2)))
    scrolling.scroll()
    rested = bar.value()
    scrolling.go_to(view.mapTo(area, QPoint(50, -30)))
    scrolling.scroll()
    scrolling.go_to(None)
    scrolling.scroll()
    scrolling.stop()

    assert 0 < down == rested
    assert bar.value() == 0


def test_a_clause_of_another_rule_is_taken_where_it_is_dropped(qtbot):
    editor = Editor(qtbot, {"all": (FIRST,)})
    told = []
    editor.widget.taken.connect(lambda *what: told.append(what))

    drop(editor, "strategy.exit", (0, 1), rows_by_path(editor)[0,].topLeft() + QPoint(9, 2))

    assert told == [("strategy.exit", (0, 1), KEY, (0,))]


def test_a_rule_without_clauses_takes_its_first_one(qtbot):
    editor = Editor(qtbot, None)
    told = []
    editor.widget.taken.connect(lambda *what: told.append(what))

    drop(editor, "strategy.exit", (0,), QPoint(9, 9))

    assert told == [("strategy.exit", (0,), KEY, (0,))]


def test_keys_move_a_clause_and_the_focus_goes_with_it(qtbot):
    editor = Editor(qtbot, {"all": (FIRST, SECOND)})
    with qtbot.waitActive(editor.widget):
        editor.widget.activateWindow()
    handle = editor.row(0).handle
    handle.setFocus()

    qtbot.keyClick(handle, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)

    assert editor.tree == {"all": (SECOND, FIRST)}
    assert QApplication.focusWidget() is editor.row(1).handle
    qtbot.keyClick(editor.row(1).handle, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert editor.tree == {"all": ({"any": (SECOND, FIRST)},)}
    assert paths(editor) == [(0,), (0, 0), (0, 1)]


def test_a_clause_is_switched_off_negated_doubled_and_removed(qtbot):
    editor = Editor(qtbot, {"all": (FIRST, SECOND)})

    editor.row(0).findChild(QCheckBox, "switch").click()
    assert editor.tree == {"all": ({"any": (FIRST, {"all": ()})}, SECOND)}
    assert not editor.number(0).isEnabled()
    assert paths(editor) == [(0,), (1,)]
    editor.row(0).findChild(QCheckBox, "switch").click()
    editor.act((0,), "negate")
    assert editor.tree == {"all": ({"not": FIRST}, SECOND)}
    editor.row(0).findChild(QToolButton, "negation").click()
    editor.act((0,), "duplicate")
    assert editor.tree == {"all": (FIRST, FIRST, SECOND)}
    editor.act((1,), "remove")

    assert editor.tree == {"all": (FIRST, SECOND)}


def test_a_rule_that_is_switched_off_as_a_whole_says_what_that_means(qtbot):
    editor = Editor(qtbot, {"all": ({"any": (FIRST, {"all": ()})},)})

    assert editor.widget._empty.isVisible()
    assert "holds at every bar" in editor.widget._empty.text()


def test_a_group_is_added_with_a_clause_and_filled(qtbot):
    editor = Editor(qtbot, {"all": (FIRST,)})

    editor.widget.findChild(QPushButton, "add_group").click()
    editor.group(0).findChild(QToolButton, "add_inside").click()

    inner = editor.tree["all"][1]["any"]
    assert len(inner) == 2
    joint = editor.group(0).findChild(Choice, "joint")
    joint.setCurrentIndex(joint.findData("all"))
    joint.activated.emit(joint.currentIndex())
    assert editor.tree == {"all": (FIRST, {"all": inner})}


def views_of(tree, values, vix):
    market = market_of([FLAT] * len(values), signals={"pred": values})
    rows = [{"VIX": v, "regime": "bull" if v < 30 else "bear"} for v in vix]
    market = with_context_values(market, {day(t): row for t, row in enumerate(rows)})
    columns = ("signal.pred", "context.VIX", "context.regime")
    return RuleLens(market).look({KEY: tree}, columns, lambda: None)


def words(editor, path):
    row = next(r for r in editor.widget.findChildren(RuleRow) if r.path == path)
    return row.findChild(QLabel, "counts").text()


def test_each_clause_says_what_it_lets_through(qtbot):
    calm = {"column": "context.VIX", "op": "<=", "value": 30.0}
    tree = {"all": ({**FIRST, "value": 0.5}, calm)}
    editor = Editor(qtbot, tree)

    editor.widget.show_views(views_of(tree, [0.2, 0.6, 0.7, 0.8], [20.0, 20.0, 40.0, 40.0]))

    assert words(editor, (0,)) == "75.0 % of bars alone, 25.0 % together (50.0 % without it)"
    assert words(editor, (1,)) == "50.0 % of bars alone, 25.0 % together (75.0 % without it)"
    whole = editor.widget.findChild(QLabel, "rule_counts").text()
    assert whole == "25.0 % of bars pass: 1 of 4, at 1 of 4 times."


def test_dragging_the_handle_edits_the_number_as_one_drag(qtbot):
    tree = {"all": ({**FIRST, "value": 0.5},)}
    editor = Editor(qtbot, tree)
    editor.widget.resize(400, 300)
    editor.widget.show_views(views_of(tree, [0.0, 0.6, 0.7, 1.0], [20.0] * 4))
    told = []
    editor.widget.drag_began.connect(lambda: told.append("began"))
    editor.widget.drag_ended.connect(lambda: told.append("ended"))
    histogram = editor.row(0).findChild(Threshold)
    middle = histogram.height() // 2

    def at(value):
        return QPoint(round(histogram.place_of(value)), middle)

    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=at(0.5))
    qtbot.mouseMove(histogram, at(0.6))
    qtbot.mouseMove(histogram, at(0.8))
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=at(0.8))

    assert told == ["began", "ended"]
    assert editor.tree["all"][0]["value"] == pytest.approx(0.8, abs=0.006)
    assert editor.number(0).value() == editor.tree["all"][0]["value"]


def test_the_ends_of_between_are_dragged_one_by_one(qtbot):
    tree = {"all": ({"column": "signal.pred", "op": "between", "value": (0.2, 0.8)},)}
    editor = Editor(qtbot, tree)
    editor.widget.resize(400, 300)
    editor.widget.show_views(views_of(tree, [0.0, 0.6, 0.7, 1.0], [20.0] * 4))
    histogram = editor.row(0).findChild(Threshold)

    qtbot.mousePress(
        histogram, Qt.MouseButton.LeftButton, pos=QPoint(round(histogram.place_of(0.8)), 9)
    )
    qtbot.mouseMove(histogram, QPoint(round(histogram.place_of(0.5)), 9))
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton)

    low, high = editor.tree["all"][0]["value"]
    assert low == 0.2
    assert high == pytest.approx(0.5, abs=0.006)


def test_texts_are_chosen_among_those_the_column_has(qtbot):
    tree = {"all": ({"column": "context.regime", "op": "in", "value": ("bull",)},)}
    editor = Editor(qtbot, tree)
    editor.widget.show_views(views_of(tree, [0.0] * 3, [20.0, 20.0, 40.0]))

    menu = editor.row(0).findChild(QToolButton, "pick").menu()
    assert [(a.text(), a.isChecked()) for a in menu.actions()] == [("bull", True), ("bear", False)]
    menu.actions()[1].trigger()

    assert editor.tree["all"][0]["value"] == ("bull", "bear")


def test_a_narrow_row_puts_its_value_below_and_a_wide_one_beside(qtbot):
    editor = Editor(qtbot, {"all": ({"not": ABOVE},)})
    row, op, value = editor.row(0), editor.row(0).findChild(Choice, "op"), editor.number(0)

    def top(part):
        return part.mapTo(row, QPoint(0, 0)).y()

    editor.widget.resize(260, 400)
    qtbot.waitUntil(lambda: top(value) > top(op) + op.height() / 2)
    assert value in row.tab_stops()
    value.setValue(0.25)
    assert editor.tree == {"all": ({"not": ABOVE | {"value": 0.25}},)}
    editor.widget.resize(700, 400)

    qtbot.waitUntil(lambda: abs(top(value) - top(op)) < op.height() / 2)
    assert row.tab_stops().index(value) < row.tab_stops().index(row._more)


def test_what_is_typed_in_a_clause_goes_with_the_clause_when_it_is_removed(qtbot):
    bear = {"column": "context.regime", "op": "==", "value": "bull"}
    editor = Editor(qtbot, {"all": (ABOVE, bear)})
    line = editor.row(1).findChild(Choice, "value").lineEdit()
    line.setFocus()
    line.setText("bear")

    editor.act((1,), "remove")
    line.editingFinished.emit()  # as when a hidden line loses the keyboard

    assert editor.tree == {"all": (ABOVE,)}


def test_what_is_typed_stays_when_a_clause_beside_it_is_moved(qtbot):
    regime = {"column": "context.regime", "op": "==", "value": "bull"}
    editor = Editor(qtbot, {"all": (ABOVE, regime)})
    editor.widget.activateWindow()
    line = editor.row(1).findChild(Choice, "value").lineEdit()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus, timeout=10_000)
    line.setText("bear")

    editor.act((0,), "down")

    assert editor.tree == {"all": ({**regime, "value": "bear"}, ABOVE)}


def test_a_rule_can_begin_with_a_group(qtbot):
    editor = Editor(qtbot, None)

    editor.widget.findChild(QPushButton, "add_group").click()

    assert len(editor.tree["all"][0]["any"]) == 1


@pytest.mark.parametrize("item", ROW_ACTIONS, ids=lambda item: item.id)
def test_the_keys_of_a_row_are_no_others_of_the_window(item):
    taken = {key for known in COMMANDS for key in (known.shortcut, *known.more_shortcuts)}
    is_mnemonic = re.fullmatch(r"Alt\+\w", item.shortcut)  # buttons and menus have those

    assert item.shortcut not in taken
    assert not is_mnemonic
