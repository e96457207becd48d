import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.setup.strategy_presets import KEEP, LEAVE_OUT
from tests.unit.session.fakes import (
    PRICES,
    FakeWork,
    fake_session,
    price_look,
    ready_session,
    settle,
)

PRED = {"column": "signal.pred", "op": ">", "value": 0.9}
VIX = {"column": "context.VIX", "op": "<=", "value": 30.0}


@pytest.fixture
def session(qtbot, tmp_path):
    return ready_session(qtbot, tmp_path)


@pytest.fixture
def presets(session):
    return session.strategy_presets


def kept(session, **strategy):
    """A preset of a strategy, as if it was saved over other data."""
    from ml4t_desktop.project.strategy_presets import StrategyPreset

    return StrategyPreset("Theirs", "", {"strategy": strategy})


def test_a_strategy_is_kept_and_applied_as_one_change(session, presets):
    request = session.request
    request.edit("strategy.exits.stop_loss", 0.07)
    wanted = request.draft
    made = presets.save("Mine", "a note")
    request.edit("strategy.exits.stop_loss", 0.5)
    request.edit("strategy.entry", {"all": (PRED | {"value": 0.1},)})
    before = request.draft

    presets.apply(made, {})

    assert request.draft == wanted
    assert request.last_change.name == "preset “Mine”"
    request.undo()
    assert request.draft == before
    [listed] = presets.own()
    assert (listed.name, listed.note) == ("Mine", "a note")
    assert set(listed.tables) == {"strategy"}


def test_execution_costs_and_capital_are_kept_when_that_is_asked(session, presets):
    session.request.edit("costs.commission", {"model": "fixed", "amount": 3.0})
    session.request.edit("account.initial_capital", 7.0)
    wanted = session.request.draft
    made = presets.save("All of it", is_whole=True)
    session.request.edit("costs.commission", {"model": "none"})
    session.request.edit("account.initial_capital", 8.0)
    session.request.edit("execution.participation", 0.1)

    presets.apply(made, {})

    assert session.request.draft == wanted


def test_a_preset_of_the_same_name_is_replaced_and_another_name_is_another(session, presets):
    presets.save("Mine")
    session.request.edit("strategy.exits.max_bars", 3)
    presets.save("Mine")
    presets.save("Other")

    assert [item.name for item in presets.own()] == ["Mine", "Other"]
    assert presets.own()[0].tables["strategy"]["exits"]["max_bars"] == 3


def test_what_is_not_complete_is_not_kept(session, presets):
    session.request.edit("strategy.exits.stop_loss", 7.0)

    with pytest.raises(InputError, match=r"strategy\.exits\.stop_loss"):
        presets.save("Mine")

    assert presets.own() == ()


def test_renamed_deleted_and_had_again(session, presets):
    made = presets.save("Mine")
    presets.save("Other")
    with pytest.raises(InputError, match="already"):
        presets.rename(made, "Other")
    renamed = presets.rename(made, "New", "for what")
    assert [item.name for item in presets.own()] == ["New", "Other"]

    presets.delete(renamed)
    assert [item.name for item in presets.own()] == ["Other"]
    assert presets.can_restore
    presets.restore()

    assert [item.name for item in presets.own()] == ["New", "Other"]
    assert presets.own()[0].note == "for what"
    assert not presets.can_restore


def test_exported_and_taken_by_somebody_else(session, presets, tmp_path):
    made = presets.save("Mine")
    presets.export(made, tmp_path / "for_you.toml")

    taken = presets.take(tmp_path / "for_you.strategy.toml")

    assert taken.name == "Mine (2)"  # nothing of one's own is replaced
    assert taken.tables == made.tables
    assert len(presets.own()) == 2


def test_a_broken_file_is_told_and_the_others_are_listed(session, presets, tmp_path):
    presets.save("Mine")
    (tmp_path / "strategies" / "broken.strategy.toml").write_text(
        "[preset]\n[strategy]\nentry = 3\n"
    )

    assert [item.name for item in presets.own()] == ["Mine"]
    [problem] = presets.problems
    assert "broken.strategy.toml" in problem.where


def test_columns_that_are_there_need_no_match(session, presets):
    assert presets.matches(kept(session, entry=PRED)) == ()


def test_a_missing_column_is_matched_with_the_one_named_alike(session, presets):
    preset = kept(session, entry=PRED | {"column": "signal.Exit-Signal"})

    [match] = presets.matches(preset)

    assert match.column == "signal.Exit-Signal"
    assert match.proposed == "signal.exit_signal"
    assert {"signal.pred", "bar.close"} <= set(match.options)
    assert match.left_out == 1
    presets.apply(preset, {match.column: match.proposed})
    assert session.request.draft.get("strategy.entry.column") == "signal.exit_signal"
    assert session.request.draft.problems() == ()


