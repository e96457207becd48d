"""Texts on screen can be translated: what the sources must keep to for it."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "ml4t_desktop"
PATTERNS = {"tr": 1, "say": 1, "tr_count": 2, "say_count": 2}  # and how many patterns come first
OF_COUNT = {"n"}


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a plain function of these names, with its place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id in names:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def places(pattern: str) -> set[str]:
    """Return the names of the places of a pattern."""
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}


def test_every_place_of_a_text_has_its_value():
    wrong = []
    for where, call in calls(set(PATTERNS)):
        name = call.func.id
        patterns = [node.value for node in call.args[: PATTERNS[name]] if isinstance(node, ast.Constant)]  # fmt: skip
        if not patterns or any(keyword.arg is None for keyword in call.keywords):
            continue  # a constant, checked where it is made
        given = {keyword.arg for keyword in call.keywords}
        counted = OF_COUNT if name.endswith("count") else set()
        named = set().union(*map(places, patterns)) if given or counted else set()
        if named - counted != given - counted:
            wrong.append(f"{where}: {sorted(named)} is asked for, {sorted(given)} given")
    assert wrong == []
