import pytest

from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import with_price_file
from ml4t_desktop.session.request.steps import Step, step_states
from tests.unit.session.fakes import price_look

CLAUSE = {"all": ({"column": "bar.close", "op": ">", "value": 1.0},)}


@pytest.fixture
def look(tmp_path):
    return price_look(tmp_path / "p.csv")


@pytest.fixture
def draft(look):
    return with_price_file(Draft.empty(), look, "p.csv")


def states(draft, look):
    return {state.step: state for state in step_states(draft, [look.inspection])}


def mended(draft, look, step, title):
    (mend,) = [mend for mend in states(draft, look)[step].mends if mend.title == title]
    return draft.edited_all(mend.edits)


def test_shorts_of_a_cash_account_are_told_and_mended_at_the_strategy_and_at_the_account(
    draft, look
):
    both = draft.edited_all({"strategy.direction": "both", "strategy.short_entry": CLAUSE})

    found = states(both, look)
    asks = {step: [mend.title for mend in state.mends] for step, state in found.items()}

    assert asks[Step.STRATEGY] == asks[Step.ACCOUNT] == ["Use a margin account", "Trade long only"]
    assert "choose Margin as “Account”" in found[Step.STRATEGY].text
    margin = mended(both, look, Step.STRATEGY, "Use a margin account")
    assert margin.get("account.type") == "margin"
    assert margin.get("strategy.short_entry") is not None
    long = mended(both, look, Step.ACCOUNT, "Trade long only")
    for request in (margin, long):
        assert all(state.is_complete for state in states(request, look).values())


def test_a_strategy_of_shorts_alone_is_not_turned_round(draft, look):
    short = draft.edited("strategy.direction", "short")

    mends = states(short, look)[Step.STRATEGY].mends

    assert [mend.title for mend in mends] == ["Use a margin account"]


def test_a_signal_that_a_rule_needs_is_ticked_again_if_the_file_has_it(draft, look):
    fewer = draft.edited("data.signals", ("exit_signal",))

    again = mended(fewer, look, Step.STRATEGY, "Use pred")

    assert again.get("data.signals") == ("exit_signal", "pred")
    assert states(again, look)[Step.STRATEGY].is_complete
    gone = fewer.edited("strategy.limits.rank_by", "signal.gone")
    assert "Use gone" not in [mend.title for mend in states(gone, look)[Step.STRATEGY].mends]


def test_rebalancing_of_both_sides_by_limit_orders_is_mended(draft, look):
    odd = draft.edited_all(
        {
            "strategy.sizing": {"helper": "rebalance_to_weights"},
            "strategy.direction": "both",
            "strategy.entry_order": {"type": "limit", "offset": 0.01},
        }
    )

    market = mended(odd, look, Step.STRATEGY, "Enter by market order")
    whole = mended(market, look, Step.STRATEGY, "Trade long only")

    assert states(whole, look)[Step.STRATEGY].is_complete
