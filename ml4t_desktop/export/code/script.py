"""The whole script: certificate, data, settings, the strategy, and how it is run."""

import keyword
import re
from collections.abc import Mapping
from textwrap import indent
from typing import Any, Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.export.code.conditions import quoted
from ml4t_desktop.export.code.strategy import StrategyText
from ml4t_desktop.request import Account, Costs, Execution, Request
from ml4t_desktop.wording import mark

CERTIFICATE: Final = "# (not certified)"
_WIDTH: Final = 92


def class_name(request: Request) -> str:
    """Return the name of the class, after the request's."""
    words = re.findall(r"[A-Za-z0-9]+", request.name)
    name = "".join(word[:1].upper() + word[1:] for word in words)[:60]
    is_usable = name.isidentifier() and not keyword.iskeyword(name) and name != "Strategy"
    return name if is_usable else "WrittenRules"


def script_text(request: Request) -> str:
    """Return the script of a request of rules, not certified yet.

    Raises
    ------
    InputError
        If the request has no rules to write out.
    """
    if request.strategy.python is not None:
        what, fix = mark("is Python already"), mark("Copy its file")
        raise InputError(Problem(where="strategy.python", what=what, fix=fix))
    name = class_name(request)
    strategy = StrategyText(request, name)
    text = strategy.text()
    engine = _settings(request)
    parts = [
        f'"""{_title(request)}\n\n{_ABOUT}"""\n\n{CERTIFICATE}\n',
        _imports(text),
        'HERE = Path(__file__).parent\nNAN = float("nan")\n'
        if "NAN" in text
        else "HERE = Path(__file__).parent\n",
        *(f"{key} = {literal(value)}\n" for key, value in engine.items()),
        *_functions(text),
        text,
        _run(name, engine),
    ]
    head, rest = parts[:3], parts[3:]
    settings = [part for part in rest if not part.startswith(("def ", "class "))]
    blocks = [part for part in rest if part.startswith(("def ", "class "))]
    settled = "".join(settings)
    return "\n".join((*head, settled)).rstrip("\n") + "\n\n\n" + "\n\n".join(blocks)


_ABOUT: Final = """Run it: it prints what it came to. With a folder behind --save it writes the tables of the run there.
Orders are decided after the bars of a timestamp, and filled as the settings below say.
"""


def _title(request: Request) -> str:
    name = " ".join(request.name.replace('"', "'").replace("\\", "/").split())
    return f"{name or 'The rules of a request'}: rules written out as a strategy."


def _imports(text: str) -> str:
    used = [name for name in ("isnan", "sqrt") if f"{name}(" in text]
    if "price_level(" in text:
        used = sorted({*used, "ceil", "log10"})
    maths = f"from math import {', '.join(used)}\n" if used else ""
    return (
        "import argparse\n"
        f"{maths}from pathlib import Path\n\n"
        "from ml4t_desktop.backtest import BacktestEngine, Strategy\n"
        "from ml4t_desktop.backtest.data import RequestFeed\n"
    )


def _settings(request: Request) -> dict[str, Any]:
    """Return what the engine is given, by the name it has in the script; defaults are left out."""
    data = request.data.model_dump(mode="python", exclude_defaults=True, exclude_none=True)
    found: dict[str, Any] = {"DATA": data}
    if request.context is not None:
        found["CONTEXT"] = request.context.model_dump(mode="python", exclude_defaults=True)
    for name, value, usual in (
        ("EXECUTION", request.execution, Execution()),
        ("COSTS", request.costs, Costs()),
        ("ACCOUNT", request.account, Account()),
    ):
        given = value.model_dump(mode="python", by_alias=True, exclude_none=True)
        default = usual.model_dump(mode="python", by_alias=True, exclude_none=True)
        changed = {key: item for key, item in given.items() if item != default.get(key)}
        if changed:
            found[name] = changed
    if request.risk is not None:
        found["RISK"] = request.risk.model_dump(mode="python", exclude_none=True)
    return found


