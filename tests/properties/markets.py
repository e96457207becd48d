"""Markets and requests that the properties are about, and changes of them."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.market import Market
from ml4t_desktop.request import Request, parse_request
from ml4t_desktop.result.run_result import RunResult
from tests.oracle.history import Bar
from tests.oracle.market_of import market_of
from tests.oracle.markets import Scenario, rules_scenario, scenario
from tests.oracle.requests import KINDS, SIGNALS

_SEEDS = st.integers(min_value=0, max_value=10**6)
# Rules without corporate actions.
RULES = _SEEDS.map(rules_scenario)
_SCRIPTS = [place for place, kind in enumerate(KINDS) if kind.startswith("script")]
# Strategies that submit orders of every type, with corporate actions now and then.
SCRIPTS = st.builds(
    lambda seed, place: scenario(seed * len(KINDS) + place), _SEEDS, st.sampled_from(_SCRIPTS)
)


class Chance(random.Random):
    """Random choices that a test makes on its way, always the same for a seed."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._name = f"Chance({seed})"

    def __repr__(self) -> str:
        """Say which one it is, for a property that fails."""
        return self._name


# One draw of Hypothesis for all of them: those of its own generator are each a node in its tree.
CHANCES = st.integers(min_value=0, max_value=2**32 - 1).map(Chance)


def market(case: Scenario, bars: list[Bar] | None = None) -> Market:
    return market_of(case.bars if bars is None else bars, case.context, SIGNALS)


def run(case: Scenario, bars: list[Bar] | None = None) -> RunResult:
    return run_rules(market(case, bars), case.request)


def changed(request: Request, **parts: dict[str, Any] | None) -> Request:
    """Return a request with some keys of some of its parts replaced, or a part left out."""
    raw = request.model_dump(mode="python", by_alias=True, exclude_none=True)
    for place, values in parts.items():
        if values is None:
            raw.pop(place, None)
        else:
            raw[place] = {**raw.get(place, {}), **values}
    return parse_request(raw)


def with_prices(bars: list[Bar], change: Callable[[float], float]) -> list[Bar]:
    """Return the bars with every price changed by a function that keeps their order."""
    return [
        replace(
            bar,
            open=change(bar.open),
            high=change(bar.high),
            low=change(bar.low),
            close=change(bar.close),
        )
        for bar in bars
    ]
