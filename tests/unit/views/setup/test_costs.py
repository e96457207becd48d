import pytest

from ml4t_desktop.request import Costs
from ml4t_desktop.session.draft import Draft
from ml4t_desktop.views.setup.costs import commission_form, read_tiers, slippage_form, tiers_text
from ml4t_desktop.views.setup.entry_order import entry_order_form
from ml4t_desktop.views.setup.funding import FundingForm
from ml4t_desktop.views.setup.sizing import sizing_form

TIERS = ({"up_to": 10_000.0, "rate": 0.001}, {"up_to": 50_000.0, "rate": 0.0005}, {"rate": 0.0002})


def test_tiers_are_written_and_read_as_the_same_tiers():
    assert tiers_text(TIERS) == "10000: 0.1, 50000: 0.05, 0.02"
    assert read_tiers(tiers_text(TIERS)) == TIERS


@pytest.mark.parametrize("text", ["cheap", "1: 2: 3", "10: , 3", ""])
def test_a_text_that_is_no_tiers_is_refused(text):
    with pytest.raises(ValueError, match="float"):
        read_tiers(text)


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