def _functions(text: str) -> list[str]:
    """Return the plain functions that the strategy calls."""
    return [code for name, code in _PLAIN.items() if f"{name}(" in text]


def _run(name: str, engine: Mapping[str, Any]) -> str:
    context = "CONTEXT" if "CONTEXT" in engine else "None"
    named = [
        f"{key.lower()}={key}" for key in ("EXECUTION", "COSTS", "ACCOUNT", "RISK") if key in engine
    ]
    arguments = ", ".join(("feed", f"{name}()", *named))
    call = f"BacktestEngine({arguments}).run()"
    if len(call) > _WIDTH - 13:
        inner = "".join(f"        {part},\n" for part in ("feed", f"{name}()", *named))
        call = f"BacktestEngine(\n{inner}    ).run()"
    return (
        "def main():\n"
        f'    parser = argparse.ArgumentParser(description="Run {name}.")\n'
        '    parser.add_argument("--save", type=Path, help="write the tables of the run to this folder")\n'
        "    save = parser.parse_args().save\n"
        f"    feed = RequestFeed(DATA, {context}, base=HERE)\n"
        f"    result = {call}\n"
        '    print(f"final value {result.final_value:,.2f}, {result.metrics.num_trades} trades")\n'
        "    if save is not None:\n"
        "        result.save(save)\n\n\n"
        'if __name__ == "__main__":\n'
        "    main()\n"
    )


def literal(value: Any) -> str:
    """Return a value as Python, tables on lines of their own where they are long."""
    if isinstance(value, Mapping):
        inner = [f"{quoted(str(key))}: {literal(item)}" for key, item in value.items()]
        return _bracketed(inner, "{", "}")
    if isinstance(value, list | tuple):
        return _bracketed([literal(item) for item in value], "[", "]")
    if type(value).__module__ == "datetime":
        return quoted(value.isoformat())
    return quoted(value) if isinstance(value, str) else repr(value)


def _bracketed(inner: list[str], first: str, last: str) -> str:
    line = f"{first}{', '.join(inner)}{last}"
    if len(line) <= _WIDTH - 16 and "\n" not in line:
        return line
    lines = "".join(f"{item},\n" for item in inner)
    return f"{first}\n{indent(lines, '    ')}{last}"


_PLAIN: Final = {
    "price_level": '''def price_level(price, change):
    """Return a price changed by a fraction; a decimal of 12 digits but for rounding, as the engine has it."""
    level = price * (1.0 + change)
    if change == 0.0 or not level > 0.0:
        return level
    digits = 12 - ceil(log10(level))
    if digits < 0:
        return level
    scale = 10.0**digits
    whole = round(level * scale)
    return whole / scale if abs(whole - level * scale) <= 4e-15 * level * scale else level
''',
    "rank": '''def rank(value, bar):
    """Return the place of a candidate: high values first, those without one last, then by symbol."""
    return (value != value, -value if value == value else 0.0, bar.asset_id)
''',
    "best_assets": '''def best_assets(bars, value_of, count, is_top=True):
    """Return the assets with the highest (or lowest) values at a timestamp; ties by symbol."""
    sign = -1.0 if is_top else 1.0
    known = [(sign * value_of(bar), bar.asset_id) for bar in bars if value_of(bar) == value_of(bar)]
    return {asset for _, asset in sorted(known)[:count]}
''',
    "rising": '''def rising(before, now):
    """Return whether every step went up, from the earliest value to the present one."""
    return all(late > early for late, early in zip([now, *before], before))
''',
    "falling": '''def falling(before, now):
    """Return whether every step went down, from the earliest value to the present one."""
    return all(late < early for late, early in zip([now, *before], before))
''',
    "is_same": '''def is_same(one, other):
    """Return whether two values are there and equal."""
    return one is not None and other is not None and one == other
''',
    "is_other": '''def is_other(one, other):
    """Return whether two values are there and differ."""
    return one is not None and other is not None and one == one and other == other and one != other
''',
}
