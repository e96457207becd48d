import pytest
from PySide6.QtWidgets import QToolButton

from ml4t_desktop.request import Costs
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.views.setup.costs import commission_form, slippage_form
from ml4t_desktop.views.setup.editors import NumberBox
from ml4t_desktop.views.setup.entry_order import entry_order_form
from ml4t_desktop.views.setup.funding import FundingForm
from ml4t_desktop.views.setup.sizing import sizing_form
from ml4t_desktop.views.setup.tiers import TiersField

TIERS = ({"up_to": 10_000.0, "rate": 0.001}, {"up_to": 50_000.0, "rate": 0.0005}, {"rate": 0.0002})


@pytest.mark.parametrize(
    "form", [commission_form, slippage_form, sizing_form, entry_order_form, FundingForm]
)
def test_every_kind_begins_with_values_that_are_a_request_and_shows_all_of_its_fields(qtbot, form):
    shown = form()
    qtbot.addWidget(shown)
    draft = Draft.empty().edited_all({"data.files": ("p",), "data.signals": ("c",)})
    if form is sizing_form:
        shown.set_defaults("size_by_confidence", {"confidence": "signal.c", "max_percent": 0.1})
        shown.set_defaults("fractional_kelly", {"probability": "signal.c", "payoff": 1.0})
    if form is FundingForm:
        shown.set_columns((("signal.c", "c"),))
    edits = []
    shown.edited.connect(lambda key, value: edits.append((key, value)))

    for value in shown._kinds:
        shown._on_chosen("", value)
        key, table = edits[-1]
        edited = draft.edited(key, table)
        shown.show_draft(edited, {})
        assert edited.problems() == (), value
        assert shown.kind_of(edited) == value
        keys = {field.key for field in shown.form.fields}
        assert {f"{key}.{name}" for name in table or ()} - {f"{key}.{shown._tag}"} <= keys


def test_a_rate_is_edited_under_its_own_key(qtbot):
    form = commission_form()
    qtbot.addWidget(form)
    costs = Costs.model_validate({"commission": {"model": "percent", "rate": 0.001}})
    form.show_draft(Draft({"costs": costs.model_dump()}), {})
    edits = []
    form.edited.connect(lambda key, value: edits.append((key, value)))

    form.form.fields[0].editor.setValue(0.25)

    assert edits == [("costs.commission.rate", 0.0025)]


@pytest.fixture
def tiers(qtbot):
    field = TiersField("costs.commission.tiers", "Tiers")
    qtbot.addWidget(field)
    field.show()
    field.edits = []
    field.edited.connect(lambda key, value: field.edits.append(value))
    field.show_value(TIERS)
    return field


def box(field, place, name):
    return field.findChild(NumberBox, f"costs.commission.tiers.{place}.{name}")


def test_tiers_are_shown_row_by_row_and_showing_them_is_no_edit(tiers):
    assert [box(tiers, place, "up_to").value() for place in (0, 1)] == [10_000.0, 50_000.0]
    assert [box(tiers, place, "rate").value() for place in range(3)] == pytest.approx(
        [0.1, 0.05, 0.02]
    )
    assert box(tiers, 2, "up_to") is None  # all above
    assert tiers.edits == []


def test_a_rate_and_an_end_are_edited_in_their_row(tiers):
    box(tiers, 1, "rate").setValue(0.04)
    box(tiers, 0, "up_to").setValue(20_000.0)

    assert tiers.edits[0] == (TIERS[0], {"up_to": 50_000.0, "rate": 0.0004}, TIERS[2])
    assert tiers.edits[1] == ({"up_to": 20_000.0, "rate": 0.001}, TIERS[1], TIERS[2])


def test_tiers_are_added_in_front_of_the_last_and_are_a_commission(tiers):
    tiers.add.click()

    [added] = tiers.edits
    assert added == (TIERS[0], TIERS[1], {"up_to": 100_000.0, "rate": 0.0002}, TIERS[2])
    Costs.model_validate({"commission": {"model": "tiered", "tiers": added}})


def test_one_tier_becomes_two_and_a_limited_last_one_is_split(tiers):
    tiers.show_value(({"rate": 0.001},))
    tiers.add.click()
    tiers.show_value(({"up_to": 5_000.0, "rate": 0.001},))
    tiers.add.click()

    assert tiers.edits[0] == ({"up_to": 10_000.0, "rate": 0.001}, {"rate": 0.001})
    assert tiers.edits[1][0]["up_to"] == 2_500.0


@pytest.mark.parametrize("place", [0, 1, 2])
def test_any_tier_can_be_removed_and_the_rest_is_a_commission(tiers, place):
    tiers.findChild(QToolButton, f"costs.commission.tiers.{place}.remove").click()

    [left] = tiers.edits
    assert len(left) == 2
    assert "up_to" not in left[-1]
    Costs.model_validate({"commission": {"model": "tiered", "tiers": left}})


def test_the_only_tier_stays(tiers):
    tiers.show_value(({"rate": 0.001},))

    assert tiers.findChild(QToolButton, "costs.commission.tiers.0.remove") is None or not (
        tiers.findChild(QToolButton, "costs.commission.tiers.0.remove").isVisible()
    )


def test_what_is_no_list_of_tiers_shows_none(tiers):
    tiers.show_value("10000: cheap")

    assert tiers.edits == []
