"""The engine and the reference give the same tables, and tell a strategy the same.

A few scenarios of every kind; ``python -m tests.oracle.deep`` runs ten thousand.
"""

import pytest

from tests.oracle import reference
from tests.oracle.agreement import first_difference, play_of
from tests.oracle.markets import Scenario, scenario
from tests.oracle.requests import KINDS

SCENARIOS = 10 * len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_engine_and_reference_agree_on_every_scenario(kind: str) -> None:
    differences = {}
    for seed in range(KINDS.index(kind), SCENARIOS, len(KINDS)):
        told = first_difference(scenario(seed))
        if told is not None:
            differences[seed] = told
    assert not differences, f"seeds {[*differences]}\n{next(iter(differences.values()))}"


def reference_of(case: Scenario) -> reference.Tables:
    if case.script is None:
        return reference.run(case.bars, case.context, case.request, case.actions)
    play = play_of(case.script, [])
    return reference.run_script(case.bars, case.context, case.request, case.actions, play)


def test_the_scenarios_reach_what_they_are_meant_to_reach() -> None:
    """All that can happen does, so that agreeing means something."""
    seen: dict[str, set[object]] = {}
    for seed in range(SCENARIOS):
        tables = reference_of(scenario(seed))
        for table, column in (
            ("trades", "exit_reason"),
            ("trades", "entry_reason"),
            ("trades", "direction"),
            ("orders", "status"),
            ("orders", "type"),
            ("cash_flows", "kind"),
            ("risk_events", "action"),
        ):
            seen.setdefault(column, set()).update(row[column] for row in tables[table])
        notes = {row["note"] for row in tables["orders"] if row["note"]}
        seen.setdefault("notes", set()).update(note for text in notes for note in text.split("; "))
    assert seen["exit_reason"] == {
        "stop_loss", "take_profit", "trailing_stop", "signal", "max_bars", "order", "liquidation",
        "merger", "delisted", "open",
    }  # fmt: skip
    assert seen["entry_reason"] == {"entry", "order"}
    assert seen["direction"] == {"long", "short"}
    assert seen["status"] == {"filled", "reduced", "rejected", "cancelled", "expired"}
    assert seen["type"] == {"market", "limit", "stop", "stop_limit", "trailing_stop"}
    assert seen["kind"] == {"dividend", "funding", "interest", "borrow"}
    assert seen["action"] == {"halted", "resumed", "cancelled", "flattened", "reduced", "refused"}
    assert len(seen["notes"]) == 6
