from datetime import date, timedelta

import polars as pl
import pytest

from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import with_price_file
from ml4t_desktop.session.request.steps import Step, step_states
from tests.unit.session.fakes import PRICES, price_look

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


def test_a_run_that_would_wait_long_for_its_signals_is_told_and_begins_with_them(tmp_path):
    days = [date(2020, 1, 1) + timedelta(days=day) for day in range(100)]
    prices = (
        PRICES.head(1).select(pl.exclude("date")).join(pl.DataFrame({"date": days}), how="cross")
    )
    look = price_look(tmp_path / "p.csv", prices.select("date", pl.exclude("date")))
    draft = with_price_file(Draft.empty(), look, "p.csv")

    def data(draft, begin):
        inspections = [look.inspection]
        return step_states(draft, inspections, signals_begin=date.fromisoformat(begin))[0]

    told = data(draft, "2020-02-01")
    (mend,) = told.mends
    assert told.is_complete
    assert "before 2020-02-01" in told.meaning
    assert mend.title == "Begin on 2020-02-01"
    begun = draft.edited_all(mend.edits)
    assert begun.get("data.start") == date(2020, 2, 1)
    for request, begin in ((begun, "2020-02-01"), (draft, "2020-01-04"), (draft, "2021-01-01")):
        assert data(request, begin).mends == ()
    assert data(draft.edited("data.signals", ()), "2020-02-01").mends == ()
