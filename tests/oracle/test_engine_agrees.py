"""The engine and the reference give the same trades, fills, orders and equity.

``ML4T_DESKTOP_SCENARIOS=5000`` runs that many seeds instead of a few hundred;
``ML4T_DESKTOP_FIRST_SEED`` says where they start.
"""

import os

import pytest

from tests.oracle import reference
from tests.oracle.agreement import first_difference
from tests.oracle.markets import KINDS, scenario

SCENARIOS = int(os.environ.get("ML4T_DESKTOP_SCENARIOS", "210"))
FIRST_SEED = int(os.environ.get("ML4T_DESKTOP_FIRST_SEED", "0"))


@pytest.mark.parametrize("kind", KINDS)
def test_engine_and_reference_agree_on_every_scenario(kind: str) -> None:
    differences = []
    count = 0
    for seed in range(FIRST_SEED, FIRST_SEED + SCENARIOS):
        if KINDS[seed % len(KINDS)] == kind:
            count += 1
            told = first_difference(scenario(seed))
            if told is not None:
                differences.append((seed, told))
    if differences:
        seeds = [seed for seed, _ in differences]
        pytest.fail(f"{len(seeds)} of {count} scenarios differ, seeds {seeds}\n{differences[0][1]}")


def test_the_scenarios_reach_what_they_are_meant_to_reach() -> None:
    """Every exit, every order status and both sides occur, so that agreeing means something."""
    reasons: set[str] = set()
    statuses: set[str] = set()
    sides: set[str] = set()
    for seed in range(210):
        case = scenario(seed)
        tables = reference.run(case.bars, case.context, case.request)
        reasons |= {row["exit_reason"] for row in tables["trades"]}
        statuses |= {row["status"] for row in tables["orders"]}
        sides |= {row["direction"] for row in tables["trades"]}
    assert reasons == {
        "stop_loss",
        "take_profit",
        "trailing_stop",
        "signal",
        "max_bars",
        "liquidation",
        "open",
    }
    assert statuses == {"filled", "reduced", "rejected", "cancelled", "expired"}
    assert sides == {"long", "short"}
