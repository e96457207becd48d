import pytest

from ml4t_desktop.errors import Problem
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import with_price_file
from ml4t_desktop.session.request.steps import Step, counted, step_of_problem, step_states
from tests.unit.session.fakes import PRICES, price_look


def states(draft, *looks):
    return {state.step: state for state in step_states(draft, [look.inspection for look in looks])}


def incomplete(found):
    return [step for step, state in found.items() if not state.is_complete]


def test_an_empty_draft_asks_for_a_price_file_first_and_for_an_entry():
    found = states(Draft.empty())

    assert incomplete(found) == [Step.DATA, Step.STRATEGY]
    assert found[Step.DATA].text == "No price file yet. Open or drop one"


def test_a_dropped_file_makes_every_step_complete(tmp_path):
    look = price_look(tmp_path / "p.csv")
    found = states(with_price_file(Draft.empty(), look, "p.csv"), look)

    assert incomplete(found) == []
    assert found[Step.DATA].text == "4 rows, 2 assets, 2 signals"
    assert found[Step.STRATEGY].text == "Long, 1 entry clause, 1 exit clause"


def test_a_column_nobody_found_is_asked_for(tmp_path):
    look = price_look(tmp_path / "p.csv", PRICES.rename({"high": "x1"}))
    draft = with_price_file(Draft.empty(), look, "p.csv")

    lacking = [item.key for item in states(draft, look)[Step.DATA].problems]

    assert lacking == ["data.high"]
    assert incomplete(states(draft.edited("data.high", "x1"), look)) == []


@pytest.mark.parametrize("fill", ["next_open", "next_close", "same_close"])
def test_the_execution_step_says_where_market_orders_fill(fill):
    text = states(Draft.empty().edited("execution.fill", fill))[Step.EXECUTION].text

    assert text.startswith(f"Fills at {fill.replace('_', ' ')}, ")


def test_a_strategy_without_entry_is_incomplete():
    draft = Draft.empty().edited("data.files", ("p.csv",))

    assert incomplete(states(draft)) == [Step.STRATEGY]


def test_a_context_without_columns_is_incomplete():
    draft = Draft.empty().edited("context", {"file": "c.csv"})

    assert Step.CONTEXT in incomplete(states(draft))


def test_a_problem_of_the_request_is_at_its_step():
    draft = Draft.empty().edited_all(
        {"data.files": ("p",), "costs.commission": {"model": "percent", "rate": -1.0}}
    )

    assert Step.EXECUTION in incomplete(states(draft))


def test_a_problem_of_a_file_belongs_to_the_step_that_names_the_file():
    draft = Draft.empty().edited_all(
        {"data.files": ("../d/prices.csv",), "context": {"file": "vix.csv"}}
    )

    def step(where):
        return step_of_problem(Problem(what="x", where=where), draft)

    assert step("/home/d/prices.csv, column 'close', row 3") == Step.DATA
    assert step("vix.csv, column 'VIX'") == Step.CONTEXT
    assert step("request, strategy.sizing.percent") == Step.STRATEGY
    assert step("account.type") == Step.ACCOUNT
    assert step("") is None


def test_a_problem_of_prices_with_context_in_the_same_file_belongs_to_the_step_of_its_column():
    context = {"file": "both.csv", "columns": ("vix",)}
    draft = Draft.empty().edited_all({"data.files": ("both.csv",), "context": context})

    def step(where):
        return step_of_problem(Problem(what="x", where=where), draft)

    assert step("both.csv, signals") == Step.DATA
    assert step("both.csv, column 'close', row 3") == Step.DATA
    assert step("both.csv, columns") == Step.CONTEXT
    assert step("both.csv, column 'vix', row 3") == Step.CONTEXT


def test_a_number_comes_with_its_noun():
    assert counted(1, "row") == "1 row"
    assert counted(12_345, "row") == "12,345 rows"


def test_a_chosen_column_that_a_file_lacks_is_told_with_file_and_column(tmp_path):
    look = price_look(tmp_path / "p.csv")
    draft = with_price_file(Draft.empty(), look, "p.csv").edited("data.close", "settlement")

    state = states(draft, look)[Step.DATA]

    assert [item.key for item in state.problems] == ["data.close"]
    assert state.text == "p.csv has no column settlement. Choose another"
