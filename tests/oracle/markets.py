"""Seeded random small markets, with corporate actions, and what is asked of them: a scenario per seed."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ml4t_desktop.market.corporate_actions import CorporateAction
from ml4t_desktop.request import Request, parse_request
from tests.oracle.events import with_random_actions
from tests.oracle.history import Bar, Value
from tests.oracle.requests import KINDS, SIGNALS, has_actions, is_script, random_request
from tests.oracle.scripts import Script, random_script

FIRST_DAY = datetime(2024, 1, 1)
SYMBOLS = ["AA", "BB", "CC", "DD", "EE", "FF"]


@dataclass(repr=False)
class Scenario:
    """One market and what is asked of it; `name` says what is special about it.

    With a script the request's rules are left aside, and the script's calls are made instead.
    """

    name: str
    seed: int
    bars: list[Bar]
    context: dict[datetime, dict[str, Value]]
    request: Request
    actions: list[CorporateAction] = field(default_factory=list)
    script: Script | None = None

    def __repr__(self) -> str:
        """Name it: all of its bars would bury what a failing property has to say."""
        return f"<{self.name}, {len(self.bars)} bars>"


def scenario(seed: int) -> Scenario:
    """Return the scenario of a seed, always the same; it may have any kind of `KINDS`."""
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    bars = random_bars(chance, wild=kind.endswith("volume"))
    actions: list[CorporateAction] = []
    if has_actions(kind):
        bars, actions = with_random_actions(chance, bars)
    context = random_context(chance, sorted({bar.time for bar in bars}))
    request = parse_request(random_request(chance, kind))
    script = random_script(chance, bars, request) if is_script(kind) else None
    return Scenario(f"{kind}-{seed}", seed, bars, context, request, actions, script)


def rules_scenario(seed: int) -> Scenario:
    """Return a scenario of rules without corporate actions, for properties of rule runs."""
    plain = [place for place, kind in enumerate(KINDS) if not is_script(kind)]
    case = scenario(seed - seed % len(KINDS) + plain[seed % len(plain)])
    return case if not case.actions else replace(case, actions=[])


def random_bars(chance: random.Random, *, wild: bool = False) -> list[Bar]:
    """Return 2 to 6 assets over 10 to 60 bars, with missing bars, gaps, ties and nulls."""
    count = chance.randint(10, 60)
    step = chance.choice([timedelta(days=1)] * 3 + [timedelta(hours=6)])
    bars: list[Bar] = []
    tick = chance.choice([0.01, 0.25, 1.0])
    swing = chance.choice([0.005, 0.02, 0.06])
    for symbol in chance.sample(SYMBOLS, chance.randint(2, 6)):
        close = chance.choice([8.0, 20.0, 50.0, 100.0])
        missing = chance.choice([0.0, 0.1, 0.3])
        for place in range(count):
            opens = close * (1 + chance.choice([0.0, 0.0, chance.gauss(0, swing)]))
            ends = opens * (1 + chance.gauss(0, swing))
            top = max(opens, ends) * (1 + chance.choice([0.0, abs(chance.gauss(0, swing))]))
            bottom = min(opens, ends) * (1 - chance.choice([0.0, abs(chance.gauss(0, swing))]))
            opens, top, bottom, ends = (_tick(price, tick) for price in (opens, top, bottom, ends))
            close = ends
            if chance.random() < missing:
                continue
            time = FIRST_DAY + place * step
            bar = Bar(time, symbol, opens, top, bottom, ends, _volume(chance, wild=wild))
            bar.signals = _signals(chance)
            bars.append(bar)
    return bars


def _volume(chance: random.Random, *, wild: bool) -> float | None:
    if chance.random() < 0.03:
        return chance.choice([None, 0.0])
    return float(chance.choice([30, 200, 1_000] if wild else [5_000, 100_000]))


def _tick(price: float, step: float) -> float:
    return max(round(round(price / step) * step, 2), 1.0)


def _signals(chance: random.Random) -> dict[str, Value]:
    values: dict[str, Value] = {
        "score": round(chance.uniform(0, 1), 1),
        "confidence": round(chance.uniform(0, 1), 2),
        "leave": round(chance.uniform(0, 1), 1),
        "mood": chance.choice(["up", "down", "flat"]),
        "funding": round(chance.gauss(0, 0.002), 4),
    }
    assert tuple(values) == SIGNALS
    for name in values:
        if chance.random() < 0.08:
            values[name] = None
    return values


def random_context(
    chance: random.Random, times: list[datetime]
) -> dict[datetime, dict[str, Value]]:
    """Return context for most timestamps, some values of it null."""
    context: dict[datetime, dict[str, Value]] = {}
    for time in times:
        if chance.random() < 0.9:
            context[time] = {
                "VIX": None if chance.random() < 0.1 else round(chance.uniform(10, 40), 0),
                "regime": None if chance.random() < 0.1 else chance.choice(["bull", "bear"]),
            }
    return context
