from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox

from ml4t_desktop.views.setup.editors import Choice, NumberBox, Slider
from ml4t_desktop.views.setup.fields import (
    ChoiceField,
    FlagField,
    MomentField,
    NumberField,
    TextField,
)


@pytest.fixture
def shown(qtbot):
    def show(field):
        qtbot.addWidget(field)
        field.edits = []
        field.edited.connect(lambda key, value: field.edits.append((key, value)))
        return field

    return show


@pytest.mark.parametrize("value", [0.02, 0.0005, 0.123456, 1.0])
def test_a_fraction_is_shown_as_per_cent_and_showing_it_is_no_edit(shown, value):
    field = shown(NumberField("x.rate", "Rate", is_percent=True))

    field.show_value(value)

    assert field.editor.value() == pytest.approx(value * 100)
    assert field.editor.text().endswith(" %")
    assert field.edits == []


def test_a_typed_per_cent_is_told_as_the_fraction_without_dust(shown, qtbot):
    field = shown(NumberField("x.rate", "Rate", is_percent=True))
    field.show_value(0.5)

    field.editor.selectAll()
    qtbot.keyClicks(field.editor, "0.07")
    assert field.edits == []
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)

    assert field.edits == [("x.rate", 0.0007)]


def test_a_number_finer_than_the_screen_shows_is_not_changed_by_showing_it(shown):
    field = shown(NumberField("x", "X"))

    field.show_value(0.123456789012345)

    assert field.edits == []


def test_a_count_is_told_as_a_whole_number(shown):
    field = shown(NumberField("x", "X", is_whole=True, low=1))
    field.show_value(3)

    field.editor.setValue(5)

    assert field.edits == [("x", 5)]
    assert isinstance(field.edits[0][1], int)


def test_an_optional_number_is_left_out_until_it_is_ticked(shown, qtbot):
    field = shown(NumberField("x", "X", is_percent=True, optional=0.1))
    field.show_value(None)
    tick = field.findChild(QCheckBox, "x.tick")

    assert not field.editor.isEnabled()
    tick.click()
    field.show_value(0.1)
    tick.click()

    assert field.edits == [("x", 0.1), ("x", None)]


def test_a_table_by_symbol_is_shown_as_text_and_kept(shown):
    field = shown(NumberField("m", "M"))
    field.show()

    field.show_value({"ES": 50.0, "NQ": 20.0})

    assert not field.editor.isVisible()
    assert field._table.text() == "By symbol: ES 50, NQ 20"
    assert field.edits == []


def test_a_choice_is_told_when_a_person_chooses(shown, qtbot):
    field = shown(ChoiceField("c", "C", (("a", "First"), ("b", "Second"))))
    field.show_value("b")

    assert field.editor.currentText() == "Second"
    assert field.edits == []
    qtbot.keyClick(field.editor, Qt.Key.Key_Up)

    assert field.edits == [("c", "a")]


def test_a_value_that_is_not_offered_is_shown_all_the_same(shown):
    field = shown(ChoiceField("c", "C", (("a", "First"),)))

    field.show_value("gone")

    assert field.editor.currentText() == "gone (not there)"


def test_a_flag_is_told_by_a_click(shown):
    field = shown(FlagField("f", "Flag"))
    field.show_value(True)

    field.editor.click()

    assert field.edits == [("f", False)]


def test_a_text_is_told_when_it_is_complete_and_an_empty_one_is_left_out(shown, qtbot):
    field = shown(TextField("t", "T"))
    field.show_value("5d")

    field.editor.setText("")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)
    field.show_value(None)
    field.editor.setText(" 1h ")
    qtbot.keyClick(field.editor, Qt.Key.Key_Return)

    assert field.edits == [("t", None), ("t", "1h")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2024, 1, 15), "2024-01-15"),
        (datetime(2024, 1, 15, 9, 30), "2024-01-15 09:30:00"),
        (datetime(2024, 1, 15, 9, 30, tzinfo=UTC), "2024-01-15 09:30:00"),
    ],
)
def test_a_date_stays_a_date_and_a_timestamp_a_timestamp(shown, value, text):
    field = shown(MomentField("data.start", "From"))
    field.show_value(value)

    assert field.editor.text() == text
    assert field.edits == []
    field.editor.stepUp()

    told = field.edits[0][1]
    assert type(told) is type(value)
    assert getattr(told, "tzinfo", None) == getattr(value, "tzinfo", None)