def test_nothing_is_proposed_for_a_column_that_is_like_none(session, presets):
    [match] = presets.matches(kept(session, entry={"all": (PRED, VIX)}))

    assert match.column == "context.VIX"
    assert match.proposed == ""


def test_a_column_is_left_out_only_when_that_is_chosen(session, presets):
    preset = kept(session, entry={"all": (PRED, VIX)})

    presets.apply(preset, {"context.VIX": KEEP})
    assert session.request.draft.get("strategy.entry") == {"all": (PRED, VIX)}
    assert session.request.draft.problems()  # and the set-up says what is missing

    presets.apply(preset, {"context.VIX": LEAVE_OUT})
    assert session.request.draft.get("strategy.entry") == {"all": (PRED,)}
    assert session.request.draft.problems() == ()


def test_sizes_cannot_be_left_out(session, presets):
    sizing = {"helper": "size_by_confidence", "confidence": "signal.sure", "max_percent": 0.1}

    [match] = presets.matches(kept(session, entry=PRED, sizing=sizing))

    assert match.left_out == 0


def test_a_ranking_is_not_matched_with_what_all_assets_share(session, presets):
    session.request.edit("context", {"file": "context.csv", "columns": ("VIX",), "match": "exact"})

    [match] = presets.matches(
        kept(session, entry=PRED | {"column": "signal.x", "op": "top_n", "value": 2})
    )

    assert not [name for name in match.options if name.startswith("context.")]


def test_a_column_of_the_file_that_is_not_used_yet_becomes_a_signal(session, presets):
    session.request.edit("data.signals", ("exit_signal",))
    preset = kept(session, entry=PRED)
    assert presets.matches(preset) == ()

    presets.apply(preset, {})

    assert session.request.draft.get("data.signals") == ("exit_signal", "pred")
    assert session.request.draft.problems() == ()


def test_what_would_change_is_said_before(session, presets):
    preset = kept(session, entry=PRED | {"value": 0.123}, exits={"max_bars": 9})

    assert "entry" in presets.changes(preset, {})
    assert "max bars" in presets.changes(preset, {})


def test_known_strategies_are_made_of_the_columns_there_are_and_can_be_run(session, presets):
    shipped = presets.shipped()
    assert len(shipped) >= 5

    for preset in shipped:
        chosen = {match.column: match.proposed or KEEP for match in presets.matches(preset)}
        applied = presets.applied(preset, chosen)
        missing = [name for name, value in chosen.items() if value == KEEP]
        assert missing in ([], ["context.VIX"], ["signal.confidence"]), preset.name
        assert bool(applied.problems()) == bool(missing), preset.name


def test_without_data_the_known_strategies_ask_for_their_columns(qapp, tmp_path):
    session = fake_session(tmp_path)

    [match] = session.strategy_presets.matches(session.strategy_presets.shipped()[0])

    assert match.column == "signal.prediction"


def test_a_tenth_and_a_fifth_are_those_of_the_assets_there_are(qtbot, tmp_path):
    import polars as pl

    many = pl.concat([PRICES.with_columns(symbol=pl.lit(f"S{n:03}")).head(1) for n in range(40)])
    session = ready_session(qtbot, tmp_path, FakeWork(look=lambda path: price_look(path, many)))
    settle(qtbot, session)

    top, both, *_ = session.strategy_presets.shipped()

    assert top.tables["strategy"]["entry"]["all"][0]["value"] == 4
    assert both.tables["strategy"]["short_entry"]["all"][0]["value"] == 8
    assert both.tables["strategy"]["sizing"]["percent"] == pytest.approx(1 / 16)
    assert both.tables["account"]["type"] == "margin"


def test_a_python_strategy_is_kept_with_the_place_of_its_file(session, presets, tmp_path):
    script = {"file": "own.py", "class": "Own"}
    session.request.replace(session.request.draft.edited("strategy", {"python": script}))

    made = presets.save("Python")

    assert (
        made.tables["strategy"]["python"]["file"] == session.request.resolved("own.py").as_posix()
    )
    presets.apply(made, {})
    assert session.request.resolved(session.request.draft.get("strategy.python.file")) == (
        session.request.resolved("own.py")
    )


def test_another_sizing_is_one_change_and_not_each_of_its_values(session, presets):
    preset = next(item for item in presets.shipped() if "rebalance" in str(item.tables))

    changes = presets.changes(preset, {})

    assert "sizing" in changes
    assert not [change for change in changes if "of the sizing" in change]
