from datetime import UTC, date, datetime

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.request import Request, load_request, request_toml
from ml4t_desktop.session.request.draft import Draft, draft_toml, read_draft

NESTED = {
    "data": {
        "files": ["p.csv"],
        "signals": ["a"],
        "start": datetime(2024, 1, 2, 9, 30, tzinfo=UTC),
    },
    "context": {"file": "c.csv", "columns": ["VIX"]},
    "strategy": {
        "entry": {
            "any": [
                {"not": {"column": "signal.a", "op": ">", "value": 1.0}},
                {"all": [{"column": "context.VIX", "op": "between", "value": [1.0, 2.0]}]},
            ]
        }
    },
    "costs": {
        "commission": {"model": "tiered", "tiers": [{"up_to": 10.0, "rate": 0.1}, {"rate": 0.0}]}
    },
    "account": {"multiplier": {"ES": 50.0}},
}


def keys(draft):
    return [item.key for item in draft.problems()]


def test_an_empty_draft_only_lacks_its_files():
    assert keys(Draft.empty()) == ["data.files"]


def test_an_empty_draft_with_a_file_is_the_request_of_all_defaults():
    draft = Draft.empty().edited("data.files", ("p.csv",))

    assert draft.request() == Request.model_validate({"data": {"files": ["p.csv"]}})


def test_a_draft_of_a_request_gives_back_that_request_whatever_is_in_it():
    request = Request.model_validate(NESTED)

    assert Draft.of(request).request() == request


def test_an_edit_makes_a_new_draft_and_leaves_the_old_one():
    old = Draft.empty()

    new = old.edited("strategy.exits.stop_loss", 0.1)

    assert new.get("strategy.exits.stop_loss") == 0.1
    assert old.get("strategy.exits.stop_loss") is None
    assert new.edited("strategy.exits.stop_loss", None) == old


def test_an_edit_makes_the_tables_on_its_way():
    assert Draft.empty().edited("context.file", "c.csv").context_file == "c.csv"


def test_what_was_put_into_a_draft_cannot_be_changed_from_outside():
    files = ["a.csv"]
    draft = Draft.empty().edited("data.files", files)
    files.append("b.csv")

    assert draft.files == ("a.csv",)


def test_a_value_out_of_range_is_told_with_its_key():
    draft = Draft.empty().edited_all({"data.files": ("p",), "strategy.sizing.percent": 2.0})

    assert keys(draft) == ["strategy.sizing.percent"]


def test_columns_that_are_not_declared_are_told_where_they_are_used():
    clause = {"column": "signal.x", "op": ">", "value": 0.0}
    draft = Draft.empty().edited_all(
        {
            "data.files": ("p",),
            "strategy.entry": {"all": [clause]},
            "strategy.limits.rank_by": "context.VIX",
        }
    )

    problems = {item.key: item.problem.what for item in draft.problems()}

    assert set(problems) == {"strategy.entry", "strategy.limits.rank_by"}
    assert "'signal.x' is not among data.signals" in problems["strategy.entry"]


def test_a_short_strategy_in_a_cash_account_is_told_at_the_account():
    draft = Draft.empty().edited_all({"data.files": ("p",), "strategy.direction": "short"})

    assert keys(draft) == ["account.type"]


def test_a_file_that_only_lacks_something_is_opened_as_it_is(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text(
        '[data]\nsignals = ["a"]\n[strategy.sizing]\nhelper = "fixed_value"\nvalue = 5.0\n'
    )

    draft = read_draft(path)

    assert keys(draft) == ["data.files"]
    assert draft.get("data.signals") == ("a",)
    assert draft.get("strategy.sizing") == {"helper": "fixed_value", "value": 5.0}
    assert draft.get("account.initial_capital") == 100_000.0


def test_a_file_with_what_no_form_could_show_is_refused_with_all_of_it(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('[data]\nfiles = ["p"]\ncolour = "red"\n[account]\ninitial_capital = "much"\n')

    with pytest.raises(InputError) as refused:
        read_draft(path)

    places = " ".join(problem.where for problem in refused.value.problems)
    assert "data.colour" in places
    assert "account.initial_capital" in places


def test_an_incomplete_draft_written_and_read_is_the_same(tmp_path):
    draft = Draft.empty().edited_all({"name": "begun", "data.start": date(2024, 1, 2)})
    path = tmp_path / "r.toml"
    path.write_text(draft_toml(draft))

    assert read_draft(path) == draft


def test_a_complete_draft_is_written_as_its_request(tmp_path):
    request = Request.model_validate(NESTED)
    path = tmp_path / "r.toml"
    path.write_text(draft_toml(Draft.of(request)))

    assert load_request(path) == request
    assert path.read_text() == request_toml(request)