def test_ticking_a_date_begins_with_the_one_of_the_file(shown):
    field = shown(MomentField("data.start", "From"))
    field.show_value(None)
    field.suggest(date(2019, 3, 4))

    field.findChild(QCheckBox, "data.start.tick").click()

    assert field.edits == [("data.start", date(2019, 3, 4))]


def test_a_problem_is_shown_below_its_field_and_taken_away(shown):
    field = shown(NumberField("x", "X"))
    field.show()

    field.show_problem("Too large")
    assert field._problem.isVisible()
    assert field._problem.text() == "Too large"
    field.show_problem("")
    assert not field._problem.isVisible()


def test_the_wheel_does_not_change_a_value_in_passing(qtbot):
    box, choice, slider_ = NumberBox(), Choice(), Slider(0.0, 1.0, 0.1)
    choice.set_options(((1, "a"), (2, "b")))
    for editor in (box, choice, slider_):
        qtbot.addWidget(editor)
        event = QWheelEvent(
            QPointF(2, 2), QPointF(2, 2), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(editor, event)
        assert not event.isAccepted()

    assert box.value() == 0
    assert choice.value == 1
    assert slider_.value() == 0


def test_every_field_of_the_forms_explains_itself(qtbot):
    from ml4t_desktop.views.setup import (
        account_page,
        costs,
        entry_order,
        execution_page,
        funding,
        risk,
        sizing,
        strategy_page,
    )
    from ml4t_desktop.views.setup.fields import ChoiceField

    kinds = (
        costs.commission_form(), costs.slippage_form(), sizing.sizing_form(),
        entry_order.entry_order_form(), funding.FundingForm(),
    )  # fmt: skip
    fields = [
        *account_page._fields(), *execution_page._fields(), *risk._fields(),
        *strategy_page._exit_fields(), *strategy_page._limit_fields(ChoiceField("x", "X", tip="x")),
        *(field for form in kinds for kind in form._kinds.values() for field in kind.fields()),
    ]  # fmt: skip
    for widget in (*kinds, *fields):
        qtbot.addWidget(widget)

    mute = [f.key for f in fields if not f.editor.toolTip() or not f.editor.whatsThis()]

    assert mute == []
    assert len(fields) > 50


@pytest.fixture
def dragged(shown):
    field = shown(NumberField("x", "X", is_percent=True, drag=(1.0, 50.0, 0.5), high=1000.0))
    field.show()
    field.show_value(0.10)
    return field


def slider(field):
    return field.findChild(Slider, "x.slider")


def test_a_slider_stands_where_the_number_is_and_moves_it(dragged):
    assert slider(dragged).value() == 18  # 10 % is 18 steps of half a per cent above 1 %

    slider(dragged).setValue(20)

    assert dragged.editor.value() == pytest.approx(11.0)
    assert dragged.edits == [("x", 0.11)]


def test_a_slider_follows_what_is_typed_and_stays_at_its_end_for_more(dragged):
    dragged.show_value(0.25)
    assert slider(dragged).value() == 48
    dragged.show_value(9.0)

    assert slider(dragged).value() == slider(dragged).maximum()
    assert dragged.editor.value() == pytest.approx(900.0)
    assert dragged.edits == []


def test_a_drag_is_told_from_its_begin_to_its_end(dragged, qtbot):
    told = []
    dragged.drag_began.connect(lambda: told.append("began"))
    dragged.drag_ended.connect(lambda: told.append("ended"))
    slider(dragged).setSliderDown(True)
    slider(dragged).setValue(30)
    dragged.show_value(0.16)
    slider(dragged).setSliderDown(False)

    assert told == ["began", "ended"]
    assert dragged.edits == [("x", 0.16)]


def test_a_slider_of_what_is_left_out_cannot_be_moved(shown):
    field = shown(NumberField("x", "X", optional=5.0, drag=(1.0, 50.0, 1.0)))
    field.show_value(None)

    assert not slider(field).isEnabled()
