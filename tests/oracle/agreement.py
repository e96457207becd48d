"""The first difference between the result of the engine and that of the reference."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime

from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.engine.strategies.walk import run_strategy
from ml4t_desktop.market import Market
from ml4t_desktop.market.corporate_actions import with_corporate_actions
from ml4t_desktop.request import request_toml
from ml4t_desktop.result.run_result import RunResult
from tests.oracle import reference
from tests.oracle.desk import Desk
from tests.oracle.market_of import market_of
from tests.oracle.markets import Scenario
from tests.oracle.requests import SIGNALS
from tests.oracle.scripts import Script, ScriptedStrategy

CAPTURED = ("entry_signals", "exit_signals", "entry_context", "exit_context")


def first_difference(case: Scenario) -> str | None:
    """Return what differs first, with seed and request; None when the two agree."""
    money = case.request.account.initial_capital
    if case.script is None:
        engine = run_rules(engine_market(case), case.request)
        expected = reference.run(case.bars, case.context, case.request, case.actions)
        told = difference_of(engine, expected, money)
    else:
        told = _difference_of_script(case, case.script, money)
    if told is None:
        return None
    actions = "\n".join(map(repr, case.actions))
    return f"{case.name} (seed {case.seed}): {told}\n\n{actions}\n{request_toml(case.request)}"


def engine_market(case: Scenario) -> Market:
    """Return the market of a scenario, with its corporate actions, as the engine takes it."""
    market = market_of(case.bars, case.context, SIGNALS)
    return with_corporate_actions(market, case.actions) if case.actions else market


def run_engine_script(case: Scenario, script: Script) -> tuple[RunResult, list[object]]:
    """Return the engine's result of a script, and what its calls told."""
    strategy = ScriptedStrategy(script)
    result = run_strategy(
        engine_market(case),
        strategy,
        execution=case.request.execution,
        costs=case.request.costs,
        account=case.request.account,
        risk=case.request.risk,
        has_context=True,
    )
    return result, strategy.told


def play_of(script: Script, told: list[object]) -> Callable[[Desk, datetime], None]:
    """Return what makes the calls of a script on the reference's desk, and adds what they tell."""

    def play(desk: Desk, time: datetime) -> None:
        told.extend(call.make(desk) for call in script.calls.get(time, []))

    return play


def _difference_of_script(case: Scenario, script: Script, money: float) -> str | None:
    told: list[object] = []
    play = play_of(script, told)
    result, heard = run_engine_script(case, script)
    expected = reference.run_script(case.bars, case.context, case.request, case.actions, play)
    found = difference_of(result, expected, money)
    if found is not None:
        return found
    calls = [call for time in sorted(script.calls) for call in script.calls[time]]
    for call, got, wanted in zip(calls, heard, told, strict=True):
        if not _alike(got, wanted, money):
            return f"{call}: engine tells {got!r}, reference {wanted!r}"
    return None


def _alike(got: object, wanted: object, money: float) -> bool:
    if isinstance(got, tuple | list) and isinstance(wanted, tuple | list):
        pairs = list(zip(got, wanted, strict=False))
        return len(got) == len(wanted) and all(_alike(one, other, money) for one, other in pairs)
    if isinstance(got, float) and isinstance(wanted, float):
        return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9 * money)
    return got == wanted


def difference_of(result: RunResult, expected: dict[str, list[dict]], money: float) -> str | None:
    """Return what differs first between the engine's result and the reference's tables."""
    engine = tables_of(result)
    for rows in (engine["cash_flows"], expected["cash_flows"]):
        # Interest on what rounding left of the cash is in one of them, or in both.
        rows[:] = [row for row in rows if abs(row["amount"]) > 1e-12 * money]
    for table in ("fills", "orders", "trades", "equity", "cash_flows", "risk_events"):
        told = _difference(table, engine[table], expected[table], money)
        if told is not None:
            return told
    return None


def tables_of(result: RunResult) -> dict[str, list[dict]]:
    """Return the tables of a result in the shape of the reference."""
    return {
        "orders": result.orders.to_dicts(),
        "fills": result.fills.to_dicts(),
        "trades": [_with_captured(row) for row in result.trades.to_dicts()],
        "equity": result.equity.to_dicts(),
        "cash_flows": result.cash_flows.to_dicts(),
        "risk_events": result.risk_events.to_dicts(),
    }


def _with_captured(row: dict) -> dict:
    """Return a trade whose captured columns are gathered into the four dicts."""
    gathered = {key: value for key, value in row.items() if "__" not in key}
    for name in CAPTURED:
        head = name.removesuffix("s") + "__"
        gathered[name] = {
            key.removeprefix(head): value for key, value in row.items() if key.startswith(head)
        }
    return gathered


def _difference(
    table: str, engine: Sequence[dict], expected: Sequence[dict], money: float
) -> str | None:
    for number, (got, wanted) in enumerate(zip(engine, expected, strict=False)):
        for column, value in wanted.items():
            if column == "side" and wanted.get("requested") == 0:
                continue
            if column == "stop_price" and wanted["status"] in ("cancelled", "rejected"):
                # Whether a trailing stop that does not trade follows its last bar is nobody's concern.
                continue
            if not _agree(column, got[column], value, money):
                return (
                    f"{table} row {number}, {column}: engine {got[column]!r}, "
                    f"reference {value!r}\n  engine    {got}\n  reference {wanted}"
                )
    if len(engine) != len(expected):
        longer, whose = (engine, "engine") if len(engine) > len(expected) else (expected, "ref.")
        count = min(len(engine), len(expected))
        return (
            f"{table}: engine has {len(engine)} rows, reference {len(expected)}; "
            f"first only of the {whose}: {longer[count]}"
        )
    return None


def _agree(column: str, got: object, wanted: object, money: float) -> bool:
    if column in CAPTURED:
        assert isinstance(got, dict)
        assert isinstance(wanted, dict)
        names = set(got) | set(wanted)
        return all(_agree(name, got.get(name), wanted.get(name), money) for name in names)
    if column == "reason":
        return bool(got) == bool(wanted)
    if isinstance(wanted, float) and isinstance(got, float):
        if column in {
            "requested",
            "price",
            "entry_price",
            "exit_price",
            "limit_price",
            "stop_price",
        }:
            return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-12)
        if column in {"filled", "quantity"}:
            # What is bought with the last rest of the money is exact to that money, not to itself.
            return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-12 * money)
        return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9 * money)
    return got == wanted
