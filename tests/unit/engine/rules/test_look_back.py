"""How far rules look back."""

from typing import Any

import pytest

from ml4t_desktop.engine.rules.look_back import look_back_of
from ml4t_desktop.market.chunks import LookBack
from ml4t_desktop.request import parse_request


def look_back(**strategy: Any) -> LookBack:
    data = {"files": ["bars.parquet"], "signals": ["s"]}
    return look_back_of(parse_request({"data": data, "strategy": strategy}).strategy)


def test_rules_without_a_past_need_the_bar_before_for_the_broker() -> None:
    assert look_back(entry={"column": "signal.s", "op": ">", "value": 1.0}) == LookBack(bars=1)
    assert look_back() == LookBack(bars=1)


@pytest.mark.parametrize("place", ["entry", "exit", "filter"])
def test_the_deepest_clause_of_any_condition_decides(place: str) -> None:
    deep = {"column": "bar.close", "op": "falling", "value": 9}
    tree = {"any": [{"not": {"all": [deep, {"column": "bar.close", "op": "rising"}]}}]}
    assert look_back(**{place: tree}) == LookBack(bars=9)


def test_a_volatility_leaves_bars_behind_in_whole_windows() -> None:
    sizing = {"helper": "rebalance_to_weights", "weights": "inverse_volatility", "window": 15}
    assert look_back(sizing=sizing) == LookBack(bars=15, step=15)
