import tomllib

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.project.strategy_presets import (
    StrategyPreset,
    can_do_without,
    file_name,
    is_market_wide,
    left_out,
    preset_text,
    read_preset,
    with_columns,
    without_columns,
    write_preset,
)

ENTRY = {
    "all": (
        {"column": "signal.pred", "op": ">", "value": 0.9},
        {"any": ({"not": {"column": "context.VIX", "op": ">", "value": 30.0}},)},
        {"column": "context.regime", "op": "==", "value": "signal.pred"},
    )
}
STRATEGY = {
    "entry": ENTRY,
    "sizing": {"helper": "size_by_confidence", "confidence": "signal.sure", "max_percent": 0.1},
    "limits": {"rank_by": "signal.pred"},
}
PRESET = StrategyPreset("Calm ünd wild", "For “calm” days", {"strategy": STRATEGY})


def written(tmp_path, text):
    path = tmp_path / "a.strategy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path):
    write_preset(PRESET, tmp_path / "new" / "a.strategy.toml")

    read = read_preset(tmp_path / "new" / "a.strategy.toml")

    assert (read.name, read.note) == ("Calm ünd wild", "For “calm” days")
    assert read.tables["strategy"]["sizing"] == STRATEGY["sizing"]
    assert set(read.tables) == {"strategy"}
    assert read.columns == ("signal.pred", "context.VIX", "context.regime", "signal.sure")
    assert [item.name for item in (tmp_path / "new").iterdir()] == ["a.strategy.toml"]
    again = tmp_path / "b.strategy.toml"
    write_preset(read, again)
    assert tomllib.loads(again.read_text("utf-8")) == tomllib.loads(preset_text(read))


def test_the_tables_that_are_kept_with_it_come_back_whole(tmp_path):
    tables = {"strategy": STRATEGY, "costs": {"commission": {"model": "fixed", "amount": 2.0}}}
    write_preset(StrategyPreset("a", "", tables), tmp_path / "a.strategy.toml")

    read = read_preset(tmp_path / "a.strategy.toml")

    assert read.tables["costs"]["commission"] == {"model": "fixed", "amount": 2.0}
    assert read.tables["costs"]["slippage"] == {"model": "none"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[preset", "is no valid TOML"),
        ("x = 1", "is no preset of a strategy"),
        ('[preset]\nname = "a"\n', "is no preset of a strategy"),
        ("[preset]\nformat = 2\n[strategy]\n", "reads formats up to 1"),
        ("[preset]\n[strategy]\n[data]\n", "holds what no preset has: data"),
        ("[preset]\n[strategy]\nstop = 1\n", "strategy.stop"),
        ("[preset]\n[strategy.exits]\nstop_loss = 3.0\nmax_bars = 0\n", "strategy.exits.max_bars"),
    ],
)
def test_a_file_that_is_none_says_what_is_wrong_with_it(tmp_path, text, said):
    with pytest.raises(InputError) as refused:
        read_preset(written(tmp_path, text))

    assert said in str(refused.value)
    assert "a.strategy.toml" in str(refused.value)


def test_all_problems_of_a_file_are_told_at_once(tmp_path):
    text = "[preset]\n[strategy.exits]\nstop_loss = 3.0\nmax_bars = 0\n"

    with pytest.raises(InputError) as refused:
        read_preset(written(tmp_path, text))

    assert len(refused.value.problems) == 2


def test_a_file_that_cannot_be_read_or_written_says_so(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_preset(tmp_path / "none.strategy.toml")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_preset(PRESET, tmp_path / "file" / "a.strategy.toml")


def test_a_short_strategy_needs_no_account_of_its_own(tmp_path):
    text = '[preset]\n[strategy]\ndirection = "short"\n'

    assert read_preset(written(tmp_path, text)).tables["strategy"]["direction"] == "short"


def test_columns_are_renamed_everywhere_and_texts_stay():
    renamed = with_columns(
        {"strategy": STRATEGY}, {"signal.pred": "signal.p", "signal.sure": "bar.x"}
    )

    entry = renamed["strategy"]["entry"]["all"]
    assert entry[0]["column"] == "signal.p"
    assert entry[2]["value"] == "signal.pred"
    assert renamed["strategy"]["limits"] == {"rank_by": "signal.p"}
    assert renamed["strategy"]["sizing"]["confidence"] == "bar.x"


def test_what_uses_a_column_goes_with_it_and_empty_groups_go_too():
    assert left_out(STRATEGY, "signal.pred") == 2
    assert left_out(STRATEGY, "context.VIX") == 1

    left = without_columns(STRATEGY, frozenset({"context.VIX", "signal.pred"}))

    assert left["entry"] == {
        "all": ({"column": "context.regime", "op": "==", "value": "signal.pred"},)
    }
    assert left["limits"] == {}
    assert without_columns({"entry": ENTRY["all"][0]}, frozenset({"signal.pred"})) == {}


def test_a_part_that_is_switched_off_stays_as_it_is():
    off = {"all": ({"any": ({"column": "signal.pred", "op": ">", "value": 1.0}, {"all": ()})},)}

    assert without_columns({"entry": off}, frozenset({"signal.other"})) == {"entry": off}


def test_sizes_cannot_do_without_their_column_and_clauses_can():
    tables = {"strategy": STRATEGY, "account": {"funding": {"column": "signal.rate"}}}

    assert not can_do_without(tables, "signal.sure")
    assert not can_do_without(tables, "signal.rate")
    assert can_do_without(tables, "signal.pred")


def test_assets_are_ranked_by_columns_that_differ_between_them():
    top = {"entry": {"column": "signal.pred", "op": "top_n", "value": 5}}

    assert is_market_wide(top, "signal.pred")
    assert is_market_wide(STRATEGY, "signal.pred")
    assert not is_market_wide(STRATEGY, "context.VIX")


def test_file_names_are_ones_that_every_system_takes_and_none_twice():
    assert file_name("a/b: c?") == "a_b_c.strategy.toml"
    assert file_name("...") == "strategy.strategy.toml"
    taken = frozenset({"A.strategy.toml", "a_2.strategy.toml"})
    assert file_name("a", taken) == "a_3.strategy.toml"
